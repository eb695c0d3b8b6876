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

import pytest
from click.testing import CliRunner, Result

from tests.factories import VIDEO
from viewer.cli import main

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


# What was typed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["export", "no/such/folder"], "does not exist", id="no folder"),
        pytest.param(["export", __file__], "is a file", id="a file"),
        pytest.param(["export", ".", "--format", "xml"], "'xml' is not", id="format"),
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
