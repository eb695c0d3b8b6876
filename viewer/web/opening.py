"""What the address of a watch page asks for: a second, a clip, a claim."""

from collections.abc import Mapping
from dataclasses import dataclass

from viewer.timecode import Fragment, format_timecode, parse_fragment
from viewer.timeline.identity import find_claim, is_same_claim
from viewer.timeline.timeline import Moment, TimedClaim, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Where a page opens."""

    start: float | None = None
    """The second to play from; None where the address names none."""
    end: float | None = None
    """Where a clip ends."""
    claim: TimedClaim | None = None
    moment: Moment | None = None
    """The moment of `claim`, or the one that is active at `start`."""
    notice: str | None = None
    """What a reader should know of how the address was understood."""

    @property
    def fragment(self) -> Fragment | None:
        return None if self.start is None else Fragment(self.start, self.end)


def find_opening(timeline: Timeline, query: Mapping[str, str]) -> Opening:
    """Return what `?t=` and `?claim=` ask for; never raises.

    The exact claim wins, then the one whose words are most like the linked one's, then the time.
    """
    written = query.get("t", "")
    fragment = parse_fragment(written)
    notice = None
    if written and fragment is None:
        notice = (
            "The time in this link can’t be read, so it opens at the beginning. "
            "Times look like 79, 1m19s or 1:19."
        )
    wanted = query.get("claim", "")
    if not wanted:
        return _at_time(timeline, fragment, notice)
    ids = [claim.id for claim in timeline.claims]
    near = fragment.start if fragment else None
    index = find_claim(wanted, ids, [claim.start for claim in timeline.claims], near)
    if index is None:
        where = f"opens at {format_timecode(near)} instead" if near is not None else "opens here"
        gone = f"The linked claim is no longer in these notes; the page {where}."
        return _at_time(timeline, fragment, gone)
    claim = timeline.claims[index]
    if not is_same_claim(claim.id, wanted):
        notice = "The linked claim is not here word for word any more; this one is most like it."
    return _at_claim(timeline, claim, fragment, notice)


def _at_time(timeline: Timeline, fragment: Fragment | None, notice: str | None) -> Opening:
    if fragment is None:
        return Opening(notice=notice)
    active = timeline.active_at(fragment.start)
    return Opening(
        start=fragment.start,
        end=fragment.end,
        moment=active[0] if active else None,
        notice=notice,
    )


def _at_claim(
    timeline: Timeline, claim: TimedClaim, fragment: Fragment | None, notice: str | None
) -> Opening:
    moments = timeline.moments_of(claim.id)
    if not moments:
        return Opening(claim=claim, notice=notice)
    near = fragment.start if fragment else (claim.start or 0)
    moment = min(moments, key=lambda moment: abs(moment.start - near))
    is_clip = fragment is not None and fragment.end is not None and fragment.end > moment.start
    return Opening(
        start=moment.start,
        end=fragment.end if is_clip and fragment else None,
        claim=claim,
        moment=moment,
        notice=notice,
    )
