"""An index of a transcript: the places of each term, and blocks of a few terms.

Blocks are used and not cues, since a cue may be one word or a speaker's whole turn. A term counts
fully in its own block and less in the blocks around it: one sentence of a note restates several.
"""

import math
from bisect import bisect_right
from collections.abc import Collection, Mapping

from viewer.transcript.model import Transcript
from viewer.transcript.terms import Reader

BLOCK = 10
"""Terms in a block."""

_NEARNESS = (1.0, 0.95, 0.65, 0.35)
"""How much a term counts in its own block, in the next, and so on."""
_REACH = 4
"""How many blocks to either side a passage may extend, …"""
_COST = 0.15
"""… and what each of its terms costs: a passage ends where words add less than they cost."""


class Passages:
    """The terms of a transcript by place, and its blocks of `BLOCK` terms."""

    def __init__(self, transcript: Transcript, reader: Reader) -> None:
        self.transcript = transcript
        self.words: list[str] = []
        """Every term in order, folded …"""
        self.keys: list[str] = []
        """… and stemmed."""
        self.places: dict[str, list[int]] = {}
        """The places of each term in `keys`."""
        self._first: list[int] = []
        """The place of each cue's first term."""
        times: list[float] = []
        for cue in transcript.cues:
            self._first.append(len(self.keys))
            # Within a cue, every character is taken to last equally long.
            pace = max(0.0, cue.end - cue.start) / max(1, len(cue.text))
            for term in reader.read(cue.text):
                self.places.setdefault(term.key, []).append(len(self.keys))
                self.words.append(term.word)
                self.keys.append(term.key)
                times.append(cue.start + pace * term.place)
        self.times = times[BLOCK // 2 :: BLOCK]
        """The second in the middle of each block."""
        # A last block of half the length or less has no middle term: the last one stands for it.
        if len(times) % BLOCK in range(1, BLOCK // 2 + 1):
            self.times.append(times[-1])

    def __len__(self) -> int:
        """Return the number of blocks."""
        return len(self.times)

    def spread(self, places: Collection[int]) -> dict[int, float]:
        """Return how much a term that is said at `places` counts, by block, where it does."""
        values: dict[int, float] = {}
        near = {place // BLOCK for place in places}
        # From the farthest on, so that a block keeps the value by the nearest place.
        for away in reversed(range(1, len(_NEARNESS))):
            value = _NEARNESS[away]
            for block in near:
                values[block - away] = values[block + away] = value
        values.update(dict.fromkeys(near, _NEARNESS[0]))
        last = len(self.times) - 1
        return {block: value for block, value in values.items() if 0 <= block <= last}

    def find_cues(self, block: int, gains: Mapping[str, float]) -> tuple[int, int]:
        """Return the first and the last cue of the best passage around a block.

        The value of a passage is the sum of the `gains` of its distinct terms, less `_COST` for
        every term. All runs of cues in reach are tried, which hold 90 terms together.
        """
        low = max(0, (block - _REACH) * BLOCK)
        high = min(len(self.keys), (block + _REACH + 1) * BLOCK)
        begin = self._cue_of(low)
        ends = [*self._first[begin + 1 : self._cue_of(high - 1) + 1], high]
        starts = [low, *ends[:-1]]
        # The terms of each cue that count.
        terms = [
            [key for key in self.keys[start:end] if key in gains]
            for start, end in zip(starts, ends, strict=True)
        ]
        best, chosen = -math.inf, (begin, begin)
        for first, start in enumerate(starts):
            if not terms[first]:
                continue
            counted: set[str] = set()
            value = 0.0
            for last in range(first, len(ends)):
                for key in terms[last]:
                    if key not in counted:
                        counted.add(key)
                        value += gains[key]
                if value - _COST * (ends[last] - start) > best:
                    best = value - _COST * (ends[last] - start)
                    chosen = begin + first, begin + last
        if best == -math.inf:  # no term counts: the cue in the middle of the block
            only = self._cue_of(min(len(self.keys) - 1, block * BLOCK + BLOCK // 2))
            return only, only
        return chosen

    def _cue_of(self, place: int) -> int:
        """Return the cue that the term at a place is in."""
        return bisect_right(self._first, place) - 1
