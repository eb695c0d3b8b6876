"""Who may write an index: one process at a time, for as long as it holds the lock of the place.

A folder's lock goes with the process that holds it. A database's goes with a session, which may end
(the server is restarted, the network fails) while its process knows nothing of it. So that two
never write, each transaction of a writer first notes in the database that it has begun, and then
asks the session whether it is still there; and nobody gets the lock while one is going on.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from viewer.errors import LibraryError, LockLost
from viewer.library.catalogue import connect_postgresql
from viewer.library.index import is_url

_LOCK = 0x636C6169
"""Of PostgreSQL's advisory locks, the one that the writer holds …"""
_WRITING = _LOCK + 1
"""… and the one that its transactions share."""
_AGAIN = 0.5
"""Seconds after which a lock that another holds is asked for again."""
_TAKE = text(
    f"SELECT CASE WHEN pg_try_advisory_xact_lock({_WRITING})"
    f" THEN pg_try_advisory_lock({_LOCK}) ELSE false END"
)
_BEGIN = f"SELECT pg_advisory_xact_lock_shared({_WRITING})"


class Lock:
    """The lock of a place, held: by this process, or by a session of its database."""

    def __init__(self, session: Connection | None = None) -> None:
        self._session = session

    def begin(self, connection: Connection) -> None:
        """See that a transaction of the database, which is beginning, may write.

        Raises `LockLost` where another process may hold the lock by now.
        """
        connection.exec_driver_sql(_BEGIN)
        try:
            if self._session is not None:
                self._session.exec_driver_sql("SELECT 1")
        except SQLAlchemyError as error:
            raise LockLost(
                "another process may keep this index now: "
                "the database has ended the session that held its lock"
            ) from error


@contextlib.contextmanager
def lock_writer(place: str, *, waits: bool) -> Iterator[Lock | None]:
    """Hold the place's lock of the one that writes; give None if it can't be had.

    It goes with the process, however that ends. With `waits`, wait until it is free. Raises
    `LibraryError` where there can't be an index.
    """
    if is_url(place):
        with _lock_database(place, waits=waits) as lock:
            yield lock
        return
    folder = Path(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LibraryError(
            f"{folder}: can't hold an index ({error.strerror}); choose another with --index"
        ) from error
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            yield None
        else:
            yield Lock()
    finally:
        os.close(file)


@contextlib.contextmanager
def _lock_database(url: str, *, waits: bool) -> Iterator[Lock | None]:
    catalogue = connect_postgresql(url)
    try:
        with catalogue.read() as session:
            session.execution_options(isolation_level="AUTOCOMMIT")
            held = bool(session.scalar(_TAKE))
            while waits and not held:
                time.sleep(_AGAIN)
                held = bool(session.scalar(_TAKE))
            yield Lock(session) if held else None
    finally:
        catalogue.close()
