"""Stamps as they are written in real notes, and the second that each one says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import anchor
from viewer.note.model import Reading
from viewer.note.stamps import MOST_STAMPS, find_stamps
from viewer.note.times import read_time

NOT_A_TIME = Reading.UNREADABLE

# How the time is written


@pytest.mark.parametrize(
    ("raw", "start", "reading"),
    [
        pytest.param("00:01:19", 79, Reading.AS_WRITTEN, id="H:MM:SS"),
        pytest.param("0:1:9", 69, Reading.AS_WRITTEN, id="one digit a field"),
        pytest.param("6:05:08", 21908, Reading.AS_WRITTEN, id="hours"),
        pytest.param("01:19", 79, Reading.SHORT, id="MM:SS"),
        pytest.param("75:30", 4530, Reading.SHORT, id="minutes may pass 59"),
        pytest.param("01:00:13:00", 3613, Reading.FRAMES, id="frames after the seconds"),
        pytest.param("05:38:05:46", 338, Reading.GLUED_RANGE, id="a range, glued"),
        pytest.param("00:75:30", 4530, Reading.SPLIT, id="too many minutes"),
        pytest.param("04:37:60", 16680, Reading.SPLIT, id="too many seconds"),
        pytest.param("00:01:075", 135, Reading.SPLIT, id="three digits"),
        pytest.param("0:1:30.000Z", 90, Reading.AS_WRITTEN, id="a fraction"),
        pytest.param("HH:05:12", None, NOT_A_TIME, id="a placeholder for the hours"),
        pytest.param("https://youtu.be/qd7ezvCtIYg?t=79", 79, Reading.LINK, id="seconds in a link"),
        pytest.param(
            "https://www.youtube.com/watch?v=qd7ezvCtIYg&t=1h1m19s",
            3679,
            Reading.LINK,
            id="1h1m19s",
        ),
        pytest.param("HH:MM:SS", None, NOT_A_TIME, id="a placeholder"),
        pytest.param("N/A", None, NOT_A_TIME, id="no time"),
        pytest.param("", None, NOT_A_TIME, id="nothing"),
        pytest.param("119", None, NOT_A_TIME, id="no colon"),
        pytest.param("٠١:١٩", None, NOT_A_TIME, id="digits of another script"),
        pytest.param("1:2:3:4:5", None, NOT_A_TIME, id="five fields"),
    ],
)
def test_a_time_is_read_literally(raw, start, reading):
    assert read_time(raw)[:2] == (start, reading)


@pytest.mark.parametrize(
    ("raw", "label", "start", "reading"),
    [
        pytest.param("00:01:19", "[00:01:41]", 79, Reading.AS_WRITTEN, id="the attribute decides"),
        pytest.param("0205", "[02:05]", 125, Reading.LABEL, id="no time in the attribute"),
        pytest.param("HH:MM:SS", "[00:01:19]", 79, Reading.LABEL, id="a placeholder"),
        pytest.param("00:75:30", "[00:05:30]", 330, Reading.LABEL, id="an impossible attribute"),
        pytest.param("00:75:30", "[00:76:30]", 4530, Reading.SPLIT, id="both impossible"),
        pytest.param("N/A", "[here]", None, NOT_A_TIME, id="neither is a time"),
    ],
)
def test_the_label_decides_where_the_attribute_cannot(raw, label, start, reading):
    assert read_time(raw, label)[:2] == (start, reading)


# How the stamp is written: `source` is a whole stamp, with words of the note around it

FORMS = [
    pytest.param(anchor("00:01:19"), id="canonical"),
    pytest.param('<a class="yt-timestamp" data-t="00:01:19">00:01:19</a>', id="no brackets"),
    pytest.param('<a class="yt-timestamp" data-t="00:01:19"></a>', id="no text"),
    pytest.param("<a class='yt-timestamp' data-t='00:01:19'>[00:01:19]</a>", id="single quotes"),
    pytest.param("<a class=yt-timestamp data-t=00:01:19>[00:01:19]</a>", id="no quotes"),
    pytest.param('<A CLASS="yt-timestamp" DATA-T="00:01:19">[00:01:19]</A>', id="upper case"),
    pytest.param('<a class="yt-timestamp" data-t="00&#58;01&#58;19">[00:01:19]</a>', id="entities"),
    pytest.param('<a data-t="00:01:19" class="yt-timestamp">[00:01:19]</a>', id="other order"),
    pytest.param('<a class="yt\n-timestamp" data-t="00:01:19">[00:01:19]</a>', id="over two lines"),
    pytest.param('< a class="yt-timestamp" data-t="00:01:19">[00:01:19]</a>', id="a space first"),
    pytest.param('<p class="yt-timestamp" data-t="00:01:19">[00:01:19]</p>', id="another element"),
    pytest.param('<a class="yt-timestamp" data-t="00:01:19">[00:01:19]</sup>', id="another end"),
    pytest.param('<a class="yt="yt-timestamp" data-t="00:01:19">[00:01:19]</a>', id="class twice"),
    pytest.param('<a class="yt_timestamp" data-t="00:01:19">[00:01:19]</a>', id="underscore"),
    pytest.param(
        '<a class="yt-timestamp" data-timestamp="00:01:19">[00:01:19]</a>', id="another attribute"
    ),
    pytest.param('<a class="yt-timestamp" data= "00:01:19">[00:01:19]</a>', id="half an attribute"),
    pytest.param('<a class="yt-timestamp" data=t="00:01:19">[00:01:19]</a>', id="two equals signs"),
    pytest.param('<a class="yt-timestamp" data-00:01:19">[00:01:19]</a>', id="no attribute"),
    pytest.param('<a class="yt-timestamp" href="00:01:19">[00:01:19]</a>', id="in href"),
    pytest.param('<a class="yt-timestamp" data-t="00:01:19]">[00:01:19]</a>', id="a stray bracket"),
    pytest.param(
        '<a class="yt-timestamp" data-t="00:01:19]-[00:01:41]</a>', id="a quote never closed"
    ),
    pytest.param(
        '[00:01:19](<a class="yt-timestamp" data-t="00:01:19">00:01:19</a>)',
        id="in a link's target",
    ),
    pytest.param(
        '<a class="yt-timestamp" href="https://youtu.be/qd7ezvCtIYg?t=79">[00:01:19]</a>',
        id="a published page",
    ),
    pytest.param("[00:01:19]", id="bare"),
    pytest.param("[1:19]", id="bare and short"),
    pytest.param("[[00:01:19]]", id="like a wikilink"),
    pytest.param("(00:01:19)", id="in parentheses"),
    pytest.param("[00:01:19](#t=00:01:19)", id="a link to itself"),
    pytest.param(
        "[00:01:19](https://youtu.be/dQw4w9WgXcQ?t=5)", id="the time shown beats the link"
    ),
    pytest.param("[00:01:19 - 00:01:41]", id="a range"),
    pytest.param("https://youtu.be/qd7ezvCtIYg?t=79", id="a video link"),
    pytest.param("<https://youtu.be/qd7ezvCtIYg?t=79>", id="in angle brackets"),
]


@pytest.mark.parametrize("written", FORMS)
def test_a_stamp_is_found_whole_in_every_form(written):
    (stamp,) = find_stamps(f"Before {written}, after.")
    begin, end = stamp.span
    assert f"Before {written}, after."[begin:end] == written
    assert stamp.start == 79


@pytest.mark.parametrize(
    ("written", "raw", "label"),
    [
        pytest.param(anchor("00:01:19", "01:19"), "00:01:19", "[01:19]", id="canonical"),
        pytest.param('<a data-t="00:01:19]">x</a>', "00:01:19]", "x", id="untouched"),
        pytest.param('<a data-t="1:19"></a>', "1:19", "", id="nothing shown"),
        pytest.param("[1:19]", "1:19", "[1:19]", id="bare"),
        pytest.param("[1:19](#t=1:41)", "1:19", "[1:19]", id="a link"),
        pytest.param("(00:01:19)", "00:01:19", "(00:01:19)", id="in parentheses"),
    ],
)
def test_what_was_written_is_kept(written, raw, label):
    (stamp,) = find_stamps(written)
    assert (stamp.raw, stamp.label) == (raw, label)


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        pytest.param(
            '<a class="yt-timestamp" data-t="00:01:19">[00:01:19]>.',
            '<a class="yt-timestamp" data-t="00:01:19">[00:01:19]>',
            id="a label",
        ),
        pytest.param(
            '<a class="yt-timestamp" data-t="00:01:19">.',
            '<a class="yt-timestamp" data-t="00:01:19">',
            id="no label",
        ),
        pytest.param(
            '<a class="yt-timestamp" data-t="00:01:19">[00:01:19]}} and on',
            '<a class="yt-timestamp" data-t="00:01:19">[00:01:19]}}',
            id="braces",
        ),
    ],
)
def test_an_anchor_that_is_never_closed_takes_no_words(written, taken):
    source = f"{written}\n\nThe next paragraph."
    (stamp,) = find_stamps(source)
    assert (source[slice(*stamp.span)], stamp.start) == (taken, 79)


@pytest.mark.parametrize("cut", ['<a class="yt-timestamp" data-t="00:01:19', "<a data-t=00:01:19"])
def test_an_anchor_cut_off_by_the_end_counts_if_its_time_is_whole(cut):
    assert [stamp.start for stamp in find_stamps(f"Words {cut}")] == [79]


@pytest.mark.parametrize(
    ("written", "starts"),
    [
        pytest.param("[00:00:05, 00:02:32]", [5, 152], id="commas"),
        pytest.param("[0:05 | 2:32 | 4:00]", [5, 152, 240], id="bars"),
        pytest.param("[0:05; 2:32]", [5, 152], id="semicolons"),
        pytest.param("[0:05, 2:32 - 4:00]", [5, 152], id="with a range"),
        pytest.param("[" + ", ".join(["0:05"] * 1478) + "]", [5] * 1478, id="without end"),
    ],
)
def test_a_list_in_one_pair_of_brackets_is_several_stamps(written, starts):
    stamps = find_stamps(written)
    assert [stamp.start for stamp in stamps] == starts
    assert "".join(written[slice(*stamp.span)] for stamp in stamps) == written


@pytest.mark.parametrize(
    ("written", "end"),
    [
        pytest.param("[1:19-1:41]", 101, id="hyphen"),
        pytest.param("[1:19 – 1:41]", 101, id="dash"),
        pytest.param("[1:19 to 1:41]", 101, id="word"),
        pytest.param("[1:41-1:19]", None, id="backwards"),
        pytest.param(anchor("01:19:01:41"), 101, id="glued"),
    ],
)
def test_a_range_inside_a_stamp_keeps_its_end(written, end):
    (stamp,) = find_stamps(written)
    assert stamp.end == end


@pytest.mark.parametrize(
    ("written", "words"),
    [
        pytest.param(
            '<a data-t="00:01:19">last to let go</a>', "last to let go", id="in an anchor"
        ),
        pytest.param("[last to let go](1:19)", "last to let go", id="in a link"),
        pytest.param("[last to let go](#t=1:19)", "last to let go", id="in a link to itself"),
        pytest.param("[go](https://youtu.be/qd7ezvCtIYg?t=79)", "go", id="in a video link"),
        pytest.param('<a data-t="00:01:19">[:19]</a>', "", id="a label cut short is no words"),
    ],
)
def test_words_inside_a_stamp_are_the_notes(written, words):
    (stamp,) = find_stamps(written)
    assert (stamp.words, stamp.start) == (words, 79)


def test_a_wikilink_labelled_with_a_time_keeps_its_target():
    source = "See [[sugar_and_health | 00:09:19]]."
    (stamp,) = find_stamps(source)
    assert (source[slice(*stamp.span)], stamp.start) == ("| 00:09:19", 559)


@pytest.mark.parametrize(
    "text",
    [
        "A split of (50:25:25), 40:30:30 or 20:40:60.",
        "John 3:16 and (3:16) in the old edition.",
        "At 10:30 in the morning; the score was 3:2.",
        "The ratio [1.2] of <T> and <table> to <a href='x.html'>that</a>.",
        "See https://youtu.be/qd7ezvCtIYg and https://example.org/?t=79.",
        "A matrix [[0 -1], [1 0]] and a task [ ] to do.",
        "The slices a[1:10] and row_2[0:20] of code.",
        "Odds of (2:1), [2:1] and [1:75].",
        "[words](https://www.youtube.com/watch?v=qd7ezvCtIYg)",
        "words](1:19)",
        "[words](1:19",
    ],
    ids=[
        *("ratios", "verses", "clock", "markup", "links", "matrix", "slices", "odds"),
        *("link without time", "link without a beginning", "link without an end"),
    ],
)
def test_what_is_no_stamp_is_left_alone(text):
    assert find_stamps(text) == ()


def test_an_unreadable_stamp_is_kept_with_its_place():
    (stamp,) = find_stamps("Words " + anchor("N/A", "here"))
    assert (stamp.start, stamp.reading, stamp.raw) == (None, Reading.UNREADABLE, "N/A")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=repr)
def test_lines_and_columns_count_from_one_in_characters(newline):
    source = f"Erste Zeile{newline}Größe 𝛑 [0:07] {anchor('00:01:19')}"
    assert [(s.line, s.column) for s in find_stamps(source)] == [(2, 9), (2, 16)]


def test_only_the_range_that_is_asked_for_is_read():
    source = "[0:01] [0:02] [0:03]"
    assert [stamp.start for stamp in find_stamps(source, 7, 13)] == [2]


def test_a_loop_of_its_generator_is_cut_short():
    assert len(find_stamps("[0:00]" * (MOST_STAMPS + 1))) == MOST_STAMPS


# Any text

FRAGMENTS = st.sampled_from(
    [
        anchor("00:01:19"),
        '<a class="yt-timestamp" data-t="',
        '">',
        "</a>",
        "<a ",
        "[",
        "]",
        "[[",
        "]]",
        "](",
        "(",
        ")",
        "(<",
        "|",
        "0:01",
        "00:01:19",
        ", ",
        "-",
        "#t=",
        "https://youtu.be/qd7ezvCtIYg?t=79",
        "words ",
        "\n",
        "\n\n",
        "- ",
        "> ",
        "`",
        "```\n",
        "&quot;",
        "<",
        ">",
        "**",
        "\r\n",
        "%20",
        " ",
    ]
)


@given(st.lists(FRAGMENTS | st.text(max_size=5), max_size=40).map("".join))
def test_stamps_are_in_order_and_apart_and_stand_where_they_say(source):
    at = 0
    for stamp in find_stamps(source):
        begin, end = stamp.span
        assert at <= begin < end <= len(source)
        written = source[begin:end]
        assert stamp.label in written or stamp.label.strip("[]") in written
        assert stamp.words in written
        assert (stamp.start is None) == (stamp.reading is Reading.UNREADABLE)
        at = end
