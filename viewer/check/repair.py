"""Repairs: which are safe to write together, and a note's bytes with them written.

A stamp is read by the company it keeps, so writing one anew may change how others are read. What
is written is what leaves every claim with its words and its seconds.
"""

import codecs
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from viewer.check.model import Problem
from viewer.check.problems import CheckedNote
from viewer.check.stamps import explain_reading, repair_stamp
from viewer.errors import NoteError
from viewer.note.model import Note, Stamp
from viewer.note.parse import parse_note
from viewer.timeline.reading import read_stamps

_CONTEXT = 2
"""Lines around a change that a diff shows."""
_TAKEN_ALONG = 0.9
"""The chance from which on a stamp is repaired for its neighbours' sake."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


Span = tuple[int, int]


class Edit(NamedTuple):
    """Characters of a note, and what to write in their place."""

    span: Span
    text: str


Edits = Mapping[str, Sequence[Edit]]
"""By path of the note; those of one note in order, none inside another."""
Wanted = dict[str, dict[Span, str]]
Harm = Mapping[str, Sequence[Stamp] | None]


def choose_edits(
    notes: Sequence[CheckedNote], problems: Iterable[Problem], codes: Collection[str]
) -> Edits:
    """Return the certain repairs of `problems` with one of `codes`, as far as they change no claim.

    `notes` are all the notes of one video.
    """
    wanted = {checked.path: dict[Span, str]() for checked in notes}
    for problem in problems:
        if problem.replacement is not None and problem.span and problem.code in codes:
            wanted[problem.path][problem.span] = problem.replacement
    for step in (
        _take_along,
        _take_along,
        _leave_out_seconds,
        _leave_out_seconds,
        _leave_out_notes,
    ):
        harmed = _find_harm(notes, wanted)
        if not harmed:
            return _list_edits(notes, wanted)
        step(notes, wanted, harmed)
    return {} if _find_harm(notes, wanted) else _list_edits(notes, wanted)


def edit_text(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with `edits` made."""
    return "".join(_pieces(text, edits))


