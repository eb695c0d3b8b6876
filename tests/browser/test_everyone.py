"""The pages serve readers of every kind: eyes, hands, scripts, sizes, tongues and paper."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from tests.serving import serving
from tests.shelf import (
    ARABIC,
    CHINESE,
    SOUND,
    TALK,
    make_claims,
    make_note,
    write_library,
)

WATCH = f"/watch/{TALK}"
BISHKEK = "The ceasefire was signed in Bishkek"
MIDNIGHT = "Fighting stopped at midnight"
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
TEN_THOUSAND = 10_000
CROWDED = "ten_thousnd"

NO_SCRIPT = {"java_script_enabled": False}


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a library with one video of ten thousand claims."""
    note = make_note(make_claims(TEN_THOUSAND, 2, "Claim {}"), title="A crowd", videoId=CROWDED)
    folder = tmp_path_factory.mktemp("crowd")
    with serving(write_library(folder, {"crowd.md": note})) as address:
        yield address


# Assistive technology


def open_share(reader):
    reader.button("Share").click()


def open_keys(reader):
    reader.press("?")


def fail_to_play(reader):
    reader.poster.click()
    expect(reader.button("Try again")).to_be_visible()


def play_and_search(reader):
    reader.play()
    reader.within.fill("the")
    reader.within.press("Enter")


def search_all(reader):
    reader.page.locator("#q").fill("the")
    expect(reader.page.locator("#search-results .found-claim").first).to_be_visible()


def show_card(reader):
    reader.page.locator(".wikilink").hover()
    expect(reader.page.get_by_role("tooltip")).to_contain_text("Minsk")


def do_nothing(reader):
    pass


PAGES = [
    pytest.param("/", do_nothing, {}, id="home"),
    pytest.param("/?sort=channel", do_nothing, {}, id="home by channel"),
    pytest.param("/?sort=alone", do_nothing, {}, id="notes without a video"),
    pytest.param("/channels", do_nothing, {}, id="channels"),
    pytest.param("/channel/rivers", do_nothing, {}, id="channel"),
    pytest.param("/topic/essay", do_nothing, {}, id="topic of a note"),
    pytest.param("/topic/minsk", do_nothing, {}, id="topic"),
    pytest.param("/topic/nothing", do_nothing, {}, id="no topic"),
    pytest.param(f"/more/{TALK}", do_nothing, {}, id="more"),
    pytest.param(f"{WATCH}?tab=note", show_card, {}, id="card"),
    pytest.param(f"{WATCH}?t=79", do_nothing, {}, id="timeline"),
    pytest.param(f"{WATCH}?t=79&tab=note", do_nothing, {}, id="note"),
    pytest.param(f"{WATCH}?t=79", play_and_search, {}, id="playing and searching"),
    pytest.param(f"{WATCH}?t=79", open_share, {}, id="share"),
    pytest.param(WATCH, open_keys, {}, id="keys"),
    pytest.param(WATCH, fail_to_play, {"api_blocked": True}, id="failure"),
    pytest.param(f"/watch/{SOUND}", do_nothing, {}, id="sound"),
    pytest.param("/note/borders/essay", do_nothing, {}, id="note without video"),
    pytest.param("/note/borders/clockwork", do_nothing, {}, id="clock"),
    pytest.param("/search", do_nothing, {}, id="search"),
    pytest.param("/search?q=the", do_nothing, {}, id="found"),
    pytest.param("/search?q=the&channel=sound", do_nothing, {}, id="found in a channel"),
    pytest.param("/search?q=ceasfire", do_nothing, {}, id="not found"),
    pytest.param("/", search_all, {}, id="searching"),
    pytest.param(WATCH, search_all, {}, id="searching beside a video"),
    pytest.param("/nowhere", do_nothing, {}, id="error"),
]


@pytest.mark.expects_errors("404")
@pytest.mark.parametrize(("path", "act", "faults"), PAGES)
def test_axe_finds_nothing_serious(read, path, act, faults):
    # axe writes inline styles, which the policy forbids.
    reader = read(path, options={"color_scheme": "light", "bypass_csp": True}, **faults)
    act(reader)
    assert serious(reader) == [], "light, on a laptop"
    reader.page.emulate_media(color_scheme="dark")
    assert serious(reader) == [], "dark, on a laptop"
    reader.page.set_viewport_size(PHONE)
    assert serious(reader) == [], "dark, on a phone"


