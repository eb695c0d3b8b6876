"""Numbers in words → digits: "twenty-three percent" and "23 %" give the same two terms.

A transcript spells out what a note writes in digits, or the other way round. Words for numbers that
follow each other become their value. So do words that are not always numbers ("one"), since claims
and passages are treated alike. There are tables for the languages of most captions. German writes a
number below a hundred in one word, Spanish and Portuguese put "y" and "e" between its parts, French
counts in twenties.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

PERCENT = "%"

_ONES: Mapping[str, tuple[str, ...]] = {
    # 0 to 20, with "/" between words for the same number.
    "en": tuple(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    ),
    "es": tuple(
        "cero un/uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce "
        "quince dieciséis diecisiete dieciocho diecinueve veinte".split()
    ),
    "de": tuple(
        "null ein/eins/eine zwei/zwo drei vier fünf sechs sieben acht neun zehn elf zwölf "
        "dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig".split()
    ),
    "fr": tuple(
        "zéro un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze "
        "quinze seize dix_sept dix_huit dix_neuf vingt/vingts".split()
    ),
    "pt": tuple(
        "zero um/uma dois/duas três quatro cinco seis/meia sete oito nove dez onze doze treze "
        "catorze/quatorze quinze dezesseis/dezasseis dezessete/dezassete dezoito "
        "dezenove/dezanove vinte".split()
    ),
    "ru": tuple(
        "ноль один/одна/одно два/две три четыре пять шесть семь восемь девять десять одиннадцать "
        "двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать "
        "девятнадцать двадцать".split()
    ),
}
_TENS: Mapping[str, tuple[str, ...]] = {
    # 30 to 90.
    "en": tuple("thirty forty fifty sixty seventy eighty ninety".split()),
    "es": tuple("treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()),
    "de": tuple("dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()),
    "fr": tuple("trente quarante cinquante soixante septante octante/huitante nonante".split()),
    "pt": tuple("trinta quarenta cinquenta sessenta setenta oitenta noventa".split()),
    "ru": tuple(
        "тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто".split(),
    ),
}
_MORE: Mapping[str, Mapping[str, int]] = {
    # Other numbers of one word, with the hundreds, thousands and so on that multiply.
    "en": {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9},
    "es": {
        "veintiuno": 21, "veintiún": 21, "veintidós": 22, "veintitrés": 23, "veinticuatro": 24,
        "veinticinco": 25, "veintiséis": 26, "veintisiete": 27, "veintiocho": 28,
        "veintinueve": 29, "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300,
        "cuatrocientos": 400, "quinientos": 500, "seiscientos": 600, "setecientos": 700,
        "ochocientos": 800, "novecientos": 900, "mil": 1000, "millón": 10**6, "millones": 10**6,
    },
    "de": {
        "hundert": 100, "tausend": 1000, "million": 10**6, "millionen": 10**6,
        "milliarde": 10**9, "milliarden": 10**9,
    },
    "fr": {
        "cent": 100, "cents": 100, "mille": 1000, "million": 10**6, "millions": 10**6,
        "milliard": 10**9, "milliards": 10**9,
    },
    "pt": {
        "cem": 100, "cento": 100, "duzentos": 200, "trezentos": 300, "quatrocentos": 400,
        "quinhentos": 500, "seiscentos": 600, "setecentos": 700, "oitocentos": 800,
        "novecentos": 900, "mil": 1000, "milhão": 10**6, "milhões": 10**6, "bilhão": 10**9,
        "bilhões": 10**9,
    },
    "ru": {
        "сто": 100, "двести": 200, "триста": 300, "четыреста": 400, "пятьсот": 500,
        "шестьсот": 600, "семьсот": 700, "восемьсот": 800, "девятьсот": 900, "тысяча": 1000,
        "тысячи": 1000, "тысяч": 1000, "миллион": 10**6, "миллиона": 10**6, "миллионов": 10**6,
        "миллиард": 10**9, "миллиарда": 10**9, "миллиардов": 10**9,
    },
}  # fmt: skip
_LINKS = {"en": "and", "es": "y", "fr": "et", "pt": "e"}
"""The word between the parts of a number."""
_PERCENT = frozenset({"%", "percent", "prozent", "процент", "процента", "процентов"})
_PERCENT_PAIRS = frozenset({("por", "ciento"), ("pour", "cent"), ("por", "cento"), ("per", "cent")})

_DIGITS = re.compile(r"(\d+(?:[.,]\d+)*)(k|m|mn|b|bn|x|s|th|st|nd|rd)?")
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_SHORT = {"k": 1000, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9}


@cache
def number_words(language: str) -> Mapping[str, int]:
    """Return the values of a language's words for numbers; empty if there is no table."""
    words: dict[str, int] = {}
    ones, tens = _ONES.get(language, ()), _TENS.get(language, ())
    for values, table in ((range(21), ones), (range(30, 100, 10), tens)):
        for value, names in zip(values, table, strict=False):
            words.update(dict.fromkeys(names.split("/"), value))
    if language == "de":
        words |= _join_german(words)
    words.update(_MORE.get(language, {}))
    return words


