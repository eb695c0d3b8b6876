"""The rolling lines of automatic captions → each line once.

Two lines are on the screen. A cue shows the last line once more with a new one below it, whose
words have times, and between such cues others of 10 ms hold what is there. So a line is dropped
when, as a whole, it was on the screen just before. Words that overlap say nothing: people do
repeat themselves.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from viewer.transcript.plain import plain_text

_WORD_TIME = re.compile(r"<(?:\d{1,4}:)?\d\d:\d\d\.\d{3}>", re.ASCII)
_MOST_LINES = 4
"""Lines on the screen: two in automatic captions, up to four in live ones."""
_FEWEST_PAIRS = 3
"""Cues of two lines by which it is judged whether they roll."""
_PAUSE = 0.5
"""Seconds from a cue to the next after which the screen was empty."""


class Timed(Protocol):
    """A cue as it stands in the file."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def body(self) -> list[str]: ...


def is_rolling(bodies: Sequence[list[str]]) -> bool:
    """Tell whether lines roll although no word has a time, as conversion to SubRip leaves them."""
    shown = [[text for line in body[:8] if (text := line.strip())] for body in bodies]
    pairs = [(before, lines) for before, lines in pairwise(shown) if before and len(lines) > 1]
    repeats = sum(before[-1] == lines[0] for before, lines in pairs)
    return len(pairs) >= _FEWEST_PAIRS and repeats * 2 > len(pairs)


def unroll(blocks: Sequence[Timed]) -> list[list[str]]:
    """Return the lines of each block that were not on the screen before."""
    fresh: list[list[str]] = []
    screen: list[str] = []
    end = 0.0
    for block in blocks:
        lines = [(line, text) for line in block.body if (text := plain_text(line))]
        texts = [text for _, text in lines]
        before = screen if block.start - end <= _PAUSE else []
        old = next(
            (
                count
                for count in range(min(_MOST_LINES, len(before), len(texts)), 0, -1)
                if before[-count:] == texts[:count]
                and not any(_WORD_TIME.search(line) for line, _ in lines[:count])
            ),
            0,
        )
        fresh.append([line for line, _ in lines[old:]])
        if texts:
            screen, end = texts, max(block.end, block.start)
    return fresh
