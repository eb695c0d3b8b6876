"""What the longer commands do, apart from their options."""
