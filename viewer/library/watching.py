"""Noticing that files of the library change: the system tells, or we look, on network drives."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

_GATHERED = 300
"""Milliseconds for which changes are gathered while more keep coming."""
_QUIET = 50
"""Milliseconds without another change after which they are told."""
_POLL = 300
"""Milliseconds between two looks, where we look."""
_LOOK_AGAIN = 60_000
"""Milliseconds after which all is looked through, should a change not have been told."""
_UNTOLD = frozenset("nfs nfs4 cifs smb3 smbfs afs 9p ceph glusterfs lustre vboxsf vmhgfs".split())
"""File systems that tell nothing of what other machines change; beside them all of FUSE."""


def watch_folder(root: Path, stop: Event) -> Iterator[set[str] | None]:
    """Yield the paths in `root` that have changed, each time some have, until `stop` is set.

    None stands for whatever may have changed, and comes first: what changes from then on is told.
    Hidden files are passed over.
    """
    top = str(root.resolve())
    with _open_watcher(top) as watcher:
        yield None
        while (changes := watcher.watch(_GATHERED, _QUIET, _LOOK_AGAIN, stop)) != "stop":
            if changes == "signal":
                raise KeyboardInterrupt
            if isinstance(changes, str):  # "timeout"
                yield None
                continue
            paths = {os.path.relpath(path, top).replace(os.sep, "/") for _, path in changes}
            visible = {path for path in paths if not _is_hidden(path)}
            if visible:
                yield None if "." in paths else visible


def _open_watcher(top: str) -> RustNotify:
    """Return what watches the folder; it looks by itself where the system can't tell any more."""
    try:
        return RustNotify([top], False, is_untold(Path(top)), _POLL, True, True)
    except (OSError, WatchfilesRustInternalError):  # so many watches and no more, mostly
        return RustNotify([top], False, True, _POLL, True, True)


def is_untold(folder: Path) -> bool:
    """Return whether `folder` lies on a drive whose changes the system does not tell of."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:
        return False
    best, kind = "", ""
    for line in mounts.splitlines():
        # Fields as proc(5) has them: the mount point is the fifth, the type follows a lone dash.
        before, _, after = line.partition(" - ")
        field = before.split(" ")[4].encode("utf-8", "surrogateescape").decode("unicode_escape")
        point = field.encode("latin-1").decode("utf-8", "surrogateescape")
        is_above = folder == Path(point) or Path(point) in folder.parents
        if is_above and len(point) >= len(best):
            best, kind = point, after.partition(" ")[0]
    return kind in _UNTOLD or kind.startswith("fuse")


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") and part != "." for part in path.split("/"))
