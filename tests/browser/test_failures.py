"""Whatever keeps the video from playing, the claims can still be followed."""

import re

import pytest
from playwright.sync_api import expect

from tests.shelf import BROKEN, SOUND, TALK

BISHKEK = "The ceasefire was signed in Bishkek"
MIDNIGHT = "Fighting stopped at midnight"
AT_THE_CEASEFIRE = f"/watch/{TALK}?t=79"
BLOCKED = "YouTube can’t be reached from here"
OWNER = "The owner of this video does not let other pages play it."

CASES = [
    pytest.param({"api_blocked": True}, BLOCKED, id="the API is blocked"),
    pytest.param({"error": 2}, "YouTube does not know this video", id="error 2"),
    pytest.param({"error": 5}, "The player can’t play this video", id="error 5"),
    pytest.param({"error": 100}, "was removed or made private", id="error 100"),
    pytest.param({"error": 101}, OWNER, id="error 101"),
    pytest.param({"error": 150}, OWNER, id="error 150"),
    pytest.param({"error": 153}, "not told which page asks (error 153)", id="error 153"),
]
SILENT = [
    pytest.param({"frame_blocked": True}, id="the frame is blocked"),
    pytest.param({"frame_silent": True}, id="the frame never answers"),
    pytest.param({"api_hangs": True}, id="the API hangs"),
]


def expect_failure(reader, words):
    """Wait until the page says what went wrong, and offers the way out."""
    alert = reader.page.get_by_role("alert")
    expect(alert).to_contain_text(words)
    expect(alert.locator("p:visible")).to_have_count(2)
    expect(alert.get_by_role("link", name="Watch on YouTube")).to_have_attribute(
        "href", f"https://www.youtube.com/watch?v={TALK}&t=79s"
    )
    expect(reader.page.locator(".player iframe")).to_have_count(0)


def expect_clock(reader):
    """See that the clock plays the claims, as was asked of the video."""
    reader.expect_playing()
    reader.expect_marked(MIDNIGHT)
    reader.click("A vote was held")
    reader.expect_marked("A vote was held")
    expect(reader.page.locator(".clock-face")).to_have_text("0:08")


@pytest.mark.parametrize(("fault", "words"), CASES)
def test_a_failure_is_told_at_the_same_claim(read, fault, words):
    reader = read(AT_THE_CEASEFIRE, **fault)
    reader.poster.click()
    expect_failure(reader, words)
    reader.expect_marked(BISHKEK)


@pytest.mark.parametrize("fault", [{"api_blocked": True}, {"error": 150}], ids=["API", "error"])
def test_the_clock_plays_the_claims_after_a_failure_of(read, fault):
    reader = read(AT_THE_CEASEFIRE, **fault)
    reader.poster.click()
    expect(reader.page.get_by_role("alert")).to_be_visible()
    expect_clock(reader)


@pytest.mark.parametrize("fault", SILENT)
def test_youtube_is_given_up_after_twelve_seconds_when(read, fault):
    reader = read(AT_THE_CEASEFIRE, **fault)
    reader.page.clock.install()
    reader.page.reload()
    reader.poster.click()
    reader.page.clock.fast_forward(11_000)
    expect(reader.page.get_by_role("alert")).to_be_hidden()
    reader.page.clock.fast_forward(1_100)
    expect_failure(reader, BLOCKED)


@pytest.mark.parametrize(
    "fault", [{"api_blocked": True}, {"error": 150}], ids=["an API that was blocked", "an error"]
)
def test_the_player_can_be_tried_again_after(read, fault):
    reader = read(AT_THE_CEASEFIRE, **fault)
    reader.poster.click()
    reader.button("Try again").click()
    expect(reader.button("Try again")).to_be_visible()  # it failed again
    reader.standin.faults = type(reader.standin.faults)()
    reader.click(MIDNIGHT)
    reader.button("Try again").click()
    reader.expect_playing()
    reader.expect_media_time(81, 83)
    expect(reader.page.get_by_role("alert")).to_be_hidden()


