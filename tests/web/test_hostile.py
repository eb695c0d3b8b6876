"""Whatever a note, a file name or an address holds: nothing live comes of it, and no failure."""

# ruff: noqa: E501 - payloads are not broken over lines

import json
import os
import re
import socket
from collections.abc import Callable
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import viewer.library.library
from tests import payloads
from tests.pages import HTMX
from tests.web.test_security import HEADERS, PAGE_POLICY
from viewer import create_app
from viewer.library.folder import NOTE_LIMIT
from viewer.web.security import ADDRESS_LIMIT

VOID = frozenset("area base br col embed hr img input link meta source track wbr path".split())
PROSE = {
    **dict.fromkeys(
        "b i em strong p br h1 h2 h3 h4 h5 h6 ul ol li blockquote code pre table thead tbody "
        "tr td th sup sub hr del".split(),
        frozenset(),
    ),
    "a": frozenset({"href", "title", "rel", "class", "data-start"}),
    "span": frozenset({"class", "title", "data-claim", "aria-current", "tabindex", "autofocus"}),
    "noscript": frozenset(),
    "time": frozenset({"datetime", "aria-hidden"}),
}
"""The elements of a note's prose and their attributes; those but `href` are written by us."""
CLASSES = frozenset(
    {None, "stamp", "stamp is-repaired", "repair-words", "claim", "wikilink", "wikilink is-topic"}
    | {"visually-hidden"}
)
OWN = re.compile(
    r"/(?:|[?](?:sort|after|progress)=.*|(?:health|search|channels)(?:[?].*)?"
    r"|(?:watch|note|media|export|static|channel|topic|more|card|live)/.*)|#content",
    re.DOTALL,
)
TIMES = re.compile(r"PT\d+S")


