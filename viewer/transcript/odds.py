"""The chance that a claim restates its transcript, and that its passage is far from its stamps.

Two things make the chance. A logistic model weighs the claim's own evidence. And the claims of a
video have two shares in common, which are estimated from all of them: how many restate the
transcript, and how many of those are stamped elsewhere.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from viewer.transcript.evidence import Finding


class Model(NamedTuple):
    """A logistic model of one claim, for a video where half of the claims restate the transcript.

    The logarithm of the odds that the claim does is a sum: `base`, and the others as coefficients.
    """

    base: float
    evidence: float
    """Of the evidence with the claim's stamps, …"""
    anywhere: float
    """… of that without them, …"""
    coverage: float
    """… and of the share of its terms that the transcript has."""


FITTED = Model(-2.5, 1.0, 0.5, 1.5)
"""Fitted on 42 videos with 22,000 claims; `benchmarks/grounding.py` fits it again and prints it."""

_LOWEST, _HIGHEST = 0.02, 0.75
"""Bounds of a claim's chance by its video alone: to be sure of a claim takes its words."""
_MOVED, _MOST_MOVED = 0.1, 0.5
"""The share of a video's stamps that are elsewhere: before any is looked at, and at most."""
_ROUNDS = 8
"""Of the estimation, after which the shares hardly change."""


class Odds(NamedTuple):
    """The shares that a video's claims have in common."""

    restated: float
    """The share of the claims that restate the transcript."""
    moved: float
    """The share of those, if they have a stamp, that are stamped elsewhere."""


def estimate_odds(findings: Sequence[Finding], model: Model = FITTED) -> Odds:
    """Return the likeliest shares of a video, by expectation maximisation.

    https://en.wikipedia.org/wiki/Expectation-maximization_algorithm
    """
    odds = Odds(0.5, _MOVED)
    for _ in range(_ROUNDS):
        # Expectation: by the shares so far, how many claims restate the transcript, how many of
        # those have a stamp, and how many of these are stamped elsewhere.
        restated = moved = stamped = 0.0
        for finding in findings:
            chance = _logistic(weigh(finding, odds.moved, model) + _logit(odds.restated))
            restated += chance
            if finding.stamped is not None:
                stamped += chance
                moved += chance * _find_moved(finding, odds.moved)
        # Maximisation: the shares by these counts. Imagined claims (2, of which one restates it)
        # and stamps (20, of which 2 are moved) keep few claims from deciding too much.
        odds = Odds(
            (1.0 + restated) / (len(findings) + 2.0),
            min(_MOST_MOVED, (20 * _MOVED + moved) / (20 + stamped)),
        )
    return odds


def rate(finding: Finding, odds: Odds, model: Model = FITTED) -> float:
    """Return the chance that a claim restates the transcript."""
    share = min(_HIGHEST, max(_LOWEST, odds.restated))
    return _logistic(weigh(finding, odds.moved, model) + _logit(share))


def weigh(finding: Finding, moved: float, model: Model = FITTED) -> float:
    """Return the logarithm of the odds that a claim restates the transcript, by itself.

    `moved` is the share of stamps that are elsewhere.
    """
    return (
        model.base
        + model.evidence * measure_evidence(finding, moved)
        + model.anywhere * finding.anywhere.total
        + model.coverage * finding.coverage
    )


def measure_evidence(finding: Finding, moved: float) -> float:
    """Return the log likelihood ratio of a claim's words, if it restates something or nothing."""
    if finding.stamped is None:
        return finding.anywhere.total
    # A mixture: by its stamps with the chance 1 - moved, anywhere with the chance moved.
    ours, others = (
        finding.stamped.total + math.log1p(-moved),
        finding.anywhere.total + math.log(moved),
    )
    # The logarithm of the sum of both, without an overflow ("log-sum-exp").
    most = max(ours, others)
    return most + math.log(math.exp(ours - most) + math.exp(others - most))


def _find_moved(finding: Finding, moved: float) -> float:
    """Return the chance that a claim's stamps are elsewhere, given that it restates something.

    By Bayes' rule: the odds before (`moved`) times the likelihood ratio.
    """
    if finding.stamped is None:
        return 1.0
    return _logistic(finding.anywhere.total - finding.stamped.total + _logit(moved))


def find_distant(finding: Finding, moved: float) -> float:
    """Return the chance that a claim's passage is farther from its stamps than `NEAR`."""
    share = _find_moved(finding, moved)
    # With stamps that are elsewhere, a passage may be near them by chance; with right ones it may
    # be far, as speakers come back to a matter.
    near = share * finding.anywhere.near
    if finding.stamped is not None:
        near += (1 - share) * finding.stamped.near
    return 1 - near


def _logistic(value: float) -> float:
    """Return the chance whose log odds are `value`."""
    return 1 / (1 + math.exp(-value)) if value > -700 else 0.0


def _logit(share: float) -> float:
    """Return the log odds of a chance."""
    return math.log(share / (1 - share))
