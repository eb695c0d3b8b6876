"""Which second a stamp says, read literally: "00:01:19" → 79, `?t=79` → 79."""

import re
from functools import lru_cache

from viewer.note.model import Reading

TIME = re.compile(r"(?<![\d:.])\d{1,3}(?::\d{1,3}){1,3}(?![\d:])", re.ASCII)
_LINK_TIME = re.compile(
    r"[?&#](?:t|start|time_continue)=(?:(\d{1,9})s?(?![\w:])|(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?)",
    re.ASCII,
)


@lru_cache(maxsize=8192)
def read_time(raw: str, label: str = "") -> tuple[int | None, Reading, int | None]:
    """Return the second that a stamp says literally, how it was read, and where its range ends.

    `raw` decides unless it is no time or an impossible one and the label is a possible one.
    """
    link = _LINK_TIME.search(raw) if "=" in raw else None
    if link and any(link.groups()):
        plain, hours, minutes, seconds = (int(part or 0) for part in link.groups())
        return plain + hours * 3600 + minutes * 60 + seconds, Reading.LINK, None
    own = _read_times(raw)
    if own[1] in (Reading.UNREADABLE, Reading.SPLIT):
        shown = _read_times(label)
        if shown[1] is not Reading.UNREADABLE and own[0] != shown[0]:
            possible = shown[1] is not Reading.SPLIT
            if own[1] is Reading.UNREADABLE or possible:
                return shown[0], Reading.LABEL, shown[2]
    return own


def _read_times(text: str) -> tuple[int | None, Reading, int | None]:
    times = TIME.findall(text)
    if not times:
        return None, Reading.UNREADABLE, None
    start, reading, end = _read_fields([int(part) for part in times[0].split(":")])
    if len(times) == 2:
        end = _read_fields([int(part) for part in times[1].split(":")])[0]
    return start, reading, end if end is not None and end > start else None


def _read_fields(fields: list[int]) -> tuple[int, Reading, int | None]:
    if len(fields) == 2:
        minutes, seconds = fields
        reading = Reading.SHORT if seconds < 60 else Reading.SPLIT
        return minutes * 60 + seconds, reading, None
    if len(fields) == 4:
        first, second = fields[0] * 60 + fields[1], fields[2] * 60 + fields[3]
        # "05:38:05:46" is 5:38 to 5:46; "01:00:13:00" counts frames after the seconds.
        if fields[3] and first <= second <= first + 300 and fields[3] < 60 and fields[1] < 60:
            return first, Reading.GLUED_RANGE, second
        hours, minutes, seconds, _ = fields
        return hours * 3600 + minutes * 60 + seconds, Reading.FRAMES, None
    hours, minutes, seconds = fields
    reading = Reading.AS_WRITTEN if minutes < 60 and seconds < 60 else Reading.SPLIT
    return hours * 3600 + minutes * 60 + seconds, reading, None


def has_link_time(url: str) -> bool:
    """Tell whether an address names a second: `?t=79`, `#t=1m19s`."""
    time = _LINK_TIME.search(url)
    return bool(time and any(time.groups()))
