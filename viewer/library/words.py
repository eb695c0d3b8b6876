"""What a word is: one definition for what is indexed, what is typed, and what is marked.

A word is a run of letters, digits and marks without case and accents: "Café" → "cafe". Scripts
that are written without spaces between words (Chinese, Japanese, Thai…; and Korean, whose endings
hang on the word) have words of one character, so that a phrase of them finds any run.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

WORD_LENGTH = 64
"""A longer word is known by its first characters."""

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
    # Written and yet not said: the soft hyphen, joiners, selectors of a shape, Arabic's tatweel.
    | dict.fromkeys(map(chr, (0xAD, 0x34F, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x640)), "")
    | dict.fromkeys(map(chr, range(0xFE00, 0xFE10)), "")
)
"""Letters that stand for others and do not come apart into a letter and an accent."""

_KEPT_MARKS = {0, 8, 9}
"""Combining classes of marks that are no accents: vowel signs, kana's voicing, viramas."""

_ASCII = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) * 2
"""What stands for each byte of ASCII, and as many more as a table has to have: one for bytes is
much quicker than one for text."""


def _as_class(codes: Iterable[int]) -> str:
    """Return character codes as the inside of a regular expression's class."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def _codes(categories: str, *blocks: tuple[int, int]) -> list[int]:
    """Return the characters of `blocks` whose Unicode category begins with one of a letter."""
    return [
        code
        for first, last in blocks
        for code in range(first, last)
        if unicodedata.category(chr(code))[0] in categories
    ]


# Thai and Lao, Myanmar, Khmer, kana with bopomofo; ideographs; Hangul; the later ideographs.
_SPACELESS = (
    _as_class(
        _codes("LMN", (0xE00, 0xF00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3005, 0x3008))
        + _codes("LMN", (0x3021, 0x3130), (0x31A0, 0x3200))
    )
    + r"\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
)
_MARKS = _as_class(
    _codes("C", (0xAD, 0xAE), (0x200C, 0x200E), (0x2060, 0x2061))
    + _codes("M", (0x300, 0xE00), (0xF00, 0x1000), (0x10A0, 0x1780), (0x1800, 0x2100))
    + _codes("M", (0xA000, 0xAC00), (0xFB00, 0xFE30), (0x10A00, 0x12000))
)
# U+02BC is an apostrophe that Unicode counts among the letters. An apostrophe ends a word.
_LETTER = rf"[^\W_\u02bc{_SPACELESS}]"
_CHARACTER = re.compile(rf"[{_SPACELESS}]")
_WORD = re.compile(rf"{_CHARACTER.pattern}|{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*")


def fold(text: str) -> str:
    """Return `text` without case and accents: "Ångström’s" → "angstrom’s"."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_LETTERS)
    bare = "".join(char for char in letters if unicodedata.combining(char) in _KEPT_MARKS)
    return unicodedata.normalize("NFC", bare)


def fold_words(text: str) -> str:
    """Return the words of `text` with a space between: "Don’t panic!" → "don t panic"."""
    return " ".join(split_words(text))


def split_words(text: str) -> list[str]:
    """Return the words of `text`, folded, each of at most `WORD_LENGTH` characters."""
    if not text.isascii():
        return [word for run in _WORD.findall(text) for word in _fold_run(run)]
    words = text.encode("ascii").translate(_ASCII).decode("ascii").split()
    if words and max(map(len, words)) > WORD_LENGTH:
        words = [word[:WORD_LENGTH] for word in words]
    return words


def find_words(text: str) -> list[tuple[int, int, str]]:
    """Return the words of `text` as `split_words` does, with the range where each is written.

    One run may hold several words ("㌔" is three of kana): these have the same range.
    """
    return [
        (match.start(), match.end(), word)
        for match in _WORD.finditer(text)
        for word in _fold_run(match[0])
    ]


def is_character_word(word: str) -> bool:
    """Return whether `word` is one character of a script that is written without spaces."""
    return _CHARACTER.fullmatch(word) is not None


@lru_cache(maxsize=1 << 14)
def _fold_run(run: str) -> tuple[str, ...]:
    """Return the words that a run of letters folds to: nearly always one."""
    if run.isascii():
        return (run.lower()[:WORD_LENGTH],)
    # What folds apart ("½" is 1 and 2) comes apart as it would if it had been written so.
    return tuple(word[:WORD_LENGTH] for word in _WORD.findall(fold(run)))
