"""Words that sound alike: names as speech recognition hears them, and words written apart.

"Pfeffer" is heard as "Feffer", "Nubank" as "new bank", "Karri" as "Kari". A claim's word that the
transcript doesn't have stands for those of the transcript with the same consonants, or with most
pairs of letters in common. Only words that are said rarely are candidates: a name is heard as a
common word at times, but to take every "well" for a "Weil" finds too much.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

_SOUNDS = (
    # What is written differently and sounds the same; what is not said comes last.
    ("ph", "f"), ("sch", "s"), ("ch", "k"), ("sh", "s"), ("ck", "k"), ("th", "t"), ("gh", "g"),
    ("wh", "v"), ("pf", "f"), ("ts", "s"), ("tz", "s"), ("x", "ks"),
)  # fmt: skip
_LETTERS = str.maketrans("bdgqcvzjm", "ptkkkfssn", "aeiouhwy")
_FIRST = str.maketrans("bdgqcvwzjeiou", "ptkkkffssaaaa")
_TWICE = re.compile(r"(.)\1+")
_LIKE = 0.62
"""The share of pairs of letters that words have in common which are taken for one another."""
_SHORTEST = 3
_CONSONANTS = 3
"""So many consonants at least, where nothing else is the same."""


@lru_cache(maxsize=1 << 15)
def sound(word: str) -> str:
    """Return the consonants of a word as they sound: "feffer" and "pfeffer" → "fr"."""
    if not word.isascii():
        return word
    for written, said in _SOUNDS:
        if written in word:
            word = word.replace(written, said)
    return _TWICE.sub(r"\1", word[:1].translate(_FIRST) + word[1:].translate(_LETTERS))


class Sounds:
    """The rarer words of a transcript, by how they sound."""

    def __init__(self, words: Sequence[str], rare: int) -> None:
        counts = Counter(words)
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            if counts[word] <= rare:
                self._places.setdefault(word, []).append(place)
        self._sounds: dict[str, list[str]] = {}
        self._grams: dict[str, list[str]] = {}
        for word in self._places:
            if len(word) >= _SHORTEST and not word[0].isdigit():
                self._sounds.setdefault(sound(word), []).append(word)
                for gram in _grams(word):
                    self._grams.setdefault(gram, []).append(word)

    def find(self, name: str) -> list[int]:
        """Return the places where something like `name` is said."""
        if len(name) < _SHORTEST:
            return []
        own = sound(name)
        alike = {
            word
            for word in self._sounds.get(own, ())
            if len(own) >= _CONSONANTS or _likeness(word, name) >= _LIKE / 2
        }
        common = Counter(word for gram in _grams(name) for word in self._grams.get(gram, ()))
        grams = len(_grams(name))
        alike.update(
            word
            for word, count in common.items()
            if 2 * count >= _LIKE * (grams + len(_grams(word)))
        )
        return sorted(place for word in alike for place in self._places[word])


def find_joined(words: Sequence[str], wanted: Iterable[str]) -> dict[str, list[int]]:
    """Return where each of the `wanted` words is said in two: "chat gpt" for "chatgpt"."""
    sought = frozenset(wanted)
    found: dict[str, list[int]] = {}
    for place, (one, two) in enumerate(pairwise(words)):
        if (both := one + two) in sought:
            found.setdefault(both, []).append(place)
    return found


def _likeness(one: str, two: str) -> float:
    grams, others = _grams(one), _grams(two)
    return 2 * len(grams & others) / (len(grams) + len(others))


@lru_cache(maxsize=1 << 15)
def _grams(word: str) -> frozenset[str]:
    """Return the pairs of letters in a word, with its beginning as one."""
    padded = f"^{word}"
    return frozenset(padded[at : at + 2] for at in range(len(padded) - 1))
