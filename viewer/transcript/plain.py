"""A caption's markup → plain text on one line; and a bounded list of problems.

Every pattern takes linear time: repetitions are bounded, and a tag can't contain "<".
"""

import html
import re

from viewer.transcript.model import CaptionProblem

LONGEST_TEXT = 2_000
"""The most characters of a cue; the rest is left out."""
MOST_PROBLEMS = 100
"""The most problems of a file, with the one that counts the rest."""

_LONGEST_QUOTE = 40
_BREAK = re.compile(r"<[bB][rR] ?/?>|\\N")
_TAG = re.compile(r"</?(?:[A-Za-z][^<>]{0,300}|[\d:.]{1,20})?>|\{\\[^{}]{0,100}\}", re.ASCII)
"""WebVTT's and SubRip's tags, word times, and SSA's `{\\an8}`; `1 < 2` and `<3` are words."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});", re.ASCII)
"""With its semicolon and of bounded length: `html.unescape` raises on a number of 5,000 digits, and
makes "¬" of "&not"."""
_NOT_TEXT = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
"""Control characters, bidirectional overrides, and the invisible padding of some captions."""
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")
"""NUL and lone surrogates, which neither a file nor a page can hold; U+FFFD replaces them."""


def plain_text(source: str, longest: int = LONGEST_TEXT) -> str:
    """Return `source` on one line without tags, with entities decoded once, and printable."""
    text = _clean(source)
    if "<" in text or "\\" in text:
        text = _TAG.sub("", _BREAK.sub(" ", text))
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return one_line(text, longest)


def one_line(source: str, longest: int) -> str:
    """Return text without markup on one line, printable, of up to `longest` characters."""
    return " ".join(_clean(source).split())[:longest].rstrip()


def quote(source: str) -> str:
    """Return the beginning of `source` as a quote for a message."""
    text = one_line(source[: 10 * _LONGEST_QUOTE], _LONGEST_QUOTE + 1)
    return f"{text[:_LONGEST_QUOTE]}…" if len(text) > _LONGEST_QUOTE else text


def _clean(text: str) -> str:
    """Return `text` without characters that can't be shown."""
    return _NO_CHARACTER.sub("\ufffd", _NOT_TEXT.sub("", text))


class Problems:
    """The problems of a file of captions, up to `MOST_PROBLEMS`."""

    def __init__(self) -> None:
        self._listed: list[CaptionProblem] = []
        self._count = 0

    def add(self, line: int | None, message: str) -> None:
        """Add a problem at a line of the file, from 1; None if it concerns the whole file."""
        self._count += 1
        if self._count < MOST_PROBLEMS:
            self._listed.append(CaptionProblem(line=line, message=message))

    def list_all(self) -> tuple[CaptionProblem, ...]:
        """Return the problems; if there are too many, the last one tells how many more."""
        more = self._count - len(self._listed)
        if not more:
            return tuple(self._listed)
        rest = CaptionProblem(line=None, message=f"{more} more problems are not listed")
        return (*self._listed, rest)
