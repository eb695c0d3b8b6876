"""Ctrl-C in a terminal, at every moment: all processes of the command get it, and end in silence.

What a process does before its first line of ours runs is Python's: there the signal is held back,
as run.py holds it back from the program that it becomes.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import run
from viewer.interrupts import interruptible

ROOT = Path(__file__).parents[1]
STOPPED = (130, -signal.SIGINT)
"""Either is 130 in a shell: the program says so, or the signal itself has ended it."""
BAR = re.compile(r"\n?Reading notes.*\n?")


class Command:
    """A command in a process group of its own, as a shell starts it; killed if it is left early."""

    def __init__(self, command: list[object], folder: Path) -> None:
        self.temporary = folder / "temporary"
        self.temporary.mkdir(exist_ok=True)
        usual = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=folder,
                env={
                    **os.environ,
                    "PYTHONUNBUFFERED": "1",
                    "PYTHONPATH": str(ROOT),
                    "TMPDIR": str(self.temporary),
                },
                start_new_session=True,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, usual)

    def __enter__(self) -> "Command":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with self._process:
            pass

    def press(self) -> None:
        """Press Ctrl-C."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # all have ended
            os.killpg(self._process.pid, signal.SIGINT)

    def read_until(self, words: str) -> float:
        """Return the seconds until `words` are printed."""
        began = time.monotonic()
        assert self._process.stdout
        for line in self._process.stdout:
            if words in line:
                return time.monotonic() - began
        raise AssertionError(self._process.communicate())

    def end(self) -> tuple[int, str, str]:
        """Return its exit code, and what all its processes have still said when they have ended."""
        said, errors = self._process.communicate(timeout=60)
        return self._process.returncode, said, errors

    def is_tidy(self) -> bool:
        """Return whether nothing of it is left in the folder for temporary files."""
        return [*self.temporary.iterdir()] == []


def make_notes(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        text = f"---\nvideoId: {number:011}\n---\n" + f"claim {number} [0:07].\n\n" * 5
        (folder / f"{number}.md").write_text(text)
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout in which everything is installed already: as it is here."""
    folder = tmp_path / "checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("run.py", "pyproject.toml", "constraints.txt"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    python = folder / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (folder / ".venv" / run.MARKER.name).write_text(f"{run.identify(folder)} youtube\n")
    return folder


AS_A_SCRIPT = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
MOMENTS = [number / 10 for number in range(2, 20, 2)]
"""Of the time until the server says its address; the keeper of the index starts after that."""


def test_serve_ends_in_silence_at_every_moment_of_its_start(checkout, tmp_path):
    notes = make_notes(tmp_path / "notes", 3)
    script = [sys.executable, "-c", AS_A_SCRIPT, checkout / "run.py"]
    command = [*script, "serve", notes, "--no-open", "--port", 0, "--index", tmp_path / "index"]
    with Command(command, tmp_path) as whole:
        took = whole.read_until("Press Ctrl-C to stop.")
        whole.press()
        assert whole.end() == (0, "\nStopped.\n", "")
    for moment in MOMENTS:
        with Command(command, tmp_path) as started:
            time.sleep(moment * took)
            started.press()
            code, said, errors = started.end()
            assert errors == "", moment
            assert code == 0 if "Stopped." in said else code in STOPPED, (moment, code, said)
            assert started.is_tidy(), moment


@pytest.mark.parametrize("name", ["index", "export"])
def test_what_worker_processes_read_is_given_up_in_silence(tmp_path, name):
    notes = make_notes(tmp_path / "notes", 320)
    options = ["--index", tmp_path / "index"] if name == "index" else []
    command = [sys.executable, "-m", "viewer", name, notes, *options]
    with Command(command, tmp_path) as whole:
        began = time.monotonic()
        assert whole.end()[0] == 0
        took = time.monotonic() - began
    for moment in (0.3, 0.6, 0.85):
        with Command(command, tmp_path) as started:
            time.sleep(moment * took)
            started.press()
            time.sleep(0.01)
            started.press()  # and once more, as the impatient do
            code, _, errors = started.end()
            assert BAR.sub("", errors).strip() in ("", "Stopped."), moment
            assert code in (*STOPPED, 0), moment
            assert started.is_tidy(), moment


UV = """#!/bin/sh
echo installing
"{python}" -c 'import os, sys, time; print(os.getpid(), flush=True); time.sleep(600)'
"""


def test_run_py_ends_what_installs(checkout, tmp_path):
    (checkout / ".venv" / run.MARKER.name).unlink()
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "uv").write_text(UV.format(python=sys.executable))
    (tools / "uv").chmod(0o755)
    start = f"import os; os.environ['PATH'] = '{tools}:' + os.environ['PATH']\n{AS_A_SCRIPT}"
    command = [sys.executable, "-c", start, checkout / "run.py", "serve"]
    with Command(command, tmp_path) as started:
        started.read_until("installing")
        started.press()
        code, said, errors = started.end()  # once all that writes there has ended
    assert (code, errors) == (130, "")
    assert "Traceback" not in said
    assert not (checkout / ".venv" / run.MARKER.name).exists()


def test_nothing_is_raised_where_it_would_be_printed():
    """A finalizer's exception does not end the program: it is printed, and forgotten."""

    class Finalized:
        was_cut_short = True

        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)
            time.sleep(0)
            Finalized.was_cut_short = False

    @interruptible()
    def finalize() -> None:
        Finalized()
        assert not Finalized.was_cut_short
        time.sleep(20)  # until it is raised, in a hundredth of a second

    usual = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(KeyboardInterrupt):
            finalize()
    finally:
        signal.signal(signal.SIGINT, usual)


def test_those_that_follow_are_ignored_until_the_process_has_ended():
    done = []

    @interruptible()
    def work() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
            done.append("the work")
        finally:
            signal.raise_signal(signal.SIGINT)
            done.append("the tidying")

    usual = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(KeyboardInterrupt):
            work()
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, usual)
    assert done == ["the tidying"]


def test_what_ignores_ctrl_c_goes_on_to():
    """A shell starts what it runs in the background so."""
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible():
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, usual)


def test_a_thread_leaves_signals_to_the_main_one():
    usual = signal.getsignal(signal.SIGINT)
    seen = []

    def look() -> None:
        with interruptible():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [usual]


def test_a_terminal_has_its_cursor_again(tmp_path):
    """A bar hides it."""
    notes = make_notes(tmp_path / "notes", 320)
    ours, its = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "viewer", "export", notes],
        stdout=subprocess.DEVNULL,
        stderr=its,
        cwd=ROOT,
        start_new_session=True,
    )
    os.close(its)
    shown = b""
    while b"\x1b[?25l" not in shown:
        shown += os.read(ours, 1000)
    os.killpg(process.pid, signal.SIGINT)
    try:
        while part := os.read(ours, 1000):
            shown += part
    except OSError:  # how the end is told
        pass
    os.close(ours)
    assert process.wait(60) == 130
    assert shown.rfind(b"\x1b[?25h") > shown.rfind(b"\x1b[?25l")
    assert b"Traceback" not in shown
