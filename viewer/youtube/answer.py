"""What a worker answers → values: nothing of it is taken that is not of the kind it should be.

The worker ran yt-dlp over what a site sent, so that its answer is no better than that. Captions in
json3 are written anew from the fields that are used; of a video's facts only those are kept that
the library reads.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from viewer.language import clean_language
from viewer.transcript.model import VideoChapter, VideoInfo
from viewer.youtube.model import Captions, Failure, Fetched, Reason

LIMIT = 48 * 2**20
"""The most bytes that a worker may answer: captions grow when they are quoted."""
_TITLE = 300
_CHAPTERS = 1000
_EVENTS = 500_000
_SAID = 300
_LANGUAGES = 100
_LONGEST = 7 * 24 * 3600.0
"""Seconds of a video."""
_PICTURE = re.compile(
    r"https://i\.ytimg\.com/[A-Za-z0-9_/.-]{1,200}(?:\?[A-Za-z0-9_=&%+.-]{0,400})?"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def read_answer(end: object, video_id: str) -> Fetched:
    """Return what the last message of a worker says of the video that was asked for."""
    if not isinstance(end, Mapping):
        return Fetched(failure=Failure(reason=Reason.BROKEN))
    info, thumbnail = _read_info(end.get("info"), video_id)
    captions = end.get("captions")
    if captions is None:
        return Fetched(failure=_read_failure(end), info=info, thumbnail=thumbnail)
    read = read_captions(captions)
    failure = None if read else Failure(reason=Reason.BROKEN)
    return Fetched(captions=read, failure=failure, info=info, thumbnail=thumbnail)


def read_captions(value: object) -> Captions | None:
    """Return captions that can be kept, or None."""
    if not isinstance(value, Mapping):
        return None
    language, text = clean_language(value.get("language")), value.get("text")
    if language is None or not isinstance(text, str):
        return None
    suffix = value.get("suffix")
    if suffix == ".json3":
        kept = _rewrite_json3(text)
    elif suffix == ".vtt" and re.match(r"\ufeff?WEBVTT\b", text) and "-->" in text:
        kept = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    else:
        kept = None
    if kept is None:
        return None
    return Captions(
        language=language,
        suffix=str(suffix),
        text=kept,
        is_generated=value.get("is_generated") is True,
    )


def _read_failure(end: Mapping[str, object]) -> Failure:
    try:
        reason = Reason(str(end.get("reason")))
    except ValueError:
        return Failure(reason=Reason.BROKEN)
    found = end.get("languages")
    tags = found[:_LANGUAGES] if isinstance(found, list) else []
    languages = dict.fromkeys(language for tag in tags if (language := clean_language(tag)))
    said = _read_text(end.get("said"), _SAID) or ""
    return Failure(reason=reason, said=said, languages=tuple(languages))


def _read_info(value: object, video_id: str) -> tuple[VideoInfo | None, str | None]:
    """Return the facts of a video, and the address of its picture."""
    if not isinstance(value, Mapping) or value.get("id") != video_id:
        return None, None
    duration = _read_seconds(value.get("duration"))
    picture = value.get("thumbnail")
    info = VideoInfo(
        title=_read_text(value.get("title"), _TITLE),
        channel=_read_text(value.get("channel") or value.get("uploader"), _TITLE),
        duration=duration,
        language=clean_language(value.get("language")),
        chapters=tuple(_read_chapters(value.get("chapters"), duration)),
    )
    is_picture = isinstance(picture, str) and _PICTURE.fullmatch(picture)
    return info, str(picture) if is_picture else None


def _read_chapters(value: object, duration: float | None) -> Iterator[VideoChapter]:
    """Yield chapters in order, each until the next; what has no time or no title is left out."""
    starts = [*_read_starts(value)]
    ends = [start for start, _ in starts[1:]] + [duration or math.inf]
    for (start, title), end in zip(starts, ends, strict=bool(starts)):
        if end != math.inf and start < end:
            yield VideoChapter(start, end, title)


def _read_starts(value: object) -> Iterator[tuple[float, str]]:
    last = -1.0
    for item in value[:_CHAPTERS] if isinstance(value, list) else ():
        if not isinstance(item, Mapping):
            continue
        start, title = _read_seconds(item.get("start_time")), _read_text(item.get("title"), _TITLE)
        if start is not None and title and last < start:
            last = start
            yield start, title


def _read_text(value: object, most: int) -> str | None:
    """Return text on one line and of bounded length, or None where there is none."""
    if not isinstance(value, str):
        return None
    return " ".join(_CONTROL.sub(" ", value[: most * 4]).split())[:most] or None


def _read_seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _LONGEST else None  # which no NaN is


def _rewrite_json3(text: str) -> str | None:
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
    return json.dumps({"wireMagic": "pb3", "events": kept}, ensure_ascii=False)


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
