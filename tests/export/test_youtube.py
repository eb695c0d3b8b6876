"""Chapters by YouTube's rules, checked by a reading of them that shares nothing with the module."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_claim, make_note, make_video, texts
from viewer.export.youtube import explain_youtube_chapters, write_youtube_chapters
from viewer.note.model import Chapter

LINE = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d\d) (\S.*)\n")


def headed(*chapters: tuple[int, str], **fields):
    claims = [make_claim(start) for start, _ in chapters]
    known = [
        Chapter(path=(title,), level=1, claim=number) for number, (_, title) in enumerate(chapters)
    ]
    return make_video(make_note(*claims, chapters=tuple(known)), **fields)


def lines(video) -> list[str]:
    return "".join(write_youtube_chapters([video])).splitlines()


def starts_of(text: str) -> list[int]:
    """Return the seconds of the chapters; fails where YouTube would not take them."""
    found = [LINE.fullmatch(line) for line in text.splitlines(keepends=True)]
    assert all(found)
    assert not re.search("[<>]", text)
    starts = [int(m[1] or 0) * 3600 + int(m[2]) * 60 + int(m[3]) for m in found if m]
    assert starts[:1] in ([], [0])
    assert all(after - before >= 10 for before, after in pairwise(starts))
    return starts


def test_chapters_that_keep_the_rules_are_left_alone():
    video = headed((0, "Opening"), (79, "Law"), (3723, "End"))
    assert lines(video) == ["0:00 Opening", "1:19 Law", "1:02:03 End"]
    assert explain_youtube_chapters(video) == []


@pytest.mark.parametrize(
    ("video", "expected", "notice"),
    [
        pytest.param(
            headed((20, "a"), (40, "b")),
            ["0:00 Armenia", "0:20 a", "0:40 b"],
            "called like the video is put at 0:00",
            id="nothing at the beginning",
        ),
        pytest.param(
            headed((7, "a"), (12, "b"), (40, "c")),
            ["0:00 a", "0:12 b", "0:40 c"],
            "instead of 0:07",
            id="a first that is late",
        ),
        pytest.param(
            headed((0, "a"), (5, "b"), (9, "a"), (10, "c"), (30, "d")),
            ["0:00 a · b", "0:10 c", "0:30 d"],
            "5 chapters became 3",
            id="too near to one another",
        ),
        pytest.param(
            headed((0, "a"), (20, "b"), (40, "c"), (55, "d"), duration=60),
            ["0:00 a", "0:20 b", "0:40 c · d"],
            "4 chapters became 3",
            id="too near to the end",
        ),
        pytest.param(
            headed((0, "<b>"), (20, "b"), (40, "a" * 200)),
            ["0:00 ‹b›", "0:20 b", "0:40 " + "a" * 99 + "…"],
            "",
            id="angle brackets, and a long title",
        ),
        pytest.param(
            make_video(make_note(*(make_claim(20 * n, text=f"c{n}") for n in range(3)))),
            ["0:00 c0", "0:20 c1", "0:40 c2"],
            "the claims are taken",
            id="no headings",
        ),
        pytest.param(
            headed((0, "a"), (20, "b")), ["0:00 a", "0:20 b"], "there can be 2", id="too few"
        ),
        pytest.param(make_video(make_note()), [], "there can be 0", id="nothing"),
    ],
)
def test_others_are_made_to_and_it_is_said(video, expected, notice):
    assert lines(video) == expected
    assert notice in "; ".join(explain_youtube_chapters(video))


@pytest.mark.parametrize("space", ["", " ", "\t\n", "\u00a0", "\u3000", "\u2007 \u202f"], ids=ascii)
def test_a_heading_of_white_space_of_any_kind_has_a_title_all_the_same(space):
    assert lines(headed((0, space), (20, f"{space}Law{space}"), (40, "End"))) == [
        "0:00 …",
        "0:20 Law",
        "0:40 End",
    ]


def test_what_no_description_holds_is_said():
    video = headed(*((20 * number, "a" * 90) for number in range(60)))
    assert "5,000" in explain_youtube_chapters(video)[-1]


@given(
    st.lists(st.tuples(st.integers(0, 300), texts()), max_size=12),
    st.none() | st.integers(1, 400),
    texts(),
)
def test_whatever_there_is_keeps_the_rules(chapters, duration, title):
    video = headed(*chapters, duration=duration, title=title)
    text = "".join(write_youtube_chapters([video]))
    starts = starts_of(text)
    notices = " ".join(explain_youtube_chapters(video))
    assert len(starts) >= 3 or "YouTube shows" in notices
    if duration and len(starts) > 1 and starts[-1] < duration:
        assert duration - starts[-1] >= 10
