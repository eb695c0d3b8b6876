"""The table of jobs in SQLite: what to fetch, whether a worker is at it, and what came of it.

The worker of a row writes the time into `heartbeat` several times a second. If it falls silent, the
row is taken back, and any worker may take it up. `run` counts how often that happened: a worker
writes only to the run that it took up. So one that was merely slow changes nothing afterwards.

Each call opens a connection of its own; there are a handful a second at most.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from viewer.errors import IndexBusy, LibraryError
from viewer.youtube.model import Request, Step

_APPLICATION = 0x436C6D6A
""" "Clmj", the `application_id` in the SQLite file's header."""
_VERSION = 1
_TABLE = """
CREATE TABLE IF NOT EXISTS jobs (
    video_id TEXT PRIMARY KEY,
    languages TEXT NOT NULL,
    is_strict INTEGER NOT NULL,
    state TEXT NOT NULL,
    step INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL DEFAULT 0,
    heartbeat REAL NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    offers TEXT NOT NULL DEFAULT '[]'
)
"""


class State(StrEnum):
    """Where a job is on its way; the last three are ends."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of the table."""

    request: Request
    state: State
    step: Step
    tries: int
    """How often it was taken up since it was asked for, without those that a stop cut short."""
    run: int
    """How often it was taken up at all."""
    due: float
    """When it may be taken up, in seconds since 1970."""
    message: str
    """Why it failed, or why it waits."""
    offers: tuple[str, ...]
    """Languages that could be asked for instead."""


