"""What a format is given of a video, and what all formats say alike."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import NamedTuple

from viewer.note.model import Claim, Note
from viewer.timeline.timeline import Moment, TimedClaim, Timeline
from viewer.transcript.grounding import Grounding

_SHORTEST_CUE = 5
_READING_SPEED = 15
"""Characters a second, as subtitlers reckon."""
_SPACE = re.compile("[\t-\r\x1c-\x1f \x85\u2028\u2029]+")
"""Spaces and all that ends a line; a no-break space is a character like others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedVideo:
    """A video, or a note without one, with the claims to export."""

    key: str
    """Its id; "note/" and the slug of its note where it has none."""
    video_id: str | None
    title: str
    channel: str
    url: str | None
    """Its page on the video site, to which `&t=79s` can be added."""
    paths: tuple[str, ...]
    """Of its notes; a byte that is not UTF-8 is a lone surrogate."""
    notes: tuple[Note, ...]
    timeline: Timeline
    """Of all notes, or of those that were asked for."""
    duration: float | None = None
    """In seconds, where it is known."""
    groundings: Mapping[str, Grounding] | None = None
    """Where claims are found in the captions, by id; None where there are no captions at all."""

    @property
    def untimed(self) -> int:
        """How many claims have no second that can be read."""
        return sum(claim.start is None for claim in self.timeline.claims)

    def link(self, seconds: int) -> str | None:
        """Return the address of the video at a second."""
        return f"{self.url}&t={seconds}s" if self.url and seconds else self.url

    def end_of(self, moment: Moment) -> float:
        """Return where `moment` ends; the last ones, which run to the video's end, end somewhere.

        That is the video's end where it is known, else the end of the range that the author
        wrote, else when the claim has been read.
        """
        if moment.end is not None:
            return moment.end
        if self.duration is not None and self.duration > moment.start:
            return self.duration
        stamps = moment.claim.claim.stamps
        end = max(stamp.end or stamp.start or 0 for stamp in stamps)
        if end > moment.start:
            return end
        reading = ceil(len(moment.claim.claim.text) / _READING_SPEED)
        return moment.start + max(_SHORTEST_CUE, reading)


def order_claims(timeline: Timeline) -> Iterator[tuple[TimedClaim, list[Moment]]]:
    """Yield each claim with its moments, in the order of its first stamp's second.

    Claims without a readable second come last, in page order.
    """
    moments: dict[str, list[Moment]] = {}
    for moment in timeline.moments:
        moments.setdefault(moment.claim.id, []).append(moment)
    for claim in sorted(timeline.claims, key=lambda claim: (claim.start is None, claim.start or 0)):
        yield claim, moments.get(claim.id, [])


class ChapterStart(NamedTuple):
    """A chapter of the video, merged from the notes' headings that begin at its second."""

    start: int
    title: str


def find_chapters(video: ExportedVideo) -> list[ChapterStart]:
    """Return the chapters of the notes in the order of the video, one a second."""
    headings = [
        ChapterStart(video.timeline.moments[heading.moment].start, heading.chapter.title)
        for heading in video.timeline.headings(video.notes)
    ]
    return [
        ChapterStart(start, join_titles(chapter.title for chapter in chapters))
        for start, chapters in groupby(headings, key=lambda heading: heading.start)
    ]


def join_titles(titles: Iterable[str]) -> str:
    """Return the titles as one, without repeating any."""
    return " · ".join(dict.fromkeys(one_line(title) or "…" for title in titles))


def words(claim: Claim) -> str:
    """Return the claim on one line; never nothing."""
    return one_line(claim.text) or "(no words)"


def one_line(text: str) -> str:
    """Return `text` with every run of spaces and line ends as one space.

    White space of any kind around it goes, so that text of nothing else is empty.
    """
    return _SPACE.sub(" ", text).strip()
