"""Which videos of a library lack a transcript, and in which language theirs is wanted."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from viewer.errors import NotFoundError
from viewer.library.folder import find_captions, find_files
from viewer.library.library import Library
from viewer.note.frontmatter import parse_video_id
from viewer.note.language import find_languages
from viewer.youtube.model import Request


def make_request(library: Library | None, video_id: str, languages: Sequence[str] = ()) -> Request:
    """Return what to ask for a video: in `languages` and no others, else in that of its notes."""
    if languages:
        return Request(video_id=video_id, languages=tuple(languages), is_strict=True)
    try:
        notes = library.video(video_id).notes if library else ()
    except NotFoundError:
        notes = ()
    return Request(video_id=video_id, languages=find_languages(notes))


def list_videos(library: Library) -> list[str]:
    """Return the ids of the videos, in the order of their notes' paths."""
    return [key for key in [*library.keys()] if parse_video_id(key) == key]


def list_missing(library: Library, folders: Iterable[Path]) -> list[str]:
    """Return the ids of the videos without captions in the library or in `folders`."""
    if library.root is None:
        return []
    files = [*find_files(library.root).captions, *find_captions(library.root, folders)]
    have = {file.video_id for file in files if file.suffix != ".info.json"}
    return [video_id for video_id in list_videos(library) if video_id not in have]
