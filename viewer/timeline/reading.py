"""Which second each stamp means, judged over all the notes of a video.

A plain split of "05:08:00" says five hours. Most such stamps mean 5 min 8 s, and the other stamps
show it: nothing else in the video lies past ten minutes. `lengths.py` weighs how long the video may
be, `ways.py` how each stamp was written; what is written stands where that is not clear.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from viewer.note.model import Note, Reading, Stamp
from viewer.timeline.lengths import CONFUSED, find_lengths, prior
from viewer.timeline.ways import Chances, Fields, Verdict, average, find_cues, judge, weigh

SLACK = 2.0
"""Seconds past the known end that a stamp may lie: lengths are rounded."""

_SURE = 0.8
"""Below this chance of another reading, a stamp is read as it is written."""
_CERTAIN = 0.995
"""Above this chance of what is written, nothing is noted."""
_ROUND = 1 / 20
"""Of properly written stamps, more than end in :00 by chance."""
_CUT, _CUT_MORE = 10.0, 8.0
"""The logarithm by which another length than the known one is unlikelier, and how much more for
each time that it is twice as long: some videos were cut since notes were taken of them."""
_NEGLIGIBLE = 1e-4
"""A length that is less likely than this, beside the likeliest, is left out."""
_LAST_CUE, _GOES_ON = 30.0, 1.02
"""Seconds from the last caption's start to its end, and by how much a video may go on after it."""
_IN_QUESTION = (Reading.AS_WRITTEN, Reading.SPLIT)


class Recording(NamedTuple):
    """What is known of a video itself."""

    duration: float | None = None
    """Its length in seconds."""
    cues: tuple[float, ...] = ()
    """Where its captions begin, in seconds."""


UNKNOWN = Recording()


def read_stamps(notes: Sequence[Note], recording: Recording = UNKNOWN) -> tuple[Note, ...]:
    """Return `notes`, which are all those of one video, with the second of every stamp decided."""
    fields = [_find_fields(note) for note in notes]
    suspect = [_is_suspect(note) for note in fields]
    if not any(suspect):
        return tuple(notes)
    rows = [weigh(note) for note in fields]
    settled = _settle(notes)
    lengths = find_lengths(rows, settled)
    scores = [prior(length) for length in lengths]
    bound = _find_bound(recording)
    if bound:
        scores = [0.0, *(prior(length) - _doubt(length, bound) for length in lengths)]
        lengths = (bound, *lengths)
    cues = find_cues(_find_known(fields, settled, max(lengths)), recording.cues)
    verdicts = [[judge(note, length, cues) for length in lengths] if note else [] for note in rows]
    weights = _weigh_lengths(scores, verdicts)
    return tuple(
        _apply(note, own, _mix(weights, verdict)) if is_suspect else note
        for note, own, verdict, is_suspect in zip(notes, fields, verdicts, suspect, strict=True)
    )


def with_stamps(note: Note, stamps: Sequence[Stamp]) -> Note:
    """Return `note` with other readings of its stamps, in its claims too."""
    claims = []
    for claim in note.claims:
        decided = tuple([stamps[number] for number in claim.numbers])
        claims.append(claim if decided == claim.stamps else claim._replace(stamps=decided))
    return replace(note, stamps=tuple(stamps), claims=tuple(claims))


def _find_fields(note: Note) -> list[Fields]:
    """Return the stamps of `note` that are written NN:NN:NN."""
    found = []
    for place, stamp in enumerate(note.stamps):
        written = stamp.start
        if written is None or stamp.reading not in _IN_QUESTION:
            continue
        text = stamp.raw.strip("[]() ")
        if len(text) == 8 and text[2] == text[5] == ":" and text.replace(":", "").isdecimal():
            second = int(text[3:5])
            if second < 60:
                short = int(text[:2]) * 60 + second
                found.append(Fields(place, second, int(text[6:]), written, short))
    return found


def _is_suspect(note: Sequence[Fields]) -> bool:
    """Tell whether a note may hold a stamp that does not mean what it says."""
    if not note:
        return False
    thirds = [fields.third for fields in note]
    return (
        thirds.count(0) > 2 + len(note) * _ROUND
        or max(thirds) > 59
        or max([fields.written for fields in note]) >= 3600
    )


def _settle(notes: Sequence[Note]) -> list[int]:
    """Return the seconds of the stamps that are not in question."""
    return [
        stamp.start
        for note in notes
        for stamp in note.stamps
        if stamp.start is not None and stamp.reading not in _IN_QUESTION
    ]


def _find_known(
    notes: Sequence[Sequence[Fields]], settled: Sequence[int], longest: float
) -> Counter[int]:
    """Return the seconds beyond doubt: of stamps without an hour, or with what can't be one."""
    known = Counter(settled)
    for note in notes:
        known.update(one.written for one in note if one.written < 3600 and one.third)
        known.update(one.short for one in note if one.written > longest)
    return known


def _find_bound(recording: Recording) -> float | None:
    """Return the second where the video ends, as far as that is known."""
    if recording.duration:
        return recording.duration + SLACK
    return max(recording.cues) * _GOES_ON + _LAST_CUE if recording.cues else None


def _doubt(length: float, known: float) -> float:
    """Return the logarithm by which `length` is unlikelier than a known one."""
    return _CUT + _CUT_MORE * max(0.0, math.log2(length / known))


def _weigh_lengths(scores: Sequence[float], verdicts: Sequence[Sequence[Verdict]]) -> list[float]:
    """Return the weight of each length, from its score before and what each note says of it."""
    scores = list(scores)
    for verdict in filter(None, verdicts):
        floor = max(one.likelihood for one in verdict) - CONFUSED
        for place, one in enumerate(verdict):
            scores[place] += max(floor, one.likelihood)
    best = max(scores)
    return [math.exp(score - best) for score in scores]


def _mix(weights: Sequence[float], verdict: Sequence[Verdict]) -> list[Chances]:
    """Return a note's chances over all lengths, but for those that hardly count."""
    pairs = zip(weights, verdict, strict=True)
    return average([(weight, one.chances()) for weight, one in pairs if weight > _NEGLIGIBLE])


def _apply(note: Note, fields: Sequence[Fields], chances: Sequence[Chances]) -> Note:
    stamps = list(note.stamps)
    for one, (written, whole, junk) in zip(fields, chances, strict=True):
        # No author writes "00:00:30" for 0:00: what is left of it would say nothing.
        if whole + junk > _SURE and one.written != one.short and one.short > 0:
            stamps[one.place] = stamps[one.place]._replace(
                start=one.short,
                reading=Reading.MINUTES_AS_HOURS if whole > junk else Reading.JUNK_FIELD,
                confidence=min(1.0, whole + junk),
            )
        elif written < _CERTAIN and one.written != one.short:
            stamps[one.place] = stamps[one.place]._replace(confidence=written)
    return with_stamps(note, stamps) if stamps != list(note.stamps) else note
