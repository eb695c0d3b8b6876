"""The headers of every answer, and which requests are heard at all."""

import re
from threading import BoundedSemaphore

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import (
    BadRequest,
    RequestEntityTooLarge,
    RequestURITooLarge,
    ServiceUnavailable,
)

from viewer.errors import ViewerError

BODY_LIMIT = 2**20
"""The most bytes that a request may send."""
ADDRESS_LIMIT = 8192
"""The most bytes of an address, its path and its query together."""
PAGES_AT_ONCE = 16
PATIENCE = 10.0
"""Seconds that a page waits for its turn."""
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})

_NEVER_WAIT = (None, "static", "pages.health")
_COME_BACK = 10  # seconds

_YOUTUBE = ["https://www.youtube-nocookie.com", "https://www.youtube.com"]

PAGE_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' https://www.youtube.com/iframe_api https://www.youtube.com/s/player/",
        "style-src 'self'",
        "img-src 'self' https://i.ytimg.com",
        "connect-src 'self'",
        "media-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        f"frame-src {' '.join(_YOUTUBE)}",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
JSON_POLICY = "default-src 'none'"
MEDIA_POLICY = "sandbox; default-src 'none'"

_DENIED = ["camera", "microphone", "geolocation", "payment", "usb", "browsing-topics"]
_FOR_PLAYERS = ["autoplay", "encrypted-media", "fullscreen", "picture-in-picture"]
_PLAYERS = " ".join(["self", *(f'"{origin}"' for origin in _YOUTUBE)])

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # The player shows "Error 153" to a page that sends no referrer.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": ", ".join(
        [
            *(f"{feature}=()" for feature in _DENIED),
            *(f"{feature}=({_PLAYERS})" for feature in _FOR_PLAYERS),
        ]
    ),
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every answer; its Content-Security-Policy depends on its type."""
HSTS = "max-age=31536000"

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


class UntrustedHost(BadRequest):
    """A request for a name that isn't this server's."""

    description = (
        "This server does not answer to the name in the address. Open it as localhost; "
        "or, if the name is its own, start it with --public-url and the address."
    )


def init_security(app: Flask) -> None:
    """Guard `app`: hosts, the size of requests, and the headers of what it answers.

    `PUBLIC_URL` in its configuration is where other people reach it, or None; its host is
    answered beside the loopback's. Raises `ViewerError` when it isn't an address of a site.
    Comes before anything else that looks at requests or answers: it looks at requests first
    and at answers last.
    """
    hosts = LOOPBACK_HOSTS
    public = app.config.setdefault("PUBLIC_URL", None)
    if public is not None:
        app.config["PUBLIC_URL"] = public = _parse_origin(public)
        hosts = hosts | {_without_port(public.partition("//")[2])}
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT

    @app.before_request
    def check_request() -> None:
        # Not by Flask's TRUSTED_HOSTS: it never matches [::1] (it cuts names at the first
        # colon), and leaves the page that says so without `url_for`.
        if _without_port(request.host.lower()) not in hosts:
            raise UntrustedHost
        if (request.content_length or 0) > BODY_LIMIT:
            raise RequestEntityTooLarge
        if len(request.environ["PATH_INFO"]) + len(request.query_string) > ADDRESS_LIMIT:
            raise RequestURITooLarge

    app.after_request(_set_headers)


def init_turns(app: Flask, *, at_once: int = PAGES_AT_ONCE, patience: float = PATIENCE) -> None:
    """Let `app` work on a few pages at a time, so that many cost neither memory nor each other.

    The others wait, for `patience` seconds, and are then told to come back. A server should
    have more threads than `at_once`: style sheets, scripts and the health check don't wait.
    """
    turns = BoundedSemaphore(at_once)

    @app.before_request
    def wait() -> None:
        if request.endpoint in _NEVER_WAIT:
            return
        if not turns.acquire(timeout=patience):
            raise ServiceUnavailable(retry_after=_COME_BACK)
        g.has_turn = True

    @app.teardown_request
    def leave(_: BaseException | None) -> None:
        if g.pop("has_turn", False):
            turns.release()


def public_url(path: str) -> str | None:
    """Return the address of `path` for other people, or None when none is configured.

    `path` begins with a slash, as `url_for` gives it. The request's `Host` plays no part.
    """
    origin: str | None = current_app.config["PUBLIC_URL"]
    return None if origin is None else origin + path


def _parse_origin(url: str) -> str:
    """Return scheme, host and port of `url` in lower case, without a slash at the end."""
    origin = url.lower().removesuffix("/")
    if _ORIGIN.fullmatch(origin) is None:
        raise ViewerError(
            f"public address {url!r}: is not the address of a site; "
            "write it like https://notes.example.org, with nothing after the name"
        )
    return origin


def _without_port(host: str) -> str:
    return re.sub(r":[0-9]+\Z", "", host)


def _set_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = _policy_for(response)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _policy_for(response: Response) -> str:
    if response.is_json:
        return JSON_POLICY
    if (response.mimetype or "").startswith(("audio/", "video/")):
        return MEDIA_POLICY
    return PAGE_POLICY
