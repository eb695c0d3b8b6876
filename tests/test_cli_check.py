"""`claimline check`."""

import json
import os
import pty
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.factories import VIDEO, anchor
from viewer.cli import main
from viewer.library import repairing

HEADER = f"---\nvideoId: {VIDEO}\n---\n"
LAW = f"{HEADER}It came läte {anchor('01:19')}.\r\nAnd [[nowhere]] soon {anchor('00:01:24')}.\n"


def run(*arguments: object, **options: object) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)], **options)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "law.md").write_bytes(LAW.encode())
    return folder


def problems(*arguments: object) -> list[dict[str, object]]:
    return json.loads(run(*arguments, "--format", "json").stdout)


def test_problems_are_told_with_their_place_by_file(notes):
    result = run(notes)
    assert result.exit_code == 1
    heading, short, dead, *_ = result.stdout.splitlines()
    assert heading == f"{notes}/a/law.md"
    assert short.startswith(f"  {notes}/a/law.md:4:14: stamp-short: tag says '01:19'")
    assert dead.startswith(f"  {notes}/a/law.md:5:5: link-dead: no note is called 'nowhere'")
    assert re.search(
        r"^ +2 +problems; --fix can repair 1 of the stamps$", result.stdout, re.MULTILINE
    )
    assert "\x1b" not in result.stdout


def test_a_library_without_problems_exits_with_0(notes):
    (notes / "a" / "law.md").write_text(f"{HEADER}It {anchor('00:01:19')}.")
    result = run(notes)
    assert (result.exit_code, result.stdout) == (0, "No problems found.\n")


def test_json_is_an_array_of_stable_objects(notes):
    short, dead = problems(notes)
    assert short == {
        "path": "a/law.md",
        "line": 4,
        "column": 14,
        "code": "stamp-short",
        "severity": "info",
        "message": short["message"],
        "written": anchor("01:19"),
        "start": 79,
        "confidence": 1.0,
        "replacement": anchor("00:01:19"),
    }
    assert list(dead) == list(short)
    assert problems(notes, "--select", "header") == []


def test_github_gets_escaped_commands(notes):
    (notes / "a" / "law.md").rename(notes / "a" / "50%, law:1.md")
    line = run(notes, "--format", "github", "--select", "link").stdout
    assert line == (
        f"::notice file={notes}/a/50%25%2C law%3A1.md,line=5,col=5,title=wikilink that leads to "
        "no note::link-dead: no note is called 'nowhere'; write its file name, or add the note\n"
    )


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        pytest.param(["--select", "stamp"], ["stamp-short"], id="select a beginning"),
        pytest.param(["--select", "stamp,link-dead"], ["stamp-short", "link-dead"], id="commas"),
        pytest.param(["--ignore", "stamp-"], ["link-dead"], id="ignore"),
        pytest.param(["--ignore", "link", "--ignore", "stamp"], [], id="several"),
    ],
)
def test_codes_are_selected_and_ignored(notes, arguments, codes):
    assert [problem["code"] for problem in problems(notes, *arguments)] == codes
    assert run(notes, *arguments).exit_code == bool(codes)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["--select", "stmp"], "no code begins with 'stmp'", id="code"),
        pytest.param(["--format", "xml"], "'xml' is not", id="format"),
        pytest.param(["--yes"], "--yes goes with --fix", id="yes"),
        pytest.param(["--gap", "-1"], "-1 is not", id="gap"),
    ],
)
def test_a_mistake_exits_with_2(notes, arguments, says):
    result = run(notes, *arguments)
    assert (result.exit_code, says in result.stderr) == (2, True)


def test_files_left_out_are_problems(notes):
    (notes / "link.md").symlink_to(notes / "a" / "law.md")
    (notes / "large.md").write_bytes(b"x" * (2 * 2**20 + 1))
    found = problems(notes, "--select", "file")
    assert [(item["path"], item["code"]) for item in found] == [
        ("large.md", "file-skipped"),
        ("link.md", "file-skipped"),
    ]


