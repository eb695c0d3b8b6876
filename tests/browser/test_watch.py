"""Watching a video with its claims in step."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.shelf import TALK

GIVEN = "The region was given to Azerbaijan"
PARLIAMENT = "It had a parliament of its own"
PETITIONS = "Petitions for a transfer went to Moscow"
VOTE = "A vote was held"
MINSK = "Mediators met in Minsk"
BISHKEK = "The ceasefire was signed in Bishkek"
MIDNIGHT = "Fighting stopped at midnight"
MOUNTAINS = "An aside on the mountains"
BOTH_NOTES = f"/watch/{TALK}"


def in_note(reader, words):
    """Return the claim with `words` in the prose."""
    return reader.page.locator("#notes .claim").filter(has_text=words)


# In step


def test_nothing_is_asked_of_youtube_before_the_poster_is_clicked(read):
    reader = read()
    reader.page.wait_for_load_state("networkidle")
    assert reader.standin.requests == []
    reader.play()
    assert any("/embed/" in address for address in reader.standin.requests)


def test_the_claim_that_is_made_is_marked_in_the_timeline_and_in_the_note(read):
    reader = read()
    expect(reader.marked).to_have_count(0)
    reader.play()
    reader.expect_marked(MOUNTAINS)
    reader.expect_marked(GIVEN)
    expect(reader.page.locator('#notes [aria-current="true"]')).to_have_text(re.compile(GIVEN))
    assert reader.commands("seekTo") == []


def test_claims_that_share_a_second_are_marked_together(read):
    reader = read(f"{BOTH_NOTES}?t=4")
    reader.play()
    reader.expect_marked(PARLIAMENT, PETITIONS)
    expect(reader.page.locator('#notes .claim[aria-current="true"]')).to_have_count(2)
    reader.expect_marked(VOTE)
    expect(reader.page.locator('#notes .claim[aria-current="true"]')).to_have_count(1)


@pytest.mark.parametrize("rate", ["1", "2"])
def test_each_claim_is_marked_when_its_second_comes(read, rate):
    reader = read(f"{BOTH_NOTES}?t=4")
    reader.page.get_by_label("Speed").select_option(rate)
    reader.record()
    reader.play()
    reader.expect_marked(VOTE)
    assert 7 <= reader.standin.media_time(reader.page) < 8.5
    assert reader.standin.trajectory(reader.page).lines[-1].pace == float(rate)
    assert reader.recorded() == [[5, 5], [7]]


def test_a_speed_that_was_chosen_before_playing_is_played_at(read):
    reader = read()
    reader.page.get_by_label("Speed").select_option("1.5")
    reader.play()
    reader.wait(lambda: reader.standin.trajectory(reader.page).lines[-1].pace == 1.5)
    expect(reader.page.get_by_label("Speed")).to_have_value("1.5")


def test_past_claims_are_faded_and_come_back_when_going_back(read):
    reader = read()
    reader.play()
    reader.click(BISHKEK)
    expect(reader.page.locator("#timeline .past")).to_have_count(6)
    reader.click(GIVEN)
    expect(reader.page.locator("#timeline .past")).to_have_count(1)


# Going to a claim


@pytest.mark.parametrize("way", ["a click", "Enter"])
def test_a_claim_is_gone_to_by(read, way):
    reader = read()
    reader.play()
    if way == "Enter":
        reader.row(BISHKEK).locator("a").press("Enter")
    else:
        reader.click(BISHKEK)
    reader.expect_marked(BISHKEK)
    reader.expect_media_time(79, 81)
    assert reader.commands("seekTo") == ["seekTo 79"]


@pytest.mark.parametrize("early", [0, 2], ids=["where it was asked to", "two seconds early"])
def test_a_click_marks_at_once_and_never_flickers_wherever_the_seek_lands(read, early):
    reader = read(lands_early=early, report_interval=0.5)
    reader.play()
    reader.expect_marked(MOUNTAINS)
    reader.record()
    at_once = (
        reader.row(BISHKEK)
        .locator("a")
        .evaluate("link => { link.click(); return link.parentNode.ariaCurrent; }")
    )
    assert at_once == "true"
    reader.expect_media_time(80, 82)
    reader.expect_marked(MIDNIGHT)
    assert reader.recorded() == [[79], [81]]


def test_a_click_while_paused_moves_the_mark_and_stays_paused(read):
    reader = read()
    reader.play()
    reader.pause()
    reader.click(BISHKEK)
    reader.expect_marked(BISHKEK)
    reader.expect_at("1:19")
    reader.expect_playing(False)
    reader.expect_media_time(79, 79)


def test_a_claim_clicked_before_playing_is_where_the_video_begins(read):
    reader = read()
    reader.click(BISHKEK)
    reader.expect_marked(BISHKEK)
    expect(reader.poster).to_contain_text(f"Play from 1:19 {BISHKEK}")
    reader.play()
    reader.expect_media_time(79, 81)
    assert "start=79" in next(url for url in reader.standin.requests if "/embed/" in url)


@pytest.mark.parametrize(
    "click",
    [{"modifiers": ["Control"]}, {"modifiers": ["Shift"]}, {"button": "middle"}],
    ids=["a click with Ctrl", "a click with Shift", "a middle click"],
)
def test_a_claim_opens_in_a_new_tab_by(read, click):
    reader = read()
    with reader.page.context.expect_page() as opened:
        reader.row(BISHKEK).locator("a").click(**click)
    expect(opened.value.locator(".poster")).to_contain_text(f"Play from 1:19 {BISHKEK}")
    expect(reader.marked).to_have_count(0)


def test_a_click_on_the_words_of_a_claim_in_the_note_goes_there(read):
    reader = read(f"{BOTH_NOTES}?tab=note")
    in_note(reader, BISHKEK).click(position={"x": 5, "y": 5})
    expect(in_note(reader, BISHKEK)).to_have_attribute("aria-current", "true")
    reader.expect_at("1:19")


def test_a_click_on_a_stamp_in_the_note_goes_there(read):
    reader = read(f"{BOTH_NOTES}?tab=note")
    reader.page.locator("#notes a.stamp").filter(has_text="2:02").click()
    reader.expect_at("2:02")


def test_a_link_inside_a_claim_stays_a_link(read):
    reader = read(f"{BOTH_NOTES}?tab=note")
    link = reader.page.get_by_role("link", name="the record")
    assert link.get_attribute("href") == "https://records.example/minsk"
    link.evaluate("link => link.addEventListener('click', e => window.kept = !e.defaultPrevented)")
    with reader.page.expect_request("https://records.example/minsk"):
        link.click()


def test_a_click_beside_the_claims_goes_nowhere(read):
    reader = read(f"{BOTH_NOTES}?t=79")
    reader.press("ArrowRight")
    reader.expect_at("1:24")
    reader.page.get_by_role("heading", name="Notes on the ceasefire", level=1).click()
    reader.page.get_by_role("link", name="Timeline").click()
    reader.expect_at("1:24")


def test_selecting_words_of_a_claim_does_not_go_there(read):
    reader = read(f"{BOTH_NOTES}?tab=note")
    box = in_note(reader, BISHKEK).bounding_box()
    reader.page.mouse.move(box["x"] + 3, box["y"] + 8)
    reader.page.mouse.down()
    reader.page.mouse.move(box["x"] + 120, box["y"] + 8, steps=4)
    reader.page.mouse.up()
    assert len(reader.page.evaluate("() => String(getSelection())")) > 5
    expect(reader.marked).to_have_count(0)
    reader.expect_at("0:00")


def test_a_seek_inside_the_frame_moves_the_mark(read):
    reader = read(f"{BOTH_NOTES}?t=18")
    reader.play()
    reader.expect_marked(MINSK)  # it has begun: an advertisement's clock does not get so far
    reader.standin.viewer_seeks(reader.page, 79.2)
    reader.expect_marked(BISHKEK)
    reader.pause()
    reader.standin.viewer_seeks(reader.page, 4)
    reader.expect_marked(GIVEN)
    assert reader.commands("seekTo") == []


# The strip


def test_a_click_on_the_strip_goes_there(read):
    reader = read()
    reader.play()
    expect(reader.strip).to_have_attribute("aria-valuemax", "600")
    width = reader.strip.bounding_box()["width"]
    reader.strip.click(position={"x": width * 0.5, "y": 8})
    reader.expect_media_time(297, 304)


def test_hovering_over_the_strip_tells_the_claim(read):
    reader = read()
    tip = reader.page.locator(".tip")
    expect(tip).to_be_hidden()
    box = reader.strip.bounding_box()
    reader.page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 5)
    expect(tip).to_have_text(re.compile(r"^\d:\d\d Maps were drawn once more$"))
    reader.page.mouse.move(box["x"], 2)
    expect(tip).to_be_hidden()


def test_the_strip_is_a_slider_that_says_where_the_video_is(read):
    reader = read(f"{BOTH_NOTES}?t=79")
    expect(reader.strip).to_have_attribute("aria-valuenow", "79")
    expect(reader.strip).to_have_attribute("aria-valuetext", "1 minute 19 seconds")
    expect(reader.strip).to_have_attribute("aria-valuemin", "0")
    reader.strip.focus()
    expect(reader.page.locator(".tip")).to_have_text(f"1:19 {BISHKEK}")
    reader.press("ArrowRight")
    expect(reader.strip).to_have_attribute("aria-valuenow", "84")
    expect(reader.page.get_by_role("img", name="Where the claims are")).to_have_attribute(
        "aria-label",
        "Where the claims are. 10 moments from 0:01 to 6:45. The longest stretch without a claim "
        "lasts 4 minutes 43 seconds, from 2:02.",
    )


def test_the_strip_is_drawn_to_scale_once_the_duration_is_known(read):
    reader = read(late_duration=True, duration=800)
    drawing = reader.page.locator("#strip-drawing")
    expect(drawing).to_have_attribute("viewBox", re.compile("^0 0 420 "))
    reader.play()
    expect(drawing).to_have_attribute("viewBox", re.compile("^0 0 800 "))
    expect(reader.strip).to_have_attribute("aria-valuemax", "800")


# Now


def test_now_shows_the_claim_and_when_the_next_comes(read):
    reader = read(f"{BOTH_NOTES}?t=20")
    expect(reader.now_claim).to_have_text(MINSK)
    expect(reader.page.locator(".now-next")).to_have_text("next in 0:59")
    reader.click(PARLIAMENT)
    expect(reader.now_claim).to_have_text(PARLIAMENT)
    expect(reader.page.locator(".now-next")).to_have_text("and 1 more next in 0:02")


def test_next_and_previous_go_from_claim_to_claim(read):
    reader = read(f"{BOTH_NOTES}?t=5")
    reader.play()
    reader.pause()
    reader.button("Next claim").click()
    reader.expect_marked(VOTE)
    reader.button("Next claim").click()
    reader.expect_marked(MINSK)
    reader.button("Previous claim").click()
    reader.expect_marked(VOTE)
    reader.button("Previous claim").click()
    reader.expect_marked(PARLIAMENT, PETITIONS)


def test_previous_goes_to_the_start_of_a_claim_that_has_run_for_a_while(read):
    reader = read(f"{BOTH_NOTES}?t=30")
    reader.button("Previous claim").click()
    reader.expect_at("0:20")
    reader.button("Previous claim").click()
    reader.expect_at("0:07")


def test_the_speed_is_chosen_here_or_inside_the_frame(read):
    reader = read()
    reader.play()
    speed = reader.page.get_by_label("Speed")
    speed.select_option("2")
    reader.wait(lambda: reader.standin.trajectory(reader.page).lines[-1].pace == 2)
    reader.standin.viewer_sets_rate(reader.page, 0.5)
    expect(speed).to_have_value("0.5")


def test_a_loop_returns_to_the_start_of_its_claim(read):
    reader = read(f"{BOTH_NOTES}?t=5")
    reader.play()
    loop = reader.button("Loop this claim")
    loop.click()
    expect(loop).to_have_attribute("aria-pressed", "true")
    reader.page.get_by_label("Speed").select_option("2")
    reader.record()
    reader.wait(lambda: reader.commands("seekTo").count("seekTo 5") == 2)
    reader.expect_marked(PARLIAMENT, PETITIONS)
    assert all(starts in ([], [5, 5], [7]) for starts in reader.recorded())
    loop.click()
    reader.expect_marked(VOTE)


def test_back_returns_to_before_the_jump(read):
    reader = read(f"{BOTH_NOTES}?t=20")
    back = reader.button("back to before the jump")
    expect(back).to_be_hidden()
    reader.click(BISHKEK)
    expect(back).to_have_text("0:20: back to before the jump")
    back.click()
    reader.expect_marked(MINSK)
    back.click()
    reader.expect_marked(BISHKEK)


def test_the_link_to_the_claim_is_copied(read):
    reader = read(f"{BOTH_NOTES}?t=85", options={"permissions": ["clipboard-write"]})
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.button("Copy link to this claim").click()
    expect(reader.page.locator(".watch > .status")).to_have_text("Copied")
    link = reader.page.evaluate("() => navigator.clipboard.readText()")
    claim = reader.row(MIDNIGHT).get_attribute("data-claim")
    assert link.endswith(f"/watch/{TALK}?claim={claim}&t=81")


# What the player does


@pytest.mark.parametrize("pace", ["1", "2"])
def test_a_clip_stops_at_its_end(read, pace):
    reader = read(f"{BOTH_NOTES}?t=5,7")
    reader.page.get_by_label("Speed").select_option(pace)
    reader.play()
    reader.expect_playing(False)
    assert reader.standin.media_time(reader.page) == pytest.approx(7, abs=0.35)
    reader.play_button.click()
    reader.expect_playing()
    reader.expect_media_time(7.8, 60)


@pytest.mark.parametrize(
    "fault",
    [
        {"stalls": ((1.5, 0.9), (4, 0.4))},
        {"drift": 0.03, "report_interval": 1},
        {"reports_stop": 0.8, "reports_stop_for": 1.5},
        {"lands_early": 2},
    ],
    ids=["stalls", "drift", "reports that stop", "keyframes"],
)
def test_no_seek_is_asked_for_without_a_reader_in_spite_of(read, fault):
    reader = read(**fault)
    reader.page.get_by_label("Speed").select_option("2")
    reader.record()
    reader.play()
    reader.expect_marked(PARLIAMENT, PETITIONS)
    assert reader.commands("seekTo") == []
    starts = [marked[0] for marked in reader.recorded() if marked]
    assert all(before < after for before, after in pairwise(starts))


def test_an_api_that_comes_late_plays_where_the_reader_is_by_then(read):
    reader = read(f"{BOTH_NOTES}?t=20", api_late=4)
    reader.poster.click()
    reader.click(BISHKEK)
    reader.expect_playing()
    reader.expect_media_time(79, 81)
    reader.expect_marked(BISHKEK)


@pytest.mark.parametrize(
    ("state", "forgets"),
    [(-1, False), (1, False), (3, True), (1, True)],
    ids=["is unstarted", "plays", "buffers and forgets", "plays and forgets"],
)
def test_the_wanted_second_comes_after_an_advertisement_that(read, state, forgets):
    reader = read(
        f"{BOTH_NOTES}?t=80",
        advertisement=1,
        advertisement_state=state,
        advertisement_forgets=forgets,
    )
    reader.record()
    reader.poster.click()
    reader.expect_media_time(80.2, 85)
    reader.expect_address("t=8[0-4]$")
    reader.expect_marked(MIDNIGHT)
    assert reader.recorded() in ([[81]], [[79], [81]])
    assert reader.commands("seekTo") == (["seekTo 80"] if forgets else [])
