"""The index in a PostgreSQL database says what the one in a folder says, and needs no folder."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

import viewer
from tests.library.dump import dump_index
from tests.shelf import make_note, write_file
from tests.waiting import wait_for
from viewer.errors import IndexBroken, IndexBusy, LibraryError, LockLost
from viewer.library import keeping, locking, store
from viewer.library.catalogue import VERSION, open_postgresql, write_fact
from viewer.library.index import display_place, open_writer
from viewer.library.indexer import Indexer
from viewer.library.keeping import Folders, keep_index, make_index
from viewer.library.library import Library
from viewer.library.locking import lock_writer
from viewer.library.query import parse_query

VIDEO = "aaaaaaaaaaa"


def write(root: Path, path: str, *claims: str, video: str = VIDEO) -> Path:
    said = "\n\n".join(f"{claim} [0:{second:02}]." for second, claim in enumerate(claims, 1))
    return write_file(root, path, make_note(said, title=Path(path).stem, videoId=video))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    write(folder, "jcs/law.md", "Of [[war]] and peace", "Ärger über [[Just war|Krieg]]")
    write(folder, "jcs/war.md", "War is [[just_war]]", video="bbbbbbbbbbb")
    write(folder, "khan/law.md", "正しい戦争 [[law]]")
    (folder / "index.md").write_text(f"### [The law | of war](https://youtu.be/{VIDEO})\n")
    (folder / "link.md").symlink_to(folder / "index.md")
    return folder


@pytest.fixture
def open_library() -> Iterator[Callable[[str], Library]]:
    """Return a function that opens the library in a database."""
    with ExitStack() as opened:

        def make(url: str) -> Library:
            return opened.enter_context(closing(Library(None, url)))

        yield make


def test_both_databases_say_the_same(root, tmp_path, postgresql_url, monkeypatch):
    monkeypatch.setattr("viewer.library.reading.MANY", 2)
    place = str(tmp_path / "index")

    def compare() -> None:
        make_index(Folders(root), place, print)
        make_index(Folders(root), postgresql_url, print)
        one, other = dump_index(place), dump_index(postgresql_url)
        for kind in ("documents", "cues"):
            assert len(one.pop(kind)) == len(other.pop(kind))
        assert one == other

    compare()
    write(root, "jcs/law.md", "Of [[peace]] alone")
    (root / "jcs/war.md").unlink()
    (root / "index.md").rename(root / "z.md")
    compare()


@pytest.mark.parametrize(
    "address",
    f"/ /?sort=title /watch/{VIDEO}?tab=note /note/jcs/war /topic/just_war "
    f"/channel/jcs /search?q=war /health /export/{VIDEO}.jsonl".split(),
)
def test_pages_need_no_folder(root, tmp_path, postgresql_url, monkeypatch, address):
    monkeypatch.setattr("viewer.library.reading.MANY", 2)
    make_index(Folders(root), str(tmp_path / "index"), print)
    make_index(Folders(root), postgresql_url, print)
    place = tmp_path / "index"
    with_folder = viewer.create_app({"LIBRARY": root, "INDEX": place, "LIVE": False})
    without = viewer.create_app({"INDEX": postgresql_url})
    answers = []
    for app in (with_folder, without):
        answers.append(app.test_client().get(address, follow_redirects=True))
        app.extensions["library"].close()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].text == answers[1].text


def test_readers_see_what_the_indexer_writes(root, postgresql_url, open_library):
    make_index(Folders(root), postgresql_url, print)
    library = open_library(postgresql_url)
    assert library.search.search(parse_query("novelty")).total == 0
    write(root, "new.md", "A novelty")
    make_index(Folders(root), postgresql_url, print)
    assert library.search.search(parse_query("novelty")).total == 1
    assert [source.entry.slug for source in library.video(VIDEO).sources] == [
        "jcs/law",
        "khan/law",
        "new",
    ]


def test_one_indexer_at_a_time_writes_a_database(root, postgresql_url, open_library):
    said: list[str] = []
    with lock_writer(postgresql_url, waits=False) as first:
        with lock_writer(postgresql_url, waits=False) as second:
            assert (first is None, second is None) == (False, True)
        waiting = threading.Thread(
            target=make_index, args=(Folders(root), postgresql_url, said.append)
        )
        waiting.start()
        while not said:
            pass
    waiting.join()
    assert "waits" in said[0]
    assert open_library(postgresql_url).counts().notes == 4


# A lock that is lost


def end_lock(url: str) -> None:
    """End the session that holds the writer's lock, as a restart of the server would."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objid = %s AND granted"
            " AND locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())",
            [locking._LOCK],
        )


