"""A claim moved to another second, as its reader asked: its stamp is written anew, and no other
time of the video is read otherwise for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from viewer.check.edits import Edit, edit_text
from viewer.check.problems import CheckedNote
from viewer.check.repair import source_of, words_of, write_stamps
from viewer.check.stamps import LONGEST, canonical_tag, canonical_time, move_stamp
from viewer.errors import NoteError
from viewer.note.model import Note
from viewer.note.parse import parse_note
from viewer.timecode import format_timecode
from viewer.timeline.reading import Recording, read_stamps
from viewer.timeline.timeline import TimedClaim

_RANGE = re.compile(r"\s{0,3}(?:--?|[~\u2013\u2014])\s{0,3}")
"""What stands between the two stamps of a range."""

_FIRST = "times here are written in another way: repair those first, with claimline check --fix"


def corrected_stamp(second: int) -> str:
    """Return what to write for a claim that is made at `second`."""
    return canonical_tag(second)


def move_claim(
    notes: Sequence[CheckedNote], claim: TimedClaim, start: int, second: int, recording: Recording
) -> list[Edit]:
    """Return how to write the note of `claim` so that it is made at `second` instead of `start`.

    `notes` are all the notes of its video, and were read with `recording`. A range moves whole.
    Raises `NoteError` where that would change more than its time.
    """
    checked = notes[claim.note]
    moved = _find_moved(checked, claim, start, second)
    if not all(0 <= to <= LONGEST for to in moved.values()):
        raise NoteError(f"no video has the second {second:,}")
    texts = {}
    for number, to in moved.items():
        stamp = checked.note.stamps[number]
        text = move_stamp(stamp, source_of(checked, number), to)
        if text is None:
            raise NoteError(
                f"line {stamp.line}: {stamp.raw[:40]!r} can’t be written anew by itself; "
                f"write {canonical_time(to)} by hand"
            )
        texts[number] = text
    edits = write_stamps(checked, texts)
    _require_harmless(notes, claim.note, edits, moved, recording)
    return edits


def _find_moved(checked: CheckedNote, claim: TimedClaim, start: int, second: int) -> dict[int, int]:
    """Return the second that each stamp to write gets, by its number: those of `start`, and where
    ranges that begin with them end."""
    stamps = checked.note.stamps
    moved: dict[int, int] = {}
    for number in claim.claim.numbers:
        if stamps[number].start != start:
            continue
        moved[number] = second
        after = number + 1
        if after not in claim.claim.numbers:
            continue
        end = stamps[after].start
        between = checked.text[stamps[number].span[1] : stamps[after].span[0]]
        if end is not None and end > start and _RANGE.fullmatch(between):
            moved[after] = second + end - start
    if not moved:
        raise NoteError(
            f"the claim is not made at {format_timecode(start)} (any more); open the page again"
        )
    return moved


def _require_harmless(
    notes: Sequence[CheckedNote],
    place: int,
    edits: Sequence[Edit],
    moved: Mapping[int, int],
    recording: Recording,
) -> None:
    """Raise `NoteError` unless `edits` of one of `notes` move these stamps and nothing else."""
    checked = notes[place]
    note = parse_note(edit_text(checked.text, edits), is_html=checked.is_html)
    line = checked.note.stamps[min(moved)].line
    wanted = f"line {line}: written as {canonical_time(moved[min(moved)])}, "
    if words_of(note) != words_of(checked.note):
        raise NoteError(f"{wanted}the note’s claims would be told apart otherwise")
    # Parsed anew: what was read of a stamp once is no evidence for reading it so again.
    written = [_bare(parse_note(one.text, is_html=one.is_html)) for one in notes]
    written[place] = _bare(note)
    for other, (before, after) in enumerate(
        zip(notes, read_stamps(written, recording), strict=True)
    ):
        for number, (old, new) in enumerate(zip(before.note.stamps, after.stamps, strict=True)):
            own = moved.get(number) if other == place else None
            if own is not None and new.start != own:
                raise NoteError(f"{wanted}this time would still be read otherwise; {_FIRST}")
            if own is None and new.start != old.start:
                raise NoteError(f"{wanted}other times would be read otherwise; {_FIRST}")


def _bare(note: Note) -> Note:
    return replace(note, claims=())
