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
from collections.abc import Collection, Mapping, Sequence
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

_SHIFTS = (0.0, 0.5, 1.0, -0.5, -1.0)
"""What is added to the start of a caption before the fraction is dropped: who took notes dropped
it, or rounded, or had captions that begin a little earlier or later."""
_ERRORS = 3.0
"""Standard errors by which stamps must hit captions more often than by chance."""
_TAKEN = 0.8
"""Of stamps, those taken from captions at most: one note of the video may be by someone else."""

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
    """How much likelier some seconds of a video are than others: cues begin there."""

    common: float
    """The factor for all seconds …"""
    known: Mapping[int, float]
    """… but these."""


def find_cues(known: Counter[int], starts: Sequence[float] = ()) -> Cues:
    """Return the cues of a video from the seconds of its stamps that are beyond doubt.

    `starts` are where its captions begin. They count as far as those stamps show that notes were
    taken from them.
    """
    common, shared = 1.0, 0.0
    others = known.total() - 1
    if others >= _FEW:
        common, shared = 1 - _SHARED, _SHARED * max(known) / others
    seconds, hit, miss = _weigh_starts(known, starts)
    factors = dict.fromkeys(seconds, common * hit)
    if shared:
        for second, count in known.items():
            on = hit if second in seconds else miss
            factors[second] = common * on + shared * (count - 1)
    return Cues(common * miss, factors)


def _weigh_starts(
    known: Collection[int], starts: Sequence[float]
) -> tuple[Collection[int], float, float]:
    """Return the seconds of captions, how much likelier a stamp has one of them, and another.

    Captions may be of another edition, or their times made up: the share of stamps taken from
    them is what the known ones hit more often than by chance.
    """
    share, chance, best = 0.0, 1.0, frozenset[int]()
    for shift in _SHIFTS if known and starts else ():
        seconds = frozenset([int(start + shift) for start in starts])
        lucky = len(seconds) / max(1, *seconds, len(seconds) + 1)
        error = math.sqrt(lucky * (1 - lucky) / len(known))
        hits = sum(second in seconds for second in known) / len(known)
        taken = min(_TAKEN, (hits - lucky - _ERRORS * error) / (1 - lucky))
        if taken > share:
            share, chance, best = taken, lucky, seconds
    return best, 1 - share + share / chance, 1 - share


class Verdict(NamedTuple):
    """What a length of the video makes of a note."""

    likelihood: float
    """Its logarithm."""
    passes: tuple[tuple[float, "_Pass"], ...]
    """The passes over the note under each hypothesis, and its weight."""

    def chances(self) -> list[Chances]:
        """Return the chance of each way for each stamp of the note."""
        return average([(weight, _go_back(one.steps)) for weight, one in self.passes])


class _Pass(NamedTuple):
    """A pass over a note, from its first stamp to the last."""

    likelihood: float
    """Its logarithm."""
    steps: list[tuple[float, ...]]
    """For each stamp, the chances of its ways by the stamps up to it (three numbers), and those of
    the way from each way of the stamp before to each of its own (eight: to be written properly is
    as likely after either short way)."""


def judge(note: Sequence[Row], length: float, cues: Cues) -> Verdict:
    """Return what a note says of a video of `length` seconds."""
    plain = _go_forward(note, length, cues)
    if len(note) > COARSE_NOTE or 2 * sum(row.whole > 0 for row in note) <= len(note):
        return Verdict(plain.likelihood, ((1.0, plain),))
    anywhere = (1 - ANYWHERE) / length
    rough = _go_forward(
        [
            row._replace(proper=row.proper * row.coarse, long_long=anywhere, short_long=anywhere)
            for row in note
        ],
        length,
        cues,
    )
    odds = COARSE / (1 - COARSE) * math.exp(min(99.0, rough.likelihood - plain.likelihood))
    return Verdict(plain.likelihood + math.log1p(odds), ((1.0, plain), (odds, rough)))


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


def _go_forward(rows: Sequence[Row], length: float, cues: Cues) -> _Pass:
    """Weigh each stamp by those before it.

    With `_go_back`, the forward-backward algorithm, scaled at each step.
    """
    likelihood = 0.0
    steps: list[tuple[float, ...]] = []
    common, known = cues
    likelier = known.get
    anywhere = ANYWHERE / length
    beyond = PAST_END / length
    (pp, pw, pj), (leave, ww, wj), (_, jw, jj) = _MOVES
    a, b, c = SHARES
    for written, short, proper, whole, junk, _, ll, sl, ls, ss in rows:
        if written <= length:
            proper *= likelier(written, common)
            ll += anywhere
            sl += anywhere
        else:
            ll = sl = beyond
        if short <= length:
            boost = likelier(short, common)
            ls = (ls + anywhere) * boost
            ss = (ss + anywhere) * boost
        else:
            ls = ss = beyond
        to_proper = (leave if written < 3600 else _PAST_HOUR) * proper * sl
        x0, x1, x2 = pp * proper * ll, pw * whole * ls, pj * junk * ls
        y1, y2 = ww * whole * ss, wj * junk * ss
        z1, z2 = jw * whole * ss, jj * junk * ss
        a, b, c = (
            a * x0 + b * to_proper + c * to_proper,
            a * x1 + b * y1 + c * z1,
            a * x2 + b * y2 + c * z2,
        )
        total = a + b + c
        likelihood += math.log(total)
        a, b, c = a / total, b / total, c / total
        steps.append((a, b, c, x0, x1, x2, to_proper, y1, y2, z1, z2))
    return _Pass(likelihood, steps)


def _go_back(steps: Sequence[tuple[float, ...]]) -> list[Chances]:
    """Return the chances of each stamp's ways by all stamps, those after it too."""
    chances: list[Chances] = []
    p, q, r = 1.0, 1.0, 1.0
    for a, b, c, x0, x1, x2, to_proper, y1, y2, z1, z2 in reversed(steps):
        total = a * p + b * q + c * r
        chances.append((a * p / total, b * q / total, c * r / total))
        p, q, r = (
            x0 * p + x1 * q + x2 * r,
            to_proper * p + y1 * q + y2 * r,
            to_proper * p + z1 * q + z2 * r,
        )
        total = p + q + r
        p, q, r = p / total, q / total, r / total
    chances.reverse()
    return chances


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
