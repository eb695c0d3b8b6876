"""One address, two bodies: a part of the page for htmx, the whole page for everyone else."""

from flask import Response, make_response, render_template, request


def is_htmx() -> bool:
    """Return whether htmx asks for a part of a page.

    Going back to a page that is no longer kept, htmx needs the whole of it.
    """
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def render_page(page: str, /, *, partial: str, **context: object) -> Response:
    """Render `partial` for htmx and `page`, which includes it, for everyone else."""
    response = make_response(render_template(partial if is_htmx() else page, **context))
    response.vary.add("HX-Request")  # one URL, two bodies: caches key on the header
    return response
