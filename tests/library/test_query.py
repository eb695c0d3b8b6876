"""What a reader typed → a query."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from viewer.library.query import LONGEST, MOST_WORDS, Query, Term, parse_query

TYPED = st.one_of(
    st.text(),
    st.text("ab \"“”«»*-:'日が\ud800\0\n").map(str),
    st.lists(
        st.sampled_from(
            'war|"just war"|“drone|arm*|-russia|-"a b"|channel:x|NOTE:|日本|video:"qd7ezvCtIYg"|'
            '*|-|"|don\'t|note:«a b»|--x|""|a:b'.split("|")
        )
    ).map(" ".join),
)


def word(text: str) -> Term:
    return Term(words=(text,))


def phrase(text: str) -> Term:
    return Term(words=tuple(text.split()))


def prefix(text: str) -> Term:
    return Term(words=(text,), is_prefix=True)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("Just WAR", [word("just"), word("war")], id="words"),
        pytest.param('"just war" now', [phrase("just war"), word("now")], id="a phrase"),
        pytest.param("“just war” «of all»", [phrase("just war"), phrase("of all")], id="quotes"),
        pytest.param('now "just war', [word("now"), phrase("just war")], id="an unclosed phrase"),
        pytest.param(
            'foo"just war"bar', [word("foo"), phrase("just war"), word("bar")], id="glued"
        ),
        pytest.param("arm*", [prefix("arm")], id="a prefix"),
        pytest.param("a * b", [word("a"), word("b")], id="a star alone"),
        pytest.param("don’t", [phrase("don t")], id="several words to us"),
        pytest.param("self-defen*", [word("self"), prefix("defen")], id="the last may go on"),
        pytest.param("日本", [phrase("日 本")], id="a run of characters"),
        pytest.param("日本*", [phrase("日 本")], id="a character does not go on"),
        pytest.param("war WAR wár", [word("war")], id="once is enough"),
        pytest.param("what?! (really)", [word("what"), word("really")], id="punctuation"),
        pytest.param("a\0b\x07c\n\td", [word("a"), word("b"), word("c"), word("d")], id="control"),
        pytest.param("\ud800x\udfff", [word("x")], id="halves of surrogate pairs"),
        pytest.param("http://x.y", [phrase("http x y")], id="a field that is none"),
        pytest.param("channel: x", [word("channel"), word("x")], id="a field of nothing"),
    ],
)
def test_terms(text, terms):
    query = parse_query(text)
    assert query.terms == tuple(terms)
    assert query == Query(terms=query.terms)


def test_what_is_left_out():
    query = parse_query('war -drone -"civil war" - --x')
    assert query.terms == (word("war"),)
    assert query.without == (word("drone"), phrase("civil war"), word("x"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("channel:Lenny", Query(channels=("lenny",)), id="channel"),
        pytest.param('Channel:"Cleo Abram"', Query(channels=("cleo abram",)), id="quoted"),
        pytest.param("video:qd7ezvCtIYg", Query(videos=("qd7ezvCtIYg",)), id="video by id"),
        pytest.param(
            "video:https://youtu.be/qd7ezvCtIYg?t=79", Query(videos=("qd7ezvCtIYg",)), id="by URL"
        ),
        pytest.param("video:note/a_b", Query(videos=("note/a_b",)), id="video by key"),
        pytest.param("note:a/just_war", Query(notes=(("a", "just", "war"),)), id="note by slug"),
        pytest.param('note:"Just War"', Query(notes=(("just", "war"),)), id="note by words"),
        pytest.param("channel:a channel:b channel:a", Query(channels=("a", "b")), id="several"),
        pytest.param("channel:!!! video:“” note:—", Query(), id="of nothing"),
    ],
)
def test_places(text, expected):
    assert parse_query(text) == expected


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("just wa", [word("just"), prefix("wa")], id="the last word goes on"),
        pytest.param("just wa ", [word("just"), word("wa")], id="unless it is ended"),
        pytest.param('"just wa', [phrase("just wa")], id="or stands in quotes"),
        pytest.param("日本", [phrase("日 本")], id="or is a character"),
        pytest.param("don't", [word("don"), prefix("t")], id="the last of several"),
    ],
)
def test_typing(text, terms):
    assert parse_query(text, is_typing=True).terms == tuple(terms)


def test_what_is_left_out_is_whole_while_typing():
    assert parse_query("war -rus", is_typing=True).without == (word("rus"),)


@pytest.mark.parametrize("text", ["", "   ", "*", "-", '""', "—", "\0", "🙂"])
def test_nothing_to_look_for(text):
    query = parse_query(text)
    assert query.is_empty
    assert query.reason is None


def test_only_words_to_leave_out_find_nothing_and_say_why():
    query = parse_query('-war -"just war"')
    assert query.is_empty
    assert query.reason == "These are only words to leave out; add one to find."


def test_a_long_query_is_read_in_part():
    query = parse_query(" ".join(f"w{n}" for n in range(1000)))
    assert len(query.terms) == MOST_WORDS
    assert parse_query("日" * 200 + " a -b").terms == (Term(words=("日",) * MOST_WORDS),)
    assert len(parse_query("x" * 10_000).terms[0].words[0]) <= LONGEST


@given(TYPED, st.booleans())
@example("\u0345*", False)
def test_anything_typed_is_a_query(text, is_typing):
    query = parse_query(text, is_typing=is_typing)
    terms = query.terms + query.without
    assert sum(len(term.words) for term in terms) <= MOST_WORDS
    assert all(term.words and (len(term.words) == 1 or not term.is_prefix) for term in terms)


@given(TYPED, st.booleans())
def test_a_query_is_printed_as_it_could_be_typed(text, is_typing):
    query = parse_query(text, is_typing=is_typing)
    assume(len(str(query)) <= LONGEST)
    assert parse_query(str(query)) == query
