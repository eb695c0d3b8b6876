"""WebVTT, as webvtt-py reads it."""

import html

import webvtt
from hypothesis import given

from tests.factories import make_claim, make_note, make_video, texts
from viewer.export.model import one_line
from viewer.export.vtt import write_vtt, write_vtt_chapters
from viewer.note.model import Chapter


def parse(text: str) -> list[tuple[str, str, str]]:
    return [(cue.start, cue.end, html.unescape(cue.text)) for cue in webvtt.from_string(text)]


def test_a_moment_is_a_cue():
    video = make_video(make_note(make_claim(79, 3723, text="a"), make_claim(101, text="b")))
    text = "".join(write_vtt([video]))
    assert parse(text) == [
        ("00:01:19.000", "00:01:41.000", "a"),
        ("00:01:41.000", "01:02:03.000", "b"),
        ("01:02:03.000", "01:02:08.000", "a"),
    ]
    names = [cue.identifier for cue in webvtt.from_string(text)]
    ids = [moment.claim.id for moment in video.timeline.moments]
    assert names == [f"{ids[0]}@79", f"{ids[1]}@101", f"{ids[2]}@3723"]


def test_the_video_is_named_in_a_comment():
    video = make_video(make_note(make_claim()), title="a --> b\n\nc")
    text = "".join(write_vtt([video]))
    assert text.startswith(f"WEBVTT\n\nNOTE\na → b c\n{video.url}\n\n")
    assert len(parse(text)) == 1


def test_claims_of_one_second_are_cues_of_the_same_time():
    video = make_video(make_note(make_claim(79, text="a"), make_claim(79, text="b")))
    times = [cue[:2] for cue in parse("".join(write_vtt([video])))]
    assert times == [("00:01:19.000", "00:01:24.000")] * 2


def test_a_claim_without_a_second_is_no_cue():
    video = make_video(make_note(make_claim(None), make_claim(79)))
    assert len(parse("".join(write_vtt([video])))) == 1
    assert video.untimed == 1


@given(texts())
def test_any_words_survive(text):
    video = make_video(make_note(make_claim(79, text=text or " "), make_claim(90, text="after")))
    read = parse("".join(write_vtt([video])))
    assert [cue[2] for cue in read] == [one_line(text) or "(no words)", "after"]


def test_chapters_follow_one_another_to_the_end():
    note = make_note(
        make_claim(7),
        make_claim(79),
        make_claim(101),
        chapters=(
            Chapter(path=("Law & <b>",), level=1, claim=0),
            Chapter(path=("End",), level=1, claim=1),
        ),
    )
    assert parse("".join(write_vtt_chapters([make_video(note, duration=200)]))) == [
        ("00:00:07.000", "00:01:19.000", "Law & <b>"),
        ("00:01:19.000", "00:03:20.000", "End"),
    ]


def test_a_note_without_headings_has_no_chapters():
    assert parse("".join(write_vtt_chapters([make_video(make_note(make_claim()))]))) == []
