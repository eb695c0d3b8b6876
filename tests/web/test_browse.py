"""What can be browsed: the library, channels, topics, and what is near a video."""

import os
import re
from pathlib import Path

import pytest
from flask import Flask, before_render_template
from flask.testing import FlaskClient
from jinja2 import Template

import viewer
from tests.pages import HTMX, parse, texts
from tests.shelf import make_claims, make_note, write_library
from viewer.library.browse import Counts
from viewer.library.library import Library

BACK = {**HTMX, "HX-History-Restore-Request": "true"}
LAKES = "lakes_video"
ODD = "odd/na.me & #1?"

NOTES = {
    "geo/lake_sevan.md": make_note(
        "- It is large [0:05]\n- It is [[high_places | high]] [0:09]",
        title="Lake Sevan",
        videoId=LAKES,
    ),
    "geo/rivers.md": make_note(
        "\n".join(
            [
                "From: [[geo]]",
                "- One flows from [[lake_sevan | the lake]] [0:10]",
                "- Water is [[Fresh Water | fresh]] [0:20]",
                "- [[nowhere#at all | Nobody]] knows the source, nor [[#Top | this]] [0:30]",
                "- Both meet [[lake sevan]] and [[fresh_water]] [0:40]",
            ]
        ),
        title="Rivers",
        videoId="riversvideo",
    ),
    "geo/flood.md": make_note(
        "\n".join(f"- Flood {n} of [[fresh water]] [{n}:00]" for n in range(1, 13)),
        title="Floods",
        videoId="flood_video",
    ),
    "history/lake_sevan.md": make_note("Nothing is timed here.", title="A lake in history"),
    "history/alone.md": make_note("- Alone [0:01]", title="Alone", videoId="alone_video"),
    "odd/odd.md": make_note(
        f"From: [[{ODD}]]\n\n- Odd is [[fresh_water]] [0:03]", title="Odd", videoId="odd___video"
    ),
    "\u2068is.o\u2069/n.md": make_note("- So [0:01]", title="Isolated", videoId="isolate_vid"),
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_library(tmp_path_factory.mktemp("shelf"), NOTES)
    for age, name in enumerate(sorted(NOTES)):
        os.utime(folder / name, (1_700_000_000 - age * 100_000,) * 2)
    return folder


@pytest.fixture(scope="module")
def client(shelf: Path) -> FlaskClient:
    return viewer.create_app({"LIBRARY": shelf}).test_client()


def titles(soup):
    return texts(soup, ".card-title")


# The library


def test_the_library_says_what_it_holds_and_names_channels_and_topics(client):
    soup = parse(client.get("/"))
    assert texts(soup, "h1") == ["6 videos, 21 claims in 7 notes, 1 without a video"]
    channels = soup.select('.ways a[href^="/channel/"]')
    assert {a.get_text() for a in channels} >= {"geo", "history"}
    topics = texts(soup, '.ways a[href^="/topic/"]')
    assert topics[0].lower() == "fresh water"


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("claims", "Floods"),
        ("title", "Alone"),
        ("recent", "Floods"),
        ("", "Floods"),
        ("backwards", "Floods"),
    ],
)
def test_the_videos_are_in_the_order_that_is_asked_for(client, sort, first):
    soup = parse(client.get(f"/?sort={sort}"))
    assert titles(soup)[0] == first
    assert len(titles(soup)) == 6
    assert len(soup.select('.orders [aria-current="true"]')) == 1


def test_by_channel_each_has_a_heading_and_by_change_each_video_a_day(client):
    soup = parse(client.get("/?sort=channel"))
    assert "history" in texts(soup, ".cards-head")
    assert "12 claims" in texts(soup, ".card-facts"), "without the channel"
    days = texts(parse(client.get("/?sort=recent")), ".card-facts")
    assert days[0] == "geo · 12 claims · 14 Nov 2023"


@pytest.mark.parametrize(
    ("headers", "is_whole"),
    [({}, True), (HTMX, False), (BACK, True)],
    ids=["a browser", "htmx", "going back"],
)
def test_the_list_alone_comes_to_htmx(client, headers, is_whole):
    response = client.get("/?sort=title", headers=headers)
    soup = parse(response)
    assert bool(soup.title) is is_whole
    assert bool(soup.select(".ways")) is is_whole
    assert len(soup.select("#videos .card")) == 6
    assert "HX-Request" in response.headers["Vary"]


