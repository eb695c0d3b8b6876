"""What formats share: the end of the last moment, chapters, words on one line."""

import pytest

from tests.factories import make_claim, make_note, make_stamp, make_video
from viewer.export.model import find_chapters, one_line
from viewer.note.model import Chapter


@pytest.mark.parametrize(
    ("claim", "duration", "end"),
    [
        pytest.param(make_claim(79), 600, 600, id="the video's end, where it is known"),
        pytest.param(make_claim(79), 60, 84, id="not an end that comes before"),
        pytest.param(make_claim(79, stamps=(make_stamp(79, end=90),)), None, 90, id="a range"),
        pytest.param(make_claim(79, 101), None, 101, id="a range of two stamps"),
        pytest.param(make_claim(79, text="short"), None, 84, id="five seconds at least"),
        pytest.param(make_claim(79, text="a" * 151), None, 90, id="as long as reading takes"),
    ],
)
def test_the_last_moment_ends_somewhere(claim, duration, end):
    video = make_video(make_note(claim), duration=duration)
    assert video.end_of(video.timeline.moments[-1]) == end


def test_other_moments_end_where_the_next_begins():
    video = make_video(make_note(make_claim(7, 9), make_claim(79)), duration=600)
    assert video.end_of(video.timeline.moments[0]) == 79


def test_headings_of_one_second_are_one_chapter():
    note = make_note(
        make_claim(7),
        make_claim(79),
        chapters=(
            Chapter(path=("Law",), level=1, claim=0),
            Chapter(path=("Law", "Origin\n of it"), level=2, claim=0),
            Chapter(path=("End",), level=1, claim=1),
        ),
    )
    assert find_chapters(make_video(note)) == [(7, "Law · Origin of it"), (79, "End")]
    assert find_chapters(make_video(note, timeline=make_video(note).timeline.only([]))) == []


def test_one_line_keeps_no_break_spaces():
    assert one_line(" a\r\n\n b\u2028c\t\u00a0! ") == "a b c \u00a0!"


def test_links_go_to_the_second():
    video = make_video(make_note(make_claim(79)))
    assert video.link(79) == f"{video.url}&t=79s"
    assert video.link(0) == video.url
    assert make_video(make_note(make_claim(79), video_id=None)).link(79) is None
