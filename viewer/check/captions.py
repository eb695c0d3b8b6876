"""What captions say against the stamps of a video's claims: suggestions, never certain."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from viewer.check.model import Place, Problem
from viewer.check.stamps import canonical_time
from viewer.note.model import Claim, Note
from viewer.timecode import format_timecode
from viewer.transcript.grounding import Grounding, State

_WORDS = 12
"""Words of a passage that are told."""
_LONGEST = 90
"""Characters of them, where a script has no blanks."""


class Heard(NamedTuple):
    """What the captions of a video make of its claims."""

    groundings: Mapping[tuple[int, int], Grounding] = {}
    """By the place of the note among the video's, and of the claim in the note."""
    is_foreign: bool = False
    """They are of another video, or in another language: no claim is held against them."""


UNHEARD = Heard()


def find_in_captions(notes: Sequence[tuple[str, Note]], heard: Heard) -> Iterator[Problem]:
    """Yield the claims of `notes`, with their paths, that are made at another second."""
    if heard.is_foreign and notes:
        path, note = next(((path, note) for path, note in notes if note.claims), notes[0])
        yield Problem(
            code="captions-foreign",
            path=path,
            message=f"the captions called {note.video_id}… are of another video, or in another "
            "language than the notes: no claim was held against them; put the right ones in their "
            "place",
        )
        return
    for place, (path, note) in enumerate(notes):
        for claim in note.claims:
            grounding = heard.groundings.get((place, claim.position))
            if grounding and grounding.state is State.ELSEWHERE and grounding.start is not None:
                yield _suggest(path, claim, grounding, int(grounding.start))


def _suggest(path: str, claim: Claim, grounding: Grounding, second: int) -> Problem:
    stamps = [stamp for stamp in claim.stamps if stamp.start is not None]
    stamp = min(stamps or claim.stamps, key=lambda stamp: abs((stamp.start or 0) - second))
    here = "" if stamp.start is None else f", not at {format_timecode(stamp.start)}"
    return Problem(
        code="stamp-elsewhere",
        path=path,
        place=Place(stamp.line, stamp.column),
        message=f"the captions say this at {format_timecode(second)}{here}: "
        f"“{_excerpt(grounding.text)}”; write {canonical_time(second)} if that is meant",
        written=stamp.raw,
        start=second,
        confidence=grounding.confidence,
        span=stamp.span,
    )


def _excerpt(passage: str) -> str:
    """Return the beginning of a passage."""
    words = passage.split()
    text = " ".join(words[:_WORDS])[:_LONGEST]
    return text if len(text) == len(" ".join(words)) else f"{text} …"
