"""What Ctrl-C does. A terminal sends SIGINT to every process of a command, also while it starts.

- While a command is loaded, there is nothing to tidy: the signal ends the process by itself.
- While it works, `KeyboardInterrupt` is raised, once, so that files and processes are tidied.
- Processes that it starts ignore the signal, from their first moment on: it ends them.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EXIT_CODE = 130
"""Of what Ctrl-C ended: 128 and the number of the signal, as shells have it."""
_PAUSE = 0.01
"""Seconds until the next try, where raising an exception would do harm."""
_FRAGILE = ("importlib", "_frozen_importlib", "weakref", "_weakrefset", "sqlalchemy.pool")
"""Modules with callbacks for objects that are no longer needed. What is raised in a callback is
printed with its traceback, and does not end the program."""


def end_at_once() -> None:
    """Let SIGINT end this process without a word; nothing of it is to be tidied."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as it is for a shell's background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])  # run.py held it back until here


def ignore() -> None:
    """Ignore SIGINT: another process sees to the end of this one, or it is ending."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def hold_back() -> None:
    """Keep SIGINT from the processes that this thread starts, until they ignore it themselves."""
    from multiprocessing import resource_tracker  # not loaded before it is needed

    resource_tracker.ensure_running()  # started by the first of them, it would end this
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGINT raise `KeyboardInterrupt`, once, and where that does no harm.

    Those that follow are ignored, so that nothing cuts the tidying short. So are those that come
    after a whole command, whose process ends now.
    """
    usual = signal.getsignal(signal.SIGINT)
    is_main = threading.current_thread() is threading.main_thread()
    if usual is signal.SIG_IGN or not is_main:
        yield
        return
    usual_alarm = signal.signal(signal.SIGALRM, _interrupt)
    try:
        signal.signal(signal.SIGINT, _interrupt)
        yield
    finally:
        is_ending = usual is signal.SIG_DFL or signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        signal.signal(signal.SIGINT, signal.SIG_IGN if is_ending else usual)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual_alarm)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    if _does_harm(frame):
        signal.setitimer(signal.ITIMER_REAL, _PAUSE)  # SIGALRM calls this again
        return
    ignore()
    raise KeyboardInterrupt


def _does_harm(frame: FrameType | None) -> bool:
    """Return True if an exception that is raised in `frame` may be printed instead of ending us."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        if name.startswith(_FRAGILE) or frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False
