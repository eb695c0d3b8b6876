"""What is marked is in front of the reader's eyes: asked of what is painted, not of geometry.

A row of a batch that is left out of rendering has a place, and nothing is painted there. So each
test asks what lies under points of the screen (`document.elementFromPoint`).
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.notes import make_note, write_library
from tests.captions import write_vtt
from tests.serving import serving

FEW = "five_claims"
MANY = "seven_hundr"
CROWD = "ten_thousnd"
EVERY = 7
"""Seconds from claim to claim; of the crowd two."""
WORDS = (
    "rivers changed their beds three times in the spring before anyone had drawn a map of "
    "the valley and the ferrymen who knew the old course kept it to themselves"
).split()

# Real screens, less the bars of the browser.
LAPTOP = (1280, 800)
UPRIGHT = [(390, 664), (412, 732), (375, 553), (360, 560), (320, 568), (768, 1024)]
ON_ITS_SIDE = [(844, 340), (740, 320), (667, 331), (640, 360)]
SIZES = [LAPTOP, (640, 400), *UPRIGHT, *ON_ITS_SIDE]
LEAST = {
    **dict.fromkeys([(390, 664), (412, 732), (768, 1024)], 0.45),
    **dict.fromkeys([(360, 560), (375, 553)], 0.35),
    (320, 568): 0.30,
}
"""The share of the screen that the list has at least while the video plays."""

SEEN = """(marks) => {
  const mark = document.querySelector(marks);
  if (!mark) return "nothing is marked";
  const list = mark.closest(".scroller").getBoundingClientRect();
  const line = mark.querySelector(".words")?.getClientRects()[0] ?? mark.getClientRects()[0];
  const height = Math.min(line.height, 16);
  const points = [0.05, 0.5, 0.95].flatMap((x) => [1, height / 2, height - 1].map((y) =>
    [line.left + 2 + x * Math.min(line.width - 4, 80), line.top + y]));
  const missed = points.filter(([x, y]) => !mark.contains(document.elementFromPoint(x, y)));
  if (missed.length) return `not painted at ${missed[0].map(Math.round)}`;
  const top = (mark.getBoundingClientRect().top - list.top) / list.height;
  return top < 0.45 ? "" : `at ${Math.round(100 * top)} % of the list`;
}"""
"""Empty if the marked row is painted in the list's upper part; else what is wrong."""
MARK = '#timeline .moment[aria-current="true"]'
IN_NOTE = '#notes .claim[aria-current="true"]'
IN_TRANSCRIPT = '#transcript .cue[aria-current="true"]'


