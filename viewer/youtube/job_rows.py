"""Rows of jobs: what is to be fetched, who is at it, and what came of it.

A row is written before anything else is done, and says all that is needed to do it again: the queue
only says which row to look at. Whoever works on a row tells so every second (`heartbeat`); a row
whose worker has fallen silent is anyone's. `run` counts those who took it up, so that one who was
given up for dead, and is not, changes nothing any more.

Stock SQLite, a connection for each question: a handful a second at most.
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
""" "Clmj": what SQLite's `application_id` says of our jobs."""
_VERSION = 1
_PATIENCE = 30.0
"""Seconds to wait for another process that writes."""
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
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row."""

    request: Request
    state: State
    step: Step
    tries: int
    """How often it has been taken up."""
    run: int
    due: float
    """When it may be taken up (again), in seconds since 1970."""
    message: str
    """Why it failed, or why it has to wait."""
    offers: tuple[str, ...]
    """Languages that could be asked for instead."""


class JobStore:
    """The rows in the SQLite file at `path`, which is made where there is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
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
        """Return the job of a video, the last one that was asked for."""
        with self._open() as connection:
            row = connection.execute("SELECT * FROM jobs WHERE video_id = ?", [video_id]).fetchone()
        return _read(row) if row else None

    def add(self, request: Request) -> bool:
        """Ask for a video; return whether that is new, and not waiting or being done already."""
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
        """Cancel a job; whoever works on it learns it with the next beat."""
        return self._change(
            "UPDATE jobs SET state = 'cancelled', message = '' "
            "WHERE video_id = ? AND state IN ('waiting', 'running')",
            video_id,
        )

    def claim(self, video_id: str) -> Job | None:
        """Take up a job that is due, if nobody else has."""
        now = time.time()
        with self._open() as connection:
            row = connection.execute(
                "UPDATE jobs SET state = 'running', step = 0, tries = tries + 1, run = run + 1, "
                "heartbeat = ?, message = '' "
                "WHERE video_id = ? AND state = 'waiting' AND due <= ? RETURNING *",
                [now, video_id, now],
            ).fetchone()
        return _read(row) if row else None

    def beat(self, job: Job, step: Step) -> bool:
        """Tell that a job is being worked on; return whether it still is ours, and wanted."""
        return self._change(
            "UPDATE jobs SET heartbeat = ?, step = ? "
            "WHERE video_id = ? AND run = ? AND state = 'running'",
            *(time.time(), step, job.request.video_id, job.run),
        )

    def finish(
        self, job: Job, state: State, message: str = "", offers: tuple[str, ...] = ()
    ) -> None:
        """Say what came of a job, unless it was cancelled or taken over meanwhile."""
        self._change(
            "UPDATE jobs SET state = ?, message = ?, offers = ? "
            "WHERE video_id = ? AND run = ? AND state = 'running'",
            *(state, message, json.dumps(offers), job.request.video_id, job.run),
        )

    def put_back(self, job: Job, wait: float, message: str = "", *, counts: bool = True) -> None:
        """Let a job wait for another try; one that was stopped half-way does not count as one."""
        self._change(
            "UPDATE jobs SET state = 'waiting', due = ?, message = ?, tries = tries - ? "
            "WHERE video_id = ? AND run = ? AND state = 'running'",
            *(time.time() + wait, message, not counts, job.request.video_id, job.run),
        )

    def take_back(self, silence: float) -> int:
        """Let the jobs wait again whose worker has been silent for so many seconds."""
        with self._open() as connection:
            return connection.execute(
                "UPDATE jobs SET state = 'waiting', due = 0 "
                "WHERE state = 'running' AND heartbeat < ?",
                [time.time() - silence],
            ).rowcount

    def list_due(self) -> list[str]:
        """Return the videos that may be taken up, those first that have waited longest."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT video_id FROM jobs WHERE state = 'waiting' AND due <= ? ORDER BY due",
                [time.time()],
            ).fetchall()
        return [row["video_id"] for row in rows]

    def _change(self, statement: str, *values: object) -> bool:
        with self._open() as connection:
            return connection.execute(statement, values).rowcount > 0

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            if not self.path.exists():  # it may be deleted at any time, as the index may
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._check()
            with self._connected() as connection:
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise IndexBusy(f"{self.path}: can't be read or written now ({error})") from error

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as connection, connection:
            connection.row_factory = sqlite3.Row
            # Survives a kill; a power cut may cost the last second, and a beat no write to disk.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_TABLE)
            yield connection

    def _check(self) -> None:
        """See that the file is ours; one that is broken or of another version is made anew."""
        try:
            self._claim_file()
        except sqlite3.OperationalError:
            raise  # it is locked, or the disk is full: nothing is wrong with the jobs in it
        except sqlite3.DatabaseError:
            for end in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)
            self.path.touch(mode=0o600)
            self._claim_file()

    def _claim_file(self) -> None:
        """Mark the file as ours, where it is not yet; raises `LibraryError` where it can't be."""
        with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as connection, connection:
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
            # To write what is there already would need a disk with room, and nobody else at it.
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