def test_the_next_page_goes_on_where_this_one_ends(client_of, tmp_path):
    notes = {
        f"{'ab'[n > 70]}/{n:03}.md": make_note(
            "- Said [0:09]", title=f"Talk {n:03}", videoId=f"video{n:06}"
        )
        for n in range(130)
    }
    client = client_of(write_library(tmp_path, notes))
    for sort in ("claims", "title", "channel", "recent"):
        seen, headings, address = [], [], f"/?sort={sort}"
        while address:
            soup = parse(client.get(address, headers=HTMX))
            seen += titles(soup)
            headings += texts(soup, ".cards-head")
            more = soup.select_one(".more a")
            address = more and more["hx-get"]
        assert sorted(seen) == [f"Talk {n:03}" for n in range(130)]
        assert headings == (["a", "b"] if sort == "channel" else [])
    whole = parse(client.get(parse(client.get("/?sort=channel")).select_one(".more a")["href"]))
    assert texts(whole, ".cards-head") == ["a", "b"], "a page of its own names its channel"


@pytest.mark.parametrize("after", ["x", "-1", "e30", "WzFd", "A" * 3000, "%00", "%F0"])
def test_a_place_in_the_library_that_is_none_is_no_error(client, after):
    assert len(titles(parse(client.get(f"/?after={after}")))) == 6


def test_the_reading_of_notes_is_told_until_it_ends(client, monkeypatch):
    monkeypatch.setattr(
        Library, "counts", lambda self: Counts(videos=1, alone=0, notes=2100, claims=9, unread=900)
    )
    pages = {"/topic/lake_sevan": 200, "/topic/gone": 404, "/channel/geo": 200, "/health": 200}
    for page, status in (pages | {"/": 200}).items():
        soup = parse(client.get(page), status)
        line = soup.select_one("#progress")
        assert line.get_text(strip=True) == "1,200 of 2,100 notes are read so far", page
    assert soup.select_one("progress")["value"] == "1200"
    again = client.get(line["hx-get"], headers=HTMX)
    assert parse(again).select_one("#progress")
    assert "HX-Refresh" not in again.headers
    monkeypatch.undo()
    done = client.get(line["hx-get"], headers=HTMX)
    assert done.headers["HX-Refresh"] == "true"
    assert parse(client.get("/")).select("#progress") == []


# Notes without a video


def test_notes_without_a_video_are_listed_apart(client):
    soup = parse(client.get("/"))
    assert "A lake in history" not in titles(soup)
    assert [a["href"] for a in soup.select("h1 a")] == ["/?sort=alone"]
    for page in ("/?sort=alone", "/channel/history?sort=alone"):
        soup = parse(client.get(page))
        assert titles(soup) == ["A lake in history"]
        assert texts(soup, '.orders [aria-current="true"]') == ["Notes without a video"]
    assert "alone" not in str(parse(client.get("/channel/geo")).select(".orders"))


def test_what_a_media_file_plays_for_is_a_video(client_of, tmp_path):
    notes = {
        "a/talk.md": make_note("- Said [0:09]", title="Talk"),
        "a/named.md": make_note("- Named [0:09]", title="Named", media="sound.ogg"),
        "a/thought.md": make_note("- Thought [0:09]", title="Thought"),
        "b/thought.md": make_note("Nothing.", title="Other thought"),
    }
    folder = write_library(tmp_path, notes)
    for name in ("talk.mp4", "sound.ogg"):
        (folder / "a" / name).touch()
    client = client_of(folder)
    soup = parse(client.get("/"))
    assert texts(soup, "h1") == ["2 videos, 3 claims in 4 notes, 2 without a video"]
    assert titles(soup) == ["Named", "Talk"]
    assert titles(parse(client.get("/?sort=alone"))) == ["Other thought", "Thought"]
    channel = parse(client.get("/channel/a"))
    assert texts(channel, ".facts")[0].startswith("2 videos and 1 note without a video, 3 claims")
    assert texts(parse(client.get("/channels")), ".names li") == ["a 2 videos", "b 1 note"]


