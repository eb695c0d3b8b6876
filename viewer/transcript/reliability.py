"""Stretches of a transcript whose times can't be right.

Two things show them. Words follow each other faster than anyone speaks: some minutes of speech
have the time of one second, beside a silence in which they were really said. Or the time of a cue
is far from those of its neighbours in the file, whose order is that of the speech.

The text of such a stretch is kept, but no claim is accused by it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from viewer.transcript.model import Cue

FASTEST = 8.0
"""Words per second; auctioneers reach it. People who talk over each other reach 6 over forty words,
in real transcripts with right times."""
FEWEST_WORDS = 40
"""Words over which speed is measured. Fewer may be interjections, whose times are rounded."""
MOST_AT_ONCE = 4
"""The most cues that may begin together; in reality, up to four people call out at once."""
FAR = 15.0
"""Seconds from its neighbours in the file from which on a cue is out of place."""

_SILENCE = 5.0
"""Seconds without a cue in which the words of a hurried run may have been said, …"""
_NEAR = 10.0
"""… and the most seconds from the run to such a silence."""
_LETTERS = 12
"""Characters that count as one word, for scripts without spaces."""
_MOST_OUT_OF_PLACE = 0.1
"""The largest share of cues out of place. If there are more, the file is in no order at all."""

Stretch = tuple[float, float]
"""Start and end, half-open, in seconds."""


def find_unreliable(in_file_order: Sequence[Cue], in_order: Sequence[Cue]) -> tuple[Stretch, ...]:
    """Return the stretches in order, not touching.

    `in_order` are the cues in order of their starts. Both have the ends that the file gives.
    """
    runs = [_trim(in_order, *run) for run in _find_runs(_find_hurried(in_order))]
    runs += _find_runs(_find_crowds(in_order))
    silences = _find_silences(in_order)
    stretches = [_widen(in_order, silences, *run) for run in runs]
    stretches += [(cue.start, _end_of(cue)) for cue in _find_strays(in_file_order)]
    return tuple(_merge(stretches))


def _count_words(text: str) -> int:
    """Return the number of words in `text`, estimated for scripts without spaces."""
    return max(len(text.split()), len(text) // _LETTERS)


def _find_hurried(cues: Sequence[Cue]) -> set[int]:
    """Return the places of the cues whose words follow each other too fast."""
    words = [_count_words(cue.text) for cue in cues]
    hurried: set[int] = set()
    # A sliding window: the cues from `first` to before `after` have just `FEWEST_WORDS` or more.
    after = count = 0
    for first, cue in enumerate(cues):
        while after < len(cues) and count < FEWEST_WORDS:
            count += words[after]
            after += 1
        if count < FEWEST_WORDS:
            break
        most = count / FASTEST
        if after == len(cues) or cues[after].start - cue.start < most:
            # Their starts are too close. Their ends decide: at most forty, as each has a word.
            end = max(other.end for other in cues[first:after])
            if end - cue.start < most:
                hurried.update(range(first, after))
        count -= words[first]
    return hurried


def _find_crowds(cues: Sequence[Cue]) -> set[int]:
    """Return the places of the cues of which too many begin together, whatever their ends are."""
    crowded: set[int] = set()
    first = 0
    for place in range(1, len(cues) + 1):
        if place == len(cues) or cues[place].start != cues[first].start:
            if place - first > MOST_AT_ONCE:
                crowded.update(range(first, place))
            first = place
    return crowded


def _find_runs(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last place of each run of consecutive places."""
    # Along a run, the difference between a place and its number stays the same.
    for _, pairs in groupby(enumerate(sorted(places)), key=lambda pair: pair[1] - pair[0]):
        run = [place for _, place in pairs]
        yield run[0], run[-1]


def _trim(cues: Sequence[Cue], first: int, last: int) -> tuple[int, int]:
    """Return the run without the cues at its edges that have enough time for their words.

    Speed is measured over several cues, so a run includes some of its neighbours.
    """
    while first < last and _has_time(cues, first):
        first += 1
    while first < last and _has_time(cues, last):
        last -= 1
    return first, last


def _has_time(cues: Sequence[Cue], place: int) -> bool:
    """True if a cue has enough time for its words, until its end or the next cue."""
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

    Silences are found by bisection: a file may have thousands of runs within seconds, and to walk
    from each to its silence would take quadratic time.
    """
    start, end = cues[first].start, _end_of(cues[last])
    if last + 1 < len(cues) and cues[last + 1].start > start:
        end = min(end, cues[last + 1].start)
    # The last silence before the run; some cues may stand between.
    before = bisect_right(silences, first) - 1
    if before >= 0 and cues[first].start - cues[silences[before]].start <= _NEAR:
        start = cues[silences[before] - 1].end
    # The first silence after the run, counted from its end. Starts are in order, so the cues that
    # begin `_SILENCE` after it or later are the last ones.
    apart = bisect_left(cues, _SILENCE, last + 1, key=lambda cue: cue.start - end)
    after = bisect_left(silences, apart)
    if after < len(silences):
        place = silences[after]
        # It counts only if all cues between the run and it are near.
        if place == last + 1 or cues[place - 1].start - end <= _NEAR:
            end = cues[place].start
    return start, end


def _find_strays(in_file_order: Sequence[Cue]) -> list[Cue]:
    """Return the cues whose time is far from those of their neighbours in the file.

    The longest series of cues that is in order is taken to be right. Every other cue should lie
    between its neighbours in that series.
    """
    series = _find_longest_rise([cue.start for cue in in_file_order])
    strays: list[Cue] = []
    before, position = 0.0, 0
    for place, cue in enumerate(in_file_order):
        if position < len(series) and series[position] == place:
            before, position = cue.start, position + 1
            continue
        after = in_file_order[series[position]].start if position < len(series) else float("inf")
        if max(before - cue.start, cue.start - after) > FAR:
            strays.append(cue)
    return strays if len(strays) <= len(in_file_order) * _MOST_OUT_OF_PLACE else []


def _find_longest_rise(starts: Sequence[float]) -> list[int]:
    """Return the places of the longest subsequence of `starts` that never falls.

    By patience sorting: https://en.wikipedia.org/wiki/Longest_increasing_subsequence
    """
    tails: list[float] = []  # for each length, the lowest last start of a subsequence, …
    ends: list[int] = []  # … and the place of that start
    previous: list[int] = []  # for each place, the place before it in its subsequence, or -1
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
    """Return the end of a cue, after its start at the least."""
    return max(cue.end, cue.start + 0.001)


def _merge(stretches: list[Stretch]) -> Iterable[Stretch]:
    """Return the stretches in order, with those that touch joined."""
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
