"""One browser of each engine, for the tests of a module."""

from collections.abc import Callable, Iterator

import pytest

from tests.engines.driver import Driver
from tests.engines.firefox import Firefox
from tests.engines.programs import FIREFOX, WEBKIT, XVFB, Program
from tests.engines.webkit import WebKit

ENGINES: dict[Callable[..., Driver], tuple[Program, ...]] = {
    Firefox: (FIREFOX,),
    WebKit: (WEBKIT, XVFB),
}
"""The drivers, and the programs that each needs."""


@pytest.fixture(scope="module", params=ENGINES, ids=lambda engine: engine.__name__.lower())
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Return the driver of a browser; the tests are skipped where it is not installed."""
    paths = [_find(program) for program in ENGINES[request.param]]
    with request.param(*paths) as driver:
        yield driver


def _find(program: Program) -> object:
    return program.find() or pytest.skip(program.advice)
