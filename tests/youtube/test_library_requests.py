"""Which videos a library is about, and what is asked for them."""

from pathlib import Path

import pytest

from tests.factories import VIDEO
from viewer.library.library import Library
from viewer.youtube.library_requests import list_videos, make_request

OTHER = "abcdefghijk"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    notes = tmp_path / "notes"
    notes.mkdir()
    words = "Der Krieg war nicht vorbei, und die Seiten sagten das auch [1:19]."
    (notes / "a.md").write_text(f"---\nvideoId: {VIDEO}\n---\n{words}\n")
    (notes / "b.md").write_text(f"---\nvideoId: {OTHER}\nlang: fr\n---\nx [0:01].\n")
    (notes / "c.md").write_text("Without a video [0:02].\n")
    library = Library(notes, captions=[tmp_path / "more"])
    library.refresh()
    return library


def test_notes_without_a_video_are_passed_over(library):
    assert list_videos(library) == [VIDEO, OTHER]


def test_a_video_is_asked_for_in_the_language_of_its_notes(library):
    assert make_request(library, VIDEO).languages == ("de",)
    assert make_request(library, OTHER).languages == ("fr",)
    assert make_request(library, "kkkkkkkkkkk").languages == ()
    assert make_request(None, VIDEO).languages == ()
    asked = make_request(library, VIDEO, ["it"])
    assert (asked.languages, asked.is_strict) == (("it",), True)
