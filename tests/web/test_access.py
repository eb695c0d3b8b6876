"""The access log."""

import logging
import re
from pathlib import Path

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

import viewer
from viewer.web.access import AccessLog

LINE = re.compile(
    r'(?P<client>\S+) - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "(?P<request>[^"]*)" '
    r'(?P<status>\d{3}) (?P<size>\d+|-) "(?P<referrer>[^"]*)" "(?P<agent>[^"]*)" (?P<took>\d+)'
)


@pytest.fixture
def logged(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Return a function that makes a request and returns its line, taken apart."""
    caplog.set_level(logging.INFO, "claimline.access")
    app = AccessLog(viewer.create_app({"LIBRARY": tmp_path}))

    def request(
        path: str, *, method: str = "GET", headers: object = None, **environ: str | None
    ) -> dict[str, str]:
        made = EnvironBuilder(path, method=method, headers=headers).get_environ()
        made |= {"REMOTE_ADDR": "127.0.0.1", **environ}
        run_wsgi_app(app, made)
        (record,) = (record for record in caplog.records if record.name == "claimline.access")
        caplog.clear()
        found = LINE.fullmatch(record.getMessage())
        assert found, record.getMessage()
        return found.groupdict()

    return request


def test_a_request_is_a_line(logged):
    line = logged("/healthz?x=%C3%A9", headers={"User-Agent": "Mozilla/5.0 (X11)"})
    assert line.pop("took").isdigit()
    assert int(line.pop("size")) > 10
    assert line == {
        "client": "127.0.0.1",
        "request": "GET /healthz?x=%C3%A9 HTTP/1.1",
        "status": "200",
        "referrer": "-",
        "agent": "Mozilla/5.0 (X11)",
    }


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        pytest.param("/missing", "GET", {}, "404", id="not found"),
        pytest.param("/healthz", "POST", {}, "405", id="method"),
        pytest.param("/healthz", "HEAD", {}, "200", id="HEAD"),
        pytest.param("/healthz", "GET", {"Host": "evil.example"}, "400", id="foreign host"),
        pytest.param("/healthz", "GET", {"If-None-Match": "*"}, "304", id="not modified"),
    ],
)
def test_every_answer_is_logged(logged, path, method, headers, status):
    line = logged(path, method=method, headers=headers)
    assert (line["request"], line["status"]) == (f"{method} {path} HTTP/1.1", status)


def test_what_was_searched_for_elsewhere_is_left_out(logged):
    for referrer in ("https://x.example/find?q=ill", "https://x.example/find#ill?q=ill"):
        assert logged("/healthz", headers={"Referer": referrer})["referrer"] == (
            "https://x.example/find"
        )


@pytest.mark.parametrize("sign", ['"', "\\", "\x1b", "\x7f", "\x85", "\xff", "\t"])
def test_no_request_forges_a_line(logged, sign):
    names = ("REQUEST_URI", "HTTP_USER_AGENT", "HTTP_REFERER")
    line = logged("/healthz", **dict.fromkeys(names, f"a{sign}\nb"))
    escaped = f"a\\x{ord(sign):02x}\\x0ab"
    assert line["request"] == f"GET {escaped} HTTP/1.1"
    assert (line["agent"], line["referrer"]) == (escaped, escaped)


def test_a_line_has_an_end(logged):
    line = logged("/?q=" + "x" * 9000, headers={"User-Agent": "y" * 9000})
    assert (line["status"], len(line["request"]), len(line["agent"])) == ("414", 2000, 2000)


def test_a_server_that_does_not_tell_the_address_is_no_fault(logged):
    assert logged("/né?q=1", REQUEST_URI=None)["request"] == "GET /n%C3%A9?q=1 HTTP/1.1"


def test_an_app_that_fails_is_logged_too(caplog):
    def fail(environ, start_response):
        raise RuntimeError("broken")

    caplog.set_level(logging.INFO, "claimline.access")
    with pytest.raises(RuntimeError, match="broken"):
        AccessLog(fail)(EnvironBuilder("/").get_environ(), lambda *_: lambda _: None)
    assert '" 500 - "' in caplog.messages[0]