def serious(reader):
    """Return what axe finds serious in the page; the frame is YouTube's."""
    found = Axe().run(reader.page, context={"exclude": [["iframe"]]})
    return [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in found.response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def test_times_are_read_in_words(read):
    reader = read(WATCH)
    expect(reader.page.get_by_role("link", name=f"1 minute 19 seconds {BISHKEK}")).to_be_visible()
    reader.press("2")
    expect(reader.page.get_by_role("link", name="1 minute 19 seconds")).to_be_visible()


def test_a_screen_reader_finds_its_way(read):
    reader = read(f"{WATCH}?t=79")
    expect(reader.page.locator("body")).to_match_aria_snapshot(
        f"""
        - link "Skip to the content"
        - banner
        - main:
          - region "Video":
            - link /Play from 1:19/
            - slider "Seek"
            - region "Now":
              - toolbar "Playback":
                - button "Previous claim"
                - button "Play"
                - button "Next claim"
                - button "Loop this claim"
                - combobox "Speed"
                - button "Copy link to this claim"
                - button "Share"
              - paragraph: /1:19 {BISHKEK}/
            - region "About this video":
              - heading "Notes on the ceasefire" [level=1]
          - region "Claims":
            - navigation "Views":
              - link "Timeline"
              - link "Notes"
            - navigation "Notes of this video"
            - search
            - region "Claims in the order of the video":
              - list
        """
    )


# Hands


def test_everything_can_be_done_with_the_keyboard_alone(read):
    reader = read("/")
    reader.press("Tab")
    expect(reader.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    tab_to(reader, "Notes on the ceasefire")
    reader.press("Enter")
    reader.expect_address(f"{WATCH}$")
    tab_to(reader, "An aside on the mountains")
    for _ in range(6):
        reader.press("ArrowDown")
    expect(reader.row(BISHKEK).locator("a")).to_be_focused()
    reader.press("Enter")
    reader.expect_marked(BISHKEK)
    reader.press("k")
    reader.expect_playing()
    reader.expect_marked(MIDNIGHT)
    reader.press("k")
    reader.expect_playing(False)
    reader.press("Shift+Tab")
    tab_to(reader, "Share", back=True)
    reader.press("Enter")
    dialog = reader.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    reader.press("Escape")
    expect(dialog).to_be_hidden()
    expect(reader.button("Share")).to_be_focused()


def tab_to(reader, words, back=False):
    """Press Tab until the element with `words` has the focus."""
    focused = reader.page.locator("a:focus, button:focus").filter(has_text=words)
    for _ in range(60):
        reader.press("Shift+Tab" if back else "Tab")
        if focused.count():
            break
    outline = reader.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the focus can be seen"


# Without script


def test_the_home_page_is_complete_without_script(read):
    reader = read("/", options=NO_SCRIPT)
    expect(reader.page.locator(".card")).to_have_count(6)
    reader.page.get_by_role("searchbox").fill("ceasefire")
    reader.page.get_by_role("searchbox").press("Enter")
    reader.expect_address(r"/search\?q=ceasefire$")
    reader.page.get_by_role("link", name="The ceasefire was signed").click()
    expect(reader.rows).to_have_count(10)


def test_the_watch_page_is_complete_without_script(read):
    reader = read(WATCH, options=NO_SCRIPT)
    expect(reader.poster).to_have_attribute("href", f"https://www.youtube.com/watch?v={TALK}")
    expect(reader.page.locator("[data-script]:visible")).to_have_count(0)
    reader.click(BISHKEK)
    reader.expect_address(r"\?claim=\w{12}&t=79$")
    reader.expect_marked(BISHKEK)
    expect(reader.poster).to_contain_text(f"Play from 1:19 {BISHKEK}")
    expect(reader.poster).to_have_attribute("href", re.compile("&t=79s$"))
    reader.page.get_by_role("link", name="Notes", exact=True).click()
    expect(reader.page.locator("#notes article")).to_have_count(2)
    reader.page.locator("#notes .stamp").filter(has_text="2:02").click()
    reader.expect_marked("Both sides broke the truce within days")


def test_searching_within_without_script_changes_nothing(read):
    reader = read(WATCH, options=NO_SCRIPT)
    reader.within.fill("truce")
    reader.within.press("Enter")
    reader.expect_address(r"\?q=truce$")
    expect(reader.rows).to_have_count(10)


def test_a_thousand_claims_a_page_without_script(read, crowd):
    reader = read(f"/watch/{CROWDED}", site=crowd, options=NO_SCRIPT)
    expect(reader.rows).to_have_count(1000)
    reader.page.get_by_role("link", name="Show later claims").click()
    expect(reader.rows).to_have_count(1000)
    expect(reader.rows.first).to_contain_text("Claim 1001")
    reader.page.get_by_role("link", name="Show earlier claims").click()
    expect(reader.rows.first).to_contain_text("Claim 1")


# Ten thousand claims


def test_the_first_answer_holds_a_thousand_rows_at_most(client_of, tmp_path):
    note = make_note(make_claims(3000, 2), title="A crowd", videoId=CROWDED)
    client = client_of(write_library(tmp_path, {"crowd.md": note}))
    for query in ("", "?t=1:00:00", "?t=0:10", "?from=2500"):
        soup = BeautifulSoup(client.get(f"/watch/{CROWDED}{query}").text, "lxml")
        assert 500 <= len(soup.select("#timeline .moment")) <= 1000


def test_ten_thousand_rows_arrive_and_are_marked(read, crowd):
    reader = read(f"/watch/{CROWDED}?t=10000", site=crowd, duration=30_000)
    reader.expect_marked("Claim 5000")
    expect(reader.rows).to_have_count(TEN_THOUSAND, timeout=30_000)
    in_order = (
        """rows => rows.every((row, index) => Number(row.dataset.start) === 2 * (index + 1))"""
    )
    assert reader.rows.evaluate_all(in_order)
    expect(reader.marked).to_be_in_viewport()
    reader.play()
    reader.expect_marked("Claim 5001")
    reader.within.fill("Claim 9999")
    reader.within.press("Enter")
    found = reader.page.locator("#timeline .hit-now")
    expect(found).to_be_in_viewport()
    found.locator("a").click()
    reader.expect_marked("Claim 9999")


# Sizes


def test_on_a_phone_the_player_stays_in_view_while_the_list_scrolls(read):
    reader = read("/watch/rivers_long", options={"viewport": PHONE, "has_touch": True})
    player = reader.page.locator(".player")
    assert player.bounding_box()["height"] >= 200
    reader.list.hover()
    reader.page.mouse.wheel(0, 2000)
    reader.wait(lambda: reader.list.evaluate("list => list.scrollTop") > 1000)
    expect(player).to_be_in_viewport(ratio=1)
    assert reader.page.evaluate("() => scrollY") == 0
    reader.play()
    expect(reader.page.locator(".player iframe")).to_be_in_viewport(ratio=1)
    assert reader.page.locator(".player iframe").bounding_box()["height"] >= 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?sort=alone",
        "/topic/minsk",
        "/channel/rivers",
        f"{WATCH}?t=79",
        f"{WATCH}?tab=note",
        "/note/borders/essay",
        "/nowhere",
        "/search",
        "/search?q=the",
    ],
)
@pytest.mark.expects_errors("404")
def test_no_page_scrolls_sideways(read, path):
    reader = read(path)
    for width in (320, 390):
        reader.page.set_viewport_size({"width": width, "height": 640})
        widths = "() => [document.documentElement.scrollWidth, innerWidth]"
        scroll_width, inner_width = reader.page.evaluate(widths)
        assert scroll_width <= inner_width == width


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_controls_are_large_enough_to_touch(read, size):
    reader = read(f"{WATCH}?t=79", options={"viewport": size})
    reader.press("n")  # shows the way back
    controls = reader.page.locator(
        "button:visible, select:visible, .moment a:visible, .tabs a:visible, .choice:visible"
    )
    boxes = [(control.inner_text(), control.bounding_box()) for control in controls.all()]
    reader.press("/")
    reader.within.fill("the")
    boxes += [(control.inner_text(), control.bounding_box()) for control in controls.all()]
    assert len(boxes) > 40
    small = [(words, box) for words, box in boxes if box["width"] < 24 or box["height"] < 24]
    assert small == []


