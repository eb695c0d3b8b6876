"""What there is to find → rows of PostgreSQL's tables, written and taken out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Column, Connection, Index, MetaData, Table, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import BigInteger, Integer, Text

from viewer.library.postgresql_query import CHANNEL, NAME, TITLE, TOPIC, name_word, quote
from viewer.library.search import LONGEST_TEXT, VideoDocuments, first_place, sound
from viewer.library.words import split_words

LAYOUT = "claimline search 2"
"""The comment on the table of documents: another one is of another version."""
_Text = Text(collation="C")
metadata = MetaData()
documents = Table(
    "documents",
    metadata,
    Column("place", BigInteger, index=True),
    Column("start", Integer),
    Column("key", _Text, nullable=False),
    Column("channel", _Text, nullable=False),
    Column("note", _Text, nullable=False),
    Column("copy", Integer),
    Column("body", Text, nullable=False),
    Column("words", TSVECTOR, nullable=False),
    Index("documents_words", "words", postgresql_using="gin"),
    Index("documents_key", "key", postgresql_using="hash"),
    comment=LAYOUT,
)
"""Claims and notes. `place` and `id` are a claim's alone; `body` is its text, or a note's title."""
cues = Table(
    "cues",
    metadata,
    Column("place", BigInteger, nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("key", _Text, nullable=False),
    Column("channel", _Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("words", TSVECTOR, nullable=False),
    Index("cues_words", "words", postgresql_using="gin"),
    Index("cues_key", "key", postgresql_using="hash"),
)
"""What was said."""
words = Table(
    "words",
    metadata,
    Column("word", _Text, primary_key=True),
    Column("documents", Integer, nullable=False),
)
"""How many claims hold a word, and how many a channel has (`CHANNEL`)."""


class Row(NamedTuple):
    """A row of `documents`, in the order of its columns but for the last."""

    place: int | None
    start: int | None
    key: str
    channel: str
    note: str
    copy: int | None
    body: str
    words: list[str]
    """Those that have a place in the text."""
    names: list[str]
    """Those that have none."""

    def values(self) -> tuple[object, ...]:
        """Return what is to be copied into the table."""
        return *self[:-2], _make_vector(self.words, self.names)


def make_rows(video: VideoDocuments) -> Iterator[Row]:
    """Yield the rows of one video: its claims, then its notes."""
    key, channel = sound(video.key), sound(video.channel)
    of_channel = name_word(CHANNEL, channel)
    for place, claim in enumerate(video.claims, first_place(key)):
        body = sound(claim.text[:LONGEST_TEXT])
        names = [of_channel, *(name_word(TOPIC, topic) for topic in claim.topics)]
        note = sound(claim.note)
        yield Row(
            place, claim.start, key, channel, note, claim.copy, body, split_words(body), names
        )
    for item in video.notes:
        slug, title = sound(item.slug), sound(item.title)
        in_title = [TITLE + word for word in split_words(title)]
        in_name = [NAME + word for word in split_words(f"{slug} {title}")]
        yield Row(None, None, key, channel, slug, None, title, in_title, [of_channel, *in_name])


def make_cue_rows(video: VideoDocuments) -> Iterator[tuple[object, ...]]:
    """Yield the rows of what was said in one video."""
    key, channel = sound(video.key), sound(video.channel)
    names = [name_word(CHANNEL, channel)]
    for place, cue in enumerate(video.cues, first_place(key)):
        body = sound(cue.text[:LONGEST_TEXT])
        yield place, cue.start, key, channel, body, _make_vector(split_words(body), names)


def _make_vector(words: Iterable[str], names: Iterable[str]) -> str:
    """Return the `tsvector` of words that have places in a text, and of such that have none."""
    placed = (f"{word}:{place}" for place, word in enumerate(words, 1))
    return " ".join([*placed, *map(quote, names)])


_DELETE = """
WITH gone AS (DELETE FROM documents WHERE key = ANY(:keys) RETURNING place, words)
SELECT word, count(*) FROM gone, unnest(tsvector_to_array(words)) AS word
WHERE word LIKE :channel OR (place IS NOT NULL AND left(word, 1) <> '.') GROUP BY word"""
_DELETE_CUES = "DELETE FROM cues WHERE key = ANY(:keys)"
_ADD_COUNTS = """
INSERT INTO words SELECT * FROM unnest(CAST(:words AS text[]), CAST(:counts AS integer[]))
ON CONFLICT (word) DO UPDATE SET documents = words.documents + excluded.documents"""


def delete_videos(connection: Connection, keys: Iterable[str], counts: Counter[str]) -> None:
    """Delete what there is of the videos `keys`, and take their claims' words from `counts`."""
    values = {"keys": [sound(key) for key in keys], "channel": f"{CHANNEL}%"}
    if values["keys"]:
        counts.subtract(dict(connection.execute(text(_DELETE), values).all()))
        connection.execute(text(_DELETE_CUES), values)


def copy_videos(
    connection: Connection, videos: Sequence[VideoDocuments], counts: Counter[str]
) -> int:
    """Add what there is of `videos`, and their claims' words to `counts`; return how many rows."""
    added = 0
    raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore
    with raw.cursor() as cursor:
        with cursor.copy("COPY documents FROM STDIN") as copy:
            for row in (row for video in videos for row in make_rows(video)):
                copy.write_row(row.values())
                added += 1
                counts[row.names[0]] += 1
                if row.place is not None:
                    counts.update(set(row.words))
        if any(video.cues for video in videos):
            with cursor.copy("COPY cues FROM STDIN") as copy:
                for cue in (cue for video in videos for cue in make_cue_rows(video)):
                    copy.write_row(cue)
                    added += 1
    return added


def add_counts(connection: Connection, counts: Counter[str]) -> None:
    """Add `counts` of claims to those of each word."""
    # Sorted, as two that count at the same time would otherwise wait for each other.
    found = sorted((word, count) for word, count in counts.items() if count)
    values = {"words": [word for word, _ in found], "counts": [n for _, n in found]}
    connection.execute(text(_ADD_COUNTS), values)
