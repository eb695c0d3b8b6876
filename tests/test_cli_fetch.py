"""`claimline fetch`: what is asked for, what is said in the end, and how it stops."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.factories import VIDEO
from tests.waiting import wait_for
from tests.youtube.processes import is_alive
from tests.youtube.site import JSON3, VTT, Site, running_site
from viewer.cli import main
from viewer.commands.fetch import Targets, plan_requests
from viewer.youtube.pace import Manners
from viewer.youtube.tool import Tool

ROOT = Path(__file__).parents[1]
OTHER, THIRD = "abcdefghijk", "lmnopqrstuv"
AT_ONCE = Manners(spacing=(0, 0), after_faults=(0.1,), after_refusals=(0.1,))


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Return what is asked in YouTube's place."""
    with running_site() as running:
        monkeypatch.setattr("viewer.youtube.fetch.WORKER", running.worker())
        monkeypatch.setattr("viewer.commands.fetch.Manners", lambda: AT_ONCE)
        monkeypatch.setattr("viewer.youtube.messages.find_tool", lambda: None)
        monkeypatch.setattr("viewer.commands.fetch.find_tool", lambda: None)
        yield running


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number, video_id in enumerate((VIDEO, OTHER, THIRD)):
        words = "Das war nicht alles, und die anderen sagten das auch, wie er ist [1:19]."
        (folder / f"{number}.md").write_text(f"---\nvideoId: {video_id}\n---\n{words}\n")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["fetch", *map(str, arguments)])


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_video_is_fetched_by_its_address_to_where_one_is(site, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    site.add_video(VIDEO, subtitles=site.captions("en", "de"))
    result = run(f"https://youtu.be/{VIDEO}?t=79")
    assert (result.exit_code, result.stdout) == (0, "1 transcript is in captions\n")
    assert names(tmp_path / "captions") == {f"{VIDEO}.en.json3", f"{VIDEO}.info.json"}


def test_with_a_folder_it_is_in_the_language_of_its_notes(site, notes):
    site.add_video(VIDEO, subtitles=site.captions("en", "de"))
    assert run(VIDEO, notes).exit_code == 0
    assert f"{VIDEO}.de.json3" in names(notes / "captions")


def test_a_folder_is_all_its_videos_and_missing_those_without_a_transcript(site, notes, tmp_path):
    for video_id in (VIDEO, OTHER, THIRD):
        site.add_video(video_id, subtitles=site.captions("de"))
    more = tmp_path / "more"
    more.mkdir()
    (more / f"{OTHER}.en.vtt").write_text(VTT)
    result = run("--missing", notes, "--captions", more)
    assert (result.exit_code, result.stdout) == (0, f"2 transcripts are in {more}\n")
    assert f"{OTHER}.de.json3" not in names(more)
    assert run(notes, "--missing", "--captions", more).stdout == "Every video has a transcript.\n"
    assert run(notes).stdout == f"3 transcripts are in {notes / 'captions'}\n"


@pytest.mark.parametrize(
    ("path", "text", "is_missing"),
    [
        pytest.param(f"notes/captions/{VIDEO}.en.vtt", VTT, False, id="captions in the library"),
        pytest.param(
            f"more/deep/{VIDEO}.en.json3", json.dumps(JSON3), False, id="in a folder beside"
        ),
        pytest.param(f"more/{VIDEO}.info.json", "{}", True, id="facts are no transcript"),
        pytest.param(f"more/{VIDEO}.en.vtt", "WEBVTT\n", True, id="without a word"),
        pytest.param(f"more/{VIDEO}.en.json3", "<html>Sorry", True, id="broken"),
    ],
)
def test_what_is_missing_is_what_can_not_be_read(notes, tmp_path, path, text, is_missing):
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(text)
    folders, first = [tmp_path / "more"], [VIDEO] * is_missing
    requests, _ = plan_requests(Targets((), notes), folders, [], is_missing=True)
    assert [request.video_id for request in requests] == [*first, OTHER, THIRD]
    requests, _ = plan_requests(Targets((VIDEO, THIRD), notes), folders, [], is_missing=True)
    assert [request.video_id for request in requests] == [*first, THIRD], "of those that are named"


def test_the_current_folder_is_meant_where_none_is_named(site, notes, monkeypatch):
    monkeypatch.chdir(notes)
    for video_id in (VIDEO, OTHER, THIRD):
        site.add_video(video_id, subtitles=site.captions("de"))
    assert run("--missing").stdout == "3 transcripts are in captions\n"


def test_what_could_not_be_had_is_said_and_the_others_are_fetched(site, notes):
    site.add_video(VIDEO, subtitles=site.captions("de"))
    site.add_video(OTHER, live_status="is_live")
    site.add_video(THIRD, subtitles=site.captions("fr"))
    result = run(notes)
    assert result.exit_code == 1
    assert result.stdout == f"1 transcript is in {notes / 'captions'}\n"
    assert result.stderr.splitlines()[-2:] == [
        f"{OTHER}: the video is live now; its captions come when it has ended, mostly within hours",
        f"{THIRD}: the video has no captions in a language that was wanted; it has fr; choose one "
        "of those (--language)",
    ]
    assert run(THIRD, notes, "--language", "fr").exit_code == 0
    assert f"{THIRD}.fr.json3" in names(notes / "captions")


def test_a_refusal_is_for_all_and_the_others_are_not_asked_for(site, notes):
    site.add_video(VIDEO, subtitles=site.captions("de", status=429))
    result = run(notes)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-2:] == [
        f"{VIDEO}: YouTube takes no more requests from this address for now (HTTP 429); wait an "
        "hour or longer, then fetch what is still missing",
        "Stopped, as it would be the same for the others: 2 videos are still to be fetched; "
        "--missing finds them",
    ]
    assert site.asked.count(f"/{VIDEO}.json") == 2, "it is tried again once"
    assert f"/{OTHER}.json" not in site.asked


