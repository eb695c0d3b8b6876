"""Which words each stamp backs: blocks of text → claims and chapters.

A claim is the run of text from the end of the previous stamp in its block to its own stamp.
Stamps in a row, or a range, belong to the one claim before them. A stamp that opens its block,
or a line of a list of lines, backs the text after it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from viewer.note.blocks import PLACEHOLDER, Block, Token, stamp_number
from viewer.note.model import Chapter, Claim, Link, Stamp

_WORD = re.compile(r"[^\W_]")
"""Placeholders are none."""
_CONNECTORS = frozenset("and to und bis et à y a e".split())
"""Words that join two stamps of one claim, in the languages of most notes."""
_LONGER = re.compile(r"[^\W_]{4}")
"""Letters of a word that is none of them."""
_LEADING = re.compile(
    r"[\s.,;:!?…)\]}>»”’、。，！？：；）」』】،؛؟۔।*|/\\&–—•·‐‑~=+_-]*"
    r"(?:[\"'](?=[\s.,;:!?)]|$)[\s.,;:!?…)–—-]*)*"
)
_TRAILING = re.compile(
    r"(?:[\s(\[{«“‘（「『【*|/\\&–—•·~=+_-]|[\"'](?=\s))*"
)  # of a text read backwards
_TAIL = 200
"""Characters of a claim's end that are looked at for trailing punctuation."""
_PUNCTUATION = tuple(".,;:)!?]")
_LEVELS = {f"h{level}": level for level in range(1, 7)}


class Segment(NamedTuple):
    """A run of a block's text and the stamps that back it."""

    begin: int
    end: int
    numbers: tuple[int, ...]


class _Group(NamedTuple):
    """Stamps in a row, and the range of text they take up."""

    begin: int
    end: int
    numbers: tuple[int, ...]


def find_segments(text: str) -> list[Segment]:
    """Return the claims of one block's `text`, as ranges of it without outer punctuation.

    A block that holds stamps and no words yields one empty segment.
    """
    first = PLACEHOLDER.search(text)
    if first is None:
        return []
    if not _WORD.search(text, first.end()):  # as in many blocks, stamps are its end
        return [_back_whole(text, first.start())]
    segments: list[Segment] = []
    for begin, end in _split_lines(text):
        groups = _group(text, begin, end)
        if groups:
            segments += _back(text, groups, begin, end)
    return segments


def _back_whole(text: str, end: int) -> Segment:
    """Return the one segment of a block with no word after its first stamp, which is at `end`."""
    numbers = tuple([stamp_number(match) for match in PLACEHOLDER.finditer(text, end)])
    has_words = _WORD.search(text, 0, end)
    return _trim(text, 0, end, numbers) if has_words else Segment(end, end, numbers)


def _back(text: str, groups: list[_Group], begin: int, end: int) -> list[Segment]:
    if _WORD.search(text, begin, groups[0].begin):
        edges = [begin, *(group.end for group in groups)]
        return [
            _trim(text, edge, group.begin, group.numbers)
            for edge, group in zip(edges, groups, strict=False)
        ]
    if _backs_what_follows(text, groups, end):
        edges = [*(group.begin for group in groups[1:]), end]
        return [
            _trim(text, group.end, edge, group.numbers)
            for group, edge in zip(groups, edges, strict=True)
        ]
    if len(groups) == 1:
        return [Segment(groups[0].begin, groups[0].begin, groups[0].numbers)]
    # The words between the first two stamps are backed from both sides.
    first, second, *rest = groups
    joined = second._replace(numbers=first.numbers + second.numbers)
    edges = [first.end, *(group.end for group in (joined, *rest))]
    return [
        _trim(text, edge, group.begin, group.numbers)
        for edge, group in zip(edges, (joined, *rest), strict=False)
    ]


def _backs_what_follows(text: str, groups: list[_Group], end: int) -> bool:
    """Tell whether the stamps of a block that opens with one all stand before their words."""
    if not _WORD.search(text, groups[-1].end, end):
        return False
    return all(text[group.end : group.end + 1] not in _PUNCTUATION for group in groups[1:])


def _group(text: str, begin: int, end: int) -> list[_Group]:
    groups: list[_Group] = []
    for match in PLACEHOLDER.finditer(text, begin, end):
        number = (stamp_number(match),)
        start, stop = match.span()
        if groups and _is_connector(text, groups[-1].end, start):
            last = groups[-1]
            groups[-1] = _Group(last.begin, stop, last.numbers + number)
        else:
            groups.append(_Group(start, stop, number))
    return groups


