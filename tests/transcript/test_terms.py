import pytest

from viewer.transcript.numbers import read_digits, say_numbers
from viewer.transcript.soundalikes import Sounds, find_joined, sound
from viewer.transcript.terms import Reader


def keys(text, language="en"):
    return [term.key for term in Reader(language).read(text)]


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        pytest.param("en", "She decided", "she decides", id="English"),
        pytest.param("en-GB", "The bakers’ ovens", "the baker's oven", id="apostrophes"),
        pytest.param("es", "montañas largas", "MONTANA LARGA", id="Spanish, accents"),
        pytest.param("de", "Häuser, Gärten", "Haus Garten", id="German"),
        pytest.param("fr", "l'histoire des régions", "L’histoire de région", id="French"),
        pytest.param("pt", "corações partidos", "coraçôes partido", id="Portuguese"),
        pytest.param("ru", "свободные люди", "свободных людей", id="Russian"),
        pytest.param("xx", "Ŝtono ÁRBOL", "stono arbol", id="an unknown language"),
        pytest.param("und", "cafe\u0301", "café", id="composed or not"),
    ],
)
def test_forms_of_a_word_are_one_term(language, one, two):
    first, second = keys(one, language), keys(two, language)
    assert first[0] == second[0]
    assert first[-1] == second[-1]


def test_scripts_without_spaces_give_pairs_of_characters():
    assert keys("日本語 ok", "ja") == ["日本", "本語", "ok"]
    assert keys("好", "zh") == ["好"]
    assert keys("ภาษา", "th") == ["ภา", "าษ", "ษา"]


def test_a_capital_makes_a_name_and_the_commonest_words_are_known():
    terms = Reader("en").read("the Pfeffer of it 42")
    assert [(term.is_name, term.is_stop_word, term.is_number) for term in terms] == [
        (False, True, False),
        (True, False, False),
        (False, True, False),
        (False, True, False),
        (False, False, True),
    ]


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        pytest.param("en", "twenty-three percent", "23 %", id="a share"),
        pytest.param("en", "23%", "23 %", id="a share in digits"),
        pytest.param("en", "two thousand five hundred and six", "2506", id="thousands"),
        pytest.param("en", "$2.5m or 2,500,000", "2500000 or 2500000", id="short for millions"),
        pytest.param("en", "3 million", "3000000", id="digits and a word"),
        pytest.param("en", "two or three", "2 or 3", id="two numbers"),
        pytest.param("en", "one two", "1 2", id="numbers that do not go together"),
        pytest.param("en", "you and I", "you and i", id="and without numbers"),
        pytest.param("en", "version 1.2.3 came", "version 1.2.3 came", id="a version"),
        pytest.param("de", "12.03.2024 zwei", "12.03.2024 2", id="a date, and a number beside it"),
        pytest.param("de", "dreiundzwanzig Prozent", "23 %", id="German"),
        pytest.param("es", "treinta y cinco por ciento", "35 %", id="Spanish"),
        pytest.param("es", "doscientos veintitrés", "223", id="Spanish hundreds"),
        pytest.param("fr", "quatre-vingt-dix-sept", "97", id="French"),
        pytest.param("fr", "soixante-quinze", "75", id="French from sixty"),
        pytest.param("pt", "vinte e dois mil", "22000", id="Portuguese"),
        pytest.param("ru", "двести сорок три процента", "243 %", id="Russian"),
        pytest.param("it", "23,5", "23.5", id="a decimal comma, no table"),
    ],
)
def test_numbers_are_digits(language, text, said):
    words = [*say_numbers(Words.split(text), language)]
    assert [word for _, word, _ in words] == said.split()


class Words:
    @staticmethod
    def split(text):
        return text.lower().replace("-", " ").replace("%", " %").replace("$", "").split()


@pytest.mark.parametrize("word", ["", "x", "v2", "1.2.3k", "٣", "9" * 40])
def test_odd_digits_are_no_error(word):
    assert read_digits(word) is None or read_digits(word)


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("pfeffer", "feffer"),
        ("dharmesh", "darmesh"),
        ("whiz", "wiz"),
        ("caitlyn", "kaitlin"),
        ("rachitsky", "rachitski"),
        ("saarinen", "sarinen"),
        ("newbank", "nubank"),
    ],
)
def test_a_name_is_found_as_it_is_heard(name, heard):
    words = ["then", "came", heard, "into", "the", "kitchen"]
    assert Sounds(words, rare=2).find(name) == [2]


def test_other_names_and_common_words_are_not_taken_for_a_name():
    words = ["well", "garden", "peter", "lamp", *["nubank"] * 3]
    sounds = Sounds(words, rare=2)
    for name in ("stockholm", "nubank", "newbank", "xy"):
        assert sounds.find(name) == [], name
    assert sound("") == ""


def test_a_word_is_found_in_two():
    assert find_joined(["my", "chat", "gpt", "my", "chat"], ["chatgpt", "gptmy"]) == {
        "chatgpt": [1],
        "gptmy": [2],
    }
