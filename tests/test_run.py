"""run.py installs once, again when it must, and begins anew after an interruption."""

import ast
from pathlib import Path

import pytest

import run

SOURCE = Path(run.__file__).read_text("utf-8")


@pytest.fixture
def commands():
    """The same, each whole, with the variables that it gets."""
    return []


@pytest.fixture
def steps(tmp_path, monkeypatch, commands):
    """The programs that run.py starts, in a made-up checkout where every one succeeds."""
    started = []

    def start(command, variables):
        started.append(" ".join(command[1:4]))
        commands.append((command, variables))
        run.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        run.PYTHON.touch()
        return 0

    (tmp_path / "pyproject.toml").write_text("[project]")
    (tmp_path / "constraints.txt").write_text("flask==3.1.3")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "MARKER", tmp_path / ".venv" / "marker")
    monkeypatch.setattr(run, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    monkeypatch.setattr(run, "call", start)
    return started


VENV, PIP = "-m venv", "-m pip install"


def kinds(steps):
    return [VENV if step.startswith(VENV) else step for step in steps]


def test_the_first_run_makes_an_environment_and_installs(steps):
    run.install("youtube")
    assert kinds(steps) == [VENV, PIP]


def test_the_second_run_installs_nothing(steps):
    run.install("youtube", "test")
    steps.clear()
    run.install("youtube", "test")
    run.install("youtube")  # the tests' environment serves too
    assert steps == []


def test_tests_after_serving_add_what_they_need(steps):
    run.install("youtube")
    steps.clear()
    run.install("youtube", "test")
    assert kinds(steps) == [PIP]


def test_a_changed_pyproject_is_installed_again(steps):
    run.install("youtube")
    steps.clear()
    (run.ROOT / "pyproject.toml").write_text("[project]\ndependencies = []")
    run.install("youtube")
    assert kinds(steps) == [PIP]


def test_a_moved_lock_is_installed_again(steps):
    run.install("youtube")
    steps.clear()
    (run.ROOT / "constraints.txt").write_text("flask==3.1.4")
    run.install("youtube")
    assert kinds(steps) == [PIP]


def test_pip_installs_from_the_lock_and_yt_dlp_in_its_newest(steps, commands):
    run.install("youtube", "test")
    command, variables = commands[-1]
    assert {"--upgrade", ".[youtube,test]", "yt-dlp"} <= set(command)
    assert "--upgrade-strategy" not in command, "nothing else is upgraded"
    assert set(variables.values()) == {"constraints.txt"}
    assert {"PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT"} == set(variables)


def test_uv_installs_from_the_lock_and_yt_dlp_in_its_newest(steps, commands, monkeypatch):
    monkeypatch.setattr(run.shutil, "which", lambda name: "/usr/bin/uv")
    run.install("youtube")
    line = " ".join(commands[-1][0])
    assert " --constraint constraints.txt --build-constraint constraints.txt " in line
    assert " --upgrade-package yt-dlp " in line
    assert line.endswith(" .[youtube] yt-dlp")


def test_a_moved_checkout_is_installed_again(steps, tmp_path, monkeypatch):
    run.install("youtube")
    steps.clear()
    (tmp_path / "elsewhere").mkdir()
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).rename(tmp_path / "elsewhere" / name)
    monkeypatch.setattr(run, "ROOT", tmp_path / "elsewhere")
    run.install("youtube")
    assert kinds(steps) == [PIP]


def test_an_interrupted_install_begins_anew(steps, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(run, "call", lambda command, variables: 1)
        run.VENV.mkdir()
        (run.VENV / "half-made").touch()
        with pytest.raises(SystemExit):
            run.install("youtube")
    run.install("youtube")
    assert kinds(steps) == [VENV, PIP]
    assert not (run.VENV / "half-made").exists()


def test_uv_is_used_when_it_is_there(steps, monkeypatch):
    monkeypatch.setattr(run.shutil, "which", lambda name: "/usr/bin/uv")
    run.install("youtube")
    assert steps == ["venv --quiet --python", "pip install --python"]


def test_without_ensurepip_it_says_what_to_install(steps, monkeypatch):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        run.install("youtube")
    assert steps == []


def test_on_windows_one_line_says_what_to_do(monkeypatch, steps):
    monkeypatch.setattr(run.sys, "platform", "win32")
    with pytest.raises(SystemExit, match=r"^Claimline does not run on Windows itself; use WSL.*$"):
        run.main(["serve"])
    assert steps == []


def test_an_old_python_can_read_it_and_hears_that_it_is_too_old(monkeypatch):
    ast.parse(SOURCE, feature_version=(3, 7))
    monkeypatch.setattr(run.sys, "version_info", (3, 10, 1))
    with pytest.raises(SystemExit, match=r"3\.11 or newer"):
        run.main(["serve"])
