"""How likely it is that a transcript restates a claim, and far from its stamps.

A claim's own evidence goes through a small logistic model. What the claims of a video have in
common counts too, and is estimated from them: how many of them the transcript restates, and how
many of those are stamped elsewhere.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from viewer.transcript.evidence import Finding


class Model(NamedTuple):
    """A logistic model of one claim, where half of all claims are restated.

    The logarithm of the odds that a transcript restates it is a sum.
    """

    base: float
    evidence: float
    """For the evidence with its stamps, …"""
    anywhere: float
    """… without them, …"""
    known: float
    """… and the share of its terms that the transcript has."""


FITTED = Model(-2.5, 1.0, 0.5, 1.5)
"""On 42 videos with 22,000 claims. `benchmarks/grounding.py` fits it again, and prints it."""

_LOWEST, _HIGHEST = 0.02, 0.75
"""Bounds on how likely a claim is by its video alone: words are needed to be sure of one."""
_MOVED, _MOST_MOVED = 0.1, 0.5
"""Of a video's stamps, those that are elsewhere, before any is looked at, and at most."""
_ROUNDS = 8


class Odds(NamedTuple):
    """What a video's claims have in common."""

    restated: float
    """The share of them that the transcript restates."""
    moved: float
    """Of those with a stamp, the share that is stamped elsewhere."""


def estimate_odds(findings: Sequence[Finding], model: Model = FITTED) -> Odds:
    """Return what is most likely of a video, by expectation maximisation."""
    odds = Odds(0.5, _MOVED)
    for _ in range(_ROUNDS):
        restated = moved = stamped = 0.0
        for finding in findings:
            chance = _logistic(weigh(finding, odds.moved, model) + _logit(odds.restated))
            restated += chance
            if finding.stamped is not None:
                stamped += chance
                moved += chance * _is_moved(finding, odds.moved)
        odds = Odds(
            (1.0 + restated) / (len(findings) + 2.0),
            min(_MOST_MOVED, (20 * _MOVED + moved) / (20 + stamped)),
        )
    return odds


def rate(finding: Finding, odds: Odds, model: Model = FITTED) -> float:
    """Return the chance that the transcript restates a claim."""
    share = min(_HIGHEST, max(_LOWEST, odds.restated))
    return _logistic(weigh(finding, odds.moved, model) + _logit(share))


def weigh(finding: Finding, moved: float, model: Model = FITTED) -> float:
    """Return the logarithm of the odds that a claim is restated, by itself.

    `moved` is the share of stamps that are elsewhere.
    """
    return (
        model.base
        + model.evidence * measure_evidence(finding, moved)
        + model.anywhere * finding.anywhere.total
        + model.known * finding.known
    )


def measure_evidence(finding: Finding, moved: float) -> float:
    """Return the logarithm of how much likelier a claim's words are if they restate something."""
    if finding.stamped is None:
        return finding.anywhere.total
    ours, others = (
        finding.stamped.total + math.log1p(-moved),
        finding.anywhere.total + math.log(moved),
    )
    most = max(ours, others)
    return most + math.log(math.exp(ours - most) + math.exp(others - most))


def _is_moved(finding: Finding, moved: float) -> float:
    """Return the chance that a claim restates something regardless of its stamps, if anything."""
    if finding.stamped is None:
        return 1.0
    return _logistic(finding.anywhere.total - finding.stamped.total + _logit(moved))


def is_far(finding: Finding, moved: float) -> float:
    """Return the chance that what a claim restates is far from its stamps."""
    share = _is_moved(finding, moved)
    here = share * finding.anywhere.near
    if finding.stamped is not None:
        here += (1 - share) * finding.stamped.near
    return 1 - here


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -700 else 0.0


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
