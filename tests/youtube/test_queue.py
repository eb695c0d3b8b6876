"""The queue: a job is done once, whatever dies meanwhile."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.factories import VIDEO
from tests.youtube.site import Site
from viewer.errors import IndexBusy, LibraryError
from viewer.youtube.job_rows import JobRows, State
from viewer.youtube.model import Request, Step
from viewer.youtube.pace import Manners
from viewer.youtube.queue import FetchQueue
from viewer.youtube.sidecars import Sidecars

ROOT = Path(__file__).parents[2]
AT_ONCE = Manners(spacing=(0, 0), after_faults=(0.1, 0.1), after_refusals=(0.1,))
OTHER = "abcdefghijk"


@pytest.fixture
def start(site: Site, tmp_path: Path) -> Iterator[Callable[..., FetchQueue]]:
    """Return a function that starts a queue with files in `tmp_path`."""
    with ExitStack() as stack:

        def begin(**options: object) -> FetchQueue:
            known = {"manners": AT_ONCE, "worker": site.worker(), "silence": 1.0, "interval": 0.1}
            queue = FetchQueue(tmp_path / "index", Sidecars(tmp_path), **{**known, **options})
            queue.start()
            stack.callback(queue.stop)
            return queue

        yield begin


def wait_for(queue, *states, video_id=VIDEO, seconds=60):
    """Return the job once it is in one of `states`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = queue.find(video_id)
        if job is not None and job.state in states:
            return job
        time.sleep(0.05)
    raise AssertionError(f"{job} is in none of {states}")


def files(folder):
    return sorted(path.name for path in (folder / "captions").iterdir())


BOTH = [f"{VIDEO}.en.json3", f"{VIDEO}.info.json"]


def test_a_video_that_is_asked_for_is_fetched(start, site, tmp_path):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    queue = start(interval=600)  # to ask wakes it, and so does the stop
    assert queue.find(VIDEO) is None
    queue.ask(Request(video_id=VIDEO))
    job = wait_for(queue, State.DONE)
    assert (job.step, job.message, files(tmp_path)) == (Step.SAVING, "", BOTH)


def test_files_of_the_queue_are_for_their_owner_alone(start, site, tmp_path):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    queue = start()
    queue.ask(Request(video_id=VIDEO))
    wait_for(queue, State.DONE)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "index").iterdir()}
    assert modes.keys() >= {"jobs.sqlite3", "jobs.lock"}
    assert set(modes.values()) == {0o600}


def test_to_ask_twice_is_to_ask_once(start, site):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    queue = start()
    for _ in range(5):
        queue.ask(Request(video_id=VIDEO))
    assert wait_for(queue, State.DONE).run == 1
    queue.ask(Request(video_id=VIDEO))
    wait_for(queue, State.WAITING, State.RUNNING)
    assert wait_for(queue, State.DONE).run == 2


def test_what_failed_says_why_and_what_there_is_instead(start, site, tmp_path):
    site.add_video(VIDEO, subtitles=site.captions("de", "fr"))
    queue = start()
    queue.ask(Request(video_id=VIDEO, languages=("it",), is_strict=True))
    job = wait_for(queue, State.FAILED)
    assert job.offers == ("de", "fr")
    assert job.message.startswith("the video has no captions in a language that was wanted; it has")
    assert files(tmp_path) == [f"{VIDEO}.info.json"], "chapters and duration are of use without"


def test_what_passes_is_tried_again(start, site):
    site.add_video(VIDEO, subtitles=site.captions("en", status=429))
    queue = start(manners=Manners(spacing=(0, 0), after_refusals=(1.2,)))
    queue.ask(Request(video_id=VIDEO))
    wait_for(queue, State.RUNNING)
    job = wait_for(queue, State.WAITING)
    assert "takes no more requests from this address for now (HTTP 429)" in job.message
    assert job.due > time.time()
    site.captions("en")
    assert wait_for(queue, State.DONE).tries == 2


def test_in_the_end_it_is_given_up(start, site):
    site.address = "http://127.0.0.1:1"
    queue = start(worker=site.worker())
    queue.ask(Request(video_id=VIDEO))
    job = wait_for(queue, State.FAILED)
    assert job.tries == 3
    assert job.message.startswith("YouTube can’t be reached (Connection refused); see whether")


def test_a_video_is_cancelled_while_it_waits_and_midway(start, site, tmp_path):
    note = tmp_path / "pid"
    queue = start(worker=site.worker("stuck", str(note)))
    queue.ask(Request(video_id=VIDEO))
    queue.ask(Request(video_id=OTHER))
    wait_for(queue, State.RUNNING)
    for video_id in (OTHER, VIDEO):
        queue.cancel(video_id)
        assert queue.find(video_id).state == State.CANCELLED
    site.add_video("kkkkkkkkkkk", subtitles=site.captions("en"))
    time.sleep(0.6)
    assert queue.find(VIDEO).state == State.CANCELLED, "the end of the process does not undo it"
    assert not (tmp_path / "captions").exists()


