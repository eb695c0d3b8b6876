"""The rolling lines of automatic captions → each line once.

Two lines are on the screen. A cue repeats the lower line and has a new one below it, whose words
have times. Between two such cues stands one of 10 ms that repeats both lines. So a line is dropped
if the whole of it was on the screen just before. Repeated words are kept: people repeat themselves.
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
"""The fewest cues of two lines that can show that lines roll."""
_PAUSE = 0.5
"""Seconds between two cues after which the screen is taken to be empty."""


class Timed(Protocol):
    """A cue as the file has it."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def body(self) -> list[str]: ...


def is_rolling(bodies: Sequence[list[str]]) -> bool:
    """True if lines roll although no word has a time: conversion to SubRip drops those.

    They roll if most cues of two lines begin with the last line of the cue before.
    """
    shown = [[text for line in body[:8] if (text := line.strip())] for body in bodies]
    pairs = [(before, lines) for before, lines in pairwise(shown) if before and len(lines) > 1]
    repeats = sum(before[-1] == lines[0] for before, lines in pairs)
    return len(pairs) >= _FEWEST_PAIRS and repeats * 2 > len(pairs)


def unroll(blocks: Sequence[Timed]) -> list[list[str]]:
    """Return the lines of each block that are new on the screen."""
    new_lines: list[list[str]] = []
    screen: list[str] = []
    end = 0.0
    for block in blocks:
        lines = [(line, text) for line in block.body if (text := plain_text(line))]
        texts = [text for _, text in lines]
        before = screen if block.start - end <= _PAUSE else []
        # The largest number of lines that repeat the last ones on the screen. A line whose words
        # have times is new.
        repeated = next(
            (
                count
                for count in range(min(_MOST_LINES, len(before), len(texts)), 0, -1)
                if before[-count:] == texts[:count]
                and not any(_WORD_TIME.search(line) for line, _ in lines[:count])
            ),
            0,
        )
        new_lines.append([line for line, _ in lines[repeated:]])
        if texts:
            screen, end = texts, max(block.end, block.start)
    return new_lines
