"""Static files, under an address that changes when any of them does: `/static/<hash>/js/main.js`.

The hash stands in the path and not in a query, since the imports of ES modules and of style
sheets are relative, and so inherit it. Hence one hash over all files, and caches may keep them
for ever.
"""

import hashlib
import mimetypes
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, Response, abort, current_app, request

from viewer.resources import PACKAGE, folder

_FOR_EVER = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=60"
_LOOK_AGAIN = 1.0  # seconds


class Files(NamedTuple):
    """Files by their path, and the hash over all of them."""

    hash: str
    contents: Mapping[str, bytes]


class StaticFiles:
    """The files of a folder, in memory: what goes out under a hash is what was hashed."""

    def __init__(self, place: Path, *, is_watched: bool, look_again: float = _LOOK_AGAIN) -> None:
        """Read `place`; where it `is_watched`, a change shows after `look_again` seconds."""
        self._place = place
        self._is_watched = is_watched
        self._look_again = look_again
        self._looked_at = time.monotonic()
        self._seen = self._look()
        self._files = self._read()

    @property
    def now(self) -> Files:
        """The files as they are now."""
        moment = time.monotonic()
        if self._is_watched and moment - self._looked_at >= self._look_again:
            self._looked_at = moment
            with suppress(FileNotFoundError):  # an editor is about to put it back
                seen = self._look()  # before reading: what changes meanwhile is seen next time
                if seen != self._seen:
                    self._files, self._seen = self._read(), seen
        return self._files

    def _look(self) -> list[tuple[Path, int, int]]:
        stats = ((path, path.stat()) for path in files_in(self._place))
        return [(path, stat.st_mtime_ns, stat.st_size) for path, stat in stats]

    def _read(self) -> Files:
        contents = {
            path.relative_to(self._place).as_posix(): path.read_bytes()
            for path in files_in(self._place)
        }
        return Files(hash_files(contents.items()), contents)


def init_static(app: Flask) -> None:
    """Let `app` serve static/, and `url_for("static", filename=…)` give addresses with the hash."""
    # Windows may say that JavaScript is plain text, which browsers then refuse as a module.
    mimetypes.add_type("text/javascript", ".js")
    place = folder("static")
    files = StaticFiles(place, is_watched=not place.is_relative_to(PACKAGE))
    app.extensions["static"] = files
    app.add_url_rule("/static/<version>/<path:filename>", "static", _show)

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["version"] = files.now.hash


def static_hash() -> str:
    """Return the hash over the static files of this moment."""
    files: StaticFiles = current_app.extensions["static"]
    return files.now.hash


def files_in(place: Path, pattern: str = "*") -> Iterator[Path]:
    """Yield the files below `place`, in an order that is the same everywhere."""
    for path in sorted(place.rglob(pattern)):
        if path.is_file() and not path.name.startswith("."):
            yield path


def hash_files(files: Iterable[tuple[str, bytes]]) -> str:
    """Return a hash over names and contents, short enough for an address."""
    found = hashlib.sha256()
    for name, content in files:
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()[:12]


def _show(version: str, filename: str) -> Response:
    """A static file. A page that was opened before an upgrade asks under an older hash."""
    shown: StaticFiles = current_app.extensions["static"]
    files = shown.now
    content = files.contents.get(filename)
    if content is None:
        abort(404)
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    response = Response(content, mimetype=kind)
    response.headers["Cache-Control"] = _FOR_EVER if version == files.hash else _BRIEFLY
    response.add_etag()
    response.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return response
