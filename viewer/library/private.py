"""An index for one process, kept in a temporary folder: nothing to set up, gone at the end."""

import shutil
import tempfile
import weakref
from pathlib import Path

from viewer.library.catalogue import open_sqlite, write_fact
from viewer.library.indexer import Indexer, Progress
from viewer.library.store import forget_all
from viewer.library.tantivy import TantivySearch


class PrivateIndex:
    """The index of the notes in `root`, which its owner refreshes."""

    def __init__(self, root: Path) -> None:
        folder = Path(tempfile.mkdtemp(prefix="claimline-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.place = str(folder)
        self._root = root
        self._catalogue = open_sqlite(folder, writable=True, lasting=False)
        self._indexer = Indexer(root, self._catalogue, None)
        self._has_search = False

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
        self._indexer = Indexer(self._root, self._catalogue, search)
        self._indexer.refresh()
        self._has_search = True
