"""One address answers htmx with a part of the page and everyone else with the whole."""

from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from tests.pages import HTMX
from viewer.web.htmx import render_page


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "search.html").write_text("<title>Search</title>{% include '_results.html' %}")
    (templates / "_results.html").write_text("<ol id=results><li>{{ hit }}</li></ol>")
    app = Flask("sample", root_path=str(tmp_path))

    @app.get("/search")
    def search() -> Response:
        return render_page("search.html", partial="_results.html", hit="<Armenia>")

    return app.test_client()


@pytest.mark.parametrize(
    ("headers", "is_whole"),
    [
        pytest.param({}, True, id="a browser"),
        pytest.param(HTMX, False, id="htmx"),
        pytest.param(HTMX | {"HX-History-Restore-Request": "true"}, True, id="going back"),
    ],
)
def test_htmx_gets_a_part_and_everyone_else_the_page(client, headers, is_whole):
    response = client.get("/search", headers=headers)
    assert ("<title>" in response.text) is is_whole
    assert "<ol id=results><li>&lt;Armenia&gt;</li></ol>" in response.text
    assert response.headers["Vary"] == "HX-Request"
