"""Which words each stamp backs. Stamps are written [1:19] here; their form makes no difference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import anchor
from viewer.note.model import Link
from viewer.note.parse import parse_note


def claims_of(source: str) -> list[tuple[str, list[int | None]]]:
    """Return each claim's words and seconds."""
    return [
        (claim.text, [stamp.start for stamp in claim.stamps]) for claim in parse_note(source).claims
    ]


BLOCKS = [
    pytest.param("The law came late [1:19].", [("The law came late", [79])], id="paragraph"),
    pytest.param(
        "The law came late [1:19]. It is vague [1:41], and untested [2:04].",
        [("The law came late", [79]), ("It is vague", [101]), ("and untested", [124])],
        id="a claim ends where the next begins",
    ),
    pytest.param(
        "The law came late [1:19]. Nobody asked why.",
        [("The law came late", [79])],
        id="words that no stamp backs are no claim",
    ),
    pytest.param(
        "Nobody asked why.\n\nThe law came late [1:19].",
        [("The law came late", [79])],
        id="a paragraph ends a claim",
    ),
    pytest.param("The law came\nlate [1:19].", [("The law came late", [79])], id="over two lines"),
    pytest.param(
        "- Baku attacks [0:07]\n- Yerevan objects [0:13]",
        [("Baku attacks", [7]), ("Yerevan objects", [13])],
        id="list",
    ),
    pytest.param(
        "1. Baku attacks [0:07]\n2. Yerevan objects [0:13]",
        [("Baku attacks", [7]), ("Yerevan objects", [13])],
        id="numbered list",
    ),
    pytest.param(
        "- Baku attacks [0:07]\n  - at dawn [0:13]\n    - with drones [0:16]\n- It ends [0:22]",
        [("Baku attacks", [7]), ("at dawn", [13]), ("with drones", [16]), ("It ends", [22])],
        id="nested list",
    ),
    pytest.param(
        "- Two parties:\n  - Baku [0:07]\n  - Yerevan [0:13]",
        [("Baku", [7]), ("Yerevan", [13])],
        id="an item's own words and its list are apart",
    ),
    pytest.param("- [x] Sign the treaty [0:07]", [("\u2611 Sign the treaty", [7])], id="task"),
    pytest.param(
        "| Who | What |\n|---|---|\n| Baku | attacks [0:07] |\n| Yerevan [0:13] | objects [0:16] |",
        [("attacks", [7]), ("Yerevan", [13]), ("objects", [16])],
        id="table",
    ),
    pytest.param(
        "| Who | What |\n|---|---|\n| [[baku | Baku]] | attacks [[karabakh|the enclave]] [0:07] |",
        [("attacks the enclave", [7])],
        id="the pipe of a wikilink splits no cell",
    ),
    pytest.param('> "By force" [1:53].', [('"By force"', [113])], id="quote"),
    pytest.param(
        'A commission wrote:\n> "by force" [1:53].',
        [('"by force"', [113])],
        id="a quote after its introduction",
    ),
    pytest.param("> - By force [1:53]", [("By force", [113])], id="list in a quote"),
    pytest.param(
        "> [!info] What it is [1:19]\n> By force [1:53]",
        [("What it is", [79]), ("By force", [113])],
        id="callout",
    ),
    pytest.param(
        "> [!question]- Why so [[late]] [1:19]\n> - By force [1:53]",
        [("Why so late", [79]), ("By force", [113])],
        id="folded callout",
    ),
    pytest.param(
        "> [!warning]\n> By force [1:53]", [("By force", [113])], id="callout without a title"
    ),
    pytest.param(
        "## The law [1:19]\n\nIt came late [1:41].",
        [("The law", [79]), ("It came late", [101])],
        id="heading",
    ),
    pytest.param("    It came late [1:41].", [("It came late", [101])], id="indented like code"),
    pytest.param(
        "<div>\n\nIt came late [1:41].\n\n</div>", [("It came late", [101])], id="in HTML"
    ),
    pytest.param("<p>It came late [1:41].</p>", [("It came late", [101])], id="in one HTML block"),
]

