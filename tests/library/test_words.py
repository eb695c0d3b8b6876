"""What a word is: one definition for indexing, for queries and for marking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.library.words import (
    WORD_LENGTH,
    find_words,
    fold,
    fold_words,
    is_character_word,
    split_words,
)

ANY_TEXT = st.text(st.characters())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("The Just-War theory, 1914!", "the just war theory 1914", id="ASCII"),
        pytest.param("Café Ångström naïve", "cafe angstrom naive", id="accents"),
        pytest.param("Cafe\u0301", "cafe", id="an accent written apart"),
        pytest.param("Łódź Ørsted Straße œuvre", "lodz orsted strasse oeuvre", id="letters"),
        pytest.param("don't don’t", "don t don t", id="either apostrophe ends a word"),
        pytest.param("co\u00adoperate", "cooperate", id="a soft hyphen is no part of a word"),
        pytest.param("snake_case", "snake case", id="an underscore is between words"),
        pytest.param("x² ½ ﬁne", "x2 1 2 fine", id="compatible characters"),
        pytest.param("Привет, мир! Ёлка", "привет мир елка", id="Cyrillic"),
        pytest.param("Ελλάδα ΟΔΟΣ οδός", "ελλαδα οδοσ οδοσ", id="Greek, either sigma"),
        pytest.param("السَّلامُ عليـكم", "السلام عليكم", id="Arabic without points and tatweel"),
        pytest.param("हिन्दी में", "हिन्दी में", id="Devanagari keeps its vowels"),
        pytest.param("日本語", "日 本 語", id="Chinese and Japanese by character"),
        pytest.param("がか ｶﾞ", "が か ガ", id="kana keep their voicing, at any width"),
        pytest.param("ＡＢＣ１", "abc1", id="full width"),
        pytest.param("สวัสดี", "ส ว ั ส ด ี", id="Thai"),
        pytest.param("한국어", "한 국 어", id="Korean, whose endings hang on the word"),
        pytest.param("AI技術x", "ai 技 術 x", id="scripts mixed"),
        pytest.param("🙂 — … ‘’ ❤️", "", id="no word at all"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_words(text, words):
    assert fold_words(text) == words
    assert [word for _, _, word in find_words(text)] == words.split()


def test_words_are_found_where_they_are_written():
    text = "“Café” 日本 ½"
    assert [(text[begin:end], word) for begin, end, word in find_words(text)] == [
        ("Café", "cafe"),
        ("日", "日"),
        ("本", "本"),
        ("½", "1"),
        ("½", "2"),
    ]


@pytest.mark.parametrize("letter", ["a", "é", "ш"])
def test_a_long_word_is_known_by_its_beginning(letter):
    (word,) = split_words(letter * 1000)
    assert word == fold(letter) * WORD_LENGTH


def test_which_words_are_characters():
    assert [word for word in ("日", "が", "ด", "a", "ш", "11") if is_character_word(word)] == [
        "日",
        "が",
        "ด",
    ]


@given(ANY_TEXT)
def test_words_of_words_are_the_same(text):
    once = fold_words(text)
    assert fold_words(once) == once
    assert not any(char.isspace() for word in split_words(text) for char in word)


@given(ANY_TEXT)
def test_marks_and_index_agree_on_any_text(text):
    found = find_words(text)
    assert [word for _, _, word in found] == split_words(text)
    assert all(0 <= begin < end <= len(text) for begin, end, _ in found)
    assert found == sorted(found, key=lambda item: item[:2])


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("char", ["a\u0301", "\u0301", "ा", "日", "a ", "’a", "\u00ad", "é"])
def test_length_costs_no_more_than_itself(char):
    assert len(fold_words(char * 50_000)) <= 400_000
