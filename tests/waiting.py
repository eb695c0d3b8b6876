"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable

from viewer.errors import LibraryError


def wait_for(is_so: Callable[[], object], seconds: float = 30) -> None:
    """Return when `is_so` is true, and fail when it has not been so for `seconds`.

    A library that can't be read yet is asked again.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            if is_so():
                return
        except LibraryError:
            pass
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
