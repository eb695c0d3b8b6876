"""WebVTT and SubRip, whole and broken, as they come from sites, editors and converters."""

import re
from itertools import pairwise

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from viewer.timecode import format_cue_time
from viewer.transcript import arrange
from viewer.transcript import webvtt as module
from viewer.transcript.model import Cue, Track
from viewer.transcript.plain import LONGEST_TEXT, MOST_PROBLEMS
from viewer.transcript.webvtt import LONGEST_SPEAKER, parse_webvtt

ENGLISH = Track(language="en")
TIMES = "00:01:19.000 --> 00:01:22.000"


def read(source: str) -> list[Cue]:
    return list(parse_webvtt(source, ENGLISH).cues)


def one(body: str) -> Cue:
    (cue,) = read(f"WEBVTT\n\n{TIMES}\n{body}\n")
    return cue


# The words of a cue


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param("Hello there", "Hello there", id="plain"),
        pytest.param("Hello\nthere", "Hello there", id="two lines are one"),
        pytest.param("Hello\n \nthere", "Hello there", id="a line of one space does not end it"),
        pytest.param("<i>Hello</i> <b.loud>there</b>", "Hello there", id="tags go"),
        pytest.param('<font color="red">Hello</font>', "Hello", id="SubRip's tags go"),
        pytest.param("{\\an8}Hello\\Nthere<br/>now", "Hello there now", id="SSA's place goes"),
        pytest.param("<00:01:20.000>Hello <00:01:21.000>there", "Hello there", id="word times go"),
        pytest.param("<b\n>Hello", "Hello", id="a tag over two lines"),
        pytest.param("R&amp;D &lt;b&gt; &#39;x&#x27; a&nbsp;b", "R&D <b> 'x' a b", id="entities"),
        pytest.param("&amp;amp;", "&amp;", id="entities are decoded once"),
        pytest.param("AT&T &notit R&D;", "AT&T &notit R&D;", id="what is no entity stays"),
        pytest.param("1 < 2 <3 and 4 > 3", "1 < 2 <3 and 4 > 3", id="what is no tag stays"),
        pytest.param("&gt;&gt; So, then", ">> So, then", id="the sign of another speaker stays"),
        pytest.param("ANNA: So, then", "ANNA: So, then", id="a name in the words is not guessed"),
        pytest.param("a\0b\ud800c\x07d\u202ee", "a\ufffdb\ufffdcde", id="no characters"),
        pytest.param("&#8238;a&#0;b&#xd800;", "a\ufffdb\ufffd", id="no characters, as entities"),
        pytest.param("&#" + "1" * 5000 + ";x", "&#" + "1" * (LONGEST_TEXT - 2), id="a long number"),
        pytest.param("42", "42", id="a number alone"),
    ],
)
def test_the_text_is_plain_and_on_one_line(body, text):
    assert one(body).text == text


@pytest.mark.parametrize(
    ("body", "voices"),
    [
        pytest.param("<v Anna Bell>Hello", [("Anna Bell", "Hello")], id="a name"),
        pytest.param("<v.loud.first Anna>Hello</v>", [("Anna", "Hello")], id="with classes"),
        pytest.param("<v R&amp;D\tTeam >Hello", [("R&D Team", "Hello")], id="an entity in it"),
        pytest.param("<v>Hello</v>", [(None, "Hello")], id="no name"),
        pytest.param("<v Anna>Hello\n<v Anna>there", [("Anna", "Hello there")], id="once more"),
        pytest.param(
            "<v Anna>Hello</v>\n<v Bob>Morning",
            [("Anna", "Hello"), ("Bob", "Morning")],
            id="two voices are two cues",
        ),
        pytest.param(
            "<v Anna>Hello</v> all",
            [("Anna", "Hello"), (None, "all")],
            id="after the voice",
        ),
        pytest.param(f"<v {'A' * 200}>Hi", [("A" * LONGEST_SPEAKER, "Hi")], id="a long name"),
    ],
)
def test_speakers_are_kept(body, voices):
    cues = read(f"WEBVTT\n\n{TIMES}\n{body}\n")
    assert [(cue.speaker, cue.text) for cue in cues] == voices
    assert {(cue.start, cue.end) for cue in cues} == {(79, 82)}


# Times


