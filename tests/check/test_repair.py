"""Repairs change a stamp's bytes and no claim."""

import codecs
import difflib
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import anchor
from viewer.check.edits import Edit, edit_bytes, edit_text, format_diff
from viewer.check.model import KINDS
from viewer.check.problems import CheckedNote, find_problems
from viewer.check.repair import choose_edits, settle_problems
from viewer.check.report import write_summary
from viewer.check.stamps import canonical_time
from viewer.errors import NoteError
from viewer.library.folder import decode_note
from viewer.note.parse import parse_note
from viewer.timeline.reading import Recording, read_stamps

HEADER = "---\nvideoId: qd7ezvCtIYg\n---\n"


def read(*texts):
    notes = read_stamps([parse_note(text) for text in texts])
    return [
        CheckedNote(path=f"{number}.md", text=text, note=note)
        for number, (text, note) in enumerate(zip(texts, notes, strict=True))
    ]


def repair(*texts):
    """Return `texts` with the certain repairs, and how many stamps these are."""
    notes = read(*texts)
    edits = choose_edits(notes, find_problems(notes), KINDS)
    fixed = [edit_text(text, edits.get(f"{number}.md", ())) for number, text in enumerate(texts)]
    return fixed, sum(map(len, edits.values()))


def claims(notes):
    return [
        (claim.text, [stamp.start for stamp in claim.stamps])
        for checked in notes
        for claim in checked.note.claims
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("A [1:19] b", f"A {anchor('00:01:19')} b", id="bare"),
        pytest.param(
            "A [00:01, 0:02 | 00:03] b",
            f"A {anchor('00:00:01')}, {anchor('00:00:02')}, {anchor('00:00:03')} b",
            id="a list",
        ),
        pytest.param(
            "A [00:01, 800:00 | 00:02] b",
            f"A {anchor('00:00:01')}, [800:00], {anchor('00:00:02')} b",
            id="a list with a time that stays",
        ),
        pytest.param("| A [00:01, 00:02] |", None, id="a list in a line with bars"),
        pytest.param(
            '**A <a class="yt_timestamp" data-t="00:01:19">came late</a>**',
            '**A <a class="yt-timestamp" data-t="00:01:19">came late</a>**',
            id="words in bold",
        ),
        pytest.param(
            f"A [00:01:19]({anchor('00:01:19')}). B", f"A {anchor('00:01:19')}. B", id="in a link"
        ),
        pytest.param(
            'A <a class="yt-timestamp" data-t="01:19">x</a>',
            'A <a class="yt-timestamp" data-t="01:19">x</a>',
            id="a label that is a letter",
        ),
        pytest.param("A `[1:19]` b", "A `[1:19]` b", id="code"),
        pytest.param("[[page | 1:19]]", "[[page | 1:19]]", id="label of a wikilink"),
        pytest.param(f"A {anchor('1:19', '1:24')}", f"A {anchor('1:19', '1:24')}", id="differs"),
    ],
)
def test_a_note_repaired(before, after):
    (fixed,), _ = repair(HEADER + before)
    assert after is None or fixed == HEADER + after
    assert claims(read(fixed)) == claims(read(HEADER + before))


WAYS = {
    "proper": anchor,
    "hours": lambda time: anchor(f"{time[3:]}:00"),
    "short": lambda time: anchor(time[3:]),
    "bare": lambda time: f"[{time}]",
    "unlabelled": lambda time: f'<a class="yt-timestamp" data-t="{time}"></a>',
    "unclosed": lambda time: anchor(time).removesuffix("</a>"),
    "class": lambda time: anchor(time).replace("yt-timestamp", "yt="),
}
STAMPS = st.lists(st.tuples(st.integers(0, 3599), st.sampled_from([*WAYS])), max_size=40)


def write_note(stamps, ends="\n"):
    body = "".join(
        f"- Claim {place} of the note {WAYS[way](canonical_time(second))}.{ends}"
        for place, (second, way) in enumerate(stamps)
    )
    return HEADER.replace("\n", ends) + body


