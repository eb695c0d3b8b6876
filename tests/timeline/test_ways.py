"""How likely each way of writing is, for the stamps of one note."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.timeline.ways import (
    ANYWHERE,
    Fields,
    coarse_bonus,
    find_cues,
    judge,
    junk_chances,
    near,
    weigh,
)

LENGTH = 1800.0
NOTHING: Counter[int] = Counter()


def fields_of(*times: str) -> list[Fields]:
    """Return the fields of stamps that are written NN:NN:NN."""
    found = []
    for place, time in enumerate(times):
        first, second, third = map(int, time.split(":"))
        written = first * 3600 + second * 60 + third
        found.append(Fields(place, second, third, written, first * 60 + second))
    return found


MINUTES = st.integers(0, 59)
FIELDS = st.lists(
    st.builds("{:02}:{:02}:{:02}".format, st.integers(0, 99), MINUTES, st.integers(0, 99)),
    min_size=1,
    max_size=40,
).map(lambda times: fields_of(*times))


def likeliest(*times: str, length: float = LENGTH) -> list[int]:
    """Return the number of the likeliest way for each stamp."""
    verdict = judge(weigh(fields_of(*times)), length, find_cues(NOTHING))
    return [max(range(3), key=row.__getitem__) for row in verdict.chances()]


WRITTEN, WHOLE, JUNK = range(3)


@pytest.mark.parametrize(
    ("times", "ways"),
    [
        pytest.param(["00:05:08", "00:05:21"], [WRITTEN] * 2, id="as written"),
        pytest.param(["05:08:00", "05:21:00"], [WHOLE] * 2, id="MM:SS:00"),
        pytest.param(["05:08:11", "05:21:23"], [JUNK] * 2, id="a third field that means nothing"),
        pytest.param(["00:05:08", "00:05:21", "05:28:00"], [WRITTEN] * 2 + [WHOLE], id="in part"),
    ],
)
def test_a_stamp_past_the_end_was_written_another_way(times, ways):
    assert likeliest(*times) == ways


def test_a_run_of_whole_minutes_is_seconds_where_that_follows_the_video():
    times = ["01:05:00", "01:17:00", "01:28:00", "01:41:00", "01:50:00", "02:04:00", "02:15:00"]
    assert likeliest(*times, length=3 * 3600) == [WHOLE] * 7


def test_few_round_minutes_are_minutes():
    assert likeliest("00:05:00", "00:10:00", "00:20:00", "00:25:00") == [WRITTEN] * 4


def test_seconds_of_other_notes_speak_for_a_reading():
    rows = weigh(fields_of("00:20:00", "00:21:00"))
    others = range(30, 1700, 61)
    as_cues = judge(rows, LENGTH, find_cues(Counter([*others, *[20, 21] * 3])))
    as_minutes = judge(rows, LENGTH, find_cues(Counter([*others, *[1200, 1260] * 3])))
    for cue, minute in zip(as_cues.chances(), as_minutes.chances(), strict=True):
        assert cue[WHOLE] > 50 * minute[WHOLE]


KNOWN = Counter(range(30, 1700, 61))
"""Seconds beyond doubt."""
EVERY_FIFTH = range(0, 1800, 5)


@pytest.mark.parametrize(
    ("starts", "is_heeded"),
    [
        pytest.param([second + 0.84 for second in KNOWN], True, id="their fraction dropped"),
        pytest.param([second - 0.3 for second in KNOWN], True, id="rounded"),
        pytest.param([second + 1.5 for second in KNOWN], True, id="a second late"),
        pytest.param([second + 0.4 for second in [*KNOWN][::2]], True, id="of half the stamps"),
        pytest.param([second + 7.4 for second in KNOWN], False, id="none"),
        pytest.param([*EVERY_FIFTH], False, id="by chance"),
        pytest.param([*range(1800)], False, id="at every second"),
        pytest.param([0.0], False, id="a single one"),
        pytest.param([], False, id="no captions"),
    ],
)
def test_captions_count_as_far_as_stamps_were_taken_from_them(starts, is_heeded):
    grid = [*EVERY_FIFTH, *starts] if is_heeded else starts
    cues, unheeded = find_cues(KNOWN, grid), find_cues(KNOWN)
    if not is_heeded:
        assert cues == unheeded
        return
    taken = {int(start + shift) for start in starts for shift in (0, 0.5, -1)}
    known = next(second for second in KNOWN if second in taken)
    assert cues.known[known] > 1.5 * unheeded.common
    assert cues.known.get(1777, cues.common) < unheeded.common


def test_few_stamps_say_little_of_captions():
    factors = [find_cues(Counter([*KNOWN][:count]), [*KNOWN, *EVERY_FIFTH]) for count in (1, 4, 16)]
    assert factors[0].common == 1.0
    assert factors[0].common > factors[1].common > factors[2].common > 0.1


@given(st.dictionaries(st.integers(0, 5000), st.integers(1, 9)), st.lists(st.floats(0, 5000)))
def test_any_captions_leave_every_second_possible(known, starts):
    cues = find_cues(Counter(known), starts)
    assert 0 < cues.common <= 1
    assert all(factor > 0 for factor in cues.known.values())


@given(FIELDS, st.floats(1, 50_000), st.dictionaries(st.integers(0, 5000), st.integers(1, 9)))
def test_the_chances_of_the_ways_sum_to_one(note, length, known):
    verdict = judge(weigh(note), length, find_cues(Counter(known)))
    assert math.isfinite(verdict.likelihood)
    for row in verdict.chances():
        assert sum(row) == pytest.approx(1)
        assert min(row) >= 0


def test_steps_sum_to_no_more_than_one_with_those_to_anywhere():
    total = sum(map(near, range(-40_000, 40_000))) + ANYWHERE
    assert 0.9 <= total <= 1.1


@pytest.mark.parametrize(
    ("likelier", "rarer"),
    [
        pytest.param(8, 40, id="the next cue than the one in forty seconds"),
        pytest.param(8, -8, id="on than back"),
        pytest.param(8, 1, id="a cue than a second"),
        pytest.param(8, 0, id="another second than the same"),
    ],
)
def test_a_note_follows_the_video(likelier, rarer):
    assert near(likelier) > near(rarer)


def test_junk_that_keeps_a_habit_is_likelier_than_any():
    constant = junk_chances(fields_of("05:08:25", "05:21:25", "05:30:25"))
    repeated = junk_chances(fields_of("05:08:08", "05:21:21", "05:30:30"))
    anything = junk_chances(fields_of("05:08:51", "05:21:04", "05:30:17"))
    assert min(constant) > max(anything)
    assert min(repeated) > max(anything)


def test_a_note_that_rounds_prefers_fives_and_holds_no_seconds():
    assert coarse_bonus(5, 0) > coarse_bonus(7, 0) > 1 > coarse_bonus(5, 8)
