"""One JSON object: the videos, each with its notes, chapters and claims."""

import json
from collections.abc import Iterable, Iterator

from viewer.export.jsonl import claim_objects
from viewer.export.model import ExportedVideo


def write_json(videos: Iterable[ExportedVideo]) -> Iterator[str]:
    """Yield `{"videos": […]}`, one video a line; claims are those of `jsonl`."""
    yield '{"videos": ['
    for number, video in enumerate(videos):
        yield ",\n" if number else "\n"
        yield json.dumps(_video_object(video), ensure_ascii=False, allow_nan=False)
    yield "\n]}\n"


def _video_object(video: ExportedVideo) -> dict[str, object]:
    shown = {claim.note for claim in video.timeline.claims}
    return {
        "video": video.video_id,
        "title": video.title,
        "channel": video.channel,
        "url": video.url,
        "notes": [
            {"note": path, "title": note.title}
            for number, (path, note) in enumerate(zip(video.paths, video.notes, strict=True))
            if number in shown
        ],
        "chapters": [
            {
                "start": video.timeline.moments[heading.moment].start,
                "chapter": list(heading.chapter.path),
                "note": video.paths[heading.note],
            }
            for heading in video.timeline.headings(video.notes)
        ],
        "claims": [*claim_objects(video.paths, video.notes, video.timeline, video.groundings)],
    }
