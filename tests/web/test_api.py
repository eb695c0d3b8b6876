"""What programs are answered."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.shelf import TALK, make_note, write_library, write_shelf
from tests.web.test_security import HEADERS
from viewer import create_app
from viewer.export.formats import FORMATS
from viewer.web.export import select_notes

BISHKEK = "The ceasefire was signed in Bishkek"
JSON_POLICY = "default-src 'none'"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def client(shelf: Path) -> FlaskClient:
    return create_app({"LIBRARY": shelf}).test_client()


def search(client, query):
    response = client.get(f"/api/v1/search?{query}")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    return response.json


# Search


def test_a_claim_is_found_with_all_that_tells_where_it_is(client):
    found = search(client, "q=ceasefire+bishkek")
    claim_id = found["claims"][0]["id"]
    assert found == {
        "query": "ceasefire bishkek",
        "total": 1,
        "is_total_exact": True,
        "claims": [
            {
                "video": TALK,
                "video_title": "Notes on the ceasefire",
                "channel": "Borders explained",
                "note": "borders/karabakh",
                "id": claim_id,
                "start": 79,
                "text": BISHKEK,
                "marks": [[4, 13], [28, 35]],
                "url": f"/watch/{TALK}?claim={claim_id}&t=79",
            }
        ],
        "after": None,
    }
    assert [BISHKEK[begin:end] for begin, end in found["claims"][0]["marks"]] == [
        "ceasefire",
        "Bishkek",
    ]


def test_a_claim_of_a_note_without_video_has_no_video(client):
    claim = search(client, "q=%22the+second%22")["claims"][0]
    assert (claim["video"], claim["note"]) == (None, "borders/clockwork")
    assert claim["url"] == f"/note/borders/clockwork?claim={claim['id']}&t=4"
    assert client.get(claim["url"]).status_code == 200


def test_the_address_is_whole_where_the_server_has_a_public_one(shelf):
    client = create_app({"LIBRARY": shelf, "PUBLIC_URL": "https://notes.example"}).test_client()
    url = search(client, "q=bishkek")["claims"][0]["url"]
    assert url.startswith(f"https://notes.example/watch/{TALK}?claim=")


def test_the_cursor_leads_through_everything(client):
    texts, after = [], ""
    while after is not None:
        found = search(client, f"q=river&sort=time&limit=40&after={after}")
        assert found["total"] == 100
        texts += [claim["text"] for claim in found["claims"]]
        after = found["after"]
    assert texts == [f"River number {number}" for number in range(1, 101)]


@pytest.mark.parametrize(
    ("limit", "count"),
    [
        ("", 30),
        ("1", 1),
        ("0", 1),
        ("100", 100),
        ("101", 100),
        ("9" * 5000, 30),
        ("-5", 30),
        ("٣", 30),
    ],
)
def test_the_limit_is_kept_within_bounds(client, limit, count):
    assert len(search(client, f"q=river&limit={limit}")["claims"]) == count


def test_a_channel_narrows_the_search(client):
    found = search(client, "q=it&channel=sound")
    assert {claim["channel"] for claim in found["claims"]} == {"sound"}
    assert found["total"] == len(found["claims"]) == 4


@pytest.mark.parametrize("query", ["", "q=", "q=-war", "q=zzzzqqq", "q=%00%FF", "q=river&after=x"])
def test_what_finds_nothing_is_no_error(client, query):
    found = search(client, query)
    assert (found["total"] > 0) is (found["claims"] != []) is ("river" in query)


# Videos


def test_a_video_has_the_claims_that_are_exported(client):
    answer = client.get(f"/api/v1/videos/{TALK}").json
    video = select_notes(client.application.extensions["library"].video(TALK))
    lines = b"".join(FORMATS["jsonl"].encode([video])).decode().splitlines()
    assert (answer["video"], answer["title"]) == (TALK, "Notes on the ceasefire")
    assert answer["claims"] == [json.loads(line) for line in lines]
    assert len(answer["claims"]) == 10


def test_an_odd_name_of_a_file_is_given_as_it_is(client_of, tmp_path):
    note = make_note("- It is said [0:03]", videoId=TALK)
    try:
        write_library(tmp_path, {"caf\udce9.md": note})
    except OSError:
        pytest.skip("this file system has no such names")
    client = client_of(tmp_path)
    assert client.get(f"/api/v1/videos/{TALK}").json["claims"][0]["note"] == "caf\udce9.md"
    assert search(client, "q=said")["total"] == 1


# Errors, headers, caches


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("videos/unknown0000", 404),
        ("videos/short", 404),
        ("videos/..%2f..%2fetc", 404),
        ("videos/", 404),
        ("nothing", 404),
        ("search?q=" + "x" * 9000, 414),
    ],
)
def test_errors_are_json_in_words(client, path, status):
    response = client.get(f"/api/v1/{path}", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (status, "application/json")
    assert response.json["error"]["status"] == status
    assert response.json["error"]["advice"]
    assert response.headers["Content-Security-Policy"] == JSON_POLICY


@pytest.mark.parametrize("path", ["search?q=river", f"videos/{TALK}"])
def test_answers_are_for_this_site_and_may_be_kept(client, path):
    response = client.get(f"/api/v1/{path}", headers={"Origin": "https://evil.example"})
    assert response.headers["Content-Security-Policy"] == JSON_POLICY
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert not [name for name in dict(response.headers) if name.startswith("Access-Control")]
    again = client.get(f"/api/v1/{path}", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_nothing_can_be_written(client):
    for path in ("search", f"videos/{TALK}"):
        response = client.post(f"/api/v1/{path}")
        assert (response.status_code, response.mimetype) == (405, "application/json")
