"""What caches keep of a page, and the short answer to those who have it."""

from pathlib import Path

import pytest
from flask import Flask, Response, abort, jsonify, redirect
from flask.testing import FlaskClient

import viewer
from tests.pages import HTMX
from viewer.web.caching import not_modified
from viewer.web.htmx import render_page

KEPT = "public, max-age=0, must-revalidate"


class Shelf:
    """An app with pages of every kind, which counts how often one is rendered."""

    def __init__(self, folder: Path, **config: object) -> None:
        self.generation = 1
        self.rendered = 0
        self.app = viewer.create_app({"LIBRARY": folder, **config})
        self.add_pages(self.app)

    def add_pages(self, app: Flask) -> None:
        @app.get("/page")
        def page() -> Response:
            if fresh := not_modified("page", self.generation):
                return fresh
            self.rendered += 1
            return render_page(
                "error.html", partial="error.html", status=200, title="", message="", advice=""
            )

        @app.get("/api/v1/fact")
        def fact() -> Response:
            return not_modified(self.generation) or jsonify(fact=1)

        @app.get("/plain")
        def plain() -> str:
            return f"generation {self.generation}"

        @app.get("/away")
        def away() -> Response:
            return not_modified("away") or redirect("/page")

        @app.get("/lost")
        def lost() -> Response:
            return not_modified("lost") or abort(404)

        @app.get("/own")
        def own() -> tuple[str, dict[str, str]]:
            return "own", {"Cache-Control": "no-store"}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def client(shelf: Shelf) -> FlaskClient:
    return shelf.app.test_client()


def tag_of(client: FlaskClient, path: str = "/page", **headers: str) -> str:
    return client.get(path, headers=headers).headers["ETag"]


@pytest.mark.parametrize("path", ["/", "/page", "/plain", "/api/v1/fact", "/health", "/healthz"])
def test_a_page_may_be_kept_but_is_asked_for_each_time(client, path):
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == KEPT
    assert answer.headers["ETag"].startswith('W/"')
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for name in ("Cache-Control", "ETag", "Content-Security-Policy"):
        assert again.headers[name] == answer.headers[name]
    assert again.headers.get("Vary") == answer.headers.get("Vary")


def test_what_the_reader_has_is_not_rendered_again(client, shelf):
    tag = tag_of(client)
    for method in ("GET", "HEAD"):
        answer = client.open("/page", method=method, headers={"If-None-Match": f'"x", {tag}'})
        assert answer.status_code == 304
    assert shelf.rendered == 1


def test_a_change_is_rendered(client, shelf):
    tag = tag_of(client)
    shelf.generation += 1
    answer = client.get("/page", headers={"If-None-Match": tag})
    assert (answer.status_code, shelf.rendered) == (200, 2)
    assert answer.headers["ETag"] != tag


def test_the_part_for_htmx_is_another_than_the_page(client):
    whole, part = tag_of(client), tag_of(client, **HTMX)
    back = tag_of(client, **HTMX, **{"HX-History-Restore-Request": "true"})
    assert (whole != part, back == whole) == (True, True)
    answer = client.get("/page", headers={"If-None-Match": whole, **HTMX})
    assert (answer.status_code, answer.headers["Vary"]) == (200, "HX-Request")


def test_another_program_or_setting_makes_another_page(tmp_path, client, monkeypatch):
    tag = tag_of(client)
    assert tag_of(Shelf(tmp_path).app.test_client()) == tag
    public = Shelf(tmp_path, PUBLIC_URL="https://notes.example.org")
    assert tag_of(public.app.test_client()) != tag
    other = Shelf(tmp_path)
    other.app.extensions["build"] = "edited"
    assert tag_of(other.app.test_client()) != tag


def test_the_parts_do_not_run_into_each_other(shelf):
    tags = set()
    for parts in (("a", "b"), ("ab",), ("a", "b", ""), (1,), ("1",), ("\udce9",)):
        with shelf.app.test_request_context("/"):
            not_modified(*parts)
            tags.add(shelf.app.process_response(Response("")).headers["ETag"])
    assert len(tags) == 6


@pytest.mark.parametrize(("path", "status"), [("/away", 302), ("/lost", 404), ("/missing", 404)])
def test_what_is_no_page_has_no_tag_and_is_not_kept(client, path, status):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-cache")
    assert "ETag" not in answer.headers


def test_a_page_may_say_otherwise(client):
    assert client.get("/own").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("header", ['"', "W/", "\xff", '"a', ",,,", "x" * 5000])
def test_a_tag_that_is_none_is_no_fault(client, header):
    assert client.get("/page", headers={"If-None-Match": header}).status_code == 200


def test_nothing_is_kept_while_templates_change(client, shelf):
    tag = tag_of(client)
    shelf.app.debug = True
    assert client.get("/page", headers={"If-None-Match": tag}).status_code == 200