@settings(max_examples=60, deadline=None)
@given(st.lists(STAMPS, min_size=1, max_size=3), st.sampled_from(["\n", "\r\n"]))
def test_repairs_leave_every_claim_its_words_and_seconds(notes, ends):
    texts = [write_note(stamps, ends) for stamps in notes]
    fixed, _ = repair(*texts)
    assert claims(read(*fixed)) == claims(read(*texts))
    assert [text.count(ends) for text in fixed] == [text.count(ends) for text in texts]


@settings(max_examples=60, deadline=None)
@given(st.lists(STAMPS, min_size=1, max_size=3))
def test_what_was_repaired_is_found_no_more(notes):
    fixed, _ = repair(*[write_note(stamps) for stamps in notes])
    again = read(*fixed)
    problems = find_problems(again)
    edits = choose_edits(again, problems, KINDS)
    assert edits == {}
    assert all(problem.replacement is None for problem in settle_problems(problems, edits))


def test_a_repair_that_would_change_another_reading_is_left_with_the_reason():
    # 00:53:32 reads as 0:53, not certainly, among stamps with a third field of junk; as it is
    # written, once these are repaired.
    times = "06:59:45 00:07:07 00:07:13 07:25:02 07:33:00 00:53:32".split()
    text = HEADER + "".join(f"- It is said at {time} {anchor(time)}.\n" for time in times)
    notes = read(text)
    problems = find_problems(notes)
    edits = choose_edits(notes, problems, KINDS)
    fixed = edit_text(text, edits["0.md"])
    assert claims(read(fixed)) == claims(notes)
    settled = settle_problems(problems, edits)
    assert [problem.place.line - 3 for problem in problems if problem.replacement] == [1, 4, 5]
    assert [problem.place.line - 3 for problem in settled if problem.replacement] == [1]
    left = [problem.message for problem in settled if "--fix leaves it to you" in problem.message]
    assert [message[:30] for message in left] == [
        "written 07:25:02, read as 7:25",
        "written 07:33:00, read as 7:33",
    ]
    assert left[0].endswith(
        "write 00:07:25 (--fix leaves it to you: with it, other times of "
        "the video would be read otherwise)"
    )


def test_repairs_are_chosen_by_what_the_notes_were_read_with():
    # Whether 02:10:00 is 2:10 hangs on the video's length alone, as for the others.
    text = HEADER + "".join(f"- It is said at {m} {anchor(f'02:{m}:00')}.\n" for m in (10, 23, 31))
    for recording, second in ((Recording(200), 130), (Recording(10_000), 7800)):
        (note,) = read_stamps([parse_note(text)], recording)
        notes = [CheckedNote(path="0.md", text=text, note=note)]
        assert note.stamps[0].start == second
        problems = find_problems(notes, recording=recording)
        edits = choose_edits(notes, problems, KINDS, recording)
        (again,) = read_stamps([parse_note(edit_text(text, edits.get("0.md", ())))], recording)
        assert [stamp.start for stamp in again.stamps] == [stamp.start for stamp in note.stamps]
        assert bool(edits) is (second == 130)


def test_notes_that_cannot_be_written_stay_and_say_so():
    texts = [f"{HEADER}A [1:19].", f"{HEADER}B [1:24]."]
    notes = read(*texts)
    notes[0] = replace(notes[0], is_closed=True)
    problems = find_problems(notes, gap=0)
    edits = choose_edits(notes, problems, KINDS)
    assert [*edits] == ["1.md"]
    first, second = settle_problems(problems, edits, ["0.md"])
    assert (first.replacement, second.replacement) == (None, anchor("00:01:24"))
    assert first.message.endswith("the file can’t be written)")


def test_only_the_chosen_codes_are_repaired():
    notes = read(f"{HEADER}A [1:19]. B {anchor('01:24')}.")
    (edits,) = choose_edits(notes, find_problems(notes), {"stamp-short"}).values()
    assert [edit.text for edit in edits] == [anchor("00:01:24")]


