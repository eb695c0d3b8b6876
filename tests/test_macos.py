"""macOS lacks some of what Linux has: here those names are taken away, in all processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import VIDEO
from viewer.library.workers import count_workers

ROOT = Path(__file__).parents[1]
LIKE_MACOS = '''
import fcntl, os, resource, select, signal, sys

MISSING = {
    os: """sched_getaffinity sched_setaffinity sched_getparam sched_setparam sched_getscheduler
        sched_setscheduler sched_rr_get_interval copy_file_range eventfd eventfd_read eventfd_write
        fdatasync getrandom getresgid getresuid setresgid setresuid getxattr listxattr removexattr
        setxattr memfd_create pidfd_open pipe2 posix_fadvise posix_fallocate splice waitid unshare
        setns O_DIRECT O_LARGEFILE O_NOATIME O_PATH O_RSYNC O_TMPFILE P_PIDFD""",
    signal: """SIGCLD SIGPOLL SIGPWR SIGRTMAX SIGRTMIN SIGSTKFLT pidfd_send_signal sigtimedwait
        sigwaitinfo""",
    resource: "RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_OFILE RLIMIT_RTPRIO RUSAGE_THREAD prlimit",
    select: "epoll",
    fcntl: "F_GETPIPE_SZ F_SETPIPE_SZ F_ADD_SEALS F_NOTIFY",
}
for module, names in MISSING.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)

def refuse_proc(event, given):
    if event == "open" and str(given[0]).startswith("/proc"):
        raise FileNotFoundError(2, "No such file or directory", given[0])

sys.addaudithook(refuse_proc)
'''


@pytest.fixture
def like_macos(tmp_path: Path) -> dict[str, str]:
    """Return variables with which a Python, and each that it starts, is like one on macOS."""
    folder = tmp_path / "like-macos"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(LIKE_MACOS)
    return {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Return a folder of so many notes that worker processes read them."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(320):
        text = f"---\nvideoId: {number:011}\n---\nclaim {number} [0:07].\n"
        (folder / f"{number}.md").write_text(text)
    return folder


def python(environment: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)], env=environment, capture_output=True, text=True
    )


def test_the_names_are_gone_in_a_process_that_is_started_by_one(like_macos):
    look = "import os, sys; print(hasattr(os, 'sched_getaffinity'), end=' ')\n"
    told = python(
        like_macos,
        "-c",
        look + f"sys.stdout.flush(); os.execv(sys.executable, [sys.executable, '-c', {look!r}])",
    )
    assert (told.stdout, told.stderr) == ("False False ", "")


def test_export_works(notes, like_macos):
    told = python(like_macos, "-m", "viewer", "export", notes)
    assert (told.returncode, "Traceback" in told.stderr) == (0, False), told.stderr
    assert len(told.stdout.splitlines()) == 320


def test_check_works(tmp_path, like_macos):
    (tmp_path / "law.md").write_text(f"---\nvideoId: {VIDEO}\n---\nclaim [0:07].\n")
    told = python(like_macos, "-m", "viewer", "check", tmp_path, "--format", "json")
    assert (told.returncode, "Traceback" in told.stderr) == (1, False), told.stderr
    assert [problem["code"] for problem in json.loads(told.stdout)] == ["stamp-bare"]


KEEP = """
import sys, time
from pathlib import Path
from viewer.errors import LibraryError
from viewer.library.keeping import Folders, Keeper
from viewer.library.library import Library

def no_progress():
    return None

if __name__ == "__main__":
    root, place = Path(sys.argv[1]), sys.argv[2]
    keeper = Keeper(Folders(root), place, print, no_progress)
    keeper.prepare()
    keeper.start()
    library = Library(root, place)
    try:
        for claims in (320, 321):
            until = time.monotonic() + 60
            while library.counts().claims != claims:
                assert time.monotonic() < until, library.counts()
                time.sleep(0.05)
            (root / "new.md").write_text("one more [0:07].")
    finally:
        keeper.stop()
"""


def test_the_keeper_makes_the_index_and_follows_the_notes(notes, like_macos, tmp_path):
    (tmp_path / "keep.py").write_text(KEEP)
    told = python(like_macos, tmp_path / "keep.py", notes, tmp_path / "index")
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize(("processors", "workers"), [(None, 1), (1, 1), (2, 2), (12, 4)])
def test_workers_are_as_many_as_processors_where_none_are_assigned(
    monkeypatch, processors, workers
):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert count_workers() == workers


MOUNT = """#!/bin/sh
cat <<END
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
//me@nas.local/notes on /Volumes/my notes (smbfs, nodev, nosuid, mounted by me)
/dev/disk5s1 on /Volumes/my notes/disk (apfs, local, journaled)
server:/export on /Volumes/nfs (nfs, asynchronous)
vault on /Volumes/vault (macfuse, local, synchronous)
END
"""


@pytest.mark.parametrize(
    ("folder", "is_untold"),
    [
        pytest.param("/Users/me/notes", False, id="the machine's disk"),
        pytest.param("/Volumes/my notes/talks", True, id="a share"),
        pytest.param("/Volumes/my notes/disk/x", False, id="a disk inside it"),
        pytest.param("/Volumes/nfs", True, id="NFS"),
        pytest.param("/Volumes/nfs-not", False, id="a name that only begins so"),
        pytest.param("/Volumes/vault/a", True, id="FUSE"),
    ],
)
def test_drives_that_tell_of_no_changes_are_known_by_mount(like_macos, tmp_path, folder, is_untold):
    program = tmp_path / "mount"
    program.write_text(MOUNT)
    program.chmod(0o755)
    told = python(
        {**like_macos, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        "-c",
        "import sys; from pathlib import Path; from viewer.library.watching import is_untold;"
        "print(is_untold(Path(sys.argv[1])))",
        folder,
    )
    assert (told.stdout, told.stderr) == (f"{is_untold}\n", "")
