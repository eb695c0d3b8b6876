"""What there is to find, and what a reader asks for → PostgreSQL's rows, words and conditions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Column, Index, MetaData, Table
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import BigInteger, Integer, Text

from viewer.library.query import Query, Term
from viewer.library.search import LONGEST_TEXT, VideoDocuments, first_place, sound
from viewer.library.words import split_words

TITLE, NAME, CHANNEL, TOPIC = ".t", ".n", ".c", ".l"
"""What stands before the words of a note's title, the words of its slug and title, the name of the
channel, and the topics that a claim links to. No word holds a dot, nor begins so."""
LAYOUT = "claimline search 1"
"""The comment on the table of documents: another one is of another version."""
_LONGEST_NAME = 200
"""Characters by which a channel or a topic is known; PostgreSQL takes 2 kB."""

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
        vector = [f"{word}:{place}" for place, word in enumerate(self.words, 1)]
        return *self[:-2], " ".join([*vector, *map(_quote, self.names)])


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


def name_word(kind: str, name: str) -> str:
    """Return the word by which what is called `name` is found: `CHANNEL` or `TOPIC`, and it."""
    return kind + sound(name)[:_LONGEST_NAME]


def make_tsquery(terms: Iterable[Term], without: Iterable[Term] = (), *, kind: str = "") -> str:
    """Return the `tsquery` of what has all of `terms` and none of `without`, in text form."""
    wanted = [_phrase(term, kind) for term in terms]
    return " & ".join([*wanted, *(f"!({_phrase(term, kind)})" for term in without)])


def all_words(kind: str, words: Iterable[str]) -> str:
    """Return the `tsquery` of what has all of `words`, which are of one kind."""
    return " & ".join(_quote(kind + word) for word in words)


def any_word(words: Iterable[str]) -> str:
    """Return the `tsquery` of what has one of `words`."""
    return " | ".join(map(_quote, words))


class Condition(NamedTuple):
    """What rows are asked for: SQL after WHERE, and its parameters."""

    sql: str
    values: dict[str, object]

    def and_also(self, sql: str, **values: object) -> "Condition":
        """Return the condition that is narrower by `sql`."""
        return Condition(f"{self.sql} AND {sql}", self.values | values)


def make_condition(
    query: Query, kind: str, channels: Sequence[str], notes: Sequence[tuple[str, str]]
) -> Condition:
    """Return the condition on claims (`kind` is empty) or on notes (`TITLE`) that `query` means.

    `channels` are those that it names, and `notes` the keys and slugs of the notes that it names.
    """
    condition = Condition(f"place IS {'' if kind else 'NOT '}NULL", {})
    has = make_tsquery(query.terms, query.without, kind=kind)
    if query.channels:
        named = any_word(name_word(CHANNEL, name) for name in channels)
        has = " & ".join(filter(None, [has, f"({named})"])) if named else ""
    if has:
        condition = condition.and_also("words @@ CAST(:has AS tsquery)", has=has)
    elif query.channels:
        condition = condition.and_also("false")
    if query.videos:
        condition = condition.and_also("key = ANY(:videos)", videos=list(query.videos))
    if query.notes:
        keys, slugs = sorted({key for key, _ in notes}), [slug for _, slug in notes]
        named_notes = "key = ANY(:note_keys) AND note = ANY(:notes)"
        condition = condition.and_also(named_notes, note_keys=keys, notes=slugs)
    return condition


def _phrase(term: Term, kind: str) -> str:
    words = " <-> ".join(_quote(kind + word) for word in term.words)
    return f"{words}:*" if term.is_prefix else f"({words})"


def _quote(word: str) -> str:
    """Return `word` as `tsvector` and `tsquery` read it, whatever it holds."""
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
