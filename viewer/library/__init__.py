"""The library: the notes and media of a folder on disk."""
