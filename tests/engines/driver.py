"""What a test asks of a browser, whichever its engine: one page, a mouse and a keyboard.

    with Firefox(program) as driver:
        driver.open(address)
        driver.click("[data-act=play]")
        assert driver.evaluate("() => document.title") == "Armenia"

The actions are those of W3C WebDriver (section 15), which WebDriver BiDi has taken over as they
are, so that a driver only has to send them.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Action = dict[str, Any]

NOWHERE = "127.0.0.1:9"
"""Where nothing listens. As the proxy for all that is not on this machine it refuses at once:
no test waits for a name server, and no browser talks to its maker."""

KEYS = {
    "Backspace": "\ue003",
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowUp": "\ue013",
    "ArrowDown": "\ue015",
}
"""The keys without a character, by their names in the DOM (WebDriver, section 17.4.2)."""

CENTRE = """(selector) => {
  const shown = (element) => element.getClientRects().length;
  const element = [...document.querySelectorAll(selector)].find(shown);
  if (!element) return { problem: "is not there" };
  const box = element.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2].map(Math.floor);
  const hit = document.elementFromPoint(x, y);
  if (!hit) return { problem: `is out of sight, at ${x}, ${y}` };
  const { outerHTML } = hit;
  return element.contains(hit) ? { x, y } : { problem: `is behind ${outerHTML.slice(0, 90)}` };
}"""


class Driver(ABC):
    """One page of one browser, which has a profile of its own and ends with the driver."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Go to an address; return when the page has loaded."""

    @abstractmethod
    def evaluate(self, function: str, *arguments: Any) -> Any:
        """Return what a function of the page returns, given as its source: "(a, b) => a + b".

        Arguments and value are what JSON can carry.
        """

    @abstractmethod
    def perform(self, source: str, actions: list[Action]) -> None:
        """Let an input source, which is a "pointer", a "key" or a "wheel", do some actions."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Give the page's viewport a size in CSS pixels."""

    @abstractmethod
    def screenshot(self, path: Path) -> None:
        """Write what the viewport shows as a PNG."""

    @abstractmethod
    def close(self) -> None:
        """End the browser, with all its processes and its profile."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def click(self, selector: str) -> None:
        """Click the centre of the first element shown, once it rests and can be hit there."""
        x, y = self._settled_centre(selector)
        self.perform(
            "pointer",
            [
                {"type": "pointerMove", "x": x, "y": y},
                {"type": "pointerDown", "button": 0},
                {"type": "pointerUp", "button": 0},
            ],
        )

    def turn_wheel(self, selector: str, pixels: int) -> None:
        """Scroll down with the mouse over the centre of an element."""
        x, y = self._settled_centre(selector)
        self.perform(
            "wheel",
            [{"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": pixels}],
        )

    def press(self, key: str) -> None:
        """Press a key, by its character or its name: "n", "Enter"."""
        self._strike([KEYS.get(key, key)])

    def type(self, text: str) -> None:
        """Strike one key for each character."""
        self._strike(text)

    def _strike(self, keys: Iterable[str]) -> None:
        self.perform(
            "key",
            [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")],
        )

    def _settled_centre(self, selector: str) -> tuple[int, int]:
        """Return the centre of an element that nothing hides, once it has it twice in a row."""
        before: dict[str, Any] = {}
        found: dict[str, Any] = {}

        def settles() -> bool:
            nonlocal before, found
            before, found = found, self.evaluate(CENTRE, selector)
            return "problem" not in found and found == before

        try:
            wait_until(settles, f"{selector} can be hit")
        except TimeoutError as error:
            raise TimeoutError(f"{error}: it {found.get('problem', 'moves')}") from None
        return found["x"], found["y"]


def wait_until(holds: Callable[[], object], what: str, *, seconds: float = 10) -> None:
    """Wait until `holds()`; raise a `TimeoutError` that says `what` was waited for."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:g} s until {what}")
        time.sleep(0.05)