def test_a_media_file_that_comes_later_makes_a_video(client_of, tmp_path):
    note = make_note("- Said [0:09]", title="Talk")
    folder = write_library(tmp_path, {"talk.md": note})
    client = client_of(folder, FRESH_FOR=0)
    assert texts(parse(client.get("/")), "h1") == ["1 claim in 1 note, 1 without a video"]
    assert titles(parse(client.get("/"))) == ["Talk"], "what there is shows without being asked for"
    (folder / "talk.mp3").touch()
    assert texts(parse(client.get("/")), "h1") == ["1 video, 1 claim in 1 note"]
    (folder / "talk.md").write_text(note.replace("Said", "Sung"))
    assert texts(parse(client.get("/")), "h1") == ["1 video, 1 claim in 1 note"]
    (folder / "talk.mp3").unlink()
    assert texts(parse(client.get("/")), "h1") == ["1 claim in 1 note, 1 without a video"]


# Channels


def test_the_channels_are_all_listed(client):
    soup = parse(client.get("/channels"))
    assert texts(soup, "h1") == ["4 channels"]
    assert "geo 3 videos" in texts(soup, ".names li")


def test_a_channel_names_its_topics(client):
    topics = texts(parse(client.get("/channel/geo")), ".ways li")
    assert topics[0].lower() == "fresh water 14 claims"
    assert "Lake Sevan 2 claims" not in topics, "two notes are called so"
    assert parse(client.get("/channel/history")).select(".ways") == []


def test_a_channel_shows_its_videos_in_two_ways(client):
    soup = parse(client.get("/channel/geo?sort=title"))
    assert titles(soup) == ["Floods", "Lake Sevan", "Rivers"]
    assert texts(soup, ".facts")[0].startswith("3 videos, 18 claims")
    assert texts(soup, ".orders a") == ["Most claims", "A–Z", "Recently changed"]
    assert soup.select_one(".orders a")["href"] == "/channel/geo"
    assert soup.select('.card-facts a[href^="/channel"]') == []
    assert parse(client.get("/channel/geo", headers=HTMX)).title is None


def test_a_channel_of_any_name_is_reached_from_its_videos(client):
    for key, title in (("odd___video", "Odd"), ("isolate_vid", "Isolated")):
        link = parse(client.get(f"/watch/{key}")).select_one('.about a[href^="/channel/"]')
        assert titles(parse(client.get(link["href"]))) == [title]


@pytest.mark.parametrize("name", ["gone", "geo/", "%00", "%E2%81%A8", "a" * 3000, "<b>", "GEO"])
def test_a_channel_that_is_none_is_told_in_words(client, name):
    page = parse(client.get(f"/channel/{name}"), 404)
    assert "No video here is from a channel called" in page.main.get_text()


# Topics


def test_a_topic_shows_its_claims_by_video_with_their_times(client):
    soup = parse(client.get("/topic/fresh_water"))
    assert texts(soup, "h1")[0].lower() == "fresh water"
    assert texts(soup, "header .facts") == ["15 claims in 3 videos"]
    assert texts(soup, ".topic-video h2") == ["Floods", "Rivers", "Odd"]
    floods, rivers, _ = soup.select(".topic-video")
    assert [a["href"].rpartition("t=")[2] for a in rivers.select(".found-claim")] == ["20", "40"]
    assert len(floods.select(".found-claim")) == 8
    address = rivers.select_one(".found-claim")["href"]
    opened = parse(client.get(address)).select_one('.moment[aria-current="true"]')
    assert "Water is fresh" in opened.get_text()


def test_the_other_claims_of_a_video_come_on_demand(client):
    more = parse(client.get("/topic/fresh_water")).select_one(".topic-more a")
    assert more.get_text() == "4 more claims in this video"
    for headers in ({}, HTMX):
        soup = parse(client.get(more["hx-get"], headers=headers))
        assert texts(soup, ".topic-video h2") == ["Floods"]
        assert len(soup.select(".found-claim")) == 12
        assert soup.select(".topic-more") == []


def test_a_topic_of_many_videos_comes_a_page_at_a_time(client_of, tmp_path):
    notes = {
        f"a/{n:02}.md": make_note(
            "\n".join(f"- On [[peace]] [0:{m:02}]" for m in range(1, 2 + n % 3)),
            title=f"Talk {n:02}",
            videoId=f"video{n:06}",
        )
        for n in range(45)
    }
    client = client_of(write_library(tmp_path, notes))
    seen, address = [], "/topic/peace"
    while address:
        soup = parse(client.get(address, headers=HTMX))
        seen += [(-len(s.select("li")), *texts(s, "h2")) for s in soup.select(".topic-video")]
        more = soup.select_one(".more a")
        address = more and more["hx-get"]
    assert len(seen) == 45
    assert seen == sorted(seen)


