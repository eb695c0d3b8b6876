"""Fixtures of the browser tests: one library on one server, and readers who open its pages."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.reader import Reader
from tests.browser.sight import LAPTOP, write_valley
from tests.browser.standin.standin import install
from tests.serving import serving
from tests.shelf import TALK, write_shelf

expect.set_options(timeout=10_000)  # a machine that is busy is no fault of the page


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the notes in `tests.shelf`."""
    return write_shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="session")
def site(shelf: Path) -> Iterator[str]:
    """Return the address of a server of that library."""
    with serving(shelf) as address:
        yield address


@pytest.fixture
def read(new_context: Callable[..., BrowserContext], site: str) -> Callable[..., Reader]:
    """Return a function that opens a page in a new profile, with the stand-in for YouTube.

    `read("/watch/…", options={…}, **faults)`: the options are those of a browser context.
    """

    def read(
        path: str = f"/watch/{TALK}",
        *,
        site: str = site,
        options: dict[str, Any] | None = None,
        storage: dict[str, str] | None = None,
        **faults: Any,
    ) -> Reader:
        context = new_context(**{"viewport": {"width": 1280, "height": 800}, **(options or {})})
        if storage:
            setting = "".join(f"localStorage[{key!r}] = {text!r};" for key, text in storage.items())
            context.add_init_script(f"try {{ {setting} }} catch {{}}")
        reader = Reader(context.new_page(), install(context, **faults))
        reader.page.goto(site + path)
        return reader

    return read


@pytest.fixture(scope="session")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the library that `tests.browser.sight` writes."""
    with serving(write_valley(tmp_path_factory.mktemp("valley"))) as address:
        yield address


@pytest.fixture
def look(read: Callable[..., Reader], valley: str) -> Callable[..., Reader]:
    """Return a function that opens a page of that library on a screen of a size."""

    def look(path: str, size: tuple[int, int] = LAPTOP, **fields: Any) -> Reader:
        width, height = size
        screen = {"viewport": {"width": width, "height": height}, "has_touch": size != LAPTOP}
        options = screen | fields.pop("options", {})
        return read(path, site=valley, options=options, **{"duration": 25_000, **fields})

    return look
