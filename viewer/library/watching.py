"""Noticing that files of the library change: the system tells, or we look, on network drives."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event
from time import monotonic

from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

_GATHERED = 300
"""Milliseconds for which changes are gathered while more keep coming."""
_QUIET = 50
"""Milliseconds without another change after which they are told."""
_LOOK_AGAIN = 60_000
"""Milliseconds after which all is looked through, should a change not have been told."""
_POLL = 1000
"""Milliseconds between two looks, where we look …"""
_SHARE = 9
"""… or so many times what a look takes, up to `_LOOK_AGAIN`: a tenth of the time, at most."""
_ELSEWHERE = "/"
_UNTOLD = frozenset(
    "nfs nfs4 cifs smb3 smbfs afs 9p ceph glusterfs lustre vboxsf vmhgfs".split()
    + "afpfs webdav".split()  # macOS
)
"""File systems that tell nothing of what other machines change; beside them all of FUSE."""
_MOUNT = re.compile(r".+? on (?P<point>/.*) \((?P<kind>[^,()]+)[^()]*\)")
"""A line of `mount`: "//me@nas/notes on /Volumes/notes (smbfs, nodev, nosuid, mounted by me)"."""


def watch_folders(root: Path, others: Iterable[Path], stop: Event) -> Iterator[set[str] | None]:
    """Yield the paths in `root` that have changed, each time some have, until `stop` is set.

    None stands for whatever may have changed, and comes first: what changes from then on is told,
    also in the `others` that are there. Hidden files are passed over.
    """
    top = str(root.resolve())
    folders = [top, *(str(path.resolve()) for path in others if path.is_dir())]
    with _open_watcher(folders) as watcher:
        yield None
        while (changes := watcher.watch(_GATHERED, _QUIET, _LOOK_AGAIN, stop)) != "stop":
            if changes == "signal":
                raise KeyboardInterrupt
            if isinstance(changes, str):  # "timeout"
                yield None
                continue
            paths = {_place(path, top, folders[1:]) for _, path in changes}
            visible = {path for path in paths if not _is_hidden(path)}
            if visible:
                yield visible if visible.isdisjoint([".", _ELSEWHERE]) else None


def _open_watcher(tops: list[str]) -> RustNotify:
    """Return what watches the folders; it looks by itself where the system can't tell any more."""
    if not any(is_untold(Path(top)) for top in tops):
        with contextlib.suppress(OSError, WatchfilesRustInternalError):
            return RustNotify(tops, False, False, _POLL, True, True)
        # so many watches and no more, mostly
    begun = monotonic()
    watcher = RustNotify(tops, False, True, _POLL, True, True)
    # Opening it was its first look. On a slow drive, or in a large folder, one is not to follow
    # the other all the time.
    pause = min(int((monotonic() - begun) * 1000 * _SHARE), _LOOK_AGAIN)
    if pause <= _POLL:
        return watcher
    watcher.close()
    return RustNotify(tops, False, True, pause, True, True)


def is_untold(folder: Path) -> bool:
    """Return whether `folder` lies on a drive whose changes the system does not tell of."""
    best, kind = "", ""
    for point, its_kind in _list_mounts():
        is_above = folder == Path(point) or Path(point) in folder.parents
        if is_above and len(point) >= len(best):
            best, kind = point, its_kind
    return kind in _UNTOLD or "fuse" in kind


def _list_mounts() -> Iterator[tuple[str, str]]:
    """Yield each mount point and the type of the file system there."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:  # not Linux
        yield from _ask_mount()
        return
    for line in mounts.splitlines():
        # Fields as proc(5) has them: the mount point is the fifth, the type follows a lone dash.
        before, _, after = line.partition(" - ")
        field = before.split(" ")[4].encode("utf-8", "surrogateescape").decode("unicode_escape")
        point = field.encode("latin-1").decode("utf-8", "surrogateescape")
        yield point, after.partition(" ")[0]


def _ask_mount() -> Iterator[tuple[str, str]]:
    """Yield the same as macOS and BSDs have it, from the program `mount`."""
    program = shutil.which("mount", path=f"{os.environ.get('PATH', '')}{os.pathsep}/sbin")
    if program is None:
        return
    told = subprocess.run([program], capture_output=True, text=True, errors="surrogateescape")
    for line in told.stdout.splitlines():
        if found := _MOUNT.fullmatch(line):
            yield found["point"], found["kind"]


def _place(path: str, top: str, others: Iterable[str]) -> str:
    """Return where `path` is in the library at `top`, or that it is in one of the others."""
    if any(Path(path).is_relative_to(other) for other in others):
        return _ELSEWHERE
    return os.path.relpath(path, top).replace(os.sep, "/")


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") and part != "." for part in path.split("/"))