def edit_bytes(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes of a note with `edits` made, and every other byte as it was.

    Raises `NoteError` for a file that is not UTF-8.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise NoteError("is UTF-16, which is read but not written; save it as UTF-8")
    try:
        text = data[len(mark) :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError(
            f"holds bytes that are not UTF-8 (at byte {error.start}); save it as UTF-8"
        ) from error
    return mark + edit_text(text, edits).encode("utf-8")


def format_diff(path: str, text: str, edits: Sequence[Edit]) -> Iterator[str]:
    """Yield the lines of a unified diff of `edits`, which are in order."""
    lines = _LINE.findall(text)
    begins = [0]
    for line in lines:
        begins.append(begins[-1] + len(line))
    yield f"--- {path}"
    yield f"+++ {path}"
    shift = 0
    for hunk in _hunks(begins, edits):
        first, last = hunk[0].first, hunk[-1].last
        top, bottom = max(0, first - _CONTEXT), min(len(lines), last + 1 + _CONTEXT)
        body: list[str] = []
        at = top
        for change in hunk:
            body += [f" {line}" for line in lines[at : change.first]]
            body += [f"-{line}" for line in lines[change.first : change.last + 1]]
            offset = begins[change.first]
            old = "".join(lines[change.first : change.last + 1])
            moved = [Edit((a - offset, b - offset), new) for (a, b), new in change.edits]
            body += [f"+{line}" for line in _LINE.findall(edit_text(old, moved))]
            at = change.last + 1
        body += [f" {line}" for line in lines[at:bottom]]
        added = sum(line[0] != "-" for line in body)
        yield f"@@ -{top + 1},{bottom - top} +{top + 1 + shift},{added} @@"
        yield from (line.rstrip("\r\n") for line in body)
        shift += added - (bottom - top)


class _Change(NamedTuple):
    """Whole lines, by index, and the edits in them."""

    first: int
    last: int
    edits: list[Edit]


def _hunks(begins: Sequence[int], edits: Sequence[Edit]) -> Iterator[list[_Change]]:
    """Yield the changed lines, those together whose context would meet."""
    changes: list[_Change] = []
    line = 0
    for edit in edits:
        while begins[line + 1] <= edit.span[0]:
            line += 1
        last = line
        while begins[last + 1] < edit.span[1]:
            last += 1
        if changes and changes[-1].last >= line - 1:
            known = changes[-1]
            changes[-1] = _Change(known.first, max(last, known.last), [*known.edits, edit])
        else:
            changes.append(_Change(line, last, [edit]))
    hunk: list[_Change] = []
    for change in changes:
        if hunk and change.first - hunk[-1].last - 1 > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _pieces(text: str, edits: Iterable[Edit]) -> Iterator[str]:
    at = 0
    for (begin, end), new in edits:
        yield text[at:begin]
        yield new
        at = end
    yield text[at:]


def _find_harm(notes: Sequence[CheckedNote], wanted: Wanted) -> Harm:
    """Return the stamps that would be read otherwise, by the paths of their notes.

    None stands for all of a note whose claims would have other words.
    """
    if not any(wanted.values()):
        return {}
    edits = _list_edits(notes, wanted)
    after = read_stamps(
        [
            parse_note(
                edit_text(checked.text, edits.get(checked.path, ())), is_html=checked.is_html
            )
            for checked in notes
        ]
    )
    harm: dict[str, list[Stamp] | None] = {}
    for checked, note in zip(notes, after, strict=True):
        if _words(note) != _words(checked.note):
            harm[checked.path] = None
            continue
        pairs = zip(checked.note.stamps, note.stamps, strict=True)
        moved = [old for old, new in pairs if old.start != new.start]
        if moved:
            harm[checked.path] = moved
    return harm


def _words(note: Note) -> tuple[int, list[tuple[str, tuple[int, ...]]]]:
    return len(note.stamps), [(claim.text, claim.numbers) for claim in note.claims]


def _take_along(notes: Sequence[CheckedNote], wanted: Wanted, harm: Harm) -> None:
    """Repair the stamps, too, that would be misread among repaired ones."""
    for checked in notes:
        for stamp in harm.get(checked.path) or ():
            text = checked.text[slice(*stamp.span)]
            replacement = repair_stamp(stamp, text, _TAKEN_ALONG)
            if replacement and explain_reading(stamp):
                wanted[checked.path].setdefault(stamp.span, replacement)


def _leave_out_seconds(notes: Sequence[CheckedNote], wanted: Wanted, harm: Harm) -> None:
    """Leave every second of the notes that are harmed as it is written."""
    for checked in notes:
        if checked.path in harm:
            for stamp in checked.note.stamps:
                if explain_reading(stamp):
                    wanted[checked.path].pop(stamp.span, None)


def _leave_out_notes(notes: Sequence[CheckedNote], wanted: Wanted, harm: Harm) -> None:
    """Leave the notes that are harmed as they are, or all where that changes nothing."""
    for path in harm if any(wanted[path] for path in harm) else [*wanted]:
        wanted[path].clear()


def _list_edits(notes: Sequence[CheckedNote], wanted: Wanted) -> Edits:
    """Return the edits of `wanted`, in order, with brackets for what would lose them."""
    edits: dict[str, list[Edit]] = {}
    for checked in notes:
        spans = wanted[checked.path]
        if spans:
            kept = {
                stamp.span: f"[{stamp.raw}]{', ' if stamp is not times[-1] else ''}"
                for times in _find_lists(checked)
                if any(stamp.span in spans for stamp in times)
                for stamp in times
            }
            edits[checked.path] = [Edit(*item) for item in sorted((kept | spans).items())]
    return edits


def _find_lists(checked: CheckedNote) -> Iterator[list[Stamp]]:
    """Yield the stamps that share one pair of brackets: `[00:01:19, 00:01:24]`."""
    times: list[Stamp] = []
    for stamp in checked.note.stamps:
        if stamp.is_bare and checked.text[stamp.span[1] - 1] not in "])":
            times.append(stamp)
        elif times:
            yield [*times, stamp]
            times = []
