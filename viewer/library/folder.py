"""A folder of notes on disk: which files are in it, and reading them safely.

Whoever fills the folder is not trusted. Links are never followed, nothing but regular files is
read, and what is left out is reported in words. Paths are relative to the folder and separated
by `/`; bytes in a name that aren't UTF-8 stand in them as lone surrogates (`surrogateescape`),
so that every file can be opened again by the path it was found under.
"""

import codecs
import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import BinaryIO

from viewer.errors import LibraryError

NOTE_SUFFIXES = frozenset({".md", ".markdown", ".html", ".htm"})
MEDIA_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".webm", ".ogv", ".mov"}
    | {".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".wav", ".flac"}
)
NOTE_LIMIT = 2 * 2**20
"""The most bytes a note may have."""
CAPTIONS_LIMIT = 16 * 2**20
"""The most bytes that a file of captions, or of what is known of a video, may have."""
DEPTH_LIMIT = 100
"""The most folders that a file may lie in, one inside the other."""
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK, opening a FIFO waits for someone to write to it.
_FILE_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC

PATH_LIMIT = 1000
"""The most bytes of a path inside the library: databases bound what they sort by."""

_LINK = "is a symbolic link, which is not followed; put the file or folder itself in its place"
_IRREGULAR = "is not a regular file; keep pipes, sockets and devices out of the library"
_TOO_DEEP = f"lies more than {DEPTH_LIMIT} folders deep; move it nearer to the top"
_TOO_LONG = f"has a path of more than {PATH_LIMIT:,} bytes; give it or its folders shorter names"
_FORBIDDEN = "can't be read (permission denied); allow reading it"

_CAPTIONS = re.compile(
    r"(?:.*\[)?([A-Za-z0-9_-]{11})\]?(?:\.([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}))?(\.(?:vtt|srt|json3))"
    r"|(?:.*\[)?([A-Za-z0-9_-]{11})\]?(\.info\.json)",
    re.ASCII | re.DOTALL,
)
"""Names of sidecar files: "<id>.en.vtt", "<id>.info.json"; with a title, "A talk [<id>].en.vtt"."""

_INVISIBLE = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_UNPRINTABLE = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0xD800, 0xE000)], "\ufffd"
)
_DISPLAY = _INVISIBLE | _UNPRINTABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryFile:
    """A file of the library, found but not read."""

    path: str
    """Relative to the library's folder: "karabakh/armenia.md"."""
    size: int
    """In bytes."""
    mtime_ns: int
    """Its last change, in nanoseconds since 1970."""


class NoteFile(LibraryFile):
    """A note on disk."""

    __slots__ = ()


class MediaFile(LibraryFile):
    """A video or sound file on disk."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionsFile(LibraryFile):
    """Captions of a video, or what else is known of it (".info.json"), on disk."""

    video_id: str
    language: str
    """As its name says it: "en", "pt-BR"; "und" where it doesn't."""
    suffix: str
    """".vtt", ".srt", ".json3" or ".info.json"."""
    folder: str = ""
    """The folder of captions that it is in; empty for the library itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file or folder that was left out."""

    path: str
    """Relative to the library's folder; show it through `display_path`."""
    reason: str
    """What is wrong and what to do about it, to be read after the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What one walk through the library found, each kind in the order of its paths."""

    notes: tuple[NoteFile, ...]
    media: tuple[MediaFile, ...]
    skipped: tuple[Skipped, ...]
    captions: tuple[CaptionsFile, ...] = ()


def find_files(root: Path) -> Folder:
    """Return the notes, media and captions in `root` and below, and what was skipped.

    Names that begin with a dot are passed over in silence. `root` itself may be a link.
    Raises `LibraryError` when `root` is not a folder that can be read.
    """
    found = sorted(_walk(root), key=lambda item: item.path)
    return Folder(
        notes=tuple(item for item in found if isinstance(item, NoteFile)),
        media=tuple(item for item in found if isinstance(item, MediaFile)),
        captions=tuple(item for item in found if isinstance(item, CaptionsFile)),
        skipped=tuple(item for item in found if isinstance(item, Skipped)),
    )


