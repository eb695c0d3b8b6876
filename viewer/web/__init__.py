"""Flask: the pages of a library. Shell: HTTP."""

import os
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from viewer.library.index import is_url
from viewer.library.library import FRESH_FOR, Library
from viewer.resources import folder
from viewer.web.api import api
from viewer.web.browse import browse
from viewer.web.caching import init_caching
from viewer.web.edits import edits
from viewer.web.errors import init_errors
from viewer.web.export import exports
from viewer.web.fetching import init_fetching
from viewer.web.filters import init_filters
from viewer.web.health import health
from viewer.web.htmx import is_htmx
from viewer.web.pages import pages
from viewer.web.search import searches
from viewer.web.security import init_security, init_turns
from viewer.web.static import init_static
from viewer.youtube.video import EMBED_HOST


def create_app(config: Mapping[str, object] | None = None) -> Flask:
    """Return the app that serves one library.

    `config` may give `LIBRARY` (a folder; the bundled example, or what the environment variable
    `CLAIMLINE_LIBRARY` names, where it is missing), `INDEX` (where another process keeps the
    index, a folder or a database; `CLAIMLINE_INDEX`; without it the app keeps one of its own),
    `CAPTIONS` (folders with captions, beside those in the library), `FETCH_QUEUE` (what fetches
    transcripts for its pages; none, where it is missing),
    `PUBLIC_URL` (where other people reach the server; `CLAIMLINE_PUBLIC_URL`), `LIVE` (whether an
    open page asks for changes in its notes; not where there is a public address), `FRESH_FOR` (for
    how many seconds a folder without a kept index is taken not to have changed; one, where it is
    missing) and `EMBED_HOST` (where the player's frame comes from).
    """
    app = Flask("viewer", static_folder=None, template_folder=folder("templates"))
    app.config.from_mapping(
        EMBED_HOST=EMBED_HOST,
        FRESH_FOR=FRESH_FOR,
        PUBLIC_URL=os.environ.get("CLAIMLINE_PUBLIC_URL") or None,
    )
    app.config.from_mapping(config or {})
    app.config.setdefault("CAPTIONS", ())
    app.config.setdefault("LIVE", not app.config["PUBLIC_URL"])
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    init_security(app)
    init_turns(app)
    init_errors(app)
    init_caching(app)
    init_static(app)
    init_filters(app)
    app.add_template_global(is_htmx)
    app.extensions["library"] = _open_library(app)
    app.register_blueprint(pages)
    app.register_blueprint(browse)
    app.register_blueprint(searches)
    app.register_blueprint(api)
    app.register_blueprint(health)
    app.register_blueprint(exports)
    app.register_blueprint(edits)
    init_fetching(app)
    return app


def _open_library(app: Flask) -> Library:
    place = str(app.config.get("INDEX") or os.environ.get("CLAIMLINE_INDEX") or "")
    root = app.config.get("LIBRARY") or os.environ.get("CLAIMLINE_LIBRARY")
    if root is None and not is_url(place):
        root = example()
    captions = [Path(folder) for folder in app.config["CAPTIONS"]]
    fresh_for = app.config["FRESH_FOR"]
    return Library(Path(str(root)) if root else None, place or None, captions, fresh_for=fresh_for)


def example() -> Path:
    """Return the folder of the bundled example library."""
    return folder("example")
