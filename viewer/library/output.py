"""Writing files that people asked for: whole, or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path

from viewer.errors import LibraryError
from viewer.library.folder import display_path


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write `chunks` to `path`, so that it holds either all of them or what it held before.

    A link stays and what it leads to is written; a pipe or a device is written to as it is.
    Raises `LibraryError` when that can't be done.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                file.writelines(chunks)
        else:
            _replace_file(target, chunks)
    except OSError as error:
        name = display_path(str(path))
        raise LibraryError(
            f"{name}: can't be written ({error.strerror}); give another file with --output"
        ) from error


def _replace_file(target: Path, chunks: Iterable[bytes]) -> None:
    # Beside the target, since a file moves in one step only within a file system. The name of
    # the target may be as long as names can be, so this one is not made from it.
    temporary = target.with_name(f".claimline-{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
