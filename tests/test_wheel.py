"""The wheel holds all that runs, wherever it is installed."""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: object, cwd: Path, **environment: str) -> str:
    """Run a command and return what it prints; the test fails with all of it otherwise."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder with the wheel installed in it, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    has_pip = importlib.util.find_spec("pip") is not None  # uv's environments have none
    pip = [sys.executable, "-m", "pip"] if has_pip else [shutil.which("uv"), "pip"]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", "--target", folder, wheel, cwd=ROOT)
    return folder


def test_the_wheel_holds_the_checkout_and_nothing_else(wheel):
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("which files belong to the project is asked of git, in a clone")
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = run(*listing, "static", "templates", "viewer", cwd=ROOT).split("\0")
    files = [ROOT / name for name in names if (ROOT / name).is_file()]
    expected = {}
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        expected[name if name.startswith("viewer/") else f"viewer/{name}"] = path.read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        actual = {name: archive.read(name) for name in names}
    assert sorted(actual) == sorted(expected)
    assert actual == expected


def test_an_installed_claimline_runs_from_any_folder(installed, tmp_path):
    run(sys.executable, "-m", "viewer", "--help", cwd=tmp_path, PYTHONPATH=str(installed))


@pytest.mark.parametrize("name", ["static", "templates", "example"])
def test_an_installed_claimline_finds_its_folders(installed, tmp_path, name):
    program = f"from viewer.resources import folder; print(folder({name!r}))"
    found = run(sys.executable, "-c", program, cwd=tmp_path, PYTHONPATH=str(installed))
    assert Path(found.strip()) == installed / "viewer" / name
