"""What a row of the timeline shows of its claim's grounding, and the page of all of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from viewer.timecode import format_timecode
from viewer.timeline.timeline import TimedClaim
from viewer.transcript.grounding import FOUND, Grounding, State
from viewer.web.filters import count, shorten

_JUDGED = (State.GROUNDED, State.ELSEWHERE, State.NOT_FOUND)
"""The others accuse nobody, and say nothing."""

UNCLEAR = "unclear"
"""The state of a claim that is said somewhere, but nobody can tell where."""

_LONGEST = 400
"""Characters of a passage that a row shows."""


class Sign(NamedTuple):
    """How a claim stands to what was said: in words, and the passage that it restates."""

    state: str
    words: str
    start: int | None
    """The second of the passage."""
    text: str
    """The passage; empty where none is found."""
    href: str
    """The transcript at that second."""
    stamp: str | None
    """A stamp for it, if that is elsewhere than the claim says: "[0:04:12]"."""


class Summary(NamedTuple):
    """How many of a page's claims are found, in words."""

    grounded: str
    others: tuple[tuple[str, str], ...]
    """The other states that there are, each with how many are in it: "elsewhere", "3 elsewhere"."""


def sign_of(grounding: Grounding | None, transcript: str) -> Sign | None:
    """Return what a row says of a claim's grounding; None: nothing.

    `transcript` is an address to which the second is added.
    """
    if grounding is None or grounding.state not in _JUDGED:
        return None
    start = None if grounding.start is None else int(grounding.start)
    if grounding.state == State.NOT_FOUND or start is None:
        is_unclear = state_of(grounding) == UNCLEAR
        words = "where it is said is unclear" if is_unclear else "not found in the transcript"
        return Sign(State.NOT_FOUND.value, words, None, "", "", None)
    href = f"{transcript}{start}"
    text = shorten(grounding.text, _LONGEST)
    if grounding.state == State.GROUNDED:
        return Sign(grounding.state.value, "in the transcript", start, text, href, None)
    minutes, second = divmod(start, 60)
    stamp = f"[{minutes // 60}:{minutes % 60:02}:{second:02}]"
    words = f"said at {format_timecode(start)}?"
    return Sign(grounding.state.value, words, start, text, href, stamp)


def state_of(grounding: Grounding) -> str:
    """Return by which state a page shows a claim."""
    is_there = grounding.state == State.NOT_FOUND and grounding.confidence >= FOUND
    return UNCLEAR if is_there else grounding.state.value


def sum_up(claims: Iterable[TimedClaim], found: Mapping[str, Grounding]) -> Summary | None:
    """Return how `claims` stand to what was said; None where nothing can be said of any."""
    states = Counter(
        state_of(found[claim.id])
        for claim in claims
        if claim.id in found and found[claim.id].state in _JUDGED
    )
    if not states:
        return None
    others = ((State.ELSEWHERE, "elsewhere"), (State.NOT_FOUND, "not found"), (UNCLEAR, UNCLEAR))
    return Summary(
        grounded=f"{states[State.GROUNDED]:,} of {count(states.total(), 'claim')} "
        "found where they say",
        others=tuple(
            (str(state), f"{states[state]:,} {words}") for state, words in others if states[state]
        ),
    )
