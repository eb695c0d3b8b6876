"""Which passage of the transcript each claim restates, how far from its stamp, and how surely.

The evidence is that of `evidence`: how much likelier a claim's words are if it restates a passage.
What a video's claims have in common counts too: how many restate the transcript at all, and how
many are stamped elsewhere. Where hardly any claim finds more than chance would, the transcript is
of another video, which is said once, and no claim is accused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from viewer.transcript.evidence import NEAR, Evidence, Finding
from viewer.transcript.model import Transcript, base_language
from viewer.transcript.odds import Odds, estimate_odds, is_far, rate
from viewer.transcript.passages import Passages
from viewer.transcript.terms import Reader


class State(StrEnum):
    """What a transcript makes of a claim and its stamp."""

    GROUNDED = "grounded"
    """It restates what is said at its stamp, or it has no stamp and restates something."""
    ELSEWHERE = "elsewhere"
    """It restates what is said at another second."""
    NOT_FOUND = "not-found"
    UNRELIABLE = "unreliable"
    """The times of the cues are wrong there, so that its stamp can't be judged."""
    NONE = "none"
    """There is no transcript of the video, or no word in the claim."""


class Statement(NamedTuple):
    """A claim as it is held against a transcript."""

    text: str
    starts: tuple[int, ...]
    """The seconds that back it."""


class Grounding(NamedTuple):
    """The passage that a claim restates."""

    state: State
    start: float | None = None
    end: float | None = None
    distance: float | None = None
    """Seconds from the nearest of the claim's starts to the passage's."""
    confidence: float = 0.0
    """The chance that the transcript restates the claim."""
    text: str = ""
    """The passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Groundings:
    """What a transcript makes of the claims of a video."""

    claims: tuple[Grounding, ...]
    is_foreign: bool = False
    """The transcript is of another video, or in another language than the claims."""


FOUND = 0.5
"""The least confidence in a passage that is shown. A claim that is not found with more is said, but
it is not decided where."""
_ELSEWHERE = 0.7
"""How sure it must be that a claim restates a passage far from its stamps, and none near them, …"""
_GATHERED = 0.3
"""… and the least share of all that is far which must be around one second, to suggest it. …"""
_UNDECIDED = 0.65
"""… Less sure than this, it is the passage near them. Between, neither is shown: how sure it is
depends on the video's other claims, and one more of them mustn't turn one state into the other."""
_ECHO = 0.5
"""The share of a claim's words, by what they are worth, from which on it is at its stamps what is
said there. A claim that begins by saying who speaks would else be where that one is introduced."""
_FOREIGN = 0.3
"""The least share of a video's claims that its own transcript restates, …"""
_FEW = 5
"""… and the fewest claims which can show that a transcript is of another video."""


def ground_claims(claims: Sequence[Statement], transcript: Transcript) -> Groundings:
    """Return the groundings of all claims of a video, in their order.

    Never raises, and takes about as long for each further claim. The language is that of the
    track; of one that isn't known, words are compared as they are written.
    """
    reader = Reader(base_language(transcript.track))
    passages = Passages(transcript, reader)
    if not len(passages):
        return Groundings(claims=tuple(Grounding(State.NONE) for _ in claims))
    texts = [reader.read(claim.text) for claim in claims]
    evidence = Evidence(passages, reader, texts)
    findings = [
        evidence.find(terms, claim.starts) if terms else None
        for terms, claim in zip(texts, claims, strict=True)
    ]
    known = [finding for finding in findings if finding is not None]
    odds = estimate_odds(known)
    if len(known) >= _FEW and odds.restated < _FOREIGN:
        return Groundings(
            claims=tuple(
                Grounding(State.NONE, confidence=rate(finding, odds) if finding else 0.0)
                for finding in findings
            ),
            is_foreign=True,
        )
    return Groundings(
        claims=tuple(
            Grounding(State.NONE) if finding is None else _ground(claim, finding, odds, passages)
            for claim, finding in zip(claims, findings, strict=True)
        )
    )


def _ground(claim: Statement, finding: Finding, odds: Odds, passages: Passages) -> Grounding:
    transcript = passages.transcript
    confidence = rate(finding, odds)
    is_doubted = not all(map(transcript.is_reliable_at, claim.starts))
    lost = Grounding(State.UNRELIABLE if is_doubted else State.NOT_FOUND, confidence=confidence)
    far = is_far(finding, odds.moved)
    is_elsewhere = far >= _UNDECIDED and finding.echo < _ECHO
    block = finding.far if finding.near is None or is_elsewhere else finding.near
    if confidence < FOUND or block is None:
        return lost
    found = _show(claim, block, finding, passages)._replace(confidence=confidence)
    if is_doubted:
        return found._replace(state=State.UNRELIABLE)
    if found.start is None or found.distance is None or abs(found.distance) <= NEAR:
        return found
    # What was said at the stamp may be among the words whose times are wrong.
    if not transcript.is_reliable_at(found.start) or _is_beside(claim.starts, transcript):
        return found._replace(state=State.UNRELIABLE)
    if block == finding.near:
        return found
    if far < _ELSEWHERE or finding.gathered < _GATHERED:
        return lost
    return found._replace(state=State.ELSEWHERE)


def _is_beside(starts: Sequence[int], transcript: Transcript) -> bool:
    """Tell whether a second is near a stretch whose times are wrong."""
    return any(
        first - NEAR <= start <= last + NEAR
        for start in starts
        for first, last in transcript.unreliable
    )


def _show(claim: Statement, block: int, finding: Finding, passages: Passages) -> Grounding:
    """Return the passage around a block, as if it were at the stamp."""
    first, last = passages.find_cues(block, finding.gains)
    cues = passages.transcript.cues[first : last + 1]
    start = cues[0].start
    return Grounding(
        State.GROUNDED,
        start,
        max(cue.end for cue in cues),
        min((start - at for at in claim.starts), key=abs, default=None),
        text=" ".join(cue.text for cue in cues),
    )
