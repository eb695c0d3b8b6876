"""Text → terms, by which a claim and a passage are compared.

A term is a word's stem without case and accents, or a number in digits. Scripts without spaces give
bigrams of characters, and so does Korean, whose endings are attached to the word. In languages
without a stemmer, and in "und", a term is the word itself.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import Stemmer

from viewer.transcript.numbers import say_numbers
from viewer.transcript.stop_words import is_stop_word

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
"""The most characters of a word; the rest is left out."""
_KEPT_MARKS = {0, 8, 9}
"""Combining classes of marks that are not accents: vowel signs, kana's voicing marks, viramas."""
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
    """A word of a text."""

    key: str
    """The stem, by which terms are compared."""
    word: str
    """The word, folded and not stemmed."""
    place: int
    """The place of its first character in the text."""
    is_name: bool = False
    """True if it begins with a capital, as names do, and sentences too."""
    is_number: bool = False
    """True if it is a number or a percent sign."""
    is_stop_word: bool = False
    """True if it is a stop word of the language."""


class Reader:
    """Reads texts in one language. Not for several threads: its stemmer isn't."""

    def __init__(self, language: str) -> None:
        base = language.replace("_", "-").partition("-")[0].lower()
        name = _STEMMERS.get(base)
        self._language = base
        self._stemmer = Stemmer.Stemmer(name) if name in Stemmer.algorithms() else None
        self._stems: dict[str, str] = {}

    def read(self, text: str) -> list[Term]:
        """Return the terms of a text in order."""
        # Stemmers know composed letters. An apostrophe is part of an English word ("don't"), and
        # stands between two words in other languages ("l'histoire").
        text = unicodedata.normalize("NFC", text).translate(_APOSTROPHES)
        if self._language != "en":
            text = text.replace("'", " ")
        tokens = [*_split(text)]
        spoken = say_numbers((token.lower() for token, _ in tokens), self._language)
        return [
            Term(word, word, tokens[place][1], is_number=True)
            if is_number
            else self._make_term(*tokens[place])
            for place, word, is_number in spoken
        ]

    def stem(self, word: str) -> str:
        """Return the stem of a word, without accents."""
        known = self._stems.get(word)
        if known is None:
            stem = self._stemmer.stemWord(word) if self._stemmer else word
            known = self._stems[word] = fold(stem) or word
        return known

    def _make_term(self, token: str, place: int) -> Term:
        """Return the term of a word that is not a number."""
        lower = token.lower()[:_WORD_LENGTH]
        is_stop = is_stop_word(lower, self._language)
        return Term(self.stem(lower), fold(lower), place, token[0].isupper(), is_stop_word=is_stop)


def fold(word: str) -> str:
    """Return a word without case and accents."""
    if word.isascii():
        return word.lower()
    letters = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(char for char in letters if unicodedata.combining(char) in _KEPT_MARKS)
    return unicodedata.normalize("NFC", bare)


def _split(text: str) -> Iterator[tuple[str, int]]:
    """Yield words and their places; bigrams of characters for scripts without spaces."""
    for match in _TOKEN.finditer(text):
        token, place = match.group(), match.start()
        if match["run"] is None or len(token) == 1:
            yield token, place
        else:
            for at in range(len(token) - 1):
                yield token[at : at + 2], place + at
