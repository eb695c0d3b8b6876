"""A reader before a watch page: what they see, and what they do."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.standin.standin import Standin

MARKED = '.moment[aria-current="true"] .words'
FIRST_MARKED = """beginning => document.querySelector('.moment[aria-current="true"] .words')
  ?.textContent.startsWith(beginning)"""
RECORD = """() => {
  const list = document.querySelector("#timeline");
  window.record = [];
  new MutationObserver(() => {
    const marked = [...list.querySelectorAll('.moment[aria-current="true"]')];
    window.record.push(marked.map((row) => Number(row.dataset.start)));
  }).observe(list, { subtree: true, attributeFilter: ["aria-current"] });
}"""


class Reader:
    """One reader's page and the stand-in for YouTube behind it."""

    def __init__(self, page: Page, standin: Standin) -> None:
        self.page = page
        self.standin = standin
        self.watch = page.locator(".watch")
        self.rows = page.locator("#timeline .moment")
        self.marked = page.locator(f"#timeline {MARKED}")
        self.poster = page.locator(".poster")
        self.strip = page.get_by_role("slider", name="Seek")
        self.play_button = page.get_by_role("button", name="Play", exact=True)
        self.now_claim = page.locator(".now-claim")
        self.position = page.locator(".position")
        self.within = page.get_by_role("searchbox", name="Search within these claims")
        self.list = page.get_by_role("region", name="Claims in the order of the video")

    def row(self, words: str) -> Locator:
        """Return the row of the claim with `words`."""
        return self.rows.filter(has_text=words)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def play(self) -> None:
        """Press play and wait until the video's clock runs."""
        if self.poster.is_visible():
            self.poster.click()
        else:
            self.play_button.click()
        self.expect_playing()

    def pause(self) -> None:
        self.button("Pause").click()
        self.expect_playing(False)

    def click(self, words: str) -> None:
        """Click the row of a claim."""
        self.row(words).locator("a").click()

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def expect_playing(self, playing: bool = True) -> None:
        # `expect` draws up the tree of all that is below, which takes seconds of ten thousand rows.
        wanted = "false" if playing else "true"
        self.wait(lambda: self.watch.get_attribute("data-paused") == wanted)

    def expect_marked(self, *words: str) -> None:
        """Wait until exactly these claims are marked in the timeline."""
        expect(self.marked).to_have_text(list(words))

    def expect_marked_claim(self, beginning: str) -> None:
        """Wait until the marked claim's words begin so; quick in a list of thousands."""
        self.wait(lambda: self.page.evaluate(FIRST_MARKED, beginning))

    def expect_at(self, timecode: str) -> None:
        """Wait until the page says that the video is there."""
        expect(self.position).to_have_text(timecode)

    def expect_address(self, pattern: str) -> None:
        """Wait until the address matches, and for the scripts: before, a link is but a link."""
        self.page.wait_for_url(re.compile(pattern))

    def expect_media_time(self, low: float, high: float) -> None:
        """Wait until the video is truly between two seconds."""

        def is_there() -> bool:
            try:
                return low <= self.standin.media_time(self.page) <= high
            except LookupError:  # the frame has not come yet
                return False

        self.wait(is_there)

    def wait(self, holds: Any, seconds: float = 8) -> None:
        """Wait until `holds()`."""
        for _ in range(int(seconds * 20)):
            if holds():
                return
            self.page.wait_for_timeout(50)
        assert holds()

    def record(self) -> None:
        """Note from now on which seconds are marked, whenever that changes."""
        self.page.wait_for_selector("#notes article", state="attached")  # which marks afresh
        self.page.evaluate(RECORD)

    def recorded(self) -> list[list[float]]:
        """Return the seconds that were marked since, one list for each change."""
        found: list[list[float]] = self.page.evaluate("() => window.record")
        return found

    def commands(self, name: str | None = None) -> list[str]:
        """Return what the page has asked of YouTube's player, as "seekTo 79"."""
        return [
            " ".join([command.name, *map(str, command.args[:1])])
            for command in self.standin.commands(self.page, name)
        ]
