"""Tags of languages: "en", "pt-BR", "zh-Hant"."""

import re

_LANGUAGE = re.compile(
    r"([a-z]{2,3})(?:[-_](?!orig)([a-z]{4})(?![a-z0-9]))?(?:[-_]([a-z]{2}|[0-9]{3})(?![a-z0-9]))?(?=[-_]|\Z)",
    re.ASCII | re.IGNORECASE,
)


def clean_language(tag: object) -> str | None:
    """Return the language that `tag` begins with, as it may be part of a file's name, or None.

    The site's own additions go: "en-uYU-mmqFLq8" and "en-orig" are "en"; "pt-br" is "pt-BR".
    """
    found = _LANGUAGE.match(tag) if isinstance(tag, str) else None
    if found is None:
        return None
    language, script, region = found.groups()
    parts = [language.lower(), script and script.title(), region and region.upper()]
    return "-".join(part for part in parts if part)
