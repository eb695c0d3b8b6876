"""Transcripts from YouTube, at a button: start, cancel, and how far it is.

Only where the server is its owner's, and has something that fetches (`serve` gives it one): the
place for it on a video's page is empty otherwise, and these addresses lead nowhere.
"""

from dataclasses import dataclass
from datetime import datetime
from time import time
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, url_for

from viewer.errors import NotFoundError
from viewer.language import clean_language
from viewer.note.frontmatter import parse_video_id
from viewer.web.htmx import is_htmx, render_page
from viewer.web.pages import open_library
from viewer.web.writing import is_for_owner, require_owner
from viewer.youtube.job_rows import Job, State
from viewer.youtube.library_requests import make_request
from viewer.youtube.messages import STEPS
from viewer.youtube.model import Step
from viewer.youtube.queue import FetchQueue

fetching = Blueprint("fetching", __name__)

_ELSEWHERE = "Transcripts are fetched where the owner of the library opens it, and not here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """What a page says of a video's transcript that is on its way, or was to be."""

    video_id: str
    title: str
    state: str
    """"none", or that of the job."""
    words: str
    """How far it is, or why it failed."""
    step: int
    steps: int
    offers: tuple[str, ...]
    """Languages that could be asked for instead."""
    seen: str
    """Changes with all that is said here."""

    @property
    def is_open(self) -> bool:
        return self.state in (State.WAITING, State.RUNNING)


def init_fetching(app: Flask) -> None:
    """Let pages of `app` have transcripts fetched, where its setting `FETCH_QUEUE` says by whom."""
    app.config.setdefault("FETCH_QUEUE", None)
    app.add_template_global(can_fetch)
    app.register_blueprint(fetching)


def can_fetch() -> bool:
    """Return whether this page may have a transcript fetched."""
    return current_app.config["FETCH_QUEUE"] is not None and is_for_owner()


@fetching.get("/fetch/<video_id>")
def show(video_id: str) -> Response:
    """How far a video's transcript is, asked for every second while it is on its way."""
    if not can_fetch():
        abort(404, _ELSEWHERE)
    entry = _find_video(video_id)
    found = _describe(*entry, _queue().find(video_id))
    if is_htmx() and request.args.get("seen") == found.seen:
        # What stays is not exchanged: it may have the focus, or be read aloud.
        return Response(status=204, headers={"Cache-Control": "no-store"})
    return _show(found)


@fetching.post("/fetch/<video_id>")
def start(video_id: str) -> Response:
    """Have a video's transcript fetched; `language`, where given, and no other."""
    require_owner()
    entry = _find_video(video_id)
    language = request.form.get("language", "")
    tag = clean_language(language)
    if language and tag is None:
        abort(400, "The language is none: en, or pt-BR, are.")
    _queue().ask(make_request(open_library(), entry[0], [tag] if tag else []))
    return _answer(entry)


@fetching.post("/fetch/<video_id>/cancel")
def cancel(video_id: str) -> Response:
    """Give it up."""
    require_owner()
    entry = _find_video(video_id)
    _queue().cancel(entry[0])
    return _answer(entry)


def _queue() -> FetchQueue:
    queue: FetchQueue | None = current_app.config["FETCH_QUEUE"]
    if queue is None:
        abort(404, _ELSEWHERE)
    return queue


def _find_video(video_id: str) -> tuple[str, str]:
    """Return the id and the title of a video of the library; raises `NotFoundError`."""
    if parse_video_id(video_id) != video_id:
        abort(404, f"{video_id[:40]!r} is no video id: those have eleven letters and digits.")
    entry = open_library().entries([video_id]).get(video_id)
    if entry is None:
        raise NotFoundError(f"no note here is about the video {video_id}")
    return video_id, entry.title


def _answer(entry: tuple[str, str]) -> Response:
    """Show where it is now: in its place on the page, or by way of its own address."""
    if is_htmx():
        return _show(_describe(*entry, _queue().find(entry[0])))
    return cast(Response, redirect(url_for("fetching.show", video_id=entry[0]), 303))


def _show(found: Fetching) -> Response:
    response = render_page("fetch.html", partial="_fetch.html", fetch=found)
    response.headers["Cache-Control"] = "no-store"
    if found.is_open and not is_htmx():
        response.headers["Refresh"] = "2"  # for who has no script
    return response


def _describe(video_id: str, title: str, job: Job | None) -> Fetching:
    if job is None or job.state == State.CANCELLED:
        state, words = "none", ""
    elif job.state == State.RUNNING:
        state, words = job.state, f"{STEPS[job.step]}…"
    elif job.state == State.WAITING:
        again = f"Trying again at {datetime.fromtimestamp(job.due):%H:%M:%S}."  # the owner's clock
        wait = again if job.due > time() + 1 else f"{STEPS[Step.WAITING]}…"
        state, words = job.state, f"{_sentence(job.message)} {wait}" if job.message else wait
    else:
        state, words = job.state, _sentence(job.message)
    return Fetching(
        video_id=video_id,
        title=title,
        state=state,
        words=words,
        step=max(0, job.step) if job else 0,
        steps=Step.SAVING + 1,
        offers=job.offers if job else (),
        seen=f"{state}-{job.run}-{job.step}" if job else state,
    )


def _sentence(text: str) -> str:
    """Return a message as a sentence: "the video is private" → "The video is private."."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""
