"""Which second each stamp means, judged over the notes of a video."""

import pytest

from tests.factories import make_claim, make_note
from viewer.note.model import Reading
from viewer.timeline.reading import read_stamps

FIVE_HOURS = 5 * 3600 + 8 * 60


@pytest.mark.parametrize(
    ("start", "duration", "read", "reading"),
    [
        pytest.param(79, 600, 79, Reading.AS_WRITTEN, id="within the video"),
        pytest.param(600, 600, 600, Reading.AS_WRITTEN, id="at its end"),
        pytest.param(FIVE_HOURS, 600, 308, Reading.MINUTES_AS_HOURS, id="05:08:00 is 5:08"),
        pytest.param(8827, 600, 147, Reading.JUNK_FIELD, id="02:27:07 is 2:27"),
        pytest.param(FIVE_HOURS, 20_000, FIVE_HOURS, Reading.AS_WRITTEN, id="videos of six hours"),
        pytest.param(FIVE_HOURS, 300, FIVE_HOURS, Reading.AS_WRITTEN, id="neither fits"),
        pytest.param(700, 600, 700, Reading.AS_WRITTEN, id="no hours to take for minutes"),
        pytest.param(None, 600, None, Reading.UNREADABLE, id="no second at all"),
    ],
)
def test_a_stamp_past_the_end_of_the_video_is_minutes_and_seconds(start, duration, read, reading):
    (note,) = read_stamps([make_note(make_claim(start))], duration=duration)
    (stamp,) = note.stamps
    assert (stamp.start, stamp.reading) == (read, reading)
    assert note.claims[0].stamps == note.stamps


def test_what_was_written_is_kept():
    (before,) = make_note(make_claim(FIVE_HOURS)).stamps
    (note,) = read_stamps([make_note(make_claim(FIVE_HOURS))], duration=600)
    assert note.stamps[0].raw == before.raw == "05:08:00"


def test_without_evidence_stamps_are_read_as_written():
    notes = (make_note(make_claim(FIVE_HOURS)), make_note(make_claim(79)))
    assert read_stamps(notes) == notes


def test_claims_and_notes_without_repairs_are_the_same_ones():
    sound, odd = make_note(make_claim(79)), make_note(make_claim(79), make_claim(FIVE_HOURS))
    first, second = read_stamps([sound, odd], duration=600)
    assert first is sound
    assert second.claims[0] is odd.claims[0]
    assert second.claims[1].start == 308
