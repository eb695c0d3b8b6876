"""What is used of yt-dlp's info.json."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.errors import TranscriptError
from viewer.transcript.info import LONGEST_TITLE, MOST_CHAPTERS, parse_info
from viewer.transcript.model import VideoChapter, VideoInfo

REEF = {
    "id": "qd7ezvCtIYg",
    "title": "How reefs  grow",
    "fulltitle": "How reefs grow, in full",
    "channel": "Sea & Shore",
    "duration": 300,
    "language": "en-US",
    "chapters": [
        {"start_time": 0.0, "end_time": 60.0, "title": "Coral"},
        {"start_time": 60.0, "end_time": 300.0, "title": "Fish <3"},
    ],
    "heatmap": None,
}


def read(**fields: object) -> VideoInfo:
    return parse_info(json.dumps(REEF | fields))


def test_what_is_used_is_read():
    assert read() == VideoInfo(
        title="How reefs grow",
        channel="Sea & Shore",
        duration=300,
        language="en-US",
        chapters=(VideoChapter(0, 60, "Coral"), VideoChapter(60, 300, "Fish <3")),
    )


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        pytest.param({"title": None}, "title", "How reefs grow, in full", id="the full title"),
        pytest.param({"title": 7, "fulltitle": []}, "title", None, id="no title"),
        pytest.param({"title": " \n "}, "title", "How reefs grow, in full", id="a blank one"),
        pytest.param({"title": "a\u202eb\0c\nd"}, "title", "ab\ufffdc d", id="no characters"),
        pytest.param({"title": "a" * 999}, "title", "a" * LONGEST_TITLE, id="a long title"),
        pytest.param({"title": "<b>R&amp;D"}, "title", "<b>R&amp;D", id="a title has no markup"),
        pytest.param({"channel": None, "uploader": "Ann"}, "channel", "Ann", id="an uploader"),
        pytest.param({"channel": {}}, "channel", None, id="no channel"),
        pytest.param({"duration": 12.5}, "duration", 12.5, id="a fraction"),
        pytest.param({"duration": None}, "duration", None, id="null"),
        pytest.param({"duration": 0}, "duration", None, id="a stream"),
        pytest.param({"duration": "300"}, "duration", None, id="a string"),
        pytest.param({"duration": True}, "duration", None, id="true"),
        pytest.param({"duration": -3}, "duration", None, id="negative"),
        pytest.param({"duration": 10**400}, "duration", None, id="a huge number"),
        pytest.param({"duration": float("nan")}, "duration", None, id="not a number"),
        pytest.param({"language": None}, "language", None, id="no language"),
        pytest.param({"language": "en us\n"}, "language", None, id="no language tag"),
        pytest.param({"language": "zh-Hans-CN"}, "language", "zh-Hans-CN", id="a long tag"),
        pytest.param({"chapters": None}, "chapters", (), id="no chapters"),
        pytest.param({"chapters": {"title": "a"}}, "chapters", (), id="not a list"),
    ],
)
def test_a_field_is_cleaned_or_passed_over(fields, name, value):
    assert getattr(read(**fields), name) == value


@pytest.mark.parametrize(
    ("chapters", "kept"),
    [
        pytest.param([(0, 90, "A"), (60, 300, "B")], [(0, 60, "A"), (60, 300, "B")], id="clipped"),
        pytest.param(
            [(0, None, "A"), (60, None, "B")], [(0, 60, "A"), (60, 300, "B")], id="no end"
        ),
        pytest.param([(0, 60, "A"), (60, 999, "B")], [(0, 60, "A"), (60, 300, "B")], id="too long"),
        pytest.param([(0, 60, "A"), (300, 400, "B")], [(0, 60, "A")], id="after the video"),
        pytest.param([(60, 90, "A"), (0, 60, "B")], [(60, 90, "A")], id="out of order"),
        pytest.param([(0, 60, "A"), (0, 90, "B")], [(0, 60, "A")], id="the same start"),
        pytest.param([(90, 60, "A")], [], id="ends before it begins"),
        pytest.param([(-5, 60, "A"), ("0", 60, "B"), (None, 60, "C")], [], id="no start"),
        pytest.param([(0, 60, ""), (0, 60, None), (5, 60, "C")], [(5, 60, "C")], id="no title"),
    ],
)
def test_chapters_are_in_order_and_inside_the_video(chapters, kept):
    given_chapters = [
        {"start_time": start, "end_time": end, "title": title} for start, end, title in chapters
    ]
    assert list(read(chapters=[None, 7, *given_chapters]).chapters) == kept


def test_chapters_are_bounded_and_need_no_duration():
    chapters = [{"start_time": place, "title": "a"} for place in range(MOST_CHAPTERS + 5)]
    assert len(read(chapters=chapters, duration=None).chapters) == MOST_CHAPTERS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "can't be read as JSON", id="nothing"),
        pytest.param('{"title": "a', "can't be read as JSON", id="cut off"),
        pytest.param("[" * 100_000, "can't be read as JSON", id="nested deeply"),
        pytest.param("[]", "no object", id="a list"),
        pytest.param("null", "no object", id="null"),
    ],
)
def test_what_is_no_information_is_refused_in_words(text, message):
    with pytest.raises(TranscriptError, match=f"{message}.*fetch it again"):
        parse_info(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["start_time", "end_time", "title"]), inner)
    ),
    max_leaves=12,
)


@given(fields=st.dictionaries(st.sampled_from(sorted(REEF)), VALUES))
def test_anything_may_stand_in_a_field(fields):
    info = read(**fields)
    starts = [chapter.start for chapter in info.chapters]
    assert starts == sorted(set(starts))
    assert all(chapter.start < chapter.end for chapter in info.chapters)
    assert all(chapter.end <= (info.duration or chapter.end) for chapter in info.chapters)
