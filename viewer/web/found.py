"""What a search finds, as its page shows it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, groupby, islice
from typing import TypeVar
from urllib.parse import quote

from flask import current_app, url_for

from viewer.errors import IndexBroken, IndexBusy
from viewer.library.browse import VideoEntry
from viewer.library.library import Library
from viewer.library.search import (
    CueHit,
    Found,
    FoundCues,
    Hit,
    NoteHit,
    Order,
    SearchLate,
)
from viewer.library.words import fold_words
from viewer.web.finding import Asked, moment_path, passage_path
from viewer.web.hints import widen
from viewer.web.snippet import Piece, cut_snippet
from viewer.web.titles import find_titled

_CLAIMS, _NOTES, _CUES = 30, 8, 10
"""On the page."""
_FEW_CLAIMS, _FEW_NOTES, _FEW_CUES = 8, 3, 3
"""In the panel."""
_ENOUGH_LETTERS = 3
"""Fewer say nothing of what was said, while they are typed."""
_TOPICS = 20
_ORDERS: dict[Order, str] = {"relevance": "Best first", "time": "In order of time"}
_SUGGESTIONS = 5
_T = TypeVar("_T")
_Hit = TypeVar("_Hit", Hit, CueHit)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundClaim:
    """A claim or a passage that was found, with the address of its moment."""

    id: str
    start: int | None
    pieces: tuple[Piece, ...]
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundVideo:
    """Claims or passages that were found one after the other in one video."""

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

    def __init__(
        self, library: Library, asked: Asked, *, is_brief: bool = False, is_begun: bool = False
    ) -> None:
        self._library = library
        self.asked = asked
        self.is_brief = is_brief
        self.is_begun = is_begun
        """Whether no claim has the last word, and these have words that begin with it."""
        self.trouble: str | None = None
        """Why something is missing that may be there: the search was "late", or "failed"."""
        self.has_failed = False
        """Whether it is all that was asked for."""
        self.counts = library.counts()

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a search for other words keeps of the address."""
        return [item for item in self.asked.parameters.items() if item[0] in ("sort", "channel")]

    @cached_property
    def found(self) -> Found:
        limit = _FEW_CLAIMS if self.is_brief else _CLAIMS
        return self._try(
            lambda: self.asked.find(self._library, limit),
            Found(),
            is_main=self.asked.kind == "claim",
        )

    def has_claims(self) -> bool:
        return self.asked.kind == "claim" and self.found.total > 0

    def has_cues(self) -> bool:
        return bool(self.found_cues.hits)

    @cached_property
    def videos(self) -> list[FoundVideo]:
        """The claims that were found, those of one video in a row together."""
        return self._group(self.found.hits, _show_claim)

    @cached_property
    def found_cues(self) -> FoundCues:
        if self.asked.kind == "cue":
            limit = _CLAIMS
        elif self.asked.after or self._has_no_room:
            return FoundCues()
        else:
            limit = _FEW_CUES if self.is_brief else _CUES
        return self._try(
            lambda: self.asked.find_cues(self._library, limit),
            FoundCues(),
            is_main=self.asked.kind == "cue",
        )

    @property
    def _has_no_room(self) -> bool:
        """Whether the panel is full of claims, or the first letters of a word are typed."""
        terms = self.asked.query.terms
        letters = sum(len(word) for term in terms for word in term.words)
        is_begun = self.asked.is_typing and any(term.is_prefix for term in terms)
        is_full = self.is_brief and len(self.found.hits) == _FEW_CLAIMS
        return is_full or (is_begun and letters < _ENOUGH_LETTERS)

    @cached_property
    def said(self) -> list[FoundVideo]:
        """The passages that were found in transcripts, those of one video in a row together."""
        # Two may begin in one second, and those of the next page come to stand below.
        begin, numbers = quote(self.asked.after or "", safe=""), count()

        def show(video: VideoEntry, hit: CueHit) -> FoundClaim:
            return FoundClaim(
                id=f"{hit.key}-{hit.start}-{begin}-{next(numbers)}",
                start=hit.start,
                pieces=cut_snippet(hit.text, hit.marks),
                href=passage_path(video, hit, self.asked.query),
            )

        return self._group(self.found_cues.hits, show)

    def _group(
        self, hits: Iterable[_Hit], show: Callable[[VideoEntry, _Hit], FoundClaim]
    ) -> list[FoundVideo]:
        hits = list(hits)
        entries = self._library.entries({hit.key for hit in hits})
        return [
            FoundVideo(video=entry, claims=tuple(show(entry, hit) for hit in its))
            for key, its in groupby(hits, lambda hit: hit.key)
            if (entry := entries.get(key))  # else it has gone since
        ]

    def _try(self, find: Callable[[], _T], otherwise: _T, *, is_main: bool = False) -> _T:
        """Return what `find` gives; `otherwise` when the search fails at it, or has failed."""
        if self.trouble:
            return otherwise
        try:
            return find()
        except (IndexBusy, IndexBroken) as error:
            self.trouble = "late" if isinstance(error, SearchLate) else "failed"
            self.has_failed = is_main
            current_app.logger.error("%s", error)
            return otherwise

    @cached_property
    def notes(self) -> list[tuple[NoteHit, tuple[Piece, ...]]]:
        """The notes whose titles have the words; they stand with the first claims."""
        if self.asked.after or self.asked.kind == "cue":
            return []
        query = self.asked.query
        if self.asked.channel and (channel := fold_words(self.asked.channel)):
            query = replace(query, channels=(channel,))
        limit = _FEW_NOTES if self.is_brief else _NOTES
        found = self._try(
            lambda: self._library.search.find_notes(query, limit=limit), tuple[NoteHit, ...]()
        )
        return [(note, cut_snippet(note.title, note.marks)) for note in found]

    @cached_property
    def titled(self) -> list[tuple[VideoEntry, tuple[Piece, ...]]]:
        """The videos whose names have the words, but for those of which a note is called so."""
        if self.asked.after or self.asked.kind == "cue":
            return []
        told = {(note.key, note.title) for note, _ in self.notes}
        limit = _FEW_NOTES if self.is_brief else _NOTES
        return list(islice(find_titled(self._library, self.asked, told), limit))

    @property
    def has_others(self) -> bool:
        """Whether anything is found that is no claim."""
        return bool(self.titled or self.notes or self.said)

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
    def more_said(self) -> str | None:
        """The address of the passages that come after these."""
        after = self.found_cues.after
        return self.asked.path(kind="cue", after=after) if after else None

    @property
    def to_claims(self) -> str:
        """The address of the claims with these words."""
        return replace(self.asked, kind="claim").path()

    @property
    def again(self) -> str:
        """The address to try once more."""
        return self.asked.path(**({"after": self.asked.after} if self.asked.after else {}))

    @property
    def suggestions(self) -> list[Way]:
        """The same search with spellings that there are, where that finds something."""
        suggest = self._library.search.suggest
        texts = self._try(lambda: suggest(self.asked.query, limit=_SUGGESTIONS), tuple[str, ...]())
        others = (replace(self.asked, text=text, is_typing=False, after=None) for text in texts)
        return [
            Way(label=other.text, href=other.path())
            for other in others
            if len(other.query.terms) == 1 or self._count(other)
        ]

    @property
    def hints(self) -> list[Way]:
        """What would be found if one of the limits were taken off."""
        ways = ((label, asked, self._count(asked)) for label, asked in widen(self.asked))
        return [
            Way(label=label, href=asked.path(), count=total)
            for label, asked, total in ways
            if total
        ]

    def _count(self, asked: Asked) -> int:
        return self._try(lambda: asked.find(self._library, 1).total, 0)

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


def _show_claim(video: VideoEntry, hit: Hit) -> FoundClaim:
    return FoundClaim(
        id=hit.id,
        start=hit.start,
        pieces=cut_snippet(hit.text, hit.marks),
        href=moment_path(video, hit),
    )
