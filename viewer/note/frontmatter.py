"""The `---` header of a note → its title and video id."""

import re
from typing import NamedTuple

import yaml

from viewer.errors import FrontMatterError

LARGEST = 64 * 1024
"""Characters of a header; a longer one is not read."""
NEVER_ENDS = "the header that begins with --- never ends; close it with ---"
_DEEPEST = 20
"""Lists and mappings inside one another; libyaml's composer overflows the stack of the process."""
_LONGEST_TITLE = 300
_TOO_DEEP = "the header nests too deep; write one `key: value` a line"
_ANCHORS = "the header uses YAML anchors, which are not read; remove them"

_HEADER = re.compile(r"\ufeff?[ \t]*---[ \t]*(?:\r\n|\n|\r)")
_FOOTER = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}", re.ASCII)
_VIDEO_URL = re.compile(
    r"(?:https?:)?(?://)?(?:[a-z]+\.)?(?:youtube(?:-nocookie)?\.com|youtu\.be)/"
    r"(?:(?:watch|attribution_link)?/?\?(?:[^#\s]*&)?v=|embed/|shorts/|live/|v/|e/)?"
    r"(?P<id>[A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])",
    re.ASCII | re.IGNORECASE,
)
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Every scalar stays text: `title: yes` and `videoId: 12345678901` too."""


class FrontMatter(NamedTuple):
    """The header: where it ends in the source, and its keys."""

    end: int
    values: dict[str, str]
    error: str | None = None


def split_front_matter(source: str, begin: int = 0) -> FrontMatter:
    """Return the header that stands at `begin`; without one it ends there and holds nothing.

    A header that is not YAML counts for nothing but its length, and `error` says why.
    """
    header = _HEADER.match(source, begin)
    if not header:
        return FrontMatter(begin, {})
    footer = _FOOTER.search(source, header.end(), header.end() + LARGEST)
    if not footer:
        return FrontMatter(begin, {}, NEVER_ENDS)
    try:
        values = _load(_SURROGATE.sub("\ufffd", source[header.end() : footer.start()]))
    except FrontMatterError as error:
        return FrontMatter(footer.end(), {}, str(error))
    return FrontMatter(footer.end(), values)


def parse_video_id(text: str) -> str | None:
    """Return the video id in `text`: eleven characters, or a video link in any of its forms."""
    text = text.strip()
    if _VIDEO_ID.fullmatch(text):
        return text
    match = _VIDEO_URL.match(text) if len(text) < 2000 else None
    return match["id"] if match else None


def clean_title(text: str) -> str | None:
    """Return a title on one line and of bounded length, or None for an empty one."""
    return " ".join(text.replace("\0", "\ufffd").split())[:_LONGEST_TITLE] or None


def _may_grow(text: str) -> bool:
    """Tell whether a header has anchors, or what begins lists and mappings often enough to nest."""
    return "&" in text or "*" in text or sum(map(text.count, "[{-?:")) > _DEEPEST // 2


def _check_tokens(text: str) -> None:
    """Raise `FrontMatterError` for a header that would grow or nest without bounds."""
    depth = 0
    try:
        for token in yaml.scan(text, Loader=_LOADER):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
                raise FrontMatterError(_ANCHORS)
            kind = type(token).__name__
            depth += kind.endswith("StartToken") - kind.endswith("EndToken")
            if depth > _DEEPEST:
                raise FrontMatterError(_TOO_DEEP)
    except yaml.MarkedYAMLError as error:
        # The scanner reads ahead, and some versions of libyaml have a bound of their own: it may
        # stop at brackets whose tokens it has not given yet.
        mark = error.problem_mark
        if mark and _count_open_brackets(text[: mark.index]) > _DEEPEST:
            raise FrontMatterError(_TOO_DEEP) from error
        raise


def _count_open_brackets(text: str) -> int:
    return sum(map(text.count, "[{")) - sum(map(text.count, "]}"))


def _load(text: str) -> dict[str, str]:
    try:
        if _may_grow(text):
            _check_tokens(text)
        loaded = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a base loader makes only text
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise FrontMatterError(
            f"the header is not YAML (line {line}: {error.problem}); "
            "put values with colons or brackets in quotes"
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise FrontMatterError("the header is not YAML; write one `key: value` a line") from error
    if loaded is None or loaded == "":
        return {}
    if not isinstance(loaded, dict):
        raise FrontMatterError("the header holds no `key: value` lines")
    return {
        str(key): value if isinstance(value, str) else ", ".join(map(str, value))
        for key, value in loaded.items()
        if isinstance(value, str | list)
    }
