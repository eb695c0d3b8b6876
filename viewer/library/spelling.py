"""Words that do exist, for one that doesn't: what to suggest when a search finds nothing.

A slip is one letter more, less, other or exchanged with the next (one word in which it happened
four times in five: Damerau, "A technique for computer detection and correction of spelling
errors", 1964). All words one slip away are few enough to be made and looked up. Two slips are
looked for among the words that begin with the same two letters.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product

from viewer.library.query import Query, Term
from viewer.library.words import fold, is_character_word

_SHORTEST = 3
"""Letters of a word below which everything is near to everything."""
_SHORTEST_TWICE = 5
"""Letters of a word below which two slips make another word of it."""

CountWords = Callable[[Collection[str]], Mapping[str, int]]
"""Returns how many claims hold each of some words; those that exist are enough."""
WordsBeginning = Callable[[str], Iterable[tuple[str, int]]]
"""Yields words that begin with some letters, each with the number of claims that hold it."""


def respell(
    query: Query, count_words: CountWords, words_beginning: WordsBeginning, *, limit: int
) -> tuple[str, ...]:
    """Return up to `limit` queries near to `query` of words that exist; none if all of its do.

    Each has all of its words, or others in their place: one to which nothing is near stays.
    """
    choices: list[list[Term]] = []
    for term in query.terms:
        near = [_near_words(word, count_words, words_beginning) for word in term.words]
        if term.is_prefix and near[0] and next(iter(words_beginning(term.words[0])), 0):
            near = [None]  # nothing is called so, but something begins so
        if any(near):
            spelt = [words or [word] for word, words in zip(term.words, near, strict=True)]
            choices.append([Term(words=words) for words in list(product(*spelt))[:limit]])
        else:
            choices.append([term])
    if all(choice == [term] for choice, term in zip(choices, query.terms, strict=True)):
        return ()
    found = [
        str(replace(query, terms=tuple(choice[min(rank, len(choice) - 1)] for choice in choices)))
        for rank in range(limit)
    ]
    return tuple(dict.fromkeys(found))


def _near_words(
    word: str, count_words: CountWords, words_beginning: WordsBeginning
) -> list[str] | None:
    """Return words near to `word`, the likeliest first; None if it exists itself."""
    if count_words([word]).get(word):
        return None
    if len(word) < _SHORTEST or is_character_word(word):
        return []
    counts = count_words(_variants(word))
    if not counts and len(word) >= _SHORTEST_TWICE:
        counts = {
            other: count
            for other, count in words_beginning(word[:2])
            if abs(len(other) - len(word)) <= 2 and _slips(word, other) <= 2
        }
    return sorted((other for other in counts if counts[other]), key=lambda w: (-counts[w], w))


def _variants(word: str) -> set[str]:
    """Return every word that is one slip away from `word`, in the letters of its script."""
    letters = sorted({letter for char in word for letter in _alphabet(char)})
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    return {
        variant
        for head, tail in splits
        for variant in (
            head + tail[1:],
            head + tail[1:2] + tail[:1] + tail[2:],
            *(head + letter + tail for letter in letters),
            *(head + letter + tail[1:] for letter in letters if tail),
        )
    } - {word, ""}


def _alphabet(char: str) -> Iterator[str]:
    """Yield the letters of the script of `char`: of its block of 128 in Unicode."""
    first = ord(char) & ~0x7F
    for letter in map(chr, range(first, first + 0x80)):
        if letter.isalpha() and fold(letter) == letter:
            yield letter


def _slips(word: str, other: str) -> int:
    """Return how many slips make `other` of `word` (the distance of optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(word, 1):
        earlier, before, row = before, row, [i]
        for j, letter in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != letter))
            if i > 1 < j and char == other[j - 2] and word[i - 2] == letter:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
