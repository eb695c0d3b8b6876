"""What captions say against stamps is told as a suggestion."""

import pytest

from tests.factories import anchor
from viewer.check.captions import Heard
from viewer.check.model import KINDS, Severity
from viewer.check.problems import CheckedNote, find_problems
from viewer.check.repair import choose_edits
from viewer.note.parse import parse_note
from viewer.transcript.grounding import Grounding, State

TEXT = f"""---
videoId: qd7ezvCtIYg
---
- The law came late {anchor("00:01:19")}, {anchor("00:09:00")}.
- It was kept {anchor("00:02:30")}.
"""
FIRST, SECOND = (4, TEXT.split("\n")[3].index("<") + 1), (4, TEXT.split("\n")[3].rindex("<a") + 1)
PASSAGE = "and so this law I have to say came very late indeed in that country"


def found_at(start, state=State.ELSEWHERE, text=PASSAGE):
    return Grounding(state, start, start + 9, None, 0.93, text)


def check(*texts, **heard):
    notes = [
        CheckedNote(path=f"{place}.md", text=text, note=parse_note(text))
        for place, text in enumerate(texts)
    ]
    return notes, find_problems(notes, heard=Heard(**heard), gap=0)


def test_a_claim_that_is_made_elsewhere_is_told_at_its_nearest_stamp():
    _, (problem,) = check(TEXT, groundings={(0, 0): found_at(252.7)})
    assert (problem.code, problem.place, problem.start) == ("stamp-elsewhere", FIRST, 252)
    assert problem.confidence == 0.93
    assert problem.message == (
        "the captions say this at 4:12, not at 1:19: “and so this law I have to say came very "
        "late indeed …”; write 00:04:12 if that is meant"
    )
    _, (problem,) = check(TEXT, groundings={(0, 0): found_at(500.0, text="it is late")})
    assert problem.place == SECOND
    assert ", not at 9:00: “it is late”;" in problem.message


def test_claims_are_found_by_their_note_and_place():
    _, problems = check(TEXT, TEXT, groundings={(1, 1): found_at(600), (0, 1): found_at(700)})
    assert [(p.path, p.place.line, p.start) for p in problems] == [
        ("0.md", 5, 700),
        ("1.md", 5, 600),
    ]


@pytest.mark.parametrize("state", [state for state in State if state is not State.ELSEWHERE])
def test_no_other_state_accuses_a_claim(state):
    assert check(TEXT, groundings={(0, 0): found_at(252.7, state)})[1] == []


def test_captions_of_another_video_are_told_once_and_accuse_no_claim():
    elsewhere = {(place, 0): found_at(252.7) for place in range(3)}
    _, problems = check("Words.", TEXT, TEXT, groundings=elsewhere, is_foreign=True)
    assert [(problem.code, problem.path) for problem in problems] == [("captions-foreign", "1.md")]


def test_a_suggestion_is_never_certain():
    notes, problems = check(TEXT, groundings={(0, 0): found_at(252.7)})
    assert choose_edits(notes, problems, KINDS) == {}
    assert [problem.replacement for problem in problems] == [None]
    assert KINDS["stamp-elsewhere"].severity is Severity.WARNING


def test_a_passage_without_blanks_is_cut_too():
    _, (problem,) = check(TEXT, groundings={(0, 0): found_at(252.7, text="法" * 400)})
    assert problem.message.count("法") == 90
