"""The search of one machine: Tantivy indexes in a folder, one of claims and notes, one of cues.

A claim is one document: its words with their places, which are not stored, and one stored field
with what a `Hit` needs. Notes are documents of their own. Cues have an index to themselves, in a
folder within: how rare a word is and how long a text usually is, by which claims are ranked, is
counted over an index.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import DocAddress, Document, Searcher

from viewer.library.query import Query, Term
from viewer.library.search import (
    ENOUGH_WORDS,
    LONGEST_TEXT,
    MOST_CHANNELS,
    CueHit,
    Found,
    FoundCues,
    Hit,
    NoteHit,
    Order,
    VideoDocuments,
    bound_limit,
    find_marks,
    first_place,
    format_offset,
    format_place,
    make_hit,
    parse_offset,
    parse_place,
    sound,
)
from viewer.library.spelling import respell
from viewer.library.tantivy_folder import Shelf
from viewer.library.tantivy_query import SCHEMA, Plan, every, has_value, plan_query
from viewer.library.words import fold_words, split_words

_CHANNELS = {"channels": {"terms": {"field": "channel", "size": MOST_CHANNELS}}}
_ENOUGH = 60
"""Hits that are so many that nobody misses what a quick search does not find."""
_SEPARATOR = "\0"
"""Between the values of the stored field: no file name and no id holds it."""
_FILLER = " ."
"""What a short text is filled up with, so that it is not better for being short; no word is so."""
_Page = tuple[list[DocAddress], str | None]


class TantivySearch:
    """The `Search` of an index in a folder."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Open the index in the folder `path`; with `create`, make it if there is none.

        Raises `IndexBroken` when there is none, or one that can't be read or is of another make.
        """
        self._claims = Shelf(path, create=create)
        self._cues = Shelf(path / "cues", create=create)

    def replace(self, videos: Iterable[VideoDocuments], removed: Iterable[str] = ()) -> None:
        """Write `videos` in place of what was there under their keys, and take out `removed`.

        Should the disk be full between the two commits, the cues are newer than the claims.
        """
        with self._claims.write() as claims:
            self._cues.refresh()
            with self._cues.write(at_once=False) as cues:
                for key in map(sound, removed):
                    claims.replace(key, ())
                    cues.replace(key, ())
                for video in videos:
                    key = sound(video.key)
                    claims.replace(key, _make_documents(video))
                    cues.replace(key, _make_cues(video))
        self.refresh()

    def clear(self) -> None:
        """Take everything out."""
        with self._claims.write() as claims:
            self._cues.refresh()
            with self._cues.write(at_once=False) as cues:
                claims.clear()
                cues.clear()
        self.refresh()

    def count(self) -> int:
        """Return how many claims, notes and cues there are."""
        return self._claims.size + self._cues.size

    def refresh(self) -> None:
        """Make visible to this reader what was written: 60 µs when nothing was."""
        self._claims.refresh()
        self._cues.refresh()

    def search(
        self,
        query: Query,
        *,
        limit: int = 30,
        after: str | None = None,
        order: Order = "relevance",
        channel: str | None = None,
    ) -> Found:
        """Return the claims that `query` asks for, from the cursor `after` on."""
        if query.is_empty:
            return Found()
        with self._claims.read() as view:
            plans = plan_query(view, query, "words")
            plan, total, channels = _choose(view.searcher, plans)
            if channel is not None:
                plans = [plan.narrow("channel", sound(channel)) for plan in plans]
                plan, total, _ = _choose(view.searcher, plans)
            if order == "time" or not query.terms:
                addresses, cursor = _by_time(view.searcher, plans[-1].match, limit, after)
            else:
                addresses, cursor = _by_relevance(view.searcher, plan.rank, limit, after)
            hits = tuple(_make_hit(view.searcher, address, query.terms) for address in addresses)
        return Found(
            hits=hits,
            total=total,
            is_total_exact=plan is plans[-1],
            channels=channels,
            after=cursor,
        )

    def find_notes(self, query: Query, *, limit: int = 10) -> tuple[NoteHit, ...]:
        """Return the notes whose titles hold the words of `query`."""
        if not query.terms:
            return ()
        with self._claims.read() as view:
            rank = plan_query(view, query, "title")[-1].rank
            addresses, _ = _by_relevance(view.searcher, rank, limit, None)
            return tuple(
                _make_note_hit(view.searcher, address, query.terms) for address in addresses
            )

    def find_cues(
        self,
        query: Query,
        *,
        limit: int = 10,
        after: str | None = None,
        order: Order = "relevance",
        channel: str | None = None,
    ) -> FoundCues:
        """Return the passages of transcripts that hold the words of `query`."""
        if not query.terms or query.notes:
            return FoundCues()
        with self._cues.read() as view:
            plans = plan_query(view, query, "words")
            if channel is not None:
                plans = [plan.narrow("channel", sound(channel)) for plan in plans]
            if order == "time":
                addresses, cursor = _by_time(view.searcher, plans[-1].match, limit, after)
            else:
                plan = plans[0] if len(plans) == 1 else _choose(view.searcher, plans)[0]
                addresses, cursor = _by_relevance(view.searcher, plan.rank, limit, after)
            hits = tuple(
                _make_cue_hit(view.searcher, address, query.terms) for address in addresses
            )
        return FoundCues(hits=hits, after=cursor)

    def find_topic(self, topic: str, keys: Sequence[str], *, limit: int) -> dict[str, list[Hit]]:
        """Return for each of `keys` its first `limit` claims that link to `topic`, by time."""
        with self._claims.read() as view:
            linking = has_value("topics", sound(topic))
            found = {}
            for key in keys:
                in_video = every(linking, has_value("key", sound(key)))
                addresses, _ = _by_time(view.searcher, in_video, limit, None)
                found[key] = [_make_hit(view.searcher, address, ()) for address in addresses]
            return found

    def suggest(self, query: Query, *, limit: int = 5) -> tuple[str, ...]:
        """Return queries near to this one, with words that exist in place of those that don't."""
        with self._claims.read() as view:

            def count_words(words: Collection[str]) -> dict[str, int]:
                counts = ((word, view.frequency("words", word)) for word in words)
                return {word: count for word, count in counts if count}

            def words_beginning(letters: str) -> list[tuple[str, int]]:
                return view.searcher.terms_with_prefix("words", letters)

            return respell(query, count_words, words_beginning, limit=limit)

    def close(self) -> None:
        """Let go of the files, once they are merged."""
        for shelf in (self._claims, self._cues):
            shelf.settle()
        del self._claims, self._cues


