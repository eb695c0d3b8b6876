"""A phone is the first screen: what it has room for, and what hands, thumbs and eyes need."""

import pytest
from playwright.sync_api import expect

from tests.browser.sight import (
    CONTROLS,
    IN_NOTE,
    IN_TRANSCRIPT,
    LEAST,
    MANY,
    MARK,
    ON_ITS_SIDE,
    SEEN,
    UPRIGHT,
    expect_seen,
)

PHONE = (390, 664)
WATCH = f"/watch/{MANY}?t=3500"


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


# Room


def test_what_is_needed_rarely_is_one_tap_away(look):
    reader = look(WATCH, PHONE)
    about = reader.page.get_by_role("region", name="About this video")
    expect(about).to_be_hidden()
    reader.button("About this video").tap()
    for words in ("Watch on YouTube", "All videos", "Search all claims"):
        expect(about.get_by_role("link", name=words)).to_be_visible()
    expect(about.get_by_text("Export")).to_be_visible()
    expect(about.get_by_role("heading", level=1)).to_be_visible()
    expect(about.locator(".strip-whole")).to_be_visible()
    about.get_by_role("button", name="Close").tap()
    expect(about).to_be_hidden()
    reader.button("Choose notes").tap()
    expect(reader.page.get_by_role("link", name="Another note")).to_be_visible()


@pytest.mark.parametrize(
    ("before", "during"),
    [((390, 664), (390, 394)), ((360, 560), (360, 310)), ((844, 340), (844, 150))],
    ids=["large", "small", "on its side"],
)
def test_a_keyboard_on_the_screen_hides_neither_the_field_nor_the_hits(look, before, during):
    reader = look(WATCH, before)
    expect_seen(reader)
    reader.button("Search within").tap()
    expect(reader.within).to_be_focused()
    reader.page.set_viewport_size({"width": during[0], "height": during[1]})
    reader.page.keyboard.type("claim 61")
    reader.press("Enter")
    expect(reader.within).to_be_in_viewport(ratio=1)
    reader.wait(lambda: "painted" not in reader.page.evaluate(SEEN, "#timeline .hit-now"))
    reader.page.set_viewport_size({"width": before[0], "height": before[1]})
    expect(reader.page.locator(".player")).to_be_in_viewport(ratio=1)
    reader.button("Leave the search").tap()
    expect(reader.within).to_be_hidden()
    expect(reader.page.locator(".hit")).to_have_count(0)


def test_nothing_moves_under_the_hand(look):
    reader = look(WATCH, PHONE)
    controls = reader.page.locator(".controls > *:not(.loop, .copy), .tabs a, .tab-tools button")

    def places():
        return controls.evaluate_all(
            "parts => parts.map(part => JSON.stringify(part.getBoundingClientRect()))"
        )

    before = places()
    for act in ("n", "n", "f", "f"):  # a way back, two claims of one second, no following
        reader.press(act)
        assert places() == before, act
    reader.button("Choose notes").tap()
    reader.page.get_by_role("link", name="Another note").tap()
    expect(reader.rows).to_have_count(350)
    reader.press("Escape")
    assert places() == before


@pytest.mark.parametrize(
    ("size", "insets"),
    [
        pytest.param(PHONE, {"top": 47, "bottom": 34}, id="upright"),
        pytest.param((844, 340), {"left": 47, "right": 47, "bottom": 21}, id="on its side"),
    ],
)
def test_nothing_to_press_lies_under_a_notch_or_a_home_bar(look, size, insets):
    reader = look(WATCH, size)
    session = reader.page.context.new_cdp_session(reader.page)
    session.send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})
    reader.press("f")  # so that the way back to following is there
    width, height = size
    bottom = height - insets.get("bottom", 0)
    pressed = reader.page.locator(
        ".controls button:visible, .tabs a:visible, .tab-tools button:visible, .follow, .seek"
    )
    for each in pressed.all():
        box = each.bounding_box()
        words = each.inner_text()
        assert box["x"] >= insets.get("left", 0), words
        assert box["x"] + box["width"] <= width - insets.get("right", 0), words
        assert box["y"] >= insets.get("top", 0), words
        assert box["y"] + box["height"] <= bottom, words


# Sizes and words


def test_sizes_are_what_they_say(look):
    reader = look(WATCH, PHONE)
    small = """() => [...document.querySelectorAll("body *")].filter((part) =>
      part.checkVisibility() && part.matches(":not(svg *)") && part.innerText?.trim() &&
      parseFloat(getComputedStyle(part).fontSize) < 12).map((part) => part.outerHTML)"""
    assert reader.page.evaluate(small) == []
    expect(reader.page.locator("html")).to_have_css("font-size", "16px")
    reader.button("Search within").tap()
    expect(reader.within).to_have_css("font-size", "16px")  # or iOS would zoom in
    reader.button("Leave the search").tap()
    targets = reader.page.locator(CONTROLS)
    heights = {round(target.bounding_box()["height"]) for target in targets.all()}
    assert min(heights) >= 44


@pytest.mark.parametrize("tab", ["timeline", "note", "transcript"])
def test_what_is_said_can_be_told_with_forced_colours(look, tab):
    reader = look(f"{WATCH}&tab={tab}", options={"forced_colors": "active"})
    mark = {"timeline": f"{MARK} > a", "note": IN_NOTE, "transcript": IN_TRANSCRIPT}[tab]
    colours = """mark => {
      const others = mark.replace('[aria-current="true"]', ":not([aria-current])");
      return [mark, others].map((selector) => {
        const { backgroundColor, color } = getComputedStyle(document.querySelector(selector));
        return `${backgroundColor} ${color}`;
      });
    }"""
    reader.page.locator(mark).first.wait_for()
    marked, other = reader.page.evaluate(colours, mark)
    assert marked != other


def test_a_repeated_claim_is_whole_while_it_is_said(read, live_server, tmp_path):
    words = "The region was given away and taken back and given away again within a single year"
    (tmp_path / "again.md").write_text(
        f"---\ntitle: Again\nvideoId: again_again\n---\n- {words} [0:05] [1:00]\n- Between [0:30]\n"
    )
    reader = read(
        "/watch/again_again?t=60",
        site=live_server(tmp_path),
        options={"viewport": {"width": 360, "height": 560}, "has_touch": True},
    )
    expect(reader.marked).to_have_text(words)
    expect(reader.page.locator(".again")).to_have_count(1)
    cut = """({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
      scrollWidth > clientWidth || scrollHeight > clientHeight"""
    assert not reader.marked.evaluate(cut)
    expect(reader.now_claim).to_have_text(words)
    expect(reader.page.locator('[data-ui="posterClaim"]')).to_have_text(words)
    reader.button("Share").tap()
    expect(reader.page.locator('[data-ui="shareWords"]')).to_have_text(words)
    reader.press("Escape")
    reader.press("p")
    reader.expect_marked("Between")
    assert reader.row(words).last.locator(".words").evaluate(cut)
