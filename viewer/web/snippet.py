"""Excerpts of claims that were found, in pieces: what is marked and what is not."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

LENGTH = 320
"""Characters of a claim that are shown; most have fewer."""


class Piece(NamedTuple):
    """A run of text. Templates escape it, and only then put the mark around it."""

    text: str
    is_marked: bool = False


def cut_snippet(
    text: str, marks: Sequence[tuple[int, int]] = (), length: int = LENGTH
) -> tuple[Piece, ...]:
    """Return `text`, around the first of its `marks` where it is longer than `length`.

    Marks are ranges of characters, in order and apart.
    """
    begin, end = _choose_range(text, marks, length)
    pieces = (piece for piece in _split(text, marks, begin, end) if piece.text)
    before = (Piece("… "),) if begin else ()
    after = (Piece(" …"),) if end < len(text) else ()
    return (*before, *pieces, *after)


def _choose_range(text: str, marks: Sequence[tuple[int, int]], length: int) -> tuple[int, int]:
    if len(text) <= length:
        return 0, len(text)
    first, first_end = marks[0] if marks else (0, 0)
    begin = 0
    if first_end > length * 2 // 3:
        begin = max(0, first - length // 3)
        begin = text.find(" ", begin, first) + 1 or begin
    end = min(begin + length, len(text))
    if end < len(text):
        space = text.rfind(" ", max(begin + length // 2, first_end), end)
        end = space if space >= 0 else end
    return begin, end


def _split(text: str, marks: Sequence[tuple[int, int]], begin: int, end: int) -> Iterator[Piece]:
    at = begin
    for mark, mark_end in marks:
        if mark_end > at and mark < end:
            yield Piece(text[at : max(mark, at)])
            yield Piece(text[max(mark, at) : min(mark_end, end)], is_marked=True)
            at = min(mark_end, end)
    yield Piece(text[at:end])
