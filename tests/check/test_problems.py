"""What is wrong with notes besides their stamps."""

import pytest

from tests.factories import anchor
from viewer.check.model import KINDS, Severity, choose_codes
from viewer.check.problems import CheckedNote, find_problems
from viewer.note.parse import parse_note

HEADER = "---\nvideoId: qd7ezvCtIYg\n---\n"


def checked(text, path="a.md", **fields):
    return CheckedNote(path=path, text=text, note=parse_note(text), **fields)


def places(*notes, **options):
    """Return the code, path and line:column of each problem."""
    return [
        f"{problem.code} {problem.path}:{problem.place.line}:{problem.place.column}"
        for problem in find_problems(notes, **options)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(f"---\ntitle: A\nIt {anchor('00:01:19')}", "header-open a.md:1:1", id="open"),
        pytest.param(
            f"---\nx: 1\ntitle: A: b\n---\nIt {anchor('00:01:19')}",
            "header-broken a.md:3:1",
            id="YAML",
        ),
        pytest.param(
            f"---\ntitle: A\nvideoId: no\n---\nIt {anchor('00:01:19')}",
            "video-invalid a.md:3:1",
            id="no id",
        ),
        pytest.param(f"It {anchor('00:01:19')}", "video-missing a.md:1:1", id="no video"),
        pytest.param(f"{HEADER}A \ufffd b", "file-encoding a.md:4:3", id="lost bytes"),
    ],
)
def test_problems_of_header_and_file(text, found):
    assert places(checked(text)) == [found]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("Just words.", id="no times"),
        pytest.param(
            f"---\nvideoId: empty\n---\nIt {anchor('00:01:19')}", id="no video, and said so"
        ),
        pytest.param(f"---\nmedia: a.mp4\n---\nIt {anchor('00:01:19')}", id="a file"),
        pytest.param(f"{HEADER}It {anchor('00:01:19')} and `[00:02:03]`.", id="code"),
    ],
)
def test_notes_without_a_problem(text):
    assert places(checked(text)) == []


def test_a_wikilink_that_leads_nowhere_is_told_where_it_stands():
    text = f"{HEADER}[[law]], `[[code]]`, ![[picture]]\n\nIt [[ no law | came]] [x](gone.md)."
    assert places(checked(text, resolves=lambda target: target == "law")) == [
        "link-dead a.md:6:4",
        "link-dead a.md:6:25",
    ]


def test_a_claim_made_twice_is_told_at_its_second_time():
    text = (
        f"{HEADER}The law came very late {anchor('00:01:19')}.\n\nYes {anchor('00:01:20')}.\n\n"
        f"Yes {anchor('00:01:21')}.\n\nThe LAW came, very late {anchor('00:01:30')}."
    )
    (problem,) = find_problems([checked(text)])
    assert (problem.code, problem.place.line) == ("claim-duplicate", 10)
    assert "in line 4" in problem.message


def test_minutes_without_a_claim_of_any_note():
    first = checked(f"{HEADER}A {anchor('00:01:00')}. B {anchor('00:31:00')}.")
    second = checked(f"{HEADER}C {anchor('00:12:00')}.", "b.md")
    assert places(first) == ["claim-gap a.md:4:3"]
    assert places(first, second) == ["claim-gap a.md:4:3", "claim-gap b.md:4:3"]
    assert places(first, second, gap=900) == ["claim-gap b.md:4:3"]
    assert places(first, second, gap=0) == []


def test_problems_come_in_the_order_of_notes_and_places():
    text = f"{HEADER}[[x]] A [1:00] b [[y]]\n\nC [2:00]"
    lines = [p.split(":", 1)[1] for p in places(checked(text, resolves=lambda target: False))]
    assert lines == ["4:1", "4:9", "4:18", "6:3"]


def test_codes_are_chosen_by_their_beginning():
    assert choose_codes((), ()) == KINDS.keys()
    assert choose_codes(("header",), ()) == {"header-open", "header-broken"}
    assert choose_codes(("header",), ("header-open",)) == {"header-broken"}


def test_every_kind_says_how_much_it_costs():
    assert {kind.severity for kind in KINDS.values()} == set(Severity)
