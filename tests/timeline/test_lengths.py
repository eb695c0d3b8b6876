"""How long a video may be, as far as its stamps tell."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.test_ways import FIELDS, fields_of
from tests.timeline.written import HOUR, Write, junk, proper, take_notes, whole
from viewer.timeline.lengths import find_lengths, prior
from viewer.timeline.ways import Row, weigh

TALK = 40 * 60


def rows_of(seed: int, length: int, write: Write, stamps: int = 40) -> list[Row]:
    seconds = take_notes(random.Random(seed), length, stamps)
    return weigh(fields_of(*map(write, seconds)))


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(proper, id="properly"),
        pytest.param(whole, id="as MM:SS:00"),
        pytest.param(junk(lambda second: second * 7919 % 61 % 60), id="with junk"),
    ],
)
def test_a_video_is_as_long_as_its_stamps_reach_however_they_are_written(write):
    lengths = find_lengths([rows_of(seed, TALK, write) for seed in range(3)], [])
    assert lengths[0] == pytest.approx(TALK, rel=0.1)


def test_one_note_that_goes_far_past_the_others_is_written_another_way():
    notes = [rows_of(seed, TALK, proper) for seed in range(4)]
    lengths = find_lengths([*notes, rows_of(9, TALK, whole)], [])
    assert lengths[0] == pytest.approx(TALK, rel=0.1)


def test_settled_stamps_bound_the_length_from_below():
    lengths = find_lengths([rows_of(1, 600, proper)], [*range(700, 3000, 60)])
    assert min(lengths) > 2900


def test_a_video_of_six_hours_is_possible():
    notes = [rows_of(seed, 6 * HOUR, proper) for seed in range(2)]
    assert find_lengths(notes, [])[0] == pytest.approx(6 * HOUR, rel=0.2)


def test_without_stamps_there_is_no_bound():
    (length,) = find_lengths([], [])
    assert length > 12 * HOUR


def test_long_videos_are_rare():
    assert prior(1200) > prior(2 * HOUR) > prior(5 * HOUR) > prior(11 * HOUR)


@given(st.lists(FIELDS, max_size=4), st.lists(st.integers(0, 10**7), max_size=9))
def test_any_stamps_give_lengths(notes, settled):
    lengths = find_lengths([weigh(note) for note in notes], settled)
    assert lengths
    assert all(math.isfinite(length) and length > 0 for length in lengths)
