"""Merging a search takes seconds at times, for which nobody waits who only reads."""

import logging
from pathlib import Path
from threading import Event, Thread

import pytest
from tantivy import Document

from viewer.library.tantivy_folder import Shelf


class SlowWriter:
    """Merges until it is told to end, or fails at it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.may_end = Event()
        self._error = error

    def wait_merging_threads(self) -> None:
        assert self.may_end.wait(20)
        if self._error:
            raise self._error


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "search")


def write(shelf: Shelf, key: str) -> None:
    document = Document()
    document.add_text("key", key)
    with shelf.write() as writer:
        writer.replace(key, [document])
    shelf.refresh()


def test_what_is_committed_is_read_while_it_is_merged_and_the_next_writer_waits(shelf):
    write(shelf, "first")
    shelf.settle()
    slow = SlowWriter()
    shelf.merge(slow)
    assert shelf.has("first")
    later = Thread(target=write, args=(shelf, "second"))
    later.start()
    later.join(0.2)
    assert later.is_alive()
    assert not shelf.has("second")
    slow.may_end.set()
    later.join(20)
    assert shelf.has("second")
    shelf.settle()


def test_a_merge_that_fails_costs_nothing_but_itself(shelf, caplog):
    write(shelf, "first")
    shelf.settle()
    slow = SlowWriter(ValueError("No space left on device"))
    slow.may_end.set()
    with caplog.at_level(logging.WARNING):
        shelf.merge(slow)
        shelf.settle()
    assert "segments are not merged" in caplog.text
    write(shelf, "second")
    assert (shelf.has("first"), shelf.has("second")) == (True, True)
    shelf.settle()