def write_claims(count: int, every: int) -> str:
    """Return claims of one to six lines, so that no guess of heights is right."""
    chance = random.Random(7)  # noqa: S311
    lines = []
    for n in range(1, count + 1):
        words = " ".join(chance.choices(WORDS, k=chance.choice([2, 6, 12, 30, 45])))
        second = n * every
        if n % 40 == 0:
            lines.append(f"\n## Chapter {n // 40}\n")
        lines.append(f"- Claim {n}: {words} [{second // 60}:{second % 60:02}]")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a library with videos of 5, 700 and 10,000 claims."""
    said = [(3 * n, 3 * n + 3, f"Sentence {n} {' '.join(WORDS[: n % 20])}.") for n in range(1700)]
    half = write_claims(350, 2 * EVERY)
    folder: Path = write_library(
        tmp_path_factory.mktemp("valley"),
        {
            "few.md": make_note(write_claims(5, EVERY), title="Few", videoId=FEW),
            "many.md": make_note(write_claims(700, EVERY), title="Many", videoId=MANY),
            "half.md": make_note(half, title="Another note", videoId=MANY),
            "crowd.md": make_note(write_claims(10_000, 2), title="A crowd", videoId=CROWD),
            f"{MANY}.en.vtt": write_vtt(*said),
        },
    )
    with serving(folder) as address:
        yield address


@pytest.fixture
def look(read, valley):
    """Return a function that opens a page of that library on a screen of a size."""

    def look(path, size=LAPTOP, **fields):
        options = {"viewport": {"width": size[0], "height": size[1]}, "has_touch": size != LAPTOP}
        options |= fields.pop("options", {})
        fields = {"duration": 25_000, **fields}
        return read(path, site=valley, options=options, **fields)

    return look


def expect_seen(reader, marks=MARK, when=""):
    """Wait until the marked row is painted in the upper part of its list, and stays there."""
    for _ in range(60):
        if not reader.page.evaluate(SEEN, marks):
            break
        reader.page.wait_for_timeout(50)
    reader.page.wait_for_timeout(100)
    assert reader.page.evaluate(SEEN, marks) == "", when


def expect_following(reader, following=True):
    # `expect` would print the tree of thousands of rows.
    follow = reader.page.locator(".follow")
    reader.wait(lambda: follow.get_attribute("aria-pressed") == str(following).lower())
    assert follow.is_visible() is not following


def expect_unseen(reader):
    reader.wait(lambda: "painted" in reader.page.evaluate(SEEN, MARK))


def scroll_top(reader):
    return reader.list.evaluate("list => list.scrollTop")


def tap_strip(reader, share):
    box = reader.strip.bounding_box()
    reader.strip.click(position={"x": box["width"] * share, "y": box["height"] / 2})


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "{}x{}".format(*size))
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
    # A hundred rows are a batch: claims 99 to 103 are in two.
    reader = look(f"/watch/{CROWD}?t=194", (360, 560))
    reader.page.get_by_label("Speed").select_option(pace)
    reader.play()
    for claim in range(98, 104):
        reader.expect_marked_claim(f"Claim {claim}:")
        expect_seen(reader, when=f"while claim {claim} is said")
    expect_following(reader)


@pytest.mark.parametrize("tab", ["note", "transcript"])
def test_the_marked_words_are_seen_while_playing(look, tab):
    reader = look(f"/watch/{MANY}?t=1397&tab={tab}", (390, 664), options={"reduced_motion": "reduce"})
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
    reader.page.locator("#transcript .at").nth(40).click()
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


PLACES = """() => {
  const rows = [...document.querySelectorAll("#timeline .moment")];
  const at = (selector) => rows.findIndex((row) => row.matches(selector));
  const focused = at(":has(> a:focus)");
  const isMarked = rows[focused].matches('[aria-current="true"]');
  return { marked: at('[aria-current="true"]'), focused, isMarked };
}"""
"""Which rows are marked and focused, counted from 0."""
LARGER = "() => { document.documentElement.style.fontSize = '200%'; }"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "{}x{}".format(*size))
def test_text_twice_as_large_is_seen_and_nothing_is_cut(look, size):
    reader = look(f"/watch/{MANY}?t=3500", size)
    expect_seen(reader)
    reader.page.evaluate(LARGER)
    expect_seen(reader)
    tap_strip(reader, 0.8)
    expect_seen(reader)
    width, height = size
    overflow = "() => document.documentElement.scrollWidth - innerWidth"
    assert reader.page.evaluate(overflow) <= 0
    for control in reader.page.locator(".controls :is(button, select):visible, .tabs :is(a, button):visible").all():
        box = control.bounding_box()
        assert box["x"] >= 0, control.inner_text()
        assert box["x"] + box["width"] <= width + 0.5, control.inner_text()
        assert control.evaluate("part => part.scrollWidth <= part.clientWidth + 1"), control.inner_text()


def test_a_notice_moves_nothing_out_of_sight(look):
    reader = look(f"/watch/{MANY}?t=3500&claim=gonegonegone", (390, 664))
    expect(reader.page.get_by_text("no longer in these notes")).to_be_visible()
    expect_seen(reader)
    reader.button("Dismiss").click()
    expect(reader.page.locator(".notice")).to_have_count(0)
    expect_seen(reader)


@pytest.mark.parametrize("size", [*UPRIGHT, *ON_ITS_SIDE], ids=lambda size: "{}x{}".format(*size))
@pytest.mark.parametrize("blocked", [False, True], ids=["playing", "blocked"])
def test_a_phone_has_room_for_the_list_and_all_controls_in_sight(look, size, blocked):
    reader = look(f"/watch/{MANY}?t=3500", size, api_blocked=blocked)
    before = reader.list.bounding_box()
    reader.poster.click()
    reader.expect_playing()
    box = reader.list.bounding_box()
    assert before == box, "neither the player nor a notice moves the list"
    width, height = size
    share = box["height"] / height
    if size in LEAST:
        assert share >= LEAST[size], f"the list has {share:.0%}"
    player = reader.page.locator(".player").bounding_box()
    assert (player["y"], player["height"] >= 200) == (0, True)
    for part in (".player", ".strip", ".controls button:visible", ".controls select", ".now-line"):
        for each in reader.page.locator(part).all():
            place = each.bounding_box()
            assert place["x"] >= 0, part
            assert place["x"] + place["width"] <= width, part
            assert place["y"] + place["height"] <= height, part
    assert reader.page.evaluate("() => document.documentElement.scrollWidth") <= width
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


# Words


def test_the_claim_that_is_said_is_whole_and_its_words_are_its_own(look, tmp_path):
    reader = look(f"/watch/{MANY}?t=3500", (360, 560))
    cut = """marks => { const words = document.querySelector(marks).querySelector(".words");
      return words.scrollHeight > words.clientHeight + 1 && words.clientHeight > 0; }"""
    assert not reader.page.evaluate(cut, MARK)
