import sys

import pytest

from tests import chromium


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A machine with an empty PATH; the function returned puts a program on it."""
    if sys.platform == "win32":
        pytest.skip("the programs of this test are shell scripts")
    monkeypatch.delenv("CLAIMLINE_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "MACOS", ())

    def make(name, *, exit_code=0):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
        path.chmod(0o755)
        return path

    return make


def test_the_browser_asked_for_comes_first(programs, monkeypatch):
    programs("chromium")
    monkeypatch.setenv("CLAIMLINE_CHROMIUM", "/opt/my-own")
    assert str(chromium.find_chromium()) == "/opt/my-own"


def test_a_stub_that_does_not_start_is_passed_over(programs):
    programs("chromium-browser", exit_code=1)
    chrome = programs("google-chrome")
    assert chromium.find_chromium() == chrome


def test_playwrights_own_is_the_last_resort(programs, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    own = programs("chromium-1200/chrome-linux64/chrome")
    assert chromium.find_chromium() == own


def test_without_any_the_advice_is_one_line(programs, monkeypatch):
    monkeypatch.setattr(chromium, "install_chromium", lambda: None)
    with pytest.raises(SystemExit) as end:
        chromium.main()
    assert str(end.value) == chromium.ADVICE
    assert "\n" not in chromium.ADVICE
