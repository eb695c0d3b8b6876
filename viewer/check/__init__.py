"""What is wrong in notes, and its repair. Core: values in, values out."""
