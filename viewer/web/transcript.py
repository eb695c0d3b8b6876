"""What the transcript tab shows: what was said, in passages as one reads them, cue by cue."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from viewer.transcript.model import Cue, Track, Transcript, VideoChapter
from viewer.web.languages import name_language
from viewer.web.opening import Opening
from viewer.web.words import fold

PASSAGES = 200
"""Passages that an answer brings, a thousand cues or fewer mostly; the others follow by
themselves."""

_LONG_ENOUGH = 240
"""Characters after which a passage ends with its sentence."""
_TOO_LONG = 700
_PAUSE = 3.0
"""Seconds of silence that end a passage."""
_SENTENCE_ENDS = (*".?!…。？！۔؟।", '."', '?"', '!"', ".”", "?”", "!”")


class ShownCue(NamedTuple):
    """A cue as a link to its second."""

    start: str
    """As an address says it: "79.24"."""
    text: str
    is_now: bool
    """Whether the page opens at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Cues that are read in one go: of one speaker, in one chapter, without a pause."""

    start: float
    speaker: str | None
    """Who speaks, where somebody else did before."""
    chapters: tuple[str, ...]
    """Titles of the video's chapters that begin here."""
    begins_unreliable: bool
    """Whether times that can't be right begin here."""
    is_unreliable: bool
    is_hit: bool
    """Whether it holds the words that the address searches for."""
    cues: tuple[ShownCue, ...]


class Language(NamedTuple):
    """A track that can be chosen."""

    name: str
    href: str
    is_shown: bool


@dataclass(frozen=True, kw_only=True)
class TranscriptTab:
    """The transcript of a video for one address."""

    transcript: Transcript
    languages: tuple[Language, ...]
    address: str
    """Of the tab, to which a second is added."""
    opening: Opening
    words: str = ""
    begin: int | None = None
    """The first passage to bring; None: the one that the page opens at."""
    chapters: Sequence[VideoChapter] = ()
    """Of the video."""

    @property
    def language(self) -> str | None:
        """What `lang` says of the words; None where it is not known."""
        language = self.transcript.track.language
        return None if language == "und" else language

    @property
    def name(self) -> str:
        return name_track(self.transcript.track)

    @cached_property
    def passages(self) -> list[Passage]:
        """The passages from the first that is to be brought, as many as an answer brings."""
        end = min(self._begin + PASSAGES, len(self._spans))
        words = fold(self.words).split()
        return [self._make_passage(number, words) for number in range(self._begin, end)]

    @property
    def earlier(self) -> str | None:
        """The address of the passages before these, or None."""
        return f"{self.address}&from={max(0, self._begin - PASSAGES)}" if self._begin else None

    @property
    def later(self) -> str | None:
        """The address of the passages after these, or None."""
        end = self._begin + PASSAGES
        return f"{self.address}&from={end}" if end < len(self._spans) else None

    @cached_property
    def _now(self) -> int | None:
        """The place of the cue that the page opens at."""
        start = self.opening.start
        return None if start is None else self.transcript.cue_at(start)

    @cached_property
    def _begin(self) -> int:
        if self.begin is not None:
            return min(self.begin, max(0, len(self._spans) - 1))
        firsts = [first for first, _ in self._spans]
        number = bisect_right(firsts, self._now) - 1 if self._now is not None else 0
        return number // PASSAGES * PASSAGES

    def _make_passage(self, number: int, words: Sequence[str]) -> Passage:
        first, end = self._spans[number]
        cues = self.transcript.cues[first:end]
        start = cues[0].start
        before = self.transcript.cues[first - 1] if first else None
        begun = self.transcript.cues[self._spans[number - 1][0]].start if number else -1.0
        is_reliable = self.transcript.is_reliable_at(start)
        text = fold(" ".join(cue.text for cue in cues)) if words else ""
        return Passage(
            start=start,
            speaker=cues[0].speaker if not before or before.speaker != cues[0].speaker else None,
            chapters=tuple(item.title for item in self.chapters if begun < item.start <= start),
            is_unreliable=not is_reliable,
            begins_unreliable=not is_reliable
            and (number == 0 or self.transcript.is_reliable_at(begun)),
            is_hit=bool(words) and all(word in text for word in words),
            cues=tuple(
                ShownCue(f"{cue.start:.10g}", cue.text, place == self._now)
                for place, cue in enumerate(cues, first)
            ),
        )

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        """The places of the first cue of each passage, and of the first that is not its."""
        edges = {chapter.start for chapter in self.chapters}
        edges.update(edge for stretch in self.transcript.unreliable for edge in stretch)
        return [*_split(self.transcript.cues, sorted(edges))]


def name_track(track: Track) -> str:
    """Return what a track is called: "English, automatic"."""
    name = name_language(track.language)
    return f"{name}, automatic" if track.is_generated else name


def _split(cues: Sequence[Cue], edges: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Yield the spans of passages; none goes on past one of the `edges`."""
    first = length = passed = 0
    for place, cue in enumerate(cues):
        was = passed
        while passed < len(edges) and edges[passed] <= cue.start:
            passed += 1
        if place and (passed > was or _is_apart(cues[place - 1], cue, length)):
            yield first, place
            first, length = place, 0
        length += len(cue.text)
    if cues:
        yield first, len(cues)


def _is_apart(before: Cue, cue: Cue, length: int) -> bool:
    """Return whether `cue` begins a passage, after one of so many characters."""
    if cue.speaker != before.speaker or cue.start - before.end >= _PAUSE:
        return True
    if length + len(cue.text) > _TOO_LONG:
        return True
    return length >= _LONG_ENOUGH and before.text.endswith(_SENTENCE_ENDS)
