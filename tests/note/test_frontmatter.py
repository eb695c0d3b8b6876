"""The `---` header: title and video id as text, whatever YAML would make of them."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.note.frontmatter import LARGEST, clean_title, parse_video_id, split_front_matter


@pytest.mark.parametrize(
    ("header", "values"),
    [
        pytest.param("title: Armenia", {"title": "Armenia"}, id="plain"),
        pytest.param("title: yes", {"title": "yes"}, id="a word that YAML takes for true"),
        pytest.param("title: 2024", {"title": "2024"}, id="a year"),
        pytest.param("title: 1:19", {"title": "1:19"}, id="a number to the base of sixty"),
        pytest.param("title: 2023-09-19", {"title": "2023-09-19"}, id="a date"),
        pytest.param("title: null", {"title": "null"}, id="null"),
        pytest.param("title:", {"title": ""}, id="nothing"),
        pytest.param('title: "Law: a \\"test\\""', {"title": 'Law: a "test"'}, id="double quotes"),
        pytest.param("title: 'It''s law'", {"title": "It's law"}, id="single quotes"),
        pytest.param("title: >\n  Two\n  lines", {"title": "Two lines\n"}, id="folded"),
        pytest.param("videoId: 12345678901", {"videoId": "12345678901"}, id="an id of digits"),
        pytest.param("videoId: 1e900000000", {"videoId": "1e900000000"}, id="a number with an e"),
        pytest.param("videoId: -abcdefghij", {"videoId": "-abcdefghij"}, id="a dash first"),
        pytest.param("tags: [law, war]", {"tags": "law, war"}, id="a list"),
        pytest.param("tags:\n  - law\n  - war", {"tags": "law, war"}, id="a list in lines"),
        pytest.param("title: a\ntitle: b", {"title": "b"}, id="the last of two"),
        pytest.param("title: a\nnested: {b: c}", {"title": "a"}, id="a mapping is left out"),
        pytest.param("title: !!python/name:os.system a", {"title": "a"}, id="a tag means nothing"),
        pytest.param("# only a comment", {}, id="a comment"),
        pytest.param("", {}, id="empty"),
    ],
)
def test_every_value_of_the_header_is_text(header, values):
    source = f"---\n{header}\n---\nText"
    front_matter = split_front_matter(source)
    assert (front_matter.values, front_matter.error) == (values, None)
    assert source[front_matter.end :] == "Text"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("---\ntitle: Armenia\n---\n", id="LF"),
        pytest.param("---\r\ntitle: Armenia\r\n---\r\n", id="CRLF"),
        pytest.param("\ufeff---\ntitle: Armenia\n---\n", id="byte order mark"),
        pytest.param("--- \ntitle: Armenia\n---\t\n", id="blanks after the dashes"),
        pytest.param("---\ntitle: Armenia\n...\n", id="ended as YAML ends a document"),
        pytest.param("---\ntitle: Armenia\n---", id="no line after it"),
    ],
)
def test_a_header_is_found_however_its_lines_end(source):
    assert split_front_matter(source) == (len(source), {"title": "Armenia"}, None)


@pytest.mark.parametrize(
    "source",
    ["", "Text", "Text\n---\ntitle: a\n---\n", "----\ntitle: a\n----\n", "- a\n- b\n"],
    ids=repr,
)
def test_a_note_without_a_header_holds_nothing_and_begins_at_once(source):
    assert split_front_matter(source) == (0, {}, None)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        pytest.param("title: Law: a test", "line 2: mapping values", id="a colon too many"),
        pytest.param("title: a\nvideoId: [x", "not YAML", id="a bracket that never closes"),
        pytest.param("title: 'a", "not YAML", id="a quote that never closes"),
        pytest.param("\ttitle: a", "line 2: ", id="a tab"),
        pytest.param("title: \x07", "not YAML", id="a control character"),
        pytest.param("- a\n- b", "no `key: value` lines", id="a list"),
        pytest.param("just words", "no `key: value` lines", id="words"),
        pytest.param("a: &a x\nb: *a", "anchors", id="anchors"),
        pytest.param("a: " + "[" * 60_000, "nests too deep", id="brackets without end"),
        pytest.param("a: " + "{a: " * 15_000, "nests too deep", id="braces without end"),
        pytest.param("- " * 30_000, "nests too deep", id="lists without end"),
    ],
)
def test_a_broken_header_is_passed_over_and_says_why(header, says):
    source = f"---\n{header}\n---\nText"
    front_matter = split_front_matter(source)
    assert front_matter.values == {}
    assert says in (front_matter.error or "")
    assert source[front_matter.end :] == "Text"


@pytest.mark.parametrize("body", ["title: a", "a: b\n" * LARGEST], ids=["short", "too large"])
def test_a_header_that_never_ends_is_text(body):
    front_matter = split_front_matter(f"---\n{body}")
    assert (front_matter.end, front_matter.values) == (0, {})
    assert "never ends" in (front_matter.error or "")


@given(st.text() | st.text(alphabet="a:-[]{}'\"&*!|>#? \n\t%@`,").map("---\n{}\n---\n".format))
def test_any_text_has_a_header_or_none(source):
    front_matter = split_front_matter(source)
    assert 0 <= front_matter.end <= len(source)


@given(st.text(alphabet="a:-[]{}'\"&*!|>#? \n\t%@`,").map("---\n{}\n---\n".format))
def test_a_header_that_can_neither_nest_nor_grow_is_the_same_without_a_look_at_its_tokens(source):
    *quick, error = split_front_matter(source)
    with patch("viewer.note.frontmatter._may_grow", return_value=True):
        *careful, reason = split_front_matter(source)
    assert (careful, reason is None) == (quick, error is None)


@pytest.mark.parametrize(
    "written",
    [
        "qd7ezvCtIYg",
        " qd7ezvCtIYg\n",
        "https://www.youtube.com/watch?v=qd7ezvCtIYg",
        "https://www.youtube.com/watch?list=PL1&v=qd7ezvCtIYg&t=79s",
        "http://m.youtube.com/watch/?v=qd7ezvCtIYg#t=79",
        "//youtube.com/watch?v=qd7ezvCtIYg",
        "youtube.com/watch?v=qd7ezvCtIYg",
        "https://music.youtube.com/watch?v=qd7ezvCtIYg",
        "https://youtu.be/qd7ezvCtIYg?si=abc",
        "https://www.youtube.com/embed/qd7ezvCtIYg?start=79",
        "https://www.youtube-nocookie.com/embed/qd7ezvCtIYg",
        "https://www.youtube.com/shorts/qd7ezvCtIYg",
        "https://www.youtube.com/live/qd7ezvCtIYg",
        "https://www.youtube.com/v/qd7ezvCtIYg",
    ],
)
def test_a_video_is_named_by_its_id_or_any_of_its_addresses(written):
    assert parse_video_id(written) == "qd7ezvCtIYg"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "empty",
        "qd7ezvCtIY",
        "qd7ezvCtIYgg",
        "qd7ezvCtIY!",
        "ｑd7ezvCtIYg",
        "https://example.org/watch?v=qd7ezvCtIYg",
        "https://youtube.com.example.org/watch?v=qd7ezvCtIYg",
        "https://www.youtube.com/watch?v=qd7ezvCtIYgg",
        "https://www.youtube.com/channel/UCabcdefghijk",
        "javascript:qd7ezvCtIYg",
    ],
)
def test_anything_else_names_no_video(written):
    assert parse_video_id(written) is None


@pytest.mark.parametrize(
    ("written", "title"),
    [
        pytest.param(" Two\n\tlines ", "Two lines", id="on one line"),
        pytest.param("a\0b", "a\ufffdb", id="NUL"),
        pytest.param("x" * 1000, "x" * 300, id="of bounded length"),
        pytest.param(" \n", None, id="nothing"),
    ],
)
def test_a_title_is_tidied(written, title):
    assert clean_title(written) == title
