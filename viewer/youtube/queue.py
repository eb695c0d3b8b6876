"""The queue of videos to fetch, and the thread that works it off, beside the pages.

    request → row (job_rows.py) → thread → yt-dlp's process (fetch.py) → files (sidecars.py)

The rows are the queue. A row is written before anything is done and says all that its job needs, so
a job survives whatever dies: the process that starts next finds the row and does the job again. To
fetch a video twice is to fetch it once.

The worker is a thread of the server, since what is likely to fail runs in yt-dlp's process. The
table is in the folder of the index, or in the user's cache where the index is a PostgreSQL
database: one machine fetches, the one with the notes.
"""

import contextlib
import fcntl
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from viewer.youtube.fetch import TIME_LIMIT, fetch_and_save
from viewer.youtube.job_rows import Job, JobRows, State
from viewer.youtube.messages import explain
from viewer.youtube.model import Failure, Outcome, Reason, Request, Step
from viewer.youtube.pace import Manners, Pace
from viewer.youtube.sidecars import Sidecars

_FILE = "jobs.sqlite3"
_MOST_TRIES = 6
"""Of one job, with those that a kill cut short: a video that kills us is not tried for ever."""
_log = logging.getLogger(__name__)


class FetchQueue:
    """Fetches the videos that pages ask for, one after the other."""

    def __init__(
        self,
        place: Path,
        sidecars: Sidecars,
        *,
        manners: Manners | None = None,
        limit: float = TIME_LIMIT,
        silence: float = 15.0,
        interval: float = 1.0,
        worker: Sequence[str] | None = None,
    ) -> None:
        """Open the table in the folder `place`; raises `LibraryError`.

        A worker beats four times a second; after `silence` seconds without a beat it is taken for
        dead. Rows that other processes write are seen within `interval` seconds.
        """
        self._sidecars = sidecars
        self._manners = manners or Manners()
        self._pace = Pace(self._manners)
        self._limit = limit
        self._silence = silence
        self._interval = interval
        self._worker = worker
        self._rows = JobRows(place / _FILE)
        self._thread = threading.Thread(target=self._work, name="fetch-queue", daemon=True)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._lock: int | None = None

    def ask(self, request: Request) -> None:
        """Have a video fetched, unless it is being already."""
        if self._rows.add(request):
            self._wake.set()

    def cancel(self, video_id: str) -> None:
        """Give up a video, also one that is being fetched."""
        self._rows.cancel(video_id)

    def find(self, video_id: str) -> Job | None:
        """Return the last job of a video, or None if nobody asked for it."""
        return self._rows.find(video_id)

    def start(self) -> None:
        """Start the thread, which begins with what a dead process has left."""
        self._lock = _share_lock(self._rows.path.with_suffix(".lock"), self._rows)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread, and give back the job that it is at: the next process does it."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _work(self) -> None:
        """Do the jobs that are due until the queue is stopped."""
        logged = ""
        while True:
            # Cleared before the look at the rows: a row that is added during it wakes us again.
            self._wake.clear()
            if self._stop.is_set():
                return
            try:
                is_idle = not self._do_next()
                logged = ""
            except Exception as error:  # a full disk, a deleted folder: tried again later
                is_idle = True
                if str(error) != logged:
                    _log.warning("the queue of transcripts can't be read", exc_info=True)
                logged = str(error)
            if is_idle:
                self._wake.wait(self._interval)

    def _do_next(self) -> bool:
        """Do the job that has been due longest, and return True; False if none is due."""
        self._rows.take_back(self._silence)
        job = self._rows.claim_next()
        if job is None:
            return False
        try:
            self._settle(job, self._fetch(job))
        except Exception:
            _log.exception("%s can't be fetched", job.request.video_id)
            self._rows.finish(job, State.FAILED, "a fault of this program; the log says which")
        return True

    def _fetch(self, job: Job) -> Outcome:
        """Wait for the job's turn, then fetch its video and save the files."""

        if job.tries > _MOST_TRIES:
            return Outcome(failure=Failure(reason=Reason.ENDED, quote="again and again"))

        def beat(step: Step) -> bool:
            return not self._stop.is_set() and self._rows.beat(job, step)

        while (wait := self._pace.wait()) > 0:
            if not beat(Step.WAITING):
                return Outcome(failure=Failure(reason=Reason.CANCELLED))
            self._stop.wait(min(wait, 0.25))
        outcome = fetch_and_save(
            job.request, self._sidecars, beat, limit=self._limit, worker=self._worker
        )
        self._pace.note(outcome.failure)
        return outcome

    def _settle(self, job: Job, outcome: Outcome) -> None:
        """Write the outcome into the row of `job`, or the time of its next try."""
        failure = outcome.failure
        if failure is None:
            self._rows.finish(job, State.DONE)
        elif failure.reason == Reason.CANCELLED:
            # By a reader, and then the row says so already and stays; or by the end of this
            # process.
            self._rows.put_back(job, 0, counts=False)
        elif (wait := self._manners.wait_before_retry(failure, job.tries)) is not None:
            self._rows.put_back(job, wait, explain(failure))
        else:
            self._rows.finish(job, State.FAILED, explain(failure), failure.languages)


def _share_lock(path: Path, rows: JobRows) -> int:
    """Return a descriptor of `path` with a shared lock, which ends with the process at the latest.

    Every process that fetches holds one. If nobody else does, the workers of all rows are dead, and
    their jobs are taken back at once, without waiting for their silence.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            rows.take_back(0)
        fcntl.flock(lock, fcntl.LOCK_SH)
    except BaseException:
        os.close(lock)
        raise
    return lock
