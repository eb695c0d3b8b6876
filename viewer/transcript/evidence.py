"""How much a transcript says for a claim, and where: the chances, summed over all places.

A claim restates the passage at some block x, or none. If it does, each of its terms is said there
with a chance that is the same everywhere (`_HIT`); if it doesn't, as often as it is said all over
this transcript. The product over the terms is how much likelier the claim's words are if it
restates x. Its mean over all x is the evidence that the claim restates something in here, wherever:
what a long transcript has by chance is averaged away. Its mean over the blocks near a stamp, nearer
ones likelier, is the evidence for the stamp. The numbers are rounded from trials on real notes;
few of them matter much, and `benchmarks/grounding.py` shows how much.
"""

import math
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from viewer.transcript.passages import Passages
from viewer.transcript.soundalikes import Sounds, find_joined
from viewer.transcript.terms import Reader, Term

NEAR = 40.0
"""Seconds from a stamp within which a passage is the one that it means."""

_HIT, _HIT_NAME, _HIT_NUMBER = 0.45, 0.7, 0.6
"""The chance that a passage has a term of the claim that restates it."""
_ALIKE = 3.0
"""How many times likelier it is to find something like a word by chance than the word."""
_TEMPER = 0.7
"""Terms come together, so that several are less evidence than the sum of each."""
_MISSING = 0.5
"""The same for missing terms: notes have words of their own."""
_PAIR = 1.5
"""What two terms in a row are worth that are said in a row, besides what each is."""
_LEAST = 1.6
"""Terms worth less are too common to be looked at …"""
_COMMON = 0.12
"""… as are those said more often than in this share of the blocks, in any case."""
_IMAGINED = 60
"""Blocks of other speech that are imagined besides, in which the commonest words are everywhere and
no others: in a short transcript, all words look common."""
_OFTEN = 4
"""Claims from which on a name counts as said in so many of a video's claims by habit ("The author,
Ada Byron, argues …"), whatever they restate."""
_RARE = 12
"""How often a word may be said that a name is taken for."""

_SAID = 8.0
"""Seconds from a stamp to the middle of the passage that it means, mostly; …"""
_SPREAD, _WIDEST = 20.0, 90.0
"""… how far from there half of them are (a Cauchy distribution), and the farthest ones are.

Of 42 real videos, none has its stamps shifted as a whole: the medians are a few seconds apart.
"""
_NEGLIGIBLE = 10.0
"""A block so much less likely than the best (a logarithm) isn't added up."""
_MOVED = 0.1
"""About how many stamps are elsewhere; only for the choice among passages that say the same."""


class Weight(NamedTuple):
    """Evidence over many blocks."""

    total: float
    """The logarithm of how much likelier the claim's words are, the mean of all blocks; …"""
    near: float
    """… of it, the share of those within `NEAR` of a stamp."""


class Finding(NamedTuple):
    """What a transcript says for a claim."""

    anywhere: Weight
    """If it restates any block as likely as the next."""
    stamped: Weight | None
    """If it restates a block by its stamps; None where it has none within the transcript."""
    near: int | None
    """The likeliest block within `NEAR` of a stamp …"""
    far: int | None
    """… and that of all others, …"""
    gathered: float
    """… of whose evidence this share is around that one."""
    echo: float
    """What of the claim is said near a stamp, as a share of what is said at the best block."""
    gains: Mapping[str, float]
    """What it is worth that each term is said."""
    known: float
    """Of the terms that are looked for, the share that is said anywhere."""


class _Sought(NamedTuple):
    """A term in a transcript."""

    blocks: Sequence[tuple[int, float]]
    """Where it is said, and what that is worth there."""
    gain: float
    miss: float
    """What it is worth that it isn't said; negative."""
    said: frozenset[str]
    """As what it is said: names are misheard."""


_NOTHING = _Sought((), 0.0, 0.0, frozenset())


