"""The spreadsheet, as the standard library reads it."""

import csv
import io

import pytest
from hypothesis import given

from tests.factories import VIDEO, make_claim, make_note, make_video, texts
from viewer.export.csv import write_csv
from viewer.note.model import Link


def parse(text: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(text, newline=""))]


def test_a_claim_is_a_row():
    note = make_note(
        make_claim(101, 7, text="late", chapter=("Law", "Origin"), links=(Link("law", "laws"),)),
        make_claim(79, text="a, “b”"),
        make_claim(None, text="lost"),
    )
    first, second, lost = parse("".join(write_csv([make_video(note)])))
    assert (first["text"], first["start"], first["end"]) == ("a, “b”", "79", "101")
    assert second == {
        "video": VIDEO,
        "title": "Armenia",
        "note": "jcs/0.md",
        "id": second["id"],
        "start": "101",
        "end": "",
        "time": "1:41",
        "times": "0:07 1:41",
        "text": "late",
        "chapter": "Law › Origin",
        "links": "law",
        "url": f"https://www.youtube.com/watch?v={VIDEO}&t=101s",
    }
    assert (lost["text"], lost["start"], lost["times"]) == ("lost", "", "")


def test_a_moment_that_begins_before_the_first_stamp_lends_its_end():
    note = make_note(make_claim(20, 10), make_claim(30))
    assert parse("".join(write_csv([make_video(note)])))[0]["end"] == "30"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1", "''@a"]
)
def test_no_cell_is_a_formula(text):
    note = make_note(make_claim(text=text))
    (row,) = parse("".join(write_csv([make_video(note, title=text, paths=(text,))])))
    assert row["text"] == row["title"] == row["note"] == f"'{text}"


@pytest.mark.parametrize("text", ["'tis", "a=b", "1-2"])
def test_other_cells_are_as_written(text):
    (row,) = parse("".join(write_csv([make_video(make_note(make_claim(text=text)))])))
    assert row["text"] == text


@given(texts())
def test_any_words_survive(text):
    (row,) = parse("".join(write_csv([make_video(make_note(make_claim(text=text or " ")))])))
    assert row["text"] in (text or " ", f"'{text}")
    assert not row["text"].startswith(tuple("=+-@\t\r\n＝＋－＠"))