def test_what_has_lost_its_lock_writes_no_more(root, postgresql_url):
    make_index(Folders(root), postgresql_url, print)
    with lock_writer(postgresql_url, waits=False) as lock:
        assert lock is not None
        index, _ = open_writer(postgresql_url, lock.begin)
        indexer = Indexer(root, index.catalogue, index.search)
        write(root, "new.md", "Written in time")
        indexer.refresh()
        before = dump_index(postgresql_url)
        end_lock(postgresql_url)
        write(root, "new.md", "Written too late")
        with lock_writer(postgresql_url, waits=False) as other:
            assert other is not None
            for _ in range(2):
                with pytest.raises(LockLost, match="another process may keep this index now"):
                    indexer.refresh()
            with pytest.raises(LockLost):
                index.search.clear()
        index.close()
    assert dump_index(postgresql_url) == before


def test_who_gets_the_lock_waits_for_what_was_begun_before(root, postgresql_url):
    make_index(Folders(root), postgresql_url, print)
    with lock_writer(postgresql_url, waits=True) as first:  # the session before may not be over
        assert first is not None
        index, _ = open_writer(postgresql_url, first.begin)
        with index.catalogue.write() as connection:
            end_lock(postgresql_url)
            with lock_writer(postgresql_url, waits=False) as early:
                assert early is None
            write_fact(connection, "written", "by the first")
        with lock_writer(postgresql_url, waits=False) as second:
            assert second is not None
        index.close()


def test_a_maker_that_has_lost_its_lock_says_so(root, postgresql_url, monkeypatch):
    refresh = keeping.Indexer.refresh

    def lose_then_refresh(self, progress=None):
        end_lock(postgresql_url)
        return refresh(self, progress)

    monkeypatch.setattr(keeping.Indexer, "refresh", lose_then_refresh)
    with pytest.raises(LockLost, match="ended the session that held its lock"):
        make_index(Folders(root), postgresql_url, print)


def test_of_two_keepers_one_writes_whatever_becomes_of_their_locks(
    root, postgresql_url, open_library, monkeypatch
):
    monkeypatch.setattr(locking, "_AGAIN", 0.02)
    monkeypatch.setattr(keeping, "_RETRY", 0.05)
    writers: set[str] = set()
    met: list[set[str]] = []
    save = store.save_videos

    def save_and_tell(*given, **rest):
        writers.add(threading.current_thread().name)
        time.sleep(0.1)  # long enough for the other one to come in between, if it could
        met.append(set(writers))
        try:
            save(*given, **rest)
        finally:
            writers.remove(threading.current_thread().name)

    monkeypatch.setattr(store, "save_videos", save_and_tell)
    stop = threading.Event()
    said: dict[str, list[str]] = {"one": [], "other": []}
    keepers = [
        threading.Thread(
            target=keep_index,
            args=(Folders(root), postgresql_url, said[name].append, None, stop),
            name=name,
        )
        for name in said
    ]
    for keeper in keepers:
        keeper.start()
    library = open_library(postgresql_url)
    for turn in range(60):  # whoever has lost the lock may well be the next to get it
        write(root, "new.md", f"turn{turn}")
        if turn % 2:
            time.sleep(0.3)  # when it is being written, or nearly so
        end_lock(postgresql_url)
        wait_for(lambda turn=turn: library.search.search(parse_query(f"turn{turn}")).total == 1)
        if turn >= 5 and {name for together in met for name in together} == {"one", "other"}:
            break
    stop.set()
    for keeper in keepers:
        keeper.join()
    assert met
    assert all(len(together) == 1 for together in met)
    assert {name for together in met for name in together} == {"one", "other"}
    assert any("stops writing" in line for line in [*said["one"], *said["other"]])


