"""Who may change something: one for all views that write."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from viewer.web.errors import init_errors
from viewer.web.security import BODY_LIMIT, init_security
from viewer.web.writing import is_for_owner, require_owner


def client(**config: object) -> FlaskClient:
    app = Flask("sample")
    app.config.update(config)
    init_security(app)
    init_errors(app)

    @app.post("/write")
    def write() -> str:
        require_owner()
        return "written"

    @app.get("/owner")
    def owner() -> str:
        return str(is_for_owner())

    return app.test_client()


def post(of: FlaskClient, headers: dict[str, str], **more: object) -> int:
    known = {"data": {"a": "b"}, "base_url": "http://localhost:5000"}
    return of.post("/write", headers=headers, **{**known, **more}).status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 200, id="a page of ours"),
        pytest.param({"Sec-Fetch-Site": "none"}, 200, id="the address bar"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="another port of this machine"),
        pytest.param({"Sec-Fetch-Site": ""}, 403, id="says nothing"),
        pytest.param({"Origin": "http://localhost:5000"}, 200, id="an older browser"),
        pytest.param({"Origin": "http://localhost:5001"}, 403, id="an older one, another port"),
        pytest.param({"Origin": "https://localhost:5000"}, 403, id="another scheme"),
        pytest.param({"Origin": "null"}, 403, id="an opaque origin"),
        pytest.param({}, 403, id="no browser"),
        pytest.param(
            {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:5000"},
            403,
            id="the newer header decides",
        ),
    ],
)
def test_only_pages_of_ours_may_write(headers, status):
    assert post(client(), headers) == status


OURS = {"Sec-Fetch-Site": "same-origin"}


def test_others_than_the_owner_are_told_so():
    public = client(PUBLIC_URL="http://localhost:5000")
    answer = public.post("/write", headers=OURS, data={"a": "b"})
    assert answer.status_code == 403
    assert "This server shows its library to others; it changes nothing for them." in answer.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("127.0.0.1", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("192.0.2.7", 403),
        ("::ffff:192.0.2.7", 403),
        ("", 403),
        ("unix:", 403),
    ],
)
def test_only_this_machine_may_write(address, status):
    environ = {"REMOTE_ADDR": address}
    assert post(client(), OURS, environ_base=environ) == status
    assert client().get("/owner", environ_base=environ).text == str(status == 200)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""]
)
def test_other_content_is_not_taken(kind):
    headers = {**OURS, "Content-Type": kind}
    assert post(client(), headers, data=b"a=b") == 415


def test_a_body_has_a_bound():
    assert post(client(), OURS, data={"a": "b" * BODY_LIMIT}) == 413


def test_a_public_server_is_nobodys():
    public = client(PUBLIC_URL="http://localhost")
    assert public.get("/owner").text == "False"
    assert client().get("/write").status_code == 405
