"""A claim is moved to another second by its stamp alone."""

import contextlib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.check.test_repair import STAMPS, claims, read, write_note
from tests.factories import VIDEO, anchor
from viewer.check.edits import edit_text
from viewer.check.problems import CheckedNote
from viewer.check.retiming import corrected_stamp, move_claim
from viewer.check.stamps import canonical_time
from viewer.errors import NoteError
from viewer.note.parse import parse_note
from viewer.timeline.reading import UNKNOWN, Recording, read_stamps
from viewer.timeline.timeline import time_claims

HEADER = f"---\nvideoId: {VIDEO}\n---\n"
LINK = f"https://www.youtube.com/watch?v={VIDEO}"


def read_one(text, **fields):
    (note,) = read_stamps([parse_note(text, **fields)])
    return [CheckedNote(path="0.md", text=text, note=note, **fields)]


def move(notes, number, start, second, recording=UNKNOWN):
    """Return the text of the note of the claim with this number, moved."""
    claim = time_claims(VIDEO, [checked.note for checked in notes])[number]
    edits = move_claim(notes, claim, start, second, recording)
    return edit_text(notes[claim.note].text, edits)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(anchor("00:01:19"), anchor("00:04:12"), id="a tag"),
        pytest.param(anchor("1:19"), anchor("00:04:12"), id="a short one"),
        pytest.param("[1:19]", anchor("00:04:12"), id="bare"),
        pytest.param("[1:19](#t=79)", anchor("00:04:12"), id="a link to a second"),
        pytest.param(anchor("00:01:19", "00:01:24"), anchor("00:04:12"), id="tag and label differ"),
        pytest.param(
            '<a class="yt-timestamp" data-t="00:01:19">these words</a>',
            '<a class="yt-timestamp" data-t="00:04:12">these words</a>',
            id="words inside",
        ),
        pytest.param(f"{LINK}&t=79 ", f"{LINK}&t=252 ", id="an address"),
        pytest.param(
            f"[there]({LINK}&t=1m19s)", f"[there]({LINK}&t=252)", id="a link to the video"
        ),
        pytest.param(
            f'<a href="{LINK}&amp;t=79s">1:19</a>',
            f'<a href="{LINK}&amp;t=252">00:04:12</a>',
            id="a link of HTML",
        ),
        pytest.param("[[page | 1:19]]", "[[page | 00:04:12]]", id="label of a wikilink"),
        pytest.param("[1:19-1:24]", "[00:04:12-00:04:17]", id="a range in brackets"),
        pytest.param(
            '<a class="yt-timestamp" data-t="00:01:19-00:01:24">[00:01:19]</a>',
            '<a class="yt-timestamp" data-t="00:04:12-00:04:17">[00:04:12]</a>',
            id="a range in a tag",
        ),
        pytest.param(
            f"{anchor('00:01:19')}-{anchor('00:01:24')}",
            f"{anchor('00:04:12')}-{anchor('00:04:17')}",
            id="a range of two",
        ),
        pytest.param(
            f"{anchor('00:01:19')}, {anchor('00:01:24')}",
            f"{anchor('00:04:12')}, {anchor('00:01:24')}",
            id="one of two",
        ),
        pytest.param(
            "[1:19, 1:24, 1:30]", f"{anchor('00:04:12')}, [1:24], [1:30]", id="one of a list"
        ),
    ],
)
@pytest.mark.parametrize("is_html", [False, True], ids=["Markdown", "HTML"])
def test_a_stamp_says_the_new_second_and_nothing_else_changes(before, after, is_html):
    if is_html and "](" in before + after:
        pytest.skip("a link of Markdown")
    text = "<p>First [0:20]. It came {} late.</p>\n<p>Last [9:00].</p>\n"
    text = text if is_html else HEADER + text.replace("<p>", "").replace("</p>", "\n")
    notes = read_one(text.format(before), is_html=is_html)
    number = next(n for n, c in enumerate(notes[0].note.claims) if "came" in c.text)
    moved = move(notes, number, 79, 252)
    assert moved == text.format(after)
    again = read_one(moved, is_html=is_html)
    assert 252 in [stamp.start for stamp in again[0].note.claims[number].stamps]
    assert [words for words, _ in claims(again)] == [words for words, _ in claims(notes)]


HOURS = "".join(
    f"- Claim {second} {anchor(f'{second // 60:02}:{second % 60:02}:00')}.\n"
    for second in range(60, 700, 19)
)
"""Minutes written as hours."""


def test_a_repaired_stamp_is_moved_by_the_second_it_was_read_as():
    notes = read_one(HEADER + HOURS)
    assert notes[0].note.stamps[4].start == 136
    moved = move(notes, 4, 136, 367)
    assert moved == HEADER + HOURS.replace(anchor("02:16:00"), anchor("00:06:07"))


def test_stamps_of_one_claim_that_say_the_same_move_together():
    text = f"{HEADER}It came {anchor('00:01:19')}, {anchor('00:01:19')} and {anchor('00:03:00')}."
    assert move(read_one(text), 0, 79, 80) == text.replace("00:01:19", "00:01:20")


@pytest.mark.parametrize(
    ("text", "start", "second", "says"),
    [
        pytest.param("It [1:19]", 80, 252, "not made at 1:20 (any more)", id="another second now"),
        pytest.param("It [1:19]", 79, 10**6, "no video has the second 1,000,000", id="too late"),
        pytest.param("It [1:19]", 79, -1, "no video has the second -1", id="before the start"),
        pytest.param(f"It {anchor('01:19:01:24')}", 79, 252, "write 00:04:12 by hand", id="glued"),
        pytest.param(
            '<a class="yt-timestamp" data-t="00:01:19" title="2:00">[00:01:19]</a>',
            79,
            252,
            "line 4: '00:01:19' can’t be written anew by itself",
            id="a tag with other times",
        ),
        pytest.param(
            HOURS, 60, 8040, "written as 02:14:00, this time would still be read", id="misread"
        ),
    ],
)
def test_what_cannot_be_moved_alone_is_refused_in_words(text, start, second, says):
    with pytest.raises(NoteError) as caught:
        move(read_one(HEADER + text), 0, start, second)
    assert says in str(caught.value)


def test_the_notes_are_read_with_what_is_known_of_the_video():
    text = f"{HEADER}- A {anchor('02:10:00')}.\n- B {anchor('02:23:00')}.\n"
    recording = Recording(10_000)
    (note,) = read_stamps([parse_note(text)], recording)
    notes = [CheckedNote(path="0.md", text=text, note=note)]
    assert move(notes, 0, 7800, 9000, recording) == text.replace("02:10:00", "02:30:00")


@settings(max_examples=80, deadline=None)
@given(st.lists(STAMPS, min_size=1, max_size=3), st.data(), st.integers(0, 3599))
def test_a_move_changes_one_claim_or_is_refused(stamps, data, second):
    notes = read(*[write_note(each) for each in stamps])
    made = claims(notes)
    assume(made)
    number = data.draw(st.integers(0, len(made) - 1))
    place = time_claims(VIDEO, [checked.note for checked in notes])[number].note
    texts = [checked.text for checked in notes]
    with contextlib.suppress(NoteError):  # in words, as above
        texts[place] = move(notes, number, made[number][1][0], second)
        made[number] = (made[number][0], [second])
        assert anchor(canonical_time(second)) in texts[place]
    assert claims(read(*texts)) == made


def test_what_to_write_is_what_is_written():
    assert corrected_stamp(252) == anchor("00:04:12")
