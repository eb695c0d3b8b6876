"""Runs a program for as long as the pipe on its standard input is open, then ends all of it.

    python warden.py PROGRAM [ARGUMENT...]

A browser is many processes, and the tests that started it may be killed with no chance to tidy
up. The system closes the pipes of the dead all the same: the pipe's end is the sign to end.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 3.0
"""Seconds that a program has to end when it is asked to, before it is made to."""


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    log: Path,
    output: int | None = None,
) -> Iterator["subprocess.Popen[str]"]:
    """Run a program in a group of its own; at the end nothing of the group is left.

    The process given is the warden, which ends with its program. What the program prints is
    appended to `log`; with `subprocess.PIPE` for `output`, the warden has its standard output.
    """
    with (
        log.open("a", encoding="utf-8") as printed,
        subprocess.Popen(
            [sys.executable, "-I", __file__, *command],
            stdin=subprocess.PIPE,
            stdout=printed if output is None else output,
            stderr=printed,
            env=environment,
            start_new_session=True,  # the Ctrl-C of a terminal is for the tests alone
            text=True,
        ) as warden,
    ):
        yield warden


def main(command: Sequence[str]) -> None:
    """Run `command` until it ends, or standard input does."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0) as program:
        threading.Thread(target=_end_with_input, args=[program.pid], daemon=True).start()
        program.wait()
    _end(program.pid)  # the children that it left behind


def _end_with_input(group: int) -> None:
    while os.read(0, 1):  # not by `sys.stdin`, whose lock would outlive the interpreter
        pass
    _end(group)


def _end(group: int) -> None:
    """End all processes of a group, and return once they are gone."""
    with suppress(ProcessLookupError):
        for sign in (signal.SIGTERM, signal.SIGKILL):
            os.killpg(group, sign)
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                os.killpg(group, 0)
                time.sleep(0.02)


if __name__ == "__main__":
    main(sys.argv[1:])
