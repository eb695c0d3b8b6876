"""How often Python looks for garbage in circles, in processes that hold very many values."""

import gc

_MANY = 100_000
"""New values between two looks, where Python has hundreds. Every hundredth look is at everything
that there is, and took 50 ms of every third answer about a large video."""


def look_seldom() -> None:
    """Look seldom for garbage that counting references does not find: we leave hardly any."""
    gc.set_threshold(_MANY)