def test_notes_of_that_name_stand_above_the_claims(client):
    soup = parse(client.get("/topic/lake_sevan"))
    assert texts(soup, ".topic-notes h2") == ["Lake Sevan", "A lake in history"]
    assert soup.select_one(".topic-notes a")["href"] == "/note/geo/lake_sevan"
    assert texts(soup, ".quoted") == ["It is large", "It is high"]
    assert texts(soup, ".topic-video h2") == ["Rivers"]


def test_a_topic_that_only_a_note_is_called_by_shows_the_note(client):
    soup = parse(client.get("/topic/alone"))
    assert texts(soup, "h1, .topic-notes h2") == ["Alone"]
    assert soup.select_one('.topic-notes a[href="/note/history/alone"]')
    assert texts(soup, "header .facts") == ["No claim links here"]
    assert soup.select(".topic-video") == []


def test_a_name_as_a_link_writes_it_leads_to_its_topic(client):
    response = client.get("/topic/Fresh%20Water")
    assert (response.status_code, response.location) == (302, "/topic/fresh_water")


def test_what_only_a_channel_is_called_leads_there(client):
    answer = client.get("/topic/history")
    assert (answer.status_code, answer.location) == (302, "/channel/history")
    card = parse(client.get("/card/topic/history"))
    assert texts(card, "p") == ["history", "A channel: 1 video and 1 note without a video, 1 claim"]


def test_a_topic_called_like_a_channel_names_the_channel(client_of, tmp_path):
    note = make_note("- What [[Big talks]] say [0:09]", videoId=LAKES)
    client = client_of(write_library(tmp_path, {"big-talks/a.md": note}))
    soup = parse(client.get("/topic/big_talks"))
    assert texts(soup, "header .facts") == [
        "1 claim in 1 video",
        "big-talks is a channel too, with 1 video",
    ]
    assert soup.select_one('header a[href="/channel/big-talks"]')


def test_a_topic_is_called_like_the_note_of_its_name(client_of, tmp_path):
    notes = {
        "one.md": make_note("- On [[just_war]] and [[peace]] [0:09]", videoId=LAKES),
        "just_war.md": make_note("Words.", title="When is war just?"),
    }
    client = client_of(write_library(tmp_path, notes))
    assert texts(parse(client.get("/topic/just_war")), "h1") == ["When is war just?"]
    assert "When is war just? 1 claim" in texts(parse(client.get("/")), ".ways li")
    assert texts(parse(client.get("/topic/peace")), "h1") == ["peace"]


@pytest.mark.parametrize("name", ["fresh_watter", "a/b", "%00", "%E2%81%A8", "z" * 3000, "<b>"])
def test_a_topic_that_is_none_is_told_in_words(client, name):
    soup = parse(client.get(f"/topic/{name}", follow_redirects=True), 404)
    assert "Nothing here is about" in soup.main.get_text()
    if name == "fresh_watter":
        assert soup.select_one('main a[href="/topic/fresh_water"]')


def test_a_video_that_is_none_leaves_a_topic_without_claims(client):
    for key in ("gone", "%00", "note/x", "alone_video"):
        page = parse(client.get(f"/topic/fresh_water?video={key}"))
        assert page.select(".topic-video") == []


# Links in notes


def test_links_lead_to_notes_and_else_to_topics(client):
    links = parse(client.get("/watch/riversvideo?tab=note")).select(".wikilink")
    assert [(a.get_text(), a.get("href"), "is-topic" in a["class"]) for a in links] == [
        ("the lake", "/note/geo/lake_sevan", False),
        ("fresh", "/topic/fresh_water", True),
        ("Nobody", "/topic/nowhere", True),
        ("this", None, False),
        ("lake sevan", "/note/geo/lake_sevan", False),
        ("fresh_water", "/topic/fresh_water", True),
    ]


def test_a_link_leads_to_a_note_as_soon_as_there_is_one(client_of, tmp_path):
    note = make_note("- About [[later]] [0:09]", videoId=LAKES)
    client = client_of(write_library(tmp_path, {"a.md": note}), FRESH_FOR=0)
    address = f"/watch/{LAKES}?tab=note"
    assert parse(client.get(address)).select_one(".wikilink")["href"] == "/topic/later"
    write_library(tmp_path, {"later.md": make_note("Here it is.", title="Later")})
    assert parse(client.get(address)).select_one(".wikilink")["href"] == "/note/later"