def _join_german(words: Mapping[str, int]) -> dict[str, int]:
    """Return German's words for 21 to 99: "dreiundzwanzig"."""
    return {
        f"{one}und{ten}": more + value
        for ten, value in words.items()
        if value >= 20
        for one, more in words.items()
        if 1 <= more <= 9
    }


def read_digits(word: str) -> str | None:
    """Return the value of a number in digits: "2,500" and "2.5k" → "2500"; None if it is none.

    A date or a version, which has several points, is returned as it is written.
    """
    match = _DIGITS.fullmatch(word)
    if match is None or not word.isascii():
        return None
    digits, unit = match.groups()
    # Three digits after a sign are thousands, whichever sign it is: "2.500", "2,500".
    plain = re.sub(r"[.,]", "", digits) if _GROUPED.fullmatch(digits) else digits.replace(",", ".")
    if plain.count(".") > 1 or len(plain) > 18:
        return plain
    if unit in _SHORT:
        return _write(float(plain) * _SHORT[unit])
    return _write(float(plain)) if "." in plain else plain.lstrip("0") or "0"


def say_numbers(tokens: Iterable[str], language: str) -> Iterator[tuple[int, str, bool]]:
    """Yield `tokens` with numbers in digits: the place, the word, and True if it is a number.

    A number of several words has the place of its first one.
    """
    table = number_words(language)
    link = _LINKS.get(language)
    words = list(tokens)
    place, count = 0, len(words)
    while place < count:
        word = words[place]
        if word in _PERCENT or tuple(words[place : place + 2]) in _PERCENT_PAIRS:
            yield place, PERCENT, True
            place += 1 if word in _PERCENT else 2
            continue
        digits = read_digits(word) if word[0].isdigit() else None
        if digits is not None and digits.count(".") > 1:  # a date or a version
            yield place, digits, True
            place += 1
            continue
        if digits is None and word not in table:
            yield place, word, False
            place += 1
            continue
        end, parts = place + 1, [float(digits) if digits else float(table[word])]
        while end < count and len(parts) < 12:
            # The next part is the next word, or the one after a link ("vinte e dois").
            ahead = 2 if words[end] == link and end + 1 < count else 1
            more = table.get(words[end + ahead - 1])
            if more is None or not _is_part(parts, more, is_linked=ahead == 2):
                break
            parts.append(float(more))
            end += ahead
        yield place, digits if digits and len(parts) == 1 else _write(_add_up(parts)), True
        place = end


def _is_part(parts: list[float], more: int, *, is_linked: bool) -> bool:
    """True if `more` continues the number in `parts`: "twenty three", but not "two three"."""
    last = parts[-1]
    if more >= 100:  # "two hundred", "hundred thousand"
        return not is_linked and last < more
    if is_linked:  # "treinta y cinco", "hundred and six"
        return last >= 20 and more < last and last % 10 == 0
    if last >= 100:  # "thousand five"
        return last % 100 == 0
    return (
        (last >= 20 and last % 10 == 0 and more < 20)  # "twenty three", not "twenty thirty"
        or (last == 4 and more == 20)  # "quatre vingt", which is 80
        or (last == 10 and 7 <= more <= 9)  # "dix sept"
    )


def _add_up(parts: list[float]) -> float:
    """Return the value of a number: 2, 1000, 5, 100, 6 → 2506."""
    total = group = 0.0
    for part in parts:
        # Thousands and more multiply the group since the last of them, hundreds (and in French
        # four times twenty) what is in the group; all else is added.
        if part >= 1000:
            total, group = total + (group or 1) * part, 0.0
        elif part == 100 or (part == 20 and group == 4):
            group = (group or 1) * part
        else:
            group += part
    return total + group


def _write(value: float) -> str:
    """Return a number in digits, without a point if it is whole."""
    return str(int(value)) if value == int(value) else f"{value:g}"
