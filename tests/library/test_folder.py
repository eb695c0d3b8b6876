"""Finding and reading the files of a library that strangers may have filled."""

import codecs
import contextlib
import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shelf import write_file
from viewer.errors import LibraryError
from viewer.library import folder
from viewer.library.folder import (
    DEPTH_LIMIT,
    NOTE_LIMIT,
    NoteFile,
    decode_note,
    display_path,
    find_files,
    open_file,
    read_bytes,
)

DESCRIPTORS = Path("/proc/self/fd")
NOT_UTF8 = os.fsdecode(b"caf\xe9.md")


def write(root: Path, *paths: str, data: bytes = b"# Armenia\n") -> None:
    for path in paths:
        write_file(root, path, data)


def note_paths(root: Path) -> list[str]:
    return [note.path for note in find_files(root).notes]


def reasons(root: Path) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in find_files(root).skipped}


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(path))  # a socket's path holds 107 bytes at most


def open_below(root: Path) -> list[str]:
    """Return what is open at `root` and below; other threads open things elsewhere."""
    opened = []
    for descriptor in DESCRIPTORS.iterdir():
        with contextlib.suppress(FileNotFoundError):  # the listing's own, or another thread's
            opened.append(str(descriptor.readlink()))
    return [path for path in opened if Path(path).is_relative_to(root)]


# Finding


def test_notes_are_found_at_every_level_in_the_order_of_their_paths(tmp_path):
    write(tmp_path, "b.md", "a/z.markdown", "a/b/c.html", "B.HTM", "readme.txt", "md")
    assert note_paths(tmp_path) == ["B.HTM", "a/b/c.html", "a/z.markdown", "b.md"]


def test_a_note_file_tells_size_and_last_change(tmp_path):
    write(tmp_path, "a.md", data=b"12345")
    os.utime(tmp_path / "a.md", ns=(0, 1_700_000_000_123_456_789))
    (note,) = find_files(tmp_path).notes
    assert note == NoteFile(path="a.md", size=5, mtime_ns=1_700_000_000_123_456_789)


def test_media_come_from_the_same_walk(tmp_path):
    write(tmp_path, "a.md", "talk.mp4", "sound/talk.OPUS", "poster.jpg")
    found = find_files(tmp_path)
    assert [media.path for media in found.media] == ["sound/talk.OPUS", "talk.mp4"]
    assert [note.path for note in found.notes] == ["a.md"]


def test_an_empty_folder_is_a_library_without_notes(tmp_path):
    assert find_files(tmp_path) == folder.Folder(notes=(), media=(), skipped=())


def test_dot_names_are_passed_over_in_silence(tmp_path):
    write(tmp_path, ".git/a.md", ".hidden.md", ".md", "kept/.obsidian/b.md", "kept/c.md")
    (tmp_path / ".link").symlink_to("/etc")
    assert note_paths(tmp_path) == ["kept/c.md"]
    assert reasons(tmp_path) == {}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(NOT_UTF8, id="bytes that are not UTF-8"),
        pytest.param("\u2068Ղարաբաղ\u2069.md", id="bidi isolates"),
        pytest.param("\u202egpj.md", id="a bidi override"),
        pytest.param("line\nbreak.md", id="a line break"),
        pytest.param("back\\slash .md", id="a backslash and a space"),
        pytest.param("<img src=x>&amp;.md", id="markup"),
        pytest.param("n" * 252 + ".md", id="as long as a name can be"),
    ],
)
def test_an_oddly_named_note_is_found_and_read_by_its_path(tmp_path, name):
    write(tmp_path, f"\u2068folder\u2069/{name}", data=b"text")
    (path,) = note_paths(tmp_path)
    assert path == f"\u2068folder\u2069/{name}"
    assert read_bytes(tmp_path, path, 4) == b"text"


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("kept.md", id="a note beside it"),
        pytest.param("/etc/passwd", id="a file outside"),
        pytest.param("/etc", id="a folder outside"),
        pytest.param(".", id="its own folder"),
        pytest.param("link.md", id="itself"),
        pytest.param("nowhere", id="nothing"),
    ],
)
def test_links_are_reported_and_not_followed(tmp_path, target):
    write(tmp_path, "kept.md")
    (tmp_path / "link.md").symlink_to(target)
    assert note_paths(tmp_path) == ["kept.md"]
    assert "symbolic link" in reasons(tmp_path)["link.md"]
    with pytest.raises(LibraryError, match=r"link\.md: is a symbolic link"):
        read_bytes(tmp_path, "link.md", 100)


def test_folders_that_link_to_each_other_end(tmp_path):
    write(tmp_path, "a/one.md", "b/two.md")
    (tmp_path / "a" / "b").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "a").symlink_to(tmp_path / "a")
    assert note_paths(tmp_path) == ["a/one.md", "b/two.md"]
    assert sorted(reasons(tmp_path)) == ["a/b", "b/a"]


