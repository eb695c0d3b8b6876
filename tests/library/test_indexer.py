"""The index: always what the notes say, whatever happened on the way."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.library.dump import dump_index
from tests.shelf import write_file
from viewer.library import store, workers
from viewer.library.catalogue import pending
from viewer.library.index import open_writer
from viewer.library.indexer import Indexer
from viewer.library.library import Library
from viewer.library.reading import Source, guess_note

VIDEOS = ("aaaaaaaaaaa", "bbbbbbbbbbb", "ccccccccccc")
PATHS = ("a.md", "b.md", "b.html", "c/a.md", "c/index.md", "c/d/e.md")


def note(video: str | None, *claims: str) -> str:
    head = f"---\nvideoId: {video}\n---\n" if video else ""
    return head + "\n\n".join(f"{claim} [0:{second:02}]." for second, claim in enumerate(claims, 1))


@pytest.fixture
def index_folder(tmp_path: Path) -> Callable[..., str]:
    """Return a function that brings the index of a folder up to date and says where it is."""

    def build(root: Path, name: str = "index", paths: set[str] | None = None) -> str:
        place = str(tmp_path / name)
        index, _ = open_writer(place)
        try:
            indexer = Indexer(root, index.catalogue, index.search)
            if paths is None:
                indexer.refresh()
            else:
                indexer.update(paths)
        finally:
            index.close()
        return place

    return build


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


# What was read


def settle(root: Path) -> None:
    """Make all files look as if they had changed a minute ago."""
    for path in root.rglob("*.*"):
        status = path.stat()
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 60_000_000_000))


def test_only_the_video_of_a_note_that_changed_is_read_again(root, index_folder, read_keys):
    write_file(root, "a.md", note(VIDEOS[0], "one"))
    write_file(root, "b.md", note(VIDEOS[0], "two"))
    write_file(root, "c.md", note(VIDEOS[1], "three"))
    settle(root)
    index_folder(root)
    assert sorted(read_keys) == sorted(VIDEOS[:2])
    read_keys.clear()
    index_folder(root)
    assert read_keys == []
    write_file(root, "a.md", note(VIDEOS[0], "other"))
    index_folder(root)
    assert read_keys == [VIDEOS[0]]


def test_a_note_that_says_what_it_said_is_not_read_again(root, index_folder, read_keys):
    file = write_file(root, "a.md", note(VIDEOS[0], "one"))
    index_folder(root)
    read_keys.clear()
    os.utime(file, ns=(0, 0))
    index_folder(root)
    assert read_keys == []


def test_a_change_within_the_tick_of_the_clock_is_noticed(root, index_folder):
    file = write_file(root, "a.md", note(VIDEOS[0], "one"))
    status = file.stat()
    index_folder(root)
    write_file(root, "a.md", note(VIDEOS[0], "two"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    place = index_folder(root)
    assert any(b"two" in document for document in dump_index(place)["documents"])


def test_a_note_that_moves_to_another_video_takes_its_claims_along(root, index_folder):
    write_file(root, "a.md", note(VIDEOS[0], "one"))
    write_file(root, "b.md", note(VIDEOS[0], "two"))
    index_folder(root)
    write_file(root, "b.md", note(VIDEOS[1], "two"))
    place = index_folder(root)
    entries = Library(root, place).entries(VIDEOS)
    assert {key: (entry.notes, entry.claims) for key, entry in entries.items()} == {
        VIDEOS[0]: (1, 1),
        VIDEOS[1]: (1, 1),
    }


def test_a_video_id_that_the_first_lines_do_not_tell_is_found_all_the_same(root, index_folder):
    write_file(root, "a.md", note(VIDEOS[0], "one"))
    write_file(
        root, "b.md", "```markdown\n" + note(f"'https://youtu.be/{VIDEOS[0]}'", "two") + "\n```"
    )
    write_file(
        root, "c.md", "---\n" + f"# {'x' * 3000}\n" + f"videoId: {VIDEOS[0]}\n---\nthree [0:03]."
    )
    place = index_folder(root)
    entry = Library(root, place).entries(VIDEOS)[VIDEOS[0]]
    assert (entry.notes, entry.claims) == (3, 3)


def test_an_index_note_that_goes_takes_its_titles_along(root, index_folder):
    write_file(root, "a.md", note(VIDEOS[0], "one"))
    index = write_file(root, "z.md", f"### [Was it law?](https://youtu.be/{VIDEOS[0]})\n")
    place = index_folder(root)
    title = lambda: Library(root, place).entries(VIDEOS)[VIDEOS[0]].title  # noqa: E731
    assert title() == "Was it law?"
    index.unlink()
    index_folder(root)
    assert title() == "a"


def test_topics_are_counted_and_go_with_the_last_link(root, index_folder):
    write_file(
        root, "a.md", note(VIDEOS[0], "of [[Just war]]", "and [[just_war|wars]]", "[[peace]]")
    )
    write_file(root, "b.md", note(VIDEOS[1], "of [[just-war]]"))
    library = Library(root, index_folder(root))
    topic = library.topic("just_war")
    assert (topic.label, topic.videos, topic.claims) == ("Just war", 2, 3)
    write_file(root, "a.md", note(VIDEOS[0], "of nothing"))
    index_folder(root)
    topic = library.topic("just_war")
    assert (topic.label, topic.videos, topic.claims) == ("just-war", 1, 1)
    assert library.topic("peace") is None


@pytest.mark.parametrize("step", ["parse_note", "read_stamps"])
def test_a_note_that_cannot_be_read_is_left_out_and_not_tried_again(
    root, index_folder, read_keys, step
):
    # No other test has these words: what is parsed again comes from memory.
    write_file(root, "a.md", note(VIDEOS[0], f"one that fails at {step}"))
    write_file(root, "b.md", note(VIDEOS[0], f"two that fail at {step}"))
    settle(root)

    def fail(notes, *_, **__):
        if notes:
            raise RuntimeError("a fault of ours")
        return notes

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"viewer.library.reading.{step}", fail)
        library = Library(root, index_folder(root))
    assert [item.path for item in library.skipped] == ["a.md", "b.md"]
    read_keys.clear()
    index_folder(root)
    assert read_keys == []


def test_many_notes_are_read_by_several_processes(root, tmp_path, index_folder):
    for number in range(60):
        video = f"video{number % 20:06}"
        write_file(root, f"{number}.md", note(video, f"claim {number}", "of [[topic]]"))
    index, _ = open_writer(str(tmp_path / "parallel"))
    seen = []
    indexer = Indexer(root, index.catalogue, index.search, workers=2, bulk=10)
    indexer.refresh(lambda done, total: seen.append((done, total)))
    index.close()
    assert seen[-1] == (60, 60)
    assert dump_index(str(tmp_path / "parallel")) == dump_index(index_folder(root))


def test_a_note_that_ends_its_reader_costs_its_video(root, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "_read_task", _die_of_a_note)
    for number in range(5):
        write_file(
            root, f"{number}.md", note(f"video{number:06}", "deadly" if number == 2 else "fine")
        )
    index, _ = open_writer(str(tmp_path / "index"))
    Indexer(root, index.catalogue, index.search, workers=2, bulk=3).refresh()
    index.close()
    library = Library(root, str(tmp_path / "index"))
    assert [item.path for item in library.skipped] == ["2.md"]
    assert library.counts().claims == 4


def _die_of_a_note(root, groups, keeps_text):
    """What a worker does here: end without a word where a note is deadly."""
    for group in groups:
        if any("deadly" in (root / source.path).read_text() for source in group.notes):
            os._exit(9)
    return [workers.read_video(root, group, keeps_text=keeps_text) for group in groups]


@pytest.mark.parametrize("year", [1, 1600, 2300, 9000])
def test_a_note_may_be_of_any_year(root, index_folder, year):
    file = write_file(root, "a.md", note(VIDEOS[0], "one"))
    seconds = (year - 1970) * 31_556_952
    os.utime(file, (seconds, seconds))
    library = Library(root, index_folder(root))
    assert library.entries([VIDEOS[0]])[VIDEOS[0]].claims == 1
    index_folder(root)


def test_a_note_that_is_only_touched_is_told_to_have_changed(root, index_folder):
    file = write_file(root, "a.md", note(VIDEOS[0], "one"))
    library = Library(root, index_folder(root))
    before, generation = library.entries(VIDEOS)[VIDEOS[0]].changed, library.generation
    os.utime(file, (before + 100, before + 100))
    index_folder(root)
    assert library.entries(VIDEOS)[VIDEOS[0]].changed == pytest.approx(before + 100)
    assert library.generation != generation


def test_the_video_of_a_note_whose_name_is_taken_over_is_read_again(root, index_folder):
    write_file(root, "a.html", note(VIDEOS[0], "one"))
    index, _ = open_writer(index_folder(root))
    write_file(root, "a.htm", note(VIDEOS[1], "two"))
    with index.catalogue.write() as connection:
        store.save_guesses(connection, [guess_note(root, Source("a.htm", "a"))])
    with index.catalogue.read() as connection:
        assert VIDEOS[0] in [*connection.scalars(select(pending.c.key))]
    index.close()


# The same, whatever happened


@st.composite
def histories(draw: st.DrawFn) -> list[list[tuple[str, str | None]]]:
    """Steps, each of which writes some notes (or, with None, takes them away)."""
    words = st.sampled_from(["law", "war [[law]]", "peace [[War|x]]", "late", "é [[war]] [[law]]"])
    text = st.builds(
        lambda video, claims, title: note(video, *claims) + (f"\n\n{title}\n" if title else ""),
        st.sampled_from([*VIDEOS, None]),
        st.lists(words, max_size=3),
        st.sampled_from([None, *(f"### [T {v}](https://youtu.be/{v})" for v in VIDEOS[:2])]),
    )
    change = st.tuples(st.sampled_from(PATHS), st.one_of(text, st.none()))
    return draw(st.lists(st.lists(change, min_size=1, max_size=3), min_size=1, max_size=4))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=histories(), seed=st.integers(0, 99))
def test_the_index_is_the_same_whatever_happened_on_the_way(
    root, tmp_path, index_folder, monkeypatch, history, seed
):
    monkeypatch.setattr("viewer.library.reading.MANY", 2)
    chance = random.Random(seed)
    for name in ("notes", "step", "whole"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)
    root.mkdir()
    index_folder(root, "step")
    for changes in history:
        for path, text in changes:
            if text is None:
                (root / path).unlink(missing_ok=True)
            else:
                write_file(root, path, text)
        is_told = chance.random() < 0.5
        index_folder(root, "step", {path for path, _ in changes} if is_told else None)
    assert dump_index(str(tmp_path / "step")) == dump_index(index_folder(root, "whole"))
