"""A note's source → Note: its header, its wrapping, what it is about, and that nothing raises."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import VIDEO, anchor
from tests.growth import check_growth, processor_time
from viewer.library.folder import decode_note
from viewer.note.model import Link, Problem
from viewer.note.parse import note_blocks, parse_note
from viewer.note.stamps import MOST_STAMPS

NOTE = f"""---
title: International response
videoId: {VIDEO}
---

From: [[jameskerlindsay]] <br/>\u0020

The [[genocide_law | law]] came late {anchor("00:01:19")}.
"""


def codes(source: str) -> list[str]:
    return [problem.code for problem in parse_note(source).problems]


def test_a_note_is_read():
    note = parse_note(NOTE)
    assert (note.title, note.video_id, note.channel) == (
        "International response",
        VIDEO,
        "jameskerlindsay",
    )
    assert note.meta == {"title": "International response", "videoId": VIDEO}
    assert [(claim.text, claim.start) for claim in note.claims] == [("The law came late", 79)]
    assert note.links == (Link("genocide_law", "law"),)
    assert note.problems == ()


def test_a_stamp_knows_its_place_in_the_file():
    (stamp,) = parse_note(NOTE).stamps
    assert NOTE.splitlines()[stamp.line - 1][stamp.column - 1 :].startswith('<a class="yt')
    assert NOTE[slice(*stamp.span)] == anchor("00:01:19")


# Title and video


@pytest.mark.parametrize(
    ("written", "video_id"),
    [
        pytest.param(VIDEO, VIDEO, id="id"),
        pytest.param(f"https://www.youtube.com/watch?v={VIDEO}&t=79s", VIDEO, id="address"),
        pytest.param(f"'https://youtu.be/{VIDEO}'", VIDEO, id="short address in quotes"),
        pytest.param("12345678901", "12345678901", id="number"),
        pytest.param("1e900000000", "1e900000000", id="number with an e"),
        pytest.param("-abcdefghij", "-abcdefghij", id="a dash first"),
        pytest.param("empty", None, id="said to be empty"),
        pytest.param("", None, id="left empty"),
    ],
)
def test_the_video_of_a_note(written, video_id):
    note = parse_note(f"---\ntitle: Law\nvideoId: {written}\n---\n")
    assert (note.video_id, note.problems) == (video_id, ())


def test_what_is_no_video_id_is_a_problem():
    note = parse_note("---\nvideoId: lecture 4\n---\n\nIt came late [1:19]")
    assert (note.video_id, len(note.claims)) == (None, 1)
    (problem,) = note.problems
    assert (problem.code, problem.line) == ("video-invalid", 1)
    assert "'lecture 4' is no video id; write the eleven characters" in problem.message


@pytest.mark.parametrize(
    ("header", "title"),
    [
        pytest.param("title: yes", "yes", id="a word that YAML takes for true"),
        pytest.param("title: 2024", "2024", id="a year"),
        pytest.param("title: >\n  Two\n  lines", "Two lines", id="folded"),
        pytest.param("title:", None, id="empty"),
        pytest.param("videoId: empty", None, id="none"),
    ],
)
def test_the_title_of_a_note(header, title):
    assert parse_note(f"---\n{header}\n---\n").title == title


def test_a_broken_header_is_a_problem_and_the_note_is_read():
    note = parse_note("---\ntitle: Law: a test\n---\n\nIt came late [1:19]")
    assert (note.title, note.meta, len(note.claims)) == (None, {}, 1)
    assert [problem.code for problem in note.problems] == ["header-broken"]


def test_a_note_without_header_or_video_is_read():
    note = parse_note("# Law\n\nIt came late [1:19]")
    assert (note.title, note.video_id, note.meta, note.problems) == (None, None, {}, ())
    assert [claim.text for claim in note.claims] == ["It came late"]


# The channel's line


@pytest.mark.parametrize(
    ("line", "channel"),
    [
        pytest.param("From: [[jcs]] <br/> \n\n", "jcs", id="blank line"),
        pytest.param("From: [[jcs]] <br/>\n", "jcs", id="no blank line"),
        pytest.param("From: [[jcs]]\n", "jcs", id="no line break"),
        pytest.param("From: [[jcs]] <br> ", "jcs", id="on one line"),
        pytest.param("\n\nFrom:[[jcs|J C S]]\r\n\r\n", "jcs", id="label"),
        pytest.param("From: [[a b]] <br/>\n\n", "a b", id="words"),
        pytest.param("", None, id="none"),
    ],
)
def test_the_channel_is_no_part_of_the_first_claim(line, channel):
    note = parse_note(f"---\ntitle: Law\n---\n{line}It came late [1:19].")
    assert note.channel == channel
    assert [claim.text for claim in note.claims] == ["It came late"]


def test_a_sentence_that_begins_like_a_channels_line_is_one():
    note = parse_note("From: the start it was war [0:07].")
    assert (note.channel, note.claims[0].text) == (None, "From: the start it was war")


# Fences


@pytest.mark.parametrize("mark", ["```markdown", "```", "````md", "~~~", "``` Markdown "])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_note_wrapped_in_a_fence_is_read_as_if_it_were_not(mark, newline):
    end = mark[0] * mark.count(mark[0])
    wrapped = parse_note(f"{mark}\n{NOTE}{end}\n".replace("\n", newline))
    note = parse_note(NOTE)
    assert (wrapped.title, wrapped.video_id, wrapped.channel) == (
        note.title,
        note.video_id,
        note.channel,
    )
    assert [claim.text for claim in wrapped.claims] == [claim.text for claim in note.claims]


def test_a_body_wrapped_in_a_fence_is_read_as_if_it_were_not():
    note = parse_note("---\ntitle: Law\n---\n\n```markdown\n## Late\n\nIt came late [1:19].\n```\n")
    assert [(claim.text, claim.chapter) for claim in note.claims] == [("It came late", ("Late",))]


CODE = """Set `at = [0:01]` first [0:02].