def test_names_and_words_steer_no_terminal(notes):
    (notes / "a" / "law.md").rename(notes / "a" / "\x1b[31mlaw\u202e.md")
    (notes / "b.md").write_text(f"{HEADER}[[\x1b[2J]] It [1:19]")
    result = run(notes, "--fix", "--yes")
    assert not re.search("[\x1b\u202e]", result.output)


# Repairs


def test_fix_shows_the_diff_asks_and_writes_only_the_stamps(notes):
    result = run(notes, "--fix", input="y\n")
    right = LAW.replace(anchor("01:19"), anchor("00:01:19"))
    assert (notes / "a" / "law.md").read_bytes() == right.encode()
    assert f"-It came läte {anchor('01:19')}." in result.stdout.splitlines()
    assert f"+It came läte {anchor('00:01:19')}." in result.stdout.splitlines()
    assert "Write 1 stamp anew? [y/N]" in result.stdout
    assert result.exit_code == 1
    assert "stamp-short" not in result.stdout
    assert "link-dead" in result.stdout


@pytest.mark.parametrize("answer", ["n\n", "\n", ""], ids=["no", "enter", "nothing"])
def test_without_a_yes_nothing_is_written(notes, answer):
    result = run(notes, "--fix", input=answer)
    assert result.exit_code == 1
    assert (notes / "a" / "law.md").read_bytes() == LAW.encode()


def test_yes_agrees_beforehand_and_json_stays_json(notes):
    result = run(notes, "--fix", "--yes", "--format", "json")
    assert [item["code"] for item in json.loads(result.stdout)] == ["link-dead"]
    assert anchor("00:01:19") in (notes / "a" / "law.md").read_text("utf-8")


def test_fix_without_repairs_says_so(notes):
    result = run(notes, "--fix", "--yes", "--select", "link")
    assert "There is no certain repair to write." in result.stdout


def test_fix_leaves_nothing_certain_and_says_what_it_left(notes):
    times = "06:59:45 00:07:07 00:07:13 07:25:02 07:33:00 00:53:32".split()
    body = "".join(f"- It is said at {time} {anchor(time)}.\n" for time in times)
    (notes / "a" / "law.md").write_text(HEADER + body, "utf-8")
    result = run(notes, "--fix", "--yes")
    assert "2 stamps stay as they are, though the second is certain" in result.stdout
    assert "Wrote 1 of 1 notes." in result.stdout
    assert result.stdout.count("--fix leaves it to you") == 2
    assert [item["replacement"] for item in problems(notes)] == [None] * 3
    assert "There is no certain repair to write." in run(notes, "--fix", "--yes").stdout


def test_other_encodings_are_left_in_words(notes):
    law = notes / "a" / "law.md"
    law.write_bytes(LAW.encode("utf-16"))
    (notes / "b.md").write_bytes(f"{HEADER}caf".encode() + b"\xe9 [1:19]")
    result = run(notes, "--fix", "--yes")
    assert "left as it is: a/law.md: is UTF-16" in result.stderr
    assert "left as it is: b.md: holds bytes that are not UTF-8" in result.stderr
    assert law.read_bytes() == LAW.encode("utf-16")


def test_a_note_edited_while_the_question_stands_is_left(notes, monkeypatch):
    law = notes / "a" / "law.md"
    write = repairing.write_repair

    def write_late(root, repair):
        law.write_bytes(LAW.replace("läte", "early").encode())
        write(root, repair)

    monkeypatch.setattr("viewer.commands.check.write_repair", write_late)
    result = run(notes, "--fix", "--yes")
    assert "left as it is: a/law.md: has changed since it was read" in result.stderr
    assert "Wrote 0 of 1 notes." in result.stdout
    assert b"early" in law.read_bytes()
    assert b'"01:19"' in law.read_bytes()


# Captions

SAID = (
    "the rivers of the valley flood every spring and the farmers move their cattle uphill",
    "a new bridge of steel replaced the wooden ferry that had carried pilgrims since the war",
    "the parliament voted against the treaty although the minister had promised a referendum",
    "wolves returned to the forest and the shepherds bought large white dogs from Anatolia",
    "the old railway station became a museum of clocks with a collection from Switzerland",
    "in the harbour the fishermen protested because diesel had doubled in price by October",
    "a comet was seen above the monastery and the abbot wrote about it in his chronicle",
    "the university lost its library to a fire and students copied manuscripts by hand",
)