class JobRows:
    """The rows in the SQLite file at `path`."""

    def __init__(self, path: Path, *, patience: float = 30.0) -> None:
        """Open the file, and create it if it is missing or broken; raises `LibraryError`.

        `patience` is how many seconds to wait for another process to end its writing.
        """
        self.path = path
        self._patience = patience
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                path.touch(mode=0o600, exist_ok=False)
            self._check()
        except (sqlite3.Error, OSError) as error:
            why = getattr(error, "strerror", None) or error
            raise LibraryError(
                f"{path}: can't hold jobs ({why}); see whether the disk is full or another program "
                "holds the file, or choose another place with --index"
            ) from error

    def find(self, video_id: str) -> Job | None:
        """Return the last job of a video, or None."""
        with self._open() as connection:
            row = connection.execute("SELECT * FROM jobs WHERE video_id = ?", [video_id]).fetchone()
        return _read(row) if row else None

    def add(self, request: Request) -> bool:
        """Add a waiting job; False if the video has one that waits or runs already."""
        with self._open() as connection:
            added = connection.execute(
                "INSERT INTO jobs (video_id, languages, is_strict, state, due) "
                "VALUES (?, ?, ?, 'waiting', ?) ON CONFLICT (video_id) DO UPDATE SET "
                "languages = excluded.languages, is_strict = excluded.is_strict, "
                "state = 'waiting', due = excluded.due, step = 0, tries = 0, message = '', "
                "offers = '[]' WHERE state NOT IN ('waiting', 'running')",
                [request.video_id, json.dumps(request.languages), request.is_strict, time.time()],
            )
            return added.rowcount > 0

    def cancel(self, video_id: str) -> bool:
        """Cancel a job, whose worker learns it from its next beat; False if it had ended."""
        return self._change(
            "UPDATE jobs SET state = 'cancelled', message = '' "
            "WHERE video_id = ? AND state IN ('waiting', 'running')",
            video_id,
        )

    def claim_next(self) -> Job | None:
        """Take up the job that has been due longest; None if none is due.

        One statement, so that of several workers one alone gets the job.
        """
        now = time.time()
        with self._open() as connection:
            row = connection.execute(
                "UPDATE jobs SET state = 'running', step = 0, tries = tries + 1, run = run + 1, "
                "heartbeat = ?, message = '' WHERE video_id = (SELECT video_id FROM jobs "
                "WHERE state = 'waiting' AND due <= ? ORDER BY due LIMIT 1) RETURNING *",
                [now, now],
            ).fetchone()
        return _read(row) if row else None

    def beat(self, job: Job, step: Step) -> bool:
        """Write the heartbeat of a job; False if it was cancelled or taken back."""
        return self._change(
            "UPDATE jobs SET heartbeat = ?, step = ? "
            "WHERE video_id = ? AND run = ? AND state = 'running'",
            *(time.time(), step, job.request.video_id, job.run),
        )

    def finish(
        self, job: Job, state: State, message: str = "", offers: tuple[str, ...] = ()
    ) -> None:
        """End a job in `state`, unless it was cancelled or taken back meanwhile."""
        self._change(
            "UPDATE jobs SET state = ?, message = ?, offers = ? "
            "WHERE video_id = ? AND run = ? AND state = 'running'",
            *(state, message, json.dumps(offers), job.request.video_id, job.run),
        )

    def put_back(self, job: Job, wait: float, message: str = "", *, counts: bool = True) -> None:
        """Let a job wait `wait` seconds; without `counts`, this try of it is not counted."""
        self._change(
            "UPDATE jobs SET state = 'waiting', due = ?, message = ?, tries = tries - ? "
            "WHERE video_id = ? AND run = ? AND state = 'running'",
            *(time.time() + wait, message, not counts, job.request.video_id, job.run),
        )

    def take_back(self, silence: float) -> int:
        """Let jobs wait again if their worker was silent for `silence` seconds; return how many."""
        with self._open() as connection:
            return connection.execute(
                "UPDATE jobs SET state = 'waiting', due = 0 "
                "WHERE state = 'running' AND heartbeat < ?",
                [time.time() - silence],
            ).rowcount

    def _change(self, statement: str, *values: object) -> bool:
        with self._open() as connection:
            return connection.execute(statement, values).rowcount > 0

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            if not self.path.exists():  # people may delete the index, and this file with it
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._check()
            with self._connected() as connection:
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise IndexBusy(f"{self.path}: can't be read or written now ({error})") from error

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=self._patience)) as connection, connection:
            connection.row_factory = sqlite3.Row
            # NORMAL waits for the disk at a checkpoint only, so a beat costs no such wait. What was
            # written survives a kill; a power cut may cost the last second.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_TABLE)
            yield connection

    def _check(self) -> None:
        """Mark the file as ours; a broken one is replaced by an empty one."""
        try:
            self._claim_file()
        except sqlite3.OperationalError:
            raise  # it is locked, or the disk is full: the jobs in it are whole
        except sqlite3.DatabaseError:
            for end in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)
            self.path.touch(mode=0o600)
            self._claim_file()

    def _claim_file(self) -> None:
        """Write our marks into the file's header; raises `LibraryError` if it isn't ours."""
        with closing(sqlite3.connect(self.path, timeout=self._patience)) as connection, connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if application not in (0, _APPLICATION) or (tables and not application):
                raise LibraryError(
                    f"{self.path}: is a database of something else; choose another place "
                    "with --index"
                )
            if version > _VERSION:
                raise LibraryError(f"{self.path}: was written by a newer Claimline; use that")
            # Only what is missing is written: writing needs room on the disk and the write lock.
            if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                connection.execute("PRAGMA journal_mode = WAL")
            if application != _APPLICATION:
                connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            if version != _VERSION:
                connection.execute(f"PRAGMA user_version = {_VERSION}")


def _read(row: sqlite3.Row) -> Job:
    request = Request(
        video_id=row["video_id"],
        languages=tuple(json.loads(row["languages"])),
        is_strict=bool(row["is_strict"]),
    )
    return Job(
        request=request,
        state=State(row["state"]),
        step=Step(row["step"]),
        tries=row["tries"],
        run=row["run"],
        due=row["due"],
        message=row["message"],
        offers=tuple(json.loads(row["offers"])),
    )
