"""Which language notes are in: as their header says, else as their commonest words tell."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from viewer.language import clean_language
from viewer.note.model import Note

# The commonest words of each language that few of the others have.
_COMMON = {
    "en": "the and of to is that was with for are this his were which they from had",
    "es": "el los las una por con que del para como más pero sus fue esta son",
    "de": "der die und das nicht ist ein eine den mit von auf für sich dem auch wird",
    "fr": "le les des est une dans que pour qui sur pas plus avec par sont cette du",
    "pt": "o os uma não que em para com do da dos das foi mais são também ao",
    "it": "il gli che di non una per con del della sono più nel alla anche è",
    "nl": "de het een van en niet dat zijn op met voor ook wordt maar aan bij",
    "ru": "и в не на что с как по это из для но от он был",
    "uk": "і в не на що з як до це та для але від він був є",
    "pl": "i w nie na że się z do jest jak to co po był dla przez",
    "tr": "ve bir bu için ile da de olarak çok daha gibi kadar sonra olan",
    "sv": "och att det som en på är av för med den till inte om ett",
}
_BY_WORD: dict[str, list[str]] = {}
for _language, _words in _COMMON.items():
    for _word in _words.split():
        _BY_WORD.setdefault(_word, []).append(_language)
_SCRIPTS = [
    ("ja", "[\u3040-\u30ff]"),
    ("ko", "[\uac00-\ud7a3]"),
    ("zh", "[\u4e00-\u9fff]"),
    ("he", "[\u05d0-\u05ea]"),
    ("ar", "[\u0621-\u064a]"),
    ("el", "[\u0391-\u03c9]"),
    ("hi", "[\u0904-\u0939]"),
    ("th", "[\u0e01-\u0e30]"),
]
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 20_000
"""Characters that are looked at."""
_SURE = 5
"""Common words that the language must have more than any other."""


def find_languages(notes: Sequence[Note]) -> tuple[str, ...]:
    """Return the languages of a video's notes: those that their headers name, else a guess."""
    stated = [note.meta.get("lang") or note.meta.get("language") for note in notes]
    named = [language for tag in stated if (language := clean_language(tag))]
    if named:
        return tuple(dict.fromkeys(named))
    guess = guess_language(claim.text for note in notes for claim in note.claims)
    return (guess,) if guess else ()


def guess_language(texts: Iterable[str]) -> str | None:
    """Return the language that `texts` seem to be in, or None where they don't tell."""
    text = ""
    for part in texts:
        text += f" {part}"
        if len(text) > _ENOUGH:
            break
    text = text[:_ENOUGH]
    for language, letters in _SCRIPTS:
        # Chinese is written with signs that Japanese has too, which is why that comes first.
        if len(re.findall(letters, text)) * (6 if language == "ja" else 3) > len(text):
            return language
    counts = Counter(
        language for word in _WORD.findall(text.lower()) for language in _BY_WORD.get(word, ())
    )
    (best, most), (_, next_most) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    return best if most - next_most >= _SURE else None