def test_a_database_without_an_index_says_how_to_make_one(postgresql_url, open_library):
    with pytest.raises(IndexBroken, match="claimline index"):
        open_library(postgresql_url).counts()


def test_tables_of_others_in_the_database_are_left(root, postgresql_url, open_library):
    with psycopg.connect(postgresql_url) as connection:
        for name in ("notes", "documents"):
            connection.execute(f"CREATE TABLE {name} AS SELECT 'mine' AS owner")
    make_index(Folders(root), postgresql_url, print)
    assert open_library(postgresql_url).counts().notes == 4
    with psycopg.connect(postgresql_url) as connection:
        for name in ("notes", "documents"):
            assert connection.execute(f"SELECT owner FROM {name}").fetchall() == [("mine",)]


def test_what_is_no_address_is_said_without_the_password_in_it(root):
    with pytest.raises(LibraryError, match="no address of a database") as told:
        make_index(Folders(root), "postgresql://me:secret@host:port/x", print)
    assert "secret" not in str(told.value)


def test_a_reader_needs_no_right_but_to_read(root, postgresql_url, open_library):
    make_index(Folders(root), postgresql_url, print)
    role = "who_only_reads"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute(f"GRANT USAGE ON SCHEMA claimline TO {role}")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA claimline TO {role}")
        connection.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA claimline GRANT SELECT ON TABLES TO {role}"
        )
    url = make_url(postgresql_url).set(username=role).render_as_string(hide_password=False)
    for _ in range(2):
        library = open_library(url)
        assert library.counts().notes == 4
        assert library.search.search(parse_query("war")).total
        open_writer(postgresql_url, anew=True)[0].close()
        make_index(Folders(root), postgresql_url, print)


def test_a_database_that_is_out_of_reach_is_not_taken_for_broken(tmp_path):
    with pytest.raises(IndexBusy, match="can't be read"):
        Library(None, f"postgresql:///x?host={tmp_path}").counts()


@pytest.mark.parametrize(
    "address",
    ["/topic/%00", "/card/topic/%00", "/more/%00", "/note/%00", "/search?q=%00&channel=%00"],
)
def test_no_address_is_an_error_of_the_database(root, postgresql_url, address):
    make_index(Folders(root), postgresql_url, print)
    app = viewer.create_app({"INDEX": postgresql_url})
    assert app.test_client().get(address).status_code < 500
    app.extensions["library"].close()


def test_no_media_are_promised_where_there_is_no_folder(root, postgresql_url, open_library):
    (root / "jcs" / "law.mp4").write_bytes(b"film")
    make_index(Folders(root), postgresql_url, print)
    with closing(Library(root, postgresql_url)) as library:
        assert library.video(VIDEO).media == "jcs/law.mp4"
    assert open_library(postgresql_url).video(VIDEO).media is None


def test_two_that_begin_at_once_do_not_meet(root, postgresql_url, open_library):
    makers = [
        threading.Thread(target=make_index, args=(Folders(root), postgresql_url, print))
        for _ in "abc"
    ]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert open_library(postgresql_url).counts().notes == 4


def test_a_search_that_takes_too_long_is_not_kept(root, postgresql_url):
    make_index(Folders(root), postgresql_url, print)
    app = viewer.create_app({"INDEX": postgresql_url})
    client = app.test_client()
    with psycopg.connect(postgresql_url) as other:
        other.execute("LOCK TABLE claimline.documents")
        late = client.get("/api/v1/search?q=war")
    assert (late.status_code, "ETag" in late.headers) == (503, False)
    assert client.get("/api/v1/search?q=war").json["total"] == 2
    app.extensions["library"].close()


def test_an_older_index_is_made_anew(root, postgresql_url, open_library):
    make_index(Folders(root), postgresql_url, print)
    catalogue = open_postgresql(postgresql_url, writable=True)
    with catalogue.write() as connection:
        write_fact(connection, "version", str(VERSION - 1))
    catalogue.close()
    with pytest.raises(IndexBroken, match="of this version"):
        open_library(postgresql_url).counts()
    make_index(Folders(root), postgresql_url, print)
    library = open_library(postgresql_url)
    assert (library.counts().notes, library.search.count()) == (4, 8)


def test_a_password_is_not_shown():
    assert "secret" not in display_place("postgresql://me:secret@host/notes")
