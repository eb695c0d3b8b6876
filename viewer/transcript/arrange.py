"""Cues in the order of a file → a transcript, whose cues are in order of time and don't overlap.

The parsers of all formats end here, so that every transcript has these properties.
"""

from collections.abc import Iterable
from itertools import groupby, zip_longest

from viewer.transcript.model import Cue, Track, Transcript
from viewer.transcript.plain import Problems
from viewer.transcript.reliability import find_unreliable

MOST_CUES = 50_000
"""The most cues of a file; eleven hours of speech have 20,000."""
LATEST = 1_000 * 3600.0
"""The latest second at which a cue may begin: no video is longer."""

_LINGER = 5.0
"""Seconds that a cue without a length is shown, if the next one doesn't begin earlier."""


def arrange_cues(cues: list[Cue], track: Track, problems: Problems) -> Transcript:
    """Return the transcript of `cues`, in the order of the file, with the ends that it gives."""
    in_file_order = [_round_times(cue) for cue in cues[:MOST_CUES]]
    if len(cues) > MOST_CUES:
        problems.add(None, f"more than {MOST_CUES:,} captions; split the file to see the others")
    # `sorted` is stable: cues that begin together keep the order of the file.
    in_order = sorted(in_file_order, key=lambda cue: cue.start)
    return Transcript(
        track=track,
        cues=tuple(_clip_ends(in_order)),
        unreliable=find_unreliable(in_file_order, in_order),
        problems=problems.list_all(),
    )


def is_time(seconds: float) -> bool:
    """True if a cue can begin at `seconds`; False for NaN, which fails both comparisons."""
    return 0 <= seconds <= LATEST


def _round_times(cue: Cue) -> Cue:
    """Return the cue with times in milliseconds and an end in bounds, not before its start."""
    start = round(cue.start, 3)
    return cue._replace(start=start, end=max(start, round(min(cue.end, LATEST), 3)))


def _clip_ends(cues: list[Cue]) -> Iterable[Cue]:
    """Yield the cues, each ending before the next begins or when it does.

    Cues that begin together end together, so that none is without a length: files often give one
    time to two people who speak at once.
    """
    groups = [list(group) for _, group in groupby(cues, key=lambda cue: cue.start)]
    for group, following in zip_longest(groups, groups[1:]):
        start, end = group[0].start, max(cue.end for cue in group)
        end = end if end > start else start + _LINGER
        if following:
            end = min(end, following[0].start)
        for cue in group:
            yield cue._replace(end=end)
