"""The table of jobs: one worker a job, and no job lost by what happens to its file."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.factories import VIDEO
from viewer.errors import IndexBusy, LibraryError
from viewer.youtube.job_rows import JobRows, State
from viewer.youtube.model import Request, Step

OTHER = "abcdefghijk"


@pytest.fixture
def rows(tmp_path: Path) -> JobRows:
    return JobRows(tmp_path / "index" / "jobs.sqlite3")


def test_whoever_was_given_up_for_dead_changes_nothing_any_more(rows):
    rows.add(Request(video_id=VIDEO))
    dead = rows.claim_next()
    rows.take_back(0)
    alive = rows.claim_next()
    assert (rows.beat(dead, Step.PAGE), rows.beat(alive, Step.PAGE)) == (False, True)
    rows.finish(dead, State.FAILED, "late")
    rows.put_back(dead, 0)
    assert rows.find(VIDEO).state == State.RUNNING


def test_a_job_is_taken_up_by_one_alone_and_not_before_it_is_due(rows):
    assert rows.add(Request(video_id=VIDEO, languages=("de", "en"), is_strict=True))
    assert not rows.add(Request(video_id=VIDEO))
    job = rows.claim_next()
    assert job.request == Request(video_id=VIDEO, languages=("de", "en"), is_strict=True)
    assert rows.claim_next() is None
    rows.put_back(job, 60, "slow")
    assert rows.claim_next() is None


def test_the_job_that_has_been_due_longest_is_taken_up_first(rows):
    for video_id in (VIDEO, OTHER):
        rows.add(Request(video_id=video_id))
    first = rows.claim_next()
    assert first.request.video_id == VIDEO
    rows.put_back(first, 0)
    assert [rows.claim_next().request.video_id for _ in range(2)] == [OTHER, VIDEO]


def test_a_file_that_is_deleted_is_made_again_as_one_of_ours(rows):
    rows.add(Request(video_id=VIDEO))
    for path in rows.path.parent.iterdir():
        path.unlink()
    rows.path.parent.rmdir()
    assert rows.find(VIDEO) is None
    rows.add(Request(video_id=VIDEO))
    assert JobRows(rows.path).find(VIDEO).state == State.WAITING


def test_a_file_that_can_not_be_read_now_is_told(rows):
    with closing(sqlite3.connect(rows.path)) as connection, connection:
        connection.execute("DROP TABLE IF EXISTS jobs")
        connection.execute("CREATE TABLE jobs (x)")
    with pytest.raises(IndexBusy, match="can't be read or written now"):
        rows.find(VIDEO)


def test_a_file_that_is_broken_is_made_anew(tmp_path):
    path = tmp_path / "jobs.sqlite3"
    path.write_bytes(b"no database" * 1000)
    rows = JobRows(path)
    rows.add(Request(video_id=VIDEO))
    assert rows.find(VIDEO).state == State.WAITING
    assert path.stat().st_mode & 0o077 == 0, "for the owner alone"


def test_jobs_are_kept_where_another_process_writes_at_the_start(rows):
    rows.add(Request(video_id=VIDEO))
    with closing(sqlite3.connect(rows.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        again = JobRows(rows.path, patience=0.1)
        assert again.find(VIDEO).state == State.WAITING


def test_jobs_are_kept_where_their_file_is_locked(rows):
    rows.add(Request(video_id=VIDEO))
    with closing(sqlite3.connect(rows.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("UPDATE jobs SET tries = tries")
        with pytest.raises(LibraryError, match=r"can't hold jobs \(database is locked\); see"):
            JobRows(rows.path, patience=0.1)
    assert JobRows(rows.path).find(VIDEO).state == State.WAITING


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow: SQLite is told the same as by a disk without room, that it can't write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_jobs_are_kept_where_the_disk_is_full(rows):
    rows.add(Request(video_id=VIDEO))
    with full_disk(), pytest.raises(LibraryError, match=r"can't hold jobs \(.*; see whether the d"):
        JobRows(rows.path)
    assert JobRows(rows.path).find(VIDEO).state == State.WAITING


@pytest.mark.parametrize("content", [b"", b"no database" * 1000], ids=["new", "broken"])
def test_a_full_disk_is_told_where_the_file_is_to_be_made(tmp_path, content):
    path = tmp_path / "jobs.sqlite3"
    path.write_bytes(content)
    with full_disk(), pytest.raises(LibraryError, match="see whether the disk is full"):
        JobRows(path)


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
        JobRows(path)
    assert path.read_bytes() == before