INLINES = [
    pytest.param("**The law** came late [1:19]", [("The law came late", [79])], id="bold words"),
    pytest.param("**The law came late [1:19].**", [("The law came late", [79])], id="inside bold"),
    pytest.param(
        "**Late** [1:19] and `vague` [1:41]",
        [("Late", [79]), ("and vague", [101])],
        id="after code",
    ),
    pytest.param(
        "The [[genocide_law | law]] came [late](https://example.org) [1:19]",
        [("The law came late", [79])],
        id="links read as their label",
    ),
    pytest.param(
        "See [[law | its text [1:19]]].", [("See its text", [79])], id="in a link's label"
    ),
    pytest.param("See [[law | 1:19]].", [("See law", [79])], id="in place of a link's label"),
    pytest.param(
        "He was <a data-t='1:19'>late</a> again.", [("He was late", [79])], id="words in the stamp"
    ),
    pytest.param(
        "Use <T> where x < y [1:19]", [("Use <T> where x < y", [79])], id="angle brackets"
    ),
    pytest.param(
        "It cost $5 [1:19], then $6 [1:41]",
        [("It cost $5", [79]), ("then $6", [101])],
        id="prices are no formula",
    ),
    pytest.param(
        "It came late&nbsp;&amp; vague [1:19]", [("It came late & vague", [79])], id="entities"
    ),
    pytest.param("A <b>bold <i>move</b> [1:19]", [("A bold move", [79])], id="tags in disorder"),
    pytest.param("Late <!-- really? --> [1:19]", [("Late", [79])], id="comments are not words"),
]

PUNCTUATION = [
    pytest.param(
        "It came late. [1:19] It is vague. [1:41]",
        [("It came late.", [79]), ("It is vague.", [101])],
        id="after the full stop",
    ),
    pytest.param(
        "It came late ([1:19]). It is vague ([1:41]), too",
        [("It came late", [79]), ("It is vague", [101])],
        id="parentheses",
    ),
    pytest.param(
        "It came late [1:19][1:41]. It is vague [2:04]",
        [("It came late", [79, 101]), ("It is vague", [124])],
        id="in a row",
    ),
    pytest.param(
        "It came late [1:19], [1:41] and [2:04].", [("It came late", [79, 101, 124])], id="listed"
    ),
    pytest.param(
        "It came late [1:19, 1:41].", [("It came late", [79, 101])], id="listed in brackets"
    ),
    pytest.param(
        "It came late [1:19]-[1:41]. It is vague [2:04]",
        [("It came late", [79, 101]), ("It is vague", [124])],
        id="range",
    ),
    pytest.param("It came late [1:19 - 1:41].", [("It came late", [79])], id="range in brackets"),
    pytest.param(
        "It came late[1:19]; it is vague[1:41].",
        [("It came late", [79]), ("it is vague", [101])],
        id="glued to the word",
    ),
    pytest.param(
        "It came late [1:19] — it is vague [1:41]",
        [("It came late", [79]), ("it is vague", [101])],
        id="dash",
    ),
    pytest.param(
        'He said "late" [1:19]. "Vague," too [1:41]',
        [('He said "late"', [79]), ('"Vague," too', [101])],
        id="quotation marks stay",
    ),
    pytest.param(
        "来るのが遅い[1:19]。曖昧だ[1:41]。",
        [("来るのが遅い", [79]), ("曖昧だ", [101])],
        id="Japanese",
    ),
    pytest.param(
        "جاء متأخرا [1:19]، وهو غامض [1:41].",
        [("جاء متأخرا", [79]), ("وهو غامض", [101])],
        id="Arabic",
    ),
]

BEFORE = [
    pytest.param("[1:19] It came late.", [("It came late.", [79])], id="paragraph"),
    pytest.param(
        "[1:19] It came late. [1:41] It is vague.",
        [("It came late.", [79]), ("It is vague.", [101])],
        id="each before its words",
    ),
    pytest.param(
        "- [1:19] It came late\n- [1:41]: it is vague",
        [("It came late", [79]), ("it is vague", [101])],
        id="list",
    ),
    pytest.param("[1:19] - [1:41] It came late", [("It came late", [79, 101])], id="range"),
    pytest.param(
        "[0:00] Intro\n[1:15] The law\n[2:30] Questions",
        [("Intro", [0]), ("The law", [75]), ("Questions", [150])],
        id="a list of chapters in lines",
    ),
    pytest.param(
        "Chapters:\n[0:00] Intro\n[1:15] The law",
        [("Intro", [0]), ("The law", [75])],
        id="a list of chapters with an introduction",
    ),
    pytest.param(
        "It came late\n[1:19]. It is vague [1:41]",
        [("It came late", [79]), ("It is vague", [101])],
        id="a line that happens to begin with the stamp of the words above",
    ),
    pytest.param(
        "It came late\n[1:19]. Nobody asked why",
        [("It came late", [79])],
        id="such a line, with words after it that nothing backs",
    ),
    pytest.param(
        "[1:19] It came late [1:41]. Nobody asked why.",
        [("It came late", [79, 101])],
        id="before the words and after them, with their full stop",
    ),
    pytest.param(
        "[0:00] Intro\n[1:15]", [("Intro", [0]), ("", [75])], id="a last chapter without a name"
    ),
]

