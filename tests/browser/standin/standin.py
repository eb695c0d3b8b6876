"""The project's own stand-in for the YouTube player, for tests in a real browser.

`install(context)` answers every request that a Playwright context makes to YouTube's hosts: the
script of the IFrame Player API, the frame it talks to, and thumbnails. The frame has a real media
clock, so that the true time of the video can be compared with what the page shows. What can go
wrong with YouTube is a switch of `Faults`.

    standin = install(context, advertisement=2.0, lands_early=1.5)
    page.goto(...)
    standin.viewer_seeks(page, 79)
    assert standin.media_time(page) > 77
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Frame, Page, Request, Route

HERE = Path(__file__).parent
HOSTS = re.compile(r"^https?://([\w-]+\.)*(youtube\.com|youtube-nocookie\.com|ytimg\.com)/")
THUMBNAIL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="360">'
    '<rect width="480" height="360" fill="#456"/></svg>'
)
NO_REFERRER = 153
FOREVER = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What the stand-in does wrong, and the facts of its video. Times are in seconds."""

    duration: float = 600
    report_interval: float = 0.25
    """Between two reports of the time; YouTube's come about four times a second."""
    buffering: float = 0.12
    """Between asking for playback, or a seek, and the clock's running."""
    rates: tuple[float, ...] = (0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2)
    """What `setPlaybackRate` knows; other values round towards 1."""
    ready_state: Literal[-1, 5] = 5

    api_blocked: bool = False
    """The request for the API's script fails, as under a filter."""
    api_hangs: bool = False
    """The first script comes, the second never does: no call, no error."""
    api_late: float = 0
    frame_blocked: bool = False
    frame_silent: bool = False
    """The frame loads and never answers."""
    error: Literal[2, 5, 100, 101, 150, 153] | None = None
    referrer_required: bool = True
    """Error 153 for a frame that was requested without a Referer, as YouTube does."""

    autoplay_blocked: bool = False
    """Nothing plays before the viewer has pressed play inside the frame."""
    advertisement: float = 0
    """How long an advertisement plays first."""
    advertisement_state: Literal[-1, 1, 3] = -1
    """The state reported meanwhile."""
    advertisement_time: Literal["zero", "target"] = "zero"
    """The time reported meanwhile: 0, or where playback is to begin."""
    advertisement_forgets: bool = False
    """Playback begins at 0 after the advertisement, whatever was asked for."""
    late_duration: bool = False
    """The duration is 0 until playback begins."""

    lands_early: float = 0
    """A seek lands this much before its target, on a keyframe: up to about 2 s."""
    stalls: tuple[tuple[float, float], ...] = ()
    """(second of the video, seconds): the clock stands while the state says PLAYING."""
    reports_stop: float = FOREVER
    """No report says the time from this long after the first play..."""
    reports_stop_for: float = FOREVER
    """...for so long."""
    drift: float = 0
    """How much faster the clock runs than its rate says: 0.01 is one per cent."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that the page asked of the player, `at` in milliseconds of the epoch."""

    name: str
    args: tuple[Any, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Line:
    """From `at` (ms of the epoch) the video's time is `time` and grows by `pace` a second."""

    at: float
    time: float
    pace: float


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What the video's clock truly did, as straight lines."""

    lines: tuple[Line, ...]

    def at(self, stamp: float) -> float:
        """Return the second of the video at `stamp`, in milliseconds of the epoch."""
        index = bisect_right(self.lines, stamp, key=lambda line: line.at) - 1
        line = self.lines[max(index, 0)]
        return line.time + max(stamp - line.at, 0) / 1000 * line.pace

    def crossings(
        self, starts: Sequence[float], since: float, until: float
    ) -> list[tuple[float, float]]:
        """Return (stamp, start) whenever the running clock passes one of the sorted `starts`."""
        found = []
        ends = [*(line.at for line in self.lines[1:]), until]
        for line, end in zip(self.lines, ends, strict=True):
            if line.pace == 0:
                continue
            first = bisect_right(starts, line.time)
            last = bisect_right(starts, line.time + (end - line.at) / 1000 * line.pace)
            for start in starts[first:last]:
                stamp = line.at + (start - line.time) / line.pace * 1000
                if since <= stamp < until:
                    found.append((stamp, start))
        return found


class Standin:
    """YouTube as one browser context sees it."""

    def __init__(self, context: BrowserContext, faults: Faults) -> None:
        """Answer the context's requests to YouTube's hosts from now on."""
        self.faults = faults
        """May be replaced; what loads later obeys it."""
        self.requests: list[str] = []
        """The address of every request to YouTube's hosts, in order."""
        context.route(HOSTS, self._answer)

    def frame(self, page: Page) -> Frame:
        """Return the player's frame; raises `LookupError` where the page has none."""
        for frame in page.frames:
            if "/embed/" in frame.url and HOSTS.match(frame.url):
                return frame
        raise LookupError("the page has no player frame")

    def commands(self, page: Page, name: str | None = None) -> list[Command]:
        """Return what the page asked of the player so far, or only the commands of one name."""
        found = page.evaluate("() => window.standin?.commands ?? []")
        return [
            Command(command["name"], tuple(command["args"]), command["at"])
            for command in found
            if name in (None, command["name"])
        ]

    def trajectory(self, page: Page) -> Trajectory:
        """Return what the video's clock truly did so far."""
        lines = self.frame(page).evaluate("() => window.standin.trajectory")
        return Trajectory(tuple(Line(line["at"], line["time"], line["pace"]) for line in lines))

    def now(self, page: Page) -> float:
        """Return the present as the frame stamps it, in milliseconds of the epoch."""
        return float(self.frame(page).evaluate("() => window.standin.now()"))

    def media_time(self, page: Page) -> float:
        """Return the second of the video that is truly being shown."""
        return self.trajectory(page).at(self.now(page))

    def viewer_presses_play(self, page: Page) -> None:
        """Press the frame's own button, which plays or pauses."""
        self.frame(page).locator("#play").click()

    def viewer_seeks(self, page: Page, seconds: float) -> None:
        """Move the slider inside the frame."""
        self.frame(page).locator("#seek").evaluate(
            "(slider, seconds) => { slider.value = seconds;"
            " slider.dispatchEvent(new Event('change')); }",
            seconds,
        )

    def viewer_sets_rate(self, page: Page, rate: float) -> None:
        """Choose a speed inside the frame."""
        self.frame(page).locator("#rate").select_option(value=f"{rate:g}")

    def _answer(self, route: Route, request: Request) -> None:
        self.requests.append(request.url)
        address = urlsplit(request.url)
        if address.path == "/iframe_api":
            self._answer_script(route, "iframe_api.js")
        elif address.path.startswith("/s/player/"):
            if not self.faults.api_hangs:
                self._answer_script(route, "widget_api.js")
        elif address.path.startswith("/embed/") and not self.faults.frame_blocked:
            route.fulfill(content_type="text/html", body=self._frame_page(request))
        elif address.netloc.endswith("ytimg.com"):
            route.fulfill(content_type="image/svg+xml", body=THUMBNAIL)
        else:
            route.abort()

    def _answer_script(self, route: Route, name: str) -> None:
        if self.faults.api_blocked:
            route.abort("blockedbyclient")
            return
        body = (HERE / name).read_text("utf-8").replace("SETTINGS", self._settings(), 1)
        route.fulfill(content_type="text/javascript", body=body)

    def _frame_page(self, request: Request) -> str:
        refused = self.faults.referrer_required and "referer" not in request.headers
        error = NO_REFERRER if refused else self.faults.error
        html = (HERE / "embed.html").read_text("utf-8")
        script = (HERE / "embed.js").read_text("utf-8")
        return html.replace("SETTINGS", self._settings(error=error)).replace("SCRIPT", script)

    def _settings(self, **changes: object) -> str:
        return json.dumps(asdict(self.faults) | changes)


def install(context: BrowserContext, **faults: Any) -> Standin:
    """Put the stand-in in YouTube's place for `context`; `faults` are fields of `Faults`."""
    return Standin(context, Faults(**faults))
