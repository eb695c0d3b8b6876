"""Where the index is, and opening its two halves together.

A place is a folder (the catalogue in SQLite beside a Tantivy index) or a `postgresql://` URL (both
in one database). Any number of processes read it; one at a time writes (`locking.py`).
"""

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import platformdirs
from sqlalchemy import Connection, delete, func, make_url, select, update

from viewer.errors import IndexBroken, LibraryError
from viewer.library.catalogue import (
    Catalogue,
    delete_sqlite,
    notes,
    open_postgresql,
    open_sqlite,
    parsed,
    pending,
    read_fact,
    transcripts,
    videos,
    write_fact,
)
from viewer.library.search import Search
from viewer.library.store import forget_all
from viewer.library.tantivy import TantivySearch


class Index(NamedTuple):
    """The two halves, open for writing."""

    catalogue: Catalogue
    search: Search

    def close(self) -> None:
        self.search.close()
        self.catalogue.close()


def is_url(place: str) -> bool:
    """Return whether `place` is a database rather than a folder."""
    return place.startswith(("postgresql://", "postgres://"))


def display_place(place: str) -> str:
    """Return `place` without a password in it."""
    return make_url(place).render_as_string() if is_url(place) else place


def default_place(root: Path) -> str:
    """Return the folder in the user's cache for the index of the library at `root`."""
    path = root.resolve()
    digest = hashlib.blake2b(os.fsencode(path), digest_size=6).hexdigest()
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in path.name)[:40]
    return str(platformdirs.user_cache_path("claimline") / f"{name}-{digest}")


def open_catalogue(place: str) -> Catalogue:
    """Return the catalogue at `place`, to be read.

    Raises `IndexBroken` where there is none, or none that can be read, and `LibraryError` where
    something else is there.
    """
    if is_url(place):
        return open_postgresql(place, writable=False)
    return open_sqlite(Path(place), writable=False)


def open_search(place: str, catalogue: Catalogue) -> tuple[str, Search]:
    """Return the search beside `catalogue`, to be read, and its name: another name is another one.

    Raises `IndexBroken` where it can't be read.
    """
    if is_url(place):
        return "", _search_database(catalogue)
    with catalogue.read() as connection:
        name = read_fact(connection, "search")
    return name, TantivySearch(Path(place) / (name or "search"), create=False)


def open_writer(
    place: str, begin: Callable[[Connection], None] | None = None, *, anew: bool = False
) -> tuple[Index, list[str]]:
    """Return the index at `place`, to be written, and what had to be mended, in words.

    What is broken or older is made anew, and all of it with `anew`; the notes are read again then.
    Whoever calls this holds the lock of the place, whose `begin` is called with each transaction in
    a database. Raises `LibraryError` where something that isn't ours is there.
    """
    if is_url(place):
        catalogue = open_postgresql(place, writable=True, anew=anew, begin=begin)
        index = Index(catalogue, _search_database(catalogue))
        return index, _renew(index) + _compare(index)
    folder = Path(place)
    said: list[str] = []
    try:
        if anew:
            delete_sqlite(folder)
        try:
            catalogue = open_sqlite(folder, writable=True)
        except IndexBroken as error:
            said.append(f"The index is made anew: {error}.")
            delete_sqlite(folder)
            catalogue = open_sqlite(folder, writable=True)
    except OSError as error:
        raise LibraryError(
            f"{folder}: can't hold an index ({error.strerror}); choose another with --index"
        ) from error
    try:
        index = Index(catalogue, _open_search(folder, catalogue, said))
    except BaseException:
        catalogue.close()
        raise
    return index, said + _renew(index) + _compare(index)


def _search_database(catalogue: Catalogue) -> Search:
    # psycopg is wanted by those alone who use PostgreSQL.
    from viewer.library.postgresql import PostgresqlSearch

    return PostgresqlSearch(catalogue.engine)


def _open_search(folder: Path, catalogue: Catalogue, said: list[str]) -> Search:
    """Return the search that the catalogue names, or a new one for which all is read again."""
    with catalogue.read() as connection:
        name = read_fact(connection, "search")
    for other in folder.glob("search-*"):
        # The folder is the reader's choice, and may hold others that are called almost so.
        if other.name != name and re.fullmatch("search-[0-9a-f]{8}", other.name):
            shutil.rmtree(other, ignore_errors=True)
    if name:
        try:
            return TantivySearch(folder / name, create=False)
        except IndexBroken as error:
            said.append(f"The search is made anew: {error}.")
    name = f"search-{secrets.token_hex(4)}"
    search = TantivySearch(folder / name)
    with catalogue.write() as connection:
        write_fact(connection, "search", name)
        forget_all(connection)
    return search


def _renew(index: Index) -> list[str]:
    """Have all notes read again where another program read them: it may read otherwise."""
    program = _identify_program()
    with index.catalogue.read() as connection:
        maker = read_fact(connection, "program")
    if maker == program:
        return []
    index.search.clear()
    with index.catalogue.write() as connection:
        forget_all(connection)
        connection.execute(delete(transcripts))
        connection.execute(update(videos).values(signature=""))  # nobody is to keep them so
        connection.execute(delete(parsed))
        write_fact(connection, "program", program)
    return ["The index is made anew: another version of Claimline made it."] if maker else []


@cache
def _identify_program() -> str:
    """Return what tells the modules that make an index from those of other versions."""
    state = hashlib.blake2b(digest_size=12)
    package = Path(__file__).parents[1]
    for part in ("note", "timeline", "transcript", "library"):
        for path in sorted((package / part).glob("*.py")):
            state.update(path.read_bytes())
    return state.hexdigest()


def _compare(index: Index) -> list[str]:
    """Make the search anew where it does not hold as much as the catalogue says."""
    with index.catalogue.read() as connection:
        if connection.scalar(select(func.count()).select_from(pending)):
            return []  # these are written again
        read = notes.c.is_read & notes.c.error.is_(None)
        query = select(func.count(), func.coalesce(func.sum(notes.c.claims), 0)).where(read)
        expected = sum(connection.execute(query).one())
        passages = func.coalesce(func.sum(transcripts.c.passages), 0)
        expected += connection.scalar(select(passages)) or 0
    if index.search.count() == expected:
        return []
    index.search.clear()
    with index.catalogue.write() as connection:
        forget_all(connection)
    return ["The search is made anew: it does not hold what the catalogue says."]
