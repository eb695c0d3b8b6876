"""A video's claims in the order of the video, and which are being made at a second."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from viewer.note.model import Chapter, Claim, Note
from viewer.timeline.identity import claim_ids


class TimedClaim(NamedTuple):
    """A claim of a video, with its id and the note it is from."""

    id: str
    claim: Claim
    note: int
    """Place of its note among the video's notes."""

    @property
    def start(self) -> int | None:
        return self.claim.start


class Moment(NamedTuple):
    """A claim at one of its seconds: a row of the timeline."""

    claim: TimedClaim
    start: int
    end: int | None
    """The next later start of the timeline; None for the last, which runs to the end."""
    is_repeat: bool
    """Whether an earlier moment shows the same claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A chapter at the moment where it begins."""

    chapter: Chapter
    note: int
    moment: int
    """Index of the moment of its first claim."""


class Timeline:
    """The moments of a video's claims, sorted; ties keep the order of the notes and the page."""

    def __init__(self, claims: Iterable[TimedClaim]) -> None:
        self.claims = tuple(claims)
        self.moments = tuple(_find_moments(self.claims))
        self._starts = [moment.start for moment in self.moments]

    def active_at(self, seconds: float) -> tuple[Moment, ...]:
        """Return the moments that are active at `seconds`: those of the last start not after it."""
        end = bisect_right(self._starts, seconds)
        if end == 0:
            return ()
        begin = bisect_right(self._starts, self._starts[end - 1] - 1, 0, end)
        return self.moments[begin:end]

    def moments_of(self, claim_id: str) -> tuple[Moment, ...]:
        """Return the moments at which one claim is made."""
        return tuple(moment for moment in self.moments if moment.claim.id == claim_id)

    def only(self, notes: Iterable[int]) -> "Timeline":
        """Return the timeline of some of the notes: its moments end at one another's starts."""
        shown = frozenset(notes)
        return Timeline(claim for claim in self.claims if claim.note in shown)

    def headings(self, notes: Sequence[Note]) -> list[Heading]:
        """Return the chapters of `notes` that begin in this timeline, by their moment."""
        first: dict[tuple[int, int], int] = {}
        for index, moment in enumerate(self.moments):
            claim = moment.claim
            # The author's first second may lie inside a moment: stamps 0:20, 0:10 begin at 0:10.
            if claim.start is not None and moment.start <= claim.start:
                first[claim.note, claim.claim.position] = index
        headings = [
            Heading(chapter=chapter, note=number, moment=first[number, chapter.claim])
            for number, note in enumerate(notes)
            for chapter in note.chapters
            if chapter.claim is not None and (number, chapter.claim) in first
        ]
        return sorted(headings, key=lambda heading: heading.moment)


def time_claims(video: str, notes: Sequence[Note]) -> tuple[TimedClaim, ...]:
    """Return the claims of one video's notes, in the order of notes and page, with their ids.

    `video` is the video's id, or the slug of a note without video.
    """
    pairs = [(number, claim) for number, note in enumerate(notes) for claim in note.claims]
    ids = claim_ids(video, (claim.text for _, claim in pairs))
    return tuple(
        TimedClaim(id=claim_id, claim=claim, note=number)
        for claim_id, (number, claim) in zip(ids, pairs, strict=True)
    )


def _find_moments(claims: Sequence[TimedClaim]) -> Iterable[Moment]:
    """Yield the moments in order: stamps of a claim with no other claim between are one."""
    stamped = sorted(
        (
            (stamp.start, order)
            for order, claim in enumerate(claims)
            for stamp in claim.claim.stamps
            if stamp.start is not None
        )
    )
    rows = [(next(group)[0], order) for order, group in groupby(stamped, key=lambda row: row[1])]
    ends = _later_starts([start for start, _ in rows])
    seen: set[int] = set()
    for (start, order), end in zip(rows, ends, strict=True):
        yield Moment(claim=claims[order], start=start, end=end, is_repeat=order in seen)
        seen.add(order)


def _later_starts(starts: Sequence[int]) -> list[int | None]:
    """Return for each of the sorted `starts` the next one that is later."""
    ends: list[int | None] = [None] * len(starts)
    for index in range(len(starts) - 2, -1, -1):
        following = starts[index + 1]
        ends[index] = following if following > starts[index] else ends[index + 1]
    return ends