def test_the_link_to_youtube_moves_with_the_reader(read):
    reader = read(AT_THE_CEASEFIRE, error=150)
    reader.poster.click()
    link = reader.page.get_by_role("alert").get_by_role("link")
    expect(link).to_have_attribute("href", re.compile("&t=79s$"))
    reader.click("A vote was held")
    expect(link).to_have_attribute("href", re.compile("&t=7s$"))


def test_a_browser_that_blocks_autoplay_asks_for_a_click_in_the_player(read):
    reader = read(AT_THE_CEASEFIRE, autoplay_blocked=True)
    reader.poster.click()
    alert = reader.page.get_by_role("alert")
    expect(alert).to_contain_text("Your browser waits for a click in the player")
    expect(alert.get_by_role("button")).to_be_hidden()
    reader.standin.viewer_presses_play(reader.page)
    reader.expect_playing()
    expect(alert).to_be_hidden()
    reader.expect_marked(MIDNIGHT)


def test_the_claims_can_be_followed_without_the_video_by_choice(read):
    reader = read(AT_THE_CEASEFIRE)
    reader.button("Follow without the video").click()
    reader.expect_marked(MIDNIGHT)
    expect(reader.page.get_by_role("alert")).to_be_hidden()
    assert reader.standin.requests == []


def test_the_clock_ends_and_begins_again(read):
    reader = read("/note/borders/clockwork")
    reader.page.get_by_label("Speed").select_option("2")
    reader.strip.focus()
    reader.press("ArrowRight")
    reader.press("ArrowRight")
    reader.press("ArrowRight")
    reader.expect_at("0:15")
    reader.play_button.click()
    reader.expect_playing()
    reader.expect_playing(False)
    reader.expect_at("0:19")
    reader.play_button.click()
    reader.expect_at("0:01")


# Media files beside the notes


def test_a_media_file_beside_the_note_plays_in_place_of_youtube(read):
    reader = read(f"/watch/{SOUND}")
    with reader.page.expect_response(re.compile("/media/")) as answer:
        reader.page.reload()
    assert answer.value.status == 206
    assert reader.poster.count() == 0
    reader.play_button.click()
    reader.expect_marked("A tone is heard")
    reader.expect_marked("It grows")
    reader.click("It ends")
    reader.expect_marked("It ends")
    expect(reader.strip).to_have_attribute("aria-valuemax", "20")
    reader.wait(
        lambda: 15 <= reader.page.locator("audio").evaluate("audio => audio.currentTime") < 18
    )
    assert reader.standin.requests == []


def test_a_media_file_opens_at_the_second_of_the_link(read):
    reader = read(f"/watch/{SOUND}?t=4")
    reader.expect_marked("It grows")
    reader.wait(lambda: reader.page.locator("audio").evaluate("audio => audio.currentTime") == 4)


def test_a_media_file_that_ends_can_be_played_again(read):
    reader = read(f"/watch/{SOUND}?t=18.5")
    reader.play_button.click()
    reader.expect_playing()
    reader.expect_playing(False)
    reader.play_button.click()
    reader.expect_marked("A tone is heard")


def test_a_broken_media_file_ends_in_the_clock(read):
    reader = read(f"/watch/{BROKEN}?t=2")
    alert = reader.page.get_by_role("alert")
    expect(alert).to_contain_text("The player can’t play this video in this browser.")
    reader.play_button.click()
    reader.expect_marked("It grows")


@pytest.mark.expects_errors("404")
def test_a_media_file_that_has_gone_ends_in_the_clock(read):
    reader = read(f"/watch/{SOUND}")
    reader.page.route("**/media/**", lambda route: route.fulfill(status=404))
    reader.page.reload()
    expect(reader.page.get_by_role("alert")).to_contain_text("The player can’t play this video")
    reader.play_button.click()
    reader.expect_marked("A tone is heard")
