"""Repairs of the notes on disk: planned first, to be shown, then written."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from viewer.check.edits import Edit, edit_bytes
from viewer.check.model import Problem
from viewer.check.problems import CheckedNote
from viewer.check.repair import choose_edits, settle_problems
from viewer.check.retiming import move_claim
from viewer.errors import LibraryError, NoteError
from viewer.library.checking import CheckedVideo
from viewer.library.folder import NOTE_LIMIT, decode_note, display_path, read_bytes
from viewer.library.rewrite import rewrite_note


class Repair(NamedTuple):
    """What is to be written into a note, and the hash of the bytes that it was planned for."""

    path: str
    text: str
    edits: Sequence[Edit]
    digest: bytes


class Undo(NamedTuple):
    """A note as it was before it was written, and the hash of what was written."""

    path: str
    before: bytes
    digest: bytes


class Plan(NamedTuple):
    """What is to be done about a video's problems."""

    problems: list[Problem]
    """With a replacement where it is to be written, and where it isn't, with the reason."""
    repairs: list[Repair]
    errors: list[LibraryError]
    """Why notes that need some can't be written."""
    left: int
    """Stamps whose repair is certain, but would change how others are read."""


def plan_repairs(root: Path, video: CheckedVideo, codes: Collection[str]) -> Plan:
    """Return what is to be done about the problems of `video` that have one of `codes`."""
    problems = [problem for problem in video.problems if problem.code in codes]
    wanted = {
        (problem.path, problem.span) for problem in problems if problem.replacement is not None
    }
    if not wanted:
        return Plan(problems, [], [], 0)
    digests: dict[str, bytes] = {}
    closed: dict[str, LibraryError] = {}
    for checked in video.notes:
        try:
            digests[checked.path] = _take_digest(root, checked)
        except LibraryError as error:
            closed[checked.path] = error
    notes = [replace(checked, is_closed=checked.path in closed) for checked in video.notes]
    edits = choose_edits(notes, problems, codes, video.recording)
    chosen = {(path, edit.span) for path, own in edits.items() for edit in own}
    return Plan(
        problems=settle_problems(problems, edits, closed),
        repairs=[
            Repair(checked.path, checked.text, edits[checked.path], digests[checked.path])
            for checked in notes
            if checked.path in edits
        ],
        errors=[closed[path] for path in sorted({path for path, _ in wanted} & closed.keys())],
        left=sum(path not in closed for path, _ in wanted - chosen),
    )


def plan_second(root: Path, video: CheckedVideo, claim_id: str, start: int, second: int) -> Repair:
    """Return how to write that a claim of `video` is made at `second` instead of `start`.

    Raises `LibraryError` in words where the note has changed or can't be written so.
    """
    claim = next((claim for claim in video.claims if claim.id == claim_id), None)
    if claim is None:
        raise LibraryError("the claim is not in the notes any more; open the page again")
    checked = video.notes[claim.note]
    digest = _take_digest(root, checked)
    try:
        edits = move_claim(video.notes, claim, start, second, video.recording)
    except NoteError as error:
        raise LibraryError(f"{display_path(checked.path)}: {error}") from error
    return Repair(checked.path, checked.text, edits, digest)


def write_repair(root: Path, repair: Repair) -> Undo:
    """Write `repair`; raises `LibraryError` when the note has changed or can't be written."""
    data = _read_editable(root, repair.path)
    if sha256(data).digest() != repair.digest:
        raise _changed(repair.path)
    written = edit_bytes(data, repair.edits)
    rewrite_note(root, repair.path, data, written)
    return Undo(repair.path, data, sha256(written).digest())


def undo_repair(root: Path, undo: Undo) -> None:
    """Write a note as it was before; raises `LibraryError` as `write_repair` does."""
    data = read_bytes(root, undo.path, NOTE_LIMIT)
    if sha256(data).digest() != undo.digest:
        raise LibraryError(f"{display_path(undo.path)}: has changed since; change it there")
    rewrite_note(root, undo.path, data, undo.before)


def _take_digest(root: Path, checked: CheckedNote) -> bytes:
    """Return the hash of a note's bytes; raises `LibraryError` when they can't be written anew."""
    data = _read_editable(root, checked.path)
    if decode_note(data) != checked.text:
        raise _changed(checked.path)
    return sha256(data).digest()


def _read_editable(root: Path, path: str) -> bytes:
    data = read_bytes(root, path, NOTE_LIMIT)
    try:
        edit_bytes(data, ())
    except NoteError as error:
        raise LibraryError(f"{display_path(path)}: {error}") from error
    return data


def _changed(path: str) -> LibraryError:
    return LibraryError(f"{display_path(path)}: has changed since it was read; check it again")
