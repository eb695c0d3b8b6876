"""What a visitor sees of an error: a page in words, and nothing of the server's insides."""

import logging
from pathlib import Path

import pytest
from flask import Flask, Response, abort, redirect
from flask.testing import FlaskClient

from tests.pages import parse
from viewer.errors import (
    FrontMatterError,
    LibraryError,
    NoteError,
    NotFoundError,
    TranscriptError,
    ViewerError,
)
from viewer.web.errors import init_errors

ERROR_PAGE = (
    "<title>{{ status }}</title><h1>{{ title }}</h1><p>{{ message }}</p><p>{{ advice }}</p>"
)
MISSING = "There is no page at this address; it may have been renamed or removed."
FAILED = "The server failed at this, and the fault is not yours."


def make_client(folder: Path, error: Exception, *, page: str = ERROR_PAGE) -> FlaskClient:
    """Return a client of an app that raises `error` at `/` and `/api/v1/`."""
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / "error.html").write_text(page)
    app = Flask("sample", root_path=str(folder))
    init_errors(app)

    @app.get("/")
    @app.get("/api/v1/")
    def fail() -> str:
        raise error

    return app.test_client()


def http_error(*args: object) -> Exception:
    """Return what `abort` raises."""
    with pytest.raises(Exception) as raised:  # noqa: PT011
        abort(*args)
    return raised.value


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        pytest.param(
            NoteError("armenia.md:14: no"), 422, "armenia.md:14: no", id="a note, in its own words"
        ),
        pytest.param(
            FrontMatterError("armenia.md:1: no"), 422, "armenia.md:1: no", id="its header"
        ),
        pytest.param(TranscriptError("no captions"), 404, "No captions", id="captions"),
        pytest.param(NotFoundError("no note 'a'"), 404, "No note 'a'", id="not in the library"),
        pytest.param(LibraryError("/home/me: no"), 404, MISSING, id="a file"),
        pytest.param(ViewerError("/home/me: no"), 500, FAILED, id="anything else of ours"),
        pytest.param(RuntimeError("/home/me"), 500, FAILED, id="anything unexpected"),
        pytest.param(http_error(404), 404, MISSING, id="abort with a status"),
        pytest.param(
            http_error(404, "No <b>note</b> is called ‘a’."),
            404,
            "No <b>note</b> is called ‘a’.",
            id="abort with words",
        ),
        pytest.param(http_error(504), 504, FAILED, id="a status without words of its own"),
        pytest.param(
            http_error(418),
            418,
            "Something in the address, or in what was sent with it, is missing or wrong.",
            id="a request at fault",
        ),
    ],
)
def test_an_error_has_its_status_and_is_put_in_words(tmp_path, error, status, message):
    client = make_client(tmp_path, error)
    page = client.get("/")
    soup = parse(page, status)
    assert page.content_type == "text/html; charset=utf-8"
    assert soup.select_one("title").text == str(status)
    assert soup.select_one("p").text == message
    assert "/home/me" not in page.text

    program = client.get("/api/v1/")
    assert (program.status_code, program.content_type) == (status, "application/json")
    assert program.json == {
        "error": {
            "status": status,
            "title": soup.select_one("h1").text,
            "message": message,
            "advice": soup.select("p")[1].text,
        }
    }


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        pytest.param("/missing", None, "text/html", id="nothing said"),
        pytest.param("/missing", "*/*", "text/html", id="anything"),
        pytest.param("/missing", "text/html,*/*;q=0.8", "text/html", id="a browser"),
        pytest.param("/missing", "text/html;q=0.5,application/json", "application/json", id="JSON"),
        pytest.param("/missing", "image/png", "text/html", id="neither"),
        pytest.param("/missing", ";;,=\xff", "text/html", id="nonsense"),
        pytest.param("/api/missing", "text/html", "application/json", id="the API"),
        pytest.param("/apiary", None, "text/html", id="a page that begins alike"),
    ],
)
def test_people_get_a_page_and_programs_get_json(tmp_path, path, accept, kind):
    headers = {} if accept is None else {"Accept": accept}
    response = make_client(tmp_path, RuntimeError()).get(path, headers=headers)
    assert (response.status_code, response.mimetype) == (404, kind)
    assert "Accept" in response.vary


def test_an_unexpected_failure_is_in_the_log_and_not_on_the_page(tmp_path, caplog):
    try:
        raise KeyError("secret of /home/me/notes")
    except KeyError as error:
        response = make_client(tmp_path, error).get("/")
    assert response.status_code == 500
    for told in ("secret", "Traceback", "KeyError", "Werkzeug", str(tmp_path)):
        assert told not in response.text + str(response.headers)
    assert "secret of /home/me/notes" in caplog.text


def test_a_library_error_is_in_the_log(tmp_path, caplog):
    make_client(tmp_path, LibraryError("/home/me/notes: is not there")).get("/")
    assert caplog.record_tuples == [("sample", logging.ERROR, "/home/me/notes: is not there")]


@pytest.mark.parametrize(
    ("error", "page"),
    [
        pytest.param(RuntimeError(), "{{ url_for('nowhere') }}", id="a link to no page"),
        pytest.param(RuntimeError(), "{% broken", id="a broken template"),
        pytest.param(NotFoundError("caf\udce9.md"), "{{ message }}", id="text that is no UTF-8"),
    ],
)
def test_an_error_page_that_fails_is_replaced_by_plain_text(tmp_path, caplog, error, page):
    response = make_client(tmp_path, error, page=page).get("/")
    assert response.status_code == (404 if isinstance(error, ViewerError) else 500)
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text.count("\n") == 4
    assert "error.html can't be rendered" in caplog.text


def test_text_that_is_no_utf8_does_not_break_json(tmp_path):
    response = make_client(tmp_path, NotFoundError("caf\udce9.md")).get("/api/v1/")
    assert response.status_code == 404


def test_a_wrong_method_is_told_the_right_ones(tmp_path):
    response = make_client(tmp_path, RuntimeError()).post("/")
    assert response.status_code == 405
    assert set(response.allow) == {"GET", "HEAD", "OPTIONS"}
    assert response.content_type == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(http_error(redirect("/there")), id="abort with a redirection"),
        pytest.param(http_error(Response("as it is", 409)), id="abort with an answer"),
    ],
)
def test_an_answer_raised_as_an_error_stays_as_it_is(tmp_path, error):
    response = make_client(tmp_path, error).get("/")
    assert response.status_code == error.response.status_code
    assert response.data == error.response.data