def test_the_library_folder_itself_may_be_a_link(tmp_path):
    write(tmp_path, "real/a.md", data=b"text")
    (tmp_path / "library").symlink_to("real")
    assert note_paths(tmp_path / "library") == ["a.md"]
    assert read_bytes(tmp_path / "library", "a.md", 4) == b"text"


@pytest.mark.parametrize(
    "make", [pytest.param(os.mkfifo, id="FIFO"), pytest.param(make_socket, id="socket")]
)
def test_what_is_no_regular_file_is_reported_and_never_waited_for(
    tmp_path, monkeypatch, make: Callable[[Path], None]
):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "pipe.md")
    assert "not a regular file" in reasons(tmp_path)["pipe.md"]
    with pytest.raises(LibraryError, match=r"pipe\.md: is not a regular file"):
        read_bytes(tmp_path, "pipe.md", 100)


def test_nothing_is_opened_to_find_the_notes(tmp_path, monkeypatch):
    write(tmp_path, "a.md")
    os.mkfifo(tmp_path / "pipe.md")
    monkeypatch.setattr(os, "open", None)
    assert note_paths(tmp_path) == ["a.md"]


def test_a_note_of_two_mebibytes_is_the_largest(tmp_path):
    write(tmp_path, "fits.md", data=b"x" * NOTE_LIMIT)
    write(tmp_path, "more.md", "film.mp4", data=b"x" * (NOTE_LIMIT + 1))
    assert note_paths(tmp_path) == ["fits.md"]
    assert reasons(tmp_path) == {"more.md": "is larger than 2 MiB; split it into smaller files"}
    assert len(find_files(tmp_path).media) == 1


def test_folders_nested_too_deep_are_reported(tmp_path):
    kept = "/".join(["d"] * DEPTH_LIMIT)
    write(tmp_path, f"{kept}/a.md", f"{kept}/d/b.md")
    assert note_paths(tmp_path) == [f"{kept}/a.md"]
    assert reasons(tmp_path) == {
        f"{kept}/d": "lies more than 100 folders deep; move it nearer to the top"
    }


def test_paths_that_are_too_long_are_reported(tmp_path):
    deep = tmp_path.joinpath(*["x" * 200] * 5)
    deep.mkdir(parents=True)
    (deep / "note.md").write_text("x")
    [left_out] = find_files(tmp_path).skipped
    assert "more than 1,000 bytes" in left_out.reason


def test_a_note_that_may_not_be_read_is_reported(tmp_path, monkeypatch):
    write(tmp_path, "a.md", "b.md")
    monkeypatch.setattr(os, "access", lambda path, mode: not path.endswith("b.md"))
    assert note_paths(tmp_path) == ["a.md"]
    assert reasons(tmp_path) == {"b.md": "can't be read (permission denied); allow reading it"}


def test_a_folder_that_may_not_be_read_costs_only_itself(tmp_path, monkeypatch):
    write(tmp_path, "a/a.md", "b/b.md")
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "b":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert note_paths(tmp_path) == ["a/a.md"]
    assert reasons(tmp_path) == {
        "b": "is a folder that can't be read (permission denied); allow reading it"
    }


@pytest.mark.parametrize("name", ["missing", "file.md"])
def test_a_library_that_is_no_folder_is_refused_in_words(tmp_path, name):
    write(tmp_path, "file.md")
    with pytest.raises(
        LibraryError, match=rf"{name}: can't be opened \(.*\); name a folder of notes"
    ):
        find_files(tmp_path / name)


# Reading


def test_a_note_is_read_whole(tmp_path):
    write(tmp_path, "a/b/c.md", data=b"\xff\x00text\r\n")
    assert read_bytes(tmp_path, "a/b/c.md", 100) == b"\xff\x00text\r\n"


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(tmp_path):
    write(tmp_path, "a.md", data=b"12345")
    assert read_bytes(tmp_path, "a.md", 5) == b"12345"
    with pytest.raises(LibraryError, match=r"a\.md: is larger than"):
        read_bytes(tmp_path, "a.md", 4)


@pytest.mark.parametrize("limit", [8, 5])
def test_a_file_that_grows_while_it_is_read_is_read_whole_or_refused(tmp_path, monkeypatch, limit):
    write(tmp_path, "a.md", data=b"123")
    fstat = os.fstat

    def grow(descriptor):
        status = fstat(descriptor)
        write(tmp_path, "a.md", data=b"12345678")
        return status

    file = open_file(tmp_path, "a.md")
    monkeypatch.setattr(folder, "open_file", lambda *_: file)
    monkeypatch.setattr(os, "fstat", grow)
    if limit == 8:
        assert read_bytes(tmp_path, "a.md", limit) == b"12345678"
    else:
        with pytest.raises(LibraryError, match=r"a\.md: is larger than"):
            read_bytes(tmp_path, "a.md", limit)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("", id="nothing"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("../secret.md", id="above the library"),
        pytest.param("a/../../secret.md", id="above by way of a folder"),
        pytest.param("./a.md", id="a dot"),
        pytest.param("a//b.md", id="an empty part"),
        pytest.param(".git/config", id="a dot folder"),
        pytest.param("a/", id="a folder's path"),
        pytest.param("a.md/b.md", id="through a file"),
        pytest.param("nul\0.md", id="a NUL"),
        pytest.param("\ud800.md", id="a surrogate that stands for no byte"),
        pytest.param("missing.md", id="a missing note"),
        pytest.param("a", id="a folder"),
        pytest.param("x" * 300, id="a name too long"),
    ],
)
def test_a_path_that_leads_to_no_note_is_refused_in_words(tmp_path, path):
    root = tmp_path / "library"
    write(root, "a/b.md", "a.md", ".git/config")
    write(tmp_path, "secret.md")
    with pytest.raises(LibraryError) as refusal:
        read_bytes(root, path, 100)
    message = str(refusal.value)
    assert str(tmp_path) not in message
    message.encode()  # can be printed