# Tongues


def test_arabic_runs_from_right_to_left(read):
    reader = read(f"/watch/{ARABIC}?t=3")
    for words in (reader.marked, reader.now_claim, reader.page.locator("h1")):
        expect(words).to_have_css("direction", "rtl")
    reader.press("2")
    expect(reader.page.locator("#notes article")).to_have_attribute("lang", "ar")
    expect(reader.page.locator("#notes h2")).to_have_css("direction", "rtl")
    expect(reader.page.locator("#notes li").first).to_have_css("direction", "rtl")
    expect(reader.page.locator("#notes .claim").first).to_have_text(re.compile("^وُقّع الاتفاق"))


def test_chinese_is_read_and_found(read):
    reader = read(f"/watch/{CHINESE}?t=3")
    reader.expect_marked("河流改道了三次")
    expect(reader.marked).to_have_css("direction", "ltr")
    reader.within.fill("春天")
    expect(reader.page.locator(".hit")).to_have_count(1)


# Paper, contrast and colours


def test_printing_gives_the_notes_with_their_times(read):
    reader = read(f"{WATCH}?t=79")
    expect(reader.page.locator("#notes article")).to_have_count(2)
    reader.page.emulate_media(media="print")
    expect(reader.page.locator("#notes")).to_be_visible()
    expect(reader.page.locator("#notes .stamp").filter(has_text="1:19")).to_be_visible()
    for part in (".player", ".strip", ".controls", ".tabs", ".top", ".within"):
        expect(reader.page.locator(part)).to_be_hidden()
    expect(reader.list).to_be_hidden()
    # Nothing is cut off: all of it is on the pages.
    heights = "list => [list.scrollHeight, list.clientHeight]"
    full, shown = reader.page.locator(".scroller:has(#notes)").evaluate(heights)
    assert full <= shown


