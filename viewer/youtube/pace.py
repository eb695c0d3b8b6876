"""Manners towards YouTube: the time between two videos, and which failures are tried again when."""

import random
import time
from dataclasses import dataclass

from viewer.youtube.model import Failure, Reason

_PASSING = frozenset({Reason.NETWORK, Reason.TIMEOUT, Reason.SERVER, Reason.ENDED})
"""Failures that may be over a little later."""
SITE_WIDE = frozenset(
    {Reason.NETWORK, Reason.PROXY, Reason.CERTIFICATE, Reason.TOO_MANY, Reason.BOT}
)
"""Failures that every other video would have too: to go on would be useless, or impolite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Waits in seconds; those of tests are short."""

    spacing: tuple[float, float] = (3.0, 7.0)
    """The least and the most between the end of one video and the next."""
    after_faults: tuple[float, ...] = (5.0, 30.0, 120.0)
    """Before the second, third and fourth try, if the network or the site failed."""
    after_refusals: tuple[float, ...] = (60.0, 300.0, 900.0)
    """The same, if YouTube takes no more requests (HTTP 429)."""

    def wait_before_retry(self, failure: Failure, tries: int) -> float | None:
        """Return the seconds to wait after `tries` tries; None if there is to be no other."""
        if failure.reason == Reason.TOO_MANY:
            waits = self.after_refusals
        else:
            waits = self.after_faults if failure.reason in _PASSING else ()
        # Jitter: other programs that were refused at the same time wait as well.
        return waits[tries - 1] * random.uniform(0.8, 1.2) if tries <= len(waits) else None  # noqa: S311


class Pace:
    """Tells when the next video may be asked for. Not for several threads."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._next = 0.0
        self._refusals = 0

    def wait(self) -> float:
        """Return how many seconds to wait from now on."""
        return max(0.0, self._next - time.monotonic())

    def note(self, failure: Failure | None) -> None:
        """Set the next time by the last video's outcome: after a refusal, all other videos wait."""
        pause = random.uniform(*self._manners.spacing)  # noqa: S311
        if failure is not None and failure.reason == Reason.TOO_MANY:
            waits = self._manners.after_refusals
            pause += waits[min(self._refusals, len(waits) - 1)] if waits else 0
            self._refusals += 1
        elif failure is None:
            self._refusals = 0
        self._next = time.monotonic() + pause
