"""Which second each stamp means, judged over all the notes of a video.

The lexer reads a stamp by itself; here is where the other stamps of its note, the other notes of
the video and the video's length may overrule it. One thing is decided so far: with a known
duration, a stamp past the end that reads well as MM:SS is MM:SS.
"""

from collections.abc import Sequence
from dataclasses import replace

from viewer.note.model import Claim, Note, Reading, Stamp


def read_stamps(notes: Sequence[Note], *, duration: float | None = None) -> tuple[Note, ...]:
    """Return `notes` with the second of every stamp decided.

    `notes` are all the notes of one video, `duration` its length in seconds where it is known.
    """
    if duration is None:
        return tuple(notes)
    return tuple(_read_note(note, duration) for note in notes)


def _read_note(note: Note, duration: float) -> Note:
    stamps = tuple(_read_stamp(stamp, duration) for stamp in note.stamps)
    if stamps == note.stamps:
        return note
    return with_stamps(note, stamps)


def with_stamps(note: Note, stamps: Sequence[Stamp]) -> Note:
    """Return `note` with other readings of its stamps, in its claims too."""
    claims: list[Claim] = []
    for claim in note.claims:
        decided = tuple(stamps[number] for number in claim.numbers)
        claims.append(claim if decided == claim.stamps else replace(claim, stamps=decided))
    return replace(note, stamps=tuple(stamps), claims=tuple(claims))


def _read_stamp(stamp: Stamp, duration: float) -> Stamp:
    if stamp.start is None or stamp.start <= duration or stamp.reading is not Reading.AS_WRITTEN:
        return stamp
    hours, rest = divmod(stamp.start, 3600)
    minutes, seconds = divmod(rest, 60)
    short = hours * 60 + minutes
    if hours == 0 or short > duration:
        return stamp
    reading = Reading.MINUTES_AS_HOURS if seconds == 0 else Reading.JUNK_FIELD
    return replace(stamp, start=short, reading=reading)