ALONE = [
    pytest.param("> By force\n\n[1:53]", [("By force", [113])], id="after a quotation"),
    pytest.param("[1:53]", [("", [113])], id="with nothing at all"),
    pytest.param(
        "By force [1:53]\n\n[2:04]", [("By force", [113]), ("", [124])], id="after a claim"
    ),
]


@pytest.mark.parametrize(("source", "claims"), BLOCKS)
def test_a_claim_is_the_words_of_a_block_up_to_its_stamp(source, claims):
    assert claims_of(source) == claims


@pytest.mark.parametrize(("source", "claims"), INLINES)
def test_a_claim_reads_as_plain_words(source, claims):
    assert claims_of(source) == claims


@pytest.mark.parametrize(("source", "claims"), PUNCTUATION)
def test_punctuation_around_stamps_belongs_to_neither_claim(source, claims):
    assert claims_of(source) == claims


@pytest.mark.parametrize(("source", "claims"), BEFORE)
def test_a_stamp_that_opens_its_block_backs_the_words_after_it(source, claims):
    assert claims_of(source) == claims


@pytest.mark.parametrize(("source", "claims"), ALONE)
def test_a_stamp_alone_in_its_block_backs_what_it_stands_under(source, claims):
    assert claims_of(source) == claims


def test_a_claim_knows_its_links():
    (first, second) = parse_note("[[a | Baku]] attacks [[b]] [0:07]. No [[c#part]] [0:13]").claims
    assert first.links == (Link("a", "Baku"), Link("b", "b"))
    assert second.links == (Link("c#part", "c#part"),)


def test_a_claim_knows_its_stamps_and_its_place():
    note = parse_note(f"Late {anchor('00:01:19')}{anchor('N/A')}. Vague {anchor('00:01:41')}.")
    assert [claim.numbers for claim in note.claims] == [(0, 1), (2,)]
    assert [claim.position for claim in note.claims] == [0, 1]
    assert [claim.start for claim in note.claims] == [79, 101]


def test_the_second_of_a_claim_is_the_first_that_can_be_read():
    (claim,) = parse_note(f"Late {anchor('N/A')} {anchor('00:01:41')} {anchor('00:01:19')}").claims
    assert claim.start == 101


# Chapters

OUTLINE = """Before all headings [0:01].

# Karabakh

## The attack

It begins [0:07].

### Its weapons

Drones [0:13].

## Silence

Nothing is said here.

## The law [1:19]

It came late [1:41].
"""


def test_a_claim_knows_the_headings_above_it():
    assert [claim.chapter for claim in parse_note(OUTLINE).claims] == [
        (),
        ("Karabakh", "The attack"),
        ("Karabakh", "The attack", "Its weapons"),
        ("Karabakh", "The law"),
        ("Karabakh", "The law"),
    ]


def test_a_chapter_begins_with_its_first_claim():
    chapters = parse_note(OUTLINE).chapters
    assert [(chapter.title, chapter.level, chapter.claim) for chapter in chapters] == [
        ("Karabakh", 1, 1),
        ("The attack", 2, 1),
        ("Its weapons", 3, 2),
        ("Silence", 2, None),
        ("The law", 2, 3),
    ]


def test_chapters_of_one_name_are_apart():
    chapters = parse_note("## Law\n\nNo times.\n\n## Law\n\nLate [1:19]").chapters
    assert [chapter.claim for chapter in chapters] == [None, 0]


@pytest.mark.parametrize(
    ("source", "title"),
    [
        pytest.param("## The [[law | law of war]] **now**", "The law of war now", id="inlines"),
        pytest.param("The law\n=======", "The law", id="underlined"),
        pytest.param("## The law [1:19]", "The law", id="stamp"),
        pytest.param("## The law ##", "The law", id="closed"),
    ],
)
def test_a_chapter_is_titled_in_plain_words(source, title):
    assert [chapter.title for chapter in parse_note(source).chapters] == [title]


def test_a_heading_without_words_is_no_chapter():
    assert parse_note("##\n\nLate [1:19]").chapters == ()


WORDS = st.sampled_from(
    ["law ", "[1:19]", "[1:41]", "\n", "\n\n", "- ", "> ", "| ", "**", "(", ")", ". ", "and ", "#"]
)


@given(st.lists(WORDS, max_size=30).map("".join))
def test_every_stamp_belongs_to_exactly_one_claim(source):
    note = parse_note(source)
    numbers = [number for claim in note.claims for number in claim.numbers]
    assert sorted(numbers) == list(range(len(note.stamps)))
    for claim in note.claims:
        assert claim.stamps == tuple(note.stamps[number] for number in claim.numbers)
