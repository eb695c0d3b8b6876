"""What a reader asks for → PostgreSQL's words and conditions."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from viewer.library.query import Query, Term
from viewer.library.search import sound

TITLE, NAME, CHANNEL, TOPIC = ".t", ".n", ".c", ".l"
"""What stands before the words of a note's title, the words of its slug and title, the name of the
channel, and the topics that a claim links to. No word holds a dot, nor begins so."""
_LONGEST_NAME = 200
"""Characters by which a channel or a topic is known; PostgreSQL takes 2 kB."""


def name_word(kind: str, name: str) -> str:
    """Return the word by which what is called `name` is found: `CHANNEL` or `TOPIC`, and it."""
    return kind + sound(name)[:_LONGEST_NAME]


def make_tsquery(terms: Iterable[Term], without: Iterable[Term] = (), *, kind: str = "") -> str:
    """Return the `tsquery` of what has all of `terms` and none of `without`, in text form."""
    wanted = [_phrase(term, kind) for term in terms]
    return " & ".join([*wanted, *(f"!({_phrase(term, kind)})" for term in without)])


def all_words(kind: str, words: Iterable[str]) -> str:
    """Return the `tsquery` of what has all of `words`, which are of one kind."""
    return " & ".join(quote(kind + word) for word in words)


def any_word(words: Iterable[str]) -> str:
    """Return the `tsquery` of what has one of `words`."""
    return " | ".join(map(quote, words))


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
    """Return the condition on claims and cues (no `kind`) or on notes (`TITLE`) that `query` means.

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
    words = " <-> ".join(quote(kind + word) for word in term.words)
    return f"{words}:*" if term.is_prefix else f"({words})"


def quote(word: str) -> str:
    """Return `word` as `tsvector` and `tsquery` read it, whatever it holds."""
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
