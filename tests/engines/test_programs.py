"""Finding and installing the programs of other engines."""

import sys

import pytest

from tests.engines import programs
from tests.engines.programs import FIREFOX, WEBKIT, XVFB


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with an empty PATH; the function returned puts a program on it."""
    if sys.platform == "win32":
        pytest.skip("the programs of this test are shell scripts")
    monkeypatch.setenv("PATH", str(tmp_path))
    for program in (FIREFOX, WEBKIT, XVFB):
        monkeypatch.delenv(program.variable, raising=False)

    def make(name, *, exit_code=0):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
        path.chmod(0o755)
        return path

    return make


def test_the_program_asked_for_comes_first(machine, monkeypatch):
    machine("firefox-esr")
    monkeypatch.setenv("CLAIMLINE_FIREFOX", "/opt/my-own")
    assert str(FIREFOX.find()) == "/opt/my-own"


def test_a_stub_that_does_not_start_is_passed_over(machine):
    machine("firefox-esr", exit_code=1)
    firefox = machine("firefox")
    assert FIREFOX.find() == firefox


def test_only_what_is_missing_is_installed(machine, monkeypatch, capsys):
    machine("firefox-esr")

    def install(*packages):
        assert packages == ("webkit2gtk-driver", "xvfb")
        machine("WebKitWebDriver")

    monkeypatch.setattr(programs, "install_debian_packages", install)
    programs.main()
    assert capsys.readouterr().out.splitlines()[1:] == [XVFB.advice]


def test_nothing_is_installed_where_all_is_there(machine, monkeypatch, capsys):
    for program in (FIREFOX, WEBKIT, XVFB):
        machine(program.names[0])
    monkeypatch.setattr(programs, "install_debian_packages", pytest.fail)
    programs.main()
    assert capsys.readouterr().out == ""
