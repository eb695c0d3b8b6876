"""What is marked is in front of the reader's eyes, whatever leads to it and however they read."""

import pytest
from playwright.sync_api import expect

from tests.browser.sight import (
    CONTROLS,
    CROWD,
    FEW,
    IN_NOTE,
    IN_TRANSCRIPT,
    LAPTOP,
    MANY,
    MARK,
    SEEN,
    SIZES,
    expect_following,
    expect_seen,
    expect_unseen,
    scroll_top,
    tap_strip,
)

by_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: "{}x{}".format(*size))


@by_size
def test_the_marked_row_is_seen_whatever_leads_to_it(look, size):
    reader = look(f"/watch/{MANY}?t=3500", size, api_blocked=True)
    expect_seen(reader, when="after a link")
    for share in (0.02, 0.93, 0.5, 0.31, 0.77, 0.12):
        tap_strip(reader, share)
        expect_seen(reader, when=f"after a tap on the strip at {share:.0%}")
    for key in "nnnpp":
        reader.press(key)
        expect_seen(reader, when=f"after {key}")
    for _ in range(12):
        reader.press("l")
    expect_seen(reader, when="after two minutes in steps of ten seconds")
    width, height = size
    reader.page.set_viewport_size({"width": height, "height": width})
    expect_seen(reader, when="after the screen was turned")
    reader.page.set_viewport_size({"width": width, "height": height})
    expect_seen(reader, when="after it was turned back")
    reader.press("2")
    expect_seen(reader, IN_NOTE, when="in the note")
    tap_strip(reader, 0.66)
    expect_seen(reader, IN_NOTE, when="in the note, far away")
    reader.press("3")
    expect_seen(reader, IN_TRANSCRIPT, when="in the transcript")
    tap_strip(reader, 0.2)
    expect_seen(reader, IN_TRANSCRIPT, when="there, far away")
    reader.press("1")
    expect_seen(reader, when="back in the timeline")


@pytest.mark.parametrize("path", [f"/watch/{FEW}?t=28", f"/watch/{CROWD}?t=13001"])
@pytest.mark.parametrize("size", [LAPTOP, (390, 664), (360, 560)], ids=["laptop", "large", "small"])
def test_the_marked_row_is_seen_in_short_and_in_very_long_lists(look, path, size):
    reader = look(path, size)
    expect_seen(reader)
    if CROWD in path:
        expect(reader.rows).to_have_count(10_000, timeout=60_000)
        expect_seen(reader, when="after all rows have come")
    for share in (0.9, 0.3, 0.55):
        tap_strip(reader, share)
        expect_seen(reader, when=f"after a tap on the strip at {share:.0%}")


@pytest.mark.parametrize("pace", ["1", "2"])
def test_the_marked_row_is_seen_while_playing_from_batch_to_batch(look, pace):
    # A hundred rows are a batch: claims 97 to 103 are in two.
    reader = look(f"/watch/{CROWD}?t=194", (360, 560))
    reader.page.get_by_label("Speed").select_option(pace)
    reader.page.evaluate(RECORD_SEEN, [SEEN, MARK])
    reader.play()
    reader.wait(lambda: "Claim 103" in reader.page.evaluate("() => [...seen]"), seconds=30)
    claims = [f"Claim {number}" for number in range(97, 104)]
    assert reader.page.evaluate("() => [...seen]")[: len(claims)] == claims
    expect_following(reader)


@pytest.mark.parametrize("tab", ["note", "transcript"])
def test_the_marked_words_are_seen_while_playing(look, tab):
    reader = look(
        f"/watch/{MANY}?t=1397&tab={tab}", (390, 664), options={"reduced_motion": "reduce"}
    )
    reader.page.get_by_label("Speed").select_option("2")
    reader.play()
    for _ in range(4):
        expect_seen(reader, {"note": IN_NOTE, "transcript": IN_TRANSCRIPT}[tab])
    expect_following(reader)


def test_the_marked_row_is_seen_after_a_click_anywhere(look):
    reader = look(f"/watch/{MANY}?t=700&q=Claim+650", (390, 664))
    reader.press("Escape")
    expect_seen(reader)
    reader.page.locator("#timeline .hit a").first.evaluate("link => link.click()")
    expect_seen(reader, when="after a click on a hit")
    reader.press("2")
    reader.page.locator("#notes a.stamp").nth(900).evaluate("link => link.click()")
    expect_seen(reader, IN_NOTE, when="after a click on a time in the prose")
    reader.press("3")
    # A click of Playwright's would scroll there first, as a reader does who is not followed then.
    reader.page.locator("#transcript .at").nth(40).evaluate("link => link.click()")
    expect_seen(reader, IN_TRANSCRIPT, when="after a click on a time in the transcript")
    reader.press("1")
    expect_seen(reader)
    expect_following(reader)


def test_the_marked_row_is_seen_when_a_search_hit_opens(look):
    reader = look("/search?q=%22Claim+512%22", (390, 664))
    reader.page.locator(".found-claim").first.click()
    reader.expect_address(r"/watch/")
    expect_seen(reader)


def test_the_marked_row_is_seen_after_another_choice_of_notes(look):
    reader = look(f"/watch/{MANY}?t=3500", (390, 664))
    expect_seen(reader)
    reader.button("Choose notes").click()
    reader.page.get_by_role("link", name="Another note").click()
    expect(reader.rows).to_have_count(350)
    reader.press("Escape")
    expect_seen(reader)
    reader.button("Choose notes").click()
    reader.page.get_by_role("link", name="All 2 notes").click()
    expect(reader.rows).to_have_count(1050)
    reader.press("Escape")
    expect_seen(reader)


