"""One claim a line of JSON: the stable surface that other programs read."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from viewer.export.model import ExportedVideo, order_claims
from viewer.note.model import Note, Stamp
from viewer.timeline.timeline import Moment, TimedClaim, Timeline
from viewer.transcript.grounding import Grounding, State

_UNSEEN = Grounding(State.NONE)
"""Of a claim in a video without captions."""


def write_jsonl(videos: Iterable[ExportedVideo]) -> Iterator[str]:
    """Yield the claims of `videos`, one a line."""
    for video in videos:
        yield from format_jsonl(
            claim_objects(video.paths, video.notes, video.timeline, video.groundings)
        )


def claim_objects(
    paths: Sequence[str],
    notes: Sequence[Note],
    timeline: Timeline,
    groundings: Mapping[str, Grounding] | None = None,
) -> Iterator[dict[str, object]]:
    """Yield each claim of one video as an object for JSON.

    `paths` names the notes; with `groundings`, by the claims' ids, each claim has its own.
    Claims come in the order of their first stamp's second; those without a readable second come
    last, in page order.
    """
    for claim, moments in order_claims(timeline):
        found = _claim_object(claim, paths[claim.note], notes[claim.note], moments)
        if groundings is not None:
            found["grounding"] = groundings.get(claim.id, _UNSEEN)._asdict()
        yield found


def format_jsonl(objects: Iterable[dict[str, object]]) -> Iterator[str]:
    """Yield one line of JSON for each object."""
    for item in objects:
        yield json.dumps(item, ensure_ascii=False, allow_nan=False) + "\n"


def _claim_object(
    claim: TimedClaim, path: str, note: Note, moments: Sequence[Moment]
) -> dict[str, object]:
    return {
        "note": path,
        "video": note.video_id,
        "id": claim.id,
        "start": claim.start,
        "moments": [{"start": moment.start, "end": moment.end} for moment in moments],
        "text": claim.claim.text,
        "chapter": list(claim.claim.chapter),
        "links": [{"target": link.target, "label": link.label} for link in claim.claim.links],
        "stamps": [_stamp_object(stamp) for stamp in claim.claim.stamps],
    }


def _stamp_object(stamp: Stamp) -> dict[str, object]:
    return {
        "raw": stamp.raw,
        "label": stamp.label,
        "start": stamp.start,
        "reading": stamp.reading.value,
        "line": stamp.line,
        "column": stamp.column,
    }
