"""How politely YouTube is asked: time between videos, and what is tried again and when."""

import random
import time
from dataclasses import dataclass

from viewer.youtube.model import Failure, Reason

_PASSING = frozenset({Reason.NETWORK, Reason.TIMEOUT, Reason.SERVER, Reason.ENDED})
SITE_WIDE = frozenset(
    {Reason.NETWORK, Reason.PROXY, Reason.CERTIFICATE, Reason.TOO_MANY, Reason.BOT}
)
"""What holds for every other video as well: to go on asking would be of no use, or impolite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Seconds; tests take none."""

    spacing: tuple[float, float] = (3.0, 7.0)
    """The least and the most between the end of one video and the next."""
    after_faults: tuple[float, ...] = (5.0, 30.0, 120.0)
    """Before each further try, when the network or the site failed."""
    after_refusals: tuple[float, ...] = (60.0, 300.0, 900.0)
    """The same when YouTube said that it takes no more requests (429)."""

    def wait_before_retry(self, failure: Failure, tries: int) -> float | None:
        """Return the seconds to wait after so many tries, or None when it is given up."""
        if failure.reason == Reason.TOO_MANY:
            waits = self.after_refusals
        else:
            waits = self.after_faults if failure.reason in _PASSING else ()
        # Not on the second: others wait as well.
        return waits[tries - 1] * random.uniform(0.8, 1.2) if tries <= len(waits) else None  # noqa: S311


class Pace:
    """When the next video may be asked for. One asks at a time."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._next = 0.0
        self._refusals = 0

    def wait(self) -> float:
        """Return the seconds that are left to wait."""
        return max(0.0, self._next - time.monotonic())

    def note(self, failure: Failure | None) -> None:
        """Take in what came of the last video: after a refusal all others wait as well."""
        pause = random.uniform(*self._manners.spacing)  # noqa: S311
        if failure is not None and failure.reason == Reason.TOO_MANY:
            waits = self._manners.after_refusals
            pause += waits[min(self._refusals, len(waits) - 1)] if waits else 0
            self._refusals += 1
        elif failure is None:
            self._refusals = 0
        self._next = time.monotonic() + pause
