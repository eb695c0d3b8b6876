"""Keeping the index what the notes say: what has changed is read again, with its video's other
notes, since a stamp is judged by all of them.

Every step can be cut short at any moment: a note counts as read once its claims are in the search
and its row in the catalogue says so, and until then it is read again.
"""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from time import monotonic

from sqlalchemy import Connection, select

from viewer.errors import LibraryError
from viewer.library import store, tally
from viewer.library.catalogue import Catalogue, notes, pending, read_fact, write_fact
from viewer.library.folder import (
    NOTE_LIMIT,
    NoteFile,
    find_captions,
    find_files,
    is_wanted,
    read_file,
)
from viewer.library.names import make_slugs
from viewer.library.reading import (
    NoteFacts,
    Source,
    VideoFacts,
    VideoSources,
    digest_of,
    guess_note,
    is_settled,
)
from viewer.library.search import Search
from viewer.library.sidecars import replace_captions
from viewer.library.store import Known
from viewer.library.workers import Readers

BATCH = 1500
"""Notes whose claims are written at once, in bulk."""
_PATIENCE = 3.0
"""Seconds after which what was read is written all the same, for those who look on."""
BULK = 300
"""Notes to read from which on workers are worth their start."""

Progress = Callable[[int, int], None]
"""Is told how many notes have been read, of how many."""


