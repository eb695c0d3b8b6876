"""Runs the tests of the browser's modules, *.test.js in this folder, with Node's test runner."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
NEEDED = "Node.js 20 or newer runs the tests of the JavaScript modules: install it (nodejs)"


@pytest.fixture(scope="module")
def node():
    found = shutil.which("node")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(NEEDED, pytrace=False)
    pytest.skip(NEEDED)


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.test.js")))
def test_javascript(node, name):
    run = subprocess.run(
        [node, "--test", "--test-reporter=spec", FOLDER / name],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert run.returncode == 0, run.stdout + run.stderr