@pytest.mark.parametrize(
    ("times", "start", "end"),
    [
        pytest.param("00:01:19.320 --> 00:01:22.050", 79.32, 82.05, id="WebVTT"),
        pytest.param("01:19.320 --> 01:22.050", 79.32, 82.05, id="without hours"),
        pytest.param("00:01:19,320 --> 00:01:22,050", 79.32, 82.05, id="SubRip"),
        pytest.param("0:1:19.5-->0:1:22", 79.5, 82, id="short"),
        pytest.param("00:01:19.000 -> 00:01:22.000", 79, 82, id="a short arrow"),
        pytest.param(f"{TIMES} align:start position:0%", 79, 82, id="with settings"),
        pytest.param("100:00:01.000 --> 100:00:02.000", 360_001, 360_002, id="hours past 99"),
        pytest.param("00:00:79.000 --> 00:00:82.000", 79, 82, id="seconds carry over"),
        pytest.param("00:01:19.000 --> 00:01:19.000", 79, 84, id="no length"),
    ],
)
def test_times_are_read(times, start, end):
    transcript = parse_webvtt(f"WEBVTT\n\n{times}\nHello\n", ENGLISH)
    assert transcript.cues == (Cue(start, end, "Hello"),)
    assert not transcript.problems


@pytest.mark.parametrize(
    ("times", "shown", "message"),
    [
        pytest.param("00:01:19.000 -->", (79, 84), "no end after its start", id="no end"),
        pytest.param("01:19.000 --> 01:12.000", (79, 84), "no end after", id="an end before it"),
        pytest.param("-00:03.000 --> 00:02.000", (0, 2), "begins before the video", id="negative"),
        pytest.param("--> 00:01:19.000", None, "no time can be read", id="no start"),
        pytest.param("00:01 19 --> 00:01:22", None, "words without a time", id="no time is text"),
        pytest.param("9000:00:00.000 --> 9000:00:01.000", None, "than any video", id="too late"),
        pytest.param("9" * 30 + ":00:00 --> 1", None, "no time can be read", id="a large number"),
    ],
)
def test_a_time_that_cannot_be_is_a_problem_with_its_line(times, shown, message):
    source = f"WEBVTT\n\nNOTE first\n\n{times}\nHello\n\n00:05:00.000 --> 00:05:02.000\nOn\n"
    transcript = parse_webvtt(source, ENGLISH)
    before = [] if shown is None else [Cue(*shown, "Hello")]
    assert list(transcript.cues) == [*before, Cue(300, 302, "On")]
    (problem,) = transcript.problems
    assert problem.line == 5
    assert message in problem.message


# What stands between the cues


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"WEBVTT\n\n{TIMES}\nHello\n", id="a WebVTT file"),
        pytest.param(f"WEBVTT - Talk\nKind: captions\n\nNOTE\nHi\n\n{TIMES}\nHello", id="header"),
        pytest.param(f"WEBVTT\n\nSTYLE\n::cue {{}}\n\nREGION\nid:a\n\n{TIMES}\nHello", id="style"),
        pytest.param(f"WEBVTT\n\nintroduction\n{TIMES}\nHello\n\nNOTE the end", id="a named cue"),
        pytest.param(f"WEBVTT\n{TIMES}\nHello\n", id="no line after the header"),
        pytest.param(f"\ufeff\ufeffWEBVTT\n\n{TIMES}\nHello\n", id="two byte order marks"),
        pytest.param(f"\n\nWEBVTT\n\n{TIMES}\nHello\n", id="empty lines first"),
        pytest.param(f"WEBVTT\r\n\r\n{TIMES}\r\nHello\r\n", id="CRLF"),
        pytest.param(f"WEBVTT\r\r{TIMES}\rHello\r", id="CR"),
        pytest.param(f"{TIMES}\nHello\n", id="no header"),
        pytest.param("1\n00:01:19,000 --> 00:01:22,000\nHello\n", id="a SubRip file"),
        pytest.param("\n 1 \n00:01:19,000 --> 00:01:22,000 X1:1\nHello\n\n2\n", id="SubRip, oddly"),
    ],
)
def test_what_is_no_caption_is_passed_over(source):
    transcript = parse_webvtt(source, ENGLISH)
    assert transcript.cues[0] == Cue(79, 82, transcript.cues[0].text)
    assert transcript.cues[0].text.startswith("Hello")
    assert len(transcript.cues) == 1
    assert not transcript.problems


