"""The passage that each claim restates, its distance from the stamps, and the confidence in it.

`evidence.py` gives likelihood ratios for each claim, `odds.py` makes chances of them. If hardly any
claim of a video finds more than chance would, the transcript is of another video. That is told once
for the video, and no claim is accused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from viewer.transcript.evidence import NEAR, Evidence, Finding
from viewer.transcript.model import Transcript, base_language
from viewer.transcript.odds import Odds, estimate_odds, find_distant, rate
from viewer.transcript.passages import Passages
from viewer.transcript.terms import Reader


class State(StrEnum):
    """A claim and its stamp, held against the transcript."""

    GROUNDED = "grounded"
    """The claim restates a passage at its stamp; or a passage, and it has no stamp."""
    ELSEWHERE = "elsewhere"
    """The claim restates a passage at another second."""
    NOT_FOUND = "not-found"
    UNRELIABLE = "unreliable"
    """The times of the cues are wrong there, so the stamp can't be judged."""
    NONE = "none"
    """The video has no transcript, or the claim no word."""


class Statement(NamedTuple):
    """What is read of a claim: its text and its stamps."""

    text: str
    starts: tuple[int, ...]
    """The seconds of its stamps."""


class Grounding(NamedTuple):
    """The passage that a claim restates."""

    state: State
    start: float | None = None
    end: float | None = None
    distance: float | None = None
    """Seconds from the nearest of the claim's starts to the passage's."""
    confidence: float = 0.0
    """The chance that the claim restates the transcript."""
    text: str = ""
    """The words of the passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Groundings:
    """The groundings of a video's claims."""

    claims: tuple[Grounding, ...]
    is_foreign: bool = False
    """True if the transcript is of another video, or in another language than the claims."""


FOUND = 0.5
"""The least confidence for a passage to be shown."""
_ELSEWHERE = 0.7
"""The least chance of a passage far from the stamps for it to be suggested, …"""
_CONCENTRATION = 0.3
"""… and the least share of the far evidence that must be around it."""
_UNDECIDED = 0.65
"""Below this chance, the passage near the stamps is shown. Between the two chances, neither is: the
chance depends on the video's other claims, and one more of them mustn't turn one state into the
other."""
_ECHO = 0.5
"""The least echo for the passage near the stamps to be shown, whatever the chance. A claim that
begins with its speaker's name would else belong to the second at which that one is introduced."""
_FOREIGN = 0.3
"""The least share of a video's claims that restate its own transcript, …"""
_FEW = 5
"""… and the fewest claims that can show that a transcript is of another video."""


def ground_claims(claims: Sequence[Statement], transcript: Transcript) -> Groundings:
    """Return the groundings of all claims of a video, in their order.

    Never raises, and takes about as long for each further claim. Words are read in the language of
    the track; if that isn't known, they are compared as they are written.
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
    with_words = [finding for finding in findings if finding is not None]
    odds = estimate_odds(with_words)
    if len(with_words) >= _FEW and odds.restated < _FOREIGN:
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
    """Return the grounding of a claim by its evidence and the odds of its video."""
    transcript = passages.transcript
    confidence = rate(finding, odds)
    is_doubtful = not all(map(transcript.is_reliable_at, claim.starts))
    nothing = Grounding(State.UNRELIABLE if is_doubtful else State.NOT_FOUND, confidence=confidence)
    # Which block: the likeliest near the stamps, or the likeliest of all others.
    distant = find_distant(finding, odds.moved)
    is_elsewhere = distant >= _UNDECIDED and finding.echo < _ECHO
    block = finding.far if finding.near is None or is_elsewhere else finding.near
    if confidence < FOUND or block is None:
        return nothing
    grounding = _show(claim, block, finding, passages)._replace(confidence=confidence)
    if is_doubtful:
        return grounding._replace(state=State.UNRELIABLE)
    if grounding.start is None or grounding.distance is None or abs(grounding.distance) <= NEAR:
        return grounding
    # The passage is far from the stamps. No stamp is accused if the words at it may be among those
    # whose times are wrong.
    if not transcript.is_reliable_at(grounding.start) or _is_beside(claim.starts, transcript):
        return grounding._replace(state=State.UNRELIABLE)
    if block == finding.near:
        return grounding
    if distant < _ELSEWHERE or finding.concentration < _CONCENTRATION:
        return nothing
    return grounding._replace(state=State.ELSEWHERE)


def _is_beside(starts: Sequence[int], transcript: Transcript) -> bool:
    """True if one of `starts` is near a stretch whose times are wrong."""
    return any(
        first - NEAR <= start <= last + NEAR
        for start in starts
        for first, last in transcript.unreliable
    )


def _show(claim: Statement, block: int, finding: Finding, passages: Passages) -> Grounding:
    """Return the passage around a block, as a claim that is grounded there."""
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
