"""Captions in json3 → the same, with the fields alone that are used.

Parsed, captions of some megabytes can take a hundred times as many: this is for the worker, whose
memory has a bound, and not for the process that serves.
"""

import json
import re
from itertools import islice
from typing import Any

CAPTIONS_LIMIT = 16 * 2**20
"""The most bytes of captions that are taken; ten hours of speech are 12 MB."""
BEGINNING = '{"wireMagic":"pb3","events":['
"""What captions begin with that were written here."""
_EVENTS = 500_000


def rewrite_json3(text: str) -> str | None:
    """Return captions in json3 with no more than what is read of them; None where there are none.

    Shape: `{"events": [{"tStartMs", "dDurationMs", "aAppend", "segs": [{"utf8", "tOffsetMs",
    "acAsrConf"}]}]}`; numbers may be strings.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    events = value.get("events") if isinstance(value, dict) else None
    if not isinstance(events, list):
        return None
    kept = [*islice(filter(None, map(_rewrite_event, events)), _EVENTS)]
    if not any(segment["utf8"].strip() for event in kept for segment in event["segs"]):
        return None
    written = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return f"{BEGINNING}{written[1:]}}}"


def _rewrite_event(event: object) -> dict[str, Any] | None:
    if not isinstance(event, dict) or not isinstance(event.get("segs"), list):
        return None
    segments = []
    for segment in event["segs"]:
        if isinstance(segment, dict) and isinstance(segment.get("utf8"), str):
            words = segment["utf8"].encode("utf-8", "replace").decode().replace("\0", "\ufffd")
            segments.append({"utf8": words, **_numbers(segment, "tOffsetMs", "acAsrConf")})
    times = _numbers(event, "tStartMs", "dDurationMs", "aAppend")
    return {**times, "segs": segments} if segments and "tStartMs" in times else None


def _numbers(value: dict[str, object], *names: str) -> dict[str, int]:
    return {name: number for name in names if (number := _read_number(value.get(name))) is not None}


def _read_number(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value, re.ASCII):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12:
        return value
    return None
