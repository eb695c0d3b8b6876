"""YouTube's json3, whole and broken."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcript.test_webvtt import assert_in_order
from viewer.errors import TranscriptError
from viewer.transcript import arrange, json3
from viewer.transcript.json3 import parse_json3
from viewer.transcript.model import Cue, Track
from viewer.transcript.plain import LONGEST_TEXT

ENGLISH = Track(language="en")


def event(start=79_320, duration=2_730, *segments, **more) -> dict[str, object]:
    """Return an event of the words "Hello there", or of other segments."""
    return {
        "tStartMs": start,
        "dDurationMs": duration,
        "segs": list(segments) or [{"utf8": "Hello there"}],
    } | more


def document(*events: object) -> str:
    return json.dumps({"wireMagic": "pb3", "pens": [{}], "events": list(events)})


@pytest.mark.parametrize(
    ("given_event", "cues"),
    [
        pytest.param(event(), [Cue(79.32, 82.05, "Hello there")], id="a person's"),
        pytest.param(
            event("79320", "2730"), [Cue(79.32, 82.05, "Hello there")], id="numbers as strings"
        ),
        pytest.param(
            event(1000, 2000, {"utf8": "Hello"}, {"utf8": " there", "tOffsetMs": 400}),
            [Cue(1, 3, "Hello there")],
            id="words with times",
        ),
        pytest.param(
            event(1000, 2000, {"utf8": "\n"}, {"utf8": "Hello", "tOffsetMs": "500"}),
            [Cue(1.5, 3, "Hello")],
            id="the first word comes later",
        ),
        pytest.param(
            event(1000, 2000, {"utf8": "Hello\nthere\u200b <i>all</i> R&amp;D"}),
            [Cue(1, 3, "Hello there all R&D")],
            id="lines, padding, markup",
        ),
        pytest.param({"tStartMs": 0, "dDurationMs": 9e6, "id": 1}, [], id="a window's record"),
        pytest.param(event(1, 1, {"utf8": "\n"}, aAppend=1), [], id="a line end"),
        pytest.param({"tStartMs": 1000, "segs": [{"utf8": "Hi"}]}, [Cue(1, 6, "Hi")], id="no end"),
        pytest.param(event(1000, -500), [Cue(1, 6, "Hello there")], id="a negative length"),
        pytest.param(event(1000, 2000, 7, {"utf8": 7}, {"utf8": "Hi"}), [Cue(1, 3, "Hi")], id="7"),
        pytest.param(event(1, 1) | {"segs": {"utf8": "Hi"}}, [], id="no list"),
        pytest.param(7, [], id="a number for an event"),
        pytest.param(None, [], id="null for an event"),
    ],
)
def test_an_event_is_a_cue_or_none(given_event, cues):
    transcript = parse_json3(document(given_event), ENGLISH)
    assert list(transcript.cues) == cues
    assert not transcript.problems


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(-5, id="negative"),
        pytest.param(10**15, id="after any video"),
        pytest.param(10**400, id="a huge number"),
        pytest.param(float("nan"), id="not a number"),
        pytest.param(float("inf"), id="infinite"),
        pytest.param("soon", id="a word"),
        pytest.param("9" * 5000, id="a long number in a string"),
        pytest.param(True, id="true"),
        pytest.param(None, id="null"),
    ],
)
def test_an_event_without_a_time_of_the_video_is_a_problem(start):
    transcript = parse_json3(document(event(start), event(1000, 2000)), ENGLISH)
    assert transcript.cues == (Cue(1, 3, "Hello there"),)
    (problem,) = transcript.problems
    assert "without a time" in problem.message


def test_a_number_of_5000_digits_costs_one_event():
    text = document(event(123456789), event(1000, 2000)).replace("123456789", "9" * 5000)
    assert parse_json3(text, ENGLISH).cues == (Cue(1, 3, "Hello there"),)


def test_a_cue_ends_where_the_next_begins():
    transcript = parse_json3(document(event(5000, 9000), event(1000, 9000)), ENGLISH)
    assert [(cue.start, cue.end) for cue in transcript.cues] == [(1, 5), (5, 14)]


@pytest.mark.parametrize(
    ("given_event", "is_generated"),
    [
        pytest.param(event(), False, id="a person's"),
        pytest.param(event(1, 1, {"utf8": "Hi", "acAsrConf": 0}), True, id="a confidence"),
        pytest.param(event(1, 1, {"utf8": "Hi", "tOffsetMs": 9}), True, id="a word's time"),
        pytest.param(event(1, 1, {"utf8": "\n"}, aAppend=1, wWinId=1), True, id="it rolls"),
        pytest.param(event(1, 1, wpWinPosId=1), False, id="a place on the screen"),
    ],
)
def test_what_speech_recognition_made_is_known(given_event, is_generated):
    transcript = parse_json3(document(event(), given_event), ENGLISH)
    assert transcript.track == Track(language="en", is_generated=is_generated)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("null", id="null"),
        pytest.param("{}", id="an empty object"),
        pytest.param('{"events": null}', id="no list"),
        pytest.param("<!DOCTYPE html><title>Sorry</title>", id="a page"),
        pytest.param(json.dumps({"title": '"events": []'}), id="events in a string"),
        pytest.param("WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", id="another format"),
    ],
)
def test_what_is_no_json3_is_refused_in_words(text):
    with pytest.raises(TranscriptError, match=r"no list of events.*fetch them again"):
        parse_json3(text, ENGLISH)


def test_of_a_file_that_is_cut_off_all_before_the_cut_is_read():
    text = json.dumps({"events": [event(start * 1000, 500) for start in range(9)]}, indent=1)
    transcript = parse_json3(text[: text.index("7000")], ENGLISH)
    assert [cue.start for cue in transcript.cues] == [0, 1, 2, 3, 4, 5, 6]
    (problem,) = transcript.problems
    line = text[: text.index("7000")].count("\n")  # the event's brace is on the line before
    assert problem.line == line
    assert "from here on; fetch them again" in problem.message


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param('{"tStartMs": 3000, "segs": [}', id="a bracket that is not closed"),
        pytest.param('{"tStartMs": "3000, "segs": []}', id="a quote that is not closed"),
        pytest.param("[" * 100_000, id="nested deeply"),
        pytest.param('{"a":' * 100_000, id="objects nested deeply"),
    ],
)
def test_a_broken_event_costs_itself(broken):
    text = f'{{"events": [{json.dumps(event(1000, 500))}, {broken}, {json.dumps(event(5000, 500))}'
    transcript = parse_json3(text, ENGLISH)
    assert [cue.start for cue in transcript.cues] == [1, 5]
    assert "can't be read here" in transcript.problems[0].message


def test_long_captions_are_cut_and_said():
    transcript = parse_json3(document(event(0, 9000, {"utf8": "a" * 9000})), ENGLISH)
    assert transcript.cues[0].text == "a" * LONGEST_TEXT
    assert "2,000 characters" in transcript.problems[0].message


def test_cues_and_events_are_bounded_and_it_is_said(monkeypatch):
    text = document(*(event(start * 1000) for start in range(9)))
    monkeypatch.setattr(json3, "_MOST_EVENTS", 5)
    transcript = parse_json3(text, ENGLISH)
    assert len(transcript.cues) == 5
    assert "more than 5 events" in transcript.problems[0].message
    monkeypatch.setattr(arrange, "MOST_CUES", 3)
    assert len(parse_json3(text, ENGLISH).cues) == 3


WORDS = st.text(st.characters(categories=["L", "N", "P"], exclude_characters="<&\\"), min_size=1)
EVENTS = st.lists(
    st.tuples(st.integers(0, 4_000_000), st.integers(1, 9_000), st.lists(WORDS, min_size=1)),
    min_size=1,
    max_size=12,
    unique_by=lambda item: item[0],
)


@given(events=EVENTS, indent=st.none() | st.integers(0, 3))
def test_what_is_written_well_is_read_whole(events, indent):
    written = [
        event(start, length, *({"utf8": f"{word} "} for word in words))
        for start, length, words in events
    ]
    transcript = parse_json3(json.dumps({"events": written}, indent=indent), ENGLISH)
    assert not [problem for problem in transcript.problems if "2,000" not in problem.message]
    assert [(cue.start, cue.text) for cue in transcript.cues] == [
        (start / 1000, " ".join(words)[:LONGEST_TEXT].rstrip())
        for start, _, words in sorted(events)
    ]
    assert_in_order(transcript.cues)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["tStartMs", "dDurationMs", "segs", "utf8", "tOffsetMs", "aAppend"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(values=st.lists(VALUES, max_size=8), cut=st.integers(0, 400))
def test_nothing_but_a_transcript_error_is_raised(values, cut):
    text = document(*values)
    for source in (text, text[: len(text) - cut], text[cut:]):
        try:
            assert_in_order(parse_json3(source, ENGLISH).cues)
        except TranscriptError:
            assert '"events": [' not in source
