"""Cues as a file has them → cues in order of time that don't overlap.

Every format ends here, so that what holds for a transcript is held in one place.
"""

from collections.abc import Iterable
from itertools import groupby, zip_longest

from viewer.transcript.model import Cue, Track, Transcript
from viewer.transcript.plain import Problems
from viewer.transcript.reliability import find_unreliable

MOST_CUES = 50_000
"""Cues of one file; eleven hours of speech have 20,000."""
LATEST = 1_000 * 3600.0
"""Seconds; a later cue is of no video."""

_LINGER = 5.0
"""Seconds that a cue without a length is shown, unless the next one comes before."""


def arrange_cues(cues: list[Cue], track: Track, problems: Problems) -> Transcript:
    """Return the transcript of `cues`, which are in the order of the file with their own ends."""
    told = [_keep_in_bounds(cue) for cue in cues[:MOST_CUES]]
    if len(cues) > MOST_CUES:
        problems.add(None, f"more than {MOST_CUES:,} captions; split the file to see the others")
    ordered = sorted(told, key=lambda cue: cue.start)  # stable: together, they keep their order
    return Transcript(
        track=track,
        cues=tuple(_clip(ordered)),
        unreliable=find_unreliable(told, ordered),
        problems=problems.found(),
    )


def is_time(seconds: float) -> bool:
    """Tell whether a cue can begin at `seconds`; of NaN it can't be said."""
    return 0 <= seconds <= LATEST


def _keep_in_bounds(cue: Cue) -> Cue:
    start = round(cue.start, 3)
    return cue._replace(start=start, end=max(start, round(min(cue.end, LATEST), 3)))


def _clip(ordered: list[Cue]) -> Iterable[Cue]:
    """Yield the cues, each ending where the next begins or before.

    Those that begin together end together, so that none is without a length: two who speak at
    once are often written with one time.
    """
    groups = [list(group) for _, group in groupby(ordered, key=lambda cue: cue.start)]
    for group, following in zip_longest(groups, groups[1:]):
        start, end = group[0].start, max(cue.end for cue in group)
        end = end if end > start else start + _LINGER
        if following:
            end = min(end, following[0].start)
        for cue in group:
            yield cue._replace(end=end)
