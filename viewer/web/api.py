"""JSON for programs, under /api/v1/. Its shapes change only with a note in the CHANGELOG."""

import json

from flask import Blueprint, Response, abort, request

from viewer.export.jsonl import claim_objects
from viewer.library.browse import VideoEntry
from viewer.library.folder import display_path
from viewer.library.library import Library
from viewer.library.search import Hit, bound_limit
from viewer.note.frontmatter import parse_video_id
from viewer.web.caching import not_modified
from viewer.web.finding import Asked, moment_path, passage_path, read_asked
from viewer.web.pages import open_library
from viewer.web.security import public_url

api = Blueprint("api", __name__, url_prefix="/api/v1")

_LIMIT = 30


@api.get("/search")
def search() -> Response:
    """The claims with what `q` asks for; with `kind=cue`, what was said of it in the videos."""
    shelf = open_library()
    if fresh := not_modified(shelf.generation):
        return fresh
    asked = read_asked(request.args)
    limit = _read_limit(request.args.get("limit", ""))
    if asked.kind == "cue":
        return _answer_cues(shelf, asked, limit)
    found = asked.find(shelf, limit)
    entries = shelf.entries({hit.key for hit in found.hits})
    return _answer(
        query=asked.text,
        total=found.total,
        is_total_exact=found.is_total_exact,
        claims=[_hit_object(entries[hit.key], hit) for hit in found.hits if hit.key in entries],
        after=found.after,
    )


@api.get("/videos/<video_id>")
def video(video_id: str) -> Response:
    """The claims of a video, as `claimline export --format jsonl` gives them."""
    if parse_video_id(video_id) != video_id:
        abort(404, f"{display_path(video_id)[:40]!r} is no video id: those have eleven characters.")
    video = open_library().video(video_id)
    if fresh := not_modified(video.signature):
        return fresh
    paths = [source.entry.path for source in video.sources]
    groundings = video.groundings.by_claim if video.groundings else None
    return _answer(
        video=video.entry.video_id,
        title=video.entry.title,
        claims=[*claim_objects(paths, video.notes, video.timeline, groundings)],
    )


def _answer_cues(shelf: Library, asked: Asked, limit: int) -> Response:
    found = asked.find_cues(shelf, limit)
    entries = shelf.entries({hit.key for hit in found.hits})
    return _answer(
        query=asked.text,
        cues=[
            _place_object(
                entries[hit.key],
                passage_path(entries[hit.key], hit, asked.query),
                start=hit.start,
                text=hit.text,
                marks=hit.marks,
            )
            for hit in found.hits
            if hit.key in entries
        ],
        after=found.after,
    )


def _hit_object(video: VideoEntry, hit: Hit) -> dict[str, object]:
    return _place_object(
        video,
        moment_path(video, hit),
        note=hit.note,
        id=hit.id,
        start=hit.start,
        text=hit.text,
        marks=hit.marks,
    )


def _place_object(video: VideoEntry, path: str, **values: object) -> dict[str, object]:
    """Return what is told of a place in a video."""
    about = {"video": video.video_id, "video_title": video.title, "channel": video.channel}
    return about | values | {"url": public_url(path) or path}


def _read_limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return _LIMIT
    return bound_limit(int(text))


def _answer(**values: object) -> Response:
    # In ASCII, so that no name of a file is too odd for it; and in this order.
    return Response(json.dumps(values, allow_nan=False) + "\n", mimetype="application/json")
