"""Flask: the pages of a library. Shell: HTTP."""

import mimetypes
import os
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from viewer.library.library import Library
from viewer.resources import folder
from viewer.web.errors import init_errors
from viewer.web.export import exports
from viewer.web.filters import init_filters
from viewer.web.health import health
from viewer.web.htmx import is_htmx
from viewer.web.pages import pages
from viewer.web.security import init_security
from viewer.youtube.video import EMBED_HOST


def create_app(config: Mapping[str, object] | None = None) -> Flask:
    """Return the app that serves one library.

    `config` may give `LIBRARY` (a folder; the bundled example, or what the environment variable
    `CLAIMLINE_LIBRARY` names, where it is missing), `PUBLIC_URL` (where other people reach the
    server) and `EMBED_HOST` (where the player's frame comes from).
    """
    # Windows may say that JavaScript is plain text, which browsers then refuse as a module.
    mimetypes.add_type("text/javascript", ".js")
    app = Flask(
        "viewer",
        static_folder=folder("static"),
        static_url_path="/static",
        template_folder=folder("templates"),
    )
    app.config.from_mapping(EMBED_HOST=EMBED_HOST)
    app.config.from_mapping(config or {})
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    init_security(app)
    init_errors(app)
    init_filters(app)
    app.add_template_global(is_htmx)
    chosen = app.config.get("LIBRARY") or os.environ.get("CLAIMLINE_LIBRARY") or example()
    app.extensions["library"] = Library(Path(str(chosen)))
    app.register_blueprint(pages)
    app.register_blueprint(health)
    app.register_blueprint(exports)
    return app


def example() -> Path:
    """Return the folder of the bundled example library."""
    return folder("example")
