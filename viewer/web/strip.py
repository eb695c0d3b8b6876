"""The strip: where in the video the claims are, drawn as one lane a note."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from viewer.timecode import format_timecode, spoken_time
from viewer.timeline.timeline import Heading, Timeline
from viewer.transcript.model import VideoInfo

_BINS = 360
"""Marks that a lane has at the most: each is then two pixels wide on a laptop."""
_LEVELS = 3
_LONGEST = 10**6
"""Seconds; more is none that a video has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One note's marks: an SVG path for each level of density, from one claim to many."""

    note: int
    paths: tuple[str, ...]


class Tick(NamedTuple):
    """Where a chapter begins."""

    start: float
    title: str | None
    """Of the video's own chapters; those of notes are told by their rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A drawing whose unit across is the second, so that a better duration only rescales it."""

    duration: int
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    """The video's chapters, or else those of its notes."""
    description: str
    """The same in words."""


def draw_strip(
    timeline: Timeline,
    headings: Sequence[Heading],
    notes: Sequence[int],
    info: VideoInfo | None = None,
) -> Strip:
    """Return the strip of `timeline`, with a lane for each of `notes`, and what the site says."""
    duration = _find_duration(timeline, info)
    lanes = []
    for number in notes:
        starts = [item.start for item in timeline.moments if item.claim.note == number]
        lanes.append(Lane(note=number, paths=_draw_lane(starts, duration)))
    chapters = info.chapters if info else ()
    ticks = [Tick(chapter.start, chapter.title) for chapter in chapters if chapter.start < duration]
    if not ticks:
        ticks = [Tick(timeline.moments[heading.moment].start, None) for heading in headings]
    return Strip(
        duration=duration, lanes=tuple(lanes), ticks=tuple(ticks), description=_describe(timeline)
    )


def _find_duration(timeline: Timeline, info: VideoInfo | None) -> int:
    """Return the video's length, or one that holds every claim, until the player tells it."""
    last = timeline.moments[-1].start if timeline.moments else 0
    if info and info.duration and last < info.duration < _LONGEST:
        return ceil(info.duration)
    return last + max(15, last // 50)


def _draw_lane(starts: Sequence[int], duration: int) -> tuple[str, ...]:
    width = max(1.0, duration / _BINS)
    counts: dict[int, int] = {}
    for start in starts:
        place = int(start / width)
        counts[place] = counts.get(place, 0) + 1
    levels: list[list[str]] = [[] for _ in range(_LEVELS)]
    for place, count in sorted(counts.items()):
        levels[min(count, _LEVELS) - 1].append(f"M{place * width:g} 0h{width:g}v1h{-width:g}z")
    return tuple("".join(level) for level in levels)


def _describe(timeline: Timeline) -> str:
    starts = [moment.start for moment in timeline.moments]
    if not starts:
        return "No claim has a time."
    words = (
        f"{len(starts)} moments from {format_timecode(starts[0])} to {format_timecode(starts[-1])}."
    )
    gaps = [(after - before, before) for before, after in pairwise(starts)]
    if gaps and max(gaps)[0] >= 60:
        length, begin = max(gaps, key=lambda gap: gap[0])
        words += (
            f" The longest stretch without a claim lasts {spoken_time(length)}, "
            f"from {format_timecode(begin)}."
        )
    return words
