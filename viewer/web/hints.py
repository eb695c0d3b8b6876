"""Searches that are wider than one that finds nothing."""

from collections.abc import Iterator
from dataclasses import replace

from viewer.library.query import Query
from viewer.web.finding import Asked

_FEW = 4
"""Words, each of which may be left out to see what is found then."""


def widen(asked: Asked) -> Iterator[tuple[str, Asked]]:
    """Yield what may be asked instead, each with the words that say what is different."""
    asked = replace(asked, after=None)
    query = asked.query
    if asked.channel:
        yield "in all channels", replace(asked, channel=None)
    for label, wider in (
        ("without “channel:”", replace(query, channels=())),
        ("without “video:”", replace(query, videos=())),
        ("without “note:”", replace(query, notes=())),
        ("with the words that you left out", replace(query, without=())),
        ("without the quotes", _loosen(query) if '"' in asked.text else query),
        ("with words that begin so", _leave_open(query)),
        *_leave_out(query),
    ):
        if wider != query and not wider.is_empty:
            yield label, replace(asked, text=str(wider), is_typing=False)


def _leave_out(query: Query) -> Iterator[tuple[str, Query]]:
    """Yield `query` without each of its words, if they are few."""
    if 1 < len(query.terms) <= _FEW:
        for term in query.terms:
            others = tuple(other for other in query.terms if other != term)
            yield f"without “{str(term).strip(chr(34))}”", replace(query, terms=others)


def _loosen(query: Query) -> Query:
    """Return `query` with the words of its phrases apart."""
    terms = (
        replace(term, words=(word,)) if len(term.words) > 1 else term
        for term in query.terms
        for word in term.words
    )
    return replace(query, terms=tuple(dict.fromkeys(terms)))


def _leave_open(query: Query) -> Query:
    """Return `query` with words that may go on."""
    terms = (replace(term, is_prefix=len(term.words) == 1) for term in query.terms)
    return replace(query, terms=tuple(terms))
