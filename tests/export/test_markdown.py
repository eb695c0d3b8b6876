"""The note in the video's order, as a Markdown parser and Claimline itself read it."""

import pyromark
import pytest
from bs4 import BeautifulSoup
from hypothesis import given

from tests.factories import VIDEO, make_claim, make_note, make_video, texts
from viewer.export.markdown import write_markdown
from viewer.export.model import one_line
from viewer.note.model import Chapter
from viewer.note.parse import parse_note

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_WIKILINKS
    | pyromark.Options.ENABLE_MATH
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
)


def parse(text: str) -> BeautifulSoup:
    return BeautifulSoup(pyromark.html(text, options=OPTIONS), "lxml")


def test_each_claim_stands_after_a_link_to_its_second():
    video = make_video(make_note(make_claim(79, text="a *b*"), make_claim(7, text="c")))
    page = parse("".join(write_markdown([video])))
    assert [item.get_text() for item in page.select("li")] == ["0:07 c", "1:19 a *b*"]
    assert [link["href"] for link in page.select("li a")] == [video.link(7), video.link(79)]
    assert page.h1.get_text() == "Armenia"


def test_chapters_begin_at_their_first_claim_and_strangers_say_where_they_belong():
    note = make_note(
        make_claim(7, text="a", chapter=("Law",)),
        make_claim(79, text="b", chapter=("Law",)),
        make_claim(20, text="c", chapter=("Law", "Origin [1]")),
        chapters=(
            Chapter(path=("Law",), level=1, claim=0),
            Chapter(path=("Law", "Origin [1]"), level=2, claim=2),
        ),
    )
    page = parse("".join(write_markdown([make_video(note)])))
    assert [(tag.name, tag.get_text().strip()) for tag in page.select("h1, h2, h3, li")] == [
        ("h1", "Armenia"),
        ("h2", "Law"),
        ("li", "0:07 a"),
        ("h3", "Origin [1]"),
        ("li", "0:20 c"),
        ("li", "1:19 b (Law)"),
    ]


def test_several_videos_are_one_note_without_a_header():
    video, other = make_video(make_note(make_claim())), make_video(make_note(video_id=None))
    text = "".join(write_markdown([video, other, video]))
    assert text.startswith("# [Armenia](")
    assert [tag.get_text() for tag in parse(text).select("h1")] == ["Armenia"] * 3


@pytest.mark.parametrize("title", ["Armenia", 'a: "b" # c', "- [x]", "שלום"])
def test_the_export_of_one_video_is_a_note_with_the_same_claims(title):
    source = "It was [[law | a law]] [1:19]. `x < y` & more 100 % [0:07]. Ünder_score [1:02:03]."
    note = parse_note(f"---\nvideoId: {VIDEO}\n---\n{source}")
    again = parse_note("".join(write_markdown([make_video(note, title=title)])))
    assert (again.title, again.video_id) == (title, VIDEO)
    by_time = sorted(note.claims, key=lambda claim: claim.start)
    assert [(claim.start, claim.text) for claim in again.claims] == [
        (claim.start, claim.text) for claim in by_time
    ]


@given(texts())
def test_any_words_survive(text):
    note = make_note(make_claim(text=text or " "), video_id=None)
    page = parse("".join(write_markdown([make_video(note, title=text)])))
    (item,) = page.select("li")
    assert one_line(item.get_text()) == f"1:19 {one_line(text) or '(no words)'}"
    assert page.select("li *") == []
