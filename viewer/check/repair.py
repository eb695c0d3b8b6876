"""Repairs: which are safe to write together.

A stamp is read by the company it keeps, so writing one anew may change how others are read. What
is written is what leaves every claim with its words and its seconds, and nothing certain over for
the next time.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby
from typing import NamedTuple

from viewer.check.edits import Edit, edit_text
from viewer.check.model import Problem
from viewer.check.problems import CheckedNote, find_in_stamps
from viewer.check.stamps import explain_reading, repair_stamp
from viewer.note.model import Note, Stamp
from viewer.note.parse import parse_note
from viewer.timeline.reading import UNKNOWN, Recording, read_stamps

_TAKEN_ALONG = 0.9
"""The chance from which on a stamp is repaired for its neighbours' sake."""
_STEPS = 4
"""How often such stamps may call for others."""
_WORK = 150_000
"""Stamps of a video that are read anew, at most, to find what can be written with what is."""
_ROUNDS = 8
"""How often what was written may make other repairs certain."""

_OTHERS = "--fix leaves it to you: with it, other times of the video would be read otherwise"
_CLOSED = "--fix leaves it to you: the file can’t be written"

Edits = Mapping[str, Sequence[Edit]]
"""By path of the note; those of one note in order, none inside another."""


class _Mark(NamedTuple):
    """A stamp to write anew."""

    note: int
    number: int


_Marks = frozenset[_Mark]


def choose_edits(
    notes: Sequence[CheckedNote],
    problems: Iterable[Problem],
    codes: Collection[str],
    recording: Recording = UNKNOWN,
) -> Edits:
    """Return the certain repairs of `problems` with one of `codes`, as far as they change no claim.

    `notes` are all the notes of one video, and were read with `recording`. Once the edits are
    made, there are no others to choose.
    """
    video = _Video(notes, recording)
    wanted = _find_marks(notes, problems, codes)
    written: _Marks = frozenset()
    for _ in range(_ROUNDS):
        more = _add(video, written, wanted)
        if more == written:
            break
        written = more
        video.now = video.read(written)
        found = chain.from_iterable(find_in_stamps(checked) for checked in video.now)
        wanted = _find_marks(video.now, found, codes)
    numbers = [
        [mark.number for mark in written if mark.note == place] for place in range(len(notes))
    ]
    return {
        checked.path: video.list_edits(place, numbers[place])
        for place, checked in enumerate(notes)
        if numbers[place]
    }


def settle_problems(
    problems: Iterable[Problem], edits: Edits, closed: Collection[str] = ()
) -> list[Problem]:
    """Return `problems` with a replacement only where `edits` write it, and elsewhere with why.

    `closed` are the paths of notes that can't be written.
    """
    chosen = {(path, edit.span) for path, own in edits.items() for edit in own}
    settled = []
    for problem in problems:
        if problem.replacement is not None and (problem.path, problem.span) not in chosen:
            reason = _CLOSED if problem.path in closed else _OTHERS
            message = f"{problem.message} ({reason})"
            problem = replace(problem, message=message, replacement=None)
        settled.append(problem)
    return settled


def _find_marks(
    notes: Sequence[CheckedNote], problems: Iterable[Problem], codes: Collection[str]
) -> _Marks:
    """Return the stamps of `notes` with a certain repair of one of `codes`."""
    chosen = {
        (problem.path, problem.span)
        for problem in problems
        if problem.replacement is not None and problem.code in codes
    }
    return frozenset(
        _Mark(place, number)
        for place, checked in enumerate(notes)
        if not checked.is_closed
        for number, stamp in enumerate(checked.note.stamps)
        if (checked.path, stamp.span) in chosen
    )


