"""A page that is open shows what its notes say now."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.sight import expect_following, expect_seen
from tests.captions import write_vtt
from tests.shelf import RIVERS, TALK, write_shelf

pytestmark = pytest.mark.expects_errors(
    "htmx:(afterRequest|sendError)", "ERR_(CONNECTION_REFUSED|FAILED)"
)  # at the server's end

GIVEN = "The region was given to Azerbaijan"
LIVELY = {"LIVE": True, "FRESH_FOR": 0.1}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return write_shelf(tmp_path)


def edit(notes: Path, before: str, after: str) -> None:
    for path in notes.rglob("*.md"):
        text = path.read_text("utf-8")
        if before in text:
            path.write_text(text.replace(before, after), "utf-8")
            return
    raise AssertionError(f"no note says {before!r}")


def test_an_edited_note_shows_and_the_video_goes_on(read, live_server, notes):
    reader = read(site=live_server(notes, **LIVELY))
    reader.play()
    frame = reader.page.locator("iframe").element_handle()
    edit(notes, GIVEN, "The province was handed over")
    expect(reader.row("The province was handed over")).to_have_count(1)
    expect(reader.row(GIVEN)).to_have_count(0)
    expect(reader.page.locator("#notes .claim").filter(has_text="handed over")).to_have_count(1)
    reader.expect_marked("The province was handed over")
    assert frame.evaluate("frame => frame.isConnected")
    assert len([a for a in reader.standin.requests if "/embed/" in a]) == 1


def test_what_a_reader_does_meanwhile_stays(read, live_server, notes):
    reader = read(f"/watch/{TALK}", site=live_server(notes, **LIVELY))
    reader.within.fill("parliament")
    expect(reader.page.locator(".hit")).to_have_count(1)
    edit(notes, GIVEN, "The province was handed over")
    expect(reader.row("The province was handed over")).to_have_count(1)
    expect(reader.within).to_have_value("parliament")
    expect(reader.within).to_be_focused()
    expect(reader.page.locator(".hit")).to_have_count(1)


LONG = f"/watch/{RIVERS}?t=150"
STILL = {"reduced_motion": "reduce"}
PLACES = """() => [...document.querySelectorAll("#timeline .moment")].map((row) =>
  [row.querySelector(".words").textContent, Math.round(row.getBoundingClientRect().top)])"""
"""The words of each row, and where it stands on the screen."""


def place_of(reader, words):
    return dict(reader.page.evaluate(PLACES))[words]


def insert_claim(notes: Path) -> None:
    """Write a claim of many words before all others of the long video."""
    first = "- River number 1 ["
    edit(notes, first, f"- A claim that comes {'late ' * 60}[0:01]\n{first}")


def test_questions_to_the_server_move_nothing(read, live_server, notes):
    reader = read(LONG, site=live_server(notes, **LIVELY), options=STILL)
    expect_seen(reader)
    reader.list.evaluate("list => { list.scrollTop = 0; }")
    expect_following(reader, False)
    for _ in range(2):
        with reader.page.expect_response("**since=*"):
            pass
    assert reader.list.evaluate("list => list.scrollTop") == 0
    expect_following(reader, False)


def test_an_edit_moves_nothing_for_who_is_followed(read, live_server, notes):
    reader = read(LONG, site=live_server(notes, **LIVELY), options=STILL)
    reader.click("River number 52")  # the focus is in the list
    reader.expect_marked("River number 52")
    expect_seen(reader)
    before = place_of(reader, "River number 52")
    insert_claim(notes)
    expect(reader.row("A claim that comes late")).to_have_count(1)
    expect_seen(reader)
    assert abs(place_of(reader, "River number 52") - before) <= 2
    expect_following(reader)


def test_an_edit_moves_nothing_for_who_reads_elsewhere(read, live_server, notes):
    reader = read(LONG, site=live_server(notes, **LIVELY), options=STILL)
    expect_seen(reader)
    reader.rows.nth(79).evaluate("row => row.scrollIntoView({ block: 'center' })")
    expect_following(reader, False)
    before = place_of(reader, "River number 80")
    insert_claim(notes)
    expect(reader.row("A claim that comes late")).to_have_count(1)
    reader.wait(lambda: abs(place_of(reader, "River number 80") - before) <= 2)
    expect_following(reader, False)


def test_a_transcript_that_comes_shows_in_the_open_tab_and_is_in_step(read, live_server, notes):
    reader = read(f"/watch/{TALK}?tab=transcript", site=live_server(notes, **LIVELY))
    expect(reader.page.locator("#transcript h2")).to_have_text(
        "There is no transcript of this video yet"
    )
    said = write_vtt((0, 3, "Good evening."), (3, 900, "We speak of the region."))
    (notes / f"{TALK}.en.vtt").write_text(said, "utf-8")
    cues = reader.page.locator("#transcript .cue")
    expect(cues).to_have_text(["Good evening.", "We speak of the region."])
    cues.last.click()
    expect(cues.last).to_have_attribute("aria-current", "true")


def test_a_note_that_comes_stands_among_the_choices(read, live_server, notes):
    reader = read(site=live_server(notes, **LIVELY))
    (notes / "late.md").write_text(
        f"---\ntitle: Late\nvideoId: {TALK}\n---\nIt came late [0:02].\n"
    )
    expect(reader.row("It came late")).to_have_count(1)
    expect(reader.page.locator("#choices").get_by_role("link", name="Late")).to_have_count(1)


def test_a_page_whose_notes_are_gone_keeps_what_they_said(read, live_server, notes):
    reader = read(site=live_server(notes, **LIVELY))
    expect(reader.page.locator("#notes article").first).to_be_attached()  # the prose has come
    count = reader.rows.count()
    assert count
    for path in notes.rglob("*.md"):
        if TALK in path.read_text("utf-8"):
            path.unlink()
    expect(reader.page.locator(".watch > .status")).to_contain_text("not in the folder any more")
    expect(reader.rows).to_have_count(count)


def test_a_page_without_a_server_asks_seldom_and_at_once_when_the_reader_returns(
    read, live_server, notes
):
    reader = read(site=live_server(notes, **LIVELY))
    expect(reader.page.locator("#notes article").first).to_be_attached()
    asked = []
    reader.page.route("**/*since=*", lambda route: asked.append(route.request.url) or route.abort())
    reader.wait(lambda: asked)
    reader.page.wait_for_timeout(3000)
    assert len(asked) == 1
    edit(notes, GIVEN, "The province was handed over")
    reader.page.evaluate("() => dispatchEvent(new Event('focus'))")
    reader.wait(lambda: len(asked) == 2)
    reader.page.unroute("**/*since=*")
    reader.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(reader.row("The province was handed over")).to_have_count(1)
    edit(notes, "The province was handed over", "The valley was handed over")
    expect(reader.row("The valley was handed over")).to_have_count(1)  # it goes on asking
