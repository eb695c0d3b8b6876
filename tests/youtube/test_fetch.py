"""The process in which yt-dlp runs: what it is given, what bounds it, and how it ends."""

import json
import os
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from tests.factories import VIDEO
from tests.youtube.processes import is_alive
from viewer.youtube.fetch import TIME_LIMIT, WORKER, fetch_video
from viewer.youtube.messages import explain
from viewer.youtube.model import Reason, Request, Step
from viewer.youtube.tool import Tool

NEW = Tool("2026.11.20", 2)


def fetch(worker, beat=lambda _: True, limit=TIME_LIMIT, **asked):
    return fetch_video(Request(video_id=VIDEO, **asked), beat, limit=limit, worker=worker)


def words(fetched):
    assert fetched.captions is None
    return explain(fetched.failure, NEW)


def script(code):
    """Return the command of a worker that is a program of a few lines."""
    return (sys.executable, "-c", code)


def test_a_video_is_fetched_by_a_process_of_its_own(site):
    site.add_video(VIDEO, subtitles=site.captions("de", "en"))
    steps = []

    def beat(step):
        steps.append(step)
        return True

    fetched = fetch(site.worker(), beat, languages=("de",))
    assert (fetched.failure, fetched.captions.language) == (None, "de")
    assert steps[0] == Step.STARTING
    assert Step.CAPTIONS in steps
    assert steps == sorted(steps)


def test_the_true_worker_asks_youtube_and_takes_no_word_for_the_address(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    assert WORKER[1:] == ("-P", "-m", "viewer.youtube.worker")
    assert words(fetch(WORKER)) == (
        "the proxy does not answer, or refuses; see what the variables http_proxy and https_proxy "
        "say"
    )


def test_it_gets_an_empty_folder_and_few_variables(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("PYTHONSTARTUP", "/tmp/x.py")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/ours.pem")
    report = (
        "import json, os, sys; sys.stdin.readline(); "
        "said = json.dumps([sorted(os.environ), os.listdir('.'), os.environ['HOME'] == os.getcwd(),"
        " os.environ['YTDLP_NO_PLUGINS'], os.getpgid(0) == os.getpid()]); "
        "print(json.dumps({'end': {'reason': 'unknown', 'quote': said[:300]}}))"
    )
    names, found, is_home, plugins, is_leader = json.loads(fetch(script(report)).failure.quote)
    assert not {"SECRET_TOKEN", "PYTHONSTARTUP", "USER", "CLAIMLINE_SAMPLE"} & set(names)
    assert {"HTTPS_PROXY", "SSL_CERT_FILE"} < set(names)
    assert (found, is_home, plugins, is_leader) == ([], True, "1", True)


# Bounds


def test_a_site_that_is_slow_is_given_up_in_time(site):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    site.seconds_a_byte = 0.5
    began = time.monotonic()
    fetched = fetch(site.worker(), limit=2)
    assert time.monotonic() - began < 4
    assert words(fetched) == (
        "YouTube took too long to answer; try again later, or where the connection is faster"
    )


def test_cancelled_midway_it_ends_with_all_it_started(site, tmp_path):
    note = tmp_path / "pid"

    def beat(_):
        return not (note.exists() and note.read_text())

    fetched = fetch(site.worker("stuck", str(note)), beat)
    assert words(fetched) == "it was cancelled; fetch it again when you like"
    assert not is_alive(int(note.read_text()))


def test_it_ends_with_whoever_started_it(site, tmp_path):
    note = tmp_path / "pid"
    code = (
        "import os, signal\n"
        "from viewer.youtube.fetch import fetch_video\n"
        "from viewer.youtube.model import Request\n"
        "def beat(_):\n"
        f"    if os.path.exists({str(note)!r}) and open({str(note)!r}).read():\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return True\n"
        f"fetch_video(Request(video_id={VIDEO!r}), beat, "
        f"worker={site.worker('stuck', str(note))!r})\n"
    )
    root = Path(__file__).parents[2]
    folders = tmp_path / "folders"
    folders.mkdir()
    starter = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env={**os.environ, "TMPDIR": str(folders)},
        timeout=30,
    )
    assert starter.returncode == -9
    assert not is_alive(int(note.read_text()))
    assert [*folders.iterdir()] == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param(
            "import os; os.kill(os.getpid(), 9)",
            "yt-dlp ended before it had answered (SIGKILL); it may have taken too much memory: "
            "try again",
            id="killed",
        ),
        pytest.param(
            "import sys; sys.exit(3)",
            "yt-dlp ended before it had answered (status 3); it may have taken too much memory: "
            "try again",
            id="failed",
        ),
        pytest.param(
            "print('x' * 60_000_000, flush=True); input()",
            "what YouTube answered is too large to be captions; try again; where it stays so, keep "
            "a file of captions from elsewhere",
            id="too much on one line",
        ),
        pytest.param(
            "line = '{\"step\": 1}' + ' ' * 10**6\nwhile True: print(line)",
            "what YouTube answered is too large to be captions; try again; where it stays so, keep "
            "a file of captions from elsewhere",
            id="too much on many lines",
        ),
        pytest.param(
            "print('Sorry')",
            "what YouTube answered can’t be read as captions; try again with the newest yt-dlp: "
            "pip install -U 'yt-dlp[default,deno]'",
            id="no JSON",
        ),
        pytest.param(
            "print('[' * 100_000)",
            "what YouTube answered can’t be read as captions; try again with the newest yt-dlp: "
            "pip install -U 'yt-dlp[default,deno]'",
            id="JSON that goes deep",
        ),
        pytest.param(
            "import json; print(json.dumps({'end': {'captions': {'language': '../x', 'suffix': "
            "'.vtt', 'text': 'WEBVTT -->'}}}))",
            "what YouTube answered can’t be read as captions; try again with the newest yt-dlp: "
            "pip install -U 'yt-dlp[default,deno]'",
            id="a path for a language",
        ),
    ],
)
def test_what_a_process_can_do_wrong(code, message):
    assert words(fetch(script(code), limit=20)) == message


