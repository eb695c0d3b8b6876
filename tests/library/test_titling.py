"""Videos found by their titles and channels, in both databases."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.shelf import make_note, write_file
from viewer.library import titling
from viewer.library.index import open_writer
from viewer.library.indexer import Indexer
from viewer.library.keeping import Folders, make_index
from viewer.library.library import Library
from viewer.library.query import parse_query

TEA, ICE, SEA = "tea_video01", "ice_video01", "sea_video01"


def write(root: Path, path: str, title: str, video: str, claims: int = 1) -> None:
    said = "\n\n".join(f"Number {number} [0:{number:02}]." for number in range(claims))
    write_file(root, path, make_note(said, title=title, videoId=video))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    write(folder, "Tea time/a.md", "A party in China", TEA)
    write(folder, "Ice age/b.md", "Parties on the ice", ICE, claims=3)
    write(folder, "Ice age/c.md", "中国的茶 100%", SEA, claims=2)
    return folder


@pytest.fixture(params=["folder", "postgresql"])
def find(request, root: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """Return a function that brings the index up to date and finds videos by their titles."""
    is_folder = request.param == "folder"
    place = str(tmp_path / "index") if is_folder else request.getfixturevalue("postgresql_url")

    def found(typed: str, limit: int = 9, **options: str) -> list[str]:
        make_index(Folders(root), place, print)
        with closing(Library(root, place)) as library:
            terms = parse_query(typed).terms
            return [entry.key for entry in library.find_titled(terms, limit, **options)]

    return found


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("china", [TEA]),
        ("CHINÁ tea", [TEA]),
        ("china ice", []),
        ("part", []),
        ("part*", [ICE, TEA]),
        ("ice", [ICE, SEA]),
        ('"on the ice"', [ICE]),
        ('"ice the on"', []),
        ('"ice ice"', []),  # the title's last word and the channel's first one
        ("i* p*", [ICE, TEA]),
        ("100%", [SEA]),
        ("茶", [SEA]),
        ("%", []),
        ("", []),
    ],
)
def test_all_words_are_in_the_title_or_the_channel(find, typed, keys):
    assert find(typed) == keys


def test_one_channel_is_asked_for(find):
    assert find("part*", channel="Tea time") == [TEA]
    assert find("part*", channel="part*") == []


def test_of_many_some_are_looked_at(find, monkeypatch):
    assert find("ice", limit=1) == [ICE]
    monkeypatch.setattr(titling, "_ENOUGH", 1)
    assert len(find("part*")) == 1


def test_titles_are_found_before_their_notes_are_read(root, tmp_path):
    index, _ = open_writer(str(tmp_path / "index"))
    with closing(index):
        Indexer(root, index.catalogue, index.search).look_through()
        with closing(Library(root, str(tmp_path / "index"))) as library:
            found = library.find_titled(parse_query("china").terms, 9)
    assert [entry.key for entry in found] == [TEA]


def test_titles_follow_what_index_notes_call_a_video(find, root):
    index = root / "z.md"
    index.write_text(f"### [Leaves and water](https://youtu.be/{TEA})\n", "utf-8")
    assert (find("leaves tea"), find("china"), find("z")) == ([TEA], [], [])
    index.write_text(f"### [Steam](https://youtu.be/{TEA})\n", "utf-8")
    assert (find("leaves"), find("steam")) == ([], [TEA])
    index.unlink()
    assert (find("steam"), find("china")) == ([], [TEA])
    (root / "Tea time" / "a.md").unlink()
    assert find("china") == []
