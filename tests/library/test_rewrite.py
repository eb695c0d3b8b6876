"""Writing a note anew: all of it or nothing, and only what was seen."""

import errno
import fcntl
import os
import stat

import pytest

from viewer.errors import LibraryError
from viewer.library import rewrite
from viewer.library.rewrite import rewrite_note


@pytest.fixture
def note(tmp_path):
    (tmp_path / "a").mkdir()
    path = tmp_path / "a" / "law.md"
    path.write_bytes(b"old")
    return path


def names(note):
    return sorted(path.name for path in note.parent.iterdir())


def test_the_note_is_written_and_keeps_its_mode(tmp_path, note):
    note.chmod(0o640)
    rewrite_note(tmp_path, "a/law.md", b"old", b"new\r\n")
    assert note.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(note.stat().st_mode) == 0o640
    assert names(note) == ["law.md"]


def test_a_note_in_the_folder_itself(tmp_path):
    (tmp_path / "law.md").write_bytes(b"old")
    rewrite_note(tmp_path, "law.md", b"old", b"new")
    assert (tmp_path / "law.md").read_bytes() == b"new"


def test_a_note_that_changed_meanwhile_is_left(tmp_path, note):
    with pytest.raises(LibraryError, match="has changed since it was read"):
        rewrite_note(tmp_path, "a/law.md", b"older", b"new")
    assert (note.read_bytes(), names(note)) == (b"old", ["law.md"])


@pytest.mark.parametrize("call", ["fsync", "replace", "fchmod"])
def test_a_full_disk_leaves_the_note_and_nothing_else(tmp_path, note, call, monkeypatch):
    def fail(*arguments, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(rewrite.os, call, fail)
    with pytest.raises(LibraryError, match=r"No space left on device\); it is as it was"):
        rewrite_note(tmp_path, "a/law.md", b"old", b"new")
    assert (note.read_bytes(), names(note)) == (b"old", ["law.md"])


def test_no_link_is_followed(tmp_path, note):
    outside = tmp_path / "outside.md"
    outside.write_bytes(b"old")
    note.unlink()
    note.symlink_to(outside)
    with pytest.raises(LibraryError, match="symbolic link"):
        rewrite_note(tmp_path, "a/law.md", b"old", b"new")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(LibraryError):
        rewrite_note(tmp_path, "b/law.md", b"old", b"new")
    assert outside.read_bytes() == b"old"
    assert note.is_symlink()


def test_what_a_killed_writer_left_is_removed_and_what_is_being_written_stays(tmp_path, note):
    stale = note.with_name(".claimline-fix-0123")
    stale.write_bytes(b"half")
    busy = note.with_name(".claimline-fix-4567")
    with busy.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        rewrite_note(tmp_path, "a/law.md", b"old", b"new")
        assert names(note) == [".claimline-fix-4567", "law.md"]