def test_without_script_the_timeline_is_printed(read):
    reader = read(f"{WATCH}?t=79", options=NO_SCRIPT)
    reader.page.emulate_media(media="print")
    expect(reader.row(BISHKEK)).to_be_visible()


def test_more_contrast_gives_darker_words(read):
    reader = read(WATCH)
    quiet = reader.page.locator(".now-next")
    expect(quiet).to_have_css("color", "rgb(102, 98, 91)")
    reader.page.emulate_media(contrast="more")
    expect(quiet).to_have_css("color", "rgb(59, 56, 51)")


def test_the_colours_can_be_chosen_and_stay_chosen(read):
    reader = read("/", options={"color_scheme": "light"})
    theme = reader.page.get_by_role("button", name="Colours")
    scheme = "() => getComputedStyle(document.documentElement).colorScheme"
    assert reader.page.evaluate(scheme) == "light dark"
    theme.click()
    theme.click()
    assert reader.page.evaluate(scheme) == "dark"
    expect(theme).to_have_accessible_name("Colours: dark")
    reader.page.goto(reader.page.url.rstrip("/") + WATCH)
    assert reader.page.evaluate(scheme) == "dark"
    expect(reader.page.locator("html")).to_have_css("background-color", "rgb(19, 20, 23)")
    theme.click()
    assert reader.page.evaluate(scheme) == "light dark"


def test_a_browser_without_storage_still_follows(read):
    forbid = "Object.defineProperty(window, 'localStorage', { get() { throw new Error(); } });"
    reader = read(WATCH)
    reader.page.add_init_script(forbid)
    reader.page.reload()
    reader.click(BISHKEK)
    reader.expect_marked(BISHKEK)
    reader.press("n")
    reader.expect_marked(MIDNIGHT)


def test_the_icon_and_the_styles_are_there(client_of, shelf):
    client = client_of(shelf)
    for tag in BeautifulSoup(client.get(WATCH).text, "lxml").select("link[href], script[src]"):
        address = tag.get("href") or tag.get("src")
        if address.startswith("/"):
            with client.get(address) as response:
                assert response.status_code == 200, address
