"""The evidence that a transcript holds a claim: likelihood ratios, averaged over all blocks.

A claim restates the passage at some block x of the transcript, or none. As in a naive Bayes
classifier, its terms are taken to be independent. If the claim restates x, a term of it is said
at x with the same chance everywhere (`_HIT`); if not, as often as it is said all over this
transcript. The product of these ratios over the terms is the likelihood ratio of x.

- Its mean over all x is the evidence that the claim restates something in here. What a long
  transcript has by chance is averaged away.
- Its mean weighted by the distance from a stamp is the evidence for that stamp.

The constants are rounded from trials on real notes. Few of them matter much;
`benchmarks/grounding.py` measures how well claims are found with them.
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
"""Seconds; a passage this near to a stamp is the one that the stamp means."""

_HIT, _HIT_NAME, _HIT_NUMBER = 0.45, 0.7, 0.6
"""The chance that a passage has a given word, name or number of the claim that restates it."""
_ALIKE = 3.0
"""How many times likelier a soundalike of a word is by chance than the word itself."""
_TEMPER = 0.7
"""The exponent of the product of ratios: terms come together, so several are less evidence than if
they were independent."""
_MISSING = 0.5
"""The same for missing terms: notes have words of their own."""
_PAIR = 1.5
"""The log ratio of two terms that follow each other in the claim and in the passage, beside those
of each."""
_LEAST = 1.6
"""A term with a smaller log ratio is too common to be looked at, …"""
_COMMON = 0.12
"""… and so is one that is said in a larger share of the blocks."""
_IMAGINED = 60
"""Imagined blocks of other speech that smooth the frequencies. Stop words are in all of them and
other words in none: in a short transcript, every word would look common."""
_OFTEN = 4
"""Claims that have a name, from which on the name counts as one that notes use by habit ("The
author, Ada Byron, argues …"), whatever they restate."""
_RARE = 12
"""How often a word may be said to be taken for the soundalike of a name."""

_DELAY = 8.0
"""Seconds from a stamp to the middle of the passage that it means, in the median; …"""
_SPREAD, _WIDEST = 20.0, 90.0
"""… half of the passages are within the first from there (the scale of a Cauchy distribution), and
all within the second.

Of 42 real videos, none has its stamps shifted as a whole: the medians are a few seconds apart.
"""
_NEGLIGIBLE = 10.0
"""A block whose log ratio is this much below the best isn't added up."""
_MOVED = 0.1
"""The share of stamps that are elsewhere, for the choice among passages that say the same."""


class Weight(NamedTuple):
    """Evidence over many blocks."""

    total: float
    """The logarithm of the mean likelihood ratio of all blocks; …"""
    near: float
    """… the share of the sum that blocks within `NEAR` of a stamp have."""


class Finding(NamedTuple):
    """The evidence of a transcript for one claim."""

    anywhere: Weight
    """With the same weight for every block."""
    stamped: Weight | None
    """With blocks weighted by the claim's stamps; None if no stamp lies within the transcript."""
    near: int | None
    """The likeliest block within `NEAR` of a stamp, …"""
    far: int | None
    """… and the likeliest of all others."""
    concentration: float
    """The share of the evidence of all others that is around `far`."""
    echo: float
    """The evidence of the block `near` as a share of the best block's."""
    gains: Mapping[str, float]
    """The log ratio of each term that is said, by its key in the transcript."""
    coverage: float
    """The share of the claim's rarer terms that is said anywhere."""


class _Score(NamedTuple):
    """The log ratios of a term, or of a pair of terms, in a transcript."""

    blocks: Sequence[tuple[int, float]]
    """Each block where it is said, and its log ratio there."""
    gain: float
    """The log ratio of a block that has it, over that of a block that hasn't."""
    miss: float
    """The log ratio of a block that hasn't it; negative."""
    keys: frozenset[str]
    """The transcript's terms that it was matched with: names are misheard."""


_NOTHING = _Score((), 0.0, 0.0, frozenset())


class Evidence:
    """Weighs the claims of a video against one transcript."""

    def __init__(
        self, passages: Passages, reader: Reader, claims: Sequence[Sequence[Term]]
    ) -> None:
        names = Counter(key for terms in claims for key in {t.key for t in terms if t.is_name})
        self._habits = {key: count / len(claims) for key, count in names.items() if count >= _OFTEN}
        self._passages = passages
        self._reader = reader
        missing = {t.word for terms in claims for t in terms if t.key not in passages.places}
        self._joined = find_joined(passages.words, missing)
        self._sounds = Sounds(passages.words, _RARE)
        self._terms: dict[tuple[str, bool], _Score] = {}
        self._pairs: dict[tuple[str, str], _Score] = {}

    def find(self, terms: Sequence[Term], starts: Collection[int]) -> Finding:
        """Return the evidence for a claim with these terms and with stamps at `starts`."""
        values = [0.0] * len(self._passages)
        gains: dict[str, float] = {}
        scores = [*{term.key: self._score(term) for term in terms}.values()]
        # The log ratio of a block: what it gains by the terms that it has, …
        for score in (*scores, *self._score_pairs(terms)):
            for block, value in score.blocks:
                values[block] += value
            gains.update(dict.fromkeys(score.keys, score.gain))
        rare = [score for score in scores if score.gain]
        coverage = sum(bool(score.blocks) for score in rare) / max(1, len(rare))
        # … above that of a block that has none of them, which is the same for all blocks.
        base = sum(score.miss for score in rare)
        return self._sum_up(values, base, starts)._replace(gains=gains, coverage=coverage)

    def _sum_up(self, values: Sequence[float], base: float, starts: Collection[int]) -> Finding:
        """Return the evidence of all blocks, whose log ratios are `values` above `base`."""
        # Sums of exponentials as a "log-sum-exp": the best block's exponent is taken out and added
        # to the logarithm of the sum, so that none overflows. https://en.wikipedia.org/wiki/LogSumExp
        top = max(values)
        floor = max(0.0, top - _NEGLIGIBLE / _TEMPER)
        weights = {
            block: math.exp(_TEMPER * (value - top))
            for block, value in enumerate(values)
            if value > floor
        }
        # Most blocks have no term at all (their value is 0), and so all the same weight. It counts
        # unless even that is negligible.
        rest = math.exp(-_TEMPER * top) if floor == 0 else 0.0
        everything = sum(weights.values()) + rest * (len(values) - len(weights))
        scale = _TEMPER * (top + base)
        prior, around = self._expect(starts)
        here = sum(weights.get(block, rest) for block in around)
        anywhere = Weight(math.log(everything / len(values)) + scale, min(1.0, here / everything))
        # Bayes' rule: what the stamps make likely, times what the words do.
        posterior = {
            block: chance * math.exp(_TEMPER * (values[block] - top))
            for block, chance in prior.items()
        }
        stamped = None
        if posterior:
            total = sum(posterior.values())
            # Near a stamp, all may be so unlikely that the sum is 0 in floating point.
            stamped = Weight(
                math.log(max(total, sys.float_info.min)) + scale,
                sum(posterior[block] for block in around) / max(total, sys.float_info.min),
            )
        near = max(around, key=posterior.__getitem__, default=None)
        far = self._find_far(weights, prior, frozenset(around))
        concentration = self._sum_around(far, weights) / max(everything - here, sys.float_info.min)
        echo = values[near] / top if near is not None and top else 0.0
        return Finding(anywhere, stamped, near, far, min(1.0, concentration), echo, {}, 0.0)

    def _find_far(
        self, weights: Mapping[int, float], prior: Mapping[int, float], around: Collection[int]
    ) -> int | None:
        """Return the likeliest block outside `around`."""
        outside = {block: weight for block, weight in weights.items() if block not in around}
        # A block's chance is 1 / blocks if the stamp is elsewhere, and its `prior` if it isn't.
        # Mixed by `_MOVED`, and as a multiple of the former: so a stamp speaks for the blocks not
        # far from it.
        for block in prior.keys() & outside.keys():
            outside[block] *= 1 + (1 - _MOVED) * prior[block] * len(self._passages) / _MOVED
        return max(outside, key=outside.__getitem__, default=None)

    def _sum_around(self, block: int | None, weights: Mapping[int, float]) -> float:
        """Return the weight of the blocks within `_SPREAD` of a block."""
        if block is None:
            return 0.0
        times = self._passages.times
        first = bisect_left(times, times[block] - _SPREAD)
        last = bisect_left(times, times[block] + _SPREAD, first)
        return sum(weights.get(at, 0.0) for at in range(first, last))

    def _expect(self, starts: Collection[int]) -> tuple[dict[int, float], list[int]]:
        """Return the prior of each block near a stamp, and the blocks within `NEAR` of one."""
        times = self._passages.times
        density: dict[int, float] = {}
        around: dict[int, None] = {}
        for start in starts:
            middle = start + _DELAY
            first = bisect_left(times, middle - _WIDEST)
            for block in range(first, bisect_left(times, middle + _WIDEST, first)):
                away = times[block] - middle
                # The density of a Cauchy distribution but for its constant, cut off at `_WIDEST`.
                density[block] = density.get(block, 0.0) + 1 / (1 + (away / _SPREAD) ** 2)
                if -NEAR <= away <= NEAR:
                    around[block] = None
        total = sum(density.values())
        return {block: value / total for block, value in density.items()}, [*around]

    def _score(self, term: Term) -> _Score:
        """Return the score of a term, or of what sounds like it if the term is never said."""
        score = self._terms.get((term.key, term.is_name))
        if score is None:
            places: Collection[int] = self._passages.places.get(term.key, ())
            likely = 1.0
            if not places and not term.is_number:
                places = self._joined.get(term.word, ())
                if not places and term.is_name:
                    places = self._sounds.find(term.word)
                likely = _ALIKE if places else 1.0
            score = self._terms[term.key, term.is_name] = self._weigh(term, places, likely)
        return score

    def _weigh(self, term: Term, places: Collection[int], likely: float) -> _Score:
        """Return the score of a term that is said at `places`.

        `likely` is how many times likelier than the term it is to find its match by chance.
        """
        if len(places) > _COMMON * (len(self._passages) + _IMAGINED):
            return _NOTHING
        hit = _HIT_NUMBER if term.is_number else _HIT_NAME if term.is_name else _HIT
        # The chance that a block has the term if the claim restates another: its share of the
        # blocks. It is smoothed, so that a term that is never said has a chance too.
        spread = self._passages.spread(places)
        weight = sum(spread.values()) + (_IMAGINED if term.is_stop_word else 0.5)
        chance = likely * weight / (len(self._passages) + _IMAGINED)
        if term.is_name:
            chance = max(chance, self._habits.get(term.key, 0.0))
        if chance >= hit:
            return _NOTHING
        # The log ratios of a block without the term and, above that, of one with it.
        miss = math.log((1 - hit) / (1 - chance))
        gain = math.log(hit / chance) - miss
        if gain < _LEAST:
            return _NOTHING
        blocks = [(block, gain * nearness) for block, nearness in spread.items()]
        keys = frozenset(self._passages.keys[place] for place in places)
        return _Score(blocks, gain, _MISSING * miss, keys)

    def _score_pairs(self, terms: Sequence[Term]) -> Iterator[_Score]:
        """Yield the score of each pair of neighbouring terms, of equal pairs once."""
        for one, two in {(one.key, two.key): (one, two) for one, two in pairwise(terms)}.values():
            score = self._pairs.get((one.key, two.key))
            if score is None:
                score = self._pairs[one.key, two.key] = self._score_pair(one, two)
            yield score

    def _score_pair(self, one: Term, two: Term) -> _Score:
        """Return the score of two terms said in a row, with another between, or as one word."""
        before, after = (self._passages.places.get(term.key, ()) for term in (one, two))
        if not (before and after):
            joined = self._passages.places.get(self._reader.stem(one.word + two.word), ())
            return self._weigh(one, joined, _ALIKE) if joined else _NOTHING
        if not (self._score(one).gain or self._score(two).gain):
            return _NOTHING
        following = frozenset(after)
        places = [at for at in before if at + 1 in following or at + 2 in following]
        spread = self._passages.spread(places)
        blocks = [(block, _PAIR * nearness) for block, nearness in spread.items()]
        return _Score(blocks, _PAIR, 0.0, frozenset())
