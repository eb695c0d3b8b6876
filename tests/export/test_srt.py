"""SubRip, as webvtt-py reads it."""

import io

import webvtt
from hypothesis import given

from tests.factories import make_claim, make_note, make_video, texts
from viewer.export.model import one_line
from viewer.export.srt import write_srt


def parse(text: str) -> list[tuple[str, str, list[str]]]:
    captions = webvtt.from_buffer(io.StringIO(text), format="srt")
    return [(cue.start, cue.end, cue.lines) for cue in captions]


def test_claims_of_one_second_share_a_cue():
    note = make_note(make_claim(79, text="a"), make_claim(79, text="b"), make_claim(101, text="c"))
    text = "".join(write_srt([make_video(note)]))
    assert text.startswith("1\n00:01:19,000 --> 00:01:41,000\na\nb\n\n2\n")
    assert parse(text) == [
        ("00:01:19.000", "00:01:41.000", ["a", "b"]),
        ("00:01:41.000", "00:01:46.000", ["c"]),
    ]


def test_what_players_take_for_markup_is_shown_instead():
    note = make_note(make_claim(text=r"{\an8}<i>a</i> --> b"))
    (cue,) = parse("".join(write_srt([make_video(note)])))
    assert cue[2] == [r"(\an8)‹i›a‹/i› --› b"]


@given(texts())
def test_any_words_survive(text):
    video = make_video(make_note(make_claim(79, text=text or " "), make_claim(90, text="after")))
    read = [cue[2] for cue in parse("".join(write_srt([video])))]
    safe = one_line(text).translate(str.maketrans("<>{}", "‹›()"))
    assert read == [[safe or "(no words)"], ["after"]]
