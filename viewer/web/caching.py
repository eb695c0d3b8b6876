"""What caches may keep of a page, and the short answer to those who have it already.

Every page may be kept and none is shown without asking: `max-age=0, must-revalidate`. An edited
note is on the page with the next request, and asking costs a few milliseconds (a 304, before
anything is rendered). It is also right behind caches that heed no `Vary`, as some CDNs: what they
ask with is the ETag, which differs for the part that htmx gets and the whole page.
"""

import hashlib
from functools import cache

from flask import Flask, Response, current_app, g, request

from viewer.resources import PACKAGE, folder
from viewer.web.htmx import is_htmx
from viewer.web.static import files_in, hash_files, static_hash

_PAGES = "public, max-age=0, must-revalidate"


def init_caching(app: Flask) -> None:
    """Let `app` tell caches what they may keep."""
    app.extensions["build"] = _hash_build()
    app.after_request(_tag)


def not_modified(*parts: object) -> Response | None:
    """Return the answer 304 if the reader has the page already, else None.

    `parts` are all that the page is made of beside its address, the program and its
    settings, as `repr` tells them: the index's generation, a video's signature. The page that
    is rendered instead gets the ETag by itself:

        if fresh := not_modified(shelf.state().generation):
            return fresh
        return render_page(…)
    """
    if current_app.debug:
        return None  # templates change under us
    g.etag = _etag(parts)
    if request.if_none_match.contains_weak(g.etag):
        # The type decides on the policy, which a cache takes over from here.
        is_api = request.path.startswith("/api/")
        return Response(status=304, mimetype="application/json" if is_api else "text/html")
    return None


def forget_tag() -> None:
    """Let the page be known by its content alone, as what it is made of does not tell it."""
    g.pop("etag", None)


def _tag(response: Response) -> Response:
    """Add what caches need to a page, an export, or an answer of the API."""
    if request.method not in ("GET", "HEAD") or response.status_code not in (200, 304):
        return response
    response.headers.setdefault("Cache-Control", _PAGES)
    if "etag" in g:
        # Weak: the server in front may compress the page, and it says the same still.
        response.set_etag(g.etag, weak=True)
        response.vary.add("HX-Request")
    elif response.is_sequence and "ETag" not in response.headers:
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response


def _etag(parts: tuple[object, ...]) -> str:
    settings = (current_app.config["PUBLIC_URL"], current_app.config["EMBED_HOST"])
    whole = (current_app.extensions["build"], static_hash(), settings, is_htmx(), parts)
    return hashlib.sha256(repr(whole).encode("utf-8", "backslashreplace")).hexdigest()[:20]


@cache
def _hash_build() -> str:
    """Return a hash over what makes pages: a checkout changes without a new version."""
    paths = [*files_in(PACKAGE, "*.py"), *files_in(folder("templates"))]
    return hash_files((path.name, path.read_bytes()) for path in paths)
