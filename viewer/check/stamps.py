"""What is wrong with the stamps of a note, and how each should be written."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from viewer.check.model import SURE
from viewer.note.model import Reading, Stamp
from viewer.note.times import read_time
from viewer.timecode import format_timecode
from viewer.timeline.reading import SLACK

LONGEST = 12 * 3600
"""Seconds past which no video goes on."""

PLAIN = (Reading.AS_WRITTEN, Reading.SHORT, Reading.LINK)
"""Readings that take a stamp at its word."""

_UNSURE = 0.8
_LONGEST_LABEL = 80
"""Characters of a label that the lexer looks at."""
_TIME = re.compile(r"(?<![\d:.])\d{1,3}(?::\d{1,3}){1,3}(?![\d:])", re.ASCII)
_PROPER = re.compile(r"\d\d:\d\d:\d\d", re.ASCII)
_USUAL = re.compile(r"\d{1,2}:\d\d:\d\d|\d{1,3}:\d\d", re.ASCII)
_MINUTES = re.compile(r"00:[6-9]\d:[0-5]\d", re.ASCII)
_LETTER = re.compile(r"[^\W\d_]")
_ONE_DIGIT = re.compile(r":\d\Z", re.ASCII)
_WHOLE_TAG = re.compile(
    r"<[a-z]{1,8}(?:\s{1,4}[a-z-]{1,20}\s?=\s?(?:\"[^\"<>]*\"|'[^'<>]*'))+\s{0,4}>"
    r"(?P<label>[^<>]*)</[a-z]{1,8}\s?>",
    re.IGNORECASE,
)
_CLASS = re.compile(r"""class\s?=\s?["'](?:[^"'<>]*\s)?yt-timestamp[\s"']""", re.IGNORECASE)
_DATA = re.compile(r"""\sdata-t\s?=\s?["']""", re.IGNORECASE)
_LINK_TAG = re.compile(
    r"""<a\s[^<>]{0,300}?href\s?=\s?["']https?://[^<>]{1,300}>[^<>]*</a\s?>""", re.IGNORECASE
)
"""A tag that links to the video: a stamp of another kind."""
_LINK_VALUE = re.compile(
    r"([?&#;](?:t|start|time_continue)=)(?:\d{1,4}h)?(?:\d{1,5}m)?(?:\d{1,9}s?)?", re.ASCII
)
_END = re.compile(r"</a\s?>\Z", re.IGNORECASE)


class Fault(NamedTuple):
    """A code, and what is wrong in words."""

    code: str
    message: str


