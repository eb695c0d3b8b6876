"""Who may change things: the owner of the library, at this machine, from our own pages.

A server that shows a library to others has nothing that writes. One for its owner takes a POST
that a page of its own sent: other sites can make a browser send one here, but not say so.
"""

from ipaddress import ip_address

from flask import abort, current_app, request

from viewer.library.library import Library
from viewer.resources import folder

FORM = "application/x-www-form-urlencoded"
"""What a browser's forms and htmx send."""


def is_for_owner() -> bool:
    """Return whether this request comes from this machine, to a server that is for nobody else."""
    return current_app.config["PUBLIC_URL"] is None and _is_loopback(request.remote_addr)


def may_write(library: Library) -> bool:
    """Return whether who asks may change the notes: their owner, and not those of the example."""
    return library.root is not None and library.root != folder("example") and is_for_owner()


def require_owner(*, content: str = FORM) -> None:
    """Refuse, in words, a request to change something that the library's owner did not make.

    To be called first by every view that writes, all of which take POST alone. 403 where the
    server is for others, or the request comes from another machine or site; 415 where its body is
    not `content`. Bodies of more than a mebibyte have been refused by then (`security.py`).
    """
    if current_app.config["PUBLIC_URL"] is not None:
        abort(403, "This server shows its library to others; it changes nothing for them.")
    if not _is_loopback(request.remote_addr):
        abort(403, "Only the machine that the server runs on may change something.")
    if not _is_from_our_pages():
        abort(403, "This request comes from another site, or does not say where it comes from.")
    if request.mimetype != content:
        abort(415, f"What is sent here has to be {content}.")


def _is_from_our_pages() -> bool:
    """Return whether the browser says so; what is no browser has to say it as well."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    return request.headers.get("Origin") == f"{request.scheme}://{request.host}"


def _is_loopback(address: str | None) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:  # a socket of the system's, behind who knows what
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
