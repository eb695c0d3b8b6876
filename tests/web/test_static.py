"""Static files: kept for ever under an address that changes with them."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient

from tests.pages import parse
from viewer.resources import folder
from viewer.web.static import StaticFiles

FOR_EVER = "public, max-age=31536000, immutable"
OLD = "0123456789ab"


@pytest.fixture
def client(client_of: Callable[..., FlaskClient], tmp_path: Path) -> FlaskClient:
    return client_of(tmp_path)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "static"
    (place / "js").mkdir(parents=True)
    (place / "js" / "main.js").write_text("one")
    (place / ".main.js.swp").write_text("an editor's")
    return place


def change(path: Path, text: str) -> None:
    """Write `path`, a second from now at least for its clock."""
    path.write_text(text)
    os.utime(path, (time.time() + 5, time.time() + 5))


@pytest.fixture
def hash_now(client: FlaskClient) -> str:
    found = re.search(r'src="/static/(\w+)/js/main.js"', client.get("/").text)
    assert found
    return found[1]


def test_every_file_that_a_page_loads_has_the_hash_in_its_address(client, hash_now):
    soup = parse(client.get("/"))
    loaded = [tag.get("src") or tag.get("href") for tag in soup.select("script[src], link")]
    assert len(loaded) == 5
    for address in loaded:
        assert address.startswith(f"/static/{hash_now}/")
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_EVER)


def test_what_files_load_inherits_the_hash(client, hash_now):
    loads = re.compile(r'(?:\bfrom|^import|@import url\()\s*"([^"]+\.\w+)"', re.MULTILINE)
    entries = ("js/main.js", "js/watch.js", "css/app.css")
    waiting = {f"/static/{hash_now}/{name}" for name in entries}
    loaded: set[str] = set()
    while waiting:
        address = waiting.pop()
        loaded.add(address)
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == FOR_EVER, address
        waiting |= {urljoin(address, other) for other in loads.findall(answer.text)} - loaded
    assert len(loaded) > 15
    assert f"/static/{hash_now}/js/players/youtube.js" in loaded


@pytest.mark.parametrize(
    ("name", "kind"),
    [("js/main.js", "text/javascript"), ("css/app.css", "text/css"), ("icon.svg", "image/svg+xml")],
)
def test_a_file_is_what_is_in_the_folder(client, hash_now, name, kind):
    answer = client.get(f"/static/{hash_now}/{name}")
    assert (answer.data, answer.mimetype) == ((folder("static") / name).read_bytes(), kind)
    head = client.head(f"/static/{hash_now}/{name}")
    assert (head.status_code, head.data) == (200, b"")
    assert head.content_length == len(answer.data)


def test_another_hash_gives_the_file_as_it_is_now_but_not_for_long(client):
    answer = client.get(f"/static/{OLD}/js/main.js")
    assert (answer.status_code, b"import" in answer.data) == (200, True)
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_who_has_the_file_is_told_so(client, hash_now):
    address = f"/static/{hash_now}/js/main.js"
    answer = client.get(address, headers={"If-None-Match": client.get(address).headers["ETag"]})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["Cache-Control"] == FOR_EVER


def test_a_file_is_given_in_parts(client):
    answer = client.get(f"/static/{OLD}/js/main.js", headers={"Range": "bytes=0-5"})
    assert (answer.status_code, answer.data) == (206, b"import")
    assert client.get(f"/static/{OLD}/x", headers={"Range": "bytes=9-"}).status_code == 404
    beyond = client.get(f"/static/{OLD}/icon.svg", headers={"Range": "bytes=999999-"})
    assert beyond.status_code == 416


@pytest.mark.parametrize(
    "path", ["", "js/main.js", f"{OLD}/", f"{OLD}/js", f"{OLD}/no.js", f"{OLD}/../app.py",
             f"{OLD}/%2e%2e/pyproject.toml", f"{OLD}//etc/passwd", f"{OLD}/js/./main.js"]
)  # fmt: skip
def test_what_is_no_file_is_not_found(client, path):
    answer = client.get(f"/static/{path}", follow_redirects=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-cache")


def test_the_hash_is_of_names_and_contents(place):
    first = StaticFiles(place, is_watched=False).now
    assert first.contents == {"js/main.js": b"one"}
    os.utime(place / "js" / "main.js", (1, 1))
    assert StaticFiles(place, is_watched=False).now == first
    (place / "js" / "main.js").rename(place / "main.js")
    moved = StaticFiles(place, is_watched=False).now
    (place / "main.js").write_text("two")
    assert len({first.hash, moved.hash, StaticFiles(place, is_watched=False).now.hash}) == 3


def test_in_a_checkout_a_change_shows_and_changes_the_hash(place):
    files = StaticFiles(place, is_watched=True, look_again=0)
    before = files.now
    assert files.now is before
    change(place / "js" / "main.js", "two")
    assert files.now.contents == {"js/main.js": b"two"}
    assert files.now.hash != before.hash


@pytest.mark.parametrize(
    "watch", [{"is_watched": False, "look_again": 0}, {"is_watched": True, "look_again": 60}]
)
def test_installed_files_and_those_just_looked_at_are_as_they_were(place, watch):
    files = StaticFiles(place, **watch)
    change(place / "js" / "main.js", "two")
    assert files.now.contents == {"js/main.js": b"one"}


def test_a_file_that_goes_while_it_is_read_is_looked_for_again(place, monkeypatch):
    files = StaticFiles(place, is_watched=True, look_again=0)
    change(place / "js" / "main.js", "two")
    with monkeypatch.context() as gone:
        gone.setattr(Path, "read_bytes", lambda path: (place / "gone").open("rb").read())
        assert files.now.contents == {"js/main.js": b"one"}
    assert files.now.contents == {"js/main.js": b"two"}
