"""How stamps of three fields are written: the chances, and the model that weighs them.

Each stamp a:b:c was written in one of three ways, and neighbours are mostly written in the same
one: a hidden Markov model (Rabiner, "A tutorial on hidden Markov models", 1989) with a state for
each way.

    as written      a hours, b minutes, c seconds
    MM:SS:00        a minutes, b seconds, and 00
    MM:SS + junk    a minutes, b seconds; then a frame, b again, where the cue ends, anything

A way is as likely as the second that it gives. A note follows the video for a while and then turns
to another topic: most seconds come soon after the one before, the others anywhere. Those that other
stamps of the video share are likelier, since notes are taken from the same cues, and one past the
end is out of the question. The numbers below are rounded from counts over stamps of real notes.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

SHARES = (0.80, 0.14, 0.06)
"""Of all stamps, those written in each way."""
STAYS = 0.93
"""The chance that the next stamp of a note is written as this one is."""
COARSE = 0.03
"""Of short notes, those that round to whole minutes, and mean it …"""
COARSE_NOTE = 16
"""… the most stamps that such a note has …"""
FIVES = 0.85
"""… and of those, the multiples of five minutes."""
PAST_END = 1e-7
"""The chance of a stamp past the end of the video: its author was wrong."""
ODD = 1e-3
"""The chance of a last field past 59 in a stamp that is written properly."""

_PAST_HOUR = 0.3
"""The chance that a stamp says its hour, in a note that has left it out so far."""
_HABIT = 0.10
"""Of junk, a share that is the same all over its note, and another that is always so much more than
the field before it. The rest is anything."""
_SHARED, _FEW = 0.5, 20
"""Of stamps, those whose second another stamp of the video has, where at least a few are known."""
_AFTER, _AFTER_HALF, _CUE = 0.055, 12.0, 4.0
_BEFORE, _BEFORE_HALF = 0.001, 50.0
"""The chance of a second just after that of the stamp before, and just before it; how many seconds
further it is half as likely (a Cauchy distribution); and how long a cue lasts, mostly."""
_AGAIN = 0.008
"""Of stamps, those that repeat the second of the one before, …"""
ANYWHERE = 0.06
"""… and those that turn to anywhere."""

_CROWDED = 0.15
"""How much rarer it is that another stamp of the note is within a second of this one, or says the
same in the first two fields and another third, if it is short: cues are longer."""

Chances = tuple[float, float, float]
"""One number for each way, in the order of `SHARES`."""
_Step = tuple[Chances, Chances, Chances]

_LEAVES = tuple((1 - STAYS) * share for share in SHARES)
_MOVES: _Step = (
    (_LEAVES[0] + STAYS, _LEAVES[1], _LEAVES[2]),
    (_LEAVES[0], _LEAVES[1] + STAYS, _LEAVES[2]),
    (_LEAVES[0], _LEAVES[1], _LEAVES[2] + STAYS),
)
"""The chance of each way, by the way of the stamp before."""


class Fields(NamedTuple):
    """A stamp of three fields, which may not mean what it says."""

    place: int
    """Its number in the note."""
    second: int
    third: int
    written: int
    """Its second if the fields are hours, minutes and seconds."""
    short: int
    """Its second if the first two are minutes and seconds."""


class Row(NamedTuple):
    """What is likely of one stamp: its third field in each way, its second after the one before."""

    written: int
    short: int
    proper: float
    whole: float
    junk: float
    coarse: float
    """How much likelier it is in a note that rounds."""
    long_long: float
    """How near the second as written is to that of the stamp before, as written …"""
    short_long: float
    """… and if that one is short;"""
    long_short: float
    """… the short one, if that of the stamp before is as written …"""
    short_short: float
    """… and if it is short too."""


class Cues(NamedTuple):
    """How much likelier the seconds are that stamps of the video are known to have."""

    common: float
    """The factor for all seconds …"""
    shared: float
    """… and what is added for each stamp but one that has it."""
    known: Mapping[int, int]


def find_cues(known: Counter[int]) -> Cues:
    """Return the cues of a video from the seconds of its stamps that are beyond doubt."""
    others = known.total() - 1
    if others < _FEW:
        return Cues(1.0, 0.0, {})
    return Cues(1 - _SHARED, _SHARED * max(known) / others, known)


def judge(note: Sequence[Row], length: float, cues: Cues) -> tuple[float, list[Chances]]:
    """Return the logarithm of a note's likelihood in a video of `length` seconds, and the chance of
    each way for each of its stamps.
    """
    likelihood, chances = _solve(_steps(note, length, cues))
    if len(note) <= COARSE_NOTE and 2 * sum(row.whole > 0 for row in note) > len(note):
        anywhere = (1 - ANYWHERE) / length
        rough = [
            row._replace(proper=row.proper * row.coarse, long_long=anywhere, short_long=anywhere)
            for row in note
        ]
        likelier, others = _solve(_steps(rough, length, cues))
        odds = COARSE / (1 - COARSE) * math.exp(min(99.0, likelier - likelihood))
        return likelihood + math.log1p(odds), average([(1.0, chances), (odds, others)])
    return likelihood, chances


def coarse_bonus(second: int, third: int) -> float:
    """Return how much likelier a proper stamp is in a note that rounds than in another."""
    if third:
        return 0.02
    return 60 * (FIVES * 5 if second % 5 == 0 else (1 - FIVES) * 5 / 4)


def junk_chances(note: Sequence[Fields]) -> list[float]:
    """Return the chance of each stamp's third field as junk, judged by the others of its note."""
    others = max(1, len(note) - 1)
    same = Counter(fields.third for fields in note)
    ahead = Counter((fields.third - fields.second) % 60 for fields in note)
    anything = (1 - 2 * _HABIT) / 60
    return [
        anything + _HABIT * (same[third] + ahead[(third - second) % 60] - 2) / others
        for _, second, third, _, _ in note
    ]


