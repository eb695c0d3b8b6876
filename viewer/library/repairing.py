"""Repairs of the notes on disk: planned first, to be shown, then written."""

from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from viewer.check.repair import Edit, choose_edits, edit_bytes
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


def plan_repairs(
    root: Path, video: CheckedVideo, codes: Collection[str]
) -> Iterator[Repair | LibraryError]:
    """Yield the repairs of a video's notes, or why a note that needs some can't have them."""
    edits = choose_edits(video.notes, video.problems, codes)
    for checked in video.notes:
        own = edits.get(checked.path)
        if own:
            try:
                data = _read_editable(root, checked.path, own)
                if decode_note(data) != checked.text:
                    raise _changed(checked.path)
                yield Repair(checked.path, checked.text, own, sha256(data).digest())
            except LibraryError as error:
                yield error


def write_repair(root: Path, repair: Repair) -> None:
    """Write `repair`; raises `LibraryError` when the note has changed or can't be written."""
    data = _read_editable(root, repair.path, repair.edits)
    if sha256(data).digest() != repair.digest:
        raise _changed(repair.path)
    rewrite_note(root, repair.path, data, edit_bytes(data, repair.edits))


def _read_editable(root: Path, path: str, edits: Sequence[Edit]) -> bytes:
    data = read_bytes(root, path, NOTE_LIMIT)
    try:
        edit_bytes(data, edits[:1])
    except NoteError as error:
        raise LibraryError(f"{display_path(path)}: {error}") from error
    return data


def _changed(path: str) -> LibraryError:
    return LibraryError(f"{display_path(path)}: has changed since it was read; check it again")
