"""The pages: library, watch, note; and the media files beside the notes."""

import os
from pathlib import PurePosixPath
from typing import Any, cast
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from viewer.errors import NotFoundError
from viewer.library.browse import Counts
from viewer.library.folder import open_file
from viewer.library.library import Library
from viewer.note.frontmatter import parse_video_id
from viewer.web.caching import not_modified
from viewer.web.htmx import is_htmx, render_page
from viewer.web.listing import list_videos
from viewer.web.security import public_url
from viewer.web.watch import WatchPage

pages = Blueprint("pages", __name__)

_CHANNELS, _TOPICS = 16, 8
"""How many the library's page names."""
_LIVELY = 750
"""How often a page asks for changes soon; after ten minutes without any, it asks later."""
_SOON, _LATER = "800ms", "5s"
_GONE = "gone"
"""Stands for the signature of a video whose notes are not there any more."""
_PARTIALS = {"note": "_notes.html", "transcript": "_transcript.html"}
"""Of a video's page, by its tabs; htmx asks for one without its rows."""
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


def read_number(text: str) -> int:
    """Return the number that an address gives; 0 for what is none, or too long for one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


@pages.get("/")
def library() -> Response:
    """The library: its videos, channels and topics."""
    shelf = open_library()
    if is_htmx() and "progress" in request.args:
        return _tell_progress(shelf.counts())
    if fresh := not_modified(shelf.generation):
        return fresh
    counts = shelf.counts()
    return render_page(
        "library.html",
        partial="_videos.html",
        listing=list_videos(shelf, counts),
        counts=counts,
        channels=sorted(shelf.channels(), key=lambda channel: -channel.videos),
        few=_CHANNELS,
        topics=shelf.topics(_TOPICS),
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
    if path is None or shelf.root is None:
        abort(404, "No media file stands beside the notes of this video.")
    kind = _MEDIA_TYPES[PurePosixPath(path).suffix.lower()]
    file = open_file(shelf.root, path)
    size = file.seek(0, 2)
    file.seek(0)
    response = Response(wrap_file(request.environ, file), mimetype=kind, direct_passthrough=True)
    response.call_on_close(file.close)
    response.content_length = size
    response.set_etag(f"{os.fstat(file.fileno()).st_mtime_ns:x}-{size:x}")
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response


@pages.get("/healthz")
def health() -> Response:
    """Tell that the server answers, for how many notes, and how many are to be read yet."""
    counts = open_library().counts()
    return jsonify(status="ok", notes=counts.notes, unread=counts.unread)


def _tell_progress(counts: Counts) -> Response:
    """Say how many notes are read; when all are, let the page be loaded again."""
    if counts.unread:
        return Response(render_template("_progress.html", counts=counts))
    return Response(headers={"HX-Refresh": "true"})


def _ask_again(template: str, *, since: str, wait: str, asked: int | None = None) -> Response:
    """Tell a page that there is nothing new to show, and have it ask again after a `wait`."""
    kept: dict[str, Any] = {name: request.args.getlist(name) for name in ("note", "said", "heard")}
    kept |= request.view_args or {}
    live = url_for(str(request.endpoint), **kept, since=since, asked=asked)
    words = render_template(template, live=live, wait=wait)
    return Response(words, headers={"Cache-Control": "no-store", "HX-Reswap": "none"})


def _show(key: str) -> Response:
    shelf = open_library()
    try:
        video = shelf.video(key)
    except NotFoundError:
        if "since" in request.args:
            return _ask_again("_gone.html", since=_GONE, wait=_LATER)
        raise
    if request.args.get("since") == video.signature:
        asked = read_number(request.args.get("asked", "")) + 1
        wait = _SOON if asked < _LIVELY else _LATER
        return _ask_again("_live.html", since=video.signature, asked=asked, wait=wait)
    if fresh := not_modified(video.signature, video.entry, video.media, shelf.names):
        return fresh
    page = WatchPage(shelf, video, request.args.to_dict(), request.args.getlist("note"))
    if is_htmx() and "from" in request.args:
        edge = request.args.get("edge", "later")
        rows = "_passages.html" if page.tab == "transcript" else "_moments.html"
        return render_page("watch.html", partial=rows, page=page, edge=edge)
    template = "watch.html" if page.has_player else "note.html"
    partial = _PARTIALS.get(request.args.get("tab", ""), "_timeline.html")
    return render_page(
        template, partial=partial, page=page, edge=None, canonical=public_url(page.address)
    )