def test_no_network_is_told_once(site, notes, monkeypatch):
    site.address = "http://127.0.0.1:1"
    monkeypatch.setattr("viewer.youtube.fetch.WORKER", site.worker())
    lines = run(notes).stderr.splitlines()
    assert lines[-2].startswith(f"{VIDEO}: YouTube can’t be reached (Connection refused); see")
    assert lines[-1].startswith("Stopped, as it would be the same for the others: 2 videos are")


def test_an_old_yt_dlp_is_told_also_where_nothing_failed(site, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("viewer.commands.fetch.find_tool", lambda: Tool("2026.08.19", 95))
    site.add_video(VIDEO, subtitles=site.captions("en"))
    result = run(VIDEO)
    assert result.exit_code == 0
    assert "yt-dlp 2026.08.19 is 95 days old" in result.stderr


def test_a_folder_that_can_not_be_written_is_told(site, tmp_path):
    (tmp_path / "file").write_text("x")
    site.add_video(VIDEO, subtitles=site.captions("en"))
    result = run(VIDEO, "--captions", tmp_path / "file" / "x")
    assert result.exit_code == 1
    assert "what came can’t be kept" in result.stderr
    assert "make it one, or name one with --captions; fetch it again then" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([], "name a video or a folder of notes, or ask for those", id="nothing"),
        pytest.param(["nowhere"], "'nowhere' is neither a folder nor a video’s id", id="neither"),
        pytest.param([ROOT, ROOT / "tests"], "one folder of notes at a time", id="two folders"),
        pytest.param([VIDEO, "--language", "../x"], "'../x' is no language", id="no language"),
        pytest.param(["https://evil.example/watch"], "is neither a folder nor", id="elsewhere"),
    ],
)
def test_what_is_asked_wrongly(site, arguments, words):
    result = run(*arguments)
    assert (result.exit_code, words in result.stderr) == (2, True), result.stderr
    assert site.asked == []


PATCHED = """
import sys
from viewer.cli import main
from viewer.youtube import fetch
fetch.WORKER = sys.argv[1].split("|")
main(sys.argv[2:])
"""


@pytest.fixture
def program(site: Site) -> Callable[..., list[str]]:
    """Return a function that gives the command of a `claimline` that asks `site`."""

    def command(*arguments: object, worker: tuple[str, ...] = ()) -> list[str]:
        asked = "|".join(worker or site.worker())
        return [sys.executable, "-c", PATCHED, asked, *map(str, arguments)]

    return command


def test_ctrl_c_stops_it_and_keeps_what_came(site, notes, program, tmp_path):
    note = tmp_path / "pid"
    stuck = site.worker("stuck", str(note))
    with subprocess.Popen(
        program("fetch", notes, worker=stuck),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_for(lambda: note.exists() and note.read_text())
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, "Traceback" in errors) == (1, False)
    assert "Stopped: 3 videos are still to be fetched; --missing finds them" in errors
    assert not is_alive(int(note.read_text())), "nothing goes on behind it"


def test_a_server_that_is_killed_goes_on_when_it_is_started_again(site, notes, program, tmp_path):
    index = tmp_path / "index"
    captions = notes / "captions" / f"{VIDEO}.de.json3"
    options = ("serve", notes, "--no-open", "--port", 0, "--index", index)
    note = tmp_path / "pid"
    ours = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}

    def started(worker=()):
        process = subprocess.Popen(
            program(*options, worker=worker),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                return process, int(found[1])
        raise AssertionError("it does not start")

    first, port = started(site.worker("stuck", str(note)))
    with first:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("POST", f"/fetch/{VIDEO}", headers=ours)
        assert connection.getresponse().status == 303
        wait_for(lambda: note.exists() and note.read_text())
        first.kill()
        connection.close()
    site.add_video(VIDEO, subtitles=site.captions("de"))
    second, _ = started()
    with second:
        wait_for(captions.exists)
        second.terminate()


@pytest.mark.parametrize("is_public", [False, True])
def test_the_folder_of_transcripts_is_there_to_be_watched_where_it_is_written(
    notes, tmp_path, program, is_public
):
    more, other = tmp_path / "deep" / "more", tmp_path / "other"
    options = ("--no-open", "--port", 0, "--index", tmp_path / "index", "--captions", more)
    public = ("--public-url", "https://notes.example.org") if is_public else ()
    command = program("serve", notes, *options, "--captions", other, *public)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert any("Press Ctrl-C" in line for line in process.stdout)
        process.terminate()
    assert (more.is_dir(), other.exists()) == (not is_public, False)
    assert not (notes / "captions").exists()


def test_a_folder_of_transcripts_that_can_not_be_made_is_told(notes, tmp_path):
    (tmp_path / "file").write_text("x")
    folder = tmp_path / "file" / "more"
    options = ["--no-open", "--index", tmp_path / "index", "--captions", folder]
    result = CliRunner().invoke(main, ["serve", str(notes), *map(str, options)])
    assert (result.exit_code, "Traceback" in result.stderr) == (1, False)
    assert f"--captions {folder}: is no folder and can't become one" in result.stderr
