"""What is wrong with a stamp, and how it should be written."""

import pytest

from tests.factories import anchor, make_stamp
from viewer.check.problems import CheckedNote, find_problems
from viewer.check.stamps import explain_reading
from viewer.note.model import Reading
from viewer.note.parse import parse_note
from viewer.timeline.reading import Recording, read_stamps

PROPER = "".join(f"Claim number {n} of many {anchor(f'00:0{n}:1{n}')}.\n\n" for n in range(1, 10))


def check(body):
    """Return the problems of a note whose body is `body`."""
    text = f"---\nvideoId: qd7ezvCtIYg\n---\n{body}"
    (note,) = read_stamps([parse_note(text)])
    return find_problems([CheckedNote(path="a.md", text=text, note=note)], gap=0)


@pytest.mark.parametrize(
    ("stamp", "code", "right"),
    [
        pytest.param(anchor("00:01:19"), None, None, id="as it should be"),
        pytest.param(
            '<A data-t="00:01:19" class="x yt-timestamp">[00:01:19]</A>', None, None, id="as sound"
        ),
        pytest.param(
            '<a class="yt-timestamp" data-t="00:01:19">these words</a>', None, None, id="words"
        ),
        pytest.param("https://youtu.be/qd7ezvCtIYg?t=79", None, None, id="a link to the video"),
        pytest.param("[00:01:19]", "stamp-bare", "00:01:19", id="bare"),
        pytest.param("[1:19]", "stamp-bare", "00:01:19", id="bare and short"),
        pytest.param("[[00:01:19]]", "stamp-bare", "00:01:19", id="as a wikilink"),
        pytest.param("[00:01:19](#t=79)", "stamp-bare", "00:01:19", id="a link of Markdown"),
        pytest.param("[[page | 00:01:19]]", "stamp-bare", None, id="label of a wikilink"),
        pytest.param(anchor("01:19"), "stamp-short", "00:01:19", id="short"),
        pytest.param(anchor("0:1:19"), "stamp-malformed", "00:01:19", id="field of one digit"),
        pytest.param(anchor("00:01:9"), "stamp-malformed", None, id="which digit is missing?"),
        pytest.param(anchor("00:75:30"), "stamp-malformed", "01:15:30", id="75 minutes"),
        pytest.param(anchor("99:99"), "stamp-malformed", None, id="99 seconds"),
        pytest.param(anchor("HH:01:19", "01:19"), "stamp-malformed", "00:01:19", id="a blank form"),
        pytest.param(anchor("05:38:05:46"), "stamp-malformed", None, id="a glued range"),
        pytest.param(anchor("01:00:13:00"), "stamp-frames", "01:00:13", id="frames"),
        pytest.param(anchor("00:01:19", "00:01:24"), "stamp-differs", None, id="another label"),
        pytest.param(anchor("N/A", "N/A"), "stamp-unreadable", None, id="no time"),
        pytest.param(
            '<a class="yt-timestamp" data-t="00:01:19"></a>',
            "stamp-label",
            "00:01:19",
            id="no label",
        ),
        pytest.param(
            '<a class="yt-timestamp" data-t="00:01:19">00:01:19</a>',
            "stamp-label",
            "00:01:19",
            id="no brackets",
        ),
        pytest.param(
            '<a class="yt_timestamp" data-t="00:01:19">[00:01:19]</a>',
            "stamp-anchor",
            "00:01:19",
            id="class",
        ),
        pytest.param(
            '<a class="yt-timestamp" data="00:01:19">[00:01:19]</a>',
            "stamp-anchor",
            "00:01:19",
            id="attribute",
        ),
        pytest.param(
            '<a class="yt-timestamp" data-t="00:01:19]">[00:01:19]</a>',
            "stamp-malformed",
            "00:01:19",
            id="bracket in the attribute",
        ),
        pytest.param(
            '<a class="yt-timestamp" data-t="00:01:19">[00:01:19]>',
            "stamp-anchor",
            "00:01:19",
            id="never closed",
        ),
        pytest.param(
            '<p class="yt-timestamp" data-t="00:01:19">[00:01:19]</p>',
            "stamp-anchor",
            "00:01:19",
            id="a paragraph",
        ),
        pytest.param(
            f"[00:01:19]({anchor('00:01:19')})", "stamp-anchor", "00:01:19", id="in a link"
        ),
    ],
)
def test_the_problem_of_a_stamp_and_its_repair(stamp, code, right):
    problems = check(f"{PROPER}The last of the claims {stamp}.\n")
    if code is None:
        assert problems == []
        return
    assert [problem.code for problem in problems] == [code]
    (problem,) = problems
    assert (problem.place.line, problem.place.column) == (22, 24 + stamp.startswith("[[p") * 7)
    assert problem.replacement == (right and anchor(right))
    assert right is None or right in problem.message


def test_words_inside_a_broken_tag_stay_there():
    (problem,) = check('It <a class="yt_timestamp" data-t="00:01:19">came late</a>.')
    assert problem.replacement == '<a class="yt-timestamp" data-t="00:01:19">came late</a>'


def test_minutes_written_as_hours_say_how_sure_they_are():
    body = "".join(f"Claim number {n} {anchor(f'0{n}:{n * 5:02}:00')}.\n\n" for n in range(1, 10))
    problems = [problem for problem in check(body * 2) if problem.code == "stamp-hours"]
    assert len(problems) >= 16
    assert problems[4].message.startswith(
        "written 05:25:00, read as 5:25: minutes written as hours (9"
    )
    assert problems[4].replacement == anchor("00:05:25")


def test_a_time_that_no_video_reaches_is_late():
    codes = [problem.code for problem in check(f"The end {anchor('999:59')}.")]
    assert codes == ["stamp-late", "stamp-short"]


def test_a_time_past_a_known_end_is_late():
    text = f"---\nvideoId: qd7ezvCtIYg\n---\nThe end {anchor('00:21:08')}."
    notes = [CheckedNote(path="a.md", text=text, note=parse_note(text))]
    assert find_problems(notes, recording=Recording(1300)) == []
    assert find_problems(notes, recording=Recording(1267.2)) == []  # lengths are rounded
    (problem,) = find_problems(notes, recording=Recording(1200))
    assert (problem.code, problem.replacement) == ("stamp-late", None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"reading": Reading.AS_WRITTEN}, None, id="as written"),
        pytest.param({"reading": Reading.SHORT}, None, id="short"),
        pytest.param(
            {"raw": "05:08:00", "reading": Reading.MINUTES_AS_HOURS, "confidence": 0.9999},
            "written 05:08:00, read as 5:08: minutes written as hours (99 % sure)",
            id="never wholly sure",
        ),
        pytest.param(
            {"raw": "00:05:08:02", "reading": Reading.FRAMES},
            "written 00:05:08:02, read as 5:08: frames dropped",
            id="beyond doubt",
        ),
    ],
)
def test_a_repair_in_words(fields, words):
    assert explain_reading(make_stamp(308, **fields)) == words
