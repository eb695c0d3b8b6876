"""One claim a line of JSON, with the keys that other programs rely on."""

import json

from tests.factories import VIDEO, anchor, make_claim, make_note, make_timeline
from viewer.export.jsonl import claim_objects, format_jsonl
from viewer.note.parse import parse_note
from viewer.timeline.timeline import Timeline, time_claims


def export(*sources: str) -> list[dict]:
    notes = [parse_note(f"---\nvideoId: {VIDEO}\n---\n{source}") for source in sources]
    paths = [f"jcs/{number}.md" for number in range(len(notes))]
    lines = format_jsonl(claim_objects(paths, notes, Timeline(time_claims(VIDEO, notes))))
    return [json.loads(line) for line in lines]


def test_a_claim_is_one_object_with_all_that_is_known_of_it():
    late, vague = export(
        f"## Law\n\nThe [[genocide_law | law]] came late {anchor('00:01:19')}, "
        f"{anchor('00:02:04')}.\n\nIt is “vague” [1:41]."
    )
    assert late == {
        "note": "jcs/0.md",
        "video": VIDEO,
        "id": late["id"],
        "start": 79,
        "moments": [{"start": 79, "end": 101}, {"start": 124, "end": None}],
        "text": "The law came late",
        "chapter": ["Law"],
        "links": [{"target": "genocide_law", "label": "law"}],
        "stamps": [
            {
                "raw": "00:01:19",
                "label": "[00:01:19]",
                "start": 79,
                "reading": "as written",
                "line": 6,
                "column": 38,
            },
            {
                "raw": "00:02:04",
                "label": "[00:02:04]",
                "start": 124,
                "reading": "as written",
                "line": 6,
                "column": 96,
            },
        ],
    }
    assert list(late) == list(vague)
    assert (vague["text"], vague["stamps"][0]["reading"]) == ("It is “vague”", "short form")


def test_claims_come_by_their_first_stamp_and_equal_ones_in_page_order():
    texts = [claim["text"] for claim in export("a [1:41] [0:01]. b [1:19]. c [0:07].", "d [1:19].")]
    assert texts == ["c", "b", "d", "a"]


def test_a_claim_without_a_readable_second_comes_last():
    lost, *others = reversed(export(f"a {anchor('N/A')}. b [1:19]. c [0:00]."))
    assert [claim["text"] for claim in others] == ["b", "c"]
    assert (lost["start"], lost["moments"]) == (None, [])
    assert lost["stamps"][0]["start"] is None
    assert lost["stamps"][0]["reading"] == "unreadable"


def test_a_note_without_video_says_null():
    note = make_note(make_claim(), video_id=None)
    (claim,) = claim_objects(["a.md"], [note], make_timeline(note))
    assert claim["video"] is None


def test_each_claim_is_one_line_of_readable_characters():
    note = make_note(make_claim(text="Größe\u2028民族 \x1f"), make_claim(text="b"))
    lines = list(format_jsonl(claim_objects(["a.md"], [note], make_timeline(note))))
    assert [line.count("\n") for line in lines] == [1, 1]
    assert "Größe" in lines[0]
    assert json.loads(lines[0])["text"] == "Größe\u2028民族 \x1f"
