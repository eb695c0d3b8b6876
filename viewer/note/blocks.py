"""Blocks of text with stamps in them: what Markdown and HTML notes have in common.

Before a note is parsed, each stamp in its source gives way to a placeholder: two brackets around
one private-use character whose code point is the stamp's number. Parsers see punctuation, as
they saw it in the tag; no note can forge one, since private-use characters are taken out of it,
before it is parsed and, as an entity may spell one, afterwards.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from viewer.note.model import Link, Stamp

_FIRST = 0xF0000
PLACEHOLDER = re.compile("\u2e28([\U000f0000-\U000ffffd])\u2e29")
_UNFIT = re.compile("[\U000f0000-\U0010ffff\ud800-\udfff\x00]")
"""Characters that placeholders are made of, or that no UTF-8 text may hold."""
_RESERVED = re.compile(f"{PLACEHOLDER.pattern}|{_UNFIT.pattern}")
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#")
_MANY = " " * 64
_SPACES = re.compile(f"{_MANY} *")
"""Real notes pad a table with 300,000 spaces; none of them means anything."""

BLOCK_TAGS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre table thead tbody tr td th".split()
)
INLINE_TAGS = frozenset("b i em strong del sup sub code".split())


class Token(NamedTuple):
    """One step through a document, from whichever format.

    `kind` is "open" or "close" (of the tag `value`), "text", "break" (a new line), "rule",
    "wikilink" or "href" (the start of a link to `value`), or "unlink" (its end).
    """

    kind: str
    value: str = ""


@dataclass(slots=True)
class Block:
    """A run of text between two block boundaries: a paragraph, an item's own words, a cell."""

    tag: str
    inlines: list[Token]

    @property
    def text(self) -> str:
        """The text, with placeholders for stamps and a line feed for each break."""
        return "".join(
            "\n" if token.kind == "break" else token.value
            for token in self.inlines
            if token.kind in ("text", "break")
        )

    def links(self) -> Iterator[tuple[int, int, Link]]:
        """Yield where each wikilink begins and ends in `text`, and the link."""
        at, target, label, begin = 0, None, "", 0
        for token in self.inlines:
            if token.kind == "wikilink":
                target, label, begin = token.value, "", at
            elif token.kind == "unlink" and target is not None:
                label = " ".join(PLACEHOLDER.sub("", label).split())
                yield begin, at, Link(target, label or target)
                target = None
            elif token.kind in ("text", "break"):
                at += len(token.value) or 1
                label += token.value or " "


def clean(text: str) -> str:
    """Return `text` without what parsers choke on, and placeholders are made of."""
    if not _is_plain(text):
        text = _UNFIT.sub("\ufffd", text)
    return _SPACES.sub(" ", text) if _MANY in text else text


def _is_plain(text: str) -> bool:
    """Tell at a glance that nothing in `text` is unfit, as in nearly every note."""
    return text.isascii() and "\x00" not in text


def read_link(href: str) -> Token:
    """Return the beginning of a link to `href`: one to a file beside the note is a wikilink."""
    if _ELSEWHERE.match(href):
        return Token("href", href)
    name = unquote(href).partition("#")[0].rstrip("/").rpartition("/")[2]
    target = name.removesuffix(".md").removesuffix(".html")
    return Token("wikilink", target) if target else Token("href", href)


def mask(source: str, stamps: Sequence[Stamp], begin: int, end: int) -> str:
    """Return `source[begin:end]` with a placeholder for each of `stamps`.

    `stamps` must be in order and lie inside the range.
    """
    parts, at = [], begin
    for number, stamp in enumerate(stamps):
        parts.append(clean(source[at : stamp.span[0]]))
        parts.append(f"{clean(stamp.words)}\u2e28{chr(_FIRST + number)}\u2e29")
        at = stamp.span[1]
    parts.append(clean(source[at:end]))
    return "".join(parts)


def check_tokens(tokens: Iterable[Token], source: str, stamps: Sequence[Stamp]) -> Iterator[Token]:
    """Yield `tokens` with no private-use character but one placeholder for each of `stamps`.

    In the targets of links, stamps are what stood in `source`.
    """
    left = set(range(len(stamps)))

    def keep(match: re.Match[str]) -> str:
        if match[1] is None or stamp_number(match) not in left:
            return "\ufffd"
        left.remove(stamp_number(match))
        return match[0]

    def restore(match: re.Match[str]) -> str:
        if match[1] is None or stamp_number(match) >= len(stamps):
            return "\ufffd"
        return clean(source[slice(*stamps[stamp_number(match)].span)])

    for token in tokens:
        value = token.value
        if not _is_plain(value):
            replace = keep if token.kind == "text" else restore
            token = Token(token.kind, _RESERVED.sub(replace, value))
        yield token


def stamp_number(match: re.Match[str]) -> int:
    """Return the number of the stamp that a match of `PLACEHOLDER` stands for."""
    return ord(match[1]) - _FIRST


def read_blocks(tokens: Iterable[Token]) -> Iterator[Token | Block]:
    """Yield the blocks that hold text, and the structure around them.

    Every opening or closing of a block ends the text before it, so an item's own words and the
    list inside it are apart.
    """
    open_tags = [""]
    inlines: list[Token] = []
    has_text = False
    for token in tokens:
        kind, value = token
        if kind == "rule" or (kind in ("open", "close") and value in BLOCK_TAGS):
            if has_text:
                yield Block(open_tags[-1], inlines)
            inlines, has_text = [], False
            if kind == "open":
                open_tags.append(value)
            elif kind == "close" and len(open_tags) > 1:
                open_tags.pop()
            yield token
        else:
            inlines.append(token)
            has_text = has_text or (kind == "text" and not value.isspace())
    if has_text:
        yield Block(open_tags[-1], inlines)
