"""Ids of claims that survive edits, and finding a claim again.

An id is twelve characters: four of a hash of the video and the claim's words, which tell claims
apart, and eight of a MinHash sketch of the words (Broder, "On the resemblance and containment of
documents", 1997), one character each of the smallest value of eight hash functions. Two texts that
share most words share most sketch characters, so an id whose claim was edited still points at the
edited text, without anything having been stored.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from struct import unpack

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that reads as a digit."""
_EXACT = 4
_SKETCH = 8
_ID = re.compile(rf"[{_ALPHABET}]{{{_EXACT + _SKETCH}}}(?:-\d{{1,5}})?", re.ASCII)
_TOKEN = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+"
)
"""A word, or one character of a script that is written without spaces."""
_ASCII = bytes(code if chr(code).isalnum() else 32 for code in range(128)) * 2
"""What stands for each byte of ASCII, and as many more as a table has to have: split at blanks, it
falls into words much faster."""
_BETWEEN = bytes(code for code in range(128) if not chr(code).isalnum())
"""The bytes of ASCII that are in no word."""

_NEAR = 30.0
"""Seconds within which a claim is near the time of a link."""
_ALIKE, _ALIKE_NEAR = 5, 3
"""Sketch characters that must agree: anywhere in the video, and near the link's time. Two
unrelated texts agree in 5 of 8 once in 600,000 pairs, in 3 of 8 once in 600."""


def normalise(text: str) -> tuple[str, ...]:
    """Return the words of `text`, without case, accents or punctuation."""
    bare = text.lower() if text.isascii() else _fold(text)
    if not bare.isascii():
        return tuple(_TOKEN.findall(bare))
    return tuple(bare.encode("ascii").translate(_ASCII, b"'").decode("ascii").split())


def claim_id(video: str, text: str) -> str:
    """Return the id of a claim with `text` in `video` (its id, or the slug of its note)."""
    words = normalise(text)
    exact = blake2b(f"{video}\n{' '.join(words)}".encode("utf-8", "replace"), digest_size=4)
    number = int.from_bytes(exact.digest(), "big")
    return _letters([number >> 5 * place for place in range(_EXACT)]) + _sketch(words)


def claim_ids(video: str, texts: Iterable[str]) -> list[str]:
    """Return the ids of the claims of one video, in page order; equal ones get a suffix."""
    seen: dict[str, int] = {}
    ids = []
    for text in texts:
        plain = claim_id(video, text)
        count = seen[plain] = seen.get(plain, 0) + 1
        ids.append(number_copy(plain, count))
    return ids


def count_copies(texts: Iterable[str]) -> list[int]:
    """Return for each claim of a video, in page order, which of those of its words it is, from 1.

    Numbered so (`number_copy`), its id is that of `claim_ids`; telling words apart is much quicker.
    """
    texts = list(texts)
    letters = [_letters_in(text) for text in texts]
    often = {run for run, count in Counter(letters).items() if count > 1}
    seen: Counter[tuple[str, ...]] = Counter()
    copies = []
    for text, run in zip(texts, letters, strict=True):
        copy = 1
        if run in often:
            words = normalise(text)
            copy = seen[words] = seen[words] + 1
        copies.append(copy)
    return copies


def number_copy(plain: str, copy: int) -> str:
    """Return the id of a claim whose words say `plain`: the first is that, others have a suffix."""
    return plain if copy == 1 else f"{plain}-{copy}"


def find_claim(
    wanted: str, ids: Sequence[str], starts: Sequence[int | None], near: float | None
) -> int | None:
    """Return the index of the claim that the id `wanted` means, or None.

    `ids` and `starts` are those of the video's claims. The same words win: of several claims that
    say them, the one at the second `near`, since suffixes count anew when one is added or removed.
    Then the claim whose words are most alike, the nearer to `near` the better.
    """
    if not _ID.fullmatch(wanted):
        return None
    plain = wanted[: _EXACT + _SKETCH]
    same = [index for index, other in enumerate(ids) if other.startswith(plain)]
    if same:
        return min(same, key=lambda index: (starts[index] != near, ids[index] != wanted))
    sketch = plain[_EXACT:]
    best: tuple[float, int] | None = None
    for index, (other, start) in enumerate(zip(ids, starts, strict=True)):
        alike = sum(a == b for a, b in zip(sketch, other[_EXACT:], strict=False))
        distance = abs(start - near) if start is not None and near is not None else None
        is_near = distance is not None and distance <= _NEAR
        if alike < (_ALIKE_NEAR if is_near else _ALIKE):
            continue
        score = alike + (1.5 - distance / _NEAR if is_near and distance is not None else 0)
        if best is None or score > best[0]:
            best = (score, index)
    return best[1] if best else None


def is_same_claim(one: str, other: str) -> bool:
    """Return whether two ids are of the same words, whichever of their copies."""
    return one[: _EXACT + _SKETCH] == other[: _EXACT + _SKETCH]


def _letters_in(text: str) -> bytes:
    """Return the words of `text` without what is between them: quick for ASCII."""
    if text.isascii():
        return text.encode("ascii").lower().translate(None, _BETWEEN)
    return "".join(normalise(text)).encode("utf-8", "replace")


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char))


def _sketch(words: Sequence[str]) -> str:
    if not words:
        return _ALPHABET[0] * _SKETCH
    return _letters(map(min, zip(*map(_hashes, words), strict=True)))


def _letters(numbers: Iterable[int]) -> str:
    """Return the letters of the last five bits of `numbers`."""
    return "".join([_ALPHABET[number & 31] for number in numbers])


@lru_cache(maxsize=1 << 16)
def _hashes(word: str) -> tuple[int, ...]:
    """Return eight 32-bit hashes of one word."""
    digest = blake2b(word.encode("utf-8", "replace"), digest_size=32).digest()
    return unpack("8I", digest)
