"""Which stretches of a transcript have times that can't be right.

Two things show it. Words follow each other faster than anyone speaks: some minutes of speech
stand on one second, with a silence beside it in which they were really said. And a cue stands
far from its neighbours in the file, which goes by what was said.

The text of such a stretch is kept. It is only never used to accuse a claim.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from viewer.transcript.model import Cue

FASTEST = 8.0
"""Words per second; auctioneers reach it. In real transcripts with right times, people who talk
over each other reach 6 over forty words."""
FEWEST_WORDS = 40
"""Words over which speed is measured: shorter ones are interjections, whose times are rounded."""
MOST_AT_ONCE = 4
"""Cues that may begin together; in real transcripts, up to four people call out at once."""
FAR = 15.0
"""Seconds from its neighbours in the file at which a cue is out of its place."""

_SILENCE = 5.0
"""Seconds without words, beside words that stand too close, in which they were really said."""
_NEAR = 10.0
_LETTERS = 12
"""Characters that are a word at least, for scripts that write none apart."""
_MOST_OUT_OF_PLACE = 0.1
"""Share of the cues; beyond it the file is in no order, which then says nothing."""

Stretch = tuple[float, float]


def find_unreliable(told: Sequence[Cue], ordered: Sequence[Cue]) -> tuple[Stretch, ...]:
    """Return the stretches, apart and in order.

    `told` are the cues in the order of the file, `ordered` by start, both with their own ends.
    """
    runs = [_trim(ordered, *run) for run in _runs(_find_hurried(ordered))]
    runs += _runs(_find_crowds(ordered))
    silences = _find_silences(ordered)
    stretches = [_widen(ordered, silences, *run) for run in runs]
    stretches += [(cue.start, _end_of(cue)) for cue in _find_out_of_place(told)]
    return tuple(_merge(stretches))


def _count_words(text: str) -> int:
    """Return how many words `text` is about as long as."""
    return max(len(text.split()), len(text) // _LETTERS)


def _find_hurried(cues: Sequence[Cue]) -> set[int]:
    """Return the places of the cues whose words follow each other too fast."""
    words = [_count_words(cue.text) for cue in cues]
    hurried: set[int] = set()
    after = said = 0
    for first, cue in enumerate(cues):
        while after < len(cues) and said < FEWEST_WORDS:
            said += words[after]
            after += 1
        if said < FEWEST_WORDS:
            break
        most = said / FASTEST
        if after == len(cues) or cues[after].start - cue.start < most:
            # At most forty cues are looked through: each has a word.
            end = max(other.end for other in cues[first:after])
            if end - cue.start < most:
                hurried.update(range(first, after))
        said -= words[first]
    return hurried


def _find_crowds(cues: Sequence[Cue]) -> set[int]:
    """Return the places of cues of which too many begin together, however long they say to last."""
    crowded: set[int] = set()
    first = 0
    for place in range(1, len(cues) + 1):
        if place == len(cues) or cues[place].start != cues[first].start:
            if place - first > MOST_AT_ONCE:
                crowded.update(range(first, place))
            first = place
    return crowded


def _runs(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of places that follow each other."""
    for _, run in groupby(enumerate(sorted(places)), key=lambda pair: pair[1] - pair[0]):
        found = [place for _, place in run]
        yield found[0], found[-1]


def _trim(cues: Sequence[Cue], first: int, last: int) -> tuple[int, int]:
    """Return the run without the cues at its edges that have time enough for their words.

    Speed is measured over more than a cue, and so takes in some of what stands beside it.
    """
    while first < last and _has_time(cues, first):
        first += 1
    while first < last and _has_time(cues, last):
        last -= 1
    return first, last


def _has_time(cues: Sequence[Cue], place: int) -> bool:
    cue = cues[place]
    end = min(cue.end, cues[place + 1].start) if place + 1 < len(cues) else cue.end
    return _count_words(cue.text) <= FASTEST * (end - cue.start)


def _find_silences(cues: Sequence[Cue]) -> list[int]:
    """Return the places of the cues that begin after a silence."""
    return [
        place
        for place in range(1, len(cues))
        if cues[place].start - cues[place - 1].end >= _SILENCE
    ]


def _widen(cues: Sequence[Cue], silences: Sequence[int], first: int, last: int) -> Stretch:
    """Return the stretch of the cues `first` to `last`, with the silences just beside it.

    It looks the silences up: thousands of runs within seconds would each walk past all the others.
    """
    start, end = cues[first].start, _end_of(cues[last])
    if last + 1 < len(cues) and cues[last + 1].start > start:
        end = min(end, cues[last + 1].start)
    before = bisect_right(silences, first) - 1
    if before >= 0 and cues[first].start - cues[silences[before]].start <= _NEAR:
        start = cues[silences[before] - 1].end
    apart = bisect_left(cues, _SILENCE, last + 1, key=lambda cue: cue.start - end)
    after = bisect_left(silences, apart)
    if after < len(silences):
        place = silences[after]
        # No cue before it may be far already.
        if place == last + 1 or cues[place - 1].start - end <= _NEAR:
            end = cues[place].start
    return start, end


def _find_out_of_place(told: Sequence[Cue]) -> list[Cue]:
    """Return the cues far from their neighbours in the file: all but the most that are in order."""
    kept = _longest_rising([cue.start for cue in told])
    strays: list[Cue] = []
    before, position = 0.0, 0
    for place, cue in enumerate(told):
        if position < len(kept) and kept[position] == place:
            before, position = cue.start, position + 1
            continue
        after = told[kept[position]].start if position < len(kept) else float("inf")
        if max(before - cue.start, cue.start - after) > FAR:
            strays.append(cue)
    return strays if len(strays) <= len(told) * _MOST_OUT_OF_PLACE else []


def _longest_rising(starts: Sequence[float]) -> list[int]:
    """Return the places of the longest series of `starts` that never falls."""
    tails: list[float] = []
    ends: list[int] = []  # the place at which a series of that length ends lowest
    previous: list[int] = []
    for place, start in enumerate(starts):
        length = bisect_right(tails, start)
        previous.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [start]
        ends[length : length + 1] = [place]
    series = []
    place = ends[-1] if ends else -1
    while place >= 0:
        series.append(place)
        place = previous[place]
    return series[::-1]


def _end_of(cue: Cue) -> float:
    return max(cue.end, cue.start + 0.001)


def _merge(stretches: list[Stretch]) -> Iterable[Stretch]:
    """Yield the stretches in order, those that touch as one."""
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
