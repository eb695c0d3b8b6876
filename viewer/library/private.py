"""An index for one process, kept in a temporary folder: nothing to set up, gone at the end."""

import os
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from viewer.library.catalogue import open_sqlite, write_fact
from viewer.library.indexer import Indexer, Progress
from viewer.library.store import forget_all
from viewer.library.tantivy import TantivySearch


class PrivateIndex:
    """The index of the notes in `root`, which its owner refreshes."""

    def __init__(self, root: Path, captions: Sequence[Path] = (), workers: int = 1) -> None:
        folder = Path(tempfile.mkdtemp(prefix="claimline-"))
        weakref.finalize(self, _remove, folder, os.getpid())
        self.place = str(folder)
        self._catalogue = open_sqlite(folder, writable=True, lasting=False)
        self._make_indexer = partial(
            Indexer, root, self._catalogue, captions=captions, workers=workers
        )
        self._indexer = self._make_indexer(None)
        self._has_search = False
        self._catalogue.close()  # the process may fork now; none shares another's connections

    def refresh(self, progress: Progress | None = None) -> None:
        """Read what has changed in the folder."""
        self._indexer.refresh(progress)

    def add_search(self) -> None:
        """Make the claims searchable; until someone searches, that is not worth its time."""
        if self._has_search:
            return
        search = TantivySearch(Path(self.place) / "search")
        with self._catalogue.write() as connection:
            write_fact(connection, "search", "search")
            forget_all(connection)
        self._indexer = self._make_indexer(search)
        self._indexer.refresh()
        self._has_search = True


def _remove(folder: Path, maker: int) -> None:
    """Take the index away, unless this is a fork of the process that made it, and ends early."""
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)