def _make_documents(video: VideoDocuments) -> Iterator[Document]:
    """Yield the documents of one video: its claims, then its notes."""
    key, channel = sound(video.key), sound(video.channel)
    for place, claim in enumerate(video.claims, first_place(key)):
        note, text = sound(claim.note), sound(claim.text[:LONGEST_TEXT])
        start = "" if claim.start is None else str(claim.start)
        document = Document()
        document.add_text("words", _fill(split_words(text)))
        document.add_text("key", key)
        document.add_text("channel", channel)
        document.add_text("note", note)
        for topic in claim.topics:
            document.add_text("topics", sound(topic))
        document.add_unsigned("time", place)
        data = (key, note, str(claim.copy), start, text)
        document.add_bytes("data", _SEPARATOR.join(data).encode())
        yield document
    for item in video.notes:
        slug, title = sound(item.slug), sound(item.title)
        document = Document()
        document.add_text("kind", "note")
        document.add_text("title", fold_words(title))
        document.add_text("name", fold_words(f"{slug} {title}"))
        document.add_text("key", key)
        document.add_text("channel", channel)
        document.add_text("note", slug)
        document.add_bytes("data", _SEPARATOR.join((key, slug, title)).encode())
        yield document


def _make_cues(video: VideoDocuments) -> Iterator[Document]:
    """Yield the documents of what was said in one video."""
    key, channel = sound(video.key), sound(video.channel)
    for place, cue in enumerate(video.cues, first_place(key)):
        text = sound(cue.text[:LONGEST_TEXT])
        document = Document()
        document.add_text("words", _fill(split_words(text)))
        document.add_text("key", key)
        document.add_text("channel", channel)
        document.add_unsigned("time", place)
        document.add_bytes("data", _SEPARATOR.join((key, str(cue.start), text)).encode())
        yield document


def _fill(words: Sequence[str]) -> str:
    """Return `words` as a text, with as many fillers as make it `ENOUGH_WORDS`."""
    return " ".join(words) + _FILLER * (ENOUGH_WORDS - len(words))


def _choose(
    searcher: Searcher, plans: Sequence[Plan]
) -> tuple[Plan, int, tuple[tuple[str, int], ...]]:
    """Return the first of `plans` that finds enough, and what `_count_channels` says of it."""
    for plan in plans:
        total, channels = _count_channels(searcher, plan.match)
        if total >= _ENOUGH:
            break
    return plan, total, channels


def _count_channels(
    searcher: Searcher, query: tantivy.Query
) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Return how many claims match, and how many of them are in each channel."""
    counted: dict[str, Any] = searcher.aggregate(query, _CHANNELS)["channels"]
    channels = tuple((item["key"], item["doc_count"]) for item in counted["buckets"])
    return sum(count for _, count in channels) + counted["sum_other_doc_count"], channels


def _by_relevance(searcher: Searcher, query: tantivy.Query, limit: int, after: str | None) -> _Page:
    offset, limit = parse_offset(after), bound_limit(limit)
    found = searcher.search(query, limit + 1, False, offset=offset).hits
    cursor = format_offset(offset + limit) if len(found) > limit else None
    return [address for _, address in found[:limit]], cursor


def _by_time(searcher: Searcher, query: tantivy.Query, limit: int, after: str | None) -> _Page:
    place, limit = parse_place(after), bound_limit(limit)
    if place is not None:
        later = tantivy.Query.range_query(
            SCHEMA, "time", tantivy.FieldType.Unsigned, lower_bound=place, include_lower=False
        )
        query = every(query, later)
    order = tantivy.Order.Asc
    found = searcher.search(query, limit + 1, False, "time", order=order).hits
    cursor = format_place(found[limit - 1][0]) if len(found) > limit else None
    return [address for _, address in found[:limit]], cursor


def _make_hit(searcher: Searcher, address: DocAddress, terms: Sequence[Term]) -> Hit:
    values = searcher.doc(address)["data"][0].decode().split(_SEPARATOR, 4)
    key, note, copy, start, text = values
    return make_hit(key, note, int(copy), int(start) if start else None, text, terms)


def _make_note_hit(searcher: Searcher, address: DocAddress, terms: Sequence[Term]) -> NoteHit:
    key, slug, title = searcher.doc(address)["data"][0].decode().split(_SEPARATOR, 2)
    return NoteHit(key=key, slug=slug, title=title, marks=find_marks(title, terms))


def _make_cue_hit(searcher: Searcher, address: DocAddress, terms: Sequence[Term]) -> CueHit:
    key, start, text = searcher.doc(address)["data"][0].decode().split(_SEPARATOR, 2)
    return CueHit(key=key, start=int(start), text=text, marks=find_marks(text, terms))
