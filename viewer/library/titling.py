"""Videos by the words of their titles and channels: written, and found without looking at all."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, FromClause, exists, func, insert, literal, select

from viewer.library.catalogue import title_words, videos
from viewer.library.query import Term
from viewer.library.rows import delete_rows
from viewer.library.words import fold_words

_ENOUGH = 3_000
"""Videos with the words of which those with most claims are chosen, where there are more."""
_LAST = "\U0010ffff"
"""Sorted after every letter."""
_BORDER = "."
"""Between the words of a title and of a channel, and none itself."""
_Word = tuple[str, bool]
"""A word, and whether it may go on."""


def join_words(title: str, channel: str) -> str:
    """Return the words of a title and a channel, each between spaces: " of tea . leaf radio "."""
    return f" {fold_words(title)} {_BORDER} {fold_words(channel)} "


def save_title_words(connection: Connection, words: Mapping[int, str]) -> None:
    """Write what videos are found by: what `join_words` gives of each, by its number."""
    delete_rows(connection, title_words.c.video, words)
    rows = [
        {"word": word, "video": number}
        for number, own in words.items()
        for word in sorted({*own.split()} - {_BORDER})
    ]
    if rows:
        connection.execute(insert(title_words), rows)


def find_titled(
    connection: Connection, terms: Iterable[Term], limit: int, *, channel: str | None = None
) -> list[str]:
    """Return the keys of the videos that all `terms` are in, those with most claims first."""
    terms = list(terms)
    words = {(word, term.is_prefix) for term in terms for word in term.words}
    if not words:
        return []
    rarest, *others = sorted(words, key=lambda word: (_count(connection, word), word))
    found = select(title_words.c.video).where(_is_word(title_words, rarest))
    for word in others:
        other = title_words.alias()
        is_there = exists().where(other.c.video == title_words.c.video, _is_word(other, word))
        found = found.where(is_there)
    query = select(videos.c.key)
    if channel is None:
        query = query.where(videos.c.id.in_(found.limit(_ENOUGH)))
    else:
        query = query.where(videos.c.channel == channel, videos.c.id.in_(found))
    for term in terms:
        if len(term.words) > 1:  # no word holds one of LIKE's characters
            query = query.where(videos.c.words.like(f"% {' '.join(term.words)} %"))
    order = (videos.c.by_claims, videos.c.sort_title, videos.c.key)
    return [*connection.scalars(query.order_by(*order).limit(limit))]


def _count(connection: Connection, word: _Word) -> int:
    """Return how many titles have a word, as far as that matters."""
    some = select(literal(1)).where(_is_word(title_words, word)).limit(_ENOUGH)
    return connection.scalar(select(func.count()).select_from(some.subquery())) or 0


def _is_word(table: FromClause, word: _Word) -> ColumnElement[bool]:
    letters, goes_on = word
    column = table.c.word
    if goes_on:
        return (column >= letters) & (column <= letters + _LAST)
    return column == letters
