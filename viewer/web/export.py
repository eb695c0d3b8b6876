"""Downloads: a video's claims in another format."""

from collections.abc import Sequence
from io import BytesIO

from flask import Blueprint, Response, abort, request, send_file

from viewer.errors import NotFoundError
from viewer.export.formats import FORMATS
from viewer.export.model import ExportedVideo
from viewer.library.folder import display_path
from viewer.library.loading import Video
from viewer.note.frontmatter import parse_video_id
from viewer.web.caching import not_modified
from viewer.web.pages import open_library
from viewer.youtube.video import watch_url

exports = Blueprint("exports", __name__)


@exports.get("/export/<path:name>")
def export(name: str) -> Response:
    """A video, or a note without one, as a file: its key, a dot, and the name of the format."""
    key, _, form_name = name.rpartition(".")
    form = FORMATS.get(form_name)
    if form is None:
        abort(
            404,
            f"There is no format {display_path(form_name)[:40]!r}. There are {', '.join(FORMATS)}.",
        )
    if parse_video_id(key) != key and not key.startswith("note/"):
        abort(404, f"{display_path(key)[:40]!r} is no video id: those have eleven characters.")
    found = open_library().video(key)
    if fresh := not_modified(found.signature):
        return fresh
    video = select_notes(found, request.args.getlist("note"))
    return send_file(
        BytesIO(b"".join(form.encode([video]))),
        mimetype=form.media_type,
        as_attachment=True,
        download_name=form.file_name(video),
    )


def select_notes(
    video: Video, slugs: Sequence[str] = (), *, is_heard: bool = False
) -> ExportedVideo:
    """Return what to export of `video`: the notes called `slugs`, or all.

    Where captions were given it `is_heard`: then it says of a video without any that it has none.
    Raises `NotFoundError` where a note is not about the video.
    """
    known = [source.entry.slug for source in video.sources]
    for slug in slugs:
        if slug not in known:
            raise NotFoundError(
                f"there is no note {display_path(slug)!r} about this video; "
                "it may have been moved or renamed"
            )
    entry = video.entry
    found = video.groundings.by_claim if video.groundings else {}
    shown = [known.index(slug) for slug in slugs]
    return ExportedVideo(
        key=entry.key,
        video_id=entry.video_id,
        title=entry.title,
        channel=entry.channel,
        url=watch_url(entry.video_id) if entry.video_id else None,
        paths=tuple(source.entry.path for source in video.sources),
        notes=video.notes,
        timeline=video.timeline.only(shown) if shown else video.timeline,
        duration=video.recording.duration,
        groundings=found if video.groundings or is_heard else None,
    )
