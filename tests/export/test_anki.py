"""Flashcards, split as Anki's manual says: header lines, then fields at tabs, with CSV's quotes."""

import csv
import io

from bs4 import BeautifulSoup
from hypothesis import given

from tests.factories import VIDEO, make_claim, make_note, make_video, texts
from viewer.export.anki import write_anki
from viewer.export.model import one_line


def parse(text: str) -> tuple[dict[str, str], list[list[str]]]:
    """Return the header by name, and the rows."""
    lines = io.StringIO(text, newline="")
    header = {}
    while True:
        place = lines.tell()
        line = lines.readline()
        if not line.startswith("#"):
            lines.seek(place)
            break
        name, _, value = line[1:].rstrip("\n").partition(":")
        header[name] = value
    return header, [*csv.reader(lines, delimiter="\t", strict=True)]


def test_the_header_says_how_to_read_the_rows():
    header, rows = parse("".join(write_anki([make_video(make_note(make_claim()))])))
    columns = header["columns"].split("\t")
    assert (header["separator"], header["html"], header["notetype"]) == ("tab", "true", "Basic")
    assert columns[int(header["guid column"]) - 1] == "Guid"
    assert columns[int(header["tags column"]) - 1] == "Tags"
    assert {len(row) for row in rows} == {len(columns)}


def test_a_claim_is_a_card():
    note = make_note(make_claim(79, 3723, text="a < b", chapter=("Law",)), make_claim(101))
    video = make_video(note, channel="Jet :: Lag")
    _, ((guid, front, back, tags), _) = parse("".join(write_anki([video])))
    assert guid == f"{VIDEO}#{video.timeline.claims[0].id}"
    assert front == "<b>Armenia</b><br>Law<br>What is said at 1:19, 1:02:03?"
    page = BeautifulSoup(back, "lxml")
    assert page.get_text("|") == "a < b|1:19| |1:02:03"
    assert [link["href"] for link in page.select("a")] == [video.link(79), video.link(3723)]
    assert tags == "claimline Jet_Lag"


def test_a_claim_without_a_second_or_a_video_is_a_card_without_a_link():
    _, ((_, front, back, _),) = parse(
        "".join(write_anki([make_video(make_note(make_claim(None, text="a"), video_id=None))]))
    )
    assert (front, back) == ("<b>Armenia</b><br>What is said?", "a")


def test_text_plays_nothing_and_is_no_markup():
    note = make_note(make_claim(text="[sound:a.mp3] [latex]x[/latex] <script>"))
    _, ((_, front, back, _),) = parse("".join(write_anki([make_video(note, title="[sound:b]")])))
    assert "[" not in front + back
    assert "<script" not in back


@given(texts(), texts())
def test_any_words_survive(text, title):
    note = make_note(make_claim(text=text or " "), make_claim(text="after"), video_id=None)
    video = make_video(note, title=title, channel=title)
    _, rows = parse("".join(write_anki([video])))
    backs = [BeautifulSoup(f"<p>{row[2]}</p>", "html.parser").get_text() for row in rows]
    assert backs == [one_line(text) or "(no words)", "after"]
    assert all(len(row) == 4 for row in rows)
    assert all(len(row[3].split()) <= 2 for row in rows)
