"""The catalogue: notes, videos and topics in a small database; nothing in it that notes don't say.

SQLite in the index folder, or PostgreSQL. It can be deleted at any time: it is made from the notes
again, and so it is whenever it is broken or of an older version.
"""

import contextlib
import os
import sqlite3
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import (
    URL,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    insert,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import ArgumentError, DatabaseError, DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateSchema

from viewer.errors import IndexBroken, IndexBusy, LibraryError

VERSION = 4
"""Of the tables and of what is read from notes; an older index is built anew."""
_APPLICATION = 0x436C6D6C
""" "Clml": what SQLite's `application_id` says of a catalogue of ours."""
_DEADLINE = 1.0
"""Seconds that a reader's query may take."""
_FILE = "catalogue.sqlite3"
_SCHEMA = "claimline"
"""In PostgreSQL, so that the database may hold tables of others, whatever they are called."""

# Sorted by code points everywhere, so that an order is the same on both databases.
_Text = Text().with_variant(Text(collation="C"), "postgresql")
_metadata = MetaData()

notes = Table(
    "notes",
    _metadata,
    # Bytes of the path, as names of files need not be text.
    Column("path", LargeBinary, primary_key=True),
    Column("slug", _Text, nullable=False, unique=True),
    Column("name", _Text, nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("is_settled", Boolean, nullable=False),
    Column("digest", LargeBinary),
    Column("key", _Text, index=True),
    Column("title", _Text, nullable=False),
    Column("channel", _Text, nullable=False),
    Column("video_id", _Text),
    Column("media", _Text),
    Column("claims", Integer, nullable=False),
    Column("is_index", Boolean, nullable=False),
    Column("is_read", Boolean, nullable=False, index=True),
    Column("error", _Text),
    Column("text", Text),
)
"""A row for each note. `key` is its video's, or its own; None where it can't be read (`error`).
`name` is the folded name of its file. Not `is_read`: found, but only its head was looked at."""

titles = Table(
    "titles",
    _metadata,
    Column("path", LargeBinary, primary_key=True),
    Column("video_id", _Text, primary_key=True, index=True),
    Column("title", _Text, nullable=False),
)
"""What index notes call videos."""

videos = Table(
    "videos",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("key", _Text, nullable=False, unique=True),
    Column("title", _Text, nullable=False),
    Column("channel", _Text, nullable=False),
    Column("sort_title", _Text, nullable=False),
    Column("sort_channel", _Text, nullable=False),
    Column("notes", Integer, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("by_claims", Integer, nullable=False),
    Column("by_change", BigInteger, nullable=False),
    Column("first_path", LargeBinary, nullable=False, index=True),
    Column("first_slug", _Text, nullable=False),
    Column("own_title", _Text),
    Column("words", _Text, nullable=False),
    Column("duration", Float),
    Column("density", LargeBinary, nullable=False),
    Column("signature", _Text, nullable=False),
    Column("is_listed", Boolean, nullable=False),
    Column("is_video", Boolean, nullable=False, default=True),
    Index("videos_by_claims", "is_listed", "is_video", "by_claims", "sort_title", "key"),
    Index("videos_by_title", "is_listed", "is_video", "sort_title", "key"),
    Index("videos_by_channel", "is_listed", "is_video", "sort_channel", "sort_title", "key"),
    Index("videos_by_change", "is_listed", "is_video", "by_change", "key"),
    Index("videos_of_channel", "channel"),
)
"""A row for each video, and for each note without one. `by_claims` and `by_change` are negated, so
that every order is an ascending one; an index note is not listed. Not `is_video` is a note that
neither names a video nor has a media file. `words` are those of title and channel."""

topics = Table(
    "topics",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", _Text, nullable=False, unique=True),
    Column("label", _Text, nullable=False),
    Column("videos", Integer, nullable=False),
    Column("claims", Integer, nullable=False),
    Index("topics_by_claims", "claims"),
)

video_topics = Table(
    "video_topics",
    _metadata,
    Column("video", Integer, primary_key=True),
    Column("topic", Integer, primary_key=True),
    Column("claims", Integer, nullable=False),
    Column("label", _Text),
    Index("video_topics_of_topic", "topic", "video"),
    sqlite_with_rowid=False,
)
"""How many claims of a video link to a topic. `label` is the target as it is written most often
there, if that is not the slug with spaces."""

title_words = Table(
    "title_words",
    _metadata,
    Column("word", _Text, primary_key=True),
    Column("video", Integer, primary_key=True),
    Index("title_words_of_video", "video", "word"),
    sqlite_with_rowid=False,
)
"""The words of the titles and channels of listed videos (`titling.py`)."""

pending = Table("pending", _metadata, Column("key", _Text, primary_key=True))
"""Videos that are to be read again. They are noted with what makes it necessary, and struck out
with what was read, so that nothing is forgotten when the work is cut short between the two."""

skipped = Table(
    "skipped",
    _metadata,
    Column("path", LargeBinary, nullable=False),  # not indexed: it may be too long for that
    Column("reason", _Text, nullable=False),
)
media = Table("media", _metadata, Column("path", LargeBinary, primary_key=True))

captions = Table(
    "captions",
    _metadata,
    Column("folder", LargeBinary, primary_key=True),
    Column("path", LargeBinary, primary_key=True),
    Column("video_id", _Text, nullable=False, index=True),
    Column("language", _Text, nullable=False),
    Column("suffix", _Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("is_settled", Boolean, nullable=False),
    Column("error", _Text),
    Column("text", Text),
)
"""A row for each file of captions. `folder` is empty for those in the library."""

transcripts = Table(
    "transcripts",
    _metadata,
    Column("key", _Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("grounded", Integer, nullable=False),
    Column("elsewhere", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("is_foreign", Boolean, nullable=False),
)
"""What was made of a video's captions (`captions.py`), and of what (`digest`): how many claims are
found where they say, elsewhere, and not at all; how many passages the search has."""

parsed = Table(
    "parsed",
    _metadata,
    Column("key", _Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
"""The notes of large videos, as they were read (`parsed.py`)."""

facts = Table(
    "facts",
    _metadata,
    Column("name", _Text, primary_key=True),
    Column("value", _Text, nullable=False),
)
"""Of the index itself: version, generation."""


class Catalogue:
    """An open catalogue: `engine` for SQL, and what is said of the index itself."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        weakref.finalize(self, _close, engine, os.getpid())

    @property
    def is_shared(self) -> bool:
        """Whether it is a PostgreSQL database, which holds the text of the notes too."""
        return self.engine.dialect.name == "postgresql"

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for queries.

        Raises `IndexBusy` when the database can't answer now, and `IndexBroken` when it is damaged.
        """
        try:
            with self.engine.connect() as connection:
                yield connection
        except DatabaseError as error:
            kind = IndexBusy if _is_passing(error) else IndexBroken
            raise kind(f"the index can't be read ({error.orig})") from error

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection for one transaction: all of it is kept, or nothing.

        Raises `LibraryError` when the disk is full or another program holds the database, and
        `IndexBroken` when it is damaged.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except DatabaseError as error:
            if not _is_passing(error):
                raise IndexBroken(f"the index is damaged ({error.orig})") from error
            raise LibraryError(
                f"the index can't be written ({error.orig}); see that there is room and permission"
            ) from error

    def close(self) -> None:
        self.engine.dispose()


def _close(engine: Engine, maker: int) -> None:
    """Close the connections that nobody will use any more; Python 3.13 warns of open ones.

    A fork of the process that made them leaves them to it.
    """
    if os.getpid() == maker:
        engine.dispose()


def open_sqlite(folder: Path, *, writable: bool, lasting: bool = True) -> Catalogue:
    """Return the catalogue in `folder`; a writer makes it, and makes an older one anew.

    Raises `LibraryError` where there is a database that is not a catalogue, or a newer one, and
    `IndexBroken` where it can't be read. What is not `lasting` need not survive a power cut.
    """
    path = folder / _FILE
    if writable:
        folder.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        raise IndexBroken(f"{path}: there is no index yet; make one with `claimline index`")
    engine = create_engine(
        URL.create("sqlite", database=str(path)),  # a name may hold a ? or a #
        pool_size=8,
        max_overflow=64,
        connect_args={"timeout": 30},
    )
    _tune_sqlite(engine, path, writable=writable, lasting=lasting)
    catalogue = Catalogue(engine)
    try:
        _check_sqlite(catalogue, path, writable=writable)
    except BaseException:
        catalogue.close()
        raise
    return catalogue


def open_postgresql(
    url: str,
    *,
    writable: bool,
    anew: bool = False,
    begin: Callable[[Connection], None] | None = None,
) -> Catalogue:
    """Return the catalogue in the database at `url`; a writer makes it, or makes it anew.

    `begin` is called with each transaction that begins.
    """
    catalogue = connect_postgresql(url, deadline=0 if writable else _DEADLINE)
    if begin:
        event.listen(catalogue.engine, "begin", begin)
    try:
        _check_postgresql(catalogue, writable=writable, anew=anew)
    except BaseException:
        catalogue.close()
        raise
    return catalogue


def connect_postgresql(url: str, *, deadline: float = 0) -> Catalogue:
    """Return what may be a catalogue in the database at `url`; `deadline` is of a query, 0 none."""
    options = f"-c search_path={_SCHEMA} -c statement_timeout={deadline * 1000:g}"
    try:
        address = make_url("postgresql+psycopg" + url[url.index(":") :])
    except (ValueError, ArgumentError) as error:  # which may hold a password
        raise LibraryError(
            "--index: is no address of a database; write postgresql://user@host/name"
        ) from error
    engine = create_engine(
        address,
        pool_size=8,
        max_overflow=32,
        pool_pre_ping=True,
        connect_args={"options": options},
    )
    return Catalogue(engine)


def delete_sqlite(folder: Path) -> None:
    """Take the catalogue in `folder` away, broken or not."""
    for suffix in ("", "-wal", "-shm"):
        (folder / f"{_FILE}{suffix}").unlink(missing_ok=True)


def read_fact(connection: Connection, name: str, default: str = "") -> str:
    """Return what is noted under `name`."""
    value: str | None = connection.scalar(select(facts.c.value).where(facts.c.name == name))
    return default if value is None else value


def write_fact(connection: Connection, name: str, value: str) -> None:
    """Note `value` under `name`."""
    changed = connection.execute(update(facts).where(facts.c.name == name).values(value=value))
    if not changed.rowcount:
        connection.execute(insert(facts).values(name=name, value=value))


_NEWER = "{} holds an index of a newer Claimline; update this one, or choose another with --index"


def _create_tables(connection: Connection) -> None:
    _metadata.create_all(connection)
    write_fact(connection, "version", str(VERSION))
    # Counted on from here, so that no other catalogue in this place ever had the same.
    write_fact(connection, "generation", str(time.time_ns() // 1_000_000))


def _check_postgresql(catalogue: Catalogue, *, writable: bool, anew: bool) -> None:
    """Make sure that the database holds a catalogue of this version."""
    with catalogue.write() if writable else catalogue.read() as connection:
        is_there = connection.dialect.has_table(connection, facts.name)
        version = int(read_fact(connection, "version", "0")) if is_there else 0
        if version > VERSION:
            raise LibraryError(_NEWER.format("the database"))
        if version == VERSION and not anew:
            return
        if not writable:
            raise IndexBroken(
                "the database holds no index of this version; make one with `claimline index`"
            )
        if not connection.dialect.has_schema(connection, _SCHEMA):
            connection.execute(CreateSchema(_SCHEMA))
        _metadata.drop_all(connection)
        _create_tables(connection)


def _check_sqlite(catalogue: Catalogue, path: Path, *, writable: bool) -> None:
    """Make sure that the database is a catalogue of this version."""
    with catalogue.read() as connection:
        application = connection.scalar(text("PRAGMA application_id")) or 0
        version = connection.scalar(text("PRAGMA user_version")) or 0
        tables = connection.scalar(text("SELECT count(*) FROM sqlite_master")) or 0
    if tables and application != _APPLICATION:
        raise LibraryError(f"{path}: is a database that is not ours; choose another with --index")
    if version > VERSION:
        raise LibraryError(_NEWER.format(path))
    if version == VERSION and tables:
        return
    if not writable:
        raise IndexBroken(f"{path}: is of an older version; make it anew with `claimline index`")
    with contextlib.closing(catalogue.engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA journal_mode = WAL")  # readers and the writer don't wait
    with catalogue.write() as connection:
        _metadata.drop_all(connection)
        _create_tables(connection)
        connection.execute(text(f"PRAGMA application_id = {_APPLICATION}"))
        connection.execute(text(f"PRAGMA user_version = {VERSION}"))


def _tune_sqlite(engine: Engine, path: Path, *, writable: bool, lasting: bool) -> None:
    synchronous = "FULL" if lasting else "OFF"

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _identify(path)
        connection.isolation_level = None  # SQLAlchemy says BEGIN, below
        if writable:
            connection.execute(f"PRAGMA synchronous = {synchronous}")
        else:
            connection.execute("PRAGMA query_only = ON")
            connection.set_progress_handler(lambda: time.monotonic() > record.info["end"], 20_000)

    @event.listens_for(engine, "checkout")
    def check_out(_: sqlite3.Connection, record: ConnectionPoolEntry, __: object) -> None:
        record.info["end"] = time.monotonic() + _DEADLINE
        if record.info["file"] != _identify(path):
            raise DisconnectionError("the catalogue was made anew")  # the pool connects again

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writable else "BEGIN")


def _identify(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at `path` from one that took its place."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _is_passing(error: DatabaseError) -> bool:
    """Return whether the fault is not the database's: a full disk, a lock, a lost connection."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return isinstance(error, OperationalError) and code != sqlite3.SQLITE_ERROR  # a table is gone
