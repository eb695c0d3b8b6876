"""A transcript as something to search: where each term is said, in blocks of a few words.

Blocks rather than cues, since cues are anything from one word to a whole turn. A term counts fully
in its own block and less in those around it: a claim of one sentence restates several.
"""

import math
from bisect import bisect_right
from collections.abc import Collection, Mapping

from viewer.transcript.model import Transcript
from viewer.transcript.terms import Reader

BLOCK = 10
"""Terms in a block."""

_NEARNESS = (1.0, 0.95, 0.65, 0.35)
"""How much a term counts, so many blocks away."""
_REACH = 4
"""How many blocks to either side a passage may extend …"""
_LENGTHY = 0.15
"""… and what the evidence in it must be worth for each of its terms."""


class Passages:
    """Where the terms of a transcript are."""

    def __init__(self, transcript: Transcript, reader: Reader) -> None:
        self.transcript = transcript
        self.words: list[str] = []
        """Every term in order, as it is said …"""
        self.keys: list[str] = []
        """… and stemmed."""
        self.places: dict[str, list[int]] = {}
        """Where each term is said, among `keys`."""
        self._first: list[int] = []
        times: list[float] = []
        for cue in transcript.cues:
            self._first.append(len(self.keys))
            pace = max(0.0, cue.end - cue.start) / max(1, len(cue.text))
            for term in reader.read(cue.text):
                self.places.setdefault(term.key, []).append(len(self.keys))
                self.words.append(term.word)
                self.keys.append(term.key)
                times.append(cue.start + pace * term.place)
        self.times = times[BLOCK // 2 :: BLOCK]
        """The second in the middle of each block."""
        if len(times) % BLOCK in range(1, BLOCK // 2 + 1):
            self.times.append(times[-1])

    def __len__(self) -> int:
        """Return how many blocks there are."""
        return len(self.times)

    def spread(self, places: Collection[int]) -> dict[int, float]:
        """Return the blocks in which a term said at `places` counts, and how much."""
        found: dict[int, float] = {}
        near = {place // BLOCK for place in places}
        for away in reversed(range(1, len(_NEARNESS))):
            value = _NEARNESS[away]
            for block in near:
                found[block - away] = found[block + away] = value
        found.update(dict.fromkeys(near, _NEARNESS[0]))
        last = len(self.times) - 1
        return {block: value for block, value in found.items() if 0 <= block <= last}

    def find_cues(self, block: int, gains: Mapping[str, float]) -> tuple[int, int]:
        """Return the first and last of the cues around a block that say most in fewest words.

        `gains` is what it is worth that a term is said.
        """
        low = max(0, (block - _REACH) * BLOCK)
        high = min(len(self.keys), (block + _REACH + 1) * BLOCK)
        begin = self._cue_of(low)
        ends = [*self._first[begin + 1 : self._cue_of(high - 1) + 1], high]
        starts = [low, *ends[:-1]]
        said = [
            [key for key in self.keys[start:end] if key in gains]
            for start, end in zip(starts, ends, strict=True)
        ]
        best, chosen = -math.inf, (begin, begin)
        for first, start in enumerate(starts):
            if not said[first]:
                continue
            seen: set[str] = set()
            value = 0.0
            for last in range(first, len(ends)):
                for key in said[last]:
                    if key not in seen:
                        seen.add(key)
                        value += gains[key]
                if value - _LENGTHY * (ends[last] - start) > best:
                    best = value - _LENGTHY * (ends[last] - start)
                    chosen = begin + first, begin + last
        if best == -math.inf:
            only = self._cue_of(min(len(self.keys) - 1, block * BLOCK + BLOCK // 2))
            return only, only
        return chosen

    def _cue_of(self, place: int) -> int:
        return bisect_right(self._first, place) - 1
