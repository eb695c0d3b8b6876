"""Following the claims, searching within them, and the keys."""

import re

import pytest
from playwright.sync_api import expect

from tests.shelf import RIVERS, TALK

WATCH = f"/watch/{TALK}"
LONG = f"/watch/{RIVERS}"
MIDDLE = f"{LONG}?t=150"  # river number 50
BISHKEK = "The ceasefire was signed in Bishkek"
MIDNIGHT = "Fighting stopped at midnight"
MINSK = "Mediators met in Minsk"

UPPER_THIRD = """list => {
  const row = list.querySelector('[aria-current="true"]').getBoundingClientRect();
  const box = list.getBoundingClientRect();
  return row.top >= box.top && row.top < box.top + box.height / 3;
}"""


def follow_button(reader):
    return reader.page.locator(".follow")


def expect_following(reader, following=True):
    """Wait until the page says whether it follows."""
    expect(follow_button(reader)).to_have_attribute("aria-pressed", str(following).lower())
    expect(follow_button(reader)).to_be_visible(visible=not following)


def expect_in_upper_third(reader):
    """Wait until the active row stands in the upper third of its list."""
    reader.wait(lambda: reader.list.evaluate(UPPER_THIRD))


def settle(reader):
    """Wait until the list has stood still for longer than our own scrolling may take."""
    reader.page.evaluate(
        """() => new Promise(resolve => {
          let timer = setTimeout(resolve, 1100);
          document.addEventListener("scroll", () => {
            clearTimeout(timer);
            timer = setTimeout(resolve, 1100);
          }, true);
        })"""
    )


def scroll_top(reader):
    return reader.list.evaluate("list => list.scrollTop")


# Following


def test_the_active_row_is_kept_in_the_upper_third_and_the_page_stays(read):
    reader = read(MIDDLE)
    expect_in_upper_third(reader)
    for _ in range(6):
        reader.press("n")
    reader.expect_marked("River number 56")
    expect_in_upper_third(reader)
    reader.click("River number 60")
    reader.expect_marked("River number 60")
    expect_in_upper_third(reader)
    assert reader.page.evaluate("() => [scrollX, scrollY]") == [0, 0]
    expect_following(reader)


def test_the_list_follows_a_seek_far_away(read):
    reader = read(MIDDLE)
    box = reader.strip.bounding_box()
    reader.strip.click(position={"x": box["width"] * 0.9, "y": 5})
    expect_in_upper_third(reader)
    reader.strip.click(position={"x": box["width"] * 0.2, "y": 5})
    expect_in_upper_third(reader)
    settle(reader)
    expect_following(reader)


def scroll_with_wheel(reader):
    reader.list.hover()
    reader.page.mouse.wheel(0, 300)


def scroll_with_finger(reader):
    reader.list.dispatch_event("touchmove")


def scroll_with_keys(reader):
    settle(reader)
    reader.list.focus()
    reader.press("PageDown")


def scroll_with_bar(reader):
    settle(reader)
    reader.list.evaluate("list => { list.scrollTop += 400; }")


SCROLLS = [scroll_with_wheel, scroll_with_finger, scroll_with_keys, scroll_with_bar]


@pytest.mark.parametrize("scroll", SCROLLS, ids=["wheel", "finger", "keys", "bar"])
def test_a_reader_who_scrolls_is_no_longer_followed(read, scroll):
    reader = read(MIDDLE)
    expect_in_upper_third(reader)
    scroll(reader)
    expect_following(reader, False)


def test_the_list_stands_where_the_reader_scrolled_until_they_ask(read):
    reader = read(MIDDLE)
    expect_in_upper_third(reader)
    scroll_with_wheel(reader)
    expect_following(reader, False)
    settle(reader)
    before = scroll_top(reader)
    reader.press("n")
    reader.expect_marked("River number 51")
    settle(reader)
    assert scroll_top(reader) == before
    follow_button(reader).click()
    expect_following(reader)
    expect_in_upper_third(reader)


def test_f_stops_and_resumes_following(read):
    reader = read(MIDDLE)
    reader.press("f")
    expect_following(reader, False)
    reader.page.keyboard.press("f")
    expect_following(reader)