def canonical_time(seconds: int) -> str:
    """Return `seconds` as a stamp should write them: 79 → "00:01:19"."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def canonical_tag(seconds: int, words: str = "") -> str:
    """Return the stamp of `seconds` as it should be written, around `words` where it has some."""
    time = canonical_time(seconds)
    return f'<a class="yt-timestamp" data-t="{time}">{words or f"[{time}]"}</a>'


def explain_reading(stamp: Stamp) -> str | None:
    """Return in words how `stamp` was repaired, or None for one that was taken at its word."""
    if stamp.start is None or stamp.reading in PLAIN:
        return None
    shown = " ".join((stamp.raw or stamp.label).split())[:40]
    sure = f" ({min(99, int(stamp.confidence * 100))} % sure)" if stamp.confidence < 1 else ""
    read = format_timecode(stamp.start)
    return f"written {shown or 'nothing'}, read as {read}: {stamp.reading.value}{sure}"


def find_faults(stamp: Stamp, text: str, duration: float | None = None) -> Iterator[Fault]:
    """Yield what is wrong with `stamp`, whose characters in the source are `text`.

    `duration` is the video's length in seconds, where it is known.
    """
    time = _time_fault(stamp)
    if time:
        yield time
    late = _late_fault(stamp, duration)
    if late:
        yield late
    differs = _difference(stamp)
    if differs:
        yield differs
    tag = _tag_fault(stamp, text)
    if tag and not (time and tag.code in ("stamp-label", "stamp-short", "stamp-malformed")):
        yield tag


def repair_stamp(stamp: Stamp, text: str, sure: float = SURE) -> str | None:
    """Return how to write `stamp` instead of `text`, or None where that is not certain.

    `sure` is the chance from which on its second is.
    """
    start = stamp.start
    if start is None or start > LONGEST or stamp.end is not None:
        return None
    if stamp.confidence < sure and stamp.raw != canonical_time(start):
        return None
    if text.startswith("|") or stamp.reading is Reading.LINK or _is_ambiguous(stamp):
        return None
    if stamp.reading is Reading.SPLIT and not _MINUTES.fullmatch(stamp.raw):
        return None
    return _write_tag(stamp, text, start, {read_time(stamp.raw)[0], start})


def move_stamp(stamp: Stamp, text: str, second: int) -> str | None:
    """Return how to write `stamp` instead of `text` to say `second`, or None where that is unclear.

    Where a tag has no place (in a link, in a range between two brackets), only its times change.
    """
    start, end = stamp.start, stamp.end
    if start is None or stamp.reading is Reading.GLUED_RANGE:
        return None
    said = {read_time(stamp.raw)[0], read_time(stamp.label)[0], start}
    if end is None and stamp.reading is not Reading.LINK and not text.startswith("|"):
        return _write_tag(stamp, text, second, said)
    moved = dict.fromkeys(said, second) | ({end: second + end - start} if end else {})
    if any(read_time(time)[0] not in moved for time in _TIME.findall(text)):
        return None
    text = _LINK_VALUE.sub(rf"\g<1>{second}", text)
    return _TIME.sub(lambda time: canonical_time(moved[read_time(time[0])[0]] or 0), text)


def _write_tag(stamp: Stamp, text: str, second: int, said: Collection[int | None]) -> str | None:
    """Return the tag of `second` instead of `text`, where that says no second but those of `said`
    and loses no words."""
    if any(read_time(time)[0] not in said for time in _TIME.findall(text)):
        return None
    words = stamp.words.strip()
    if not words and not stamp.is_bare and _LETTER.search(_TIME.sub("", stamp.label)):
        return None
    if any(char in words for char in "<>\n") or len(words) > _LONGEST_LABEL:
        return None
    between = ", " if stamp.is_bare and text[-1] not in "])" else ""  # in a list of times
    return canonical_tag(second, words) + between


def _is_ambiguous(stamp: Stamp) -> bool:
    """Tell whether digits are missing at the end: "00:01:5" may be 50 s, or a cut-off 5x."""
    return bool(_ONE_DIGIT.search(stamp.raw.strip("[]() ")))


def _time_fault(stamp: Stamp) -> Fault | None:
    start, reading = stamp.start, stamp.reading
    shown = repr((stamp.raw or stamp.label)[:40])
    if start is None:
        return Fault("stamp-unreadable", f"time {shown} can’t be read; write for instance 00:01:19")
    right = canonical_time(start)
    said = f"{explain_reading(stamp)}; write {right}"
    if reading is Reading.MINUTES_AS_HOURS:
        return Fault("stamp-hours", said)
    if reading is Reading.JUNK_FIELD:
        return Fault("stamp-junk", said)
    if reading is Reading.FRAMES:
        return Fault("stamp-frames", said)
    if reading is Reading.GLUED_RANGE:
        end = f" and {canonical_time(stamp.end)}" if stamp.end else ""
        return Fault(
            "stamp-malformed", f"{explain_reading(stamp)}; write {right}{end} as two stamps"
        )
    if reading is Reading.LABEL and not _TIME.search(stamp.raw):
        return Fault("stamp-malformed", said)
    if reading is Reading.SPLIT:
        return Fault("stamp-malformed", said)
    if reading in (Reading.AS_WRITTEN, Reading.SHORT):
        if stamp.confidence < _UNSURE:
            return _doubt(stamp)
        if not _USUAL.fullmatch(stamp.raw) and not stamp.is_bare and stamp.end is None:
            read = format_timecode(start)
            return Fault("stamp-malformed", f"time {shown} was read as {read}; write {right}")
    return None


def _doubt(stamp: Stamp) -> Fault:
    first, second = (int(part) for part in _TIME.findall(stamp.raw)[0].split(":")[:2])
    other = first * 60 + second
    assert stamp.start is not None
    return Fault(
        "stamp-unsure",
        f"time {stamp.raw!r} was read as written, {int(stamp.confidence * 100)} % sure; "
        f"write {canonical_time(other)} if it means {format_timecode(other)}",
    )


def _late_fault(stamp: Stamp, duration: float | None) -> Fault | None:
    if stamp.start is None:
        return None
    shown = format_timecode(stamp.start)
    if duration and stamp.start > duration + SLACK:
        end = format_timecode(duration)
        return Fault("stamp-late", f"{shown} is past the video’s end at {end}; look up the moment")
    if stamp.start > LONGEST:
        return Fault("stamp-late", f"{shown} is later than any video is long; look up the moment")
    return None


def _difference(stamp: Stamp) -> Fault | None:
    """Return the fault of a label that is another time than the attribute."""
    label = _TIME.search(stamp.label)
    if stamp.is_bare or not label or not _TIME.search(stamp.raw) or stamp.start is None:
        return None
    said, shown = read_time(stamp.raw)[0], read_time(label[0])[0]
    if shown in (said, stamp.start) or stamp.raw.strip("[]() ") == label[0]:
        return None
    read = format_timecode(stamp.start)
    return Fault(
        "stamp-differs",
        f"the tag says {stamp.raw[:40]!r} and its label {label[0]}; {read} was read: "
        "write the right one in both",
    )


def _tag_fault(stamp: Stamp, text: str) -> Fault | None:
    """Return what is wrong with what stands around the time."""
    right = "write it anew" if stamp.start is None else f"write {canonical_tag(stamp.start)}"
    if stamp.is_bare or "<" not in text:
        if stamp.reading is Reading.LINK:
            return None
        return Fault("stamp-bare", f"time {stamp.raw[:40]!r} has no tag; {right}")
    broken = _break(text)
    if broken:
        return Fault("stamp-anchor", f"{broken}; {right}")
    if stamp.reading is Reading.LINK or stamp.words:
        return None
    if not _PROPER.fullmatch(stamp.raw) and _TIME.fullmatch(stamp.raw):
        return Fault("stamp-short", f"tag says {stamp.raw!r}, which others misread; {right}")
    if not stamp.label:
        return Fault("stamp-label", f"tag shows nothing; {right}")
    if not (stamp.label.startswith("[") and stamp.label.endswith("]")):
        return Fault("stamp-label", f"label {stamp.label[:40]!r} has no brackets; {right}")
    return None


def _break(text: str) -> str | None:
    """Return what is broken in a tag, in words, or None for a sound one."""
    if text.startswith("["):
        return "tag stands in the target of a link"
    if _LINK_TAG.match(text):
        return None
    whole = _WHOLE_TAG.fullmatch(text)
    if not _END.search(text):
        return "tag is never closed, or by another one"
    if not text[1:2].isalpha() or text[1:2] in "pP":
        return "tag is not <a …>"
    if not _CLASS.search(text):
        return "class is not yt-timestamp"
    if not _DATA.search(text):
        return "attribute is not data-t"
    return None if whole else "tag’s quotes or brackets don’t match"
