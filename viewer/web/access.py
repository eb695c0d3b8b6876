"""The access log: a line for every request, as web servers write it, and the milliseconds it took.

    127.0.0.1 - - [22/Nov/2026:15:34:29 +0000] "GET /watch/dQw4w9WgXcQ?t=79 HTTP/1.1" 200 51200
    "https://notes.example.org/search" "Mozilla/5.0 …" 12

(on one line). Logged when the answer is made, to the logger `claimline.access`.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_LOG = logging.getLogger("claimline.access")
_LONGEST = 2000
_TO_ESCAPE = re.compile(r"[^ !#-\[\]-~]")


class AccessLog:
    """A WSGI application that answers as `app` does, and logs it."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        status, size = "500", "-"

        def start(told: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[..., object]:
            nonlocal status, size
            status = told[:3]
            size = {name.lower(): value for name, value in headers}.get("content-length", "-")
            return start_response(told, headers, *rest)

        try:
            # Handed on as it is: servers send a file faster than what wraps it.
            return self._app(environ, start)
        finally:
            took = (time.perf_counter() - began) * 1000
            _LOG.info("%s", _line(environ, status, size, took))


def _line(environ: WSGIEnvironment, status: str, size: str, took: float) -> str:
    now = datetime.now(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
    request = f"{environ['REQUEST_METHOD']} {_address(environ)} {environ['SERVER_PROTOCOL']}"
    # What was searched for is in the line of that request; other sites' queries are none of ours.
    referrer = re.split("[?#]", environ.get("HTTP_REFERER", ""), maxsplit=1)[0]
    agent = environ.get("HTTP_USER_AGENT", "")
    client = environ.get("REMOTE_ADDR") or "-"
    quoted = " ".join(f'"{_escape(text) or "-"}"' for text in (referrer, agent))
    return f'{_escape(client)} - - [{now}] "{_escape(request)}" {status} {size} {quoted} {took:.0f}'


def _address(environ: WSGIEnvironment) -> str:
    """Return the address as it was sent, as far as the server tells."""
    if sent := environ.get("REQUEST_URI"):
        return str(sent)
    query = environ.get("QUERY_STRING")
    return quote(environ["PATH_INFO"], encoding="latin-1") + (f"?{query}" if query else "")


def _escape(text: str) -> str:
    r"""Return `text` without line breaks, quotes or other signs that forge a line: `\x0a`."""
    return _TO_ESCAPE.sub(lambda sign: f"\\x{ord(sign[0]):02x}", text[:_LONGEST])
