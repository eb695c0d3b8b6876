"""The notes of large videos, kept as they were read: the same as read anew, and never older."""

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.errors import NotFoundError
from viewer.library import loading
from viewer.library.index import open_catalogue
from viewer.library.keeping import Folders, make_index
from viewer.library.library import Library
from viewer.library.loading import Video
from viewer.library.parsed import NoteText, Parsed, pack, unpack
from viewer.note.parse import parse_note
from viewer.timeline.reading import UNKNOWN, Recording, read_stamps
from viewer.timeline.timeline import time_claims

VIDEO = "aaaaaaaaaaa"
NOTE = """---
title: Of war
videoId: aaaaaaaaaaa
tags: [law, "péace"]
---
From: [[jcs]]

# Law

War is [[just_war|just]] <a class="yt-timestamp" data-t="00:01:19">[00:01:19]</a>. Peace is better
[05:38:05:46], they say [0:75:99].

## Ärger

### [The law](https://youtu.be/aaaaaaaaaaa)

正しい戦争 [1:02:03] to [1:02:09], and words [in a stamp](#t=99).
"""
WORDS = "\nWords that no time backs, and many of them.\n" * 2000
"""A note with them is too long to stay in memory as it was parsed."""
PIECES = st.sampled_from(
    [*NOTE.split("\n"), "\ud800", "\u2028", "war [0:07]", "war [0:07]", "> [!info] T", "| a | b |"]
)


def parse(*texts: str) -> Parsed:
    notes = read_stamps([parse_note(text) for text in texts])
    return Parsed(notes, time_claims(VIDEO, notes))


def name(*texts: str) -> list[NoteText]:
    return [NoteText(f"n/{number}", text, False) for number, text in enumerate(texts)]


@given(st.lists(st.lists(PIECES).map("\n".join), min_size=1, max_size=3))
def test_what_is_taken_out_is_what_was_put_in(texts):
    parsed = parse(NOTE, *texts)
    found = name(NOTE, *texts)
    assert unpack(pack(found, UNKNOWN, parsed), found, UNKNOWN) == parsed


SOURCE = NoteText("n/0", NOTE, False)


@pytest.mark.parametrize(
    ("texts", "recording"),
    [
        pytest.param([SOURCE._replace(text=NOTE + " ")], UNKNOWN, id="other words"),
        pytest.param([SOURCE._replace(slug="n/1")], UNKNOWN, id="another name"),
        pytest.param([SOURCE._replace(is_html=True)], UNKNOWN, id="read as a page"),
        pytest.param([SOURCE, SOURCE], UNKNOWN, id="one more note"),
        pytest.param([], UNKNOWN, id="no note"),
        pytest.param([SOURCE], Recording(duration=99.0), id="a known length"),
        pytest.param([SOURCE], Recording(cues=(1.0,)), id="captions"),
    ],
)
def test_what_was_read_from_something_else_is_not_taken(texts, recording):
    data = pack([SOURCE], UNKNOWN, parse(NOTE))
    assert unpack(data, [SOURCE], UNKNOWN) is not None
    assert unpack(data, texts, recording) is None


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("viewer.library.reading.MANY", 5)
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text(NOTE + WORDS, "utf-8")
    (folder / "b.md").write_text(NOTE.replace("War", "Strife") + WORDS, "utf-8")
    return folder


def read(root: Path, place: str) -> Video:
    with closing(Library(root, place)) as library:
        return library.video(VIDEO)


def same(video: Video) -> tuple[object, ...]:
    return video.sources, video.timeline.claims, replace(video.entry, changed=0)


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("a note is parsed")


def test_a_large_video_is_shown_without_parsing_its_notes(root, tmp_path, monkeypatch):
    place = str(tmp_path / "index")
    make_index(Folders(root), place, print)
    with monkeypatch.context() as patch:
        patch.setattr(loading, "load_parsed", lambda connection, key: None)
        patch.setattr("viewer.library.library.load_parsed", lambda connection, key: None)
        anew = read(root, place)
        patch.setattr("viewer.library.reading.parse_note", refuse)
        with pytest.raises(NotFoundError, match="can't be read"):
            read(root, place)
    monkeypatch.setattr("viewer.library.reading.parse_note", refuse)
    assert same(read(root, place)) == same(anew)
    assert len(anew.timeline.claims) == 10


def test_an_edit_shows_before_the_index_knows_of_it(root, tmp_path):
    place = str(tmp_path / "index")
    make_index(Folders(root), place, print)
    (root / "b.md").write_text(NOTE.replace("Peace", "Quiet"), "utf-8")
    os.utime(root / "b.md", (0, 0))
    assert any("Quiet" in claim.claim.text for claim in read(root, place).timeline.claims)
    (root / "a.md").unlink()
    assert [source.entry.slug for source in read(root, place).sources] == ["b"]


def is_kept(place: str) -> bool:
    """True if the index has the notes of the video as they were read."""
    with closing(open_catalogue(place)) as catalogue, catalogue.read() as connection:
        return loading.load_parsed(connection, VIDEO) is not None


def test_what_is_small_again_is_kept_no_more(root, tmp_path):
    place = str(tmp_path / "index")
    make_index(Folders(root), place, print)
    assert is_kept(place)
    (root / "a.md").unlink()
    (root / "b.md").write_text(f"---\nvideoId: {VIDEO}\n---\nAll [0:01].\n", "utf-8")
    make_index(Folders(root), place, print)
    assert not is_kept(place)
