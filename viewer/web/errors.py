"""From an exception to a status and a page in words.

A page says nothing of the server's insides: no traceback, no folder, no version. Those are
in the log.
"""

from typing import NamedTuple

from flask import Flask, Response, current_app, jsonify, render_template, request
from werkzeug.exceptions import HTTPException, default_exceptions

from viewer.errors import (
    IndexBroken,
    IndexBusy,
    LibraryError,
    NoteError,
    NotFoundError,
    NotYetRead,
    TranscriptError,
    ViewerError,
)


class Words(NamedTuple):
    """What a person is told of an error."""

    title: str
    message: str
    advice: str


_WORDS = {
    400: Words(
        "This request can’t be understood",
        "Something in the address, or in what was sent with it, is missing or wrong.",
        "Check the address, or go back and try again.",
    ),
    403: Words(
        "This is not allowed",
        "The server does not do this for requests that come from elsewhere.",
        "Open the page on this site and do it there.",
    ),
    404: Words(
        "Nothing is here",
        "There is no page at this address; it may have been renamed or removed.",
        "Search for its words above, or look for it in the library.",
    ),
    405: Words(
        "This address can’t be used that way",
        "It exists, but not for this kind of request.",
        "Go back, and follow the links and buttons of the page.",
    ),
    409: Words(
        "Nothing was written",
        "What is there is no longer what the page showed.",
        "Go back, load the page again, and look at it once more.",
    ),
    413: Words(
        "That is too much at once",
        "The server takes one mebibyte with a request, and this one sent more.",
        "Send less, or in smaller parts.",
    ),
    414: Words(
        "This address is too long",
        "The server reads eight kilobytes of an address, and this one has more.",
        "Search for less, or follow the links of the page.",
    ),
    415: Words(
        "This kind of content isn’t taken here",
        "What was sent is of a type that this address does not read.",
        "Send it the way the page does.",
    ),
    422: Words(
        "This note can’t be read",
        "Something in the note stops it from being shown.",
        "Repair the note, then load this page again.",
    ),
    500: Words(
        "Something went wrong",
        "The server failed at this, and the fault is not yours.",
        "Try again; if it stays so, the server’s log says what happened.",
    ),
    503: Words(
        "The server is busy",
        "It is at work on its library, or with the pages of others.",
        "Load this page again in some seconds.",
    ),
}

_STATUSES: dict[type, int] = {
    NoteError: 422,
    TranscriptError: 404,
    LibraryError: 404,
    NotYetRead: 503,
    IndexBroken: 503,
    IndexBusy: 503,
    ViewerError: 500,
}
# The messages of the others may name folders of the server.
_TOLD_TO_VISITORS = (NoteError, TranscriptError, NotFoundError, NotYetRead)


def init_errors(app: Flask) -> None:
    """Let `app` answer every error with `error.html`, or with JSON to programs.

    The template is given `status`, `title`, `message` and `advice`; the JSON is an object
    `error` of the same four.
    """
    app.register_error_handler(ViewerError, _answer_viewer_error)
    app.register_error_handler(HTTPException, _answer_http_error)


def _answer_viewer_error(error: ViewerError) -> Response:
    status = next(_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES)
    words = _WORDS[status]
    if isinstance(error, _TOLD_TO_VISITORS):
        words = words._replace(message=_tell(error))
    else:
        current_app.logger.error("%s", error, exc_info=error if status == 500 else None)
    response = _answer(status, words)
    if status == 503:
        response.headers["Retry-After"] = "2"
        response.headers["Refresh"] = "2"  # what a browser does of itself
    return response


def _answer_http_error(error: HTTPException) -> Response:
    """Answer `abort(…)` and what Flask and Werkzeug raise, unexpected exceptions included."""
    status = error.code or 500
    words = _WORDS.get(status, _WORDS[400 if status < 500 else 500])
    usual = default_exceptions.get(status, HTTPException).description
    if error.description and error.description != usual:
        words = words._replace(message=error.description)
    response = _answer(status, words)
    for name, value in error.get_headers():  # such as Allow, which belongs to a 405
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _answer(status: int, words: Words) -> Response:
    if _wants_json():
        response = jsonify(error={"status": status, **words._asdict()})
    else:
        response = _render(status, words)
    response.status_code = status
    response.vary.add("Accept")
    return response


def _tell(error: ViewerError) -> str:
    """Return the message as a sentence, unless it begins with the name of a file."""
    message = str(error)
    return message if isinstance(error, NoteError) else message[:1].upper() + message[1:]


def _wants_json() -> bool:
    offers = ["text/html", "application/json"]  # the first, to a client that takes both
    return (
        request.path.startswith("/api/")
        or request.accept_mimetypes.best_match(offers) == "application/json"
    )


def _render(status: int, words: Words) -> Response:
    try:
        page = render_template("error.html", status=status, **words._asdict())
        return Response(page.encode(), mimetype="text/html")
    except Exception:  # what broke the page may be what the template needs
        current_app.logger.exception("error.html can't be rendered")
        text = "{title}\n\n{message}\n{advice}\n".format(**words._asdict())
        return Response(text.encode("utf-8", "replace"), mimetype="text/plain")
