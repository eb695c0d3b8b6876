"""A browser's processes end with the tests, however those end."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.warden import running

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the processes are POSIX's")

CHILD = "sleep 600 & echo started"
PROGRAM = ["sh", "-c", f"{CHILD}; wait"]
"""It has a child, and both live on for ten minutes."""
ENVIRONMENT = {"PATH": os.defpath}
TESTS = f"""\
import sys, time
from pathlib import Path
from tests.engines.warden import running

with running({PROGRAM}, environment={ENVIRONMENT}, log=Path(sys.argv[1]), output=1):
    time.sleep(600)
"""


def is_at_end(output):
    """True if nobody lives who could write: each process holds the other end of the pipe."""
    is_readable, _, _ = select.select([output], [], [], 30)
    return bool(is_readable) and output.read() == ""


def test_they_end_when_the_tests_are_killed(tmp_path):
    command = [sys.executable, "-c", TESTS, tmp_path / "log.txt"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout.readline() == "started\n"
        tests.kill()
        assert is_at_end(tests.stdout)


def test_they_end_with_the_block(tmp_path):
    output, end = os.pipe()
    with os.fdopen(output) as output:
        with running(PROGRAM, environment=ENVIRONMENT, log=tmp_path / "log.txt", output=end):
            os.close(end)
            assert output.readline() == "started\n"
        assert is_at_end(output)


def test_children_end_with_their_program(tmp_path):
    log = tmp_path / "log.txt"
    command = ["sh", "-c", CHILD]
    with running(command, environment=ENVIRONMENT, log=log, output=subprocess.PIPE) as warden:
        assert warden.stdout.readline() == "started\n"
        assert is_at_end(warden.stdout)
