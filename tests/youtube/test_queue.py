"""The queue: what is asked for is done once, whatever dies meanwhile."""

import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.factories import VIDEO
from tests.youtube.site import Site, running_site
from viewer.errors import IndexBusy, LibraryError
from viewer.youtube.job_rows import JobStore, State
from viewer.youtube.model import Request, Step
from viewer.youtube.pace import Manners
from viewer.youtube.queue import Fetcher
from viewer.youtube.sidecars import Sidecars

ROOT = Path(__file__).parents[2]
AT_ONCE = Manners(spacing=(0, 0), after_faults=(0.1, 0.1), after_refusals=(0.1,))
OTHER = "abcdefghijk"


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
def start(site: Site, tmp_path: Path) -> Iterator[Callable[..., Fetcher]]:
    """Return a function that starts a fetcher with files in `tmp_path`."""
    with ExitStack() as stack:

        def begin(**options: object) -> Fetcher:
            known = {"manners": AT_ONCE, "worker": site.worker(), "silence": 1.0}
            fetcher = Fetcher(tmp_path / "index", Sidecars(tmp_path), **{**known, **options})
            fetcher.start()
            stack.callback(fetcher.stop)
            return fetcher

        yield begin


def wait_for(fetcher, *states, video_id=VIDEO, seconds=15):
    """Return the job once it is in one of `states`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = fetcher.find(video_id)
        if job is not None and job.state in states:
            return job
        time.sleep(0.05)
    raise AssertionError(f"{job} is in none of {states}")


def files(folder):
    return sorted(path.name for path in (folder / "captions").iterdir())


BOTH = [f"{VIDEO}.en.json3", f"{VIDEO}.info.json"]


def test_a_video_that_is_asked_for_is_fetched(start, site, tmp_path):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    fetcher = start()
    assert fetcher.find(VIDEO) is None
    fetcher.ask(Request(video_id=VIDEO))
    job = wait_for(fetcher, State.DONE)
    assert (job.step, job.message, files(tmp_path)) == (Step.SAVING, "", BOTH)


def test_to_ask_twice_is_to_ask_once(start, site):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    fetcher = start()
    for _ in range(5):
        fetcher.ask(Request(video_id=VIDEO))
    assert wait_for(fetcher, State.DONE).run == 1
    fetcher.ask(Request(video_id=VIDEO))
    wait_for(fetcher, State.WAITING, State.RUNNING)
    assert wait_for(fetcher, State.DONE).run == 2


def test_what_failed_says_why_and_what_there_is_instead(start, site, tmp_path):
    site.add_video(VIDEO, subtitles=site.captions("de", "fr"))
    fetcher = start()
    fetcher.ask(Request(video_id=VIDEO, languages=("it",), is_strict=True))
    job = wait_for(fetcher, State.FAILED)
    assert job.offers == ("de", "fr")
    assert job.message.startswith("the video has no captions in a language that was wanted; it has")
    assert files(tmp_path) == [f"{VIDEO}.info.json"], "chapters and duration are of use without"


def test_what_passes_is_tried_again(start, site):
    site.add_video(VIDEO, subtitles=site.captions("en", status=429))
    fetcher = start(manners=Manners(spacing=(0, 0), after_refusals=(1.2,)))
    fetcher.ask(Request(video_id=VIDEO))
    wait_for(fetcher, State.RUNNING)
    job = wait_for(fetcher, State.WAITING)
    assert "takes no more requests from this address for now (HTTP 429)" in job.message
    assert job.due > time.time()
    site.captions("en")
    assert wait_for(fetcher, State.DONE).tries == 2


def test_in_the_end_it_is_given_up(start, site):
    site.address = "http://127.0.0.1:1"
    fetcher = start(worker=site.worker())
    fetcher.ask(Request(video_id=VIDEO))
    job = wait_for(fetcher, State.FAILED)
    assert job.tries == 3
    assert job.message.startswith("YouTube can’t be reached (Connection refused); see whether")


def test_a_video_is_cancelled_while_it_waits_and_midway(start, site, tmp_path):
    note = tmp_path / "pid"
    fetcher = start(worker=site.worker("stuck", str(note)))
    fetcher.ask(Request(video_id=VIDEO))
    fetcher.ask(Request(video_id=OTHER))
    wait_for(fetcher, State.RUNNING)
    for video_id in (OTHER, VIDEO):
        fetcher.cancel(video_id)
        assert fetcher.find(video_id).state == State.CANCELLED
    site.add_video("kkkkkkkkkkk", subtitles=site.captions("en"))
    time.sleep(0.6)
    assert fetcher.find(VIDEO).state == State.CANCELLED, "the end of the process does not undo it"
    assert not (tmp_path / "captions").exists()


def test_videos_wait_for_their_turn_and_can_be_cancelled_then(start, site):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    fetcher = start(manners=Manners(spacing=(60, 60)))
    fetcher.ask(Request(video_id=VIDEO))
    wait_for(fetcher, State.DONE)
    fetcher.ask(Request(video_id=OTHER))
    until = time.monotonic() + 5
    while fetcher.find(OTHER).step != Step.WAITING and time.monotonic() < until:
        time.sleep(0.05)
    assert fetcher.find(OTHER).step == Step.WAITING
    fetcher.cancel(OTHER)
    time.sleep(0.5)
    assert f"/{OTHER}.json" not in site.asked


def test_a_stop_gives_the_job_back_and_does_not_count(start, site, tmp_path):
    fetcher = start(worker=site.worker("stuck", str(tmp_path / "pid")))
    fetcher.ask(Request(video_id=VIDEO))
    wait_for(fetcher, State.RUNNING)
    began = time.monotonic()
    fetcher.stop()
    assert time.monotonic() - began < 3
    job = fetcher.find(VIDEO)
    assert (job.state, job.tries) == (State.WAITING, 0)
    site.add_video(VIDEO, subtitles=site.captions("en"))
    assert wait_for(start(), State.DONE).tries == 1


KILLED = """
import sys, time
from pathlib import Path
from viewer.youtube.queue import Fetcher
from viewer.youtube.sidecars import Sidecars
from viewer.youtube.model import Request
folder, videos, *worker = sys.argv[1:]
fetcher = Fetcher(Path(folder, "index"), Sidecars(Path(folder)), worker=worker)
fetcher.start()
for video in videos.split():
    fetcher.ask(Request(video_id=video))
