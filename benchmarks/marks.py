"""What the marked rows of a page say, held against what the video's clock truly did.

Stamps are milliseconds of the epoch, starts are seconds of the video.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from playwright.sync_api import Page

from tests.browser.standin.standin import Trajectory

GRACE = 700
"""How many ms before or after its crossing a start may be marked, and is not missed."""
AFTER_CLICK = 1500
"""For how many ms after a click the mark is watched."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Which starts were marked: `starts[i]` from `stamps[i]` (ms) until the next stamp."""

    stamps: tuple[float, ...]
    starts: tuple[frozenset[float], ...]

    def at(self, stamp: float) -> frozenset[float]:
        """Return the starts that were marked at `stamp`."""
        index = bisect_right(self.stamps, stamp) - 1
        return self.starts[index] if index >= 0 else frozenset()

    def first(self, start: float, since: float, until: float) -> float | None:
        """Return when `start` was first marked within the span; None if it was not."""
        if start in self.at(since):
            return since
        for stamp, starts in zip(self.stamps, self.starts, strict=True):
            if since <= stamp < until and start in starts:
                return stamp
        return None


def read_marks(page: Page) -> Marks:
    """Return what recorder.js has written down."""
    snapshots = page.evaluate("() => window.recorder.snapshots")
    return Marks(
        tuple(snapshot["at"] for snapshot in snapshots),
        tuple(frozenset(snapshot["starts"]) for snapshot in snapshots),
    )


def boundaries(
    marks: Marks, trajectory: Trajectory, starts: Sequence[float], since: float, until: float
) -> tuple[list[float], int]:
    """Return the lag of each start crossed in the span, and how many were never marked."""
    lags, missed = [], 0
    for stamp, start in trajectory.crossings(starts, since, until - GRACE):
        marked = marks.first(start, stamp - GRACE, stamp + GRACE)
        if marked is None:
            missed += 1
        else:
            lags.append(abs(marked - stamp))
    return lags, missed


def wrong_share(
    marks: Marks, trajectory: Trajectory, starts: Sequence[float], since: float, until: float
) -> float:
    """Return the share of the span in which something else than the truth was marked."""
    crossings = [stamp for stamp, _ in trajectory.crossings(starts, since, until)]
    cuts = sorted({since, until, *crossings, *(s for s in marks.stamps if since < s < until)})
    wrong = 0.0
    for begin, end in pairwise(cuts):
        middle = (begin + end) / 2
        index = bisect_right(starts, trajectory.at(middle)) - 1
        truth = frozenset(starts[index : index + 1]) if index >= 0 else frozenset()
        if marks.at(middle) != truth:
            wrong += end - begin
    return wrong / (until - since)


def after_clicks(
    marks: Marks, trajectory: Trajectory, clicks: Sequence[tuple[float, float]]
) -> tuple[int, list[float]]:
    """Count the changes to a place that is neither the clicked one nor where the clock is."""
    flickers, marked_after = 0, []
    for clicked, start in clicks:
        until = clicked + AFTER_CLICK
        marked = marks.first(start, clicked, until)
        marked_after.append((until if marked is None else marked) - clicked)
        for stamp, shown in zip(marks.stamps, marks.starts, strict=True):
            if clicked < stamp < until and start not in shown:
                ahead = max(shown, default=0.0) > trajectory.at(stamp) + 0.5
                flickers += min(shown, default=0.0) < start or ahead
    return flickers, marked_after
