"""The notes of one video → its timeline. Core: values in, values out."""
