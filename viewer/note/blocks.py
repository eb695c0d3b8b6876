"""Blocks of text with stamps in them: what Markdown and HTML notes have in common.

Before a note is parsed, each stamp in its source gives way to a placeholder: two brackets around
one private-use character whose code point is the stamp's number. Parsers see punctuation, as
they saw it in the tag; no note can forge one, since private-use characters are taken out of it,
before it is parsed and, as an entity may spell one, afterwards.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
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

    `kind` is "open" or "close" (of the tag `value`), "text", "break" (the text is a line feed),
    "rule", "wikilink" or "href" (the start of a link to `value`), or "unlink" (its end).
    """

    kind: str
    value: str = ""


BREAK = Token("break", "\n")


class Block(NamedTuple):
    """A run of text between two block boundaries: a paragraph, an item's own words, a cell."""

    tag: str
    inlines: list[Token]
    text: str
    """The text, with placeholders for stamps and a line feed for each break."""

    def links(self) -> Iterator[tuple[int, int, Link]]:
        """Yield where each wikilink begins and ends in `text`, and the link."""
        at, target, begin = 0, None, 0
        for kind, value in self.inlines:
            if kind in ("text", "break"):
                at += len(value)
            elif kind == "wikilink":
                target, begin = value, at
            elif kind == "unlink" and target is not None:
                label = " ".join(PLACEHOLDER.sub("", self.text[begin:at]).split())
                yield begin, at, Link(target, label or target)
                target = None


def clean(text: str) -> str:
    """Return `text` without what parsers choke on, and placeholders are made of."""
    if not text.isascii() or "\x00" in text:
        text = _UNFIT.sub("\ufffd", text)
    return _SPACES.sub(" ", text) if _MANY in text else text


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


def check_tokens(tokens: Iterable[Token], source: str, stamps: Sequence[Stamp]) -> list[Token]:
    """Return `tokens` with no private-use character but one placeholder for each of `stamps`.

    In the targets of links, stamps are what stood in `source`.
    """
    tokens = [*tokens]
    text = "\n".join([value for kind, value in tokens if kind == "text"])
    rest = "\n".join([value for kind, value in tokens if kind != "text"])
    wanted = [chr(_FIRST + number) for number in range(len(stamps))]
    if _UNFIT.findall(text) == PLACEHOLDER.findall(text) == wanted and not _UNFIT.search(rest):
        return tokens  # as nearly always
    left = set(wanted)

    def keep(match: re.Match[str]) -> str:
        if match[1] not in left:
            return "\ufffd"
        left.remove(match[1])
        return match[0]

    def restore(match: re.Match[str]) -> str:
        if match[1] is None or stamp_number(match) >= len(stamps):
            return "\ufffd"
        return clean(source[slice(*stamps[stamp_number(match)].span)])

    return [
        Token(kind, _RESERVED.sub(keep if kind == "text" else restore, value))
        for kind, value in tokens
    ]


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
    for token in tokens:
        kind, value = token
        if kind == "rule" or (kind in ("open", "close") and value in BLOCK_TAGS):
            if inlines:
                yield from _gather(open_tags[-1], inlines)
                inlines = []
            if kind == "open":
                open_tags.append(value)
            elif kind == "close" and len(open_tags) > 1:
                open_tags.pop()
            yield token
        else:
            inlines.append(token)
    yield from _gather(open_tags[-1], inlines)


def _gather(tag: str, inlines: list[Token]) -> Iterable[Block]:
    """Return the block of `inlines`, or nothing where they hold no text."""
    text = "".join([value for kind, value in inlines if kind in ("text", "break")])
    return () if not text or text.isspace() else (Block(tag, inlines, text),)
