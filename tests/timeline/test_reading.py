"""Which second each stamp means, judged over the notes of a video."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.written import (
    HOUR,
    Write,
    framed,
    junk,
    note_of,
    proper,
    take_notes,
    whole,
    write_note,
)
from viewer.note.model import Note, Reading
from viewer.note.parse import parse_note
from viewer.timeline.reading import Recording, read_stamps

SHORT_VIDEO, TALK, PODCAST = 12 * 60, 40 * 60, 2 * HOUR
NOTES = 30
"""Notes that a share is measured over."""


def starts(note: Note) -> list[int | None]:
    return [stamp.start for stamp in note.stamps]


def share_right(batch: Sequence[tuple[Note, Sequence[int]]]) -> float:
    """Return the share of stamps that were read as the seconds beside their note."""
    right = [
        start == second
        for note, seconds in batch
        for start, second in zip(starts(note), seconds, strict=True)
    ]
    return sum(right) / len(right)


def read_batch(length: int, write: Write, *, siblings: int = 0) -> float:
    """Return the share of stamps read right in notes written by `write` among proper ones."""
    batch = []
    for seed in range(NOTES):
        chance = random.Random(seed)
        seconds = take_notes(chance, length, chance.randrange(25, 70))
        others = [write_note(take_notes(chance, length, 40)) for _ in range(siblings)]
        batch.append((read_stamps([write_note(seconds, write), *others])[0], seconds))
    return share_right(batch)


def in_part(write: Write) -> Write:
    """Write runs of ten stamps in turn properly and by `write`."""
    count = 0

    def write_next(second: int) -> str:
        nonlocal count
        count += 1
        return write(second) if count // 10 % 2 else proper(second)

    return write_next


@pytest.mark.parametrize("siblings", [0, 3], ids=["alone", "with other notes"])
@pytest.mark.parametrize("length", [SHORT_VIDEO, TALK, PODCAST], ids=["12 min", "40 min", "2 h"])
@pytest.mark.parametrize(
    ("write", "least"),
    [
        pytest.param(whole, 0.97, id="MM:SS:00"),
        pytest.param(framed, 0.97, id="MM:SS:00, and HH:MM:SS:00 after the first hour"),
        pytest.param(in_part(whole), 0.97, id="MM:SS:00 for part of the note"),
        pytest.param(junk(lambda second: second % 60), 0.90, id="the second repeated"),
        pytest.param(junk(lambda second: 25), 0.90, id="a constant frame"),
        pytest.param(junk(lambda second: (second + 2 + second % 7) % 60), 0.90, id="end of cue"),
        pytest.param(junk(lambda second: second * 7919 % 61 % 60), 0.90, id="any third field"),
    ],
)
def test_what_was_written_another_way_is_read_as_it_was_meant(write, least, length, siblings):
    assert read_batch(length, write, siblings=siblings) >= least


@pytest.mark.parametrize("siblings", [0, 3], ids=["alone", "with other notes"])
@pytest.mark.parametrize(
    "length",
    [
        pytest.param(90, id="a minute and a half"),
        pytest.param(SHORT_VIDEO, id="12 min"),
        pytest.param(HOUR, id="1 h"),
        pytest.param(PODCAST, id="2 h"),
        pytest.param(4 * HOUR, id="4 h"),
        pytest.param(6 * HOUR, id="6 h"),
    ],
)
def test_what_is_written_properly_stays(length, siblings):
    assert read_batch(length, proper, siblings=siblings) >= 0.999


@pytest.mark.parametrize(
    "times",
    [
        pytest.param([f"{m // 60:02}:{m % 60:02}:00" for m in range(5, 60, 5)], id="fives"),
        pytest.param([f"{m // 60:02}:{m % 60:02}:00" for m in range(0, 130, 10)], id="tens"),
        pytest.param(["00:05:00", "00:10:00", "01:30:00", "02:05:00"], id="few of a long talk"),
        pytest.param(["00:00:00", "00:12:00", "00:15:00", "00:25:00", "00:47:00"], id="minutes"),
    ],
)
def test_coarse_notes_mean_their_minutes(times):
    note = note_of(*times)
    assert starts(read_stamps([note])[0]) == starts(note)


def test_one_digit_hours_are_hours_also_after_a_first_hour_without():
    note = write_note(range(300, 3500, 47), whole)
    late = note_of(*(stamp.raw for stamp in note.stamps), "1:04:05", "1:09:33")
    assert starts(read_stamps([late])[0]) == [*range(300, 3500, 47), 3845, 4173]


@pytest.mark.parametrize(
    ("recording", "start"),
    [
        pytest.param(Recording(600), 308, id="a short duration"),
        pytest.param(Recording(20_000), 18_480, id="a long one"),
        pytest.param(Recording(cues=(0.0, 590.4)), 308, id="captions that end early"),
        pytest.param(Recording(cues=(0.0, 19_000.5)), 18_480, id="captions that go on"),
    ],
)
def test_what_is_known_of_the_video_decides(recording, start):
    assert starts(read_stamps([note_of("05:08:00")], recording)[0]) == [start]


@pytest.mark.parametrize("share", [0.5, 0.7, 0.95], ids=["a half", "seven tenths", "nearly all"])
@pytest.mark.parametrize("notes", [1, 4], ids=["one note", "four notes"])
def test_notes_overrule_the_length_of_a_video_that_was_cut(notes, share):
    written = [
        write_note(take_notes(random.Random(seed), PODCAST, 60)) for seed in range(NOTES * notes)
    ]
    cut = Recording(share * PODCAST)
    batch = [read_stamps(written[at : at + notes], cut)[0] for at in range(0, len(written), notes)]
    truth = [starts(note) for note in written[::notes]]
    assert share_right([*zip(batch, truth, strict=True)]) >= 0.98


def caption(chance: random.Random, seconds: Sequence[int], length: int) -> Recording:
    """Return what captions say of the video that notes with these seconds were taken from."""
    others = [second for second in range(0, length, 4) if not {second, second + 1} & {*seconds}]
    return Recording(cues=tuple(sorted(second + chance.random() for second in (*seconds, *others))))


def read_captioned(write: Write, *, is_own: bool) -> tuple[float, float]:
    """Return the share of stamps read right in notes on a talk, without its captions and with.

    Where these are not its own, their cues are elsewhere.
    """
    plain, captioned = [], []
    for seed in range(2 * NOTES):
        chance = random.Random(seed)
        seconds = take_notes(chance, TALK, chance.randrange(25, 70))
        recording = caption(chance, seconds if is_own else [TALK - 3], TALK)
        note = write_note(seconds, write)
        plain.append((read_stamps([note])[0], seconds))
        captioned.append((read_stamps([note], recording)[0], seconds))
    return share_right(plain), share_right(captioned)


WAYS = [
    pytest.param(proper, id="properly"),
    pytest.param(in_part(whole), id="MM:SS:00 for part of the note"),
    pytest.param(in_part(junk(lambda second: second * 7919 % 61 % 60)), id="junk for part"),
    pytest.param(junk(lambda second: second * 7919 % 61 % 60), id="any third field"),
]


@pytest.mark.parametrize("write", WAYS)
def test_cues_that_notes_were_taken_from_help(write):
    plain, captioned = read_captioned(write, is_own=True)
    assert captioned >= max(0.99, plain)


@pytest.mark.parametrize("write", WAYS)
def test_cues_of_other_captions_do_no_harm(write):
    plain, captioned = read_captioned(write, is_own=False)
    assert captioned >= plain


def test_the_notes_of_a_video_are_repaired_together():
    seconds = [take_notes(random.Random(seed), TALK, 30) for seed in range(4)]
    notes = [write_note(each, whole) for each in seconds]
    assert share_right(list(zip(read_stamps(notes), seconds, strict=True))) >= 0.97


def test_one_odd_stamp_costs_one_stamp():
    seconds = [*range(10, 700, 13)]
    note = write_note(seconds)
    times = [stamp.raw for stamp in note.stamps]
    times[20:20] = ["11:58:33"]
    read = starts(read_stamps([note_of(*times)])[0])
    assert read[:20] + read[21:] == seconds


@pytest.mark.parametrize("raw", ["x1:02:03", "01:02:3x", "-1:02:03"])
def test_a_time_among_other_characters_is_read_as_it_is_written(raw):
    note = parse_note(f'Words <a class="yt-timestamp" data-t="{raw}">[x]</a>')
    assert read_stamps([note]) == (note,)
    assert note.stamps[0].start == 3723


def test_a_repair_keeps_what_was_written_and_says_how_sure_it_is():
    note = write_note(range(60, 700, 19), whole)
    (read,) = read_stamps([note])
    for before, after, claim in zip(note.stamps, read.stamps, read.claims, strict=True):
        assert (after.raw, after.label, after.span) == (before.raw, before.label, before.span)
        assert after.reading is Reading.MINUTES_AS_HOURS
        assert 0.8 < after.confidence <= 1
        assert claim.stamps == (after,)


@pytest.mark.parametrize(
    ("write", "reading"),
    [
        pytest.param(whole, Reading.MINUTES_AS_HOURS, id="MM:SS:00"),
        pytest.param(junk(lambda second: 25), Reading.JUNK_FIELD, id="junk"),
    ],
)
def test_the_way_a_stamp_was_read_is_told(write, reading):
    (read,) = read_stamps([write_note(range(60, 700, 19), write)])
    assert {stamp.reading for stamp in read.stamps} == {reading}


def test_notes_beyond_suspicion_are_the_same_ones():
    notes = (write_note(range(3, 600, 17)), note_of("1:19", "2:30"), note_of())
    assert all(map(lambda one, other: one is other, read_stamps(notes), notes))


def test_claims_without_a_repair_are_the_same_ones():
    note = note_of("1:02", *(whole(second) for second in range(60, 700, 19)))
    (read,) = read_stamps([note])
    assert read.claims[0] is note.claims[0]
    assert read.claims[1] is not note.claims[1]


TIMES = st.one_of(
    st.from_regex(r"[0-9]{2}:[0-9]{2}:[0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}(:[0-9]{1,3}){0,3}", fullmatch=True),
    st.text(max_size=9),
)


@given(
    st.lists(st.lists(TIMES, max_size=12), max_size=4),
    st.builds(Recording, st.none() | st.floats(0, 1e6), st.lists(st.floats(0, 1e6)).map(tuple)),
)
def test_no_note_is_too_odd_to_read(notes, recording):
    written = [note_of(*times) for times in notes]
    for before, after in zip(written, read_stamps(written, recording), strict=True):
        for was, now in zip(before.stamps, after.stamps, strict=True):
            assert now.raw == was.raw
            assert 0 <= now.confidence <= 1
            assert now.start in (was.start, _shorten(was.raw))


def _shorten(raw: str) -> int | None:
    fields = raw.strip("[]() ").split(":")
    if len(fields) != 3 or not all(field.isdecimal() for field in fields[:2]):
        return None
    return int(fields[0]) * 60 + int(fields[1])


@given(st.integers(0, 10_000), st.integers(5 * 60, 55 * 60), st.integers(25, 70))
def test_a_whole_note_of_mm_ss_00_is_recovered(seed, length, stamps):
    seconds = take_notes(random.Random(seed), length, stamps)
    (read,) = read_stamps([write_note(seconds, whole)])
    assert share_right([(read, seconds)]) >= 0.9


@given(st.integers(0, 10_000), st.integers(60, 5 * HOUR), st.integers(5, 70))
def test_a_proper_note_is_left_alone(seed, length, stamps):
    seconds = take_notes(random.Random(seed), length, stamps)
    (read,) = read_stamps([write_note(seconds)])
    moved = sum(start != second for start, second in zip(starts(read), seconds, strict=True))
    # A lone stamp far out on a whole minute, 03:32:00 among five, may be taken for MM:SS:00.
    assert moved <= max(1, stamps / 10)
