"""The strip: where in the video the claims are, drawn as one lane a note."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from viewer.timecode import format_timecode, spoken_time
from viewer.timeline.timeline import Heading, Timeline

_BINS = 360
"""Marks that a lane has at the most: each is then two pixels wide on a laptop."""
_LEVELS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One note's marks: an SVG path for each level of density, from one claim to many."""

    note: int
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A drawing whose unit across is the second, so that a better duration only rescales it."""

    duration: int
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[int, str], ...]
    """Start and title of each chapter."""
    description: str
    """The same in words."""


def draw_strip(timeline: Timeline, headings: Sequence[Heading], notes: Sequence[int]) -> Strip:
    """Return the strip of `timeline`, with a lane for each of `notes`."""
    duration = _guess_duration(timeline)
    lanes = []
    for number in notes:
        starts = [item.start for item in timeline.moments if item.claim.note == number]
        lanes.append(Lane(note=number, paths=_draw_lane(starts, duration)))
    ticks = tuple(
        (timeline.moments[heading.moment].start, heading.chapter.title) for heading in headings
    )
    return Strip(
        duration=duration, lanes=tuple(lanes), ticks=ticks, description=_describe(timeline)
    )


def _guess_duration(timeline: Timeline) -> int:
    """Return a length that holds every claim, until the player tells the real one."""
    last = timeline.moments[-1].start if timeline.moments else 0
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
