"""Stop words by language."""

from collections.abc import Mapping
from functools import cache

_STOP_WORDS: Mapping[str, str] = {
    "en": (
        "the be is are was were been being to of and a an in that have has had it its for not on "
        "with he as you do does did at this but his by from they we say said her she or will my "
        "one all would there their what so up out if about who get which go me when make can like "
        "no just him know take into your some could them than then now only also how our these "
        "any because us more very there's it's i'm don't that's you're we're they're i"
    ),
    "es": (
        "el la los las un una unos unas de del a al en y o que no se lo le les me te nos su sus mi "
        "mis es son era fue ser está están hay por para con sin sobre como más pero si ya muy "
        "también esto esta este eso esa ese cuando porque todo todos qué ha han he yo tú él ella "
        "ellos nosotros entre hasta desde donde"
    ),
    "de": (
        "der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf zu "
        "zum zur von vom mit für bei aus nach über ist sind war waren sein wird werden hat haben "
        "hatte nicht kein keine auch nur noch schon so wie was wer wenn dass weil ich du er sie es "
        "wir ihr mich dich sich man da dann hier mehr sehr kann als um bis durch"
    ),
    "fr": (
        "le la les un une des de du d l à au aux en et ou mais que qui quoi dont où ce cet cette "
        "ces c il elle ils elles je j tu nous vous on me m te se s son sa ses leur mon ma mes est "
        "sont était être a ont avait avoir ne n pas plus dans sur sous avec sans pour par comme si "
        "tout tous très aussi y fait bien parce quand"
    ),
    "pt": (
        "o a os as um uma uns umas de do da dos das em no na nos nas e ou que não se lhe me te nos "
        "seu sua seus suas meu minha é são era foi ser está estão há por para pelo pela com sem "
        "sobre como mais mas já muito também isso isto esta este essa esse quando porque todo "
        "eu ele ela eles elas nós você vocês até desde onde ao à"
    ),
    "ru": (
        "и в во не на я он она оно они мы вы ты что с со как а то все это так его ее их но да по у "
        "за из же от о об к ко для бы был была было были быть есть мне меня вам нам ему ей им если "
        "уже или ни до при чтобы кто где когда этот эта эти тот того этого очень только еще ещё"
    ),
}
_SHORT = 3
"""The most letters of a word that is taken for a stop word in languages without a list."""


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the stop words of a language; an empty set if there is no list."""
    return frozenset(_STOP_WORDS.get(language, "").split())


def is_stop_word(word: str, language: str) -> bool:
    """True if a word in lower case is a stop word.

    Without a list, every short word of an alphabet is taken for one. Those come before U+0E00, and
    the scripts without spaces after it, in which a few characters say much.
    """
    known = stop_words(language)
    return word in known if known else len(word) <= _SHORT and word.isalpha() and word < "\u0e00"