RECORD_SEEN = """([source, marks]) => {
  const look = eval(source);
  window.seen = new Set();
  const record = () => {
    if (!look(marks)) seen.add(document.querySelector(marks + " .words").textContent.split(":")[0]);
    requestAnimationFrame(record);
  };
  record();
}"""
"""Notes in each frame which claim is marked and seen."""
PLACES = """() => {
  const rows = [...document.querySelectorAll("#timeline .moment")];
  const at = (selector) => rows.findIndex((row) => row.matches(selector));
  const focused = at(":has(> a:focus)");
  const isMarked = rows[focused].matches('[aria-current="true"]');
  return { marked: at('[aria-current="true"]'), focused, isMarked };
}"""
"""Which rows are marked and focused, counted from 0."""
LARGER = "() => { document.documentElement.style.fontSize = '200%'; }"


@by_size
def test_text_twice_as_large_is_seen_and_nothing_is_cut(look, size):
    reader = look(f"/watch/{MANY}?t=3500", size)
    expect_seen(reader)
    reader.page.evaluate(LARGER)
    expect_seen(reader)
    tap_strip(reader, 0.8)
    expect_seen(reader)
    width = size[0]
    overflow = "() => document.documentElement.scrollWidth - innerWidth"
    assert reader.page.evaluate(overflow) <= 0
    for control in reader.page.locator(CONTROLS).all():
        box = control.bounding_box()
        name = control.get_attribute("title") or control.inner_text()
        assert 0 <= box["x"] <= width + 0.5 - box["width"], name
        assert control.evaluate("part => part.scrollWidth <= part.clientWidth + 1"), name


def test_a_notice_moves_nothing_out_of_sight(look):
    reader = look(f"/watch/{MANY}?t=3500&claim=gonegonegone", (390, 664))
    expect(reader.page.get_by_text("no longer in these notes")).to_be_visible()
    expect_seen(reader)
    reader.button("Dismiss").click()
    expect(reader.page.locator(".notice")).to_have_count(0)
    expect_seen(reader)


# A reader who moves is left alone


def tab_to_next_row(reader):
    reader.list.evaluate("list => list.focus({ preventScroll: true })")
    reader.press("Tab")
    for _ in range(30):
        reader.press("ArrowDown")


def drag_scrollbar(reader):
    reader.list.evaluate("list => { list.scrollTop += 2000; }")


def find_in_page(reader):
    reader.rows.nth(600).evaluate("row => row.scrollIntoView({ block: 'center' })")


def go_with_screen_reader(reader):
    reader.rows.nth(400).locator("a").evaluate("link => { link.tabIndex = -1; link.focus(); }")


@pytest.mark.parametrize(
    "move", [tab_to_next_row, drag_scrollbar, find_in_page, go_with_screen_reader]
)
def test_a_reader_who_moves_in_whatever_way_is_left_alone_until_they_follow(look, move):
    reader = look(f"/watch/{MANY}?t=700", options={"reduced_motion": "reduce"})
    expect_seen(reader)
    move(reader)
    expect_following(reader, False)
    expect_unseen(reader)
    before = scroll_top(reader)
    reader.button("Next claim").click()
    reader.button("Next claim").click()
    reader.page.wait_for_timeout(200)
    assert scroll_top(reader) == before
    reader.page.locator(".follow").click()
    expect_following(reader)
    expect_seen(reader)


def test_tab_enters_the_list_at_the_marked_claim_and_arrows_go_on(look):
    reader = look(f"/watch/{MANY}?t=3500")
    expect_seen(reader)
    marked = reader.marked.first.inner_text()
    reader.within.focus()
    reader.press("Tab")
    focused = reader.page.locator("#timeline .moment a:focus")
    expect(focused).to_contain_text(marked)
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        reader.press(key)
    marks = reader.page.evaluate(PLACES)
    assert marks["focused"] == marks["marked"] + 2
    reader.press("Enter")
    reader.wait(lambda: reader.page.evaluate(PLACES)["isMarked"])
    stops = "rows => rows.filter((row) => row.tabIndex >= 0).length"
    assert reader.page.locator("#timeline .moment a").evaluate_all(stops) == 1


def test_the_way_to_the_content_neither_loads_the_page_nor_stops_the_video(look):
    reader = look(f"/watch/{FEW}?t=7")
    reader.play()
    reader.page.evaluate("() => { window.stays = true; }")
    reader.press("Tab")
    reader.page.locator(".skip").focus()
    reader.press("Enter")
    expect(reader.page.locator("main")).to_be_focused()
    assert reader.page.evaluate("() => window.stays")
    reader.expect_playing()


@pytest.mark.parametrize("tab", ["timeline", "note", "transcript"])
@pytest.mark.parametrize("size", [LAPTOP, (390, 664)], ids=["laptop", "phone"])
def test_without_script_the_page_opens_at_the_marked_row(look, tab, size):
    path = f"/watch/{MANY}?t=3500&tab={tab}"
    reader = look(path, size, options={"java_script_enabled": False})
    mark = {"timeline": MARK, "note": IN_NOTE, "transcript": IN_TRANSCRIPT}[tab]
    reader.wait(lambda: "painted" not in reader.page.evaluate(SEEN, mark))
