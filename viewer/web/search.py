"""The search page, and the panel below the box in every page's header."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request, url_for

from viewer.library.browse import Sort, VideoEntry
from viewer.library.library import Library
from viewer.library.query import Query, Term
from viewer.library.search import Found, NoteHit, Order, find_marks
from viewer.library.words import fold_words, is_character_word
from viewer.web.caching import not_modified
from viewer.web.finding import Asked, moment_path, read_asked
from viewer.web.hints import widen
from viewer.web.htmx import is_htmx, render_page
from viewer.web.pages import open_library
from viewer.web.snippet import Piece, cut_snippet

searches = Blueprint("searches", __name__)

_CLAIMS, _NOTES = 30, 8
"""On the page."""
_FEW_CLAIMS, _FEW_NOTES = 8, 3
"""In the panel."""
_TOPICS = 20
_ORDERS: dict[Order, str] = {"relevance": "Best first", "time": "In order of time"}
_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundClaim:
    """A claim that was found, with the address of its moment."""

    id: str
    start: int | None
    pieces: tuple[Piece, ...]
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundVideo:
    """Claims that were found one after the other in one video."""

    video: VideoEntry
    claims: tuple[FoundClaim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A link to another search."""

    label: str
    href: str
    count: int = 0
    is_taken: bool = False


class SearchPage:
    """One search as its page shows it, for one address."""

    def __init__(self, library: Library, asked: Asked, *, is_brief: bool = False) -> None:
        self._library = library
        self.asked = asked
        self.is_brief = is_brief
        self.is_begun = False
        """Whether no claim has the last word, and these have words that begin with it."""
        self.counts = library.counts()

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a search for other words keeps of the address."""
        return [item for item in self.asked.parameters.items() if item[0] in ("sort", "channel")]

    @cached_property
    def found(self) -> Found:
        return self.asked.find(self._library, _FEW_CLAIMS if self.is_brief else _CLAIMS)

    @cached_property
    def videos(self) -> list[FoundVideo]:
        """The claims that were found, those of one video in a row together."""
        entries = self._library.entries({hit.key for hit in self.found.hits})
        return [
            FoundVideo(
                video=entry,
                claims=tuple(
                    FoundClaim(
                        id=hit.id,
                        start=hit.start,
                        pieces=cut_snippet(hit.text, hit.marks),
                        href=moment_path(entry, hit),
                    )
                    for hit in hits
                ),
            )
            for key, hits in groupby(self.found.hits, lambda hit: hit.key)
            if (entry := entries.get(key))  # else it has gone since
        ]

    @cached_property
    def notes(self) -> list[tuple[NoteHit, tuple[Piece, ...]]]:
        """The notes whose titles have the words; they stand with the first claims."""
        if self.asked.after:
            return []
        query = self.asked.query
        if self.asked.channel and (channel := fold_words(self.asked.channel)):
            query = replace(query, channels=(channel,))
        limit = _FEW_NOTES if self.is_brief else _NOTES
        found = self._library.search.find_notes(query, limit=limit)
        return [(note, cut_snippet(note.title, note.marks)) for note in found]

    @cached_property
    def titled(self) -> list[tuple[VideoEntry, tuple[Piece, ...]]]:
        """The videos whose titles have the words, but for those that a note is called like."""
        query = self.asked.query
        if self.asked.after or not query.terms or query != Query(terms=query.terms):
            return []
        found = self._library.list_videos(
            Sort.CLAIMS,
            None,
            _FEW_NOTES if self.is_brief else _NOTES,
            channel=self.asked.channel,
            words=[_join(term) for term in query.terms],
        )
        told = {(note.key, note.title) for note, _ in self.notes}
        return [
            (video, cut_snippet(video.title, find_marks(video.title, query.terms)))
            for video in found.videos
            if (video.key, video.title) not in told
        ]

    @property
    def channels(self) -> list[Way]:
        """The channels to narrow the search to; the one it is narrowed to leads back."""
        chosen = self.asked.channel
        counted = dict(self.found.channels)
        if chosen:
            counted.setdefault(chosen, self.found.total)
        return [
            Way(
                label=name,
                href=replace(self.asked, channel=None if name == chosen else name).path(),
                count=count,
                is_taken=name == chosen,
            )
            for name, count in counted.items()
        ]

    @property
    def orders(self) -> list[Way]:
        """The orders that the claims can be had in."""
        return [
            Way(
                label=label,
                href=replace(self.asked, order=order).path(),
                is_taken=order == self.asked.order,
            )
            for order, label in _ORDERS.items()
        ]

    @property
    def more(self) -> str | None:
        """The address of the claims that come after these."""
        after = self.found.after
        return self.asked.path(after=after) if after else None

    @property
    def suggestions(self) -> list[Way]:
        """The same search with spellings that there are."""
        found = self._library.search.suggest(self.asked.query, limit=_SUGGESTIONS)
        return [
            Way(label=text, href=replace(self.asked, text=text, is_typing=False).path())
            for text in found
        ]

    @property
    def hints(self) -> list[Way]:
        """What would be found if one of the limits were taken off."""
        hints = []
        for label, asked in widen(self.asked):
            total = asked.find(self._library, 1).total
            if total:
                hints.append(Way(label=label, href=asked.path(), count=total))
        return hints

    @property
    def topics(self) -> list[Way]:
        """The topics that most claims link to."""
        return [
            Way(
                label=topic.label,
                href=url_for("browse.topic", slug=topic.slug),
                count=topic.claims,
            )
            for topic in self._library.topics(_TOPICS)
        ]


@searches.get("/search")
def search() -> Response:
    """Claims and notes by their words; a panel with few of them, to the box on other pages."""
    shelf = open_library()
    asked = read_asked(request.args)
    comes_from, current = _read_current()
    is_on_page = not is_htmx() or comes_from == url_for("searches.search")
    headers = _follow(asked, current) if is_htmx() and is_on_page else {}
    if fresh := not_modified(shelf.generation, is_on_page, headers):
        return fresh
    page = _find(shelf, asked, is_brief=not is_on_page)
    response = render_page("search.html", partial="_search_results.html", search=page)
    response.headers.update(headers)
    return response


def _find(shelf: Library, asked: Asked, *, is_brief: bool) -> SearchPage:
    """Return what is found; what a last word begins, where no claim has it as it stands."""
    page = SearchPage(shelf, asked, is_brief=is_brief)
    begun = replace(asked, is_typing=True)
    if page.found.total or begun.query == asked.query:
        return page
    other = SearchPage(shelf, begun, is_brief=is_brief)
    other.is_begun = True
    return other if other.found.total else page


def _read_current() -> tuple[str, dict[str, str]]:
    """Return the path and the parameters of the page that htmx asks from."""
    address = request.headers.get("HX-Current-URL", "").partition("#")[0]
    place, _, query = address.partition("?")
    path = "/" + place.partition("://")[2].partition("/")[2]
    return path, dict(parse_qsl(query, errors="replace"))


def _follow(asked: Asked, current: dict[str, str]) -> dict[str, str]:
    """Return the header that takes the browser's address to what was asked.

    What is being typed is one step of the history, however many letters it has, and becomes what
    is sent off in the end; so going back brings the search before.
    """
    if asked.after or asked.parameters == current:
        return {}
    name = "HX-Replace-Url" if "typing" in current else "HX-Push-Url"
    return {name: asked.path()}


def _join(term: Term) -> str:
    """Return the words of `term` as a title has them."""
    return ("" if is_character_word(term.words[0]) else " ").join(term.words)