def _add(video: "_Video", written: _Marks, wanted: _Marks) -> _Marks:
    """Return `written` with as much of `wanted` as is safe: all, or what dividing it finds."""
    tries = max(_STEPS, _WORK // (1 + video.size))
    queue = deque([sorted(wanted - written)])
    while queue and tries:
        part = queue.popleft()
        if not written.issuperset(part):
            tries -= 1
            more = video.make_safe(written.union(part))
            if more is None:
                queue += _divide(part)
            else:
                written = more
    return written


def _divide(part: Sequence[_Mark]) -> list[list[_Mark]]:
    """Return `part` by note, or of one note in two halves, or nothing of a single mark."""
    notes = [list(group) for _, group in groupby(part, key=lambda mark: mark.note)]
    if len(notes) > 1:
        return notes
    middle = len(part) // 2
    return [notes[0][:middle], notes[0][middle:]] if middle else []


class _Draft(NamedTuple):
    """A note with some stamps written anew, before it is read with the others of its video."""

    text: str
    note: Note
    is_sound: bool
    """Whether its claims have their words."""


class _Video:
    """The notes of one video, and how they would be read with some stamps written anew."""

    def __init__(self, notes: Sequence[CheckedNote], recording: Recording) -> None:
        self.notes = self.now = notes
        self._recording = recording
        self.size = sum(len(checked.note.stamps) for checked in notes)
        self._drafts: dict[tuple[int, frozenset[int]], _Draft] = {}

    def make_safe(self, marks: _Marks) -> _Marks | None:
        """Return `marks` with those that must go along, or None where they change a claim."""
        for _ in range(_STEPS):
            drafts = self._write(marks)
            if not all(draft.is_sound for draft in drafts):
                return None
            harmed = self._find_harm(self._read(drafts))
            if not harmed:
                return marks
            if not all(mark not in marks and self._may_follow(mark) for mark in harmed):
                return None
            marks |= harmed
        return None

    def read(self, marks: _Marks) -> list[CheckedNote]:
        """Return the notes as they are once `marks` are written, without their claims."""
        drafts = self._write(marks)
        notes = self._read(drafts)
        return [
            replace(checked, text=draft.text, note=note)
            for checked, draft, note in zip(self.notes, drafts, notes, strict=True)
        ]

    def list_edits(self, place: int, numbers: Collection[int]) -> list[Edit]:
        """Return how to write some stamps of a note."""
        checked = self.notes[place]
        stamps = checked.note.stamps
        return write_stamps(
            checked,
            {
                number: repair_stamp(stamps[number], source_of(checked, number), 0.0) or ""
                for number in numbers
            },
        )

    def _read(self, drafts: Sequence[_Draft]) -> Sequence[Note]:
        return read_stamps([draft.note for draft in drafts], self._recording)

    def _find_harm(self, notes: Sequence[Note]) -> _Marks:
        """Return the stamps that are read otherwise in `notes`."""
        return frozenset(
            _Mark(place, number)
            for place, (checked, note) in enumerate(zip(self.notes, notes, strict=True))
            for number, (old, new) in enumerate(zip(checked.note.stamps, note.stamps, strict=True))
            if old.start != new.start
        )

    def _may_follow(self, mark: _Mark) -> bool:
        """Tell whether a stamp that would be misread among repaired ones can be repaired too."""
        checked = self.now[mark.note]
        stamp = checked.note.stamps[mark.number]
        is_sure = repair_stamp(stamp, source_of(checked, mark.number), _TAKEN_ALONG) is not None
        return not checked.is_closed and is_sure and explain_reading(stamp) is not None

    def _write(self, marks: _Marks) -> list[_Draft]:
        numbers: list[set[int]] = [set() for _ in self.notes]
        for mark in marks:
            numbers[mark.note].add(mark.number)
        return [self._write_note(place, frozenset(own)) for place, own in enumerate(numbers)]

    def _write_note(self, place: int, numbers: frozenset[int]) -> _Draft:
        draft = self._drafts.get((place, numbers))
        if draft is None:
            checked = self.notes[place]
            text = edit_text(checked.text, self.list_edits(place, numbers))
            note = parse_note(text, is_html=checked.is_html)
            is_sound = words_of(note) == words_of(checked.note)
            draft = _Draft(text, replace(note, claims=()), is_sound)
            self._drafts[place, numbers] = draft
        return draft


def source_of(checked: CheckedNote, number: int) -> str:
    """Return the characters of a stamp."""
    return checked.text[slice(*checked.note.stamps[number].span)]


def words_of(note: Note) -> tuple[int, list[tuple[str, tuple[int, ...]]]]:
    """Return what writing stamps anew must leave as it is."""
    return len(note.stamps), [(claim.text, claim.numbers) for claim in note.claims]


def write_stamps(checked: CheckedNote, texts: Mapping[int, str]) -> list[Edit]:
    """Return how to write `texts` for the stamps of these numbers, with brackets for those beside
    them in a list that would lose them."""
    stamps = checked.note.stamps
    spans = {stamps[number].span: text for number, text in texts.items()}
    kept = {
        stamp.span: f"[{stamp.raw}]{', ' if stamp is not times[-1] else ''}"
        for times in _find_lists(checked)
        if any(stamp.span in spans for stamp in times)
        for stamp in times
    }
    return [Edit(*item) for item in sorted((kept | spans).items())]


def _find_lists(checked: CheckedNote) -> Iterator[list[Stamp]]:
    """Yield the stamps that share one pair of brackets: `[00:01:19, 00:01:24]`."""
    times: list[Stamp] = []
    for stamp in checked.note.stamps:
        if stamp.is_bare and checked.text[stamp.span[1] - 1] not in "])":
            times.append(stamp)
        elif times:
            yield [*times, stamp]
            times = []
