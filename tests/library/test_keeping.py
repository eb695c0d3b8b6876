"""Keeping an index: faults are mended and said, and two processes do not meet."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from tests.library.dump import dump_index
from tests.shelf import make_note, write_file
from tests.waiting import wait_for
from viewer.errors import IndexBroken, IndexBusy, LibraryError, NotYetRead
from viewer.library import catalogue, keeping, watching
from viewer.library.catalogue import VERSION
from viewer.library.keeping import Folders, keep_index, make_index
from viewer.library.library import Library
from viewer.library.locking import lock_writer
from viewer.library.query import parse_query

VIDEO = "aaaaaaaaaaa"
KILLS = int(os.environ.get("CLAIMLINE_KILLS", "5"))
"""How often the program is killed while it makes an index."""


def write(root: Path, path: str, claim: str, video: str = VIDEO) -> Path:
    return write_file(root, path, make_note(f"{claim} [0:07].", videoId=video))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    for number in range(8):
        write(folder, f"{number}.md", f"claim {number} on [[topic {number % 3}]]", f"{number:011}")
    return folder


@pytest.fixture
def place(root: Path, tmp_path: Path) -> Path:
    """Return where an index of the notes is."""
    folder = tmp_path / "index"
    make_index(Folders(root), str(folder), print)
    return folder


def mend(root: Path, place: Path) -> list[str]:
    """Make the index again, see that it is whole, and return what was said."""
    said: list[str] = []
    make_index(Folders(root), str(place), said.append)
    fresh = place.parent / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    make_index(Folders(root), str(fresh), print)
    assert dump_index(str(place)) == dump_index(str(fresh))
    return said


# What breaks


def test_an_index_that_is_whole_stays_as_it_is(root, place):
    before = (place / "catalogue.sqlite3").stat().st_ino
    assert mend(root, place) == []
    assert (place / "catalogue.sqlite3").stat().st_ino == before


def _overwrite(place: Path, begin: int) -> None:
    for suffix in ("-wal", "-shm"):
        (place / f"catalogue.sqlite3{suffix}").unlink(missing_ok=True)
    with (place / "catalogue.sqlite3").open("r+b") as file:
        file.seek(begin)
        file.write(b"\xa5" * 40_000)


def _make_older(place: Path) -> None:
    with sqlite3.connect(place / "catalogue.sqlite3") as database:
        database.execute("PRAGMA user_version = 0")
    database.close()


def _make_otherwise(place: Path) -> None:
    with sqlite3.connect(place / "catalogue.sqlite3") as database:
        database.execute("UPDATE facts SET value = 'other' WHERE name = 'program'")
        database.execute("UPDATE notes SET title = 'as another program read it'")
    database.close()


def _forget_a_claim(place: Path) -> None:
    with sqlite3.connect(place / "catalogue.sqlite3") as database:
        database.execute("UPDATE notes SET claims = claims + 1 WHERE slug = '3'")
    database.close()


def _take_the_search(place: Path) -> None:
    for folder in place.glob("search-*"):
        shutil.rmtree(folder)


def _cut_the_search(place: Path) -> None:
    for file in place.glob("search-*/meta.json"):
        file.write_text(file.read_text()[:40])


@pytest.mark.parametrize(
    "breaks",
    [
        pytest.param(lambda place: _overwrite(place, 0), id="catalogue: its head"),
        pytest.param(lambda place: _overwrite(place, 5000), id="catalogue: its middle"),
        pytest.param(_make_older, id="catalogue: an older one"),
        pytest.param(_make_otherwise, id="catalogue: of another program"),
        pytest.param(_forget_a_claim, id="search: less than the catalogue says"),
        pytest.param(_take_the_search, id="search: gone"),
        pytest.param(_cut_the_search, id="search: cut short"),
    ],
)
def test_what_is_broken_is_made_anew_and_said(root, place, breaks: Callable[[Path], None]):
    breaks(place)
    said = mend(root, place)
    assert breaks is _make_older or any("made anew" in line for line in said)


def test_a_database_that_is_not_ours_is_refused_and_left(root, tmp_path):
    place = tmp_path / "index"
    place.mkdir()
    with sqlite3.connect(place / "catalogue.sqlite3") as database:
        database.execute("CREATE TABLE photos (name)")
    database.close()
    before = (place / "catalogue.sqlite3").read_bytes()
    with pytest.raises(LibraryError, match="not ours; choose another with --index"):
        make_index(Folders(root), str(place), print)
    assert (place / "catalogue.sqlite3").read_bytes() == before


def test_folders_of_others_beside_the_index_are_left(root):
    write(root, "search-engines/new.md", "claim of its own")
    make_index(Folders(root), str(root), print)
    assert Library(root, str(root)).counts().claims == 9
    assert (root / "search-engines" / "new.md").exists()


@pytest.mark.parametrize("name", ["what?index", "a#b", "50%41", "naïve"])
def test_the_place_may_be_called_anything(root, tmp_path, name):
    make_index(Folders(root), str(tmp_path / "places" / name), print)
    assert [path.name for path in (tmp_path / "places").iterdir()] == [name]
    assert (tmp_path / "places" / name / "catalogue.sqlite3").exists()


def test_serving_begins_with_an_index_that_is_broken(root, place):
    _overwrite(place, 5000)
    said: list[str] = []
    keeping.Keeper(
        Folders(root), str(place), said.append, lambda: lambda done, total: None
    ).prepare()
    assert any("made anew" in line for line in said)
    assert Library(root, str(place)).counts().claims == 8


def test_an_index_that_is_in_use_is_not_taken_for_broken(root, place, monkeypatch):
    create_engine = catalogue.create_engine

    def create(url, **options):
        return create_engine(url, **(options | {"connect_args": {"timeout": 0.1}}))

    monkeypatch.setattr(catalogue, "create_engine", create)
    before = (place / "catalogue.sqlite3").stat().st_ino
    with sqlite3.connect(place / "catalogue.sqlite3", isolation_level=None) as database:
        database.execute("BEGIN IMMEDIATE")
        with pytest.raises(IndexBusy, match="locked"):
            make_index(Folders(root), str(place), print)
    database.close()
    assert (place / "catalogue.sqlite3").stat().st_ino == before


def test_a_newer_index_is_refused(root, place):
    with sqlite3.connect(place / "catalogue.sqlite3") as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    with pytest.raises(LibraryError, match="newer Claimline"):
        make_index(Folders(root), str(place), print)


def test_a_place_that_cannot_be_a_folder_is_refused(root, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="choose another with --index"):
        make_index(Folders(root), str(tmp_path / "file" / "index"), print)


def test_a_reader_goes_on_when_the_index_is_made_anew(root, place):
    library = Library(root, str(place))
    assert library.counts().claims == 8
    assert library.search.search(parse_query("claim")).total == 8
    for path in [*place.iterdir()]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    write(root, "new.md", "claim of its own")
    make_index(Folders(root), str(place), print)
    assert library.counts().claims == 9
    assert library.search.search(parse_query("claim")).total == 9


def test_a_reader_without_an_index_says_how_to_make_one(root, tmp_path):
    with pytest.raises(IndexBroken, match="claimline index"):
        Library(root, str(tmp_path / "none")).counts()


def test_before_the_folder_was_looked_through_nothing_is_called_missing(root, tmp_path):
    keeping.Keeper(Folders(root), str(tmp_path / "index"), print, lambda: lambda done, total: None)
    from viewer.library.index import open_writer

    open_writer(str(tmp_path / "index"))[0].close()
    library = Library(root, str(tmp_path / "index"))
    with pytest.raises(NotYetRead, match="looked through"):
        library.video(VIDEO)
    with pytest.raises(NotYetRead):
        library.note("0")


def test_a_full_disk_is_said_and_what_was_written_is_kept(root, tmp_path):
    for number in range(300):
        write(root, f"many/{number}.md", "a claim that takes room " * 50, f"x{number:010}")
    place = tmp_path / "index"
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
        "from viewer.cli import main; main(sys.argv[1:])"
    )
    program = subprocess.run(
        [sys.executable, "-c", limited, "index", root, "--index", place],
        capture_output=True,
        text=True,
    )
    assert program.returncode == 1
    assert "Traceback" not in program.stderr
    assert "room" in program.stderr
    mend(root, place)


# What changes


@pytest.fixture
def kept(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """Return the library while another thread keeps its index."""
    monkeypatch.setattr(keeping, "_RETRY", 0.1)
    stop = Event()
    place = str(tmp_path / "kept")
    thread = threading.Thread(target=keep_index, args=(Folders(root), place, print, None, stop))
    thread.start()
    wait_for(lambda: (tmp_path / "kept" / "catalogue.sqlite3").exists())
    library = Library(root, place)
    wait_for(lambda: library.counts().claims == 8)
    time.sleep(0.3)  # until the watching has begun
    yield library
    stop.set()
    thread.join()


def found(library: Library, words: str) -> int:
    return library.search.search(parse_query(words)).total


def test_changes_are_followed(root, kept):
    write(root, "0.md", "another thing")
    wait_for(lambda: found(kept, "another") == 1)
    write(root, "new.md", "novelty")
    wait_for(lambda: found(kept, "novelty") == 1)
    (root / "1.md").unlink()
    wait_for(lambda: kept.counts().notes == 8)
    (root / "2.md").rename(root / "renamed.md")
    wait_for(lambda: kept.note("renamed").title == "renamed")
    aside = root.parent / "aside"
    write(aside, "deep/note.md", "moved in")
    aside.rename(root / "aside")
    wait_for(lambda: found(kept, '"moved in"') == 1)
    (root / "aside").rename(root.parent / "aside")
    wait_for(lambda: found(kept, '"moved in"') == 0)


def test_an_editor_that_writes_beside_and_renames_is_followed(root, kept):
    aside = root / ".0.md.swp"
    aside.write_text((root / "0.md").read_text().replace("claim 0", "replaced"), "utf-8")
    aside.replace(root / "0.md")
    wait_for(lambda: found(kept, "replaced") == 1)


def test_a_folder_that_goes_and_returns_is_followed(root, kept, capsys):
    root.rename(root.parent / "away")
    time.sleep(0.5)
    assert kept.counts().notes == 8
    (root.parent / "away").rename(root)
    write(root, "new.md", "back again")
    wait_for(lambda: found(kept, "back") == 1)


def test_what_changes_while_the_folder_is_read_is_followed(root, tmp_path, monkeypatch):
    refresh = keeping.Indexer.refresh
    is_first = True

    def refresh_then_change(self, progress=None):
        nonlocal is_first
        found = refresh(self, progress)
        if is_first:
            is_first = False
            write(root, "0.md", "changed meanwhile")
        return found

    monkeypatch.setattr(keeping.Indexer, "refresh", refresh_then_change)
    place, stop = str(tmp_path / "index"), Event()
    thread = threading.Thread(target=keep_index, args=(Folders(root), place, print, None, stop))
    thread.start()
    wait_for(lambda: found(Library(root, place), "meanwhile") == 1)
    stop.set()
    thread.join()


def test_where_the_system_tells_nothing_the_folder_is_looked_at(root, monkeypatch):
    make_watcher = watching.RustNotify

    def make(paths, is_verbose, is_polling, *rest):
        if not is_polling:
            raise watching.WatchfilesRustInternalError("OS file watch limit reached")
        return make_watcher(paths, is_verbose, is_polling, *rest)

    monkeypatch.setattr(watching, "RustNotify", make)
    changes = watching.watch_folders(root, [], Event())
    assert next(changes) is None
    write(root, "new.md", "looked at")
    assert next(changes) == {"new.md"}
    changes.close()


def test_ctrl_c_ends_the_watching(root, tmp_path):
    place = tmp_path / "index"
    command = [sys.executable, "-m", "viewer", "index", root, "--watch", "--index", place]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: Library(root, str(place)).counts().claims == 8)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0


# Who writes


def test_one_process_writes_at_a_time(root, place):
    with lock_writer(str(place), waits=False) as first:
        with lock_writer(str(place), waits=False) as second:
            assert (first is None, second is None) == (False, True)
        said = []
        write(root, "new.md", "waited for")
        waiting = threading.Thread(target=make_index, args=(Folders(root), str(place), said.append))
        waiting.start()
        wait_for(lambda: bool(said))
        assert "waits" in said[0]
    waiting.join()
    assert found(Library(root, str(place)), "waited") == 1


def test_the_index_is_whole_however_often_its_making_is_cut_short(root, tmp_path):
    """`CLAIMLINE_KILLS=50` kills as often as a release should stand."""
    chance = random.Random(5)
    place = tmp_path / "index"
    for number in range(400):
        write(root, f"{number % 7}/{number}.md", f"a claim {number} on [[t {number % 9}]]", VIDEO)
    command = [sys.executable, "-m", "viewer", "index", root, "--index", place]
    began = time.monotonic()
    subprocess.run([*command[:-1], tmp_path / "timed"], check=True, capture_output=True)
    usual = time.monotonic() - began
    for _ in range(KILLS):
        for _ in range(40):
            number = chance.randrange(400)
            path = f"{number % 7}/{number}.md"
            write(root, path, f"b {chance.random()}", f"{chance.randrange(30):011}")
        (root / path).unlink()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.2, 1) * usual)
        process.send_signal(signal.SIGKILL)
        process.wait()
    mend(root, place)