def _is_connector(text: str, begin: int, end: int) -> bool:
    """Tell whether nothing but punctuation, or "and", "to", stands between two stamps."""
    if _LONGER.search(text, begin, end):
        return False
    between = text[begin:end]
    word = _WORD.search(between)
    return not word or between.strip(" \t\n([,;&–—-").lower().rstrip("])") in _CONNECTORS


def _split_lines(text: str) -> list[tuple[int, int]]:
    """Return the ranges of `text` that are read apart: each line of a list of lines is one.

    `[0:00] Intro⏎[1:15] Part one` is such a list; a line that happens to begin with the stamp
    of the words above it is not.
    """
    lines = text.splitlines(keepends=True)
    if len(lines) < 2 or not any(map(_leads, lines)):
        return [(0, len(text))]
    ranges: list[tuple[int, int]] = []
    in_list = True
    begin = at = 0
    for line in lines:
        is_entry = in_list and _leads(line)
        # Lines without a stamp of their own go on with the entry above them.
        if at and (is_entry or (in_list and "\u2e28" in line)):
            ranges.append((begin, at))
            begin = at
        in_list = is_entry or (in_list and "\u2e28" not in line) or line.rstrip().endswith(":")
        at += len(line)
    return [*ranges, (begin, at)]


def _leads(line: str) -> bool:
    stripped = line.strip()
    match = PLACEHOLDER.match(stripped)
    return bool(
        match
        and stripped[match.end() : match.end() + 1] not in _PUNCTUATION
        and _WORD.search(stripped)
        and not stripped.endswith("\u2e29")
    )


def _trim(text: str, begin: int, end: int, numbers: tuple[int, ...]) -> Segment:
    """Return the segment without the punctuation left over from its neighbours."""
    leading = _LEADING.match(text, begin, end)
    begin = leading.end() if leading else begin
    tail = text[max(begin, end - _TAIL) : end]
    trailing = _TRAILING.match(tail[::-1])
    end -= trailing.end() if trailing else 0
    return Segment(begin, max(begin, end), numbers)


class _Outline:
    """The headings above the current place, and the chapters met so far."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str, int]] = []  # level, title, place among the chapters
        self._met: list[tuple[tuple[str, ...], int]] = []
        self._first: list[int | None] = []
        self.path: tuple[str, ...] = ()

    def enter(self, level: int, title: str) -> None:
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        self._open.append((level, title, len(self._met)))
        self.path = tuple(title for _, title, _ in self._open)
        self._met.append((self.path, level))
        self._first.append(None)

    def begin(self, claim: int) -> None:
        """Say that the claim at position `claim` stands here: it begins chapters without one."""
        for _, _, place in reversed(self._open):
            if self._first[place] is not None:
                break  # so have those around it
            self._first[place] = claim

    def chapters(self) -> list[Chapter]:
        return [
            Chapter(path=path, level=level, claim=claim)
            for (path, level), claim in zip(self._met, self._first, strict=True)
        ]


def read_claims(
    nodes: Iterable[Token | Block], stamps: tuple[Stamp, ...]
) -> tuple[list[Claim], list[Chapter], list[Link]]:
    """Return the claims of a note in page order, its chapters, and all its wikilinks."""
    claims: list[Claim] = []
    links: list[Link] = []
    outline = _Outline()
    above = ""
    for block in nodes:
        if not isinstance(block, Block):
            continue
        text = block.text
        placed = [*block.links()]
        links += [link for _, _, link in placed]
        level = _LEVELS.get(block.tag)
        if level and (title := plain(text)):
            outline.enter(level, title)
        segments = find_segments(text)
        is_alone = bool(segments) and not _WORD.search(text)
        if segments:
            outline.begin(len(claims))
        for segment in segments:
            begin, end, numbers = segment
            words = plain(above if is_alone else text[begin:end])
            backing = tuple([stamps[number] for number in numbers])
            within = _within(segment, placed) if placed else ()
            claims.append(Claim(words, backing, numbers, outline.path, within, len(claims)))
        # A stamp alone after a formula or a quotation backs what it stands under; of a table, that
        # is not its last cell.
        heading = outline.path[-1] if outline.path else ""
        above = heading if segments or block.tag in ("td", "th") else text
    return claims, outline.chapters(), links


def _within(segment: Segment, links: list[tuple[int, int, Link]]) -> tuple[Link, ...]:
    """Return the links that stand in `segment`, or reach into it."""
    first = bisect_right(links, segment.begin, key=itemgetter(1))
    last = bisect_left(links, segment.end, key=itemgetter(0))
    return tuple([link for _, _, link in links[first:last]])


def plain(text: str) -> str:
    """Return `text` on one line, without placeholders."""
    return " ".join((PLACEHOLDER.sub("", text) if "\u2e28" in text else text).split())
