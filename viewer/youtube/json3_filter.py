"""Captions in json3 → the same, reduced to the fields that `transcript/json3.py` reads.

Captions of some megabytes may take a hundred times as much memory when they are parsed. So this
runs in the worker, whose memory is limited, and not in the server.
"""

import json
import re
from itertools import islice
from typing import Any

CAPTIONS_LIMIT = 16 * 2**20
"""The most bytes of captions; ten hours of speech are 12 MB."""
BEGINNING = '{"wireMagic":"pb3","events":['
"""The beginning of filtered captions, by which `answer.py` knows them."""
_EVENTS = 500_000


def filter_json3(text: str) -> str | None:
    """Return json3 with the fields that are read; None if `text` has no words or is not json3.

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
    filtered = [*islice(filter(None, map(_filter_event, events)), _EVENTS)]
    if not any(segment["utf8"].strip() for event in filtered for segment in event["segs"]):
        return None
    array = json.dumps(filtered, ensure_ascii=False, separators=(",", ":"))
    return f"{BEGINNING}{array[1:]}}}"  # BEGINNING ends with the array's "["


def _filter_event(event: object) -> dict[str, Any] | None:
    """Return an event with what is read of it; None if it has no start or no words."""
    if not isinstance(event, dict) or not isinstance(event.get("segs"), list):
        return None
    segments = []
    for segment in event["segs"]:
        if isinstance(segment, dict) and isinstance(segment.get("utf8"), str):
            # What no file can hold is replaced: lone surrogates, and NUL.
            words = segment["utf8"].encode("utf-8", "replace").decode().replace("\0", "\ufffd")
            segments.append({"utf8": words, **_read_numbers(segment, "tOffsetMs", "acAsrConf")})
    times = _read_numbers(event, "tStartMs", "dDurationMs", "aAppend")
    return {**times, "segs": segments} if segments and "tStartMs" in times else None


def _read_numbers(value: dict[str, object], *names: str) -> dict[str, int]:
    return {name: number for name in names if (number := _read_number(value.get(name))) is not None}


def _read_number(value: object) -> int | None:
    """Return `value` as a number of up to twelve digits; YouTube quotes some of them."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value, re.ASCII):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12:
        return value
    return None
