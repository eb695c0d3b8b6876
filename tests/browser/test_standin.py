"""The stand-in for YouTube keeps to the contract that the player was written to."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.standin.standin import Line, Standin, Trajectory, install

ORIGIN = "https://page.test"
PLAYING = 1

Open = Callable[..., tuple[Page, Standin]]

PAGE = """<!doctype html><title>page</title><div id="player"></div>
<script>
  const heard = [];
  const hear = (name) => (event) => heard.push([name, event.data]);
  const names = ["Ready", "StateChange", "PlaybackRateChange", "Error", "AutoplayBlocked"];
  const events = Object.fromEntries(names.map((name) => [`on${name}`, hear(`on${name}`)]));
  let player;
  function onYouTubeIframeAPIReady() {
    heard.push(["api", null]);
    player = new YT.Player(TARGET);
  }
</script>
<script async src="https://www.youtube.com/iframe_api"></script>
"""
DIV = """"player", {
  videoId: "qd7ezvCtIYg", host: "https://www.youtube-nocookie.com", playerVars: VARS, events }"""
IFRAME = """(() => {
  const iframe = document.createElement("iframe");
  iframe.referrerPolicy = "POLICY";
  iframe.src = "https://www.youtube.com/embed/qd7ezvCtIYg?enablejsapi=1&origin=WHERE";
  document.getElementById("player").replaceWith(iframe);
  return iframe;
})(), { events }"""


@pytest.fixture
def open_page(context: BrowserContext) -> Open:
    """Open a page with a player: `open_page(vars=..., **faults)`."""

    def open_page(target: str = DIV, vars: str = "{}", **faults: Any) -> tuple[Page, Standin]:
        standin = install(context, **faults)
        body = PAGE.replace("TARGET", target).replace("VARS", vars)

        def answer(route: Route) -> None:
            route.fulfill(content_type="text/html", body=body)

        context.route(f"{ORIGIN}/**", answer)
        page = context.new_page()
        page.goto(f"{ORIGIN}/", wait_until="domcontentloaded")
        return page, standin

    return open_page


def wait_for(page: Page, event: str, data: object = None, *, timeout: float = 5) -> None:
    """Wait until the page has heard the event."""
    page.wait_for_function(
        "([name, data]) => heard.some(([n, d]) => n === name && d === data)",
        arg=[event, data],
        timeout=timeout * 1000,
    )


def states(page: Page) -> list[int]:
    """Return the states heard so far, in order."""
    heard = page.evaluate("() => heard")
    return [data for name, data in heard if name == "onStateChange"]


def current_time(page: Page) -> float:
    """Return what the API says the time is."""
    return float(page.evaluate("() => player.getCurrentTime()"))


def iframe(origin: str = ORIGIN, policy: str = "strict-origin-when-cross-origin") -> str:
    """Return a target that is an iframe already in the page."""
    return IFRAME.replace("WHERE", origin).replace("POLICY", policy)


def test_methods_come_with_ready(open_page: Open) -> None:
    page, _ = open_page(frame_silent=True)
    wait_for(page, "api")
    early = page.evaluate("() => [typeof player.seekTo, typeof player.destroy]")
    assert early == ["undefined", "function"]
    page, standin = open_page()
    wait_for(page, "onReady")
    facts = "() => [player.getPlayerState(), player.getDuration(), player.getCurrentTime()]"
    assert page.evaluate(facts) == [5, 600, 0]
    assert "https://www.youtube-nocookie.com/embed/" in standin.requests[-1]


@pytest.mark.parametrize("target", [DIV, iframe()], ids=["a div", "an iframe of the page's own"])
def test_first_play_is_unstarted_buffering_playing(open_page: Open, target: str) -> None:
    page, _ = open_page(target)
    wait_for(page, "onReady")
    page.evaluate("() => player.playVideo()")
    wait_for(page, "onStateChange", PLAYING)
    assert states(page) == [-1, 3, 1]


def test_autoplay_begins_at_the_start_that_was_asked_for(open_page: Open) -> None:
    page, standin = open_page(vars="{ autoplay: 1, start: 79 }")
    wait_for(page, "onStateChange", PLAYING)
    assert 79 <= current_time(page) < 80
    assert standin.commands(page) == []


def test_time_between_reports_is_interpolated_and_runs_on_one_second_at_most(
    open_page: Open,
) -> None:
    page, standin = open_page(vars="{ autoplay: 1 }", reports_stop=0.5)
    wait_for(page, "onStateChange", PLAYING)
    page.wait_for_timeout(300)
    before, told, after = standin.media_time(page), current_time(page), standin.media_time(page)
    assert before - 0.05 < told < after + 0.05
    page.wait_for_timeout(1800)
    told = current_time(page)
    assert 1 < told <= 1.6
    assert standin.media_time(page) > 2


def test_after_a_seek_the_time_runs_on_from_the_old_place_until_the_next_report(
    open_page: Open,
) -> None:
    page, standin = open_page(vars="{ autoplay: 1 }", report_interval=1, lands_early=1.5)
    wait_for(page, "onStateChange", PLAYING)
    page.evaluate("() => { heard.length = 0; player.seekTo(100, true); }")
    assert current_time(page) < 2
    wait_for(page, "onStateChange", PLAYING)
    assert states(page) == [3, 1]
    assert current_time(page) < 3, "no report yet"
    page.wait_for_timeout(1100)
    assert 98.5 < current_time(page) < 101
    assert [seek.args for seek in standin.commands(page, "seekTo")] == [(100, True)]


def test_a_seek_from_paused_stays_paused_and_from_cued_plays(open_page: Open) -> None:
    page, _ = open_page()
    wait_for(page, "onReady")
    page.evaluate("() => player.seekTo(50, true)")
    wait_for(page, "onStateChange", PLAYING)
    assert 50 <= current_time(page) < 51
    page.evaluate("() => player.pauseVideo()")
    wait_for(page, "onStateChange", 2)
    page.evaluate("() => { heard.length = 0; player.seekTo(70, true); }")
    page.wait_for_function("() => player.getCurrentTime() === 70")
    assert states(page) == []


@pytest.mark.parametrize(
    ("wanted", "heard"), [(2, 2), (1.1, None), (1.9, 1.75), (0.3, 0.5), (16, 2)]
)
def test_rates_round_towards_one(open_page: Open, wanted: float, heard: float | None) -> None:
    page, _ = open_page()
    wait_for(page, "onReady")
    page.evaluate("rate => player.setPlaybackRate(rate)", wanted)
    if heard is None:
        page.wait_for_timeout(200)
    else:
        wait_for(page, "onPlaybackRateChange", heard)
    assert page.evaluate("() => player.getPlaybackRate()") == (heard or 1)


@pytest.mark.parametrize("code", [2, 5, 100, 101, 150, 153])
def test_errors_are_told(open_page: Open, code: int) -> None:
    page, _ = open_page(vars="{ autoplay: 1 }", error=code)
    wait_for(page, "onError", code)
    assert states(page) == []


def test_a_frame_without_referrer_is_error_153(open_page: Open) -> None:
    page, _ = open_page(iframe(policy="no-referrer"))
    wait_for(page, "onError", 153)


@pytest.mark.parametrize(
    ("target", "faults", "heard"),
    [
        pytest.param(iframe(origin="https://other.test"), {}, ["api"], id="wrong origin"),
        pytest.param(DIV, {"frame_silent": True}, ["api"], id="silent frame"),
        pytest.param(DIV, {"frame_blocked": True}, ["api"], id="blocked frame"),
        pytest.param(DIV, {"api_blocked": True}, [], id="blocked script"),
        pytest.param(DIV, {"api_hangs": True}, [], id="hanging script"),
        pytest.param(DIV, {"api_late": 3}, [], id="late script"),
    ],
)
def test_nothing_is_told_when_youtube_does_not_answer(
    open_page: Open, target: str, faults: dict[str, Any], heard: list[str]
) -> None:
    page, _ = open_page(target, **faults)
    if heard:
        wait_for(page, "api")
    page.wait_for_timeout(400)
    assert [name for name, _ in page.evaluate("() => heard")] == heard


def test_a_late_script_arrives(open_page: Open) -> None:
    page, _ = open_page(api_late=0.6)
    began = time.monotonic()
    wait_for(page, "onReady")
    assert time.monotonic() - began > 0.3


def test_blocked_autoplay_waits_for_the_viewer(open_page: Open) -> None:
    page, standin = open_page(vars="{ autoplay: 1 }", autoplay_blocked=True)
    wait_for(page, "onAutoplayBlocked")
    assert states(page) == [3, -1]
    standin.viewer_presses_play(page)
    wait_for(page, "onStateChange", PLAYING)
    standin.viewer_presses_play(page)
    wait_for(page, "onStateChange", 2)


@pytest.mark.parametrize(("forgets", "at"), [(False, 79), (True, 0)])
def test_an_advertisement_comes_first(open_page: Open, forgets: bool, at: int) -> None:
    page, _ = open_page(
        vars="{ autoplay: 1, start: 79 }", advertisement=0.8, advertisement_forgets=forgets
    )
    wait_for(page, "onReady")
    page.wait_for_timeout(500)
    assert current_time(page) == 0
    wait_for(page, "onStateChange", PLAYING)
    assert at <= current_time(page) < at + 1


def test_a_stall_says_playing_while_the_clock_stands(open_page: Open) -> None:
    page, standin = open_page(vars="{ autoplay: 1 }", stalls=((0.3, 30),), late_duration=True)
    wait_for(page, "onReady")
    assert page.evaluate("() => player.getDuration()") == 0
    wait_for(page, "onStateChange", PLAYING)
    page.wait_for_timeout(1000)
    assert page.evaluate("() => [player.getPlayerState(), player.getDuration()]") == [1, 600]
    assert standin.media_time(page) == pytest.approx(0.3, abs=0.1)


def test_the_clock_drifts_from_its_rate(open_page: Open) -> None:
    page, standin = open_page(vars="{ autoplay: 1 }", drift=0.5)
    wait_for(page, "onStateChange", PLAYING)
    assert standin.trajectory(page).lines[-1].pace == 1.5


def test_the_viewer_seeks_and_changes_speed_inside_the_frame(open_page: Open) -> None:
    page, standin = open_page(vars="{ autoplay: 1 }")
    wait_for(page, "onStateChange", PLAYING)
    standin.viewer_seeks(page, 200)
    page.wait_for_function("() => player.getCurrentTime() > 200")
    standin.viewer_sets_rate(page, 2)
    wait_for(page, "onPlaybackRateChange", 2)
    assert standin.commands(page) == []


def test_the_end_is_told_at_the_duration(open_page: Open) -> None:
    page, _ = open_page(vars="{ autoplay: 1 }", duration=0.5)
    wait_for(page, "onStateChange", 0)
    assert current_time(page) == 0.5


def test_crossings_are_where_the_straight_lines_meet_the_starts() -> None:
    trajectory = Trajectory((Line(1000, 0, 1), Line(3000, 2, 0), Line(4000, 2, 2)))
    starts = [0.5, 2.0, 3.0]
    assert trajectory.crossings(starts, 0, 9000) == [(1500, 0.5), (3000, 2.0), (4500, 3.0)]
    assert trajectory.at(3500) == 2
