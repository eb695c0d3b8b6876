"""Which videos a library is about, and in which language their transcripts are wanted."""

from collections.abc import Sequence

from viewer.errors import NotFoundError
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
