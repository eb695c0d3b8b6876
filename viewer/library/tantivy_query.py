"""What a reader asks for → Tantivy's queries: to find everything, to count, and to rank."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import tantivy
from tantivy import Occur, Searcher

from viewer.library.query import Query, Term
from viewer.library.search import commonest_words, match_channels

_MOST_WORDS_BEGINNING = 32
"""Words that a prefix is spelt out to, the commonest; for matching, it stands for all of them."""
_MANY = 100_000
"""Documents: a prefix of more is counted and ranked by its commonest words that make so many."""
_COMMON = 50_000
"""Documents: a row of words that are all more frequent says little, and costs 20 ms to find."""
_IN_A_ROW = 0.3
"""How much more a claim is worth that has the words as typed, of what they are worth."""
_MOST_NOTES = 500
"""Notes that `note:` means at most."""


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


class Plan(NamedTuple):
    """How to find what was asked for."""

    match: tantivy.Query
    """Finds all of it, and scores nothing."""
    rank: tantivy.Query
    """Scores it: of this only the best are looked for, which is quicker than to score all."""
    part: tantivy.Query | None = None
    """Finds much of it, where it costs too much to count all."""


def plan_query(searcher: Searcher, query: Query, field: str) -> Plan:
    """Return the plan for `query`, whose words are those of `field`."""
    plans = [_plan_term(searcher, term, field) for term in query.terms]
    places = [(Occur.Must, without_score(place)) for place in _places(searcher, query)]
    if not plans:
        places.append((Occur.MustNot, has_value("kind", "note")))
    unwanted = [(Occur.MustNot, _plan_term(searcher, term, field).match) for term in query.without]
    row = [(Occur.Should, row) for row in _words_in_a_row(searcher, query.terms, field)]
    limits = [*places, *unwanted]
    if len(plans) == 1 and not limits:
        return plans[0]
    # Of several, what matches a prefix has to be all that it stands for.
    ranked = [(Occur.Must, plan.rank) for plan in plans if plan.rank is plan.match]
    for plan in plans:
        if plan.rank is not plan.match:
            ranked += [(Occur.Must, without_score(plan.match)), (Occur.Should, plan.rank)]
    matched = [(Occur.Must, plan.match) for plan in plans]
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


def _plan_term(searcher: Searcher, term: Term, field: str) -> Plan:
    if term.is_prefix:
        return _plan_prefix(searcher, term.words[0], field)
    if len(term.words) > 1:
        query = tantivy.Query.phrase_query(SCHEMA, field, list(term.words))
    else:
        query = _has_word(field, term.words[0])
    return Plan(query, query)


def _plan_prefix(searcher: Searcher, letters: str, field: str) -> Plan:
    """Return the plan for the words that begin with `letters`."""
    words = searcher.terms_with_prefix(field, letters, limit=_MOST_WORDS_BEGINNING + 1)
    if not words:
        return Plan(tantivy.Query.empty_query(), tantivy.Query.empty_query())
    if len(words) <= _MOST_WORDS_BEGINNING:
        names = [word for word, _ in words]
        return Plan(has_any(field, names), _rank_words(searcher, letters, names, field))
    # Letters of a word are none of the characters that mean something in a regular expression.
    match = tantivy.Query.regex_query(SCHEMA, field, f"{letters}.*")
    head = commonest_words(words, _MANY, letters)
    rank = _rank_words(searcher, letters, head, field)
    if len(head) < len(words):
        return Plan(match, rank, has_any(field, head))
    everything = [(Occur.Must, without_score(match)), (Occur.Should, rank)]
    return Plan(match, tantivy.Query.boolean_query(everything))


def _rank_words(
    searcher: Searcher, letters: str, words: Iterable[str], field: str
) -> tantivy.Query:
    """Return what ranks the documents that hold one of `words`: `letters` itself is best.

    Rare words are worth no more than common ones here, so that weight of theirs is taken out.
    """
    scored = []
    for word in words:
        weight = (2.0 if word == letters else 1.0) / _idf(searcher, searcher.doc_freq(field, word))
        scored.append(tantivy.Query.boost_query(_has_word(field, word), weight))
    return tantivy.Query.boolean_query([(Occur.Should, query) for query in scored])


def _idf(searcher: Searcher, count: int) -> float:
    """Return what BM25 makes of a word that `count` documents hold."""
    return math.log(1 + max(0.5, searcher.num_docs - count + 0.5) / (count + 0.5))


def _words_in_a_row(
    searcher: Searcher, terms: Sequence[Term], field: str
) -> Iterator[tantivy.Query]:
    """Yield what is worth more: the single words of the query as a phrase, in its order."""
    words = [term.words[0] for term in terms if len(term.words) == 1 and not term.is_prefix]
    if len(words) > 1 and min(searcher.doc_freq(field, word) for word in words) <= _COMMON:
        phrase = tantivy.Query.phrase_query(SCHEMA, field, list(words))
        yield tantivy.Query.boost_query(phrase, _IN_A_ROW)


def _has_word(field: str, word: str) -> tantivy.Query:
    return tantivy.Query.term_query(SCHEMA, field, word, "freq")


def _places(searcher: Searcher, query: Query) -> Iterator[tantivy.Query]:
    """Yield what finds the documents in the channels, videos and notes that `query` names."""
    if query.channels:
        names = [name for name, _ in searcher.terms_with_prefix("channel", "")]
        yield has_any("channel", match_channels(names, query.channels))
    if query.videos:
        yield has_any("key", query.videos)
    if query.notes:
        yield has_any("note", list(_notes_named(searcher, query.notes)))


def _notes_named(searcher: Searcher, wanted: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the slugs of the notes that have all words of one of `wanted` in slug or title."""
    for words in wanted:
        named = every(*(has_value("name", word) for word in words))
        for _, address in searcher.search(named, _MOST_NOTES, False).hits:
            yield searcher.doc(address)["data"][0].decode().split("\0")[1]
