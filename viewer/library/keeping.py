"""The process that keeps an index: it makes it, follows the folder, and mends what breaks."""

import contextlib
import logging
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Event
from typing import NamedTuple

from viewer.errors import IndexBroken, LibraryError, LockLost
from viewer.garbage import look_seldom
from viewer.interrupts import hold_back
from viewer.library.folder import find_files
from viewer.library.index import Index, open_writer
from viewer.library.indexer import Indexer, Progress
from viewer.library.locking import Lock, lock_writer
from viewer.library.watching import watch_folders
from viewer.library.workers import count_workers, end_with_parent

_RETRY = 2.0
"""Seconds after which what failed (no folder, a full disk) is tried again."""
_FEW, _MANY = 100, 10_000
"""Notes that are read, and that are listed, before the first page is asked for."""
_RESTART = 1.0
"""Seconds after which a keeper that was killed is started again."""

Say = Callable[[str], None]
_log = logging.getLogger(__name__)


class Folders(NamedTuple):
    """What an index is made of."""

    root: Path
    """The notes, and what lies beside them."""
    captions: tuple[Path, ...] = ()
    """Further folders, with captions."""


def make_index(folders: Folders, place: str, say: Say, progress: Progress | None = None) -> None:
    """Bring the index at `place` up to date with `folders`, once.

    Waits for another process that writes it. Raises `LibraryError` when that can't be done.
    """
    with _locked(place, say) as lock:
        try:
            _run(folders, place, lock, say, progress, anew=False, stop=None)
        except IndexBroken as error:
            say(f"The index is made anew: {error}.")
            _run(folders, place, lock, say, progress, anew=True, stop=None)


def keep_index(
    folders: Folders,
    place: str,
    say: Say,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> None:
    """Keep the index at `place` what the notes in `folders` say, until `stop` is set.

    Waits for another process that keeps it, and goes on when that one ends. Raises `LibraryError`
    where there can't be an index; what fails later is said, and tried again.
    """
    stop = stop or Event()
    with lock_writer(place, waits=False):
        pass
    said = ""
    while not stop.is_set():
        try:
            with _locked(place, say) as lock:
                _keep(folders, place, lock, say, progress, stop)
        except LockLost as error:
            say(f"{error}. This process stops writing, and waits for its turn.")
        except LibraryError as error:  # the database is out of reach
            if str(error) != said:
                say(f"{error}. Trying again until it works.")
            said = str(error)
            stop.wait(_RETRY)


class Keeper:
    """Keeps an index in a process of its own, which is started again should it be killed."""

    def __init__(
        self, folders: Folders, place: str, say: Say, progress: Callable[[], Progress]
    ) -> None:
        self._given = (folders, place, say, progress)
        self._stop = Event()
        self._process: SpawnProcess | None = None
        self._thread = threading.Thread(target=self._supervise, name="keeper", daemon=True)

    def prepare(self) -> None:
        """See that there is an index to read; that of a small library is made at once.

        Raises `LibraryError` where there can't be one.
        """
        folders, place, say, _ = self._given
        with lock_writer(place, waits=False) as lock:
            if lock is None:
                return
            try:
                _prepare(folders, place, lock, say, anew=False)
            except IndexBroken as error:
                say(f"The index is made anew: {error}.")
                _prepare(folders, place, lock, say, anew=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the process; what it was writing is finished by the next one."""
        self._stop.set()
        if self._process is not None:
            self._process.terminate()
        if self._thread.is_alive():
            self._thread.join()

    def _supervise(self) -> None:
        hold_back()
        while not self._stop.is_set():
            # Not a fork: threads of this process may hold locks.
            process = multiprocessing.get_context("spawn").Process(
                target=_keep_until_parent_ends, args=self._given, name="claimline-keeper"
            )
            process.start()
            self._process = process
            if self._stop.is_set():
                process.terminate()
            process.join()
            if not self._stop.wait(_RESTART):
                _log.warning("the process that keeps the index ended (%s)", process.exitcode)


def _keep_until_parent_ends(
    folders: Folders, place: str, say: Say, progress: Callable[[], Progress]
) -> None:
    end_with_parent()
    look_seldom()
    keep_index(folders, place, say, progress())


@contextlib.contextmanager
def _locked(place: str, say: Say) -> Iterator[Lock]:
    with lock_writer(place, waits=False) as lock:
        if lock is not None:
            yield lock
            return
    say("Another process keeps this index; this one waits to take its place.")
    with lock_writer(place, waits=True) as lock:
        assert lock is not None
        yield lock


def _keep(
    folders: Folders, place: str, lock: Lock, say: Say, progress: Progress | None, stop: Event
) -> None:
    """Keep the index until `stop` is set, or the lock is lost."""
    anew, said = False, ""
    while not stop.is_set():
        try:
            _run(folders, place, lock, say, progress, anew=anew, stop=stop)
        except LockLost:
            raise
        except IndexBroken as error:
            say(f"The index is made anew: {error}.")
            if anew:
                stop.wait(_RETRY)
            anew = True
        except LibraryError as error:
            if str(error) != said:
                say(f"{error}. Trying again until it works.")
            anew, said = False, str(error)
            stop.wait(_RETRY)


@contextlib.contextmanager
def _open(place: str, lock: Lock, say: Say, *, anew: bool) -> Iterator[Index]:
    index, mended = open_writer(place, lock.begin, anew=anew)
    for line in mended:
        say(line)
    try:
        yield index
    finally:
        index.close()


def _prepare(folders: Folders, place: str, lock: Lock, say: Say, *, anew: bool) -> None:
    with _open(place, lock, say, anew=anew) as index:
        count = len(find_files(folders.root).notes)
        indexer = Indexer(folders.root, index.catalogue, index.search, captions=folders.captions)
        if count <= _FEW:
            indexer.refresh()
        elif count <= _MANY:
            indexer.look_through()


def _run(
    folders: Folders,
    place: str,
    lock: Lock,
    say: Say,
    progress: Progress | None,
    *,
    anew: bool,
    stop: Event | None,
) -> None:
    """Bring the index up to date, and with `stop` keep it so until that is set."""
    with _open(place, lock, say, anew=anew) as index:
        indexer = Indexer(
            folders.root,
            index.catalogue,
            index.search,
            captions=folders.captions,
            workers=count_workers(),
        )
        if stop is None:
            indexer.refresh(progress)
            return
        for paths in watch_folders(folders.root, folders.captions, stop):
            if paths is None:
                indexer.refresh(progress)
            else:
                indexer.update(paths)
            if not folders.root.is_dir():
                indexer.refresh()  # says so
