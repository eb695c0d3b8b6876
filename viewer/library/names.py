"""What notes, topics and channels are called: in addresses, in wikilinks, in order."""

import os
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

_LONGEST = 255
"""Characters of a file's name, and so of what can name one."""
_UNADDRESSABLE = re.compile("[\0-\x1f\x7f\ud800-\udfff]")
"""Control characters, and bytes of a name that are not UTF-8."""


def make_slugs(paths: Iterable[str]) -> dict[str, str]:
    """Return for each of the sorted `paths` its name in a URL: the path without its extension.

    What no address can hold is written as `%0A`. Of paths that differ in the extension alone, all
    but the first keep it.
    """
    slugs: dict[str, str] = {}
    taken: set[str] = set()
    for path in paths:
        clean = _UNADDRESSABLE.sub(lambda match: quote(os.fsencode(match[0])), path)
        stem = clean.rpartition(".")[0]
        slug = clean if stem in taken else stem
        while slug in taken:  # a name may hold what we write for a control character
            slug += "~"
        slugs[path] = slug
        taken.add(slug)
    return slugs


def topic_slug(target: str) -> str:
    """Return what a wikilink's target names: file name or title, folded; empty for none.

    Folder and anchor don't count: "notes/Just war#Aquinas" → "just_war".
    """
    return fold_name(target.partition("#")[0].rpartition("/")[2])[:_LONGEST]


def fold_name(name: str) -> str:
    """Return `name` in lower case, spaces as `_` and without punctuation, as wikilinks meet it."""
    if name.isascii() and name.isidentifier():
        return name.lower().strip("_")
    folded = name.casefold().replace(" ", "_").replace("-", "_")
    return "".join(char for char in folded if char.isalnum() or char == "_").strip("_")


def sort_name(name: str) -> str:
    """Return what `name` is sorted by: without case, accents and leading punctuation."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(char for char in bare if not unicodedata.combining(char))
    return kept.lstrip("\"'“”‘’«»([{<¿¡#*_-–—.… \u2068\u2069")[:200]
