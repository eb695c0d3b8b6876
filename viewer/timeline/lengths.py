"""How long a video may be, as far as its stamps tell."""

import math
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from viewer.timeline.ways import ANYWHERE, COARSE, PAST_END, SHARES, Row

_MEDIAN, _SPREAD = 1200.0, 1.15
"""Of the lengths of videos, in seconds; of their logarithms."""
_BROADCAST, _STEEP = 4 * 3600.0, 4.0
"""Few videos are longer; how steeply they become fewer."""
_LONGEST = 12.5 * 3600.0
"""No video is longer."""

CONFUSED = 20.0
"""The logarithm by which a note is at most unlikelier for a length that doesn't suit it: it may be
wrong throughout, and must not overrule the other notes of its video."""
_MAIN = 0.9
"""Of a note's stamps, those written in its main way …"""
_HOMES = (SHARES[0] * (1 - COARSE), SHARES[1], SHARES[2], SHARES[0] * COARSE)
"""… and how many notes have each: the three ways, and rounded to minutes."""
_TURNS = 0.1
"""Of stamps, those that turn to another topic: anywhere in the video, so less likely there the
longer it is."""
_ELSEWHERE = ANYWHERE / _MEDIAN
_NEVER = 10**9
_OUTSIDE = math.log(PAST_END)

_APART, _DIFFERENT = 1.04, 1.3
"""Lengths that differ by less are not tried both, and not both kept."""
_MOST, _UNLIKELY, _CLOSE = 5, 80.0, 2.0
"""Lengths that are kept; the logarithm by which the others are behind, and one that is little."""

_Fit = tuple[float, float, float, float]
"""The logarithm of a chance for each of `_HOMES`."""
_NONE: _Fit = (0.0, 0.0, 0.0, 0.0)
_WITHIN: _Fit = (-_OUTSIDE, -_OUTSIDE, -_OUTSIDE, -_OUTSIDE)


def find_lengths(notes: Sequence[Sequence[Row]], settled: Sequence[int]) -> tuple[float, ...]:
    """Return the likeliest lengths of a video, in seconds, best first.

    `settled` are the seconds of the stamps that are not in question. A length is as likely as the
    stamps are within it. That changes only where it passes a reading of one of them, so all lengths
    are tried in one sweep over the readings.
    """
    fits, steps = _start(notes)
    floors = [
        _find_floor(fit, len(note), len(notes)) for fit, note in zip(fits, notes, strict=True)
    ]
    mixed = [_mix(fit) for fit in fits]
    outside = len(settled)
    steps += [(second, -1, _NONE) for second in settled]
    steps.sort(key=itemgetter(0))
    scored: list[tuple[float, float]] = []
    for (second, note, gain), (following, _, _) in pairwise([*steps, (_NEVER, -1, _NONE)]):
        if note < 0:
            outside -= 1
        else:
            fits[note] = _add(fits[note], gain)
            mixed[note] = math.nan
        if 0 < second < _LONGEST and following > second * _APART:
            turn = _TURNS * math.log(second + 1)
            score = prior(second) + _OUTSIDE * outside - turn * len(settled)
            for place, rows in enumerate(notes):
                if math.isnan(mixed[place]):
                    mixed[place] = _mix(fits[place])
                score += max(floors[place], mixed[place] - turn * len(rows))
            scored.append((score, second + 1.0))
    return _keep_best(scored) if scored else (_LONGEST,)


def prior(length: float) -> float:
    """Return the logarithm of how common a length is among videos."""
    deviation = math.log(length / _MEDIAN) / _SPREAD
    return -(deviation**2) / 2 - _STEEP * max(0.0, math.log(length / _BROADCAST))


def _find_floor(fit: _Fit, stamps: int, notes: int) -> float:
    """Return how unlikely a note that fits no length like `fit` may become, of so many `notes`."""
    if notes == 1:
        return -math.inf
    within = _mix(fit) - _OUTSIDE * stamps
    return within - _TURNS * math.log(_LONGEST) * stamps - CONFUSED


def _start(
    notes: Sequence[Sequence[Row]],
) -> tuple[list[_Fit], list[tuple[int, int, _Fit]]]:
    """Return how well each note fits no length at all, and what it gains at each second."""
    fits: list[_Fit] = []
    steps: list[tuple[int, int, _Fit]] = []
    for number, note in enumerate(notes):
        total = (0.0, 0.0, 0.0, 0.0)
        for row in note:
            both = _fit(row, 1.0)
            if row.short < row.written:
                short = _fit(row, PAST_END)
                steps.append((row.short, number, _subtract(short, both, -_OUTSIDE)))
                steps.append((row.written, number, _subtract(both, short)))
            else:
                steps.append((row.short, number, _WITHIN))
            total = _add(total, both)
        fits.append(_subtract(total, _NONE, _OUTSIDE * len(note)))
    return fits, steps


def _fit(row: Row, within: float) -> _Fit:
    """Return the logarithm of a stamp's chance in notes of each main way.

    `within` is the chance of its second as written: the short one is within the length.
    """
    proper = row.proper * within
    short = row.short_short + _ELSEWHERE
    rough = proper * row.coarse / _MEDIAN
    proper *= row.long_long + _ELSEWHERE
    whole = row.whole * short
    junk = row.junk * short
    other = (1 - _MAIN) / 3 * (proper + whole + junk)
    log = math.log
    return (
        log(_MAIN * proper + other),
        log(_MAIN * whole + other),
        log(_MAIN * junk + other),
        log(_MAIN * rough + other),
    )


def _mix(fit: _Fit) -> float:
    """Return the logarithm of a note's chance, whatever its main way."""
    best = max(fit)
    return best + math.log(
        sum(share * math.exp(term - best) for share, term in zip(_HOMES, fit, strict=True))
    )


def _keep_best(scored: list[tuple[float, float]]) -> tuple[float, ...]:
    """Return the best lengths, and of those that differ little from one, the longest.

    To be a little too long costs nothing; to be too short, the last stamps.
    """
    scored.sort(reverse=True)
    kept: dict[float, float] = {}
    for score, length in scored:
        if score < scored[0][0] - _UNLIKELY:
            break
        like = [other for other in kept if 1 / _DIFFERENT < length / other < _DIFFERENT]
        if like:
            if score > scored[0][0] - _CLOSE:
                kept[like[0]] = max(kept[like[0]], length)
        elif len(kept) < _MOST:
            kept[length] = length
    return tuple(kept.values())


def _add(one: _Fit, other: _Fit) -> _Fit:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3])


def _subtract(one: _Fit, other: _Fit, more: float = 0.0) -> _Fit:
    return (
        one[0] - other[0] + more,
        one[1] - other[1] + more,
        one[2] - other[2] + more,
        one[3] - other[3] + more,
    )
