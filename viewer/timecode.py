"""How a time is written: "1:19" ⇄ 79 seconds, in words, and as a media fragment.

The only module that knows. `static/js/timecode.js` is its other half, for the first two;
`tests/data/timecodes.json` is run by both, so the two stay one.
"""

import re
from typing import NamedTuple

_LONGEST = 64
"""Characters of a fragment that are looked at: "100:00:00.000,100:00:00.000" has 27."""

_NUMBER = r"\d{1,12}(?:\.\d{1,6})?"
_UNITS = re.compile(
    rf"(?:(?P<h>{_NUMBER})h)?(?:(?P<m>{_NUMBER})m)?(?:(?P<s>{_NUMBER})s?)?",
    re.ASCII | re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?:(?P<h>\d{1,4}):(?=\d\d?:))?(?P<m>\d{1,4}):(?P<s>\d\d?(?:\.\d{1,6})?)", re.ASCII
)


class Fragment(NamedTuple):
    """A temporal media fragment: a second, or a clip that ends (W3C Media Fragments, 4.2.1)."""

    start: float
    end: float | None


def format_timecode(seconds: float) -> str:
    """Return `seconds` as the video site prints them: 79 → "1:19", 3723 → "1:02:03"."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def format_cue_time(seconds: float, mark: str = ".") -> str:
    """Return `seconds` as captions write them: 79 → "00:01:19.000"; SRT's `mark` is a comma."""
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    second, fraction = divmod(milliseconds, 1000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}{mark}{fraction:03}"


def spoken_time(seconds: float) -> str:
    """Return `seconds` as they are read aloud: 79 → "1 minute 19 seconds"."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    parts = [
        f"{count} {unit}{'s' if count != 1 else ''}"
        for count, unit in ((hours, "hour"), (minute, "minute"), (second, "second"))
        if count
    ]
    return " ".join(parts) or "0 seconds"


def parse_fragment(text: str) -> Fragment | None:
    """Return what `t=` asks for, or None where it is no time.

    Takes what people write: `79`, `79s`, `1m19s`, `1:19`, `0:01:19`, `10,20` (a clip), `,20`,
    and Media Fragments' `npt:10,20`.
    """
    if len(text) > _LONGEST:
        return None
    text = text.strip(" ").removeprefix("npt:")
    begin, comma, end = text.partition(",")
    start = _parse_seconds(begin) if begin or not (comma and end) else 0.0
    if start is None or not end:
        return None if start is None else Fragment(start, None)
    stop = _parse_seconds(end)
    return None if stop is None or stop <= start else Fragment(start, stop)


def format_fragment(fragment: Fragment) -> str:
    """Return the shortest `t=` for `fragment`: "79", "79,101"."""
    start = f"{fragment.start:.10g}"
    return start if fragment.end is None else f"{start},{fragment.end:.10g}"


def _parse_seconds(text: str) -> float | None:
    match = _CLOCK.fullmatch(text)
    if match:
        minutes, seconds = int(match["m"]), float(match["s"])
        if seconds >= 60 or (match["h"] and minutes > 59):
            return None
        return int(match["h"] or 0) * 3600 + minutes * 60 + seconds
    match = _UNITS.fullmatch(text)
    if not match or not text:
        return None
    total = sum(float(match[unit] or 0) * size for unit, size in (("h", 3600), ("m", 60), ("s", 1)))
    return total if total < 1e10 else None
