"""What a reader typed into the search box → a `Query`. No I/O, and nothing typed is an error.

    words  "a phrase"  prefix*  -without  -"a phrase"  channel:name  video:ID-or-URL  note:words

Words are those of `words.py`. What is one word to its writer and several to us ("don't", a run of
Chinese) is a phrase.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from viewer.library.words import fold_words, is_character_word, split_words
from viewer.note.frontmatter import parse_video_id

_T = TypeVar("_T")

LONGEST = 300
"""Characters of what was typed that are read."""
MOST_WORDS = 20
"""Words that are looked for, those of phrases and those to leave out with them."""

_OPENING, _CLOSING = '"“”„‟«»「『＂', '"“”‟«»」』＂'
_TOKEN = re.compile(
    r"(?P<minus>-?)(?P<field>(?:channel|video|note):)?"
    rf"(?:[{_OPENING}](?P<quoted>[^{_CLOSING}]*)(?:[{_CLOSING}]|$)(?P<star>\*?)"
    rf"|(?P<bare>[^\s{_OPENING}]+))",
    re.IGNORECASE,
)
_UNTYPED = re.compile("[\0-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word to find, the beginning of one, or words in a row."""

    words: tuple[str, ...]
    """Folded; several are a phrase."""
    is_prefix: bool = False
    """Whether the one word may go on."""

    def __str__(self) -> str:
        """Return the term as it could be typed."""
        text = " ".join(self.words)
        return f'"{text}"' if len(self.words) > 1 else text + "*" * self.is_prefix


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for: all of `terms`, none of `without`, in one of each of the named places."""

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    channels: tuple[str, ...] = ()
    """Folded names."""
    videos: tuple[str, ...] = ()
    """Keys of videos."""
    notes: tuple[tuple[str, ...], ...] = ()
    """Folded words, all of which are in the slug or the title of a note."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for: nothing is found, and `reason` may say why."""
        return not (self.terms or self.channels or self.videos or self.notes)

    @property
    def reason(self) -> str | None:
        """Why nothing can be found, in words, where something was typed and yet is empty."""
        if self.is_empty and self.without:
            return "These are only words to leave out; add one to find."
        return None

    def __str__(self) -> str:
        """Return the query as it could be typed; `parse_query` reads it as the same."""
        return " ".join(
            [
                *map(str, self.terms),
                *(f"-{term}" for term in self.without),
                *(f'channel:"{name}"' for name in self.channels),
                *(f'video:"{key}"' for key in self.videos),
                *(f'note:"{" ".join(words)}"' for words in self.notes),
            ]
        )


def parse_query(text: str, *, is_typing: bool = False) -> Query:
    """Return what `text` asks for.

    At most `LONGEST` characters and `MOST_WORDS` words are read. With `is_typing` the last word is
    still being written: it stands for every word that it begins.
    """
    text = _UNTYPED.sub(" ", _SURROGATES.sub("", text[:LONGEST]))
    terms: list[Term] = []
    without: list[Term] = []
    places: dict[str, list[str]] = {"channel": [], "video": [], "note": []}
    for token in islice(_TOKEN.finditer(text), MOST_WORDS):
        value = token["quoted"] if token["bare"] is None else token["bare"]
        if token["field"] and not token["minus"]:
            places[token["field"].rstrip(":").lower()].append(value)
            continue
        is_last = is_typing and token["bare"] is not None and token.end() == len(text)
        is_prefix = bool(token["star"]) or (token["bare"] is not None and value.endswith("*"))
        if token["minus"]:
            without += _make_terms(value, is_prefix)[:1]
        else:
            terms += _make_terms(value, is_prefix or is_last)
    return Query(
        terms=(kept := tuple(_within(MOST_WORDS, terms))),
        without=tuple(_within(MOST_WORDS - sum(len(term.words) for term in kept), without)),
        channels=tuple(filter(None, _unique(map(fold_words, places["channel"])))),
        videos=tuple(filter(None, _unique(map(_video_key, places["video"])))),
        notes=tuple(filter(None, _unique(map(_note_words, places["note"])))),
    )


def _make_terms(text: str, is_prefix: bool) -> list[Term]:
    """Return the words of one token as one term; the last apart if it may go on.

    A character of a script without spaces is whole: nothing goes on from it.
    """
    words = tuple(split_words(text))
    if not words:
        return []
    if not is_prefix or is_character_word(words[-1]):
        return [Term(words=words)]
    whole = [Term(words=words[:-1])] if words[1:] else []
    return [*whole, Term(words=words[-1:], is_prefix=True)]


def _within(count: int, terms: Iterable[Term]) -> list[Term]:
    """Return different terms that hold `count` words at most; the last is cut to fit."""
    kept: list[Term] = []
    for term in _unique(terms):
        if count > 0:
            kept.append(term if len(term.words) <= count else Term(words=term.words[:count]))
            count -= len(term.words)
    return _unique(kept)


def _unique(items: Iterable[_T]) -> list[_T]:
    return list(dict.fromkeys(items))


def _video_key(text: str) -> str:
    """Return the key that an id, an address or a key names."""
    return parse_video_id(text) or re.sub(rf"[\s{_OPENING}{_CLOSING}]+", " ", text).strip()


def _note_words(text: str) -> tuple[str, ...]:
    return tuple(split_words(text)[:MOST_WORDS])
