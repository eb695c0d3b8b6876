"""Which videos lack a transcript, and what is asked for them."""

from pathlib import Path

import pytest

from tests.factories import VIDEO
from viewer.jobs.wanted import list_missing, list_videos, make_request
from viewer.library.library import Library

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


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        pytest.param(None, [VIDEO, OTHER], id="none"),
        pytest.param(f"notes/captions/{VIDEO}.en.vtt", [OTHER], id="in the library"),
        pytest.param(f"more/{VIDEO}.de.json3", [OTHER], id="in a folder beside"),
        pytest.param(f"more/{VIDEO}.info.json", [VIDEO, OTHER], id="facts are no transcript"),
    ],
)
def test_videos_without_a_transcript(library, tmp_path, path, missing):
    if path:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("WEBVTT\n")
    assert list_missing(library, [tmp_path / "more"]) == missing


def test_a_video_is_asked_for_in_the_language_of_its_notes(library):
    assert make_request(library, VIDEO).languages == ("de",)
    assert make_request(library, OTHER).languages == ("fr",)
    assert make_request(library, "kkkkkkkkkkk").languages == ()
    assert make_request(None, VIDEO).languages == ()
    asked = make_request(library, VIDEO, ["it"])
    assert (asked.languages, asked.is_strict) == (("it",), True)
