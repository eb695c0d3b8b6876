"""Notes that are HTML: saved or published pages with the same anchors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import VIDEO, anchor
from viewer.note.model import Link, Note
from viewer.note.parse import parse_note

PAGE = f"""<!DOCTYPE html>
<html>
<head><title>Karabakh | My notes</title><style>p {{ color: red }}</style></head>
<body>
<nav><a href="/">Home</a> at any time {anchor("00:00:01")}</nav>
<article>
<h1>International response</h1>
<p>From: <a href="../jameskerlindsay/">jameskerlindsay</a><br></p>
<iframe src="https://www.youtube.com/embed/{VIDEO}?start=5"></iframe>
<p>The <a class="internal-link" href="../law/genocide_law.html#intro">law</a> came
   late {anchor("00:01:19")}. It is <strong>vague</strong> {anchor("00:01:41")}.</p>
<h2>The attack</h2>
<ul><li>Baku attacks {anchor("00:00:07")}<ul><li>at dawn {anchor("00:00:13")}</li></ul></li></ul>
<blockquote><p>“By force” {anchor("00:01:53")}.</p></blockquote>
<table><tr><td>Yerevan</td><td>objects {anchor("00:00:16")}</td></tr></table>
</article>
<script>var t = "[00:00:02]";</script>
</body>
</html>
"""


def read(page: str) -> Note:
    return parse_note(page, is_html=True)


def claims_of(page: str) -> list[tuple[str, int | None]]:
    return [(claim.text, claim.start) for claim in read(page).claims]


def test_a_page_is_read_as_a_note():
    note = read(PAGE)
    assert [(claim.text, claim.start, claim.chapter) for claim in note.claims] == [
        ("The law came late", 79, ("International response",)),
        ("It is vague", 101, ("International response",)),
        ("Baku attacks", 7, ("International response", "The attack")),
        ("at dawn", 13, ("International response", "The attack")),
        ("“By force”", 113, ("International response", "The attack")),
        ("objects", 16, ("International response", "The attack")),
    ]
    assert note.claims[0].links == (Link("genocide_law", "law"),)


def test_a_page_names_its_title_video_and_channel():
    note = read(PAGE)
    assert (note.title, note.video_id, note.channel) == (
        "International response",
        VIDEO,
        "jameskerlindsay",
    )


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(f'<iframe src="https://www.youtube.com/embed/{VIDEO}"></iframe>', id="frame"),
        pytest.param(f'<meta name="videoId" content="{VIDEO}">', id="meta"),
        pytest.param(f'<p><a href="https://youtu.be/{VIDEO}?t=79">1:19</a></p>', id="link"),
    ],
)
def test_the_video_is_where_the_page_has_it(page):
    assert read(page).video_id == VIDEO


@pytest.mark.parametrize(("size", "title"), [(200_000, "Law"), (300_000, None)])
def test_a_page_says_what_it_is_about_in_its_beginning(size, title):
    head = f"<style>{'p {} ' * (size // 5)}</style>"
    assert read(f"<html><head>{head}</head><body><h1>Law</h1></body></html>").title == title


def test_front_matter_wins_over_the_page():
    note = read(f"---\ntitle: Law\nvideoId: abcdefghijk\n---\n{PAGE}")
    assert (note.title, note.video_id) == ("Law", "abcdefghijk")


@pytest.mark.parametrize(
    ("page", "channel", "claims"),
    [
        pytest.param("<p>From: jcs</p><p>It began [0:07]</p>", "jcs", [("It began", 7)], id="text"),
        pytest.param(
            "<p>From: <a href='jcs'>jcs</a> <br>It began [0:07]</p>",
            "jcs",
            [("It began", 7)],
            id="text in the same paragraph",
        ),
        pytest.param(
            "<p>From: the start it was war [0:07]</p>",
            None,
            [("From: the start it was war", 7)],
            id="a sentence that begins alike",
        ),
    ],
)
def test_the_channel_line_takes_nothing_else_with_it(page, channel, claims):
    assert (read(page).channel, claims_of(page)) == (channel, claims)


@pytest.mark.parametrize(
    ("page", "claims"),
    [
        pytest.param("<ul><li>a [0:01]<li>b [0:02]</ul>", [("a", 1), ("b", 2)], id="no end tags"),
        pytest.param("<div>a [0:01]<div>b [0:02]</div></div>", [("a", 1), ("b", 2)], id="divs"),
        pytest.param("a [0:01]<br>b [0:02]", [("a", 1), ("b", 2)], id="no elements"),
        pytest.param("<p>a\n  b&nbsp;&lt;c&gt; [0:01]</p>", [("a b <c>", 1)], id="white space"),
        pytest.param("<p>a<!-- b [0:02] --> [0:01]</p>", [("a", 1)], id="comments say nothing"),
        pytest.param("<main><p>a [0:01]</p></main><p>b</p>", [("a", 1)], id="main"),
        pytest.param(
            "<?xml version='1.0'?><html><body><p>a [0:01]</p></body></html>", [("a", 1)], id="XML"
        ),
        pytest.param("notes.html", [], id="what looks like a file's name"),
        pytest.param("https://example.org/", [], id="what looks like an address"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_pages_are_read_as_they_come(page, claims):
    assert [(text, start) for text, start in claims_of(page) if text] == claims


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("<b>" * 50_000, id="never closed"),
        pytest.param("<b></x>" * 30_000, id="closed by another"),
        pytest.param("</b>" * 30_000 + "<b>" * 30_000, id="closed before"),
        pytest.param("<div>" * 1_900, id="deep"),
        pytest.param("<p>" * 50_000, id="paragraphs"),
    ],
)
def test_a_bomb_of_elements_keeps_its_words(page):
    assert claims_of(f"{page}It began [0:07]") == [("It began", 7)]


TAGS = st.sampled_from("<p> </p> <b> </i> <li> <table> <td> <br> <article> </a> <script>".split())
PIECES = st.sampled_from(
    ["<a href='x'>", "<!--", "-->", "<", "&#0;", "&#xD800;", "[0:01]", "words "]
)


@given(st.lists(TAGS | PIECES | st.text(max_size=4), max_size=30).map("".join))
def test_any_page_is_read(page):
    read(page)
