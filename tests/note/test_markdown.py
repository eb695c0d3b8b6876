"""Markdown → tokens, and stamps masked before it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import anchor
from viewer.note.blocks import PLACEHOLDER, Block, Token, mask, read_blocks, stamp_number
from viewer.note.markdown import read_markdown
from viewer.note.model import Link
from viewer.note.stamps import find_stamps


def written(tokens: list[Token]) -> str:
    """Return tokens as one line: tags, [[targets]], words."""
    forms = {
        "open": "<{}>",
        "close": "</{}>",
        "wikilink": "[[{}|",
        "href": "[{}|",
        "unlink": "]",
        "break": "⏎",
        "rule": "<hr>",
    }
    return "".join(forms.get(token.kind, "{}").format(token.value) for token in tokens)


@pytest.mark.parametrize(
    ("source", "tokens"),
    [
        pytest.param(
            "Two *fine* **words**", "<p>Two <em>fine</em> <strong>words</strong></p>", id="inlines"
        ),
        pytest.param("One\ntwo  \nthree", "<p>One⏎two⏎three</p>", id="breaks"),
        pytest.param("One\r\ntwo\r\n\r\nthree", "<p>One⏎two</p><p>three</p>", id="CRLF"),
        pytest.param("One<br/>two", "<p>One⏎two</p>", id="break in HTML"),
        pytest.param("# Law\n***", "<h1>Law</h1><hr>", id="heading and rule"),
        pytest.param("- a\n  1. b", "<ul><li>a<ol><li>b</li></ol></li></ul>", id="lists"),
        pytest.param("~~old~~ `x<y`", "<p><del>old</del> <code>x<y</code></p>", id="code"),
        pytest.param("```py\nx = 1\n```", "<pre>x = 1\n</pre>", id="fence"),
        pytest.param(
            "|a|\n|-|\n|b|",
            "<table><thead><td>a</td></thead><tr><td>b</td></tr></table>",
            id="table",
        ),
        pytest.param(
            "[[law]] [[law | the law]]", "<p>[[law|law] [[law|the law]</p>", id="wikilinks"
        ),
        pytest.param("[[law|a | b]]", "<p>[[law|a | b]</p>", id="two pipes"),
        pytest.param("[x](https://example.org)", "<p>[https://example.org|x]</p>", id="link"),
        pytest.param("<sup>2</sup> <u>no</u>", "<p><sup>2</sup> no</p>", id="tags of HTML"),
        pytest.param("a <T> b <script_name> c", "<p>a <T> b <script_name> c</p>", id="no tags"),
        pytest.param("<script>x</script>", "<p><script>x</script></p>", id="script is text"),
        pytest.param("$5 and $6 #tag", "<p>$5 and $6 #tag</p>", id="no formula, no tag"),
        pytest.param(
            "> [!info] Why\n> So",
            "<blockquote><p><strong>Info</strong></p><p>Why</p><p>So</p></blockquote>",
            id="callout",
        ),
        pytest.param(
            "> [!tip]\n> So",
            "<blockquote><p><strong>Tip</strong></p><p>So</p></blockquote>",
            id="callout without title",
        ),
        pytest.param(
            "> [!pros and]- [[law]]\n> So",
            "<blockquote><p><strong>Pros and</strong></p><p>[[law|law]</p><p>So</p></blockquote>",
            id="callout of a link",
        ),
        pytest.param(
            "> [1] is a source", "<blockquote><p>[1] is a source</p></blockquote>", id="no callout"
        ),
    ],
)
def test_markdown_is_read_as_tokens(source, tokens):
    assert written(list(read_markdown(source))) == tokens


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("| [[a | b]] | c |", id="as it is"),
        pytest.param("| [[a \\| b]] | c |", id="escaped"),
        pytest.param("  | [[a|b]] | c |", id="indented"),
    ],
)
@pytest.mark.parametrize("before", ["", "> "], ids=["alone", "in a quote"])
def test_the_pipe_of_a_wikilink_splits_no_cell(row, before):
    source = f"{before}| x | y |\n{before}|---|---|\n{before}{row}"
    tokens = written(list(read_markdown(source)))
    assert "<td>[[a|b]</td><td>c</td>" in tokens


def test_a_fence_with_stamps_in_it_is_prose():
    source = f"```\nThe **law** {anchor('00:01:19')}\n```"
    stamps = find_stamps(source)
    tokens = list(read_markdown(mask(source, stamps, 0, len(source))))
    assert Token("open", "strong") in tokens
    assert Token("open", "pre") not in tokens


@pytest.mark.parametrize("mark", ["> ", "- ", "*a "], ids=["quotes", "lists", "emphasis"])
def test_a_bomb_of_markup_stays_shallow(mark):
    depth = deepest = 0
    for token in read_markdown(mark * 5000 + "x" + " a*" * 5000):
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        deepest = max(deepest, depth)
    assert deepest <= 200


# Blocks


def blocks_of(source: str) -> list[Block]:
    return [node for node in read_blocks(read_markdown(source)) if isinstance(node, Block)]


def test_blocks_are_runs_of_text_between_boundaries():
    blocks = blocks_of("# Law\n\n- own words\n  - inner\n\n> quoted\n> on")
    assert [(block.tag, block.text) for block in blocks] == [
        ("h1", "Law"),
        ("li", "own words"),
        ("li", "inner"),
        ("p", "quoted\non"),
    ]


def test_a_block_knows_its_wikilinks_and_where_they_begin():
    (block,) = blocks_of("See [[a | Baku]],\n[[b]] and [c](https://example.org)")
    assert list(block.links()) == [(4, 8, Link("a", "Baku")), (10, 11, Link("b", "b"))]


# Masks


def unmask(text: str, source: str) -> str:
    stamps = find_stamps(source)

    def restore(match):
        return source[slice(*stamps[stamp_number(match)].span)]

    return PLACEHOLDER.sub(restore, text)


PIECES = st.sampled_from(
    [anchor("00:01:19"), "[0:07]", "words ", "\n\n", "**", "|", "\u2e28", "\u2e29"]
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_a_masked_text_holds_everything_but_the_stamps(source):
    masked = mask(source, find_stamps(source), 0, len(source))
    assert "00:01:19" not in masked
    assert unmask(masked, source) == source


@given(st.lists(st.characters(min_codepoint=0xF0000) | st.just("\u2e28"), max_size=9).map("".join))
def test_no_note_can_forge_a_placeholder(source):
    assert not PLACEHOLDER.search(mask(f"{source}\u2e29", (), 0, len(source) + 1))


def test_words_inside_a_stamp_stay_before_its_placeholder():
    source = "He was <a data-t='1:19'>late</a>."
    masked = mask(source, find_stamps(source), 0, len(source))
    assert PLACEHOLDER.sub("*", masked) == "He was late*."


def test_endless_spaces_are_one():
    assert mask("a" + " " * 300_000 + "b", (), 0, 300_002) == "a b"