def test_subrip_may_lack_numbers_and_empty_lines_and_may_have_some_within_a_caption():
    source = """1
00:00:01,000 --> 00:00:02,000
In 1999

there was
2
00:00:03,000 --> 00:00:04,000
a house
00:00:05,000 --> 00:00:06,000
and a tree
"""
    assert [cue.text for cue in read(source)] == ["In 1999 there was", "a house", "and a tree"]


def test_words_without_a_time_are_said_with_their_line():
    source = f"WEBVTT\n\n{TIMES}\nHello\n\nlost words\nand more\n\n{TIMES}\nthere\n"
    transcript = parse_webvtt(source, ENGLISH)
    assert [cue.text for cue in transcript.cues] == ["Hello", "there"]
    (problem,) = transcript.problems
    assert problem.line == 6
    assert "lost words" in problem.message


# Automatic captions


ROLLING = """WEBVTT
Kind: captions

00:00:00.160 --> 00:00:02.389 align:start position:0%
{space}
hello<00:00:00.400><c> there</c><00:00:00.800><c> friends</c>

00:00:02.389 --> 00:00:02.399 align:start position:0%
hello there friends
{space}

00:00:02.399 --> 00:00:04.510 align:start position:0%
hello there friends
really

00:00:04.510 --> 00:00:04.520 align:start position:0%
really
{space}

00:00:04.520 --> 00:00:06.510 align:start position:0%
really
really

00:00:06.510 --> 00:00:06.520 align:start position:0%
really
{space}

00:00:06.520 --> 00:00:08.510 align:start position:0%
really
really<00:00:07.000><c> good</c>

00:00:08.510 --> 00:00:08.520 align:start position:0%
really good
{space}

00:00:11.000 --> 00:00:12.000 align:start position:0%
really good
""".replace("{space}", " ")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(ROLLING, id="as they come"),
        pytest.param(re.sub("<[^>]*>", "", ROLLING), id="without times of words"),
    ],
)
def test_rolling_lines_come_once_and_what_was_said_twice_stays(source):
    transcript = parse_webvtt(source, ENGLISH)
    assert [(cue.start, cue.text) for cue in transcript.cues] == [
        (0.16, "hello there friends"),
        (2.399, "really"),
        (4.52, "really"),
        (6.52, "really good"),
        (11, "really good"),
    ]
    assert transcript.track.is_generated


def test_a_line_whose_words_have_times_is_new_even_if_it_reads_the_same():
    line = "no<00:00:{0}.500><c> way</c>"
    source = "WEBVTT\n\n" + "".join(
        f"00:00:0{second}.000 --> 00:00:0{second + 1}.000\n{line.format(f'0{second}')}\n\n"
        for second in range(1, 4)
    )
    assert [cue.text for cue in read(source)] == ["no way"] * 3


def test_a_person_may_write_the_same_line_again():
    source = "WEBVTT\n\n" + "".join(
        f"00:00:0{second}.000 --> 00:00:0{second + 1}.000\nNo.\n\n" for second in range(1, 6)
    )
    transcript = parse_webvtt(source, ENGLISH)
    assert [cue.text for cue in transcript.cues] == ["No."] * 5
    assert not transcript.track.is_generated


def test_a_track_known_as_generated_stays_so():
    track = Track(language="en", is_generated=True)
    assert parse_webvtt(f"WEBVTT\n\n{TIMES}\nHello\n", track).track == track


# Bounds


def test_long_captions_are_cut_and_said():
    transcript = parse_webvtt(f"WEBVTT\n\n{TIMES}\n{'word ' * 9000}\n", ENGLISH)
    assert LONGEST_TEXT - 5 < len(transcript.cues[0].text) <= LONGEST_TEXT


def test_problems_are_bounded_and_the_last_one_counts_the_rest():
    source = "WEBVTT\n\n" + "lost\n\n" * 500
    problems = parse_webvtt(source, ENGLISH).problems
    assert len(problems) == MOST_PROBLEMS
    assert problems[-1].message.startswith(f"{500 - MOST_PROBLEMS + 1} more")