def test_videos_wait_for_their_turn_and_can_be_cancelled_then(start, site):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    queue = start(manners=Manners(spacing=(60, 60)))
    queue.ask(Request(video_id=VIDEO))
    wait_for(queue, State.DONE)
    queue.ask(Request(video_id=OTHER))
    until = time.monotonic() + 5
    while queue.find(OTHER).step != Step.WAITING and time.monotonic() < until:
        time.sleep(0.05)
    assert queue.find(OTHER).step == Step.WAITING
    queue.cancel(OTHER)
    time.sleep(0.5)
    assert f"/{OTHER}.json" not in site.asked


def test_a_stop_gives_the_job_back_and_does_not_count(start, site, tmp_path):
    queue = start(worker=site.worker("stuck", str(tmp_path / "pid")))
    queue.ask(Request(video_id=VIDEO))
    wait_for(queue, State.RUNNING)
    began = time.monotonic()
    queue.stop()
    assert time.monotonic() - began < 3
    job = queue.find(VIDEO)
    assert (job.state, job.tries) == (State.WAITING, 0)
    site.add_video(VIDEO, subtitles=site.captions("en"))
    assert wait_for(start(), State.DONE).tries == 1


KILLED = """
import sys, time
from pathlib import Path
from viewer.youtube.queue import FetchQueue
from viewer.youtube.sidecars import Sidecars
from viewer.youtube.model import Request
folder, videos, *worker = sys.argv[1:]
queue = FetchQueue(Path(folder, "index"), Sidecars(Path(folder)), worker=worker)
queue.start()
for video in videos.split():
    queue.ask(Request(video_id=video))
while queue.find(videos.split()[0]).state != "running":
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
    queue = start(silence=60)  # nobody is left who might be at it, so nothing is waited for
    assert wait_for(queue, State.DONE, video_id=OTHER).run == 1
    assert wait_for(queue, State.DONE).run == 2
    assert len(files(tmp_path)) == 4


def test_rows_of_another_process_are_found(start, site, tmp_path):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    site.add_video(OTHER, subtitles=site.captions("en"))
    rows = JobRows(tmp_path / "index" / "jobs.sqlite3")
    rows.add(Request(video_id=VIDEO))
    queue = start()
    wait_for(queue, State.DONE)
    rows.add(Request(video_id=OTHER))
    wait_for(queue, State.DONE, video_id=OTHER)


def test_a_row_whose_worker_fell_silent_is_taken_over(start, site, tmp_path):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    queue = start(silence=1.5)
    rows = JobRows(tmp_path / "index" / "jobs.sqlite3")
    rows.add(Request(video_id=VIDEO))
    assert rows.claim_next()
    time.sleep(0.7)
    assert (queue.find(VIDEO).state, site.asked) == (State.RUNNING, []), "it may be at work"
    assert wait_for(queue, State.DONE).run == 2


def test_a_video_that_kills_whoever_fetches_it_is_given_up(start, site, tmp_path):
    rows = JobRows(tmp_path / "index" / "jobs.sqlite3")
    rows.add(Request(video_id=VIDEO))
    for _ in range(6):
        assert rows.claim_next()
        time.sleep(0.01)
        assert rows.take_back(0) == 1
    job = wait_for(start(), State.FAILED)
    assert "ended before it had answered (again and again)" in job.message
    assert site.asked == []


def test_two_fetchers_of_one_library_do_a_job_once(start, site):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    first, second = start(), start()
    for queue in (first, second):
        queue.ask(Request(video_id=VIDEO))
    assert wait_for(second, State.DONE).run == 1
    assert site.asked.count(f"/{VIDEO}.json") == 1


def test_a_fault_of_ours_is_told_and_the_next_video_fetched(start, site, monkeypatch, caplog):
    site.add_video(VIDEO, subtitles=site.captions("en"))

    def fail(*_):
        raise RuntimeError("oh")

    with monkeypatch.context() as patch:
        patch.setattr(Sidecars, "save", fail)
        queue = start()
        queue.ask(Request(video_id=VIDEO))
        assert wait_for(queue, State.FAILED).message.startswith("a fault of this program")
    assert "oh" in caplog.text
    queue.ask(Request(video_id=VIDEO))
    wait_for(queue, State.DONE)


@pytest.mark.parametrize(
    "error", [OSError("oh"), sqlite3.OperationalError("oh"), IndexBusy("oh"), RuntimeError("oh")]
)
def test_what_fails_while_it_looks_at_the_rows_is_tried_again(
    start, site, tmp_path, monkeypatch, caplog, error
):
    site.add_video(VIDEO, subtitles=site.captions("en"))
    looks = []
    look = JobRows.claim_next

    def fail_twice(rows):
        looks.append(rows)
        if len(looks) <= 2:
            raise error
        return look(rows)

    monkeypatch.setattr(JobRows, "claim_next", fail_twice)
    JobRows(tmp_path / "index" / "jobs.sqlite3").add(Request(video_id=VIDEO))
    wait_for(start(interval=0.05), State.DONE)
    assert caplog.text.count("the queue of transcripts can't be read") == 1, "said once"


def test_a_table_that_can_not_be_opened_is_told(tmp_path):
    with closing(sqlite3.connect(tmp_path / "jobs.sqlite3")) as connection, connection:
        connection.execute("CREATE TABLE mine (x)")
    with pytest.raises(LibraryError, match="is a database of something else; choose another"):
        FetchQueue(tmp_path, Sidecars(tmp_path))