def test_the_list_stands_while_words_are_selected(read):
    reader = read(MIDDLE)
    expect_in_upper_third(reader)
    settle(reader)
    before = scroll_top(reader)
    reader.row("River number 52").locator(".words").select_text()
    for _ in range(9):
        reader.press("n")
    reader.expect_marked("River number 59")
    settle(reader)
    assert scroll_top(reader) == before
    reader.page.evaluate("() => getSelection().empty()")
    reader.press("n")
    expect_in_upper_third(reader)


def test_the_list_stands_while_the_search_box_has_the_focus(read):
    reader = read(MIDDLE)
    expect_in_upper_third(reader)
    settle(reader)
    before = scroll_top(reader)
    reader.within.focus()
    for _ in range(9):
        reader.button("Next claim").dispatch_event("click")
    reader.expect_marked("River number 59")
    settle(reader)
    assert scroll_top(reader) == before


def test_the_note_is_followed_too(read):
    reader = read(f"{MIDDLE}&tab=note")
    note = reader.page.get_by_role("region", name="The notes in their own order")
    reader.wait(lambda: note.evaluate(UPPER_THIRD))
    for _ in range(20):
        reader.press("n")
    reader.wait(lambda: note.evaluate(UPPER_THIRD))
    expect_following(reader)


@pytest.mark.parametrize(("motion", "behavior"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_the_list_glides_only_for_those_who_like_motion(read, motion, behavior):
    reader = read(MIDDLE, options={"reduced_motion": motion})
    expect(reader.list).to_have_css("scroll-behavior", behavior)
    expect_in_upper_third(reader)


# Searching within


def test_matches_are_counted_and_stepped_through(read):
    reader = read(LONG)
    reader.press("/")
    reader.within.type("river 9")
    expect(reader.page.locator(".within output")).to_have_text("19")
    expect(reader.page.locator(".hit")).to_have_count(19)
    now = reader.page.locator(".hit-now")
    reader.press("Enter")
    expect(reader.page.locator(".within output")).to_have_text("1/19")
    expect(now).to_contain_text("River number 9")
    reader.press("Enter")
    expect(now).to_contain_text("River number 19")
    expect(now).to_be_in_viewport()
    reader.button("Previous match").click()
    reader.button("Previous match").click()
    expect(reader.page.locator(".within output")).to_have_text("19/19")
    expect(now).to_contain_text("River number 99")
    expect(now).to_be_in_viewport()
    reader.button("Next match").click()
    expect(now).to_contain_text("River number 9")
    expect_following(reader, False)


def test_the_search_folds_case_and_accents(read):
    reader = read(WATCH)
    reader.within.fill("FIRÉ ceâse")
    expect(reader.page.locator(".hit")).to_contain_text([BISHKEK])
    expect(reader.page.locator(".within output")).to_have_text("1")


def test_no_match_is_told_and_stepping_does_nothing(read):
    reader = read(WATCH)
    reader.within.fill("zebra")
    expect(reader.page.locator(".within output")).to_have_text("0")
    reader.within.press("Enter")
    expect(reader.page.locator(".hit-now")).to_have_count(0)
    expect(reader.page.locator(".within output")).to_have_text("0")


def test_escape_leaves_the_search_box_and_what_is_searched(read):
    reader = read(WATCH)
    reader.press("/")
    expect(reader.within).to_be_focused()
    reader.within.type("truce")
    expect(reader.page.locator(".hit")).to_have_count(1)
    reader.press("Escape")
    expect(reader.within).not_to_be_focused()
    expect(reader.within).to_have_value("truce")
    expect(reader.page.locator(".hit")).to_have_count(1)
    reader.press("n")
    reader.expect_at("0:01")


def test_a_link_can_hold_the_search(read):
    reader = read(f"{WATCH}?q=truce")
    expect(reader.page.locator(".hit")).to_have_count(1)


# The keys


def test_keys_go_to_other_seconds(read):
    reader = read(f"{WATCH}?t=80")
    for key, at in [
        ("j", "1:10"),
        ("l", "1:20"),
        ("ArrowLeft", "1:15"),
        ("ArrowRight", "1:20"),
        ("r", "1:19"),
        ("n", "1:21"),
        ("N", "2:02"),
        ("p", "1:21"),
    ]:
        reader.press(key)
        reader.expect_at(at)


@pytest.mark.parametrize("key", ["k", " "])
def test_a_key_plays_and_pauses(read, key):
    reader = read(f"{WATCH}?t=80")
    reader.press(key)
    reader.expect_playing()
    reader.press(key)
    reader.expect_playing(False)


def test_keys_change_the_speed(read):
    reader = read(WATCH)
    speed = reader.page.get_by_label("Speed")
    reader.press(".")
    expect(speed).to_have_value("1.25")
    for _ in range(9):
        reader.press(".")
    expect(speed).to_have_value("2")
    for _ in range(9):
        reader.press(",")
    expect(speed).to_have_value("0.25")


def test_a_key_loops_the_claim(read):
    reader = read(f"{WATCH}?t=80")
    reader.press("o")
    expect(reader.button("Loop this claim")).to_have_attribute("aria-pressed", "true")
    reader.press("o")
    expect(reader.button("Loop this claim")).to_have_attribute("aria-pressed", "false")


def test_a_key_copies_the_link(read):
    reader = read(f"{WATCH}?t=80")
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.press("c")
    expect(reader.page.locator(".watch > .status")).to_have_text("Copied")
    link = reader.page.evaluate("() => navigator.clipboard.readText()")
    assert re.search(r"\?claim=\w{12}&t=79$", link)


def test_a_key_goes_back_to_before_the_jump(read):
    reader = read(f"{WATCH}?t=80")
    reader.press("n")
    reader.press("b")
    reader.expect_at("1:20")


def test_keys_change_the_tab(read):
    reader = read(WATCH)
    reader.press("2")
    expect(reader.page.locator("#notes")).to_be_visible()
    expect(reader.list).to_be_hidden()
    expect(reader.page.get_by_role("link", name="Notes", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    reader.press("1")
    expect(reader.list).to_be_visible()
    reader.press("2")
    reader.press("/")
    expect(reader.within).to_be_focused()


def test_the_help_sheet_lists_every_key(read):
    reader = read(WATCH)
    reader.press("?")
    sheet = reader.page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    keys = sheet.locator("kbd").all_inner_texts()
    assert keys == "k Space j l ← → n p r o , . c f b / 1 2 3 ?".split()
    reader.press("n")
    reader.press("Escape")
    expect(sheet).to_be_hidden()
    reader.expect_at("0:00")


def test_the_keys_can_be_turned_off_for_good(read):
    reader = read(f"{WATCH}?t=80")
    sheet = reader.page.get_by_role("dialog", name="Keys")
    reader.press("?")
    reader.page.get_by_label("Use these keys").uncheck()
    reader.press("Escape")
    expect(sheet).to_be_hidden()
    reader.page.reload()
    reader.press("n")
    reader.press("?")
    reader.page.get_by_label("Use these keys").check()
    reader.expect_at("1:20")
    reader.press("Escape")
    expect(sheet).to_be_hidden()
    in_dialog = """() => document.activeElement.closest("dialog") !== null"""
    reader.wait(lambda: not reader.page.evaluate(in_dialog))
    reader.press("n")
    reader.expect_at("1:21")


def test_a_key_with_a_modifier_is_the_browsers(read):
    reader = read(f"{WATCH}?t=80")
    for modifier in ("Control", "Alt", "Meta"):
        for key in ("j", "b", "ArrowUp"):
            reader.press(f"{modifier}+{key}")
    reader.expect_at("1:20")


def test_keys_are_letters_while_typing(read):
    reader = read(f"{WATCH}?t=80")
    reader.within.click()
    reader.page.keyboard.type("jklnprocfb12 ,.?")
    expect(reader.within).to_have_value("jklnprocfb12 ,.?")
    reader.expect_at("1:20")
    expect(reader.page.get_by_role("dialog")).to_have_count(0)


def test_space_on_a_button_presses_the_button(read):
    reader = read(f"{WATCH}?t=80")
    reader.button("Next claim").press(" ")
    reader.expect_at("1:21")
    reader.expect_playing(False)


def test_keys_work_after_a_click_into_the_player_and_back(read):
    reader = read(f"{WATCH}?t=80")
    reader.play()
    reader.standin.frame(reader.page).locator("body").click()
    reader.row(MINSK).locator("a").click()
    reader.press("n")
    reader.expect_marked(BISHKEK)
