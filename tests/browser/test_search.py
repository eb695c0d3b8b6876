"""Searching the library from the box in every page's header."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.sight import FRAMES
from tests.shelf import TALK

# htmx logs it when a request gives way to the next one.
pytestmark = pytest.mark.expects_errors("htmx:(afterRequest|sendAbort)")

WATCH = f"/watch/{TALK}"
BISHKEK = "The ceasefire was signed in Bishkek"
PHONE = {"width": 390, "height": 844}


def box(reader):
    return reader.page.get_by_role("searchbox", name="Search all claims")


def panel(reader):
    return reader.page.locator("header #search-results")


def claims(reader):
    return reader.page.locator("#search-results .found-words")


def type_words(reader, words):
    box(reader).click()
    type_words_on(reader, words)


def type_words_on(reader, words):
    reader.page.keyboard.type(words, delay=20)


# As you type


def test_typing_shows_what_is_found_below_the_box(read):
    reader = read("/")
    expect(panel(reader)).to_be_hidden()
    type_words(reader, "ceasef")
    expect(claims(reader)).to_have_text([BISHKEK])
    expect(claims(reader).locator("mark")).to_have_text(["ceasefire"])
    expect(panel(reader).get_by_role("status")).to_have_text("1 claim")
    reader.expect_address("/$")
    claims(reader).click()
    reader.expect_marked(BISHKEK)
    reader.expect_address(rf"{WATCH}\?claim=\w+&t=79$")


def test_the_panel_goes_with_the_focus_and_comes_back_with_it(read):
    reader = read("/")
    with reader.page.expect_response("**q=ceasefire&*"):  # the last: it brings another panel
        type_words(reader, "ceasefire")
    expect(panel(reader)).to_be_visible()
    reader.page.evaluate(FRAMES)
    panel(reader).click(position={"x": 5, "y": 5})  # beside its links
    expect(panel(reader)).to_be_visible()
    reader.page.mouse.click(5, 700)
    expect(panel(reader)).to_be_hidden()
    box(reader).click()
    expect(panel(reader)).to_be_visible()
    reader.press("Escape")
    expect(panel(reader)).to_be_hidden()
    expect(box(reader)).to_have_value("ceasefire")
    box(reader).fill("")
    expect(panel(reader)).to_be_hidden()


def test_on_the_search_page_typing_fills_the_page_and_the_address(read):
    reader = read("/search")
    expect(box(reader)).to_be_focused()
    reader.page.keyboard.type("river numb", delay=20)
    expect(reader.page.locator("h1")).to_have_text("100 claims for “river numb”")
    reader.expect_address(r"/search\?q=river\+numb$")
    expect(reader.page).to_have_title("river numb · Search · Claimline")
    reader.page.reload()
    expect(box(reader)).to_have_value("river numb")
    expect(reader.page.locator("h1")).to_have_text("100 claims for “river numb”")


def test_the_latest_answer_wins(read):
    reader = read("/search")
    slow = []

    def answer(route):
        if "q=r&" in route.request.url:
            slow.append(route)  # answered after the next one
        else:
            route.continue_()

    reader.page.route("**/search?*", answer)
    reader.page.keyboard.type("r")
    reader.wait(lambda: slow)
    reader.page.keyboard.type("iver number 7")
    expect(reader.page.locator("h1")).to_contain_text("river number 7")
    for route in slow:
        route.continue_()
    reader.page.wait_for_timeout(400)
    expect(reader.page.locator("h1")).to_contain_text("river number 7")
    reader.expect_address(r"q=river\+number\+7$")


def test_typing_asks_once_for_a_word(read):
    reader = read("/")
    asked = []

    def note(request):
        if "/search?" in request.url:
            asked.append(request.url.rpartition("?")[2])

    reader.page.on("request", note)
    reader.page.clock.install()
    reader.page.clock.pause_at(datetime.now() + timedelta(hours=1))
    box(reader).click()
    for letter in "ceasefire":
        reader.press(letter)
        reader.page.clock.run_for(50)
    assert asked == []
    reader.page.clock.run_for(150)
    expect(claims(reader)).to_have_text([BISHKEK])
    assert asked == ["q=ceasefire&typing=1"]


# History


def test_going_back_brings_the_search_before(read):
    reader = read("/search")
    for words in ("ceasefire", "river"):
        box(reader).press("ControlOrMeta+a")
        type_words_on(reader, words)
        reader.expect_address(rf"/search\?q={words}$")
        expect(claims(reader).first).to_contain_text(re.compile(words, re.IGNORECASE))
    reader.page.go_back()
    reader.expect_address(r"/search\?q=ceasefire$")
    expect(box(reader)).to_have_value("ceasefire")
    expect(claims(reader)).to_have_text([BISHKEK])
    reader.page.go_back()
    reader.expect_address("/search$")
    expect(reader.page.locator("h1")).to_have_text("Search 122 claims")
    reader.page.go_forward()
    expect(claims(reader)).to_have_text([BISHKEK])
    type_words(reader, "s")  # the box still works
    expect(reader.page.locator("h1")).to_contain_text("ceasefires")


def test_enter_after_what_was_typed_is_no_step_to_go_back(read):
    reader = read("/search")
    type_words(reader, "ceasef")
    reader.expect_address(r"/search\?q=ceasef$")
    with reader.page.expect_response(re.compile(r"/search\?q=ceasef$")):
        reader.press("Enter")
    expect(box(reader)).not_to_be_focused()  # the keyboard of a phone gives way to what is found
    expect(claims(reader)).to_have_text([BISHKEK])
    reader.page.go_back()
    reader.expect_address("/search$")


@pytest.mark.expects_errors("status of 503")
def test_enter_shows_that_the_server_is_busy(read, site):
    reader = read("/search")

    def refuse(route):
        if "hx-request" in route.request.headers:
            route.fulfill(status=503, headers={"HX-Redirect": "/search?q=ceasef"})
        else:
            route.fulfill(status=503, body="<h1>The server is busy</h1>")

    reader.page.route(f"{site}/search?q=ceasef", refuse)
    type_words(reader, "ceasef")
    reader.expect_address(r"/search\?q=ceasef$")
    reader.press("Enter")
    expect(reader.page.locator("h1")).to_have_text("The server is busy")


@pytest.mark.expects_errors("ERR_FAILED|htmx:sendError")
@pytest.mark.parametrize("path", ["/", "/search?q=river"])
def test_a_server_that_is_gone_is_told_and_asked_again(read, path):
    reader = read(path)
    reader.page.route("**/search?*", lambda route: route.abort())
    box(reader).press("ControlOrMeta+a")
    type_words_on(reader, "ceasef")
    expect(reader.page.get_by_role("status")).to_have_text(
        "The server doesn’t answer. Try again in a moment."
    )
    expect(claims(reader)).to_have_count(0)
    reader.page.unroute("**/search?*")
    type_words_on(reader, "ire")
    expect(claims(reader)).to_have_text([BISHKEK])


def test_going_back_from_a_moment_brings_what_was_found(read):
    reader = read("/search")
    reader.page.keyboard.type("ceasef")
    expect(claims(reader)).to_have_text([BISHKEK])
    claims(reader).click()
    reader.expect_marked(BISHKEK)
    reader.page.go_back()
    expect(claims(reader)).to_have_text([BISHKEK])
    expect(box(reader)).to_have_value("ceasef")


def test_enter_at_once_after_typing_is_what_counts(read):
    reader = read("/search")
    reader.page.keyboard.type("cease\n")
    expect(reader.page.locator(".found-unread")).to_contain_text("words that begin with it")
    reader.page.wait_for_timeout(400)
    reader.expect_address(r"/search\?q=cease$")
    expect(claims(reader)).to_have_text([BISHKEK])


# Keys


@pytest.mark.parametrize("path", ["/", "/search?q=river", "/note/borders/essay"])
def test_slash_leads_to_the_box(read, path):
    reader = read(path)
    reader.press("/")
    expect(box(reader)).to_be_focused()
    reader.press("/")
    expect(box(reader)).to_have_value("/")  # in place of what stood there


def test_slash_searches_within_on_the_watch_page(read):
    reader = read(WATCH)
    reader.press("/")
    expect(reader.within).to_be_focused()


def test_slash_is_off_with_the_other_keys(read):
    reader = read("/", storage={"keys": "false"})
    reader.press("/")
    expect(box(reader)).not_to_be_focused()


@pytest.mark.parametrize("path", ["/", "/search"])
def test_arrows_move_through_what_is_found_and_enter_opens_it(read, path):
    reader = read(path)
    type_words(reader, "the")
    links = reader.page.locator("#search-results .hit-link")
    expect(claims(reader).locator("mark").first).to_have_text(re.compile("^the$", re.IGNORECASE))
    reader.page.wait_for_load_state("networkidle")
    reader.press("ArrowUp")
    expect(box(reader)).to_be_focused()
    for place in (0, 1, 2):
        reader.press("ArrowDown")
        expect(links.nth(place)).to_be_focused()
    reader.press("ArrowUp")
    expect(links.nth(1)).to_be_focused()
    reader.press("ArrowUp")
    reader.press("ArrowUp")
    expect(box(reader)).to_be_focused()
    reader.press("ArrowDown")
    href = links.first.get_attribute("href")
    reader.press("Enter")
    reader.page.wait_for_url(f"**{href}")


@pytest.mark.parametrize("path", ["/", "/search", WATCH])
def test_a_letter_typed_on_what_is_found_goes_on_in_the_box(read, path):
    reader = read(path)
    type_words(reader, "cease")
    expect(claims(reader)).to_have_text([BISHKEK])
    reader.press("ArrowDown")
    expect(reader.page.locator("#search-results .hit-link").first).to_be_focused()
    reader.press("f")  # of the watch page's keys, fullscreen
    expect(box(reader)).to_be_focused()
    expect(box(reader)).to_have_value("ceasef")
    assert reader.page.evaluate("document.fullscreenElement") is None
    expect(claims(reader)).to_have_text([BISHKEK])
    reader.press("ArrowDown")
    reader.press("Control+c")
    expect(box(reader)).not_to_be_focused()


def test_enter_in_the_box_shows_all(read):
    reader = read("/")
    type_words(reader, "river")
    reader.press("Enter")
    reader.expect_address(r"/search\?q=river$")
    expect(claims(reader)).to_have_count(30)
    reader.page.get_by_role("link", name="Show more").click()
    expect(claims(reader)).to_have_count(60)
    reader.expect_address(r"/search\?q=river$")


# While a video plays


def test_a_search_leaves_the_player_alone(read):
    reader = read(f"{WATCH}?t=79")
    reader.play()
    reader.record()
    frame = reader.page.locator(".player iframe").element_handle()
    before = reader.commands()
    box(reader).click()
    reader.page.keyboard.type("kfj ceasefire n", delay=20)
    reader.page.keyboard.type("\b\b")
    box(reader).fill("ceasefire")
    expect(claims(reader)).to_have_text([BISHKEK])
    reader.press("ArrowDown")
    reader.press("Escape")
    expect(panel(reader)).to_be_hidden()
    reader.expect_playing()
    assert [c for c in reader.commands() if c not in before and "seek" in c.lower()] == []
    assert frame.evaluate("frame => frame.isConnected")
    assert [] not in reader.recorded()
    reader.press("k")
    reader.expect_playing(False)


def test_beside_a_video_on_a_phone_the_search_of_all_is_two_taps_away(read):
    reader = read(f"{WATCH}?t=79", options={"viewport": PHONE, "has_touch": True})
    expect(reader.page.locator(".top")).to_be_hidden()
    reader.button("About this video").tap()
    reader.page.get_by_role("link", name="Search all claims").tap()
    reader.expect_address("/search$")
    reader.page.keyboard.type("ceasefire")
    expect(claims(reader)).to_have_text([BISHKEK])
    found = claims(reader).bounding_box()
    assert found["x"] >= 0
    assert found["x"] + found["width"] <= PHONE["width"]


# Without script


def test_searching_works_without_script(read):
    reader = read("/", options={"java_script_enabled": False})
    box(reader).fill("river")
    box(reader).press("Enter")
    reader.expect_address(r"/search\?q=river$")
    expect(claims(reader)).to_have_count(30)
    reader.page.get_by_role("link", name="In order of time").click()
    expect(claims(reader).first).to_have_text("River number 1")
    reader.page.get_by_role("link", name="Show more").click()
    expect(claims(reader).first).to_have_text("River number 31")
    box(reader).fill("it")
    box(reader).press("Enter")
    reader.expect_address(r"/search\?q=it&sort=time$")
    channel = reader.page.get_by_role("link", name=re.compile("^sound"))
    channel.click()
    expect(reader.page.locator(".found-video header p")).to_have_text(["sound"] * 2)
    claims(reader).first.click()
    reader.expect_address(r"/watch/\w+\?claim=")
