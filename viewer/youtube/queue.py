"""The queue of videos to fetch, and the thread that works through it, beside the pages.

    row (job_rows.py) → queue (huey) → worker thread → yt-dlp's process → files

huey loses a task whose worker dies, on every back end. So the row comes first, the queue only says
which row to look at, and every second a look at the rows puts into the queue what is due and not in
it: what a kill took along, what waits for another try. A row is taken up once however often it is
queued, and to fetch a video twice is to fetch it once.

The worker is a thread of the process that serves: what could fail in it is in yt-dlp's process, and
should the server be killed, the next one finds the rows as they are. The file is beside the index,
or in the user's cache where the index is a PostgreSQL: one machine fetches, the one with the notes.
"""

import contextlib
import fcntl
import json
import logging
import os
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from huey import SqliteHuey
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer

from viewer.errors import LibraryError
from viewer.youtube.fetch import TIME_LIMIT, fetch_and_save
from viewer.youtube.job_rows import Job, JobStore, State
from viewer.youtube.messages import explain
from viewer.youtube.model import Failure, Fetched, Reason, Request, Step
from viewer.youtube.pace import Manners, Pace
from viewer.youtube.sidecars import Sidecars

_FILE = "jobs.sqlite3"
_SILENCE = 15.0
"""Seconds after which whoever worked on a row is taken to be dead; it beats four times in one."""
_LOOK = 1.0
"""Seconds between two looks at the rows."""
_MOST_TRIES = 6
"""Of one job, those included that a kill cut short: a video that kills us is not tried for ever."""
_log = logging.getLogger(__name__)


class Fetcher:
    """Fetches the videos that pages ask for, one after the other."""

    def __init__(
        self,
        place: Path,
        sidecars: Sidecars,
        *,
        manners: Manners | None = None,
        limit: float = TIME_LIMIT,
        silence: float = _SILENCE,
        worker: Sequence[str] | None = None,
    ) -> None:
        self._manners = manners or Manners()
        self._given = (sidecars, limit, worker)
        self._silence = silence
        self._pace = Pace(self._manners)
        self._store = JobStore(place / _FILE)
        self._huey = _open_queue(self._store.path)
        self._task = self._huey.task(name="fetch")(self._work)
        self._stop = threading.Event()
        self._consumer: _Consumer | None = None
        self._lock: int | None = None
        self._watch = threading.Thread(target=self._look_after, name="fetcher", daemon=True)

    def ask(self, request: Request) -> None:
        """Have a video fetched, unless it is being already."""
        if self._store.add(request):
            self._enqueue(request.video_id)

    def cancel(self, video_id: str) -> None:
        """Give up a video, also one that is being fetched."""
        self._store.cancel(video_id)

    def find(self, video_id: str) -> Job | None:
        """Return what has become of a video that was asked for, or None."""
        return self._store.find(video_id)

    def start(self) -> None:
        """Begin to work, first on what another process has left."""
        self._lock = _hold(self._store.path.with_suffix(".lock"), self._store)
        self._consumer = _Consumer(self._huey, workers=1, periodic=False, max_delay=0.5)
        self._consumer.start()
        self._watch.start()

    def stop(self) -> None:
        """End what is being fetched; the next process goes on with it."""
        self._stop.set()
        if self._consumer is not None:
            self._consumer.stop(graceful=True)
            self._watch.join()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _look_after(self) -> None:
        """Put into the queue what is due and not in it."""
        said = ""
        while not self._stop.wait(_LOOK):
            try:
                self._look()
                said = ""
            except Exception as error:  # a full disk, a deleted folder: another time
                if str(error) != said:
                    _log.warning("the queue of transcripts can't be read", exc_info=True)
                said = str(error)

    def _look(self) -> None:
        self._store.take_back(self._silence)
        due = self._store.list_due()
        if due and not self._huey.storage.queue_size():
            for video_id in due:
                self._enqueue(video_id)
        if self._consumer is not None:
            self._consumer.check_worker_health()

    def _enqueue(self, video_id: str) -> None:
        try:
            self._task(video_id)
        except sqlite3.Error:  # the row is there, and the next look finds it
            _log.warning("%s can't be queued yet", video_id, exc_info=True)
            with contextlib.suppress(sqlite3.Error):
                self._huey.storage.initialize_schema()

    def _work(self, video_id: str) -> None:
        """Do the job of a video, if it is due and nobody else does it."""
        job = None if self._stop.is_set() else self._store.claim(video_id)
        if job is None:
            return
        try:
            self._finish(job, self._fetch(job))
        except Exception:
            _log.exception("%s can't be fetched", video_id)
            self._store.finish(job, State.FAILED, "a fault of this program; the log says which")

    def _fetch(self, job: Job) -> Fetched:
        if job.tries > _MOST_TRIES:
            return Fetched(failure=Failure(reason=Reason.ENDED, said="again and again"))

        def beat(step: Step) -> bool:
            return not self._stop.is_set() and self._store.beat(job, step)

        while (wait := self._pace.wait()) > 0:
            if not beat(Step.WAITING):
                return Fetched(failure=Failure(reason=Reason.CANCELLED))
            self._stop.wait(min(wait, 0.25))
        sidecars, limit, worker = self._given
        fetched = fetch_and_save(job.request, sidecars, beat, limit=limit, worker=worker)
        self._pace.note(fetched.failure)
        return fetched

    def _finish(self, job: Job, fetched: Fetched) -> None:
        failure = fetched.failure
        if failure is None:
            self._store.finish(job, State.DONE)
        elif failure.reason == Reason.CANCELLED:
            # By its owner, who has said so in the row, or by the end of this process.
            self._store.put_back(job, 0, counts=False)
        elif (wait := self._manners.wait_before_retry(failure, job.tries)) is not None:
            self._store.put_back(job, wait, explain(failure))
        else:
            self._store.finish(job, State.FAILED, explain(failure), failure.languages)


def _open_queue(path: Path) -> SqliteHuey:
    """Return the queue in the file of the rows; raises `LibraryError`."""
    try:
        return SqliteHuey("fetch", results=False, filename=str(path), serializer=_Json())
    except sqlite3.Error as error:
        raise LibraryError(f"{path}: can't hold a queue ({error}); try again later") from error


def _hold(path: Path, store: JobStore) -> int:
    """Hold a lock as one of those that fetch; whoever is the first need not wait for the dead.

    It goes with the process, however that ends.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        store.take_back(0)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


class _Consumer(Consumer):  # type: ignore[misc]
    """huey's worker as threads of a process that sees to its signals itself."""

    def _set_signal_handlers(self) -> None:
        pass


class _Json(Serializer):  # type: ignore[misc]
    """Tasks as JSON: huey's own are pickles, which run what is in them."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))
