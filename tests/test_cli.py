"""The command line."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.factories import VIDEO, anchor
from viewer.__main__ import main as command_line
from viewer.cli import main
from viewer.export.formats import FORMATS

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "law.md").write_text(f"---\nvideoId: {VIDEO}\n---\nIt came läte [1:19].\n", "utf-8")
    return folder


# Export


def test_export_prints_one_claim_a_line(notes):
    result = run("export", notes)
    assert (result.exit_code, result.stderr.count("Traceback")) == (0, 0)
    (claim,) = map(json.loads, result.stdout.splitlines())
    assert (claim["note"], claim["video"], claim["text"]) == ("law.md", VIDEO, "It came läte")


def test_export_without_a_folder_is_that_of_the_example():
    claims = [json.loads(line) for line in run("export").stdout.splitlines()]
    assert len(claims) > 10


def test_export_puts_videos_in_order_and_claims_by_their_second(notes):
    (notes / "z.md").write_text("---\nvideoId: abcdefghijk\n---\nc [0:13]. d [0:07].\n")
    (notes / "more.md").write_text(f"---\nvideoId: {VIDEO}\n---\na [0:01].\n")
    claims = [json.loads(line) for line in run("export", notes).stdout.splitlines()]
    assert [claim["text"] for claim in claims] == ["a", "It came läte", "d", "c"]


def test_export_says_what_it_left_out(notes):
    (notes / "link.md").symlink_to(notes / "law.md")
    result = run("export", notes)
    assert result.exit_code == 0
    assert "left out: link.md: is a symbolic link" in result.stderr


def test_export_is_json_whatever_bytes_a_files_name_has(notes):
    (notes / os.fsdecode(b"caf\xe9.md")).write_text("a [0:01]")
    program = subprocess.run(
        [sys.executable, "-m", "viewer", "export", notes], capture_output=True, check=True
    )
    claims = [json.loads(line) for line in program.stdout.decode("utf-8").splitlines()]
    assert [os.fsencode(claim["note"]) for claim in claims] == [b"caf\xe9.md", b"law.md"]


def test_an_empty_folder_exports_nothing(tmp_path):
    assert run("export", tmp_path).stdout == ""


LAW = f"law [{VIDEO}]"


@pytest.fixture
def two_videos(notes: Path) -> Path:
    (notes / "z").mkdir()
    (notes / "z" / "sea.md").write_text(
        f"---\nvideoId: abcdefghijk\n---\nd [0:07]. lost {anchor('N/A')}.\n"
    )
    (notes / "z" / "index.md").write_text("nothing is said here\n")
    return notes


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_printed(notes, form):
    result = run("export", notes, "--format", form)
    assert (result.exit_code, bool(result.stdout)) == (0, True)
    assert "It came läte" in result.stdout or form == "vtt-chapters"


@pytest.mark.parametrize("video", [VIDEO, f"https://youtu.be/{VIDEO}?t=79"])
def test_export_of_one_video(two_videos, video):
    result = run("export", two_videos, "--format", "vtt", "--video", video)
    assert (result.exit_code, result.stdout.count("-->")) == (0, 1)


@pytest.mark.parametrize("name", ["more/sea", "more/sea.md"])
def test_export_of_one_note_leaves_the_others_of_its_video_out(notes, name):
    (notes / "more").mkdir()
    (notes / "more" / "sea.md").write_text(f"---\nvideoId: {VIDEO}\n---\nd [0:07].\n")
    for options in ([], ["--video", VIDEO]):
        result = run("export", notes, "--note", name, *options)
        (claim,) = map(json.loads, result.stdout.splitlines())
        assert (claim["text"], claim["moments"]) == ("d", [{"start": 7, "end": None}])


def test_a_note_without_video_is_exported_by_its_name(notes):
    (notes / "own.md").write_text("d [0:07].\n")
    assert "0:07 d" in run("export", notes, "--note", "own", "--format", "markdown").stdout


@pytest.mark.parametrize("form", ["vtt", "srt", "vtt-chapters", "youtube-chapters"])
def test_a_format_for_one_video_says_what_to_do_with_several(two_videos, form):
    result = run("export", two_videos, "--format", form)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"--format {form} holds one video, and here are 2" in result.stderr
    assert "--output FOLDER/" in result.stderr


def test_export_writes_a_file_for_each_video_into_a_folder(two_videos, tmp_path):
    (two_videos / "again.md").write_text("---\ntitle: a\n---\nx [0:01].\n")
    (two_videos / "twice.md").write_text("---\ntitle: A\n---\ny [0:01].\n")
    for _ in range(2):  # the second time, the files are replaced
        result = run("export", two_videos, "--format", "vtt", "--output", f"{tmp_path}/out/")
        assert (result.exit_code, result.stdout) == (0, "")
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert names == ["A 2.vtt", "a.vtt", f"{LAW}.vtt", "sea [abcdefghijk].vtt"]
    assert "It came läte" in (tmp_path / "out" / f"{LAW}.vtt").read_text("utf-8")


def test_export_writes_one_file(two_videos, tmp_path):
    file = tmp_path / "claims.json"
    assert run("export", two_videos, "--format", "json", "--output", file).stdout == ""
    assert [video["video"] for video in json.loads(file.read_bytes())["videos"]] == [
        VIDEO,
        "abcdefghijk",
    ]
    assert run("export", two_videos, "--output", "-").stdout.count("\n") == 3


def test_export_counts_the_claims_that_have_no_place_in_a_format(two_videos):
    timed = run("export", two_videos, "--format", "srt", "--video", "abcdefghijk")
    assert "left out: 1 claim has no second that can be read" in timed.stderr
    assert "left out" not in run("export", two_videos, "--format", "csv").stderr


def test_export_says_how_chapters_were_made_to_fit(two_videos):
    result = run("export", two_videos, "--format", "youtube-chapters", "--video", VIDEO)
    assert "law: the notes have too few chapters" in result.stderr
    assert "YouTube shows chapters from 3 on" in result.stderr


# What was typed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["export", "no/such/folder"], "does not exist", id="no folder"),
        pytest.param(["export", __file__], "is a file", id="a file"),
        pytest.param(["export", ".", "--format", "xml"], "'xml' is not", id="format"),
        pytest.param(["export", "--video", "x"], "'x' is no video id", id="no video id"),
        pytest.param(["export", "--video", "abcdefghijk"], "no note here is about", id="video"),
        pytest.param(["export", "--note", "x"], "there is no note 'x'", id="note"),
        pytest.param(
            ["export", "--video", "OxGsU8oIWjY", "--note", "3blue1brown/wordle_in_bits"],
            "about this video",
            id="note of another video",
        ),
        pytest.param(["export", "--output", "no/such/file"], "can't be written", id="output"),
        pytest.param(["export", "--output", f"{__file__}/"], "is no folder", id="output folder"),
        pytest.param(["serve", "no/such/folder"], "does not exist", id="no folder to serve"),
        pytest.param(["serve", "--port", "65536"], "0<=x<=65535", id="port"),
        pytest.param(["serve", "--port", "http"], "'http' is not a valid", id="port in words"),
        pytest.param(["serve", "--host", "0.0.0.0"], "say with --public-url", id="other machines"),
        pytest.param(["watch"], "No such command 'watch'", id="command"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(arguments, says):
    result = run(*arguments)
    assert result.exit_code in (1, 2)
    assert says in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_help_names_the_commands():
    result = run("--help")
    assert result.exit_code == 0
    assert {"serve", "export"} <= set(result.stdout.split())


def test_help_is_the_beginning_of_what_each_command_says_of_itself():
    context = click.Context(main)
    said = re.findall(r"^  ([a-z]+)  +(.+)\.$", run("--help").stdout, re.MULTILINE)
    assert [name for name, _ in said] == main.list_commands(context)
    for name, words in said:
        command = main.get_command(context, name)
        assert command.help.startswith(words), name


HEAVY = {"bs4", "flask", "lxml", "multiprocessing", "sqlalchemy", "tantivy", "waitress", "yt_dlp"}


@pytest.mark.parametrize(
    ("arguments", "is_light"),
    [
        pytest.param(["--help"], True, id="help"),
        pytest.param(["--version"], True, id="version"),
        pytest.param(["no-such-command"], True, id="a mistake"),
        pytest.param(["serve", "--help"], False, id="a command"),
    ],
)
def test_what_a_command_needs_is_loaded_when_it_is_asked_for(arguments, is_light):
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "viewer", *arguments],
        capture_output=True,
        text=True,
    )
    modules = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert "viewer.cli" in modules
    loaded = HEAVY & {module.partition(".")[0] for module in modules}
    assert (loaded == set()) == is_light, loaded


def test_on_windows_one_line_says_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SystemExit, match=r"^Claimline does not run on Windows itself; use WSL.*$"):
        command_line()


def test_index_says_what_it_holds(two_videos, tmp_path):
    said = run("index", two_videos, "--index", tmp_path / "index")
    assert said.exit_code == 0
    assert "3 claims of 3 notes (1 without a video) about 2 videos are in " in said.stdout
    (two_videos / "z" / "index.md").unlink()
    said = run("index", two_videos, "--index", tmp_path / "index")
    assert "3 claims of 2 notes about 2 videos are in " in said.stdout


def test_the_version_is_known():
    assert re.search(r"\d+\.\d+\.\d+", run("--version").stdout)


# Serve


@contextmanager
def serving(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `claimline serve` and yield the process and what it said until its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "viewer", "serve", "--no-open"]
        + [str(argument) for argument in arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        said = ""
        assert process.stdout
        for line in process.stdout:
            said += line
            if ADDRESS.search(line):
                break
        yield process, said
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def fetch(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.status, answer.read().decode()


def test_serve_prints_an_address_that_answers_and_ends_on_ctrl_c(notes):
    with serving(notes, "--port", 0) as (process, said):
        found = ADDRESS.search(said)
        assert found, process.communicate(timeout=10)
        status, page = fetch(found[0])
        assert (status, VIDEO in page) == (200, True)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
        assert process.returncode == 0
        assert "Traceback" not in errors
        assert time.monotonic() - began < 5


def test_serve_takes_another_port_where_the_usual_one_is_taken(notes):
    with closing(socket.socket()) as taken:
        try:
            taken.bind(("127.0.0.1", 5000))
            taken.listen()
        except OSError:
            pass  # someone else has it: as good
        with serving(notes) as (_, said):
            assert "Port 5000 is taken; using " in said
            found = ADDRESS.search(said)
            assert found
            assert found[1] != "5000"
            assert fetch(found[0])[0] == 200


def test_serve_says_when_the_port_that_was_asked_for_is_taken(notes):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        result = run("serve", notes, "--port", port, "--no-open")
    assert result.exit_code == 1
    assert f"can't listen on 127.0.0.1 port {port}" in result.stderr
    assert "give another with --port" in result.stderr
