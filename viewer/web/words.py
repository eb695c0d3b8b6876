"""Words as they are searched within a page: without case and accents."""

import unicodedata


def fold(text: str) -> str:
    """Return `text` without case and accents."""
    bare = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in bare if not unicodedata.combining(char))