def is_wanted(path: str) -> bool:
    """Return whether a file called so would be a note, a media file or captions."""
    name = PurePath(path)
    return name.suffix.lower() in NOTE_SUFFIXES | MEDIA_SUFFIXES or bool(
        _CAPTIONS.fullmatch(name.name)
    )


def find_captions(root: Path, folders: Iterable[Path]) -> Folder:
    """Return the captions in further `folders`, which need not be there yet, and what was skipped.

    Those that are found with the notes of the library at `root` are left to it.
    """
    top = root.resolve()
    captions: list[CaptionsFile] = []
    skipped: list[Skipped] = []
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        inside = folder.relative_to(top).parts if folder.is_relative_to(top) else (".",)
        if not folder.is_dir() or not any(part.startswith(".") for part in inside):
            continue
        try:
            found = find_files(folder)
        except LibraryError:
            skipped.append(Skipped(path=str(folder), reason=_FORBIDDEN))
            continue
        captions += [replace(file, folder=str(folder)) for file in found.captions]
        skipped += [replace(item, path=f"{folder}/{item.path}") for item in found.skipped]
    return Folder(notes=(), media=(), skipped=tuple(skipped), captions=tuple(captions))


def open_file(root: Path, path: str) -> BinaryIO:
    """Return the regular file at `path` inside `root`, open for reading.

    No link is followed below `root`, whatever is moved or replaced meanwhile. Raises
    `LibraryError` when there is no such file, or it is not one that may be read.
    """
    parts = path.split("/")
    if any(not part or part.startswith(".") for part in parts):
        raise _unreadable(path, "is not a path in the library; give one that is listed there")
    try:
        descriptor = _open_beneath(root, parts)
    except OSError as error:
        raise _unreadable(path, _explain(error)) from error
    except ValueError as error:  # a NUL, or a surrogate that stands for no byte
        raise _unreadable(path, "is not a file name; give one that is listed") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _unreadable(path, _IRREGULAR)
    return os.fdopen(descriptor, "rb")


def open_folder(root: Path, path: str) -> int:
    """Return a descriptor of the folder that holds the file at `path`; no link is followed.

    Raises `OSError`.
    """
    return _open_beneath(root, path.split("/")[:-1], _FOLDER_FLAGS)


def read_bytes(root: Path, path: str, limit: int) -> bytes:
    """Return the contents of the file at `path` inside `root`, `limit` bytes at most.

    Raises `LibraryError` when the file can't be read or is larger.
    """
    return read_file(root, path, limit)[0]


def read_file(
    root: Path, path: str, limit: int, *, is_whole: bool = True
) -> tuple[bytes, os.stat_result]:
    """Return the contents of the file at `path` inside `root`, and its size and times before.

    Raises `LibraryError` when the file can't be read, or `is_whole` and it is larger than `limit`
    bytes.
    """
    try:
        with open_file(root, path) as file:
            status = os.fstat(file.fileno())
            most = limit + is_whole
            data = file.read(min(most, status.st_size + 1))  # room for `most` takes long to get
            if len(data) > status.st_size:
                data += file.read(most - len(data))  # it has grown since
    except OSError as error:
        raise _unreadable(path, _explain(error)) from error
    if is_whole and len(data) > limit:
        raise _unreadable(path, _too_large(limit))
    return data, status


def decode_note(data: bytes) -> str:
    """Return the text of a note: UTF-8, or UTF-16 where a byte order mark says so.

    The mark goes; bytes that can't be read and NUL become U+FFFD. Line ends stay as they are,
    since places in a note are counted in its own characters.
    """
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if is_utf16 else "utf-8-sig", "replace")
    return text.replace("\0", "\ufffd")


def display_path(path: str) -> str:
    """Return `path` as it can be printed: nothing in it reorders or breaks the text.

    Marks that steer the direction of text are dropped; control characters and bytes that
    aren't UTF-8 become U+FFFD. What comes back may not open the file.
    """
    return path.translate(_DISPLAY)