def test_a_card_tells_what_a_link_leads_to(client):
    note = parse(client.get("/card/note/geo/lake_sevan"))
    assert texts(note, "p") == ["Lake Sevan", "geo · 2 claims", "It is large"]
    topic = parse(client.get("/card/topic/fresh_water"))
    facts = texts(topic, "p")
    assert facts[1:] == [
        "No note, 15 claims in 3 videos",
        "Flood 1 of fresh water",
        "Water is fresh",
    ]
    assert topic.select("a") == [], "a card has no stops for the keyboard"


@pytest.mark.parametrize("path", ["note/gone", "topic/gone", "topic/%00", "note/%00", "video/x"])
def test_a_card_of_nothing_is_none(client, path):
    assert client.get(f"/card/{path}").status_code == 404


# More on this


def test_more_on_a_video_is_other_videos_with_its_topics(client):
    soup = parse(client.get("/watch/riversvideo"))
    lazy = soup.select_one("#more")
    assert lazy["hx-get"] == soup.select_one(".more-link")["href"] == "/more/riversvideo"
    for headers, is_whole in (({}, True), (HTMX, False)):
        more = parse(client.get(lazy["hx-get"], headers=headers))
        assert bool(more.title) is is_whole
        assert set(texts(more, ".more-videos a[dir]")) == {"Floods", "Odd"}
        assert "/topic/fresh_water" in [a["href"] for a in more.select(".names a")]


def test_where_nothing_is_related_the_page_says_so_and_the_part_is_empty(client):
    assert "No other video" in parse(client.get("/more/alone_video")).main.get_text()
    part = parse(client.get("/more/alone_video", headers=HTMX))
    assert part.select_one("#more").get_text(strip=True) == ""


@pytest.mark.parametrize("key", ["gone", "note/gone", "%00", "a" * 3000])
def test_there_is_no_more_on_what_is_not_there(client, key):
    assert client.get(f"/more/{key}").status_code == 404


# Many notes of one video


def test_many_notes_are_a_list_that_opens(client_of, tmp_path):
    notes = {
        f"n{n:02}.md": make_note(make_claims(3), title=f"Note {n:02}", videoId=LAKES)
        for n in range(15)
    }
    client = client_of(write_library(tmp_path, notes))
    soup = parse(client.get(f"/watch/{LAKES}"))
    assert texts(soup, ".choose-count") == ["15 notes"]
    assert soup.select_one("#choice-sheet[popover]:not(.is-inline)")
    chosen = soup.select("#choices .choice")[3]
    part = parse(client.get(chosen["hx-get"], headers=HTMX))
    assert texts(part, ".choose-count") == ["1 of 15 notes"]
    assert texts(part, '.choice[aria-current="true"]') == ["Note 03"]
    assert part.select_one('.choice[aria-current="true"]')["id"] == chosen["id"]


# Caches


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?sort=title",
        "/channels",
        "/channel/geo",
        "/topic/fresh_water",
        "/more/riversvideo",
        "/card/note/geo/lake_sevan",
        "/watch/riversvideo",
        "/watch/riversvideo?tab=note",
        "/note/history/lake_sevan",
    ],
)
def test_what_the_reader_has_already_is_not_made_again(client, path):
    made = []

    def note(_: Flask, template: Template, **context: object) -> None:
        made.append(template.name)

    with before_render_template.connected_to(note, client.application):
        tag = client.get(path).headers["ETag"]
        assert made
        made.clear()
        response = client.get(path, headers={"If-None-Match": tag})
    assert (response.status_code, response.data, made) == (304, b"", [])


def test_an_edit_makes_every_page_new(client_of, tmp_path):
    note = make_note("- On [[peace]] [0:09]", title="Talk", videoId=LAKES)
    client: FlaskClient = client_of(write_library(tmp_path, {"a/n.md": note}), FRESH_FOR=0)
    pages = ["/", "/channel/a", "/topic/peace", f"/watch/{LAKES}", "/channels"]
    tags = {page: client.get(page).headers["ETag"] for page in pages}
    write_library(tmp_path, {"a/n.md": re.sub("- On", "- And [0:05]\n- On", note)})
    for page, tag in tags.items():
        response = client.get(page, headers={"If-None-Match": tag})
        assert response.status_code == 200, page
        if page == "/":
            assert texts(parse(response), "h1") == ["1 video, 2 claims in 1 note"]