```
at = [0:03]
```

Then run it [0:04].

```
at = [0:05]
```

It stops [0:06].
"""


def test_times_in_code_are_code():
    assert [claim.start for claim in parse_note(CODE).claims] == [2, 4, 6]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("```\nIt came late [1:19]", id="never closed"),
        pytest.param(f"Law\n\n```\nIt came late {anchor('00:01:19')}\n```\n", id="with anchors"),
        pytest.param(f"`It came late {anchor('00:01:19')}`", id="back-ticks"),
        pytest.param("It came late [1:19]\n```\n", id="a stray fence at the end"),
    ],
)
def test_a_stray_fence_makes_no_code(source):
    assert [claim.text for claim in parse_note(source).claims] == ["It came late"]


# Index notes


def test_an_index_note_names_videos():
    index = f"""---
title: jameskerlindsay
---

### [Was it | [really] “cleansing”?](https://www.youtube.com/watch?v={VIDEO})
- [[international_response | Response]]

### [Another](https://youtu.be/abcdefghijk)
### [Not a video](https://example.org/)
### [](https://youtu.be/abcdefghijk)
"""
    note = parse_note(index)
    assert note.video_titles == (
        (VIDEO, "Was it | [really] “cleansing”?"),
        ("abcdefghijk", "Another"),
    )
    assert (note.video_id, note.claims) == (None, ())
    assert Link("international_response", "Response") in note.links


# Bytes


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(NOTE.encode(), id="LF"),
        pytest.param(NOTE.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(b"\xef\xbb\xbf" + NOTE.encode(), id="byte order mark"),
        pytest.param(NOTE.encode("utf-16"), id="UTF-16"),
        pytest.param(NOTE.replace("late", "l\0te").encode(), id="NUL"),
        pytest.param(NOTE.replace("late", "läte").encode("latin-1"), id="Latin-1"),
    ],
)
def test_a_note_is_read_from_the_bytes_it_comes_in(data):
    note = parse_note(decode_note(data))
    assert (note.title, note.video_id, note.problems) == ("International response", VIDEO, ())
    (claim,) = note.claims
    assert (claim.start, claim.stamps[0].line, claim.stamps[0].column) == (79, 8, 38)
    assert claim.text.startswith("The law came l")


# Problems


def test_one_broken_stamp_costs_one_stamp():
    note = parse_note(f"It came late {anchor('N/A')}.\n\nIt is vague {anchor('00:01:41')}.")
    assert [(claim.text, claim.start) for claim in note.claims] == [
        ("It came late", None),
        ("It is vague", 101),
    ]
    assert note.problems == (
        Problem(
            1, "stamp time 'N/A' is not H:MM:SS; write for instance 0:01:19", "stamp-unreadable"
        ),
    )


# Hostile notes

NASTY = {
    "spaces in a table": ("| a |\n|---|\n| b", " ", "[1:19] |"),
    "brackets": ("", "[", ""),
    "unclosed lists of times": ("", "[0:01,", ""),
    "unclosed anchors": ("", "<a ", ""),
    "anchors in link targets": ("", "[0:01](<a ", ""),
    "unclosed links": ("", "](0:01", ""),
    "quotes": ("", "> ", "a [1:19]"),
    "lists": ("", "- ", "[1:19]"),
    "emphasis": ("", "*a **b ", ""),
    "back-ticks": ("", "`", ""),
    "code with times": ("", "`[0:01]` ", ""),
    "fences": ("", "~~~\n", ""),
    "comments": ("", "<!--", ""),
    "entities": ("", "&amp;#x41", ""),
    "pipes": ("", "| ", ""),
    "wikilinks": ("", "[[a|b]] [0:01] ", ""),
    "headings": ("", "#", ""),
    "chapters": ("## a\n", "### b\n\nc [0:01]\n\n", ""),
    "lines with stamps": ("", "a\n[0:01] b\n", ""),
    "quotation marks": ("", "a [0:01] \" ' ", ""),
    "dashes": ("a [0:01] ", "-", ""),
    "an endless header": ("---\n", "a: b\n", ""),
    "a deep header": ("---\na: ", "[", "\n---\n"),
    "channel": ("From:", " ", "[[a]]"),
    "index": ("", "### [x](http://y ", ""),
    "tags": ("", "<b>", "[0:01]"),
    "stamps": ("", "[0:01]", ""),
}
"""What a note may begin with, hold over and over, and end with."""


@pytest.mark.parametrize("is_html", [False, True], ids=["Markdown", "HTML"])
@pytest.mark.parametrize(("begin", "piece", "end"), NASTY.values(), ids=NASTY.keys())
def test_the_time_to_read_a_hostile_note_grows_with_its_size(begin, piece, end, is_html):
    def measure(size: int) -> float:
        source = begin + piece * (size // len(piece)) + end
        return processor_time(lambda: parse_note(source, is_html=is_html))

    check_growth(measure, 25_000)


@pytest.mark.parametrize("is_html", [False, True], ids=["Markdown", "HTML"])
def test_a_note_has_no_more_stamps_than_are_read(is_html):
    note = parse_note("[0:01]" * (MOST_STAMPS + 1), is_html=is_html)
    assert len(note.stamps) == MOST_STAMPS


HEADERS = st.sampled_from(
    ["---\n", "title: ", "videoId: ", VIDEO, "From: [[", "]]", "<br/>", "{", ": "]
)
BLOCKS = st.sampled_from(
    ["\n", "\r\n", "```markdown\n", "```\n", "- ", "> ", "> [!info] ", "# ", "    "]
)
INLINES = st.sampled_from(
    [anchor("00:01:19"), "[0:07]", "](", "](https://youtu.be/", "[[", "|", "`", "**"]
)
ODDITIES = st.sampled_from(
    ["\r", "\ufeff", "\0", chr(0xD800), "\u2028", "\U000f0000", "\u2e28", "&#0;"]
)
TAGS = st.sampled_from(["<b>", "</b>", "<", "<!--", "-->", "<div>", "<script>", "<T>"])
FRAGMENTS = st.lists(
    HEADERS | BLOCKS | INLINES | ODDITIES | TAGS | st.text(max_size=3), max_size=30
)


@given(st.text() | FRAGMENTS.map("".join), st.booleans())
def test_any_text_is_a_note(source, is_html):
    note = parse_note(source, is_html=is_html)
    list(note_blocks(source, note, is_html=is_html))
    numbers = [number for claim in note.claims for number in claim.numbers]
    assert len(numbers) == len(set(numbers))
    assert all("\n" not in claim.text for claim in note.claims)
    json.dumps(asdict(note))
