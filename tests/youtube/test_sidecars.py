"""Files of what was fetched: which, where, and that no link leads elsewhere."""

import json
import os
import time

import pytest

from viewer.errors import LibraryError
from viewer.transcript.info import parse_info
from viewer.transcript.model import VideoChapter, VideoInfo
from viewer.youtube.model import Captions, Outcome
from viewer.youtube.sidecars import Sidecars

VIDEO = "qd7ezvCtIYg"
INFO = VideoInfo(
    title="What the law says",
    channel="jcs",
    duration=600,
    language="en",
    chapters=(VideoChapter(0, 60, "Before"), VideoChapter(60, 600, "After")),
)
CAPTIONS = Captions(language="en", suffix=".json3", text='{"events": []}', is_generated=True)
BOTH = Outcome(info=INFO, captions=CAPTIONS, thumbnail="https://i.ytimg.com/vi/x/hq.jpg")


def test_captions_and_facts_become_files_beside_the_notes(tmp_path):
    names = Sidecars(tmp_path).save(VIDEO, BOTH)
    assert names == (f"{VIDEO}.info.json", f"{VIDEO}.en.json3")
    folder = tmp_path / "captions"
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert (folder / f"{VIDEO}.en.json3").read_text() == CAPTIONS.text
    text = (folder / f"{VIDEO}.info.json").read_text()
    assert parse_info(text) == INFO
    assert json.loads(text)["thumbnail"] == "https://i.ytimg.com/vi/x/hq.jpg"


def test_a_folder_that_was_named_is_made_and_written_to_instead(tmp_path):
    folder = tmp_path / "a" / "b"
    Sidecars(tmp_path / "notes", folder).save(VIDEO, Outcome(captions=CAPTIONS))
    assert [path.name for path in folder.iterdir()] == [f"{VIDEO}.en.json3"]


def test_what_is_there_is_replaced_in_one_step(tmp_path):
    sidecars = Sidecars(tmp_path)
    sidecars.save(VIDEO, BOTH)
    sidecars.save(VIDEO, BOTH)
    assert len([*(tmp_path / "captions").iterdir()]) == 2


def test_no_link_inside_the_library_is_followed(tmp_path):
    library, elsewhere = tmp_path / "notes", tmp_path / "elsewhere"
    library.mkdir()
    elsewhere.mkdir()
    (library / "captions").symlink_to(elsewhere)
    with pytest.raises(LibraryError, match="captions: is a link or a file, not a folder; make it"):
        Sidecars(library).save(VIDEO, BOTH)
    assert [*elsewhere.iterdir()] == []


def test_a_link_in_the_place_of_a_file_is_replaced_and_what_it_led_to_stays(tmp_path):
    target = tmp_path / "profile"
    target.write_text("mine")
    folder = tmp_path / "captions"
    folder.mkdir()
    (folder / f"{VIDEO}.en.json3").symlink_to(target)
    Sidecars(tmp_path).save(VIDEO, BOTH)
    assert target.read_text() == "mine"
    assert not (folder / f"{VIDEO}.en.json3").is_symlink()


def test_a_folder_that_can_not_be_written_is_told_and_nothing_is_left(tmp_path):
    folder = tmp_path / "captions"
    (folder / f"{VIDEO}.info.json").mkdir(parents=True)
    with pytest.raises(LibraryError, match=r"captions: can't be written \(Is a directory\); allow"):
        Sidecars(tmp_path).save(VIDEO, BOTH)
    assert [path.name for path in folder.iterdir()] == [f"{VIDEO}.info.json"]


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "captions").write_text("x")
    with pytest.raises(LibraryError, match="is a link or a file, not a folder"):
        Sidecars(tmp_path).save(VIDEO, BOTH)


def test_what_a_killed_writer_left_is_removed_in_time(tmp_path):
    folder = tmp_path / "captions"
    folder.mkdir()
    for name, age in (("old", 7200), ("new", 5)):
        left = folder / f".claimline-fetch-{name}"
        left.write_text("x")
        os.utime(left, (time.time() - age,) * 2)
    Sidecars(tmp_path).save(VIDEO, Outcome(captions=CAPTIONS))
    left = {path.name for path in folder.iterdir()}
    assert left == {".claimline-fetch-new", f"{VIDEO}.en.json3"}


def test_there_has_to_be_a_folder():
    with pytest.raises(LibraryError, match="name one with --captions"):
        Sidecars(None)