# Bytes


@pytest.mark.parametrize(
    ("data", "edited"),
    [
        pytest.param("é [1:19]\r\n".encode(), "é X\r\n".encode(), id="line ends"),
        pytest.param(codecs.BOM_UTF8 + b"ab[1:19]", codecs.BOM_UTF8 + b"abX", id="byte order mark"),
        pytest.param(b"\0 [1:19]\0", b"\0 X]\0"[:3] + b"\0", id="NUL"),
    ],
)
def test_other_bytes_stay(data, edited):
    text = data.decode("utf-8-sig")
    begin = text.index("[")
    assert edit_bytes(data, [Edit((begin, begin + 6), "X")]) == edited


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param("a [1:19]".encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param(b"caf\xe9 [1:19]", "not UTF-8 (at byte 3)", id="Latin 1"),
    ],
)
def test_other_encodings_are_refused_in_words(data, says):
    with pytest.raises(NoteError) as caught:
        edit_bytes(data, [Edit((0, 1), "X")])
    assert says in str(caught.value)


# The diff


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 39)), st.booleans())
def test_the_diff_is_a_unified_one(numbers, ends):
    lines = [f"line {number} [1:19] x\n" for number in range(40)]
    text = "".join(lines)[: None if ends else -1]
    edits = []
    for number in sorted(numbers):
        begin = text.index(f"line {number} ") + len(f"line {number} ")
        edits.append(Edit((begin, begin + 6), "T"))
    ours = list(format_diff("a.md", text, edits)) if edits else []
    fixed = edit_text(text, edits)
    usual = difflib.unified_diff(
        text.splitlines(), fixed.splitlines(), "a.md", "a.md", lineterm="", n=2
    )
    assert ours == list(usual)


def test_an_edit_may_join_lines():
    text = 'A <a class="yt\n-timestamp" data-t="00:01:19">[00:01:19]</a> b\nc\n'
    begin = text.index("<")
    diff = list(format_diff("a.md", text, [Edit((begin, text.index("</a>") + 4), "T")]))
    assert diff[2:] == [
        "@@ -1,3 +1,2 @@",
        '-A <a class="yt',
        '--timestamp" data-t="00:01:19">[00:01:19]</a> b',
        "+A T b",
        " c",
    ]


def test_no_problems_is_said():
    assert list(write_summary(Counter(), 0)) == ["No problems found."]


# The sample


def test_repairs_of_real_notes_move_no_second_and_leave_nothing_certain(sample):
    videos = read_videos(sample / "notes")
    for notes in videos[:: max(1, len(videos) // 300)]:
        problems = find_problems(notes, gap=0)
        edits = choose_edits(notes, problems, KINDS)
        if not edits:
            continue
        texts = [edit_bytes(one.text.encode(), edits.get(one.path, ())).decode() for one in notes]
        again = read_together(texts, notes)
        assert claims(again) == claims(notes)
        for before, after in zip(notes, again, strict=True):
            stamps = [stamp.span for stamp in before.note.stamps]
            assert {edit.span for edit in edits.get(before.path, ())} <= {*stamps}
            assert [s.start for s in before.note.stamps] == [s.start for s in after.note.stamps]
        assert choose_edits(again, find_problems(again, gap=0), KINDS) == {}


def read_videos(folder):
    """Return the notes of each video in `folder`."""
    videos = {}
    for path in sorted(folder.rglob("*.md")):
        text = decode_note(path.read_bytes())
        note = parse_note(text)
        if note.stamps:
            checked = CheckedNote(path=str(path), text=text, note=note)
            videos.setdefault(note.video_id or path, []).append(checked)
    return [read_together([one.text for one in notes], notes) for notes in videos.values()]


def read_together(texts, notes):
    return [
        replace(checked, text=text, note=note)
        for checked, text, note in zip(
            notes, texts, read_stamps([parse_note(text) for text in texts]), strict=True
        )
    ]
