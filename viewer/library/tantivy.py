"""The search of one machine: a Tantivy index in a folder.

A claim is one document: its words with their places, which are not stored, and one stored field
with what a `Hit` needs. Notes are documents of their own. Any number of processes read, one
writes; a writer opens the index afresh, since one that had kept it open would commit over what
others have written.
"""

import errno
import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import tantivy
from tantivy import DocAddress, Document, IndexWriter, Searcher

from viewer.errors import IndexBroken, IndexBusy, LibraryError
from viewer.library.query import Query, Term
from viewer.library.search import (
    LONGEST_TEXT,
    MOST_CHANNELS,
    Found,
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
from viewer.library.tantivy_query import SCHEMA, every, has_value, plan_query
from viewer.library.words import fold_words

_OS_ERROR = re.compile(r"\(?os error (\d+)")
_PASSING = {errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.ENOMEM, errno.EACCES}
"""Errors of the system that say nothing of the index."""
_HEAP = 60_000_000
"""Bytes that the one thread of a writer fills before it writes a segment; taken as needed."""
_CHANNELS = {"channels": {"terms": {"field": "channel", "size": MOST_CHANNELS}}}
_SEPARATOR = "\0"
"""Between the values of the stored field: no file name and no id holds it."""
_Page = tuple[list[DocAddress], str | None]


class TantivySearch:
    """The `Search` of an index in a folder."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Open the index in the folder `path`; with `create`, make it if there is none.

        Raises `IndexBroken` when there is none, or one that can't be read or is of another make.
        """
        self._path = path
        if create:
            path.mkdir(parents=True, exist_ok=True)
        elif not (path / "meta.json").exists():
            raise IndexBroken(f"{path}: holds no search index; index the library again")
        with _reading(path):
            self._index = tantivy.Index(SCHEMA, str(path))
            self._index.config_reader("manual")
            self._searcher = self._index.searcher()

    def replace(self, videos: Iterable[VideoDocuments], removed: Iterable[str] = ()) -> None:
        """Write `videos` in place of what was there under their keys, and take out `removed`."""
        with _open_writer(self._path) as writer:
            self.refresh()
            is_new = self._searcher.num_docs == 0
            for key in removed:
                writer.delete_documents_by_term("key", sound(key))
            for video in videos:
                with _writing(self._path):
                    if not is_new:
                        writer.delete_documents_by_term("key", sound(video.key))
                    # A list, as the other thread would wake up and go to sleep for each of them.
                    for document in list(_make_documents(video)):
                        writer.add_document(document)
        self.refresh()

    def clear(self) -> None:
        """Take everything out."""
        with _open_writer(self._path) as writer:
            writer.delete_all_documents()
        self.refresh()

    def count(self) -> int:
        """Return how many claims and notes there are."""
        return self._searcher.num_docs

    def refresh(self) -> None:
        """Make visible to this reader what was written: 30 µs when nothing was."""
        with _reading(self._path):
            self._index.reload()
            self._searcher = self._index.searcher()

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
        with _reading(self._path):
            searcher = self._searcher
            match, rank, part = plan_query(searcher, query, "words")
            total, channels = _count_channels(searcher, part or match)
            if channel is not None:
                its = has_value("channel", sound(channel))
                match, rank = every(match, its), every(rank, its)
                total = _count_channels(searcher, match)[0]
            limit = bound_limit(limit)
            if order == "time" or not query.terms:
                addresses, cursor = _by_time(searcher, match, limit, after)
            else:
                addresses, cursor = _by_relevance(searcher, rank, limit, after)
            hits = tuple(_make_hit(searcher, address, query.terms) for address in addresses)
        return Found(
            hits=hits,
            total=total,
            is_total_exact=part is None or channel is not None,
            channels=channels,
            after=cursor,
        )

    def find_notes(self, query: Query, *, limit: int = 10) -> tuple[NoteHit, ...]:
        """Return the notes whose titles hold the words of `query`."""
        if not query.terms:
            return ()
        with _reading(self._path):
            searcher = self._searcher
            rank = plan_query(searcher, query, "title").rank
            addresses, _ = _by_relevance(searcher, rank, bound_limit(limit), None)
            return tuple(_make_note_hit(searcher, address, query.terms) for address in addresses)

    def find_topic(self, topic: str, keys: Sequence[str], *, limit: int) -> dict[str, list[Hit]]:
        """Return for each of `keys` its first `limit` claims that link to `topic`, by time."""
        with _reading(self._path):
            searcher = self._searcher
            linking = has_value("topics", sound(topic))
            found = {}
            for key in keys:
                in_video = every(linking, has_value("key", sound(key)))
                addresses, _ = _by_time(searcher, in_video, bound_limit(limit), None)
                found[key] = [_make_hit(searcher, address, ()) for address in addresses]
            return found

    def suggest(self, query: Query, *, limit: int = 5) -> tuple[str, ...]:
        """Return queries near to this one, with words that exist in place of those that don't."""
        with _reading(self._path):
            searcher = self._searcher

            def count_words(words: Collection[str]) -> dict[str, int]:
                counts = ((word, searcher.doc_freq("words", word)) for word in words)
                return {word: count for word, count in counts if count}

            def words_beginning(letters: str) -> list[tuple[str, int]]:
                return searcher.terms_with_prefix("words", letters)

            return respell(query, count_words, words_beginning, limit=limit)

    def close(self) -> None:
        """Let go of the files."""
        del self._searcher, self._index


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Raise `IndexBroken` for what goes wrong in reading, Rust's panics too."""
    try:
        yield
    except BaseException as error:
        if not _is_of_tantivy(error):
            raise
        number = _OS_ERROR.search(str(error))
        if number and int(number[1]) in _PASSING:
            raise IndexBusy(f"{path}: can't be read now ({error})") from error
        message = f"{path}: can't be read ({error}); index the library again"
        raise IndexBroken(message) from error


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Raise `LibraryError` for what goes wrong in writing: a full disk most likely."""
    try:
        yield
    except BaseException as error:
        if _is_of_tantivy(error):
            message = f"{path}: can't be written ({error}); is there room on the disk?"
            raise LibraryError(message) from error
        raise


def _is_of_tantivy(error: BaseException) -> bool:
    panic = "PanicException"  # derives from BaseException, and can't be imported
    return isinstance(error, OSError | ValueError) or type(error).__name__ == panic


@contextmanager
def _open_writer(path: Path) -> Iterator[IndexWriter]:
    """Return a writer, and commit what it was given; nothing of it when anything goes wrong."""
    with _reading(path):
        index = tantivy.Index(SCHEMA, str(path))
    with _writing(path):
        writer = index.writer(_HEAP, 1)
    try:
        yield writer
        with _writing(path):
            writer.commit()
            writer.wait_merging_threads()
    except BaseException:
        with suppress(ValueError, OSError):  # of a writer that died there is nothing to undo
            writer.rollback()
        del writer
        _sweep(path)
        raise


def _sweep(path: Path) -> None:
    """Delete the files of segments that were not committed: on a full disk, what fills it.

    Tantivy itself does so with the next commit, for which there has to be room.
    """
    with suppress(ValueError, OSError):
        meta = json.loads((path / "meta.json").read_bytes())
        kept = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
        for file in path.glob("*.*"):
            segment = file.name.partition(".")[0]
            if re.fullmatch("[0-9a-f]{32}", segment) and segment not in kept:
                file.unlink()


def _make_documents(video: VideoDocuments) -> Iterator[Document]:
    """Yield the documents of one video: its claims, then its notes."""
    key, channel = sound(video.key), sound(video.channel)
    for place, claim in enumerate(video.claims, first_place(key)):
        note, text = sound(claim.note), sound(claim.text[:LONGEST_TEXT])
        start = "" if claim.start is None else str(claim.start)
        document = Document()
        document.add_text("words", fold_words(text))
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


def _count_channels(
    searcher: Searcher, query: tantivy.Query
) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Return how many claims match, and how many of them are in each channel."""
    counted: dict[str, Any] = searcher.aggregate(query, _CHANNELS)["channels"]
    channels = tuple((item["key"], item["doc_count"]) for item in counted["buckets"])
    return sum(count for _, count in channels) + counted["sum_other_doc_count"], channels


def _by_relevance(searcher: Searcher, query: tantivy.Query, limit: int, after: str | None) -> _Page:
    offset = parse_offset(after)
    found = searcher.search(query, limit + 1, False, offset=offset).hits
    cursor = format_offset(offset + limit) if len(found) > limit else None
    return [address for _, address in found[:limit]], cursor


def _by_time(searcher: Searcher, query: tantivy.Query, limit: int, after: str | None) -> _Page:
    place = parse_place(after)
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