def test_cues_are_bounded_and_it_is_said(monkeypatch):
    monkeypatch.setattr(arrange, "MOST_CUES", 3)
    source = "WEBVTT\n\n" + "".join(f"00:0{n}.000 --> 00:0{n}.500\nHi\n\n" for n in range(6))
    transcript = parse_webvtt(source, ENGLISH)
    assert len(transcript.cues) == 3
    assert "more than 3 captions" in transcript.problems[0].message


def test_lines_are_bounded_and_it_is_said(monkeypatch):
    monkeypatch.setattr(module, "_MOST_LINES", 8)
    source = "WEBVTT\n\n" + "".join(f"00:0{n}.000 --> 00:0{n}.500\nHi\n\n" for n in range(6))
    transcript = parse_webvtt(source, ENGLISH)
    assert [cue.start for cue in transcript.cues] == [0, 1]
    assert transcript.problems[0].line == 9


# Whatever comes

WORDS = st.text(
    st.characters(categories=["L", "N"], exclude_characters="\x85"), min_size=1, max_size=8
).map(lambda word: f"{word}.")  # a full stop: digits alone are the number of a SubRip cue
CUES = st.lists(
    st.tuples(
        st.integers(0, 4_000_000), st.integers(1, 9_000), st.lists(WORDS, min_size=1, max_size=6)
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda cue: cue[0],
)


def write(cues, mark: str) -> str:
    return "".join(
        f"{number}\n{format_cue_time(start / 1000, mark)} --> "
        f"{format_cue_time((start + length) / 1000, mark)}\n{chr(10).join(words)}\n\n"
        for number, (start, length, words) in enumerate(cues, 1)
    )


def assert_in_order(cues):
    """The cues come by start, end before the next begins, or together with it."""
    for cue, following in pairwise(cues):
        together = (cue.start, cue.end) == (following.start, following.end)
        assert together or cue.end <= following.start
    assert all(0 <= cue.start < cue.end for cue in cues)
    assert all(cue.text == " ".join(cue.text.split()) != "" for cue in cues)


@pytest.mark.parametrize(("header", "mark"), [("WEBVTT\n\n", "."), ("", ",")], ids=["vtt", "srt"])
@given(cues=CUES)
def test_what_is_written_well_is_read_whole(header, mark, cues):
    transcript = parse_webvtt(header + write(cues, mark), ENGLISH)
    assert not transcript.problems
    assert [(cue.start, cue.text) for cue in transcript.cues] == [
        (start / 1000, " ".join(words)) for start, _, words in sorted(cues)
    ]
    assert_in_order(transcript.cues)


@given(cues=CUES)
def test_webvtt_py_reads_the_same(cues):
    source = "WEBVTT\n\n" + write(sorted(cues), ".")
    theirs = webvtt.from_string(source)
    assert [cue.text.replace("\n", " ") for cue in theirs] == [cue.text for cue in read(source)]
    assert [cue.start_time.in_milliseconds() for cue in theirs] == [
        round(cue.start * 1000) for cue in read(source)
    ]


PIECES = st.sampled_from(
    [
        *("WEBVTT", "\n", "\n\n", "\r", "NOTE", "1", "-", "-->", "->", " ", "<", ">", "<v Ann>"),
        *("</v>", "<c>", "<00:00:01.000>", "&", "&amp;", "&#0;", "\0", "\ud800", "\ufeff", "{\\"),
        *("}", "so", "00:01", "9" * 13, f"\n{TIMES}\n", "\n00:00:03,5 --> 00:00:01\n"),
    ]
)


@given(source=st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200))
def test_nothing_is_raised_and_the_cues_are_in_order(source):
    assert_in_order(parse_webvtt(source, ENGLISH).cues)


TAGS = st.sampled_from(["<i>", "</i>", "<c.red>", "<v Ann>", "</v>", "<00:00:01.500>", "{\\an8}"])


@given(pieces=st.lists(TAGS | WORDS, min_size=1, max_size=20))
def test_no_markup_is_left(pieces):
    cues = read(f"WEBVTT\n\n{TIMES}\n{' '.join(pieces)}\n")
    assert not any(mark in cue.text for cue in cues for mark in "<>{")
    words = [piece for piece in pieces if piece.endswith(".")]
    assert " ".join(cue.text for cue in cues).split() == words
