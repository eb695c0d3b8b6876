"""What the library's owner may write from a page: the second of a claim."""

import secrets
from collections import OrderedDict
from typing import cast

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)

from viewer.errors import LibraryError
from viewer.library.captions import starts_of
from viewer.library.checking import check_video
from viewer.library.loading import Video
from viewer.library.repairing import Undo, plan_second, undo_repair, write_repair
from viewer.timecode import format_timecode
from viewer.web.htmx import is_htmx
from viewer.web.pages import open_library
from viewer.web.writing import may_write, require_owner

edits = Blueprint("edits", __name__)

_LATEST = 100 * 3600
_MOST_UNDONE = 20
"""Notes that are kept as they were before they were written from here."""


@edits.post("/edit/second")
def use_second() -> Response:
    """Write into its note that a claim is made at another second, as the captions say it."""
    require_owner()
    library = open_library()
    if not may_write(library) or library.root is None:
        abort(403, "These notes can’t be written from here; change them where they are kept.")
    video = library.video(request.form.get("video", ""))
    claim, second = request.form.get("claim", ""), _read_second(request.form.get("second", ""))
    try:
        checked = check_video(library, video, gap=0)
        repair = plan_second(library.root, checked, claim, _second_of(video, claim), second)
        undo = write_repair(library.root, repair)
    except LibraryError as error:
        return _refuse(error)
    if is_htmx():
        return _tell(f"The note says {format_timecode(second)} now.", undo=_keep(undo))
    key = video.entry.key
    if video.entry.video_id:
        address = url_for("pages.watch", video_id=key, claim=claim, t=second)
    else:
        address = url_for("pages.note", slug=key.removeprefix("note/"), claim=claim, t=second)
    return cast(Response, redirect(address, 303))


@edits.post("/edit/undo")
def undo_second() -> Response:
    """Write a note as it was before it was written from here."""
    require_owner()
    library = open_library()
    token = request.form.get("undo", "")
    undo = _undoes().get(token)
    try:
        if undo is None or library.root is None:
            raise LibraryError("this is too long ago, or was undone already")
        undo_repair(library.root, undo)
    except LibraryError as error:
        return _refuse(error, undo=token if undo else None)
    _undoes().pop(token, None)
    if is_htmx():
        return _tell("The note is as it was.")
    return cast(Response, redirect(url_for("pages.library"), 303))


def _undoes() -> OrderedDict[str, Undo]:
    kept: OrderedDict[str, Undo] = current_app.extensions.setdefault("undo", OrderedDict())
    return kept


def _keep(undo: Undo) -> str:
    """Return what `undo` can be asked for by."""
    kept = _undoes()
    token = secrets.token_hex(8)
    kept[token] = undo
    while len(kept) > _MOST_UNDONE:
        kept.popitem(last=False)
    return token


def _second_of(video: Video, claim_id: str) -> int:
    """Return which of the claim's seconds is meant: the one nearest to where it is said."""
    claim = next((claim for claim in video.timeline.claims if claim.id == claim_id), None)
    found = video.groundings.by_claim.get(claim_id) if video.groundings else None
    starts = starts_of(claim) if claim else ()
    if not starts or found is None or found.start is None:
        raise LibraryError("the claim or what was said has changed meanwhile; open the page again")
    said = found.start
    return min(starts, key=lambda start: abs(start - said))


def _read_second(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) < _LATEST):
        abort(400, "The second has to be a whole number of seconds from the video’s start.")
    return int(text)


def _refuse(error: LibraryError, *, undo: str | None = None) -> Response:
    words = f"Nothing was written: {error}."
    if not is_htmx():
        abort(409, words)
    return _tell(words, undo=undo)


def _tell(words: str, *, undo: str | None = None) -> Response:
    """Say what was done, in place of the button; also what failed, since htmx drops errors."""
    return Response(render_template("_done.html", words=words, undo=undo))
