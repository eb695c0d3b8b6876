"""Notes of which it is known what their stamps mean, written in the ways that are found."""

import random
from collections.abc import Callable, Sequence

from tests.factories import make_note, make_stamp
from viewer.note.model import Claim, Note
from viewer.note.times import read_time

HOUR = 3600
Write = Callable[[int], str]


def take_notes(chance: random.Random, length: int, stamps: int) -> list[int]:
    """Return the seconds that a note on a video of `length` seconds cites.

    It follows the cues, one every three seconds or so, for a while; then it turns to another topic.
    """
    seconds: list[int] = []
    at = 0.0
    while len(seconds) < stamps:
        if not seconds or at >= length or chance.random() < 0.12:
            at = chance.uniform(0, length)
        seconds.append(int(at))
        at += 3 + chance.expovariate(1 / 14)
    return seconds


def proper(second: int) -> str:
    return f"{second // HOUR:02}:{second // 60 % 60:02}:{second % 60:02}"


def short(second: int) -> str:
    return f"{second // 60:02}:{second % 60:02}"


def whole(second: int) -> str:
    return f"{short(second)}:00" if second < HOUR else proper(second)


def framed(second: int) -> str:
    return f"{short(second)}:00" if second < HOUR else f"{proper(second)}:00"


def junk(third: Callable[[int], int]) -> Write:
    return lambda second: f"{short(second)}:{third(second):02}" if second < HOUR else proper(second)


def write_note(seconds: Sequence[int], write: Write = proper) -> Note:
    """Return a note with a claim at each of `seconds`, its stamps read literally."""
    return note_of(*map(write, seconds))


def note_of(*times: str) -> Note:
    """Return a note with a claim at each of `times`, as they are written."""
    claims = []
    for time in times:
        start, reading, _ = read_time(time)
        stamp = make_stamp(start, raw=time, label=f"[{time}]", reading=reading)
        claims.append(Claim(text=f"It is said at {time}", stamps=(stamp,), numbers=()))
    return make_note(*claims)