def test_memory_has_a_bound(site):
    greedy = "from viewer.youtube.worker import main\nmain(lambda *_: bytearray(2**31))"
    assert fetch(script(greedy)).failure.reason == Reason.TOO_LARGE


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"events":[' + "[]," * (5 * 2**20) + "[]]}", id="of nothing"),
        pytest.param(
            '{"events":[{"tStartMs":1,"segs":[{"utf8":"law"},' + "[]," * (5 * 2**20) + "[]]}]}",
            id="within an event",
        ),
    ],
)
def test_captions_that_grow_when_they_are_read_do_so_there_alone(site, body):
    site.add_video(VIDEO, subtitles=site.captions("en", body=body))
    tracemalloc.start()
    try:
        fetched = fetch(site.worker())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "law" not in body or fetched.captions.text.count("law") == 1
    assert most < 80 * 2**20, "parsed, they are 400 MiB"


def test_an_answer_has_a_bound(site):
    assert fetch(site.worker("talk")).failure.reason == Reason.TOO_LARGE


def test_steps_that_are_none_are_passed_over():
    code = (
        "import json\n"
        "for step in (2, 1, 99, 'x', None): print(json.dumps({'step': step}))\n"
        'print(\'{"end": {"reason": "live"}}\', flush=True)\ninput()'
    )
    steps = []

    def beat(step):
        steps.append(step)
        return True

    assert fetch(script(code), beat).failure.reason == Reason.LIVE
    assert set(steps) == {Step.STARTING, Step.PLAYER}


def test_nothing_is_left_of_its_folder(site, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    fetch(script("open('left', 'w').write('x')"))
    assert [*tmp_path.iterdir()] == []
