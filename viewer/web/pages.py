"""The pages: library, watch, note; and the media files beside the notes."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import cast
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    request,
    url_for,
)
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from viewer.library.folder import open_file
from viewer.library.library import Library, VideoEntry
from viewer.note.frontmatter import parse_video_id
from viewer.web.htmx import is_htmx, render_page
from viewer.web.security import public_url
from viewer.web.watch import WatchPage

pages = Blueprint("pages", __name__)

_PAGE = 60
"""Videos on one page of the library."""
_LONGEST_QUERY = 300
_MEDIA_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
}


def open_library() -> Library:
    """Return the library, up to date."""
    library: Library = current_app.extensions["library"]
    library.refresh()
    return library


@pages.get("/")
def library() -> Response:
    """The library: its videos, and a box that filters them."""
    shelf = open_library()
    query = request.args.get("q", "")[:_LONGEST_QUERY]
    videos = _filter_videos([*shelf.videos.values()], query)
    begin = min(_read_number(request.args.get("from", "")), max(0, len(videos) - 1))
    return render_page(
        "library.html",
        partial="_videos.html",
        videos=videos[begin : begin + _PAGE],
        found=len(videos),
        total=len(shelf.videos),
        begin=begin,
        later=begin + _PAGE if begin + _PAGE < len(videos) else None,
        query=query,
        claims=sum(video.claims for video in shelf.videos.values()),
        notes=len(shelf.notes),
        skipped=shelf.skipped,
    )


@pages.get("/watch/<video_id>")
def watch(video_id: str) -> Response:
    """A video beside the claims of all its notes."""
    if parse_video_id(video_id) != video_id:
        abort(404, f"{video_id[:40]!r} is no video id: those have eleven letters and digits.")
    return _show(video_id)


@pages.get("/note/<path:slug>")
def note(slug: str) -> Response:
    """A note: at its video, or on a page of its own where it has none."""
    entry = open_library().note(slug)
    if entry.video_id:
        query = urlencode({**request.args.to_dict(), "note": slug}, safe="/", errors="replace")
        return cast(
            Response, redirect(f"{url_for('pages.watch', video_id=entry.video_id)}?{query}")
        )
    return _show(f"note/{slug}")


@pages.get("/media/<path:key>")
def media(key: str) -> Response:
    """The media file of a video, whole or in ranges."""
    shelf = open_library()
    path = shelf.video(key).media
    if path is None:
        abort(404, "No media file stands beside the notes of this video.")
    kind = _MEDIA_TYPES[PurePosixPath(path).suffix.lower()]
    file = open_file(shelf.root, path)
    size = file.seek(0, 2)
    file.seek(0)
    response = Response(wrap_file(request.environ, file), mimetype=kind, direct_passthrough=True)
    response.call_on_close(file.close)
    response.content_length = size
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response


@pages.get("/healthz")
def health() -> Response:
    """Tell that the server answers, and for how many notes."""
    return jsonify(status="ok", notes=len(open_library().notes))


def _show(key: str) -> Response:
    shelf = open_library()
    video = shelf.video(key)
    page = WatchPage(shelf, video, request.args.to_dict(), request.args.getlist("note"))
    if is_htmx() and "from" in request.args:
        edge = request.args.get("edge", "later")
        return render_page("watch.html", partial="_moments.html", page=page, edge=edge)
    template = "watch.html" if page.timeline.moments else "note.html"
    partial = "_notes.html" if request.args.get("tab") == "note" else "_timeline.html"
    return render_page(
        template, partial=partial, page=page, edge=None, canonical=public_url(page.address)
    )


def _filter_videos(videos: Sequence[VideoEntry], query: str) -> list[VideoEntry]:
    """Return the videos whose title, channel or notes' titles hold every word of `query`."""
    words = query.casefold().split()
    found = []
    for video in videos:
        if video.video_id is None and video.notes[0].video_titles:
            continue  # an index of videos is not one of them
        parts = [video.title, video.channel, *(note.title for note in video.notes)]
        text = " ".join(parts).casefold()
        if all(word in text for word in words):
            found.append(video)
    return found


def _read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
