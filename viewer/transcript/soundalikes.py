"""Soundalikes: names as speech recognition writes them, and words that it writes in two.

"Pfeffer" becomes "Feffer", "Nubank" "new bank", "Karri" "Kari". A claim's word that is missing in
the transcript is matched with words that have the same consonants (much as Soundex does it), or
most bigrams in common. Only rare words are candidates: recognition writes "well" for a "Weil" at
times, but few of the "well" are one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

_SOUNDS = (
    # Spellings of one sound, replaced in this order.
    ("ph", "f"), ("sch", "s"), ("ch", "k"), ("sh", "s"), ("ck", "k"), ("th", "t"), ("gh", "g"),
    ("wh", "v"), ("pf", "f"), ("ts", "s"), ("tz", "s"), ("x", "ks"),
)  # fmt: skip
_LETTERS = str.maketrans("bdgqcvzjm", "ptkkkfssn", "aeiouhwy")
"""Voiced consonants become voiceless ones; vowels and what is hardly heard go."""
_FIRST = str.maketrans("bdgqcvwzjeiou", "ptkkkffssaaaa")
"""The same for a word's first letter, where a vowel stays: as "a", whichever it is."""
_TWICE = re.compile(r"(.)\1+")
_ALIKE = 0.62
"""The least Sørensen–Dice coefficient of two words that are taken for one another; half of it is
enough if their consonants are the same."""
_SHORTEST = 3
"""Letters of the shortest word that is matched."""
_CONSONANTS = 3
"""So many consonants are enough by themselves."""


@lru_cache(maxsize=1 << 15)
def sound(word: str) -> str:
    """Return a word's first sound and its consonants: "feffer" and "pfeffer" → "fr"."""
    if not word.isascii():
        return word
    for spelling, plain in _SOUNDS:
        if spelling in word:
            word = word.replace(spelling, plain)
    return _TWICE.sub(r"\1", word[:1].translate(_FIRST) + word[1:].translate(_LETTERS))


class Sounds:
    """An index of a transcript's rare words by sound and by bigram."""

    def __init__(self, words: Sequence[str], rare: int) -> None:
        """Index those of `words` that occur up to `rare` times."""
        counts = Counter(words)
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            if counts[word] <= rare:
                self._places.setdefault(word, []).append(place)
        self._sounds: dict[str, list[str]] = {}
        self._bigrams: dict[str, list[str]] = {}
        for word in self._places:
            if len(word) >= _SHORTEST and not word[0].isdigit():
                self._sounds.setdefault(sound(word), []).append(word)
                for bigram in _bigrams(word):
                    self._bigrams.setdefault(bigram, []).append(word)

    def find(self, name: str) -> list[int]:
        """Return the places of the words that sound like `name`."""
        if len(name) < _SHORTEST:
            return []
        own = sound(name)
        alike = {
            word
            for word in self._sounds.get(own, ())
            if len(own) >= _CONSONANTS or _compare(word, name) >= _ALIKE / 2
        }
        bigrams = _bigrams(name)
        # How many bigrams each word has in common with the name: all that `_compare` needs, without
        # a look at the words that have none.
        common = Counter(word for bigram in bigrams for word in self._bigrams.get(bigram, ()))
        alike.update(
            word
            for word, count in common.items()
            if 2 * count >= _ALIKE * (len(bigrams) + len(_bigrams(word)))
        )
        return sorted(place for word in alike for place in self._places[word])


def find_joined(words: Sequence[str], missing: Iterable[str]) -> dict[str, list[int]]:
    """Return the places of the `missing` words that `words` has in two: "chat gpt", "chatgpt"."""
    candidates = frozenset(missing)
    places: dict[str, list[int]] = {}
    for place, (one, two) in enumerate(pairwise(words)):
        if (both := one + two) in candidates:
            places.setdefault(both, []).append(place)
    return places


def _compare(one: str, two: str) -> float:
    """Return the Sørensen–Dice coefficient of the bigrams of two words, 0 to 1.

    https://en.wikipedia.org/wiki/Dice-Sørensen_coefficient
    """
    bigrams, others = _bigrams(one), _bigrams(two)
    return 2 * len(bigrams & others) / (len(bigrams) + len(others))


@lru_cache(maxsize=1 << 15)
def _bigrams(word: str) -> frozenset[str]:
    """Return the bigrams of a word, with a mark for its beginning: "ann" → "^a", "an", "nn"."""
    padded = f"^{word}"
    return frozenset(padded[at : at + 2] for at in range(len(padded) - 1))
