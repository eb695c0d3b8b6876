"""Which language notes are in."""

import pytest

from tests.factories import make_claim, make_note
from viewer.note.language import find_languages, guess_language

TEXTS = {
    "en": "The ceasefire held for a week, and they said that they would talk with the others.",
    "es": "El alto el fuego duró una semana y las partes dijeron que hablarían con los otros.",
    "de": "Die Waffen ruhten eine Woche, und die Seiten wollten nicht mit den anderen reden.",
    "fr": "Le calme dura une semaine, et les deux camps sont allés avec les autres dans la ville.",
    "pt": "O cessar-fogo durou uma semana, e as partes não falam mais com os outros, também.",
    "ru": "Перемирие длилось неделю, и стороны сказали, что это не так, как он был на войне.",
    "ja": "停戦は一週間続いたと言われている。それはとても短い。",
    "zh": "停火持續了一週，雙方表示將繼續談判，但沒有結果。",
    "he": "הפסקת האש נמשכה שבוע והצדדים אמרו שידברו",
    "ko": "휴전은 일주일 동안 지속되었고 양측은 대화할 것이라고 말했다",
}  # fmt: skip


@pytest.mark.parametrize("language", TEXTS)
def test_a_language_is_known_by_its_commonest_words_or_its_letters(language):
    assert guess_language([TEXTS[language]]) == language


@pytest.mark.parametrize("text", ["", "Karabakh 1994", "lorem ipsum dolor sit amet", "123 456"])
def test_what_does_not_tell_is_not_guessed(text):
    assert guess_language([text]) is None


def test_the_header_of_a_note_is_taken_at_its_word():
    claim = make_claim(text=TEXTS["en"])
    assert find_languages([make_note(claim)]) == ("en",)
    assert find_languages([make_note(claim, meta={"lang": "pt_br"})]) == ("pt-BR",)
    assert find_languages([make_note(claim, meta={"language": "../x"})]) == ("en",)
    assert find_languages([]) == ()
