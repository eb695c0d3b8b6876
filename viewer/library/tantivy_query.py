"""What a reader asks for → Tantivy's queries: to find everything, to count, and to rank.

The commonest words are in half of all claims. What only they would find is looked for in a part of
the index, which has more of it than anybody reads.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import tantivy
from tantivy import Occur, Searcher

from viewer.library.query import Query, Term
from viewer.library.search import commonest_words, match_channels

_MOST_WORDS_BEGINNING = 32
"""Words that a prefix is spelt out to, the commonest; for matching, it stands for all of them."""
_MANY = 30_000
"""Documents: of a prefix of more, some of the words that make so many are enough."""
_TOO_MANY = 100_000
"""Documents of a word that says nothing by itself: of what begins so, others are looked for."""
_COMMON = 50_000
"""Documents: a row of words that are all more frequent says little, and costs 20 ms to find."""
_SAMPLE = 16
"""Of so many videos one is looked at for such a row."""
_IN_A_ROW = 0.3
"""How much more a claim is worth that has the words as typed, of what they are worth."""
_MOST_NOTES = 500
"""Notes that `note:` means at most."""
_MOST_KEPT = 2_000
"""Prefixes whose words are kept."""


def make_schema() -> tantivy.Schema:
    """Return the fields of a document; a claim and a note have their words in different ones."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="position")
    # The words of a note's slug and title, for `note:`.
    builder.add_text_field("name", tokenizer_name="whitespace", index_option="basic")
    # Of what kind a document is that is no claim.
    for name in ("kind", "key", "note", "topics"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("channel", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("time", fast=True)
    builder.add_bytes_field("data", stored=True)
    return builder.build()


SCHEMA = make_schema()


class View:
    """An index as it is at one time."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self._begun: dict[tuple[str, str], list[tuple[str, int]]] = {}

    def frequency(self, field: str, word: str) -> int:
        """Return how many documents have `word` in `field`."""
        return self.searcher.doc_freq(field, word)

    def words_beginning(self, field: str, letters: str) -> list[tuple[str, int]]:
        """Return the commonest words that begin with `letters`, with their frequencies."""
        begun = self._begun.get((field, letters))
        if begun is None:
            # Of all words that begin with "a" that takes 6 ms, and everyone types such letters.
            most = _MOST_WORDS_BEGINNING + 1
            begun = self.searcher.terms_with_prefix(field, letters, limit=most)
            if len(self._begun) >= _MOST_KEPT:
                self._begun.clear()
            self._begun[field, letters] = begun
        return begun


class Plan(NamedTuple):
    """How to find what was asked for, or a part of it."""

    match: tantivy.Query
    """Finds it, and scores nothing."""
    rank: tantivy.Query
    """Scores it: of this only the best are looked for, which is quicker than to score all."""

    def narrow(self, field: str, value: str) -> "Plan":
        """Return the plan for what has `value` in `field` besides."""
        its = has_value(field, value)
        return Plan(every(self.match, its), every(self.rank, without_score(its)))


class _TermPlan(NamedTuple):
    match: tantivy.Query
    rank: tantivy.Query
    """Scores what matches, or some of it."""
    part: tantivy.Query | None = None
    """Finds what `rank` scores, where that is not all."""


def plan_query(view: View, query: Query, field: str) -> list[Plan]:
    """Return the plans for `query`, whose words are those of `field`.

    The last one finds everything; one before it finds a part, many times as quickly.
    """
    terms = [_plan_term(view, term, field) for term in query.terms]
    limits = [(Occur.Must, without_score(place)) for place in _places(view, query)]
    if not terms:
        limits.append((Occur.MustNot, has_value("kind", "note")))
    limits += [(Occur.MustNot, _plan_term(view, term, field).match) for term in query.without]
    row = [(Occur.Should, row) for row in _words_in_a_row(view, query.terms, field)]
    whole = _join(terms, limits, row)
    if any(term.part for term in terms):
        parts = [_TermPlan(term.part, term.rank) if term.part else term for term in terms]
        return [_join(parts, limits, row), whole]
    if not limits and len(terms) == 1 and _is_common_row(view, query.terms[0], field):
        return [Plan(every(_SOME, whole.match), every(without_score(_SOME), whole.rank)), whole]
    return [whole]


def _join(
    terms: Sequence[_TermPlan],
    limits: Sequence[tuple[Occur, tantivy.Query]],
    row: Sequence[tuple[Occur, tantivy.Query]],
) -> Plan:
    """Return the plan for what matches all of `terms`, and `limits`."""
    if len(terms) == 1 and terms[0].part is None and not limits:
        return Plan(terms[0].match, terms[0].rank)
    ranked: list[tuple[Occur, tantivy.Query]] = []
    for term in terms:
        if term.rank is term.match:
            ranked.append((Occur.Must, term.rank))
        else:  # what is scored may be a part of what matches
            ranked += [(Occur.Must, without_score(term.match)), (Occur.Should, term.rank)]
    matched = [(Occur.Must, term.match) for term in terms]
    return Plan(
        tantivy.Query.boolean_query([*matched, *limits]),
        tantivy.Query.boolean_query([*ranked, *limits, *row]),
    )


def every(*queries: tantivy.Query) -> tantivy.Query:
    """Return what all of `queries` find."""
    return tantivy.Query.boolean_query([(Occur.Must, query) for query in queries])


def without_score(query: tantivy.Query) -> tantivy.Query:
    """Return what `query` finds, without a say in the order."""
    return tantivy.Query.const_score_query(query, 0.0)


def has_value(field: str, value: str) -> tantivy.Query:
    """Return what finds the documents with `value` in `field`."""
    return tantivy.Query.term_query(SCHEMA, field, value, "basic")


def has_any(field: str, values: Sequence[str]) -> tantivy.Query:
    """Return what finds the documents with one of `values` in `field`."""
    return tantivy.Query.term_set_query(SCHEMA, field, values)


_SOME = tantivy.Query.range_query(
    SCHEMA,
    "time",
    tantivy.FieldType.Unsigned,
    lower_bound=0,
    upper_bound=2**63 // _SAMPLE,  # places begin with hashes of their videos
    include_upper=False,
)
"""Finds one claim in `_SAMPLE`."""


def _plan_term(view: View, term: Term, field: str) -> _TermPlan:
    if term.is_prefix:
        return _plan_prefix(view, term.words[0], field)
    if len(term.words) > 1:
        query = tantivy.Query.phrase_query(SCHEMA, field, list(term.words))
    else:
        query = _has_word(field, term.words[0])
    return _TermPlan(query, query)


def _plan_prefix(view: View, letters: str, field: str) -> _TermPlan:
    """Return the plan for the words that begin with `letters`."""
    words = view.words_beginning(field, letters)
    if not words:
        return _TermPlan(tantivy.Query.empty_query(), tantivy.Query.empty_query())
    if len(words) <= _MOST_WORDS_BEGINNING:
        match = has_any(field, [word for word, _ in words])
    else:
        # Letters of a word are none of the characters that mean something in such an expression.
        match = tantivy.Query.regex_query(SCHEMA, field, f"{letters}.*")
    head = commonest_words(words, _MANY, letters, _TOO_MANY)
    rank = _rank_words(view, letters, head, field)
    if len(head) < len(words):
        return _TermPlan(match, rank, has_any(field, head))
    if len(words) > _MOST_WORDS_BEGINNING:
        rank = tantivy.Query.boolean_query(
            [(Occur.Must, without_score(match)), (Occur.Should, rank)]
        )
    return _TermPlan(match, rank)


def _is_common_row(view: View, term: Term, field: str) -> bool:
    """Return whether `term` is a phrase of words that are all frequent."""
    words = term.words
    return len(words) > 1 and all(view.frequency(field, word) > _COMMON for word in words)


def _rank_words(view: View, letters: str, words: Iterable[str], field: str) -> tantivy.Query:
    """Return what ranks the documents that hold one of `words`: `letters` itself is best.

    Rare words are worth no more than common ones here, so that weight of theirs is taken out.
    """
    scored = []
    for word in words:
        weight = (2.0 if word == letters else 1.0) / _idf(view, view.frequency(field, word))
        scored.append(tantivy.Query.boost_query(_has_word(field, word), weight))
    return tantivy.Query.boolean_query([(Occur.Should, query) for query in scored])


def _idf(view: View, count: int) -> float:
    """Return what BM25 makes of a word that `count` documents hold."""
    return math.log(1 + max(0.5, view.searcher.num_docs - count + 0.5) / (count + 0.5))


def _words_in_a_row(view: View, terms: Sequence[Term], field: str) -> Iterator[tantivy.Query]:
    """Yield what is worth more: the single words of the query as a phrase, in its order."""
    words = [term.words[0] for term in terms if len(term.words) == 1 and not term.is_prefix]
    if len(words) > 1 and min(view.frequency(field, word) for word in words) <= _COMMON:
        phrase = tantivy.Query.phrase_query(SCHEMA, field, list(words))
        yield tantivy.Query.boost_query(phrase, _IN_A_ROW)


def _has_word(field: str, word: str) -> tantivy.Query:
    return tantivy.Query.term_query(SCHEMA, field, word, "freq")


def _places(view: View, query: Query) -> Iterator[tantivy.Query]:
    """Yield what finds the documents in the channels, videos and notes that `query` names."""
    if query.channels:
        names = [name for name, _ in view.searcher.terms_with_prefix("channel", "")]
        yield has_any("channel", match_channels(names, query.channels))
    if query.videos:
        yield has_any("key", query.videos)
    if query.notes:
        yield has_any("note", list(_notes_named(view.searcher, query.notes)))


def _notes_named(searcher: Searcher, wanted: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the slugs of the notes that have all words of one of `wanted` in slug or title."""
    for words in wanted:
        named = every(*(has_value("name", word) for word in words))
        for _, address in searcher.search(named, _MOST_NOTES, False).hits:
            yield searcher.doc(address)["data"][0].decode().split("\0")[1]
