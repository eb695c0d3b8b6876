"""What holds for every note of a sample of real ones; without a sample, nothing is tried."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.note.test_prose import assert_whole
from viewer.cli import main
from viewer.library.folder import decode_note
from viewer.note.parse import parse_note

CLAIM_KEYS = ["note", "video", "id", "start", "moments", "text", "chapter", "links", "stamps"]
STAMP_KEYS = ["raw", "label", "start", "reading", "line", "column"]
FIXED = 100
"""Notes that are repaired, or a few more."""
TRIED = 12
"""One note in so many has its prose read back, which takes fifty times as long as writing it."""


@pytest.fixture(scope="module")
def notes(sample: Path) -> dict[str, str]:
    """Return the text of every note of the sample, by path."""
    folder = sample / "notes"
    return {
        str(path.relative_to(folder)): decode_note(path.read_bytes())
        for path in sorted(folder.rglob("*.md"))
    }


def test_every_note_is_read_and_every_stamp_is_in_one_claim_or_reported(notes):
    for path, source in notes.items():
        note = parse_note(source)
        numbers = [number for claim in note.claims for number in claim.numbers]
        reported = {problem.line for problem in note.problems}
        left_out = set(range(len(note.stamps))) - set(numbers)
        assert len(numbers) == len(set(numbers)), path
        assert all(note.stamps[number].line in reported for number in left_out), path


def test_every_stamp_stands_where_it_says(notes):
    for path, source in notes.items():
        lines = source.split("\n")
        for stamp in parse_note(source).stamps:
            begin, end = stamp.span
            assert lines[stamp.line - 1][stamp.column - 1 :].startswith(
                source[begin:end].split("\n")[0]
            ), path
            assert stamp.raw in source[begin:end], path


def test_the_prose_of_a_note_is_whole(notes):
    for path, source in list(notes.items())[::TRIED]:
        try:
            assert_whole(source)
        except AssertionError as error:
            error.add_note(path)
            raise


def test_the_export_of_all_notes_is_lines_of_json(sample, notes):
    result = CliRunner().invoke(main, ["export", str(sample / "notes")])
    assert result.exit_code == 0, result.stderr
    claims = [json.loads(line) for line in result.stdout.split("\n") if line]
    assert len(claims) == sum(len(parse_note(source).claims) for source in notes.values())
    order: dict[str, float] = {}
    for claim in claims:
        assert list(claim) == CLAIM_KEYS
        assert all(list(stamp) == STAMP_KEYS for stamp in claim["stamps"])
        assert claim["note"] in notes
        start = float("inf") if claim["start"] is None else claim["start"]
        assert bool(claim["moments"]) == (claim["start"] is not None)
        video = claim["video"] or claim["note"]
        assert list(order)[-1:] == [video] or video not in order, "videos come one by one"
        assert order.get(video, 0) <= start, "claims come by their second"
        order[video] = start
    assert len({(claim["video"] or claim["note"], claim["id"]) for claim in claims}) == len(claims)


def test_repairs_of_real_notes_change_no_claim_and_are_found_no_more(sample, tmp_path):
    folder = sample / "notes"
    for path in sorted(folder.rglob("*.md"))[:: len([*folder.rglob("*.md")]) // FIXED]:
        copy = tmp_path / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    before = export_seconds(tmp_path)
    result = CliRunner().invoke(main, ["check", str(tmp_path), "--fix", "--yes", "--format=json"])
    assert "Wrote" in result.stderr
    assert export_seconds(tmp_path) == before
    again = CliRunner().invoke(main, ["check", str(tmp_path), "--fix", "--yes", "--format=json"])
    assert "There is no certain repair to write." in again.stderr


def export_seconds(folder: Path) -> list[tuple[str, str, list[int | None]]]:
    """Return the words and seconds of every claim."""
    result = CliRunner().invoke(main, ["export", str(folder)])
    claims = [json.loads(line) for line in result.stdout.split("\n") if line]
    return [
        (claim["note"], claim["text"], [stamp["start"] for stamp in claim["stamps"]])
        for claim in claims
    ]
