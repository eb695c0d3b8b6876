"""A video's claims in other formats. Core: one module a format."""