class Audit(HTMLParser):
    """Collects what is live in a page; it reads tags as they stand, mended by no tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.prose_at: int | None = None
        self.kinds: set[tuple[str, str]] = set()
        self.faults: list[str] = []
        self.data: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if len(values) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice: {attrs}")
        if self.prose_at is not None:
            self.check_prose(tag, values)
        else:
            self.kinds |= {(tag, name) for name in values} | {(tag, "")}
            if tag == "div" and values.get("class") == "prose":
                self.prose_at = len(self.open)
                if "hx-disable" not in values:
                    self.faults.append("htmx is on in prose")
        self.check_values(tag, values)
        if tag == "script":
            self.scripts.append((values, ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass
        if self.prose_at is not None and len(self.open) <= self.prose_at:
            self.prose_at = None

    def handle_data(self, data):
        if self.open and self.open[-1] == "script" and self.scripts:
            values, text = self.scripts[-1]
            self.scripts[-1] = (values, text + data)

    def handle_comment(self, data):
        self.faults.append(f"a comment: {data[:80]!r}")

    unknown_decl = handle_pi = handle_comment

    def check_prose(self, tag, values):
        extra = values.keys() - PROSE.get(tag, set())
        if tag not in PROSE or extra:
            self.faults.append(f"in prose: <{tag}> with {sorted(extra)}")
        if values.get("class") not in CLASSES:
            self.faults.append(f"in prose: class {values['class']!r}")
        if tag == "a" and values.get("class") is None:
            if values.get("rel") != "nofollow noopener noreferrer" and "href" in values:
                self.faults.append(f"in prose: a link without rel: {values}")
            if not re.match("https?:|mailto:", values.get("href", "http:"), re.IGNORECASE):
                self.faults.append(f"in prose: a link to {values['href'][:80]!r}")
        if "aria-current" in values and (values["aria-current"], values["class"]) != (
            "true",
            "claim",
        ):
            self.faults.append(f"in prose: marked is {values}")
        if {"tabindex", "autofocus"} & values.keys() and (
            values != {"tabindex": "-1", "autofocus": None} or self.open[-1] != "noscript"
        ):
            self.faults.append(f"in prose: the focus goes to {values}")
        if "data-start" in values and not values["data-start"].isdigit():
            self.faults.append(f"in prose: a stamp at {values['data-start']!r}")
        if tag == "time" and not TIMES.fullmatch(values["datetime"]):
            self.faults.append(f"in prose: a time {values['datetime']!r}")

    def check_values(self, tag, values):
        for name, value in values.items():
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "ping"):
                self.faults.append(f"<{tag}> has {name}")
            if name.startswith("hx-") and name != "hx-disable" and self.prose_at is not None:
                self.faults.append(f"<{tag}> has {name}")
            if name in ("src", "action", "hx-get", "data-path") and not OWN.fullmatch(value or ""):
                self.faults.append(f"<{tag}> {name} leads to {value!r}")
            if (
                name == "href"
                and not re.match("https?://|mailto:", value, re.I)
                and not (OWN.fullmatch(value))
                and (tag, value) != ("use", "#strip-drawing")  # the strip, drawn once more
            ):
                self.faults.append(f"<{tag}> href leads to {value[:80]!r}")
            if name == "href" and re.match("https?://", value) and self.prose_at is None:  # noqa: SIM102
                if not value.startswith("https://www.youtube.com/watch?v=hostile"):
                    self.faults.append(f"<{tag}> href leads to {value[:80]!r}")
            if name == "data-src" and not value.startswith("https://i.ytimg.com/vi/hostile"):
                self.faults.append(f"a picture from {value!r}")


@lru_cache(maxsize=500)  # many addresses give the same page
def audit(page: str) -> Audit:
    """Return what a parser that has nothing of ours finds in a page."""
    found = Audit()
    found.feed(page)
    found.close()
    for values, text in found.scripts:
        if values.get("type") == "application/ld+json":
            json.loads(text, parse_constant=lambda name: pytest.fail(f"JSON-LD holds {name}"))
        elif text.strip() or not str(values.get("src")).startswith("/static/"):
            found.faults.append(f"a script: {values} {text[:80]!r}")
    return found


def check_answer(response: TestResponse) -> TestResponse:
    """Check what holds of every answer, and return it."""
    assert response.status_code < 500, response.text
    for name, value in HEADERS.items():
        assert response.headers.getlist(name) == [value]
    policies = response.headers.getlist("Content-Security-Policy")
    assert policies == ["default-src 'none'" if response.is_json else PAGE_POLICY]
    assert "Set-Cookie" not in response.headers
    if "Location" in response.headers:
        location = response.headers["Location"].removeprefix("http://localhost")
        assert OWN.fullmatch(location), location
    return response


def make_client(folder: Path) -> FlaskClient:
    return create_app({"LIBRARY": folder}).test_client()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A library with a note, and a page, for each payload, and one harmless pair."""
    folder = tmp_path_factory.mktemp("hostile")
    texts = ["harmless", *payloads.PAYLOADS, *map(payloads.links, payloads.ADDRESSES)]
    for number, text in enumerate(texts):
        note = payloads.markdown_note(text, payloads.video_id(number))
        page = payloads.html_note(text, payloads.video_id(number))
        (folder / f"note{number}.md").write_text(note, "utf-8", "surrogatepass")
        (folder / f"page{number}.html").write_text(page, "utf-8", "surrogatepass")
        (folder / f"alone{number}.html").write_text(payloads.html_note(text), "utf-8")
    (folder / "quiet.md").write_text("No time is here.")
    return make_client(folder)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A library with two notes of a video and one without."""
    folder = tmp_path_factory.mktemp("small")
    for name, video in (("note", "hostile0000"), ("other", "hostile0000"), ("alone", "")):
        (folder / f"{name}.md").write_text(payloads.markdown_note("harmless", video))
    return make_client(folder)


@pytest.fixture(scope="module")
def kinds(hostile: FlaskClient) -> set[tuple[str, str]]:
    """What the pages of a harmless note are made of: elements, and their attributes."""
    paths = [*_watch_paths(0), "/note/quiet", f"/watch/{payloads.video_id(0)}?from=0"]
    pages = [hostile.get(path, headers=headers).text for path in paths for headers in ({}, HTMX)]
    repaired = {("span", "tabindex")}  # the mark of a row whose time is not read as written
    return {kind for page in pages for kind in audit(page).kinds} | repaired


def _watch_paths(number: int) -> list[str]:
    video = payloads.video_id(number)
    return [
        f"/watch/{video}",
        f"/watch/{video}?tab=note&t=3",
        f"/watch/{video}?note=page{number}",
        f"/note/alone{number}?tab=note",
    ]


COUNT = len(payloads.PAYLOADS) + len(payloads.ADDRESSES)


@pytest.mark.parametrize("first", range(1, COUNT + 1, 10))
def test_nothing_live_comes_from_a_note(hostile, kinds, first):
    faults = []
    for number in range(first, min(first + 10, COUNT + 1)):
        for path in _watch_paths(number):
            response = check_answer(hostile.get(path))
            assert response.status_code == 200, path
            found = audit(response.text)
            faults += [f"{path}: {fault}" for fault in found.faults]
            faults += [f"{path}: not in a harmless page: {kind}" for kind in found.kinds - kinds]
    assert faults == []


@pytest.mark.parametrize("path", ["/", "/?q=script", "/?from=60", "/?q=%3Cscript%3E"])
def test_nothing_live_comes_from_a_title(hostile, path):
    for headers in ({}, HTMX):
        found = audit(check_answer(hostile.get(path, headers=headers)).text)
        assert found.faults == []


@pytest.mark.parametrize(
    "query", ["tab=note", "tab=timeline", "from=0", "from=0&edge=later", "note=note7&tab=note"]
)
def test_nothing_live_comes_with_htmx(hostile, kinds, query):
    for number in range(1, COUNT + 1, 7):
        address = f"/watch/{payloads.video_id(number)}?{query}"
        response = check_answer(hostile.get(address, headers=HTMX))
        found = audit(response.text)
        assert (address, found.faults, found.kinds - kinds) == (address, [], set())


# Names of files


NAMES = [
    '"><img src=x onerror=window.hostile=1>',
    "'onclick='window.hostile=1",
    "<script>window.hostile=1<|script>",
    "javascript:window.hostile=1",
    "{{ 7*7 }}{% x %}",
    "a\nb",
    "a\r\nSet-Cookie: x=1",
    "tab\tbell\x07escape\x1b[31m",
    "100% sure %41%2e%2e%2f",
    "what? a #t=5 & b=c;d+e",
    "back\\slash",
    " space ",
    "caf\udce9",
    "\udcff\udcfe",
    "\u202eevil\u202c \u2066\u2069",
    "\ufeff\u2028\u2029\x85",
    "\U000f0000\U00100000",
    "~`!@$^*()[]{}|,",
    "watch",
    "e\u0301 \u00e9",
    "x" * 240,
    "abcdefghijk",
    "%",
    "a..b",
    "\N{PILE OF POO}",
]


@pytest.mark.parametrize(
    "text", ["no video [0:01].", "---\nvideoId: hostile0001\n---\nsaid [0:01]."]
)
def test_a_note_is_opened_whatever_its_name(tmp_path, text):
    for name in NAMES:
        for path in (tmp_path / f"{name}.md", tmp_path / name / "note.md"):
            try:
                path.parent.mkdir(exist_ok=True)
                path.write_text(f"{text} [[{name}]]", "utf-8", "replace")
            except (OSError, ValueError):
                pytest.skip(f"no file can be called {name!r} here")
    client = make_client(tmp_path)
    home = audit(check_answer(client.get("/")).text)
    assert home.faults == []
    library = client.application.extensions["library"]
    slugs = library.slugs().values()
    assert (len(slugs), library.skipped) == (2 * len(NAMES), ())
    with client.application.test_request_context():
        addresses = [client.application.url_for("pages.note", slug=slug) for slug in slugs]
    for address in addresses:
        response = check_answer(client.get(address, follow_redirects=True))
        assert response.status_code == 200, address
        assert audit(response.text).faults == []
        assert "\u202e" not in response.text.partition("<body")[2].partition("prose")[0]


def test_names_that_look_alike_are_notes_of_their_own(tmp_path):
    names = ["a\n.md", "a%0A.md", "a%250A.md", "a.md", "a.html", "a.md.md", "a.html.md"]
    for name in names:
        (tmp_path / name).write_text(f"said {name!r} [0:01].")
    library = make_client(tmp_path).application.extensions["library"]
    library.refresh()
    assert len(set(library.slugs().values())) == len(names)


@pytest.mark.parametrize(
    "media",
    ["../secret.mp4", "/etc/passwd", "/secret.mp4", "https://evil.example/a.mp4", "sub/../../secret.mp4",
     "link.mp4", ".hidden.mp4", "..", "", "\\..\\secret.mp4", "file:///secret.mp4", "pipe.mp4"],
)  # fmt: skip
def test_no_file_outside_the_library_is_played(tmp_path, media):
    root = tmp_path / "notes"
    root.mkdir()
    for path in (tmp_path / "secret.mp4", root / ".hidden.mp4"):
        path.write_bytes(b"confidential")
    (root / "link.mp4").symlink_to(tmp_path / "secret.mp4")
    os.mkfifo(root / "pipe.mp4")
    (root / "n.md").write_text(f"---\nvideoId: hostile0001\nmedia: {media}\n---\nsaid [0:01].")
    client = make_client(root)
    page = check_answer(client.get("/watch/hostile0001"))
    assert "<video" not in page.text
    for path in ("hostile0001", quote(media), quote(media, ""), "..%2fsecret.mp4", "note/n"):
        assert b"confidential" not in check_answer(client.get(f"/media/{path}")).data


# Addresses


VALUES = [
    "", "0", "-1", "79", "1m19s", "1:19", "10,20", "20,10", ",", "1e999", "NaN", "inf", "9" * 12,
    "9" * 5000, "9" * 60 + "h", "٣", "1:99", "99999:99:99", "npt:", "0x10", "--", "%", "%zz", "%00",
    "%ff", "%ed%a0%80", "%f4%90%80%80", "%c0%af", "%0d%0aSet-Cookie:x=1", "%E2%80%AE", "%uD800",
    "<script>window.hostile=1</script>", "\"onclick=window.hostile=1", "'", "javascript:1", "//evil.example",
    "../../etc/passwd", "{{7*7}}", "[]", "a&b=c", "&&&", "=", ";", "a" * 20000, "+" * 300, "%20" * 300,
    "(((((", "\"\"\"", "NEAR(a b)", "title:x", "a*", "000000000000", "0000aaaaaaaa", "zzzzzzzzzzzz-99999",
]  # fmt: skip
NAMES_OF_QUERIES = [("t",), ("claim",), ("note",), ("q",), ("from",), ("tab",), ("edge",)]
NAMES_OF_ARGUMENTS = "slug video_id endpoint _external _scheme _anchor _method".split()
"""What makers of addresses are given: no page asks for them, so one request has them all."""


@pytest.mark.parametrize("names", [*NAMES_OF_QUERIES, NAMES_OF_ARGUMENTS], ids="+".join)
@pytest.mark.parametrize("path", ["/", "/watch/hostile0000", "/note/note", "/note/alone"])
def test_no_query_makes_it_fail(small, path, names):
    for value in VALUES:
        is_long = len(value) > 1000  # all together, it would only be refused for its length
        for given in [[name] for name in names] if is_long else [names]:
            first = "&".join(f"{name}={value}" for name in given)
            again = "&".join(f"{name}=again" for name in given)
            address = f"{path}?{first}&t=5&{again}".encode().decode("latin-1")
            for headers in ({}, HTMX):
                response = check_answer(small.get(address, headers=headers))
                if response.status_code == 200:
                    assert audit(response.text).faults == [], address


ANSWERS = {
    "/": 200,
    "////evil.example/": 200,  # the client reads it as an absolute one, of the first page
    "//%5Cevil.example/": 400,
    "//note/x%3F%22onclick%3D": 400,
}
"""Addresses that are not simply unknown; the last two name another host."""


@pytest.mark.parametrize("place", ["/{}", "/watch/{}", "/note/{}", "/media/{}", "/static/{}"])
def test_no_path_makes_it_fail(small, place):
    for value in [
        *VALUES,
        *map(quote, payloads.ADDRESSES),
        "..%2f..%2fetc%2fpasswd",
        ".",
        "..",
        "%2e%2e",
    ]:
        address = place.format(value)
        response = small.get(address.encode().decode("latin-1"), follow_redirects=True)
        for answer in (*response.history, response):
            check_answer(answer).close()
        assert [answer.status_code for answer in response.history] in ([], [308]), address
        assert not response.history or "//" in address, "only doubled slashes lead elsewhere"
        too_long = len(address) > ADDRESS_LIMIT
        assert response.status_code == ANSWERS.get(address, 414 if too_long else 404), address
        assert "root:" not in response.text


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "localhost:80@evil.example", "localhost,evil",
     "localhost/evil", "[::1", "::1", "127.0.0.1.", "0", "localhost:99999999", "local host", "loc\xe9",
     "\"><script>", "localhost:-1", "LOCALHOST:x", "a" * 5000, "..", "[::1]evil", "127.1"],
)  # fmt: skip
def test_a_host_that_is_not_ours_gets_no_page(small, host):
    for path in ("/", "/watch/hostile0000", "/static/js/main.js", "/note/note", "/missing"):
        response = check_answer(small.get(path, headers={"Host": host}))
        response.close()
        assert response.status_code == 400 or host == "localhost:99999999", (path, host)
        assert "evil" not in response.text


@pytest.mark.parametrize("method", "POST PUT PATCH DELETE TRACE CONNECT PROPFIND OPTIONS".split())
def test_nothing_can_be_written(small, method):
    for path in (
        "/",
        "/watch/hostile0000",
        "/note/note",
        "/media/x",
        "/healthz",
        "/static/js/main.js",
    ):
        response = check_answer(small.open(path, method=method, data=b"\xff" * 100))
        assert response.status_code == (200 if method == "OPTIONS" else 405)


RAW = [
    b"GET /%s HTTP/1.1\r\nHost: localhost\r\n" % path
    for path in (b"\xff\xfe", b"%", b"%zz", b"note/%ed%a0%80", b"note/\xed\xa0\x80", b"note/%00", b"/evil.example/..",
                 b"\\evil.example", b"watch/%0d%0aSet-Cookie:x", b"?q=\xff", b"?%ff=%ff&%=", b"note/../../etc/passwd",
                 b"static/..%2f..%2frun.py", b"static/%2e%2e/run.py", b"static/....//run.py", b"x" * 60000)
] + [
    b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n",
    b"GET //evil.example/watch/ HTTP/1.1\r\nHost: localhost\r\n",
    b"GET / HTTP/1.0\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: \xff;q=x\r\nRange: bytes=-\r\nIf-None-Match: \"\r\nIf-Modified-Since: x\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHX-Request: \xff\r\nHX-Current-URL: javascript:1\r\n",
    b"GET /?q=1 HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: javascript\r\n",
    b"HEAD /note/n HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n",
]  # fmt: skip


def test_no_request_makes_the_server_fail(tmp_path, live_server: Callable[..., str]):
    (tmp_path / "n.md").write_text("---\nvideoId: hostile0001\n---\nsaid [0:01].")
    port = int(live_server(tmp_path).rpartition(":")[2])
    for request in RAW:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(request + b"Connection: close\r\n\r\n")
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        status = re.match(rb"HTTP/1\.[01] ([234]\d\d) ", answer)
        assert status, (request[:80], answer[:80])
        assert b"evil.example" not in answer.partition(b"\r\n\r\n")[0], request
        assert b"Traceback" not in answer
        assert b"Set-Cookie:x" not in answer.partition(b"\r\n\r\n")[0]


# One note that can't be read


def test_a_note_that_cannot_be_read_costs_that_note(tmp_path, monkeypatch, caplog):
    def fail_at_one(text: str, **options: bool) -> object:
        if "boom" in text:
            raise RecursionError("of a parser")
        return parse_note(text, **options)

    parse_note = viewer.library.reading.parse_note
    monkeypatch.setattr(viewer.library.reading, "parse_note", fail_at_one)
    (tmp_path / "good.md").write_text("---\nvideoId: hostile0001\n---\nsaid [0:01].")
    (tmp_path / "breaks.md").write_text("---\nvideoId: hostile0001\n---\nboom [0:01].")
    (tmp_path / "large.md").write_bytes(b"x" * (NOTE_LIMIT + 1))
    (tmp_path / "bytes.md").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "link.md").symlink_to("/etc/passwd")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "header.md").write_text("---\ntitle: [\n---\nsaid [0:01].")
    (tmp_path / "endless.md").write_text("---\ntitle: x\nsaid [0:01].")
    os.mkfifo(tmp_path / "pipe.md")
    client = make_client(tmp_path)
    home = check_answer(client.get("/")).text
    for name in ("breaks.md", "large.md", "link.md", "pipe.md"):
        assert f"<bdi>{name}</bdi>" in home
    assert "RecursionError" in caplog.text
    for slug in ("good", "bytes", "header", "endless"):
        response = check_answer(client.get(f"/note/{slug}", follow_redirects=True))
        assert response.status_code == 200, slug
    for slug in ("breaks", "large", "link", "pipe", "loop/good"):
        assert check_answer(client.get(f"/note/{slug}")).status_code == 404
