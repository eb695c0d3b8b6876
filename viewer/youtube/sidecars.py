"""Files of captions and facts beside the notes, written whole or not at all.

They are `<video_id>.<language>.json3` (or `.vtt`) and `<video_id>.info.json`, in the first folder
that `--captions` names, else in `captions/` inside the library. The library may hold files of
strangers, so no symbolic link in it is followed, also if files are moved while we write.
"""

import contextlib
import errno
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from viewer.errors import LibraryError
from viewer.transcript.model import VideoInfo
from viewer.youtube.model import Outcome
from viewer.youtube.video import watch_url

_INSIDE = "captions"
_PREFIX = ".claimline-fetch-"
_STALE = 3600.0
"""Seconds after which the writer of a temporary file is taken for dead."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Sidecars:
    """The folder that captions are written to: `folder`, else `captions/` in `library`."""

    def __init__(self, library: Path | None, folder: Path | None = None) -> None:
        if library is None and folder is None:
            raise LibraryError("there is no folder for captions; name one with --captions")
        self._root = folder
        self._library = library
        self.folder = folder if folder is not None else (library or Path()) / _INSIDE

    def save(self, video_id: str, outcome: Outcome) -> tuple[str, ...]:
        """Write the files of a video, and return their names; raises `LibraryError`.

        The facts come first: the indexer may read the captions as soon as they are there, and
        judges them by the facts.
        """
        files = {}
        if outcome.info is not None:
            files[f"{video_id}.info.json"] = _write_info(video_id, outcome.info, outcome.thumbnail)
        if outcome.captions is not None:
            captions = outcome.captions
            name = f"{video_id}.{captions.language}{captions.suffix}"
            files[name] = captions.text.encode("utf-8", "replace")
        try:
            with self._open() as folder:
                _clean(folder)
                for name, data in files.items():
                    _replace(folder, name, data)
                os.fsync(folder)
        except OSError as error:
            raise LibraryError(f"{self.folder}: {_explain(error)}") from error
        return tuple(files)

    @contextlib.contextmanager
    def _open(self) -> Iterator[int]:
        """Yield a descriptor of the folder, which is made if it is missing."""
        if self._root is not None:
            self._root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._root, _FOLDER)
        else:
            library = os.open(self._library or "", _FOLDER)
            try:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(_INSIDE, dir_fd=library)
                descriptor = os.open(_INSIDE, _FOLDER | os.O_NOFOLLOW, dir_fd=library)
            finally:
                os.close(library)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _write_info(video_id: str, info: VideoInfo, thumbnail: str | None) -> bytes:
    """Return JSON as yt-dlp writes it, with the fields that `transcript/info.py` reads."""
    value = {
        "id": video_id,
        "title": info.title,
        "channel": info.channel,
        "duration": info.duration,
        "language": info.language,
        "chapters": [
            {"start_time": chapter.start, "end_time": chapter.end, "title": chapter.title}
            for chapter in info.chapters
        ],
        "thumbnail": thumbnail,
        "webpage_url": watch_url(video_id),
    }
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace") + b"\n"


def _replace(folder: int, name: str, data: bytes) -> None:
    """Write a file by way of a temporary one, and rename that."""
    temporary = f"{_PREFIX}{secrets.token_hex(6)}"
    try:
        with os.fdopen(os.open(temporary, _NEW_FILE, 0o644, dir_fd=folder), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A symbolic link of that name is replaced, not followed.
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _clean(folder: int) -> None:
    """Remove temporary files whose writer was killed."""
    for name in os.listdir(folder):
        if name.startswith(_PREFIX):
            with contextlib.suppress(OSError):
                status = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if time.time() - status.st_mtime > _STALE:
                    os.unlink(name, dir_fd=folder)


def _explain(error: OSError) -> str:
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return "is a link or a file, not a folder; make it one, or name one with --captions"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; make room"
    return f"can't be written ({error.strerror}); allow it, or name a folder with --captions"
