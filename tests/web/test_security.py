"""The headers of every answer, and requests that are turned away before any page sees them."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, jsonify, request, url_for
from flask.testing import FlaskClient

from viewer.errors import ViewerError
from viewer.web.errors import init_errors
from viewer.web.security import (
    ADDRESS_LIMIT,
    BODY_LIMIT,
    init_security,
    init_turns,
    public_url,
)

# Written out and not imported, so that no change to a policy goes unnoticed.
PAGE_POLICY = (
    "default-src 'none'; "
    "script-src 'self' https://www.youtube.com/iframe_api https://www.youtube.com/s/player/; "
    "style-src 'self'; img-src 'self' https://i.ytimg.com; connect-src 'self'; "
    "media-src 'self'; font-src 'self'; manifest-src 'self'; "
    "frame-src https://www.youtube-nocookie.com https://www.youtube.com; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PLAYERS = '(self "https://www.youtube-nocookie.com" "https://www.youtube.com")'
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), "
        f"autoplay={PLAYERS}, encrypted-media={PLAYERS}, fullscreen={PLAYERS}, "
        f"picture-in-picture={PLAYERS}"
    ),
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ERROR_PAGE = "<title>{{ title }}</title><link href=\"{{ url_for('static', filename='app.css') }}\">"


def make_app(folder: Path, **config: object) -> Flask:
    """Return an app with a page of each kind, an error page that needs `url_for`, and a style."""
    for name in ("templates", "static"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "templates" / "error.html").write_text(f"{ERROR_PAGE}<p>{{{{ message }}}}")
    (folder / "static" / "app.css").write_text("body {}")
    app = Flask("sample", root_path=str(folder))
    app.config.update(config)
    init_security(app)
    init_errors(app)
    add_pages(app)
    return app


def add_pages(app: Flask) -> None:
    @app.get("/")
    def page() -> Response:
        response = Response("<p>Armenia", mimetype="text/html")
        response.set_etag("armenia")
        return response.make_conditional(request)

    @app.get("/kept")
    def kept() -> tuple[str, dict[str, str]]:
        return "kept", {"Cache-Control": "max-age=60"}

    @app.get("/api/v1/videos")
    def api() -> Response:
        return jsonify(videos=[])

    @app.get("/media/<kind>")
    def media(kind: str) -> Response:
        return Response(b"", mimetype=f"{kind}/mp4")

    @app.get("/folder/")
    def folder() -> str:
        return "a folder"

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("/home/reader/notes: secret")

    @app.post("/send")
    def send() -> str:
        return "taken"


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(tmp_path)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


@pytest.mark.parametrize(
    ("status", "method", "path", "headers"),
    [
        pytest.param(200, "GET", "/", {}, id="page"),
        pytest.param(200, "HEAD", "/", {}, id="HEAD"),
        pytest.param(304, "GET", "/", {"If-None-Match": '"armenia"'}, id="page not modified"),
        pytest.param(200, "GET", "/static/app.css", {}, id="static file"),
        pytest.param(206, "GET", "/static/app.css", {"Range": "bytes=0-1"}, id="part of a file"),
        pytest.param(416, "GET", "/static/app.css", {"Range": "bytes=99-"}, id="no such part"),
        pytest.param(404, "GET", "/static/missing.css", {}, id="no such static file"),
        pytest.param(404, "GET", "/static/../sample.py", {}, id="above the static files"),
        pytest.param(404, "GET", "/missing", {}, id="no such page"),
        pytest.param(308, "GET", "/folder", {}, id="redirection"),
        pytest.param(405, "POST", "/", {}, id="wrong method"),
        pytest.param(405, "BREW", "/", {}, id="unknown method"),
        pytest.param(200, "OPTIONS", "/", {}, id="OPTIONS"),
        pytest.param(500, "GET", "/broken", {}, id="failure"),
        pytest.param(400, "GET", "/", {"Host": "evil.example"}, id="foreign host"),
        pytest.param(
            400, "GET", "/static/app.css", {"Host": "evil.example"}, id="file, foreign host"
        ),
    ],
)
def test_every_answer_has_every_header(client, status, method, path, headers):
    response = client.open(path, method=method, headers=headers, buffered=True)
    assert response.status_code == status
    assert {name: response.headers.getlist(name) for name in HEADERS} == {
        name: [value] for name, value in HEADERS.items()
    }
    assert response.headers.getlist("Content-Security-Policy") == [PAGE_POLICY]
    assert "Strict-Transport-Security" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_a_file_not_modified_has_every_header(client):
    etag = client.get("/static/app.css", buffered=True).headers["ETag"]
    response = client.get("/static/app.css", headers={"If-None-Match": etag}, buffered=True)
    assert response.status_code == 304
    assert HEADERS.items() <= dict(response.headers).items()


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        pytest.param("/api/v1/videos", "default-src 'none'", id="JSON"),
        pytest.param("/api/v1/missing", "default-src 'none'", id="a JSON error"),
        pytest.param("/media/video", "sandbox; default-src 'none'", id="video"),
        pytest.param("/media/audio", "sandbox; default-src 'none'", id="sound"),
    ],
)
def test_what_is_no_page_may_load_nothing(client, path, policy):
    response = client.get(path)
    assert response.headers["Content-Security-Policy"] == policy
    assert HEADERS.items() <= dict(response.headers).items()


def test_only_https_promises_https(client):
    secure = client.get("/", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
    forwarded = client.get("/", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in forwarded.headers


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("/", "no-cache", id="a page is asked for again"),
        pytest.param("/missing", "no-cache", id="an error too"),
        pytest.param("/static/app.css", "no-cache", id="files as Flask has it"),
        pytest.param("/kept", "max-age=60", id="a page that says otherwise"),
    ],
)
def test_how_long_answers_are_kept(client, path, value):
    assert client.get(path, buffered=True).headers["Cache-Control"] == value


# Hosts

OWN_HOSTS = ["localhost", "LocalHost:5000", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:5000"]
FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:5000",
    "localhost.evil.example",
    "evil-localhost",
    "127.0.0.1.evil.example",
    "0.0.0.0",
    "[::2]",
    "[::1",
    "localhost:port",
    "localhost:80:81",
    "localhost@evil.example",
    "localhost, evil.example",
    "<script>",
    "é.example",
    "",
]


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_the_loopback_is_answered_by_each_of_its_names(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/folder", "/missing", "/broken"])
@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_foreign_host_is_refused_with_a_page_in_words(client, host, path):
    response = client.get(path, headers={"Host": host})
    assert response.status_code == 400
    assert response.mimetype == "text/html"
    assert 'href="/static/app.css"' in response.text
    assert "--public-url" in response.text
    assert "evil" not in response.text + str(response.headers)


def test_forwarded_headers_do_not_name_the_host(client):
    foreign = {
        "Host": "evil.example",
        "X-Forwarded-Host": "localhost",
        "Forwarded": "host=localhost",
    }
    assert client.get("/", headers=foreign).status_code == 400
    assert client.get("/", headers={"X-Forwarded-Host": "evil.example"}).status_code == 200


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("https://notes.example.org", "notes.example.org", id="plain"),
        pytest.param("https://Notes.Example.org/", "notes.example.org", id="capitals and a slash"),
        pytest.param("http://notes.example.org:8080", "notes.example.org:8080", id="port"),
        pytest.param("https://[2001:db8::1]:8080", "[2001:db8::1]:8080", id="IPv6"),
    ],
)
def test_the_host_of_the_public_address_is_answered(tmp_path, url, host):
    client = make_app(tmp_path, PUBLIC_URL=url).test_client()
    assert client.get("/", headers={"Host": host}).status_code == 200
    assert client.get("/", headers={"Host": "localhost"}).status_code == 200
    assert client.get("/", headers={"Host": f"evil.{host}"}).status_code == 400


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="empty"),
        pytest.param("notes.example.org", id="no scheme"),
        pytest.param("ftp://notes.example.org", id="not the web"),
        pytest.param("javascript://notes.example.org", id="a script"),
        pytest.param("https://", id="no host"),
        pytest.param("https://notes.example.org/claims", id="a path"),
        pytest.param("https://notes.example.org?x", id="a query"),
        pytest.param("https://me:word@notes.example.org", id="a password"),
        pytest.param('https://notes"example.org', id="a quote"),
        pytest.param("https://notes.example.org\n", id="a line break"),
        pytest.param("https://notes.example.org:port", id="no port"),
    ],
)
def test_a_public_address_that_is_none_is_refused_in_words(tmp_path, url):
    words = f"public address {re.escape(repr(url))}: .* write it like https://notes.example.org"
    with pytest.raises(ViewerError, match=words):
        make_app(tmp_path, PUBLIC_URL=url)


@pytest.mark.parametrize(
    ("public", "address"),
    [
        pytest.param(None, None, id="not configured"),
        pytest.param(
            "https://Notes.example.org/", "https://notes.example.org/folder/", id="configured"
        ),
    ],
)
def test_absolute_addresses_come_from_the_configuration_only(tmp_path, public, address):
    app = make_app(tmp_path, PUBLIC_URL=public)
    with app.test_request_context("/", headers={"Host": "evil.example"}):
        assert public_url(url_for("folder")) == address


# Bodies


def test_a_body_may_be_one_mebibyte(client):
    assert client.post("/send", data=b"x" * BODY_LIMIT).status_code == 200
    assert client.post("/send", data=b"x" * (BODY_LIMIT + 1)).status_code == 413


def test_a_larger_body_is_refused_on_its_length_alone(client):
    announced = {"CONTENT_LENGTH": str(BODY_LIMIT + 1)}
    for path in ("/", "/send", "/missing"):
        response = client.post(path, environ_overrides=announced)
        assert response.status_code == 413
        assert "one mebibyte" in response.text


# Addresses


@pytest.mark.parametrize(
    ("path", "query"),
    [
        pytest.param("/", "q=" + "x" * ADDRESS_LIMIT, id="query"),
        pytest.param("/" + "x" * ADDRESS_LIMIT, "", id="path"),
        pytest.param("/" + "é" * (ADDRESS_LIMIT // 2), "q=1", id="bytes count"),
    ],
)
def test_an_address_that_is_too_long_is_refused_in_words(client, path, query):
    response = client.get(path, query_string=query)
    assert response.status_code == 414
    assert "eight kilobytes" in response.text
    assert response.headers["Content-Security-Policy"] == PAGE_POLICY


def test_a_long_address_is_read(client):
    assert client.get("/", query_string="q=" + "x" * (ADDRESS_LIMIT - 3)).status_code == 200


# Turns


class Busy:
    """An app that works on one page at a time, and on one already."""

    def __init__(self, folder: Path, patience: float) -> None:
        self.app = make_app(folder)
        init_turns(self.app, at_once=1, patience=patience)
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.app.add_url_rule("/slow", view_func=self.work)
        self.reader = threading.Thread(target=self.app.test_client().get, args=("/slow",))
        self.reader.start()
        assert self.begun.wait(10)

    def work(self) -> str:
        self.begun.set()
        assert self.may_end.wait(10)
        return "done"

    def end(self) -> None:
        self.may_end.set()
        self.reader.join()


def test_who_waits_too_long_is_told_to_come_back(tmp_path):
    busy = Busy(tmp_path, patience=0.01)
    client = busy.app.test_client()
    for _ in range(2):
        response = client.get("/kept")
        assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
        assert "with the pages of others" in response.text
        assert HEADERS.items() <= dict(response.headers).items()
    assert client.get("/api/v1/videos").json["error"]["status"] == 503
    assert client.get("/static/app.css", buffered=True).status_code == 200
    assert client.get("/missing").status_code == 404
    busy.end()
    assert client.get("/kept").status_code == 200


def test_a_page_waits_for_its_turn(tmp_path):
    busy = Busy(tmp_path, patience=10)
    threading.Timer(0.1, busy.may_end.set).start()
    assert busy.app.test_client().get("/kept").status_code == 200
    busy.end()


def test_every_turn_ends(tmp_path):
    busy = Busy(tmp_path, patience=0.01)
    busy.end()
    client = busy.app.test_client()
    for path in ("/broken", "/", "/missing", "/folder/", "/static/app.css") * 2:
        assert client.get(path, buffered=True).status_code != 503
