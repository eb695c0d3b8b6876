"""Serving strangers, with real processes: how they answer, and how they end."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.factories import VIDEO

SLOW = """
import sys, time, viewer
from viewer.commands.serving import listen, run
app = viewer.create_app({"LIBRARY": sys.argv[1]})
@app.get("/slow/<seconds>")
def slow(seconds):
    print("begun", flush=True)
    time.sleep(float(seconds))
    return "x" * 5_000_000
server = listen(app, "127.0.0.1", 0)
print(f"http://127.0.0.1:{server.effective_port}/", flush=True)
run(server)
print("ended", flush=True)
"""
"""A server whose page takes its time, and more than the system's buffers hold."""
PATIENT = SLOW.replace("run(server)", "run(server, grace=600)")
"""One that would wait ten minutes for requests that have begun."""
SERVE = ("-m", "viewer", "serve", "--no-open", "--port", "0")


class Server:
    """A process that serves, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.port = 0

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def ask(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[http.client.HTTPResponse, str]:
        with closing(self.connect()) as connection:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer, answer.read().decode()

    def stop(self, number: int = signal.SIGTERM) -> tuple[str, str, float]:
        """Return what the process still said, its errors, and the seconds that it took to end."""
        began = time.monotonic()
        self.process.send_signal(number)
        said, errors = self.process.communicate(timeout=20)
        return said, errors, time.monotonic() - began


@contextmanager
def started(*command: object, **environment: str) -> Iterator[Server]:
    """Start a server that says its address on standard output or on standard error."""
    is_gunicorn = "gunicorn" in command
    process = subprocess.Popen(
        [sys.executable, *(str(part) for part in command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if is_gunicorn else subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        cwd=Path(__file__).parents[1],
    )
    server = Server(process)
    try:
        assert process.stdout
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                server.port = int(found[1])
                break
        assert server.port, process.communicate()
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=20)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "law.md").write_text(f"---\nvideoId: {VIDEO}\n---\nIt came late [1:19].\n")
    return tmp_path


def refuses(server: Server) -> bool:
    """Return whether `server` refuses connections before long."""
    for _ in range(150):
        with closing(server.connect()) as connection:
            try:
                connection.connect()
            except ConnectionRefusedError:
                return True
        time.sleep(0.1)
    return False


# The end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_server_that_is_idle_ends_at_once(notes, number):
    with started(*SERVE, notes) as server, closing(server.connect()) as idle:
        idle.request("GET", "/healthz")
        idle.getresponse().read()  # and the connection stays
        said, errors, took = server.stop(number)
        assert (server.process.returncode, errors.count("Traceback")) == (0, 0)
        assert "Stopped." in said
        assert took < 4


def test_a_request_that_has_begun_is_answered_before_the_end(notes):
    with started("-c", SLOW, notes) as server:
        answered: list[object] = []
        reader = threading.Thread(target=lambda: answered.append(server.ask("/slow/4")))
        reader.start()
        assert server.process.stdout
        assert server.process.stdout.readline() == "begun\n"
        server.process.send_signal(signal.SIGTERM)
        assert refuses(server)
        said, errors = server.process.communicate(timeout=20)
        reader.join()
        ((answer, text),) = answered
        assert (answer.status, len(text)) == (200, 5_000_000)
        busy = re.compile(r"Task queue depth is \d+\n")  # waitress, where a request has to wait
        assert (server.process.returncode, said, busy.sub("", errors)) == (0, "ended\n", "")


def test_a_request_that_takes_too_long_does_not_keep_the_server(notes):
    with started("-c", SLOW, notes) as server, closing(server.connect()) as connection:
        connection.request("GET", "/slow/60")
        assert server.process.stdout
        assert server.process.stdout.readline() == "begun\n"
        said, errors, took = server.stop()
        assert (server.process.returncode, said) == (0, "ended\n")
        assert "Traceback" not in errors
        assert 4 < took < 10


def test_ctrl_c_a_second_time_does_not_wait(notes):
    with started("-c", PATIENT, notes) as server, closing(server.connect()) as connection:
        connection.request("GET", "/slow/600")
        assert server.process.stdout
        assert server.process.stdout.readline() == "begun\n"
        server.process.send_signal(signal.SIGINT)
        assert refuses(server), "the first one is heard"
        _, errors, _ = server.stop(signal.SIGINT)  # which gives up before ten minutes are over
        assert (server.process.returncode, errors.count("Traceback")) == (0, 0)


# Bounds and the log


def test_what_is_too_large_is_refused_by_the_server(notes):
    with started(*SERVE, notes) as server:
        answer, text = server.ask("/?q=" + "x" * 9000)
        assert (answer.status, "too long" in text) == (414, True)
        assert server.ask("/", X="x" * 40_000)[0].status == 431
        assert server.ask("/healthz")[0].status == 200


def test_slow_readers_do_not_keep_others_out(notes):
    with started(*SERVE, notes) as server:
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(150)]
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        began = time.monotonic()
        assert server.ask("/")[0].status == 200
        assert time.monotonic() - began < 2
        for connection in slow:
            connection.close()


@pytest.mark.parametrize(
    ("options", "is_logged"),
    [
        pytest.param([], False, id="for oneself"),
        pytest.param(["--access-log"], True, id="asked for"),
        pytest.param(["--public-url", "http://notes.example.org"], True, id="for others"),
        pytest.param(
            ["--public-url", "http://notes.example.org", "--no-access-log"], False, id="declined"
        ),
    ],
)
def test_the_access_log(notes, options, is_logged):
    with started(*SERVE, notes, *options) as server:
        server.ask("/healthz", Host="notes.example.org" if "--public-url" in options else "[::1]")
        server.ask("/static/x/js/main.js")
        _, errors, _ = server.stop()
    found = re.findall(r'^127\.0\.0\.1 - - \[.+\] "(GET \S+) HTTP/1\.1" 200 ', errors, re.MULTILINE)
    assert found == (["GET /healthz", "GET /static/x/js/main.js"] if is_logged else [])


def test_the_environment_may_give_the_public_address(notes):
    with started(*SERVE, notes, CLAIMLINE_PUBLIC_URL="https://notes.example.org") as server:
        assert server.ask("/", Host="notes.example.org")[0].status == 200


# gunicorn


def test_gunicorn_serves_it_with_several_workers(notes):
    options = ("--config", "python:viewer.gunicorn", "-w", "2", "--bind", "127.0.0.1:0")
    command = ("-m", "gunicorn", *options, "viewer:create_app()")
    settings = {"CLAIMLINE_LIBRARY": str(notes), "CLAIMLINE_PUBLIC_URL": "https://notes.example"}
    with started(*command, **settings) as server:
        answer, text = server.ask("/healthz")
        assert (answer.status, json.loads(text)["status"]) == (200, "ok")
        pages = [server.ask(f"/watch/{VIDEO}", Host="notes.example") for _ in range(8)]
        assert {answer.status for answer, _ in pages} == {200}
        # Whichever worker answers: one hash of the static files, and one tag.
        assert len({answer.headers["ETag"] for answer, _ in pages}) == 1
        found = re.search(r'src="(/static/\w+/js/main\.js)"', pages[0][1])
        assert found
        for method in ("GET", "HEAD"):
            answer, text = server.ask(found[1], method)
            assert (answer.status, "import" in text) == (200, method == "GET")
            assert "immutable" in answer.headers["Cache-Control"]
            assert int(answer.headers["Content-Length"]) > 100
        assert server.ask("/", "HEAD")[0].status == 200
        assert server.ask("/", Host="evil.example")[0].status == 400
        _, _, took = server.stop()
        assert (server.process.returncode, took < 10) == (0, True)


def test_gunicorns_workers_look_seldom_for_garbage(tmp_path):
    (tmp_path / "told.py").write_text(
        """
import gc

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [str(gc.get_threshold()[0]).encode()]
"""
    )
    options = ("--config", "python:viewer.gunicorn", "--pythonpath", tmp_path)
    with started("-m", "gunicorn", *options, "--bind", "127.0.0.1:0", "told:app") as server:
        assert int(server.ask("/")[1]) > 50_000