class Evidence:
    """Weighs claims against one transcript."""

    def __init__(
        self, passages: Passages, reader: Reader, claims: Sequence[Sequence[Term]]
    ) -> None:
        names = Counter(key for terms in claims for key in {t.key for t in terms if t.is_name})
        self._named = {key: count / len(claims) for key, count in names.items() if count >= _OFTEN}
        self._passages = passages
        self._reader = reader
        missing = {t.word for terms in claims for t in terms if t.key not in passages.places}
        self._joined = find_joined(passages.words, missing)
        self._sounds = Sounds(passages.words, _RARE)
        self._terms: dict[tuple[str, bool], _Sought] = {}
        self._pairs: dict[tuple[str, str], _Sought] = {}

    def find(self, terms: Sequence[Term], starts: Collection[int]) -> Finding:
        """Return what speaks for the claim with these terms, stamped at `starts`."""
        values = [0.0] * len(self._passages)
        gains: dict[str, float] = {}
        sought = [*{term.key: self._seek(term) for term in terms}.values()]
        for one in (*sought, *self._seek_pairs(terms)):
            for block, value in one.blocks:
                values[block] += value
            gains.update(dict.fromkeys(one.said, one.gain))
        rare = [one for one in sought if one.gain]
        known = sum(bool(one.blocks) for one in rare) / max(1, len(rare))
        missed = sum(one.miss for one in rare)
        return self._sum_up(values, missed, starts)._replace(gains=gains, known=known)

    def _sum_up(self, values: Sequence[float], missed: float, starts: Collection[int]) -> Finding:
        top = max(values)
        floor = max(0.0, top - _NEGLIGIBLE / _TEMPER)
        weights = {
            block: math.exp(_TEMPER * (value - top))
            for block, value in enumerate(values)
            if value > floor
        }
        rest = math.exp(-_TEMPER * top) if floor == 0 else 0.0
        everything = sum(weights.values()) + rest * (len(values) - len(weights))
        scale = _TEMPER * (top + missed)
        prior, around = self._expect(starts)
        here = sum(weights.get(block, rest) for block in around)
        anywhere = Weight(math.log(everything / len(values)) + scale, min(1.0, here / everything))
        expected = {
            block: chance * math.exp(_TEMPER * (values[block] - top))
            for block, chance in prior.items()
        }
        stamped = None
        if expected:
            total = sum(expected.values())
            stamped = Weight(
                math.log(max(total, sys.float_info.min)) + scale,
                sum(expected[block] for block in around) / max(total, sys.float_info.min),
            )
        near = max(around, key=expected.__getitem__, default=None)
        far = self._find_far(weights, prior, frozenset(around))
        gathered = self._sum_around(far, weights) / max(everything - here, sys.float_info.min)
        echo = values[near] / top if near is not None and top else 0.0
        return Finding(anywhere, stamped, near, far, min(1.0, gathered), echo, {}, 0.0)

    def _find_far(
        self, weights: Mapping[int, float], prior: Mapping[int, float], around: Collection[int]
    ) -> int | None:
        """Return the likeliest block outside `around`; a stamp speaks for those not far from it."""
        outside = {block: weight for block, weight in weights.items() if block not in around}
        for block in prior.keys() & outside.keys():
            outside[block] *= 1 + (1 - _MOVED) * prior[block] * len(self._passages) / _MOVED
        return max(outside, key=outside.__getitem__, default=None)

    def _sum_around(self, block: int | None, weights: Mapping[int, float]) -> float:
        if block is None:
            return 0.0
        times = self._passages.times
        first = bisect_left(times, times[block] - _SPREAD)
        last = bisect_left(times, times[block] + _SPREAD, first)
        return sum(weights.get(at, 0.0) for at in range(first, last))

    def _expect(self, starts: Collection[int]) -> tuple[dict[int, float], list[int]]:
        """Return how likely each block near a stamp is, and which of them are within `NEAR`."""
        times = self._passages.times
        found: dict[int, float] = {}
        around: dict[int, None] = {}
        for start in starts:
            middle = start + _SAID
            first = bisect_left(times, middle - _WIDEST)
            for block in range(first, bisect_left(times, middle + _WIDEST, first)):
                away = times[block] - middle
                found[block] = found.get(block, 0.0) + 1 / (1 + (away / _SPREAD) ** 2)
                if -NEAR <= away <= NEAR:
                    around[block] = None
        total = sum(found.values())
        return {block: value / total for block, value in found.items()}, [*around]

    def _seek(self, term: Term) -> _Sought:
        """Return where a term is said, or something that sounds like it."""
        found = self._terms.get((term.key, term.is_name))
        if found is None:
            places: Collection[int] = self._passages.places.get(term.key, ())
            likely = 1.0
            if not places and not term.is_number:
                places = self._joined.get(term.word, ())
                if not places and term.is_name:
                    places = self._sounds.find(term.word)
                likely = _ALIKE if places else 1.0
            found = self._terms[term.key, term.is_name] = self._weigh(term, places, likely)
        return found

    def _weigh(self, term: Term, places: Collection[int], likely: float) -> _Sought:
        """Return what it is worth that a term is said, and that it isn't."""
        if len(places) > _COMMON * (len(self._passages) + _IMAGINED):
            return _NOTHING
        hit = _HIT_NUMBER if term.is_number else _HIT_NAME if term.is_name else _HIT
        spread = self._passages.spread(places)
        weight = sum(spread.values()) + (_IMAGINED if term.is_common else 0.5)
        chance = likely * weight / (len(self._passages) + _IMAGINED)
        if term.is_name:
            chance = max(chance, self._named.get(term.key, 0.0))
        if chance >= hit:
            return _NOTHING
        miss = math.log((1 - hit) / (1 - chance))
        gain = math.log(hit / chance) - miss
        if gain < _LEAST:
            return _NOTHING
        blocks = [(block, gain * nearness) for block, nearness in spread.items()]
        said = frozenset(self._passages.keys[place] for place in places)
        return _Sought(blocks, gain, _MISSING * miss, said)

    def _seek_pairs(self, terms: Sequence[Term]) -> Iterator[_Sought]:
        """Yield where two terms of a claim are said in a row, each pair once."""
        for one, two in {(one.key, two.key): (one, two) for one, two in pairwise(terms)}.values():
            found = self._pairs.get((one.key, two.key))
            if found is None:
                found = self._pairs[one.key, two.key] = self._seek_pair(one, two)
            yield found

    def _seek_pair(self, one: Term, two: Term) -> _Sought:
        """Return where two terms are said in a row, with another between, or as one word."""
        before, after = (self._passages.places.get(term.key, ()) for term in (one, two))
        if not (before and after):
            joined = self._passages.places.get(self._reader.stem(one.word + two.word), ())
            return self._weigh(one, joined, _ALIKE) if joined else _NOTHING
        if not (self._seek(one).gain or self._seek(two).gain):
            return _NOTHING
        following = frozenset(after)
        places = [at for at in before if at + 1 in following or at + 2 in following]
        spread = self._passages.spread(places)
        blocks = [(block, _PAIR * nearness) for block, nearness in spread.items()]
        return _Sought(blocks, _PAIR, 0.0, frozenset())
