"""run.py installs once, again when it must, and begins anew after an interruption."""

import ast
import subprocess
from pathlib import Path

import pytest

import run

SOURCE = Path(run.__file__).read_text("utf-8")


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """The programs that run.py starts, in a made-up checkout where every one succeeds."""
    started = []

    def start(command, cwd):
        started.append(" ".join(command[1:4]))
        run.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        run.PYTHON.touch()
        return 0

    (tmp_path / "pyproject.toml").write_text("[project]")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "MARKER", tmp_path / ".venv" / "marker")
    monkeypatch.setattr(run, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    monkeypatch.setattr(subprocess, "call", start)
    return started


VENV, PIP = "-m venv", "-m pip install"


def kinds(steps):
    return [VENV if step.startswith(VENV) else step for step in steps]


def test_the_first_run_makes_an_environment_and_installs(steps):
    run.install(extra="")
    assert kinds(steps) == [VENV, PIP]


def test_the_second_run_installs_nothing(steps):
    run.install(extra="test")
    steps.clear()
    run.install(extra="test")
    run.install(extra="")  # the tests' environment serves too
    assert steps == []


def test_tests_after_serving_add_what_they_need(steps):
    run.install(extra="")
    steps.clear()
    run.install(extra="test")
    assert kinds(steps) == [PIP]


def test_a_changed_pyproject_is_installed_again(steps):
    run.install(extra="")
    steps.clear()
    (run.ROOT / "pyproject.toml").write_text("[project]\ndependencies = []")
    run.install(extra="")
    assert kinds(steps) == [PIP]


def test_a_moved_checkout_is_installed_again(steps, tmp_path, monkeypatch):
    run.install(extra="")
    steps.clear()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "pyproject.toml").rename(tmp_path / "elsewhere" / "pyproject.toml")
    monkeypatch.setattr(run, "ROOT", tmp_path / "elsewhere")
    run.install(extra="")
    assert kinds(steps) == [PIP]


def test_an_interrupted_install_begins_anew(steps, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "call", lambda command, cwd: 1)
        run.VENV.mkdir()
        (run.VENV / "half-made").touch()
        with pytest.raises(SystemExit):
            run.install(extra="")
    run.install(extra="")
    assert kinds(steps) == [VENV, PIP]
    assert not (run.VENV / "half-made").exists()


def test_uv_is_used_when_it_is_there(steps, monkeypatch):
    monkeypatch.setattr(run.shutil, "which", lambda name: "/usr/bin/uv")
    run.install(extra="")
    assert steps == ["venv --quiet --python", "pip install --python"]


def test_without_ensurepip_it_says_what_to_install(steps, monkeypatch):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        run.install(extra="")
    assert steps == []


def test_an_old_python_can_read_it_and_hears_that_it_is_too_old(monkeypatch):
    ast.parse(SOURCE, feature_version=(3, 7))
    monkeypatch.setattr(run.sys, "version_info", (3, 10, 1))
    with pytest.raises(SystemExit, match=r"3\.11 or newer"):
        run.main(["serve"])
