"""The search of many machines: tables in the PostgreSQL database that holds the catalogue.

A row of `documents` is a claim or a note, one of `cues` what was said. The words of each are a
`tsvector` made of our own, not of what PostgreSQL would make of the text; what else it is found by
are words too (`postgresql_query.py`). `words` counts the claims of each word, to suggest some.

PostgreSQL visits every row that matches, however few are shown. So that the commonest words cost
little more than others, no more than `DEEPEST` matches are counted and ranked.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Row, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from viewer.errors import IndexBroken, IndexBusy, LibraryError
from viewer.library.postgresql_query import (
    CHANNEL,
    NAME,
    TITLE,
    TOPIC,
    Condition,
    all_words,
    any_word,
    make_condition,
    make_tsquery,
    name_word,
)
from viewer.library.postgresql_rows import (
    LAYOUT,
    add_counts,
    copy_videos,
    delete_videos,
    metadata,
)
from viewer.library.query import Query, Term
from viewer.library.search import (
    DEEPEST,
    ENOUGH_WORDS,
    MOST_CHANNELS,
    CueHit,
    Found,
    FoundCues,
    Hit,
    NoteHit,
    Order,
    SearchLate,
    VideoDocuments,
    bound_limit,
    commonest_words,
    find_marks,
    format_offset,
    format_place,
    make_hit,
    match_channels,
    parse_offset,
    parse_place,
    sound,
)
from viewer.library.spelling import respell

_DEADLINE = 1_000
_LOCK = 7_203_954_611
"""Of the database's advisory locks, that of whoever makes the tables."""
_MANY = 200
"""Videos that one statement deletes and one COPY brings."""
_MANY_ROWS = 5_000
"""Rows after which the database's statistics are worth making again."""
_MANY_MATCHES = 2 * DEEPEST
"""Matches of several words that are in half as many documents, most likely."""
_MOST_NOTES = 500
"""Notes that `note:` means at most."""

_COUNT_ALL = "SELECT (SELECT count(*) FROM documents) + (SELECT count(*) FROM cues)"
_COUNT = """
SELECT channel, count(*) FROM (SELECT channel FROM documents WHERE {where} LIMIT :most) AS found
GROUP BY channel ORDER BY 2 DESC, 1"""
_CLAIM, _CUE = (
    ("documents", "place, key, note, copy, start, body"),
    ("cues", "place, key, start, body"),
)
"""A table, and the columns that what is found needs; by them what is as good is in order."""
_BY_TIME = "SELECT {columns} FROM {table} WHERE {where} ORDER BY place LIMIT :limit"
# Words near to each other come before words apart, a short text before a long one, and what was
# typed, as it is, before what only begins so.
_BY_RANK = """
SELECT {columns} FROM (SELECT * FROM {table} WHERE {where} LIMIT :most) AS found
ORDER BY ts_rank_cd(words, CAST(:ranked AS tsquery)) / ln(1 + greatest(:enough, length(words)))
       + CAST(words @@ CAST(:exactly AS tsquery) AS integer) DESC, {columns}
LIMIT :limit OFFSET :offset"""
_NAMED = """
SELECT key, note FROM documents WHERE place IS NULL AND words @@ CAST(:has AS tsquery)
LIMIT :limit"""
# What is new waits in a list, which readers read through, until it is sorted into the index: in
# bulk, 64 MB of it at once take half the time that 4 MB do.
_BULK = "SET LOCAL work_mem = '64MB'; SET LOCAL gin_pending_list_limit = '64MB'"


