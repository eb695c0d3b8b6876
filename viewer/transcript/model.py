"""What was said in a video: cues of a track, and what is known of the video itself."""

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
    """A BCP 47 tag: "en", "pt-BR"; "und" where it is not known."""
    is_generated: bool = False
    """Made by speech recognition, not by a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionProblem:
    """Something odd in captions that were read all the same."""

    line: int | None
    """Line of the file, from 1; None where it concerns all of it."""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """All cues of a track."""

    track: Track
    cues: tuple[Cue, ...] = ()
    """By start; a cue ends where the next one begins, or before. Those of people who speak at once
    may begin together, and then end together."""
    unreliable: tuple[tuple[float, float], ...] = ()
    """Half-open stretches, apart and in order, whose cues have times that can't be right."""
    problems: tuple[CaptionProblem, ...] = ()

    def cue_at(self, seconds: float) -> int | None:
        """Return the place of the last cue that has begun at a second."""
        place = bisect_right(self.cues, seconds, key=lambda cue: cue.start) - 1
        return place if place >= 0 else None

    def is_reliable_at(self, seconds: float) -> bool:
        """Return whether the times of the cues around a second can be trusted."""
        place = bisect_right(self.unreliable, seconds, key=lambda stretch: stretch[0]) - 1
        return place < 0 or seconds >= self.unreliable[place][1]


class VideoChapter(NamedTuple):
    """A part of the video as its owner divides it; a note's chapters are its own."""

    start: float
    end: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInfo:
    """What the video site says of a video, as far as it is used."""

    title: str | None = None
    channel: str | None = None
    duration: float | None = None
    """Seconds."""
    language: str | None = None
    """What is spoken in it."""
    chapters: tuple[VideoChapter, ...] = ()


def choose_track(tracks: Iterable[Track], wanted: Iterable[str]) -> Track | None:
    """Return the track in the first of the `wanted` languages that there is, else English, else
    any; a person's before a generated one.

    "pt" and "pt-BR" serve for each other where the exact one is missing.
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
