"""What the server answers, page by page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.pages import HTMX, parse, texts
from tests.shelf import TALK, make_claims, make_note, write_library, write_shelf

BACK = {**HTMX, "HX-History-Restore-Request": "true"}
WATCH = f"/watch/{TALK}"
SOUND = "/media/sound_video"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture
def client(client_of: Callable[..., FlaskClient], shelf: Path) -> FlaskClient:
    return client_of(shelf)


# A video


@pytest.mark.parametrize(
    ("headers", "is_whole"),
    [({}, True), (HTMX, False), (BACK, True)],
    ids=["browser", "htmx", "back"],
)
def test_a_video_answers_htmx_with_its_timeline_strip_and_notes(client, headers, is_whole):
    response = client.get(f"{WATCH}?note=borders/ceasefire", headers=headers)
    soup = parse(response)
    assert bool(soup.title) is is_whole
    assert len(soup.select("#timeline .moment")) == 2
    assert len(soup.select("#strip-drawing")) == 1
    assert len(soup.select("#notes")) == 1
    out_of_band = {tag["id"] for tag in soup.select("[hx-swap-oob]")}
    others = {"choices", "choose", "strip-drawing", "notes", "live"}
    assert out_of_band == (set() if is_whole else others)
    assert "HX-Request" in response.headers["Vary"]


def test_the_notes_alone_come_to_htmx(client):
    soup = parse(client.get(f"{WATCH}?tab=note", headers=HTMX))
    assert [child["id"] for child in soup.body.find_all(recursive=False)] == ["notes"]
    assert texts(soup, "article h2") == ["Notes on the ceasefire", "Karabakh in an hour"]


def test_the_note_is_in_the_page_that_shows_it(client):
    soup = parse(client.get(f"{WATCH}?tab=note"))
    assert len({piece["data-claim"] for piece in soup.select("#notes .claim")}) == 10
    assert soup.select_one('[data-view="timeline"]').has_attr("hidden")
    assert not soup.select_one('[data-view="note"]').has_attr("hidden")
    assert texts(soup, '.tabs [aria-current="page"]') == ["Notes"]


def test_rows_name_their_claim_second_end_and_note(client):
    soup = parse(client.get(f"{WATCH}?t=5"))
    rows = soup.select("#timeline [data-claim][data-start][data-end]")
    spans = [(row["data-start"], row["data-end"]) for row in rows]
    assert spans[:5] == [("1", "3"), ("3", "5"), ("5", "7"), ("5", "7"), ("7", "20")]
    assert spans[-1] == ("405", "")
    assert texts(rows[0], ".origin") == ["Karabakh in an hour"]
    assert texts(soup, ".chapter") == ["Autonomy", "War"]
    marked = soup.select('.moment[aria-current="true"]')
    assert [row["data-start"] for row in marked] == ["5"]


def test_a_video_with_one_note_does_not_name_it_at_every_row(client):
    assert parse(client.get("/watch/rivers_long")).select(".origin, .choices") == []


def test_the_rows_of_a_long_video_come_by_the_thousand(client_of, tmp_path):
    note = make_note(make_claims(2500, 2), videoId=TALK)
    client = client_of(write_library(tmp_path, {"long.md": note}))
    first = parse(client.get(WATCH)).select_one(".more a")
    assert first["href"] == f"{WATCH}?from=1000"
    later = parse(client.get(first["hx-get"], headers=HTMX))
    assert later.find(class_="moment")["data-start"] == "2002"
    assert texts(later, ".more a") == ["Show later claims"]
    last = parse(client.get(later.select_one(".more a")["hx-get"], headers=HTMX))
    assert len(last.select(".moment")) == 500
    assert last.select(".more") == []
    middle = parse(client.get(f"{WATCH}?t=3000"))
    assert texts(middle, ".more a") == ["Show earlier claims", "Show later claims"]
    assert middle.select_one('[aria-current="true"].moment')["data-start"] == "3000"


def test_choosing_all_but_one_of_two_notes_links_back_to_both(client):
    soup = parse(client.get(f"{WATCH}?note=borders/ceasefire"))
    links = {text: a["href"] for a in soup.select(".choice") for text in [a.get_text()]}
    assert links == {
        "All 2 notes": WATCH,
        "Notes on the ceasefire": WATCH,
        "Karabakh in an hour": f"{WATCH}?note=borders/ceasefire&note=borders/karabakh",
    }


@pytest.mark.parametrize("note", ["gone", "", "rivers/rivers"])
def test_a_filter_by_a_note_that_is_not_of_the_video_shows_all(client, note):
    assert len(parse(client.get(f"{WATCH}?note={note}")).select(".moment")) == 10


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("79", "79.0"),
        ("1m19s", "79.0"),
        ("1:19", "79.0"),
        ("0:01:19.5", "79.5"),
        ("10,20", "10.0"),
        (",20", "0.0"),
        ("soon", None),
        ("9" * 99, None),
        ("-5", None),
        ("20,10", None),
    ],
)
def test_a_time_opens_or_is_told_to_be_none(client, written, start):
    soup = parse(client.get(f"{WATCH}?t={written}"))
    assert soup.select_one(".watch").get("data-start") == start
    assert bool(soup.select(".notice")) is (start is None)


# Notes


def test_a_note_leads_to_its_video_and_keeps_the_query(client):
    response = client.get("/note/borders/karabakh?t=79&tab=note")
    assert response.status_code == 302
    assert response.location == f"{WATCH}?t=79&tab=note&note=borders/karabakh"


def test_a_note_without_video_is_a_page(client):
    soup = parse(client.get("/note/borders/essay"))
    assert soup.title.get_text() == "An essay · Claimline"
    assert soup.select(".player") == []
    clock = parse(client.get("/note/borders/clockwork"))
    assert len(clock.select(".moment")) == 2
    assert clock.select(".poster") == []


# Nothing there


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/watch/aaaaaaaaaaa", "no note here is about the video 'aaaaaaaaaaa'"),
        ("/watch/short", "'short' is no video id"),
        ("/watch/https%3A%2F%2Fyoutu.be", "There is no page"),
        ("/note/gone", "there is no note 'gone' here"),
        ("/note/../../etc/passwd", "There is no"),
        ("/media/aaaaaaaaaaa", "no note here is about the video"),
        (f"/media/{TALK}", "No media file stands beside the notes"),
        ("/nowhere", "There is no page at this address"),
    ],
)
def test_what_is_not_there_is_told_in_words(client, address, words):
    soup = parse(client.get(address), 404)
    assert words.lower() in soup.select_one("main").get_text().lower()
    assert soup.select_one('a[href="/"].button')


# Media


def test_a_media_file_is_sent_whole_or_in_ranges(client):
    with client.get(SOUND) as whole:
        assert whole.status_code == 200
        assert whole.mimetype == "audio/wav"
        assert whole.headers["Accept-Ranges"] == "bytes"
        data = whole.data
    with client.get(SOUND, headers={"Range": "bytes=100-199"}) as part:
        assert part.status_code == 206
        assert part.headers["Content-Range"] == f"bytes 100-199/{len(data)}"
        assert part.data == data[100:200]
    with client.get(SOUND, headers={"Range": "bytes=-50"}) as tail:
        assert (tail.status_code, tail.data) == (206, data[-50:])


def test_a_range_beyond_the_file_cannot_be_had(client):
    response = client.get(SOUND, headers={"Range": "bytes=99999999-"})
    assert response.status_code == 416
    assert response.headers["Content-Range"].startswith("bytes */")


def test_a_media_file_is_asked_about_without_its_content(client):
    with client.head(SOUND) as response:
        assert (response.status_code, response.data) == (200, b"")
        assert response.content_length > 160_000


def test_a_media_file_plays_in_place_of_the_poster(client):
    soup = parse(client.get("/watch/sound_video?t=4"))
    assert soup.select_one("audio[controls]")["src"] == f"{SOUND}#t=4.0"
    assert soup.select(".poster") == []


def test_a_media_file_can_be_named_in_the_note(client_of, shelf, tmp_path):
    write_library(tmp_path, {"n.md": make_note("- Said [0:02]", videoId=TALK, media="take.wav")})
    (tmp_path / "take.wav").write_bytes((shelf / "sound" / "tone.wav").read_bytes())
    with client_of(tmp_path).get(f"/media/{TALK}") as response:
        assert response.mimetype == "audio/wav"


# Health


def test_the_server_says_that_it_is_well_and_how_many_notes_it_has(client):
    response = client.get("/healthz")
    assert response.json == {"status": "ok", "notes": 9, "unread": 0}
