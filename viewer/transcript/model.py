"""The transcript of a video: the cues of a track; and the video's facts."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Cue(NamedTuple):
    """One caption."""

    start: float
    """Seconds from the video's start."""
    end: float
    text: str
    """Plain, on one line, without markup or entities."""
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A language and kind of captions."""

    language: str
    """A BCP 47 tag: "en", "pt-BR"; "und" if it is not known."""
    is_generated: bool = False
    """True if speech recognition made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionProblem:
    """Something odd in captions that were read all the same."""

    line: int | None
    """The line of the file, from 1; None if it concerns the whole file."""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """All cues of a track."""

    track: Track
    cues: tuple[Cue, ...] = ()
    """In order of their starts. A cue ends when the next one begins, or before. If people speak at
    once, their cues may begin together; then they end together."""
    unreliable: tuple[tuple[float, float], ...] = ()
    """Half-open stretches of impossible times, in order and not touching."""
    problems: tuple[CaptionProblem, ...] = ()

    def cue_at(self, seconds: float) -> int | None:
        """Return the place of the last cue that has begun at `seconds`, or None."""
        place = bisect_right(self.cues, seconds, key=lambda cue: cue.start) - 1
        return place if place >= 0 else None

    def is_reliable_at(self, seconds: float) -> bool:
        """True if the times of the cues around `seconds` can be trusted."""
        place = bisect_right(self.unreliable, seconds, key=lambda stretch: stretch[0]) - 1
        return place < 0 or seconds >= self.unreliable[place][1]


class VideoChapter(NamedTuple):
    """A chapter by the video's owner. A note has chapters of its own."""

    start: float
    end: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInfo:
    """The video site's facts of a video; None for those that are missing."""

    title: str | None = None
    channel: str | None = None
    duration: float | None = None
    """Seconds."""
    language: str | None = None
    """The language that is spoken, a BCP 47 tag."""
    chapters: tuple[VideoChapter, ...] = ()


def choose_track(tracks: Iterable[Track], wanted: Iterable[str]) -> Track | None:
    """Return the track in the first language of `wanted`, else in English, else any.

    In each language, a person's comes before a generated one. Without a track in the exact
    language, "pt" serves for "pt-BR" and the other way round.
    """
    choices = sorted(tracks, key=lambda track: track.is_generated)
    for language in (*wanted, "en"):
        exact = [track for track in choices if track.language.lower() == language.lower()]
        for track in exact or [
            track for track in choices if base_language(track) == base_language(language)
        ]:
            return track
    return choices[0] if choices else None


def base_language(track: Track | str) -> str:
    """Return a language without its region: "pt-BR" → "pt"."""
    tag = track if isinstance(track, str) else track.language
    return tag.replace("_", "-").partition("-")[0].lower()
