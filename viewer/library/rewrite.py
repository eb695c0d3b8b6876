"""Writing a note anew, as its owner asked: all of it or nothing, and only what was seen.

The new bytes go to a file with a dot name in the note's own folder, which takes the note's place
in one step. No link is followed, below the library's folder, whatever is moved meanwhile.
"""

import fcntl
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from viewer.errors import LibraryError
from viewer.library.folder import NOTE_LIMIT, display_path, open_folder, read_bytes

_PREFIX = ".claimline-fix-"
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def rewrite_note(root: Path, path: str, old: bytes, new: bytes) -> None:
    """Write `new` to the note at `path` inside `root`, which must still hold `old`.

    Raises `LibraryError` when it holds something else by now, or can't be written.
    """
    name = path.rpartition("/")[2]
    try:
        folder = open_folder(root, path)
        try:
            clean_folder(folder)
            _replace(root, path, folder, name, old, new)
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise LibraryError(
            f"{display_path(path)}: can't be written ({error.strerror}); it is as it was"
        ) from error


def clean_folder(folder: int) -> None:
    """Remove what a rewriting that was killed has left in `folder`, an open descriptor."""
    for name in os.listdir(folder):
        if name.startswith(_PREFIX):
            _remove_stale(folder, name)


def _replace(root: Path, path: str, folder: int, name: str, old: bytes, new: bytes) -> None:
    temporary = f"{_PREFIX}{secrets.token_hex(6)}"
    descriptor = os.open(temporary, _FLAGS, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            # Held until the file is in place: what isn't locked has lost its writer.
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(new)
            file.flush()
            mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
            os.fchmod(file.fileno(), stat.S_IMODE(mode))
            os.fsync(file.fileno())
            if read_bytes(root, path, NOTE_LIMIT) != old:
                raise LibraryError(
                    f"{display_path(path)}: has changed since it was read; check it again"
                )
            os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        _remove(folder, temporary)
        raise


def _remove_stale(folder: int, name: str) -> None:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return  # not ours: a link, or gone
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(folder, name)
    except OSError:
        pass  # someone writes it now
    finally:
        os.close(descriptor)


def _remove(folder: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