def test_a_folder_that_became_a_link_is_not_followed(tmp_path):
    write(tmp_path, "outside/secret.md", "library/a/note.md")
    (tmp_path / "library" / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(LibraryError, match="link"):
        read_bytes(tmp_path / "library", "link/secret.md", 100)


def test_a_device_is_not_read(tmp_path):
    with pytest.raises(LibraryError, match="null: is not a regular file"):
        read_bytes(Path("/dev"), "null", 100)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(errno.EACCES, "allow reading it", id="forbidden"),
        pytest.param(errno.EIO, "Input/output error", id="a broken disk"),
    ],
)
def test_a_file_that_will_not_open_is_explained(tmp_path, monkeypatch, code, words):
    write(tmp_path, "a.md")

    def refuse(*args, **kwargs):
        raise OSError(code, os.strerror(code), str(tmp_path))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(LibraryError) as refusal:
        read_bytes(tmp_path, "a.md", 100)
    assert str(refusal.value).startswith("a.md: can't be read (")
    assert words in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)


@pytest.mark.parametrize("code", [errno.ENXIO, errno.EOPNOTSUPP], ids=["Linux", "macOS"])
def test_a_socket_is_called_no_regular_file_by_what_each_system_says(tmp_path, monkeypatch, code):
    def refuse(*args, **kwargs):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(LibraryError, match=r"^a\.md: is not a regular file"):
        read_bytes(tmp_path, "a.md", 100)


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="only Linux lists the descriptors here")
def test_no_descriptor_stays_open(tmp_path):
    write(tmp_path, "a/b/c.md")
    os.mkfifo(tmp_path / "pipe.md")
    with open_file(tmp_path, "a/b/c.md"):
        assert open_below(tmp_path) == [str(tmp_path / "a/b/c.md")]
    for path in ("a/b/c.md", "a/b/missing.md", "a/missing/c.md", "pipe.md", "a/b"):
        with contextlib.suppress(LibraryError):
            read_bytes(tmp_path, path, 100)
    assert open_below(tmp_path) == []


def test_media_can_be_read_from_any_place(tmp_path):
    write(tmp_path, "talk.mp4", data=b"0123456789")
    with open_file(tmp_path, "talk.mp4") as file:
        file.seek(4)
        assert file.read(3) == b"456"


# Text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"", "", id="empty"),
        pytest.param("Ղարաբաղ".encode(), "Ղարաբաղ", id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + b"---\n", "---\n", id="UTF-8 with a byte order mark"),
        pytest.param("né".encode("utf-16"), "né", id="UTF-16, little end first"),
        pytest.param(codecs.BOM_UTF16_BE + "né".encode("utf-16-be"), "né", id="UTF-16, big end"),
        pytest.param(codecs.BOM_UTF16_LE + b"\x00\xd8a\x00", "\ufffda", id="half a pair"),
        pytest.param(b"caf\xe9 \xf0\x9f", "caf\ufffd \ufffd", id="bytes that are not UTF-8"),
        pytest.param(b"\xed\xa0\x80", "\ufffd" * 3, id="a surrogate"),
        pytest.param(b"a\x00b", "a\ufffdb", id="NUL"),
        pytest.param(b"a\r\nb\rc\n", "a\r\nb\rc\n", id="line ends stay"),
    ],
)
def test_decode_note(data, text):
    assert decode_note(data) == text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        pytest.param("karabakh/armenia.md", "karabakh/armenia.md", id="an ordinary path"),
        pytest.param("Ղարաբաղ/日本.md", "Ղարաբաղ/日本.md", id="any script"),
        pytest.param(NOT_UTF8, "caf\ufffd.md", id="bytes that are not UTF-8"),
        pytest.param("\u2068a\u2069\u202egpj.md", "agpj.md", id="marks of direction"),
        pytest.param("a\n\x1b[31m\u2028.md", "a\ufffd\ufffd[31m\ufffd.md", id="control characters"),
    ],
)
def test_display_path(path, shown):
    assert display_path(path) == shown
