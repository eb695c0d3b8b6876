"""In a real browser nothing of a hostile note runs, and nothing is asked of another host."""

# ruff: noqa: E501 - payloads are not broken over lines

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from tests import payloads

PER_NOTE = 40
EVERY = [*payloads.PAYLOADS, *map(payloads.links, payloads.ADDRESSES)]

AUDIT = """() => {
  const allowed = new Set(ALLOWED);
  const faults = [];
  for (const root of document.querySelectorAll(".prose")) {
    for (const element of root.querySelectorAll("*")) {
      const names = element.getAttributeNames();
      const own = names.filter((name) => !/^(href|title|rel|class|data-start|data-claim|datetime|aria-hidden|aria-current)$/.test(name));
      if (!allowed.has(element.localName) || own.length) faults.push(element.outerHTML.slice(0, 200));
      if (element.namespaceURI !== "http://www.w3.org/1999/xhtml") faults.push(element.localName);
      if (element.localName === "a" && element.hasAttribute("href")) {
        const { protocol, origin } = new URL(element.href);
        const ours = element.classList.contains("stamp") || element.classList.contains("wikilink");
        const known = ours ? origin === location.origin : /^(https?|mailto):$/.test(protocol);
        if (!known) faults.push(element.outerHTML.slice(0, 200));
      }
    }
  }
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^on|^style$|^srcdoc$/.test(name) && !element.closest(".strip")) faults.push(`${element.localName} ${name}=${value}`);
    }
  }
  const strangers = "iframe, object, embed, base, math, portal, img:not(.picture img, .poster img), frame, link:not([rel=icon], [rel=stylesheet], [rel=canonical])";
  for (const element of document.querySelectorAll(strangers)) faults.push(element.outerHTML.slice(0, 200));
  for (const { type, src } of document.scripts) {
    if (type !== "application/ld+json" && !src.startsWith(location.origin + "/static/")) faults.push(src);
    if (type === "application/ld+json") faults.push(...document.scripts.length > 5 ? ["scripts"] : []);
  }
  return faults;
}""".replace("ALLOWED", repr(
    "a b i em strong p br h1 h2 h3 h4 h5 h6 ul ol li blockquote code pre table thead tbody tr td "
    "th sup sub hr del span time".split()
))  # fmt: skip


@pytest.fixture
def foreign() -> list[str]:
    """The addresses on other hosts that were asked for."""
    return []


@pytest.fixture
def open_context(
    new_context: Callable[..., BrowserContext], foreign: list[str]
) -> Callable[..., BrowserContext]:
    """Return a function that makes a context which notes what is asked of other hosts."""

    def open_context(**options: object) -> BrowserContext:
        context = new_context(**options)

        def see(url: str) -> None:
            parts = urlsplit(url)
            if parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1":
                foreign.append(url)

        context.on("request", lambda request: see(request.url))
        context.add_init_script(
            "window.alert = window.confirm = window.prompt = window.print ="
            " () => { window.hostile = 1 };"
        )
        return context

    return open_context


def write_notes(folder: Path) -> int:
    """Fill `folder` with notes that hold every payload; return how many videos they are about."""
    videos = 0
    for first in range(0, len(EVERY), PER_NOTE):
        batch = EVERY[first : first + PER_NOTE]
        head = payloads.markdown_note(batch[0], payloads.video_id(videos))
        # Each stands alone in its lines, so that an open tag does not shut the others in.
        (folder / f"note{videos}.md").write_text("\n\n".join([head, *batch]), "utf-8", "replace")
        page = payloads.html_note("\n".join(batch), payloads.video_id(videos))
        (folder / f"page{videos}.html").write_text(page, "utf-8", "replace")
        videos += 1
    for number, text in enumerate(payloads.PAYLOADS[:170]):
        note = payloads.markdown_note(text, f"titled{number:05}")
        (folder / f"titled{number}.md").write_text(note, "utf-8", "replace")
    return videos


def assert_nothing_ran(page: Page, foreign: list[str]) -> None:
    assert page.evaluate("() => window.hostile") is None
    assert page.evaluate(AUDIT) == []
    assert page.evaluate("() => frames.length") == 0
    assert foreign == []


@pytest.mark.parametrize("bypassed", [False, True], ids=["policy on", "policy bypassed"])
def test_nothing_runs_and_nothing_is_fetched(
    tmp_path: Path,
    live_server: Callable[..., str],
    open_context: Callable[..., BrowserContext],
    foreign: list[str],
    bypassed: bool,
) -> None:
    videos = write_notes(tmp_path)
    server = live_server(tmp_path)
    page = open_context(bypass_csp=bypassed).new_page()
    for number in range(videos):
        address = f"{server}/watch/{payloads.video_id(number)}"
        if bypassed:
            page.goto(f"{address}?tab=note", wait_until="load")
            assert_nothing_ran(page, foreign)
        page.goto(f"{address}?t=3", wait_until="load")
        page.wait_for_selector(".prose", state="attached")  # htmx has brought the notes
        assert_nothing_ran(page, foreign)
    look_at_the_rest(page, server, foreign)


def look_at_the_rest(page: Page, server: str, foreign: list[str]) -> None:
    """Filter, share, search within, move over links; then the home page and its search."""
    page.locator(".choice").nth(1).click()
    page.wait_for_selector(".choice[aria-current]")
    assert_nothing_ran(page, foreign)
    page.evaluate("() => document.querySelector('[data-act=share]').click()")
    page.wait_for_selector("#share[open]")
    assert_nothing_ran(page, foreign)
    page.keyboard.press("Escape")
    page.fill("#within", "<script>")
    assert_nothing_ran(page, foreign)
    page.evaluate(
        """() => {
          for (const type of ["mouseover", "focus", "click"]) {
            for (const element of document.querySelectorAll(".prose *, .moment *, .about *")) {
              const event = new Event(type, { bubbles: false, cancelable: true });
              element.dispatchEvent(event);
            }
          }
        }"""
    )
    assert_nothing_ran(page, foreign)
    page.goto(f"{server}/", wait_until="load")
    assert_nothing_ran(page, foreign)
    for words in ("script", "<img", "zzz<script>window.hostile=1</script>"):
        with page.expect_response(lambda response: "q=" in response.url):
            page.fill("#q", words)
        page.wait_for_timeout(100)
        assert_nothing_ran(page, foreign)
    page.evaluate("() => localStorage.setItem('pictures', 'true')")
    page.reload(wait_until="load")
    strangers = [url for url in foreign if not url.startswith("https://i.ytimg.com/vi/")]
    assert strangers == []
    assert page.evaluate("() => window.hostile") is None
