"""Text → terms: what makes a claim and a passage comparable.

A term is a word's stem without case and accents, or a number in digits. Scripts that are written
without spaces (and Korean, whose endings hang on the word) give pairs of characters. Languages
without a stemmer, and "und", give the words as they are.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import Stemmer

from viewer.transcript.numbers import say_numbers
from viewer.transcript.stop_words import is_common

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_WORD_LENGTH = 64
"""A longer word is known by its first characters."""
_KEPT_MARKS = {0, 8, 9}
"""Combining classes of marks that are no accents: vowel signs, kana's voicing, viramas."""
_APOSTROPHES = str.maketrans("’ʼ`", "'''")

_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u3005-\u3007\u3021-\u30ff\u3100-\u312f\u31a0-\u31ff"  # kana, bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"  # ideographs, Hangul
)
_TOKEN = re.compile(
    rf"(?P<run>[{_SPACELESS}]+)|%|\d+(?:[.,]\d+)*(?:(?:k|mn?|bn?)\b)?"
    rf"|(?:[^\W\d_{_SPACELESS}][\u0300-\u036f]*)(?:[^\W_{_SPACELESS}]|[\u0300-\u036f\u0591-\u07ff"
    rf"\u0900-\u0dff])*(?:'[^\W\d_{_SPACELESS}]+)*",
    re.IGNORECASE,
)


class Term(NamedTuple):
    """A word of a text, as it is compared."""

    key: str
    word: str
    """Folded, but not stemmed."""
    place: int
    """Where it begins in the text."""
    is_name: bool = False
    """Written with a capital, as a name is, and the beginning of a sentence too."""
    is_number: bool = False
    is_common: bool = False
    """One of the commonest words of the language."""


class Reader:
    """Reads texts in one language; not for two threads at once, as a stemmer isn't."""

    def __init__(self, language: str) -> None:
        base = language.replace("_", "-").partition("-")[0].lower()
        name = _STEMMERS.get(base)
        self._language = base
        self._stemmer = Stemmer.Stemmer(name) if name in Stemmer.algorithms() else None
        self._stems: dict[str, str] = {}

    def read(self, text: str) -> list[Term]:
        """Return the terms of a text in order."""
        # Composed, since that is what stemmers know. Apostrophes join what belongs together in
        # English, and elide what doesn't elsewhere.
        text = unicodedata.normalize("NFC", text).translate(_APOSTROPHES)
        if self._language != "en":
            text = text.replace("'", " ")
        tokens = [*_split(text)]
        spoken = say_numbers((token.lower() for token, _ in tokens), self._language)
        return [
            Term(word, word, tokens[place][1], is_number=True)
            if is_number
            else self._name(*tokens[place])
            for place, word, is_number in spoken
        ]

    def stem(self, word: str) -> str:
        """Return the stem of a word, without accents."""
        known = self._stems.get(word)
        if known is None:
            stem = self._stemmer.stemWord(word) if self._stemmer else word
            known = self._stems[word] = fold(stem) or word
        return known

    def _name(self, token: str, place: int) -> Term:
        lower = token.lower()[:_WORD_LENGTH]
        common = is_common(lower, self._language)
        return Term(self.stem(lower), fold(lower), place, token[0].isupper(), is_common=common)


def fold(word: str) -> str:
    """Return a word without case and accents."""
    if word.isascii():
        return word.lower()
    letters = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(char for char in letters if unicodedata.combining(char) in _KEPT_MARKS)
    return unicodedata.normalize("NFC", bare)


def _split(text: str) -> Iterator[tuple[str, int]]:
    """Yield the words of a text, and pairs of characters where it has no spaces."""
    for match in _TOKEN.finditer(text):
        token, place = match.group(), match.start()
        if match["run"] is None or len(token) == 1:
            yield token, place
        else:
            for at in range(len(token) - 1):
                yield token[at : at + 2], place + at
