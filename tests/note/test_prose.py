"""A note → safe HTML with its claims marked. What is marked as what is seen through a parser."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tests.factories import anchor
from viewer.note.blocks import PLACEHOLDER, Block
from viewer.note.model import Note, Stamp
from viewer.note.parse import note_blocks, parse_note
from viewer.note.prose import render_prose
from viewer.resources import folder

EXAMPLES = sorted(folder("example").rglob("*.md"))


def render(
    source: str, resolve: Callable[[str], str | None] = {"law": "/note/law"}.get
) -> BeautifulSoup:
    return render_note(source, parse_note(source), resolve)


def render_note(
    source: str,
    note: Note,
    resolve: Callable[[str], str | None] = lambda target: None,
    *,
    is_html: bool = False,
) -> BeautifulSoup:
    """Return the prose of `note`, parsed: the ids of its claims are "c0", "c1", …"""

    def open_link(target: str) -> Markup:
        href = resolve(target)
        if href is None:
            return Markup('<a class="wikilink">')
        return Markup('<a class="wikilink" href="{}">').format(href)

    def stamp_html(stamp: Stamp, claim_id: str) -> Markup:
        return Markup('<time class="stamp" data-of="{}">{}</time>').format(claim_id, stamp.start)

    prose = render_prose(
        note_blocks(source, note, is_html=is_html),
        note,
        claim_ids=[f"c{claim.position}" for claim in note.claims],
        stamp_html=stamp_html,
        open_link=open_link,
    )
    return BeautifulSoup(prose, "html.parser")


def squeeze(text: str) -> str:
    """Return `text` without stamps and white space."""
    return "".join(PLACEHOLDER.sub("", text).split())


def assert_whole(source: str, *, is_html: bool = False) -> None:
    """Assert that the prose shows each word and stamp of the note, and marks its claims."""
    note = parse_note(source, is_html=is_html)
    prose = render_note(source, note, is_html=is_html)
    stamps = prose.select("time.stamp")
    assert len(stamps) == sum(len(claim.stamps) for claim in note.claims)
    for stamp in stamps:
        stamp.extract()
    blocks = [n for n in note_blocks(source, note, is_html=is_html) if isinstance(n, Block)]
    assert squeeze(prose.get_text()) == squeeze("".join(block.text for block in blocks))
    marked: defaultdict[str, str] = defaultdict(str)
    for mark in prose.select("[data-claim]"):
        marked[str(mark["data-claim"])] += mark.get_text()
    for claim_id, words in marked.items():
        assert squeeze(words) == squeeze(note.claims[int(claim_id[1:])].text)


def test_claims_and_stamps_are_marked_in_place():
    prose = render("The law came late [1:19]. It is **vague** [1:41][2:04].")
    assert str(prose) == (
        '<p><span class="claim" data-claim="c0">The law came late</span> '
        '<time class="stamp" data-of="c0">79</time>. '
        '<span class="claim" data-claim="c1">It is </span>'
        '<strong><span class="claim" data-claim="c1">vague</span></strong> '
        '<time class="stamp" data-of="c1">101</time>'
        '<time class="stamp" data-of="c1">124</time>.</p>'
    )


def test_a_wikilink_leads_to_its_note_or_nowhere():
    prose = render("A [[law | the law]] and [[gone]].")
    there, nowhere = prose.select("a.wikilink")
    assert (there["href"], there.text) == ("/note/law", "the law")
    assert (nowhere.get("href"), nowhere.text) == (None, "gone")


def test_a_stamp_in_a_link_stands_after_it():
    prose = render("See [[law | its text [1:19]]], [or [1:41] so](https://example.org).")
    assert [link.text.split() for link in prose.select("a")] == [["its", "text"], ["or", "so"]]
    assert not prose.select("a time")
    assert len(prose.select("time")) == 2


def test_headings_are_one_level_down_below_the_pages_own():
    prose = render("# One\n\n## Two\n\n###### Six")
    assert [heading.name for heading in prose.select("h1, h2, h3, h4, h5, h6")] == [
        "h2",
        "h3",
        "h6",
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<b onclick=alert(1)>x</b>",
        "<iframe src='https://example.org'></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<style>* { display: none }</style>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](javascript:alert(1))",
        '[x](https://example.org/"onmouseover="alert(1))',
        '[[law"><script>alert(1)</script> | x]]',
        "<a href='javascript:alert(1)'>x</a>",
        "\U00100000\U0010fffd\U000f0000",
        "</p></article><h1>x</h1>",
        "<math><mtext></mtext><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=x&gt;'>",
    ],
)
def test_nothing_of_a_note_acts_on_the_page(hostile):
    prose = render(f"{hostile} words [1:19]\n\n{hostile}")
    assert {tag.name for tag in prose.select("*")} <= {"p", "b", "a", "span", "time"}
    for tag in prose.select("*"):
        assert set(tag.attrs) <= {"class", "href", "rel", "data-claim", "data-of"}
        assert str(tag.get("href", "https:")).startswith(("https:", "/note/law"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_prose_of_an_example_is_whole(path: Path):
    assert_whole(path.read_text("utf-8"))


@pytest.mark.parametrize(
    "page",
    [
        "<p>a <b>b [0:01]</p><p>c</b> [0:02]",
        "<table>x [0:01]<tr>y<td>z [0:02]</table>",
        "<ul>x<li>a [0:01]<p>b</ul>c",
        "<div><p>a<div>b [0:01]</div>c</p></div>",
        "<pre>\n a [0:01]\n</pre>",
        "<h1>a<h2>b [0:01]</h1>c",
    ],
)
def test_the_prose_of_a_page_in_disorder_is_whole(page):
    assert_whole(page, is_html=True)


STAMPS = st.sampled_from([anchor("00:01:19"), "[1:41]", "(0:00:07)", "<a data-t='0:16'>late</a>"])
BLOCKS = st.sampled_from(
    ["\n", "\n\n", "- ", "  - ", "> ", "> [!info] ", "# ", "| ", "|---|\n", "```\n"]
)
INLINES = st.sampled_from(
    ["words ", "more, ", "`", "**", "[[law", " | ", "]]", "[", "](https://x.org)"]
)
TAGS = st.sampled_from("<b> </b> <sup> <T> <div> <!-- --> &amp; \\ <br> ~~ \U00100000 <p>".split())


@given(st.lists(STAMPS | BLOCKS | INLINES | TAGS | st.text(max_size=3), max_size=30).map("".join))
def test_the_prose_of_any_note_is_whole(source):
    assert_whole(source)