class Indexer:
    """Writes the index of the notes in `root`, with the captions there and in other folders."""

    def __init__(
        self,
        root: Path,
        catalogue: Catalogue,
        search: Search | None,
        *,
        captions: Sequence[Path] = (),
        workers: int = 1,
        bulk: int = BULK,
        batch: int = BATCH,
    ) -> None:
        """Read in `workers` processes what is more than `bulk` notes, and write `batch` at once."""
        self._root = root
        self._captions = captions
        self._catalogue = catalogue
        self._search = search
        self._workers = workers
        self._bulk = bulk
        self._batch = batch

    def refresh(self, progress: Progress | None = None) -> bool:
        """Look through the whole folder, read what has changed, and return whether anything had.

        Raises `LibraryError` when the folder can't be read or the index can't be written.
        """
        return self.look_through() | self._read_pending(progress)

    def look_through(self) -> bool:
        """Find what has come, gone or changed, without reading much; return whether anything had.

        From here on the library lists every note, and its pages show them all.
        """
        folder = find_files(self._root)
        slugs = make_slugs(file.path for file in folder.notes)
        with self._catalogue.read() as connection:
            known = store.load_known(connection)
        changed = [file for file in folder.notes if _has_changed(file, slugs[file.path], known)]
        is_new = self._take_in(
            [Source(file.path, slugs[file.path]) for file in changed],
            known.keys() - slugs.keys(),
            known,
        )
        media_paths = [file.path for file in folder.media]
        more = find_captions(self._root, self._captions)
        with self._catalogue.write() as connection:
            skipped = (*folder.skipped, *more.skipped)
            others = store.replace_surroundings(connection, skipped, media_paths)
            heard, have_changed = replace_captions(connection, (*folder.captions, *more.captions))
            store.add_pending(connection, heard)
            others |= have_changed
            if others or not read_fact(connection, "seen"):
                write_fact(connection, "seen", "yes")  # what is not listed by now is not there
                store.next_generation(connection)
        return is_new or others

    def update(self, paths: Collection[str]) -> bool:
        """Read the notes at `paths`, which may have changed, and return whether they had.

        When anything came, went or was renamed, the whole folder is looked through.
        """
        with self._catalogue.read() as connection:
            known = store.load_known(connection, paths)
            is_more = any(self._concerns(connection, path, known) for path in paths)
        if is_more:
            return self.refresh()
        sources = [Source(path, known[path].slug) for path in sorted(known)]
        return self._take_in(sources, (), known) | self._read_pending(None)

    def _concerns(self, connection: Connection, path: str, known: Mapping[str, Known]) -> bool:
        """Return whether a change at `path` may be more than new words in a note."""
        try:
            status = os.lstat(self._root / path)
        except OSError:
            return store.holds_files(connection, path)
        if path in known:
            return not S_ISREG(status.st_mode)
        return S_ISDIR(status.st_mode) or is_wanted(path)

    def _take_in(
        self, sources: Sequence[Source], removed: Collection[str], known: Mapping[str, Known]
    ) -> bool:
        """Note which notes are gone, or may say something new; return whether any."""
        if removed:  # first, since another note may have its name by now
            with self._catalogue.write() as connection:
                keys = {key for path in removed if (key := known[path].key)}
                store.add_pending(connection, keys)
                retitled = store.remove_notes(connection, removed)
                store.retitle_videos(connection, retitled)
                store.next_generation(connection, renames=True)
        is_new = bool(removed)
        rest = iter(sources)
        while some := list(islice(rest, self._batch)):
            is_new |= self._glance(some, known)
        return is_new

    def _glance(self, sources: Iterable[Source], known: Mapping[str, Known]) -> bool:
        """Note which of the notes say something new, and that their videos are to be read."""
        touched, guesses = [], []
        for source in sources:
            old = known.get(source.path)
            same = self._same_content(source, old) if old else None
            if same:
                touched.append(same)
            else:
                guesses.append(guess_note(self._root, source))
        with self._catalogue.write() as connection:
            store.touch_notes(connection, touched)
            if guesses:
                keys = {note.key for note in guesses if note.error is None}
                before = (known[note.path].key for note in guesses if note.path in known)
                store.add_pending(connection, keys | {key for key in before if key})
                store.save_guesses(connection, guesses)
                renames = any(_is_renamed(note, known) for note in guesses)
                store.next_generation(connection, renames=renames)
        return bool(guesses)

    def _same_content(self, source: Source, old: Known) -> NoteFacts | None:
        """Return the note's size and times where it is as it was, else None."""
        if not old.is_read or not old.digest or old.slug != source.slug:
            return None
        try:
            data, status = read_file(self._root, source.path, NOTE_LIMIT)
        except LibraryError:
            return None
        if digest_of(data) != old.digest:
            return None
        return NoteFacts(
            path=source.path,
            slug=source.slug,
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            is_settled=is_settled(status.st_mtime_ns),
        )

    def _read_pending(self, progress: Progress | None) -> bool:
        """Read the videos that are to be read, and return whether there were any."""
        groups = self._find_groups()
        total = sum(len(group.notes) for group in groups)
        is_bulk = total > self._bulk
        if is_bulk:
            with self._catalogue.write() as connection:
                write_fact(connection, "topics", "to be counted")
        done = 0
        was_any = bool(groups)
        with Readers(self._root, self._workers if is_bulk else 1) as readers:
            while groups:
                batch: list[VideoFacts] = []
                held, written = 0, monotonic()
                for video in readers.read(groups, keeps_text=self._catalogue.is_shared):
                    batch.append(video)
                    held += len(video.notes) + len(video.strays)
                    done += len(video.notes)
                    if progress:
                        progress(min(done, total), total)
                    if held >= self._batch or monotonic() - written > _PATIENCE:
                        self._write(batch, is_bulk=is_bulk)
                        batch, held, written = [], 0, monotonic()
                self._write(batch, is_bulk=is_bulk)
                groups = self._find_groups()  # videos that notes turned out to be of
        self._count_topics()
        return was_any

    def _find_groups(self) -> list[VideoSources]:
        """Return the videos that are to be read, each with its notes."""
        with self._catalogue.read() as connection:
            unread = select(notes.c.key).where(notes.c.is_read.is_(False), notes.c.key.is_not(None))
            keys = {*connection.scalars(select(pending.c.key)), *connection.scalars(unread)}
            # Notes without a video first: index notes are among them, which give titles to videos.
            ordered = sorted(keys, key=lambda key: (not key.startswith("note/"), key))
            return store.find_sources(connection, ordered)

    def _write(self, batch: Sequence[VideoFacts], *, is_bulk: bool) -> None:
        if not batch:
            return
        keys = [video.key for video in batch]
        if self._search is not None:
            self._search.replace(
                (video.documents for video in batch if video.notes),
                (video.key for video in batch if not video.notes),
            )
        with self._catalogue.write() as connection:
            store.save_videos(connection, batch, recounts=not is_bulk)
            store.remove_pending(connection, keys)
            store.next_generation(connection)

    def _count_topics(self) -> None:
        """Count what was not counted while there was much to read."""
        with self._catalogue.read() as connection:
            if not read_fact(connection, "topics"):
                return
        with self._catalogue.write() as connection:
            tally.recount_topics(connection)
            write_fact(connection, "topics", "")
            store.next_generation(connection)


def _has_changed(file: NoteFile, slug: str, known: Mapping[str, Known]) -> bool:
    old = known.get(file.path)
    if old is None or not old.is_settled:
        return True
    return (old.size, old.mtime_ns, old.slug) != (file.size, file.mtime_ns, slug)


def _is_renamed(note: NoteFacts, known: Mapping[str, Known]) -> bool:
    old = known.get(note.path)
    return old is None or old.slug != note.slug
