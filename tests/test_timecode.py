"""How a time is written. `static/js` runs the same table."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.timecode import (
    Fragment,
    format_cue_time,
    format_fragment,
    format_timecode,
    parse_fragment,
    spoken_time,
)

TABLE = json.loads((Path(__file__).parent / "data" / "timecodes.json").read_text("utf-8"))


@pytest.mark.parametrize(("seconds", "shown"), TABLE["format"])
def test_seconds_are_shown_as_the_video_site_shows_them(seconds, shown):
    assert format_timecode(seconds) == shown


@pytest.mark.parametrize(("seconds", "words"), TABLE["spoken"])
def test_seconds_are_read_aloud_in_words(seconds, words):
    assert spoken_time(seconds) == words


@pytest.mark.parametrize(("text", "start", "end"), TABLE["fragment"])
def test_a_link_may_say_its_time_as_people_write_it(text, start, end):
    assert parse_fragment(text) == Fragment(start, end)


@pytest.mark.parametrize("text", TABLE["not_a_fragment"], ids=repr)
def test_what_is_no_time_is_none(text):
    assert parse_fragment(text) is None


@given(st.text(alphabet="0123456789:.,hmsnpt -") | st.text())
def test_any_text_is_a_time_or_none(text):
    fragment = parse_fragment(text)
    assert fragment is None or 0 <= fragment.start < (fragment.end or float("inf"))


@given(st.integers(0, 10**6))
def test_a_time_that_was_shown_is_read_back(seconds):
    assert parse_fragment(format_timecode(seconds)) == Fragment(seconds, None)


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        pytest.param(Fragment(79.0, None), "79", id="a second"),
        pytest.param(Fragment(79.5, None), "79.5", id="half a second"),
        pytest.param(Fragment(79.0, 101.0), "79,101", id="a clip"),
    ],
)
def test_a_fragment_is_written_short_and_read_back(fragment, text):
    assert format_fragment(fragment) == text
    assert parse_fragment(text) == fragment


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        pytest.param(0, "00:00:00.000", id="the beginning"),
        pytest.param(79, "00:01:19.000", id="whole seconds"),
        pytest.param(3723.0625, "01:02:03.062", id="milliseconds"),
        pytest.param(59.9996, "00:01:00.000", id="rounded up to a minute"),
        pytest.param(360_000, "100:00:00.000", id="a hundred hours"),
    ],
)
def test_a_cue_time_has_hours_and_milliseconds(seconds, text):
    assert format_cue_time(seconds) == text
    assert format_cue_time(seconds, ",") == text.replace(".", ",")
