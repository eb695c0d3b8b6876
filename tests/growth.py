"""Time that grows with the size of what is read, and not with its square."""

import gc
import math
import time
from collections.abc import Callable

import pytest

TRIES = 5


def check_growth(measure: Callable[[int], float], size: int) -> None:
    """Fail if twice the `size` takes more than three times the processor time.

    `measure` returns the seconds that a size takes (`processor_time`). Linear work takes twice as
    long, quadratic work four times; between them lie caches and the rest of the machine, so the
    best of several tries counts. The larger size comes first: what is done but once is no excuse.
    """
    once = twice = math.inf
    for _ in range(TRIES):
        twice = min(twice, measure(2 * size))
        once = min(once, measure(size))
        if twice <= 3 * once:
            return
    pytest.fail(f"{size}: {once:.4f} s, {2 * size}: {twice:.4f} s of processor time", pytrace=False)


def processor_time(do: Callable[[], object]) -> float:
    """Return the seconds of processor time that `do` takes: a busy machine makes it no longer.

    The garbage collector waits: its turns depend on all that the process did before.
    """
    gc.disable()
    try:
        begun = time.process_time()
        do()
        return time.process_time() - begun
    finally:
        gc.enable()