while fetcher.find(videos.split()[0]).state != "running":
    time.sleep(0.02)
print("running", flush=True)
time.sleep(60)
"""


def test_a_kill_loses_neither_what_was_begun_nor_what_waited(start, site, tmp_path):
    command = [sys.executable, "-c", KILLED, str(tmp_path), f"{VIDEO} {OTHER}"]
    command += site.worker("stuck", str(tmp_path / "pid"))
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGKILL)
    for video_id in (VIDEO, OTHER):
        site.add_video(video_id, subtitles=site.captions("en"))
    fetcher = start()
    assert wait_for(fetcher, State.DONE, video_id=OTHER).run == 1
    assert wait_for(fetcher, State.DONE).run == 2
    assert len(files(tmp_path)) == 4


def test_tasks_that_the_queue_lost_are_found_by_their_rows(start, site, tmp_path):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    JobStore(tmp_path / "index" / "jobs.sqlite3").add(Request(video_id=VIDEO))
    wait_for(start(), State.DONE)


def test_a_row_whose_worker_fell_silent_is_taken_over(start, site, tmp_path):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    fetcher = start(silence=1.5)
    store = JobStore(tmp_path / "index" / "jobs.sqlite3")
    store.add(Request(video_id=VIDEO))
    assert store.claim(VIDEO)
    time.sleep(0.7)
    assert (fetcher.find(VIDEO).state, site.asked) == (State.RUNNING, []), "it may be at work"
    assert wait_for(fetcher, State.DONE).run == 2


def test_a_video_that_kills_whoever_fetches_it_is_given_up(start, site, tmp_path):
    store = JobStore(tmp_path / "index" / "jobs.sqlite3")
    store.add(Request(video_id=VIDEO))
    for _ in range(6):
        assert store.claim(VIDEO)
        time.sleep(0.01)
        assert store.take_back(0) == 1
    job = wait_for(start(), State.FAILED)
    assert "ended before it had answered (again and again)" in job.message
    assert site.asked == []


def test_two_fetchers_of_one_library_do_a_job_once(start, site):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    first, second = start(), start()
    for fetcher in (first, second):
        fetcher.ask(Request(video_id=VIDEO))
    assert wait_for(second, State.DONE).run == 1
    assert site.asked.count(f"/{VIDEO}.json") == 1


def test_a_fault_of_ours_is_told_and_the_next_video_fetched(start, site, monkeypatch, caplog):
    site.add_video(VIDEO, subtitles=site.captions("en"))

    def fail(*_):
        raise RuntimeError("oh")

    with monkeypatch.context() as patch:
        patch.setattr(Sidecars, "save", fail)
        fetcher = start()
        fetcher.ask(Request(video_id=VIDEO))
        assert wait_for(fetcher, State.FAILED).message.startswith("a fault of this program")
    assert "oh" in caplog.text
    fetcher.ask(Request(video_id=VIDEO))
    wait_for(fetcher, State.DONE)


@pytest.mark.parametrize(
    "error", [OSError("oh"), sqlite3.OperationalError("oh"), IndexBusy("oh"), RuntimeError("oh")]
)
def test_what_fails_while_it_looks_after_the_queue_is_tried_again(
    start, site, tmp_path, monkeypatch, caplog, error
):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    looks = []
    look = JobStore.list_due

    def fail_twice(store):
        looks.append(store)
        if len(looks) <= 2:
            raise error
        return look(store)

    monkeypatch.setattr(JobStore, "list_due", fail_twice)
    monkeypatch.setattr("viewer.youtube.queue._LOOK", 0.05)
    JobStore(tmp_path / "index" / "jobs.sqlite3").add(Request(video_id=VIDEO))
    wait_for(start(), State.DONE)
    assert caplog.text.count("the queue of transcripts can't be read") == 1, "said once"


# Rows


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(tmp_path / "index" / "jobs.sqlite3")


def test_whoever_was_given_up_for_dead_changes_nothing_any_more(store):
    store.add(Request(video_id=VIDEO))
    dead = store.claim(VIDEO)
    store.take_back(0)
    alive = store.claim(VIDEO)
    assert (store.beat(dead, Step.PAGE), store.beat(alive, Step.PAGE)) == (False, True)
    store.finish(dead, State.FAILED, "late")
    store.put_back(dead, 0)
    assert store.find(VIDEO).state == State.RUNNING


def test_a_job_is_taken_up_by_one_alone_and_not_before_it_is_due(store):
    assert store.add(Request(video_id=VIDEO, languages=("de", "en"), is_strict=True))
    assert not store.add(Request(video_id=VIDEO))
    job = store.claim(VIDEO)
    assert job.request == Request(video_id=VIDEO, languages=("de", "en"), is_strict=True)
    assert store.claim(VIDEO) is None
    store.put_back(job, 60, "slow")
    assert (store.claim(VIDEO), store.list_due()) == (None, [])


def test_a_file_that_is_deleted_is_made_again_as_one_of_ours(store):
    store.add(Request(video_id=VIDEO))
    for path in store.path.parent.iterdir():
        path.unlink()
    store.path.parent.rmdir()
    assert store.find(VIDEO) is None
    store.add(Request(video_id=VIDEO))
    assert JobStore(store.path).find(VIDEO).state == State.WAITING


def test_a_file_that_can_not_be_read_now_is_told(store):
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("DROP TABLE IF EXISTS jobs")
        connection.execute("CREATE TABLE jobs (x)")
    with pytest.raises(IndexBusy, match="can't be read or written now"):
        store.find(VIDEO)


def test_a_file_that_is_broken_is_made_anew(tmp_path):
    path = tmp_path / "jobs.sqlite3"
    path.write_bytes(b"no database" * 1000)
    store = JobStore(path)
    store.add(Request(video_id=VIDEO))
    assert store.find(VIDEO).state == State.WAITING
    assert path.stat().st_mode & 0o077 == 0, "for the owner alone"


def test_jobs_are_kept_where_another_process_writes_at_the_start(store, monkeypatch):
    monkeypatch.setattr("viewer.youtube.job_rows._PATIENCE", 0.1)
    store.add(Request(video_id=VIDEO))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert JobStore(store.path).find(VIDEO).state == State.WAITING


def test_jobs_are_kept_where_their_file_is_locked(store, monkeypatch):
    monkeypatch.setattr("viewer.youtube.job_rows._PATIENCE", 0.1)
    store.add(Request(video_id=VIDEO))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("UPDATE jobs SET tries = tries")
        with pytest.raises(LibraryError, match=r"can't hold jobs \(database is locked\); see"):
            JobStore(store.path)
    assert JobStore(store.path).find(VIDEO).state == State.WAITING


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow: SQLite is told the same as by a disk without room, that it can't write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_jobs_are_kept_where_the_disk_is_full(store):
    store.add(Request(video_id=VIDEO))
    with full_disk(), pytest.raises(LibraryError, match=r"can't hold jobs \(.*; see whether the d"):
        JobStore(store.path)
    assert JobStore(store.path).find(VIDEO).state == State.WAITING


@pytest.mark.parametrize("content", [b"", b"no database" * 1000], ids=["new", "broken"])
def test_a_full_disk_is_told_where_the_file_is_to_be_made(tmp_path, content):
    path = tmp_path / "jobs.sqlite3"
    path.write_bytes(content)
    with full_disk(), pytest.raises(LibraryError, match="see whether the disk is full"):
        JobStore(path)


def test_a_queue_that_can_not_be_opened_is_told(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr("viewer.youtube.queue.SqliteHuey", fail)
    with pytest.raises(LibraryError, match=r"can't hold a queue \(database is locked\)"):
        Fetcher(tmp_path, Sidecars(tmp_path))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        pytest.param("CREATE TABLE mine (x)", "is a database of something else", id="not ours"),
        pytest.param("PRAGMA application_id = 77", "is a database of something else", id="another"),
        pytest.param("PRAGMA user_version = 99", "was written by a newer Claimline", id="newer"),
    ],
)
def test_a_database_that_is_not_ours_is_refused_and_not_touched(tmp_path, statement, words):
    path = tmp_path / "jobs.sqlite3"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
    before = path.read_bytes()
    with pytest.raises(LibraryError, match=words):
        JobStore(path)
    assert path.read_bytes() == before
