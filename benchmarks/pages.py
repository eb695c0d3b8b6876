"""The pages that `sync.py` measures: a plain list, and the watch page on made-up notes."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser.standin.standin import install

ROOT = Path(__file__).resolve().parents[1]
ORIGIN = "https://page.test"
TYPES = {".js": "text/javascript", ".html": "text/html"}
PAGE = """<!doctype html><html lang="en"><title>bench</title>
<style>
  #player, iframe {{ inline-size: 480px; block-size: 270px; }}
  #rows {{ block-size: 400px; overflow: auto; }}
  li {{ content-visibility: auto; contain-intrinsic-size: auto 1.5em; }}
  [aria-current="true"] {{ background: gold; }}
</style>
<div id="player"></div>
<ol id="rows">{rows}</ol>
<script type="module" src="/benchmarks/drivers.js"></script>
"""
FIRST_CLICK_WORKS = """
if (window === window.top) {
  // A link that no script has upgraded yet must not leave the page.
  window.addEventListener("click", (event) => event.preventDefault());
  const knock = setInterval(() => {
    const row = document.querySelector("[data-claim][data-start]");
    if (!row) return;
    (row.querySelector("a") ?? row).click();
    if (row.getAttribute("aria-current") !== "true") return;
    window.interactiveAfter = performance.now();
    clearInterval(knock);
  }, 10);
}
"""


def make_starts(claims: int) -> list[float]:
    """Return about one start a second, never in step with anything."""
    chance = random.Random(claims)
    return [round(second + chance.uniform(0.5, 1.1), 2) for second in range(claims)]


def first_second(claims: int) -> int:
    """Return where playback begins: the middle, with room enough to play on."""
    return min(10, claims // 2) if claims < 1_000 else claims // 2


def open_list(context: BrowserContext, driver: str, claims: int) -> Page:
    """Open the plain list of so many claims, kept in step by `driver` of drivers.js."""
    rows = "".join(
        f'<li data-claim="{number}" data-start="{start}">Claim {number} of the talk'
        for number, start in enumerate(make_starts(claims))
    )

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(ORIGIN).partition("?")[0]
        if name == "/":
            route.fulfill(content_type="text/html", body=PAGE.format(rows=rows))
        elif (file := ROOT / name[1:]).is_file():
            route.fulfill(content_type=TYPES[file.suffix], body=file.read_text("utf-8"))
        else:
            route.abort()

    context.route(f"{ORIGIN}/**", answer)
    page = context.new_page()
    page.goto(f"{ORIGIN}/?driver={driver}&start={first_second(claims)}")
    return page


def open_watch_page(context: BrowserContext, claims: int, address: str) -> Page:
    """Open the app's own page, and press its poster once all rows are there."""
    page = context.new_page()
    page.goto(f"{address}/watch/{video_id(claims)}?t={first_second(claims)}")
    rows = page.locator("[data-claim][data-start]")
    while rows.count() < claims:
        page.wait_for_timeout(100)
    page.locator("[data-ui=poster]").first.click()
    return page


def video_id(claims: int) -> str:
    """Return the id of the made-up video with so many claims."""
    return f"bench{claims:06d}"


def write_notes(folder: Path, sizes: Sequence[int]) -> None:
    """Write a note of each size: about one claim a second, in whole seconds."""
    chance = random.Random(0)
    for claims in sizes:
        lines = [f"---\ntitle: {claims} claims\nvideoId: {video_id(claims)}\n---\n"]
        for number in range(claims):
            second = number + chance.randint(0, 1)
            stamp = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
            if number % 50 == 0:
                lines.append(f"\n## Part {number // 50 + 1}\n")
            lines.append(
                f"- Claim {number} says that something was measured, how, and what came of it "
                f'<a class="yt-timestamp" data-t="{stamp}">[{stamp}]</a>'
            )
        (folder / f"{claims}.md").write_text("\n".join(lines) + "\n", "utf-8")


@contextmanager
def serving(sizes: Sequence[int]) -> Iterator[str]:
    """Serve made-up notes of these sizes with the app; gives its address."""
    with tempfile.TemporaryDirectory() as name, socket.socket() as free:
        write_notes(Path(name), sizes)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "viewer", "serve", name, "--no-open", "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for_answer(address)
            yield address
        finally:
            server.terminate()
            server.wait()


def wait_for_answer(address: str) -> None:
    """Wait until the server answers; raises `TimeoutError` after twenty seconds."""
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing answers at {address}")


def interactive_after(browser: Browser, address: str, claims: int) -> float:
    """Return the ms from navigation until a click on the first row marks it."""
    context = browser.new_context()
    install(context)
    context.add_init_script(FIRST_CLICK_WORKS)
    page = context.new_page()
    page.goto(f"{address}/watch/{video_id(claims)}")
    page.wait_for_function("() => window.interactiveAfter", timeout=20_000)
    took = float(page.evaluate("() => window.interactiveAfter"))
    context.close()
    return took
