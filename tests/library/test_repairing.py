"""A claim's second is written into its note on disk, or refused in words."""

from pathlib import Path

import pytest

from tests.factories import VIDEO, anchor
from viewer.errors import LibraryError
from viewer.library.checking import CheckedVideo, check_video
from viewer.library.library import Library
from viewer.library.repairing import plan_second, write_repair

HEADER = f"---\r\nvideoId: {VIDEO}\r\n---\r\n"
LAW = f"{HEADER}The law came läte {anchor('01:19')}.\r\nIt was kept [9:00]\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "law.md").write_bytes(LAW.encode())
    (tmp_path / "notes" / "other.md").write_bytes(f"{HEADER}It came {anchor('00:02:00')}".encode())
    return tmp_path / "notes"


def check(folder: Path) -> CheckedVideo:
    library = Library(folder)
    library.refresh()
    return check_video(library, library.video(VIDEO))


def id_of(video: CheckedVideo, words: str) -> str:
    return next(claim.id for claim in video.claims if words in claim.claim.text)


def test_only_the_stamp_of_the_claim_is_written(folder):
    video = check(folder)
    repair = plan_second(folder, video, id_of(video, "läte"), 79, 252)
    assert (repair.path, len(repair.edits)) == ("law.md", 1)
    write_repair(folder, repair)
    right = LAW.replace(anchor("01:19"), anchor("00:04:12"))
    assert (folder / "law.md").read_bytes() == right.encode()
    again = check(folder)
    assert {c.id: c.start for c in again.claims} == {c.id: c.start for c in video.claims} | {
        id_of(video, "läte"): 252
    }


def test_a_note_that_has_changed_is_left(folder):
    video = check(folder)
    claim = id_of(video, "läte")
    repair = plan_second(folder, video, claim, 79, 252)
    edited = LAW.replace("kept", "left").encode()
    (folder / "law.md").write_bytes(edited)
    for act in (
        lambda: write_repair(folder, repair),
        lambda: plan_second(folder, video, claim, 79, 252),
    ):
        with pytest.raises(LibraryError, match=r"law\.md: has changed since it was read"):
            act()
    assert (folder / "law.md").read_bytes() == edited


@pytest.mark.parametrize(
    ("claim", "start", "second", "says"),
    [
        pytest.param("zzzz00000000", 79, 252, "not in the notes any more", id="gone"),
        pytest.param("läte", 80, 252, "law.md: the claim is not made at 1:20", id="moved"),
        pytest.param("läte", 79, 99_999, "law.md: no video has the second 99,999", id="too late"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words(folder, claim, start, second, says):
    video = check(folder)
    known = claim if claim[0] == "z" else id_of(video, claim)
    with pytest.raises(LibraryError) as caught:
        plan_second(folder, video, known, start, second)
    assert says in str(caught.value)


def test_another_encoding_is_refused(folder):
    (folder / "law.md").write_bytes(LAW.encode("utf-16"))
    video = check(folder)
    with pytest.raises(LibraryError, match=r"law\.md: is UTF-16"):
        plan_second(folder, video, id_of(video, "läte"), 79, 252)
