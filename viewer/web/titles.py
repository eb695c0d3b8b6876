"""Videos by their titles, which index notes may give them and no note is called by."""

from collections.abc import Collection, Iterator, Sequence

from viewer.library.browse import VideoEntry
from viewer.library.folder import display_path
from viewer.library.library import Library
from viewer.library.query import Query, Term
from viewer.library.search import find_marks
from viewer.web.finding import Asked
from viewer.web.snippet import Piece, cut_snippet

_MOST = 24
"""Videos with all the words that are looked at: of most, no note is called so."""


def find_titled(
    library: Library, asked: Asked, told: Collection[tuple[str, str]]
) -> Iterator[tuple[VideoEntry, tuple[Piece, ...]]]:
    """Yield the videos with all the words in their titles, or in them and their channels' names.

    Each comes with its name, marked; `told` are keys and titles of those to pass over.
    """
    terms = asked.query.terms
    if not terms or asked.query != Query(terms=terms):
        return
    for video in library.find_titled(terms, _MOST, channel=asked.channel):
        if (video.key, video.title) not in told:
            name, marks = _mark_name(video, terms)
            if marks:
                yield video, cut_snippet(name, marks)


def _mark_name(video: VideoEntry, terms: Sequence[Term]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return a video's title, with its channel where that is needed to find all of `terms`.

    There are no marks where not all of them are found.
    """
    names = [video.title, f"{video.title} · {display_path(video.channel)}"]
    for name in names[: 1 + bool(video.channel)]:
        if all(find_marks(name, [term]) for term in terms):
            return name, find_marks(name, terms)
    return video.title, ()
