"""Captions of any format; and which times can't be right."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import check_growth, processor_time
from tests.transcript.test_webvtt import TIMES, assert_in_order
from viewer.errors import TranscriptError
from viewer.timecode import format_cue_time
from viewer.transcript.model import Cue, Track
from viewer.transcript.parse import SUFFIXES, parse_captions
from viewer.transcript.reliability import find_unreliable

HELLO = {
    ".vtt": f"WEBVTT\n\n{TIMES}\nHello\n",
    ".srt": "1\n00:01:19,000 --> 00:01:22,000\nHello\n",
    ".json3": json.dumps(
        {"events": [{"tStartMs": 79000, "dDurationMs": 3000, "segs": [{"utf8": "Hello"}]}]}
    ),
}


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".VTT"])
def test_each_format_gives_the_same_transcript(suffix):
    transcript = parse_captions(HELLO[suffix.lower()], suffix, "pt-BR")
    assert transcript.cues == (Cue(79, 82, "Hello"),)
    assert transcript.track == Track(language="pt-BR")
    assert parse_captions(HELLO[suffix.lower()], suffix, "").track.language == "und"


@pytest.mark.parametrize(
    ("text", "suffix", "message"),
    [
        pytest.param("", ".vtt", "no words with a time", id="nothing"),
        pytest.param("WEBVTT\n", ".vtt", "no words with a time.*fetch", id="no cue"),
        pytest.param("Hello", ".srt", "line 1: words without a time", id="no time"),
        pytest.param("WEBVTT\n\n1 --> 2\nHi", ".vtt", "line 3: no time can be read", id="no times"),
        pytest.param('{"events": []}', ".json3", "no words with a time", id="no event"),
        pytest.param("{}", ".json3", "no list of events", id="no json3"),
        pytest.param("Hello", ".ass", "'.ass' can't be read; take .json3", id="another format"),
    ],
)
def test_where_nothing_can_be_read_it_is_said_why(text, suffix, message):
    with pytest.raises(TranscriptError, match=message):
        parse_captions(text, suffix, "en")


# Times that can't be right

SENTENCE = "so the reef grows a little every single year"  # nine words, three seconds


def transcript_of(*cues: tuple[float, float, str]):
    """Return the transcript of cues with start, end and words, in the order given."""
    body = "".join(
        f"{format_cue_time(start)} --> {format_cue_time(end)}\n{text}\n\n"
        for start, end, text in cues
    )
    return parse_captions(f"WEBVTT\n\n{body}", ".vtt", "en")


def talk(start: float, end: float) -> list[tuple[float, float, str]]:
    """Return cues of someone who talks at the usual speed."""
    count = int((end - start) / 3)
    return [(start + 3 * place, start + 3 * place + 3, SENTENCE) for place in range(count)]


def pile(start: float, count: int, apart: float = 0.05) -> list[tuple[float, float, str]]:
    return [
        (start + apart * place, start + apart * place + 0.2, SENTENCE) for place in range(count)
    ]


@pytest.mark.parametrize(
    ("cues", "unreliable"),
    [
        pytest.param(talk(0, 300), [], id="someone talks"),
        pytest.param(
            [*talk(0, 60), *pile(60, 20), *talk(61, 90)], [(60, 61)], id="a minute on one second"
        ),
        pytest.param(
            [*talk(0, 60), *pile(120, 20), *talk(121, 150)],
            [(60, 121)],
            id="with the silence before, where it was said",
        ),
        pytest.param(
            [*talk(0, 60), *pile(60, 20), *talk(120, 150)],
            [(60, 120)],
            id="with the silence after",
        ),
        pytest.param(
            [*talk(0, 60), *pile(60, 20), (61, 63, "Right."), *talk(120, 150)],
            [(60, 120)],
            id="with a silence close after",
        ),
        pytest.param(
            [*talk(0, 60), *pile(60, 20), *talk(61, 91), *talk(120, 150)],
            [(60, 61)],
            id="a silence far after is another",
        ),
        pytest.param(
            [*talk(0, 60), *((60, 180, "Yes.") for _ in range(5)), *talk(180, 240)],
            [(60, 180)],
            id="many begin together, however long they last",
        ),
        pytest.param(
            [*talk(0, 60), *((60, 62, "Yes.") for _ in range(4)), *talk(63, 90)],
            [],
            id="four people call out at once",
        ),
        pytest.param(
            [*talk(0, 60), (60, 82, " ".join([SENTENCE] * 6)), (60, 61, "Yes."), *talk(82, 100)],
            [],
            id="someone says yes while another talks",
        ),
        pytest.param(
            [*talk(0, 60), (20, 21, "See you in the next one."), *talk(60, 120)],
            [(20, 21)],
            id="a cue far from its neighbours in the file",
        ),
        pytest.param(
            [*talk(0, 60), (52, 53, "Yes."), *talk(60, 120)], [], id="a cue a little out of order"
        ),
        pytest.param(
            [*talk(60, 120), *talk(0, 60)], [], id="a file in no order is taken at its word"
        ),
        pytest.param([(0, 1, "字" * 600)], [(0, 1)], id="too fast in a script without spaces"),
        pytest.param([(0, 60, "字" * 300)], [], id="a usual speed in a script without spaces"),
    ],
)
def test_stretches_whose_times_cannot_be_right_are_known(cues, unreliable):
    transcript = transcript_of(*cues)
    assert list(transcript.unreliable) == [pytest.approx(stretch) for stretch in unreliable]
    assert len(transcript.cues) == len(cues), "all of the text is kept"
    assert not transcript.problems


TIMED = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 60), st.integers(1, 60)), min_size=1, max_size=60
)


@given(cues=TIMED)
def test_unreliable_stretches_are_apart_and_in_order(cues):
    transcript = transcript_of(
        *((start / 5, (start + length) / 5, "word " * count) for start, length, count in cues)
    )
    assert_in_order(transcript.cues)
    edges = [edge for stretch in transcript.unreliable for edge in stretch]
    assert edges == sorted(set(edges))
    assert len(transcript.cues) == len(cues)


@given(
    text=st.text(max_size=300) | st.text("WEBVTT{}[]\":,0123456789.->\n<& \0\ud800'", max_size=300),
    suffix=st.sampled_from(SUFFIXES),
)
def test_nothing_but_a_transcript_error_is_raised(text, suffix):
    with suppress(TranscriptError):
        assert_in_order(parse_captions(text, suffix, "en").cues)


# Hostile files

SIZE = 2**16
"""Characters of a file; one of 16 MiB takes 256 times as long, or it is not linear."""
BEGINNINGS = {
    ".vtt": f"WEBVTT\n\n{TIMES}\n",
    ".srt": "1\n00:01:19,000 --> 00:01:22,000\n",
    ".json3": '{"events": [',
}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "piece",
    [
        *("<", "&", "-->", "-->\n", " ", "1", "1:", "\n", "\r", "\0", "\ud800", "{\\", "<v ", "["),
        *("<v A>b", "<a", "&#1", "x\n\n", "1\n\n", "-\n", f"{TIMES}\n", f"{TIMES}\nHi\n\n", '"'),
        *("{},", '{"a":', '{"tStartMs":"', '{"tStartMs":1,"segs":[', '{"tStartMs":1,"segs":[{}]},'),
    ],
)
def test_the_time_to_read_a_hostile_file_grows_with_its_size(suffix, piece):
    def read(text: str) -> None:
        with suppress(TranscriptError):
            parse_captions(text, suffix, "en")

    def measure(size: int) -> float:
        text = BEGINNINGS[suffix] + piece * (size // len(piece))
        return processor_time(lambda: read(text))

    check_growth(measure, SIZE)


def test_the_time_to_judge_crowds_close_to_each_other_grows_with_their_number():
    def measure(count: int) -> float:
        # Five cues on one millisecond, one on the next, and so on.
        starts = [(place // 6 * 2 + place % 6 // 5) / 1000 for place in range(count)]
        cues = [Cue(start, start + 0.5, "Yes.") for start in starts]
        assert find_unreliable(cues, cues)
        return processor_time(lambda: find_unreliable(cues, cues))

    check_growth(measure, 6_000)


# Real captions


def test_real_captions_are_read_whole(sample):
    files = sorted((sample / "captions").glob("*.vtt"))
    assert files
    stretches = []
    for path in files:
        source = path.read_text("utf-8")
        transcript = parse_captions(source, path.suffix, "en")
        assert not transcript.problems, path
        assert len(transcript.cues) == source.count(" --> "), path
        assert_in_order(transcript.cues)
        assert all(cue.speaker for cue in transcript.cues), path
        assert not transcript.track.is_generated, path
        unreliable = sum(end - start for start, end in transcript.unreliable)
        assert unreliable < 0.12 * transcript.cues[-1].end, path
        stretches += transcript.unreliable
    assert 0 < len(stretches) < len(files) / 2
