"""Files are written whole, or stay as they were."""

import os
import stat
import subprocess
import sys

import pytest

from viewer.errors import LibraryError
from viewer.library.output import write_file


def fail():
    yield b"half"
    raise RuntimeError("in the middle")


def test_a_file_is_written_with_the_usual_mode(tmp_path):
    write_file(tmp_path / "a.vtt", [b"a", b"b"])
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "a.vtt").read_bytes() == b"ab"
    assert (tmp_path / "a.vtt").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert len([*tmp_path.iterdir()]) == 2


def test_a_failure_leaves_what_was_there(tmp_path):
    file = tmp_path / "a.vtt"
    file.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        write_file(file, fail())
    assert [*tmp_path.iterdir()] == [file]
    assert file.read_bytes() == b"old"


def test_the_mode_is_kept_and_a_link_stays_one(tmp_path):
    file, link = tmp_path / "a.vtt", tmp_path / "link.vtt"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_file(link, [b"new"])
    assert link.is_symlink()
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o640)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_written_to_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(
        [sys.executable, "-c", f"print(open({str(pipe)!r}).read())"], stdout=subprocess.PIPE
    )
    write_file(pipe, [b"a"])
    assert reader.communicate(timeout=10)[0].strip() == b"a"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("name", ["no/such/a.vtt", "file/a.vtt", "x" * 300])
def test_what_cannot_be_written_is_said(tmp_path, name):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LibraryError, match=r"can't be written .*--output"):
        write_file(tmp_path / name, [b"a"])
