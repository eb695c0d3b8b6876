"""Finding claims, notes and what was said, by their words: one interface, with two engines.

What was said in a video, the cues of its transcript, is kept apart from what is claimed of it: no
claim is found, ranked or counted otherwise because somebody said the same words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, NamedTuple, Protocol

from viewer.errors import IndexBusy
from viewer.library.query import Query, Term
from viewer.library.words import find_words, fold_words
from viewer.timeline.identity import claim_id, number_copy

Order = Literal["relevance", "time"]
"""The best first; or by video, and in a video by the claims' time."""

MOST_HITS = 100
"""Hits that one call returns at most."""
DEEPEST = 3_000
"""Hits by relevance that "load more" reaches; whoever wants more has to say more."""
MOST_CHANNELS = 30
"""Channels that are counted in a result."""

LONGEST_TEXT = 10_000
"""Characters of a claim that are found and shown; those of real notes have 640 at most."""

ENOUGH_WORDS = 8
"""Words of a text that is as good as a shorter one: a claim of one word says little by it."""

_OFFSET = re.compile(r"r(\d{1,6})", re.ASCII)
_PLACE = re.compile(r"t([0-7][0-9a-f]{15})")


class ClaimDocument(NamedTuple):
    """A claim as it is found: by its words and by what it links to.

    Not with its id, which its words tell, and which would take as long as all the rest.
    """

    note: str
    """The slug of its note."""
    start: int | None
    """Seconds from the video's start."""
    text: str
    copy: int = 1
    """Which of the video's claims of the same words it is, from 1."""
    topics: tuple[str, ...] = ()
    """Slugs of the topics that its wikilinks lead to."""


class CueDocument(NamedTuple):
    """A passage of what is said in a video, as its transcript has it."""

    start: int
    """Seconds from the video's start."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDocument:
    """A note as it is found: by its title."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoDocuments:
    """All that is found of one video; it is written and taken out as one."""

    key: str
    """The video's id, or "note/<slug>" for a note without video."""
    channel: str
    notes: tuple[NoteDocument, ...]
    claims: tuple[ClaimDocument, ...]
    """In the order of the timeline."""
    cues: tuple[CueDocument, ...] = ()
    """In the order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A claim that was found."""

    key: str
    note: str
    id: str
    start: int | None
    text: str
    marks: tuple[tuple[int, int], ...] = ()
    """The ranges of `text`, in characters, that were looked for; in order and apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHit:
    """A note that was found; the marks are in its title."""

    key: str
    slug: str
    title: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CueHit:
    """A passage that was found; the marks are in its text."""

    key: str
    start: int
    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCues:
    """One page of the passages that were found. Nobody counts them: they are very many."""

    hits: tuple[CueHit, ...] = ()
    after: str | None = None
    """Where the next page begins, if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of a result, and what is known of the whole."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    is_total_exact: bool = True
    """Otherwise there are more than `total`, and more than `channels` says."""
    channels: tuple[tuple[str, int], ...] = ()
    """The channels with most hits, most first."""
    after: str | None = None
    """Where the next page begins, if there is one."""


class SearchLate(IndexBusy):
    """A search that took longer than it may; what it would have found is not known."""


class Search(Protocol):
    """An index of claims, notes and cues. Reading never raises for what was typed.

    It raises `SearchLate` when the time is up, and `IndexBusy` or `IndexBroken` when it fails.
    """

    def replace(self, videos: Iterable[VideoDocuments], removed: Iterable[str] = ()) -> None:
        """Write `videos` in place of what was there under their keys, and take out `removed`.

        All or nothing, and durable on return. One process writes at a time.
        """

    def clear(self) -> None:
        """Take everything out."""

    def count(self) -> int:
        """Return how many claims, notes and cues there are."""

    def refresh(self) -> None:
        """Make visible to this reader what other processes wrote. Cheap."""

    def search(
        self,
        query: Query,
        *,
        limit: int = 30,
        after: str | None = None,
        order: Order = "relevance",
        channel: str | None = None,
    ) -> Found:
        """Return the claims that `query` asks for, from the cursor `after` on.

        `channel` is a name as `Found.channels` has it. A cursor that is none is as if absent.
        """

    def find_notes(self, query: Query, *, limit: int = 10) -> tuple[NoteHit, ...]:
        """Return the notes whose titles hold the words of `query`."""

    def find_cues(
        self,
        query: Query,
        *,
        limit: int = 10,
        after: str | None = None,
        order: Order = "relevance",
        channel: str | None = None,
    ) -> FoundCues:
        """Return the passages of transcripts that hold the words of `query`, as `search` does.

        None where `query` names notes, as no note says them, or has no words to find.
        """

    def find_topic(self, topic: str, keys: Sequence[str], *, limit: int) -> dict[str, list[Hit]]:
        """Return for each of `keys` its first `limit` claims that link to `topic`, by time."""

    def suggest(self, query: Query, *, limit: int = 5) -> tuple[str, ...]:
        """Return queries near to this one, with words that exist in place of those that don't."""

    def close(self) -> None:
        """Let go of files and connections."""