TALK = (
    "well you know people often ask about it when they come over here because there is something "
    "that we really like to think of before anything else happens so let me say again"
).split()


@pytest.fixture
def captions(notes: Path) -> Path:
    """Write a note with a claim each minute, the third stamped five minutes late, and captions."""
    times = ["00:00:30", "00:01:30", "00:07:30", *(f"00:0{minute}:30" for minute in range(3, 8))]
    body = "".join(f"- {said} {anchor(at)}.\n\n" for said, at in zip(SAID, times, strict=True))
    (notes / "a" / "law.md").write_text(HEADER + body.replace(times[1], times[1][3:]), "utf-8")
    folder = notes.parent / "captions"
    folder.mkdir()
    (folder / f"{VIDEO}.en.vtt").write_text(speak(SAID), "utf-8")
    return folder


def speak(said: Sequence[str]) -> str:
    """Return captions that say one of `said` in each minute, at its half, among small talk."""
    chance = random.Random(1)
    cues = ["WEBVTT\n"]
    for minute, words in enumerate(said):
        for second in range(0, 60, 6):
            talk = " ".join(chance.choices(TALK, k=14))
            cues.append(
                f"00:0{minute}:{second:02}.000 --> 00:0{minute}:{second + 5:02}.900\n"
                f"{words if second == 30 else talk}\n"
            )
    return "\n".join(cues)


def test_captions_suggest_where_a_claim_is_made(notes, captions):
    (found,) = problems(notes, "--captions", captions, "--select", "stamp-e,captions")
    assert (found["code"], found["line"], found["start"]) == ("stamp-elsewhere", 8, 150)
    assert "the captions say this at 2:30, not at 7:30: “the parliament voted" in found["message"]
    assert "write 00:02:30 if that is meant" in found["message"]
    assert problems(notes, "--select", "stamp-elsewhere") == []


def test_fix_leaves_a_suggestion_to_the_author(notes, captions):
    before = (notes / "a" / "law.md").read_text("utf-8")
    result = run(notes, "--captions", captions, "--fix", "--yes")
    after = (notes / "a" / "law.md").read_text("utf-8")
    assert after == before.replace(anchor("01:30"), anchor("00:01:30"))
    assert "stamp-elsewhere" in result.stdout


def test_captions_of_another_video_are_told_once(notes, captions):
    (captions / f"{VIDEO}.en.vtt").write_text(speak(["chop onions, stir the soup"] * 8), "utf-8")
    found = problems(notes, "--captions", captions, "--select", "stamp-e,captions")
    assert [problem["code"] for problem in found] == ["captions-foreign"]


def test_a_known_length_tells_what_is_late_and_how_others_are_read(notes, captions):
    times = ["02:10:00", "02:31:00", "02:52:00"]
    body = "".join(f"- It is said at {at} {anchor(at)}.\n" for at in times)
    body += f"- It ends https://youtu.be/{VIDEO}?t=601\n"
    (notes / "a" / "law.md").write_text(HEADER + body, "utf-8")
    (captions / f"{VIDEO}.en.vtt").unlink()
    (captions / f"{VIDEO}.info.json").write_text(json.dumps({"id": VIDEO, "duration": 480}))
    found = problems(notes, "--captions", captions)
    assert [problem["code"] for problem in found] == ["stamp-hours"] * 3 + ["stamp-late"]
    run(notes, "--captions", captions, "--fix", "--yes")
    left = problems(notes, "--captions", captions)
    assert [problem["code"] for problem in left] == ["stamp-late"]
    assert anchor("00:02:31") in (notes / "a" / "law.md").read_text("utf-8")


@pytest.mark.parametrize("plain", [False, True], ids=["colours", "NO_COLOR"])
def test_a_terminal_gets_colours_unless_it_wants_none(notes, plain):
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-m", "viewer", "check", notes],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env={**environment, **({"NO_COLOR": "1"} if plain else {})},
    )
    process.wait(timeout=30)
    os.close(theirs)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert "stamp-short" in said
    assert ("\x1b[" in said) is not plain