def weigh(note: Sequence[Fields]) -> list[Row]:
    rows = []
    shorts = Counter(short for short, _ in {(one.short, one.third) for one in note})
    before_written = before_short = _FAR
    for fields, junk in zip(note, junk_chances(note), strict=True):
        _, second, third, written, short = fields
        is_crowded = shorts[short] > 1 or short - 1 in shorts or short + 1 in shorts
        room = _CROWDED if is_crowded else 1.0
        rows.append(
            Row(
                written,
                short,
                1.0 if third < 60 else ODD,
                room if third == 0 else 0.0,
                room * junk,
                coarse_bonus(second, third),
                near(written - before_written),
                near(written - before_short),
                near(short - before_written),
                near(short - before_short),
            )
        )
        before_written, before_short = written, short
    return rows


_FAR = -(10**6)


@cache
def near(step: int) -> float:
    """Return the chance of a second so long after that of the stamp before."""
    if step > 0:
        return _AFTER / (1 + (step / _AFTER_HALF) ** 2) * min(1.0, (step / _CUE) ** 2)
    if step < 0:
        return _BEFORE / (1 + (step / _BEFORE_HALF) ** 2)
    return _AGAIN


def _solve(steps: Sequence[_Step]) -> tuple[float, list[Chances]]:
    """Return the logarithm of a note's likelihood, and the chances of its stamps' ways.

    The forward-backward algorithm, scaled at each step.
    """
    likelihood = 0.0
    forward: list[Chances] = []
    a, b, c = SHARES
    for x, y, z in steps:
        a, b, c = (
            a * x[0] + b * y[0] + c * z[0],
            a * x[1] + b * y[1] + c * z[1],
            a * x[2] + b * y[2] + c * z[2],
        )
        total = a + b + c
        likelihood += math.log(total)
        a, b, c = a / total, b / total, c / total
        forward.append((a, b, c))
    chances: list[Chances] = []
    p, q, r = 1.0, 1.0, 1.0
    for (a, b, c), (x, y, z) in zip(reversed(forward), reversed(steps), strict=True):
        total = a * p + b * q + c * r
        chances.append((a * p / total, b * q / total, c * r / total))
        p, q, r = (
            x[0] * p + x[1] * q + x[2] * r,
            y[0] * p + y[1] * q + y[2] * r,
            z[0] * p + z[1] * q + z[2] * r,
        )
        total = p + q + r
        p, q, r = p / total, q / total, r / total
    chances.reverse()
    return likelihood, chances


def _steps(rows: Sequence[Row], length: float, cues: Cues) -> list[_Step]:
    """Return for each stamp the chance of each way, by the way of the stamp before."""
    steps: list[_Step] = []
    common, shared, known = cues
    count = known.get
    anywhere = ANYWHERE / length
    beyond = PAST_END / length
    (pp, pw, pj), (leave, ww, wj), (_, jw, jj) = _MOVES
    for row in rows:
        written, short, proper, whole, junk, _, ll, sl, ls, ss = row
        if written <= length:
            proper *= common + shared * (count(written, 1) - 1)
            ll += anywhere
            sl += anywhere
        else:
            ll = sl = beyond
        if short <= length:
            boost = common + shared * (count(short, 1) - 1)
            ls = (ls + anywhere) * boost
            ss = (ss + anywhere) * boost
        else:
            ls = ss = beyond
        to_written = leave if written < 3600 else _PAST_HOUR
        steps.append(
            (
                (pp * proper * ll, pw * whole * ls, pj * junk * ls),
                (to_written * proper * sl, ww * whole * ss, wj * junk * ss),
                (to_written * proper * sl, jw * whole * ss, jj * junk * ss),
            )
        )
    return steps


def average(answers: Sequence[tuple[float, list[Chances]]]) -> list[Chances]:
    """Return the chances under several hypotheses, weighed by the number that each comes with."""
    if len(answers) == 1:
        return answers[0][1]
    total = sum(weight for weight, _ in answers)
    shares = [weight / total for weight, _ in answers]
    return [
        (
            sum(share * row[0] for share, row in zip(shares, rows, strict=True)),
            sum(share * row[1] for share, row in zip(shares, rows, strict=True)),
            sum(share * row[2] for share, row in zip(shares, rows, strict=True)),
        )
        for rows in zip(*(chances for _, chances in answers), strict=True)
    ]