def match_channels(names: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Return those of `names` that `wanted` means: folded names, or else how names begin."""
    folded = [(fold_words(name), name) for name in names]
    found: list[str] = []
    for words in wanted:
        same = [name for own, name in folded if own == words]
        found += same or [name for own, name in folded if own.startswith(words)]
    return found


def commonest_words(
    words: Sequence[tuple[str, int]], enough: int, whole: str, most: int | None = None
) -> list[str]:
    """Return the first of `words` that `enough` documents hold, and `whole` if it is among them.

    `words` come with their numbers of documents, the commonest first. Those that more than `most`
    hold are passed over, where the others are enough.
    """
    found, documents = [], 0
    for word, count in words:
        if word == whole or (documents < enough and (most is None or count <= most)):
            found.append(word)
            documents += count
    if most is not None and documents < enough:
        return commonest_words(words, enough, whole)
    return found


def bound_limit(limit: int) -> int:
    """Return how many hits are given to one who asks for `limit`."""
    return max(1, min(limit, MOST_HITS))


def format_offset(offset: int) -> str | None:
    """Return the cursor of the page by relevance that begins with hit `offset`, if there is one."""
    return f"r{offset}" if offset < DEEPEST else None


def parse_offset(cursor: str | None) -> int:
    """Return where the page by relevance begins that `cursor` means: at 0 if it is none."""
    match = _OFFSET.fullmatch(cursor or "")
    return min(int(match[1]), DEEPEST) if match else 0


def format_place(place: int) -> str:
    """Return the cursor of the page by time that follows the claim at `place`."""
    return f"t{place:016x}"


def parse_place(cursor: str | None) -> int | None:
    """Return the place after which the page by time begins that `cursor` means, if any."""
    match = _PLACE.fullmatch(cursor or "")
    return int(match[1], 16) if match else None


def first_place(key: str) -> int:
    """Return the place of a video's first claim in the order of time: 39 bits of the key, then 24.

    Videos come as their keys' hashes do, so that a place says where it is without counting.
    """
    return int.from_bytes(blake2b(key.encode(), digest_size=5).digest(), "big") >> 1 << 24


def sound(text: str) -> str:
    """Return `text` as every engine can hold it: without NUL and halves of surrogate pairs."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def make_hit(
    key: str, note: str, copy: int, start: int | None, text: str, terms: Sequence[Term]
) -> Hit:
    """Return the claim that was found, with its id, and marked where `terms` are."""
    marks = find_marks(text, terms) if terms else ()
    claim = number_copy(claim_id(key, text), copy)
    return Hit(key=key, note=note, id=claim, start=start, text=text, marks=marks)


def find_marks(text: str, terms: Sequence[Term]) -> tuple[tuple[int, int], ...]:
    """Return the ranges of `text` that `terms` look for, in order; those that meet are one."""
    words = find_words(text)
    marks: list[tuple[int, int]] = []
    for begin, end in sorted(_ranges(words, terms)):
        if marks and begin <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
        else:
            marks.append((begin, end))
    return tuple(marks)


def _ranges(words: list[tuple[int, int, str]], terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    folded = [word for _, _, word in words]
    single = {term.words[0] for term in terms if len(term.words) == 1}
    prefixes = tuple(term.words[0] for term in terms if term.is_prefix)
    phrases = [list(term.words) for term in terms if len(term.words) > 1]
    for index, (begin, end, word) in enumerate(words):
        if word in single or (prefixes and word.startswith(prefixes)):
            yield begin, end
        for phrase in phrases:
            if word == phrase[0] and folded[index : index + len(phrase)] == phrase:
                yield begin, words[index + len(phrase) - 1][1]
