"""Requests for the videos of a library, in the languages of their notes."""

from collections.abc import Sequence

from viewer.errors import NotFoundError
from viewer.library.library import Library
from viewer.note.frontmatter import parse_video_id
from viewer.note.language import find_languages
from viewer.youtube.model import Request


def make_request(library: Library | None, video_id: str, languages: Sequence[str] = ()) -> Request:
    """Return a strict request for `languages`; without them, one for the languages of its notes."""
    if languages:
        return Request(video_id=video_id, languages=tuple(languages), is_strict=True)
    try:
        notes = library.video(video_id).notes if library else ()
    except NotFoundError:
        notes = ()
    return Request(video_id=video_id, languages=find_languages(notes))


def list_videos(library: Library) -> list[str]:
    """Return the ids of the library's videos, in the order of their notes' paths."""
    return [key for key in [*library.keys()] if parse_video_id(key) == key]
