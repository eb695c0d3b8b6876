"""The button for a transcript: start, cancel, and how far it is."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import VIDEO
from tests.pages import HTMX, parse
from tests.waiting import wait_for
from tests.youtube.site import Site, running_site, sorry, watch_page
from viewer.youtube.job_rows import State
from viewer.youtube.pace import Manners
from viewer.youtube.queue import FetchQueue
from viewer.youtube.sidecars import Sidecars

OURS = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
PATH = f"/fetch/{VIDEO}"


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    words = "It came late, and they said that the law was not for them [1:19]."
    (folder / "law.md").write_text(f"---\ntitle: Law\nvideoId: {VIDEO}\n---\n{words}\n")
    return folder


@pytest.fixture
def start(site: Site, notes: Path, tmp_path: Path, client_of: Callable[..., FlaskClient]):
    """Return a function that starts a queue and returns a client of the app that has it."""
    running = []

    def begin(*, is_started: bool = True, **options: object) -> FlaskClient:
        manners = Manners(spacing=(0, 0), after_faults=(), after_refusals=(60,))
        known = {"manners": manners, "worker": site.worker()}
        queue = FetchQueue(tmp_path / "index", Sidecars(notes), **{**known, **options})
        if is_started:
            queue.start()
            running.append(queue)
        return client_of(notes, FETCH_QUEUE=queue)

    yield begin
    for queue in running:
        queue.stop()


def part(answer: TestResponse) -> BeautifulSoup:
    found = parse(answer).select_one("#fetch")
    assert found is not None, answer.text
    return found


def follow(client: FlaskClient, answer: TestResponse) -> BeautifulSoup:
    """Ask again, as the page does, until there is nothing to ask for."""
    for _ in range(150):
        found = part(answer)
        if "hx-get" not in found.attrs:
            return found
        assert found["hx-trigger"] == "every 1s"
        answer = client.get(found["hx-get"], headers=HTMX)
        while answer.status_code == 204:
            time.sleep(0.1)
            answer = client.get(found["hx-get"], headers=HTMX)
    raise AssertionError(found)


def test_a_button_starts_it_and_the_page_follows_to_the_end(start, site, notes):
    site.add_video(VIDEO, subtitles=site.captions("de", "en"))
    client = start()
    form = part(client.get(PATH, headers=HTMX)).select_one("form")
    assert (form["action"], form["hx-post"], form["method"]) == (PATH, PATH, "post")
    assert form.text.strip() == "Get the transcript from YouTube"
    answer = client.post(PATH, headers=OURS | HTMX)
    assert part(answer).select_one("progress")["max"] == "5"
    done = follow(client, answer)
    assert "The transcript is here." in done.text
    assert done.select_one("a")["href"] == f"/watch/{VIDEO}?tab=transcript"
    names = {path.name for path in (notes / "captions").iterdir()}
    assert names == {f"{VIDEO}.en.json3", f"{VIDEO}.info.json"}, "in the language of the note"


def test_what_has_not_changed_is_not_exchanged(start, site, tmp_path):
    client = start(worker=site.worker("stuck", str(tmp_path / "pid")))
    client.post(PATH, headers=OURS | HTMX)
    wait_for(lambda: "Starting yt-dlp" in part(client.get(PATH, headers=HTMX)).text)
    again = client.get(part(client.get(PATH, headers=HTMX))["hx-get"], headers=HTMX)
    assert (again.status_code, again.text) == (204, "")
    assert again.headers["Cache-Control"] == "no-store"


def test_it_can_be_cancelled(start, site, tmp_path):
    client = start(worker=site.worker("stuck", str(tmp_path / "pid")))
    form = part(client.post(PATH, headers=OURS | HTMX)).select_one("form")
    assert form.button["id"] == "fetch-cancel", "which keeps the focus when the rest is exchanged"
    found = part(client.post(form["hx-post"], headers=OURS | HTMX))
    assert "Get the transcript from YouTube" in found.text


def test_a_failure_is_told_with_what_else_there_is(start, site, notes):
    site.add_video(VIDEO, subtitles=site.captions("de", "pt-BR"))
    client = start()
    found = follow(client, client.post(PATH, headers=OURS | HTMX))
    assert found.select_one("[role=alert]").text == (
        "The video has no captions in a language that was wanted; it has de, pt-BR; choose one of "
        "those (--language)."
    )
    offers = {button.text: button.get("value") for button in found.select("form button")}
    assert offers == {"Get it in de": "de", "Get it in pt-BR": "pt-BR", "Try again": None}
    follow(client, client.post(PATH, headers=OURS | HTMX, data={"language": "pt-BR"}))
    assert (notes / "captions" / f"{VIDEO}.pt-BR.json3").exists()


def test_a_refusal_says_when_it_is_tried_again(start, site):
    site.add_video(VIDEO, subtitles=site.captions("en", status=429))
    client = start()
    client.post(PATH, headers=OURS | HTMX)
    wait_for(lambda: "Trying again at" in part(client.get(PATH, headers=HTMX)).text)
    found = part(client.get(PATH, headers=HTMX))
    assert "YouTube takes no more requests from this address for now (HTTP 429)" in found.text
    assert "Cancel" in found.text


def test_it_works_without_script(start, site):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    client = start(is_started=False)
    answer = client.post(PATH, headers=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    page = client.get(PATH)
    assert page.headers["Refresh"] == "2"
    assert parse(page).h1.text == "Law"
    assert part(page).select_one("progress")


# Who may, and what is asked


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_something_that_fetches_there_is_nothing(notes, client_of, method):
    answer = client_of(notes).open(PATH, method=method, headers=OURS)
    assert answer.status_code == 404
    assert "Transcripts are fetched where the owner of the library opens it" in answer.text


@pytest.mark.parametrize(("path", "method", "status"), [
    (PATH, "GET", 404), (PATH, "POST", 403), (f"{PATH}/cancel", "POST", 403),
])  # fmt: skip
def test_a_server_for_others_fetches_nothing(
    start, notes, client_of, tmp_path, path, method, status
):
    queue = FetchQueue(tmp_path / "index", Sidecars(notes))
    public = client_of(notes, FETCH_QUEUE=queue, PUBLIC_URL="http://localhost")
    assert public.open(path, method=method, headers=OURS).status_code == status
    assert queue.find(VIDEO) is None


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        pytest.param(PATH, "POST", 403, id="start, from another site"),
        pytest.param(f"{PATH}/cancel", "POST", 403, id="cancel, from another site"),
        pytest.param(PATH, "GET", 200, id="start, by a link: shows the button"),
        pytest.param(f"{PATH}/cancel", "GET", 405, id="cancel, by a link"),
    ],
)
def test_other_sites_and_links_neither_start_nor_cancel_it(start, path, method, status):
    client = start(is_started=False)
    queue = client.application.config["FETCH_QUEUE"]
    other = {**OURS, "Sec-Fetch-Site": "cross-site"}
    answer = client.open(path, method=method, headers=other)
    assert answer.status_code == status
    assert ("comes from another site" in answer.text) == (status == 403)
    assert queue.find(VIDEO) is None
    client.post(PATH, headers=OURS)
    waiting = queue.find(VIDEO)
    assert client.open(path, method=method, headers=other).status_code == status
    assert queue.find(VIDEO) == waiting
    assert waiting.state == State.WAITING


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        pytest.param("/fetch/abcdefghijk", {}, 404, id="a video that no note is about"),
        pytest.param("/fetch/abc", {}, 404, id="no video id"),
        pytest.param(f"/fetch/{VIDEO}x", {}, 404, id="too long"),
        pytest.param(f"/fetch/https:%2F%2Fyoutu.be%2F{VIDEO}", {}, 404, id="an address"),
        pytest.param(PATH, {"language": "../../x"}, 400, id="a path for a language"),
    ],
)
def test_only_videos_of_the_library_are_asked_for(start, path, data, status):
    client = start(is_started=False)
    assert client.post(path, headers=OURS, data=data).status_code == status
    queue = client.application.config["FETCH_QUEUE"]
    assert queue.find(VIDEO) is None
    assert queue.find("abcdefghijk") is None


def test_words_of_the_site_are_text(start, site):
    said = "Sorry <img src=x onerror=alert(1)>"
    site.add("/watch", watch_page(VIDEO, sorry(said)))
    client = start(worker=site.worker("youtube"))
    found = follow(client, client.post(PATH, headers=OURS | HTMX))
    assert said in found.select_one("[role=alert]").text
    assert found.select("img") == []
