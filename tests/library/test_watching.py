"""Noticing changes, where the system tells of none."""

from threading import Event

import pytest

from viewer.library import watching


class Watcher:
    """Stands for the one that looks; `clock` tells what its looks take."""

    def __init__(self, clock: "Clock", paths: list[str], *settings: object) -> None:
        self.pause = settings[2]
        clock.now += clock.look
        clock.watchers.append(self)
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True

    def __enter__(self) -> "Watcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Clock:
    def __init__(self, look: float) -> None:
        self.now, self.look = 0.0, look
        self.watchers: list[Watcher] = []


@pytest.mark.parametrize(
    ("look", "pause"),
    [
        pytest.param(0.02, 1000, id="a small folder, once a second"),
        pytest.param(0.5, 4500, id="a large one or a slow drive, a tenth of the time"),
        pytest.param(60, 60_000, id="once a minute in any case"),
    ],
)
def test_the_longer_a_look_takes_the_longer_is_the_pause(tmp_path, monkeypatch, look, pause):
    clock = Clock(look)
    monkeypatch.setattr(watching, "is_untold", lambda path: True)
    monkeypatch.setattr(watching, "monotonic", lambda: clock.now)
    monkeypatch.setattr(watching, "RustNotify", lambda *given: Watcher(clock, *given))
    changes = watching.watch_folders(tmp_path, [], Event())
    assert next(changes) is None
    assert clock.watchers[-1].pause == pause
    changes.close()
    assert all(watcher.is_closed for watcher in clock.watchers)
