"""A Tantivy index in a folder: opened, read and written so that what goes wrong has a name.

Any number of processes read, one writes; a writer opens the index afresh, since one that had kept
it open would commit over what others have written.
"""

import errno
import json
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import tantivy
from tantivy import Document, IndexWriter

from viewer.errors import IndexBroken, IndexBusy, LibraryError
from viewer.library.tantivy_query import SCHEMA, View

_OS_ERROR = re.compile(r"\(?os error (\d+)")
_PASSING = {errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.ENOMEM, errno.EACCES}
"""Errors of the system that say nothing of the index."""
_HEAP = 60_000_000
"""Bytes that the one thread of a writer fills before it writes a segment; taken as needed."""
_log = logging.getLogger(__name__)


class Shelf:
    """An index of documents that go by their videos' keys."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Open the index in the folder `path`; with `create`, make it if there is none.

        Raises `IndexBroken` when there is none, or one that can't be read or is of another make.
        """
        self.path = path
        if create:
            path.mkdir(parents=True, exist_ok=True)
        elif not (path / "meta.json").exists():
            raise IndexBroken(f"{path}: holds no search index; index the library again")
        with _naming(path):
            self._index = tantivy.Index(SCHEMA, str(path))
            self._index.config_reader("manual")
            self._view = View(self._index.searcher())
        self._merging: Thread | None = None

    @property
    def size(self) -> int:
        """How many documents there are."""
        return self._view.searcher.num_docs

    def refresh(self) -> None:
        """Make visible to this reader what was written: 30 µs when nothing was."""
        with _naming(self.path):
            self._index.reload()
            self._view = View(self._index.searcher())

    @contextmanager
    def read(self) -> Iterator[View]:
        """Give what searches; raises `IndexBroken` or `IndexBusy` where that fails."""
        with _naming(self.path):
            yield self._view

    @contextmanager
    def write(self, *, at_once: bool = True) -> Iterator["Writer"]:
        """Give a writer, and commit what it was given; nothing of it when anything goes wrong.

        Without `at_once` the index is opened for the first thing that there is to write.
        """
        writer = Writer(self)
        try:
            if at_once:
                writer.open()
            yield writer
            writer.commit()
        except BaseException:
            writer.abandon()
            raise

    def merge(self, writer: IndexWriter) -> None:
        """Let `writer`, which has committed, go on to merge segments: that takes seconds at times.

        What it has committed can be read meanwhile, and stays if the merging fails or is cut short.
        """

        def wait() -> None:
            try:
                with _writing(self.path):
                    writer.wait_merging_threads()
            except LibraryError as error:
                _log.warning("segments are not merged: %s", error)

        thread = Thread(target=wait, name="merging")
        try:
            thread.start()
        except RuntimeError:  # the system gives no more threads
            wait()
        else:
            self._merging = thread

    def settle(self) -> None:
        """Wait until nothing is merged any more."""
        if self._merging is not None:
            self._merging.join()
            self._merging = None

    def has(self, key: str) -> bool:
        """Return whether there are, or lately were, documents of the video `key`."""
        with self.read() as view:
            return view.frequency("key", key) > 0


class Writer:
    """Writes to a shelf, of which it is the only one."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._writer: IndexWriter | None = None

    def open(self) -> IndexWriter:
        """Keep others from writing. Raises `LibraryError` when another does."""
        if self._writer is None:
            self._shelf.settle()
            with _naming(self._shelf.path):
                index = tantivy.Index(SCHEMA, str(self._shelf.path))
            with _writing(self._shelf.path):
                self._writer = index.writer(_HEAP, 1)
            self._shelf.refresh()
        return self._writer

    def replace(self, key: str, documents: Iterable[Document]) -> None:
        """Write the documents of a video in place of what was there."""
        # A list, as the other thread would wake up and go to sleep for each of them.
        made = list(documents)
        has_old = self._shelf.has(key)
        if not (made or has_old):
            return
        writer = self.open()
        with _writing(self._shelf.path):
            if has_old:
                writer.delete_documents_by_term("key", key)
            for document in made:
                writer.add_document(document)

    def clear(self) -> None:
        """Take everything out."""
        if self._shelf.size:
            writer = self.open()
            with _writing(self._shelf.path):
                writer.delete_all_documents()

    def commit(self) -> None:
        """Make durable what was written."""
        if self._writer is not None:
            with _writing(self._shelf.path):
                self._writer.commit()
            self._shelf.merge(self._writer)
            self._writer = None

    def abandon(self) -> None:
        """Undo what was written."""
        if self._writer is None:
            return
        with suppress(ValueError, OSError):  # of a writer that died there is nothing to undo
            self._writer.rollback()
        self._writer = None
        _sweep(self._shelf.path)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Raise `IndexBroken` for what goes wrong in reading, Rust's panics too."""
    try:
        yield
    except BaseException as error:
        if not _is_of_tantivy(error):
            raise
        number = _OS_ERROR.search(str(error))
        if number and int(number[1]) in _PASSING:
            raise IndexBusy(f"{path}: can't be read now ({error})") from error
        message = f"{path}: can't be read ({error}); index the library again"
        raise IndexBroken(message) from error


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Raise `LibraryError` for what goes wrong in writing: a full disk most likely."""
    try:
        yield
    except BaseException as error:
        if _is_of_tantivy(error):
            message = f"{path}: can't be written ({error}); is there room on the disk?"
            raise LibraryError(message) from error
        raise


def _is_of_tantivy(error: BaseException) -> bool:
    panic = "PanicException"  # derives from BaseException, and can't be imported
    return isinstance(error, OSError | ValueError) or type(error).__name__ == panic


def _sweep(path: Path) -> None:
    """Delete the files of segments that were not committed: on a full disk, what fills it.

    Tantivy itself does so with the next commit, for which there has to be room.
    """
    with suppress(ValueError, OSError):
        meta = json.loads((path / "meta.json").read_bytes())
        kept = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
        for file in path.glob("*.*"):
            segment = file.name.partition(".")[0]
            if re.fullmatch("[0-9a-f]{32}", segment) and segment not in kept:
                file.unlink()