class PostgresqlSearch:
    """The `Search` of a database; `engine` is of `postgresql+psycopg`."""

    def __init__(self, engine: Engine, deadline: int = _DEADLINE) -> None:
        """Make the tables, if there are none of this version. Raises `IndexBroken` if it can't."""
        self._engine = engine
        self.deadline = deadline
        """Milliseconds that a query may take."""
        with _explaining(IndexBroken, "can't be opened"):
            if not _is_made(engine):
                with engine.begin() as connection:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                    if not _is_made(connection):
                        metadata.drop_all(connection)
                        metadata.create_all(connection)

    def replace(self, videos: Iterable[VideoDocuments], removed: Iterable[str] = ()) -> None:
        """Write `videos` in place of what was there under their keys, and take out `removed`."""
        counts: Counter[str] = Counter()
        with _explaining(LibraryError, "can't be written"), self._engine.begin() as connection:
            is_new = connection.scalar(text("SELECT NOT EXISTS (SELECT FROM documents)"))
            delete_videos(connection, removed, counts)
            rest, rows = iter(videos), 0
            while some := list(islice(rest, _MANY)):
                if not is_new:
                    delete_videos(connection, [video.key for video in some], counts)
                if len(some) == _MANY:
                    connection.execute(text(_BULK))
                rows += copy_videos(connection, some, counts)
            add_counts(connection, counts)
            if rows > _MANY_ROWS:
                for table in ("documents", "cues"):
                    connection.execute(text(f"SELECT gin_clean_pending_list('{table}_words')"))
                    connection.execute(text(f"ANALYZE {table}"))

    def clear(self) -> None:
        """Take everything out."""
        with _explaining(LibraryError, "can't be written"), self._engine.begin() as connection:
            connection.execute(text("TRUNCATE documents, words, cues"))

    def count(self) -> int:
        """Return how many claims and notes there are."""
        with _explaining(IndexBroken, "can't be read"), self._engine.connect() as connection:
            return connection.scalar(text(_COUNT_ALL)) or 0

    def refresh(self) -> None:
        """Do nothing: what was committed is visible."""

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
        limit = bound_limit(limit)
        with self._reading() as connection:
            condition = _find_condition(connection, query)
            part = _find_part(connection, query, condition)
            total, channels = _count_channels(connection, part)
            if total < _MANY_MATCHES / 2 and part != condition:  # its words stand together
                part = condition
                total, channels = _count_channels(connection, part)
            if channel is not None:
                condition, part = _narrow(condition, channel), _narrow(part, channel)
                total, _ = _count_channels(connection, part)
            if order == "time" or not query.terms:
                rows, cursor = _by_time(connection, condition, limit, after)
            else:
                rows, cursor = _by_rank(connection, part, query.terms, limit, after)
            return Found(
                hits=tuple(_make_hit(row, query.terms) for row in rows),
                total=min(total, DEEPEST),
                is_total_exact=total <= DEEPEST and part == condition,
                channels=channels[:MOST_CHANNELS],
                after=cursor,
            )

    def find_notes(self, query: Query, *, limit: int = 10) -> tuple[NoteHit, ...]:
        """Return the notes whose titles hold the words of `query`."""
        if not query.terms:
            return ()
        with self._reading() as connection:
            condition = _find_condition(connection, query, TITLE)
            rows, _ = _by_rank(
                connection, condition, query.terms, bound_limit(limit), None, kind=TITLE
            )
            return tuple(
                NoteHit(
                    key=row.key,
                    slug=row.note,
                    title=row.body,
                    marks=find_marks(row.body, query.terms),
                )
                for row in rows
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
        limit = bound_limit(limit)
        with self._reading() as connection:
            condition = _find_condition(connection, query)
            part = _find_part(connection, query, condition)
            if channel is not None:
                condition, part = _narrow(condition, channel), _narrow(part, channel)
            if order == "time":
                rows, cursor = _by_time(connection, condition, limit, after, _CUE)
            else:
                rows, cursor = _by_rank(connection, part, query.terms, limit, after, _CUE)
            return FoundCues(
                hits=tuple(
                    CueHit(
                        key=row.key,
                        start=row.start,
                        text=row.body,
                        marks=find_marks(row.body, query.terms),
                    )
                    for row in rows
                ),
                after=cursor,
            )

    def find_topic(self, topic: str, keys: Sequence[str], *, limit: int) -> dict[str, list[Hit]]:
        """Return for each of `keys` its first `limit` claims that link to `topic`, by time."""
        linking = all_words("", [name_word(TOPIC, topic)])
        found: dict[str, list[Hit]] = {key: [] for key in keys}
        with self._reading() as connection:
            for key in keys:
                in_video = Condition(
                    "key = :key AND words @@ CAST(:has AS tsquery) AND place IS NOT NULL",
                    {"key": sound(key), "has": linking},
                )
                rows, _ = _by_time(connection, in_video, bound_limit(limit), None)
                found[key] = [_make_hit(row, ()) for row in rows]
        return found

    def suggest(self, query: Query, *, limit: int = 5) -> tuple[str, ...]:
        """Return queries near to this one, with words that exist in place of those that don't."""
        with self._reading() as connection:

            def count_words(words: Collection[str]) -> dict[str, int]:
                condition = "word = ANY(:words) AND documents > 0"
                return dict(_counted(connection, condition, words=list(words)))

            def words_beginning(letters: str) -> list[tuple[str, int]]:
                condition = "word LIKE :pattern AND documents > 0"  # no word has a % or _
                return _counted(connection, condition, pattern=f"{letters}%")

            return respell(query, count_words, words_beginning, limit=limit)

    def close(self) -> None:
        """Do nothing: the connections are the engine's, and that is its owner's to close."""

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Give a connection for reading; raises `SearchLate` for what passes the deadline."""
        with _explaining(IndexBroken, "can't be read"):
            try:
                with self._engine.connect() as connection:
                    connection.execute(text(_READING), {"deadline": str(self.deadline)})
                    yield connection
            except DBAPIError as error:
                if isinstance(error.orig, psycopg.errors.QueryCanceled):
                    raise SearchLate(f"the search took longer than {self.deadline} ms") from error
                raise


# The rows that a limit lets through have to be the same for every page.
_READING = """
SELECT set_config('statement_timeout', :deadline, true),
       set_config('synchronize_seqscans', 'off', true),
       set_config('max_parallel_workers_per_gather', '0', true)"""


@contextmanager
def _explaining(kind: type[LibraryError], what: str) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, psycopg.Error, PoolTimeout) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        message = str(cause).partition("\n")[0]
        if kind is IndexBroken and isinstance(cause, psycopg.OperationalError | PoolTimeout):
            kind = IndexBusy  # a lost connection and the like: nothing is to be made anew
        raise kind(f"the search in the database {what} ({message})") from error


def _is_made(engine: Engine | Connection) -> bool:
    """Return whether the tables are there, and of this version."""
    found = inspect(engine)
    return found.has_table("documents") and found.get_table_comment("documents")["text"] == LAYOUT


def _find_condition(connection: Connection, query: Query, kind: str = "") -> Condition:
    """Return the condition that `query` means, with the channels and notes that it names."""
    channels: list[str] = []
    if query.channels:
        found = _counted(connection, "word LIKE :pattern AND documents > 0", pattern=f"{CHANNEL}%")
        channels = match_channels([word[len(CHANNEL) :] for word, _ in found], query.channels)
    notes: list[tuple[str, str]] = []
    for words in query.notes:
        values = {"has": all_words(NAME, words), "limit": _MOST_NOTES}
        notes += [(row.key, row.note) for row in connection.execute(text(_NAMED), values)]
    return make_condition(query, kind, channels, notes)


def _find_part(connection: Connection, query: Query, condition: Condition) -> Condition:
    """Return `condition`; of a prefix that very many match, what finds about as many as are
    counted.

    PostgreSQL collects all that match a prefix before it gives the first. From here on it uses the
    index until the transaction ends, if there are many words to look for.
    """
    is_alone = not (query.without or query.channels or query.videos or query.notes)
    if not is_alone or len(query.terms) != 1 or not query.terms[0].is_prefix:
        return condition
    letters = query.terms[0].words[0]
    commonest = "word LIKE :pattern ORDER BY documents DESC, word LIMIT 100"
    words = _counted(connection, commonest, pattern=f"{letters}%")
    head = commonest_words(words, _MANY_MATCHES, letters)
    if len(head) == len(words):
        return condition
    if len(head) > 1:  # to look for many words in every row takes a second
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    return Condition(condition.sql, {"has": any_word(head)})


def _narrow(condition: Condition, channel: str) -> Condition:
    return condition.and_also("channel = :channel", channel=sound(channel))


def _count_channels(
    connection: Connection, condition: Condition
) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Return how many rows match, counting to one more than `DEEPEST`, and of what channel."""
    values = condition.values | {"most": DEEPEST + 1}
    rows = connection.execute(text(_COUNT.format(where=condition.sql)), values)
    channels = tuple((channel, count) for channel, count in rows)
    return sum(count for _, count in channels), channels


def _by_time(
    connection: Connection,
    condition: Condition,
    limit: int,
    after: str | None,
    source: tuple[str, str] = _CLAIM,
) -> tuple[Sequence[Row[Any]], str | None]:
    if (place := parse_place(after)) is not None:
        condition = condition.and_also("place > :after", after=place)
    table, columns = source
    statement = text(_BY_TIME.format(where=condition.sql, table=table, columns=columns))
    rows = connection.execute(statement, condition.values | {"limit": limit + 1}).all()
    return rows[:limit], format_place(rows[limit - 1].place) if len(rows) > limit else None


def _by_rank(
    connection: Connection,
    condition: Condition,
    terms: Sequence[Term],
    limit: int,
    after: str | None,
    source: tuple[str, str] = _CLAIM,
    kind: str = "",
) -> tuple[Sequence[Row[Any]], str | None]:
    offset = parse_offset(after)
    as_typed = [Term(words=term.words) for term in terms]
    values = {
        "ranked": make_tsquery(terms, kind=kind),
        "exactly": make_tsquery(as_typed, kind=kind),
        "enough": ENOUGH_WORDS,
        "most": DEEPEST,
        "limit": limit + 1,
        "offset": offset,
    }
    table, columns = source
    statement = text(_BY_RANK.format(where=condition.sql, table=table, columns=columns))
    rows = connection.execute(statement, condition.values | values).all()
    return rows[:limit], format_offset(offset + limit) if len(rows) > limit else None


def _counted(connection: Connection, condition: str, **values: object) -> list[tuple[str, int]]:
    """Return words and how many claims hold them."""
    statement = text(f"SELECT word, documents FROM words WHERE {condition}")  # noqa: S608 - ours
    return [(word, count) for word, count in connection.execute(statement, values)]


def _make_hit(row: Row[Any], terms: Sequence[Term]) -> Hit:
    return make_hit(row.key, row.note, row.copy, row.start, row.body, terms)