def _walk(root: Path) -> Iterator[LibraryFile | Skipped]:
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            entries = _list_folder(root / folder)
        except OSError as error:
            if not folder:
                reason = f"can't be opened ({error.strerror}); name a folder of notes"
                raise _unreadable(str(root), reason) from error
            yield Skipped(path=folder, reason=f"is a folder that {_explain(error)}")
            continue
        for entry, is_folder in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if len(os.fsencode(path)) > PATH_LIMIT:
                yield Skipped(path=path, reason=_TOO_LONG)
            elif not is_folder:
                yield from _look_at(entry, path)
            elif path.count("/") < DEPTH_LIMIT:
                pending.append(path)
            else:
                yield Skipped(path=path, reason=_TOO_DEEP)


def _list_folder(folder: Path) -> list[tuple[os.DirEntry[str], bool]]:
    """Return what is in `folder`, each with whether it is a folder itself (a link is not)."""
    with os.scandir(folder) as entries:
        return [
            (entry, entry.is_dir(follow_symlinks=False))
            for entry in entries
            if not entry.name.startswith(".")
        ]


def _look_at(entry: os.DirEntry[str], path: str) -> Iterator[LibraryFile | Skipped]:
    """Yield what `entry` is to the library: one thing, or nothing."""
    suffix = PurePath(entry.name).suffix.lower()
    captions = _CAPTIONS.fullmatch(entry.name)
    if entry.is_symlink():
        yield Skipped(path=path, reason=_LINK)
    elif suffix in NOTE_SUFFIXES or suffix in MEDIA_SUFFIXES or captions:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            yield Skipped(path=path, reason=_explain(error))
            return
        size, mtime_ns = status.st_size, status.st_mtime_ns
        if not stat.S_ISREG(status.st_mode):
            yield Skipped(path=path, reason=_IRREGULAR)
        elif not os.access(entry.path, os.R_OK):
            yield Skipped(path=path, reason=_FORBIDDEN)
        elif captions:
            yield _look_at_captions(captions, path, status)
        elif suffix in MEDIA_SUFFIXES:
            yield MediaFile(path=path, size=size, mtime_ns=mtime_ns)
        elif size > NOTE_LIMIT:
            yield Skipped(path=path, reason=_too_large(NOTE_LIMIT))
        else:
            yield NoteFile(path=path, size=size, mtime_ns=mtime_ns)


def _look_at_captions(
    name: re.Match[str], path: str, status: os.stat_result
) -> CaptionsFile | Skipped:
    if status.st_size > CAPTIONS_LIMIT:
        return Skipped(path=path, reason=_too_large(CAPTIONS_LIMIT))
    return CaptionsFile(
        path=path,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        video_id=name[1] or name[4],
        language=name[2] or "und",
        suffix=name[3] or name[5],
    )


def _open_beneath(root: Path, parts: list[str], last: int = _FILE_FLAGS) -> int:
    """Return a descriptor of what `parts` lead to, opened one part at a time."""
    flags = [_FOLDER_FLAGS] * (len(parts) - 1) + [last] * bool(parts)
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for part, part_flags in zip(parts, flags, strict=True):
        folder = descriptor
        try:
            descriptor = os.open(part, part_flags, dir_fd=folder)
        finally:
            os.close(folder)
    return descriptor


def _explain(error: OSError) -> str:
    match error.errno:
        case errno.ELOOP:
            return _LINK
        case errno.ENOTDIR:  # what opening a link as a folder says, too
            return "is reached through a link or a file, not a folder; put the file itself there"
        case errno.ENOENT:
            return "is not there; it may have been moved, so look for it again"
        case errno.ENXIO | errno.EOPNOTSUPP:  # what opening a socket says; on macOS
            return _IRREGULAR
        case errno.EACCES | errno.EPERM:
            return _FORBIDDEN
        case _:
            return f"can't be read ({error.strerror}); see whether it opens elsewhere"


def _too_large(limit: int) -> str:
    return f"is larger than {limit / 2**20:g} MiB; split it into smaller files"


def _unreadable(path: str, reason: str) -> LibraryError:
    return LibraryError(f"{display_path(path)}: {reason}")
