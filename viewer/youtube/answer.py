"""A worker's answer → values. Nothing in it is trusted: each part is checked for its type and size.

The worker ran yt-dlp over what a site sent, so its answer may hold anything. Of a video's facts,
those are taken that the library reads. Captions are not parsed here, since that may take a hundred
times their size in memory: the worker, whose memory is limited, has filtered them
(`json3_filter.py`).
"""

import math
import re
from collections.abc import Iterator, Mapping

from viewer.language import clean_language
from viewer.transcript.model import VideoChapter, VideoInfo
from viewer.youtube.json3_filter import BEGINNING, CAPTIONS_LIMIT
from viewer.youtube.model import Captions, Failure, Outcome, Reason

LIMIT = 48 * 2**20
"""The most bytes of an answer: JSON's escapes make captions longer than `CAPTIONS_LIMIT`."""
_TITLE = 300
"""The most characters of a title, and …"""
_QUOTE = 300
"""… of a quote; …"""
_CHAPTERS = 1000
_LANGUAGES = 100
_LONGEST = 7 * 24 * 3600.0
"""… and the most seconds of a video."""
_THUMBNAIL = re.compile(
    r"https://i\.ytimg\.com/[A-Za-z0-9_/.-]{1,200}(?:\?[A-Za-z0-9_=&%+.-]{0,400})?"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def read_answer(end: object, video_id: str) -> Outcome:
    """Return the outcome in `end`, the last message of a worker that was asked for `video_id`."""
    if not isinstance(end, Mapping):
        return Outcome(failure=Failure(reason=Reason.BROKEN))
    info, thumbnail = _read_info(end.get("info"), video_id)
    captions = end.get("captions")
    if captions is None:
        return Outcome(failure=_read_failure(end), info=info, thumbnail=thumbnail)
    readable = read_captions(captions)
    failure = None if readable else Failure(reason=Reason.BROKEN)
    return Outcome(captions=readable, failure=failure, info=info, thumbnail=thumbnail)


def read_captions(value: object) -> Captions | None:
    """Return the captions in `value`; None if they are not in json3 or WebVTT, or too large."""
    if not isinstance(value, Mapping):
        return None
    language, text = clean_language(value.get("language")), value.get("text")
    if language is None or not isinstance(text, str):
        return None
    suffix = value.get("suffix")
    is_json3 = suffix == ".json3" and text.startswith(BEGINNING)
    is_vtt = suffix == ".vtt" and re.match(r"\ufeff?WEBVTT\b", text) and "-->" in text
    data = text.replace("\0", "\ufffd").encode("utf-8", "replace")
    if not (is_json3 or is_vtt) or len(data) > CAPTIONS_LIMIT:
        return None
    return Captions(
        language=language,
        suffix=str(suffix),
        text=data.decode(),
        is_generated=value.get("is_generated") is True,
    )


def _read_failure(end: Mapping[str, object]) -> Failure:
    try:
        reason = Reason(str(end.get("reason")))
    except ValueError:
        return Failure(reason=Reason.BROKEN)
    value = end.get("languages")
    tags = value[:_LANGUAGES] if isinstance(value, list) else []
    languages = dict.fromkeys(language for tag in tags if (language := clean_language(tag)))
    quote = _read_text(end.get("quote"), _QUOTE) or ""
    return Failure(reason=reason, quote=quote, languages=tuple(languages))


def _read_info(value: object, video_id: str) -> tuple[VideoInfo | None, str | None]:
    """Return the facts of a video and the address of its thumbnail, as far as they are usable."""
    if not isinstance(value, Mapping) or value.get("id") != video_id:
        return None, None
    duration = _read_seconds(value.get("duration"))
    thumbnail = value.get("thumbnail")
    info = VideoInfo(
        title=_read_text(value.get("title"), _TITLE),
        channel=_read_text(value.get("channel") or value.get("uploader"), _TITLE),
        duration=duration,
        language=clean_language(value.get("language")),
        chapters=tuple(_read_chapters(value.get("chapters"), duration)),
    )
    is_usable = isinstance(thumbnail, str) and _THUMBNAIL.fullmatch(thumbnail)
    return info, str(thumbnail) if is_usable else None


def _read_chapters(value: object, duration: float | None) -> Iterator[VideoChapter]:
    """Yield the chapters in order, each until the next, the last until `duration`."""
    starts = [*_read_starts(value)]
    ends = [start for start, _ in starts[1:]] + [duration or math.inf]
    for (start, title), end in zip(starts, ends, strict=bool(starts)):
        if end != math.inf and start < end:
            yield VideoChapter(start, end, title)


def _read_starts(value: object) -> Iterator[tuple[float, str]]:
    """Yield start and title of the chapters that have both and start after the one before."""
    last = -1.0
    for item in value[:_CHAPTERS] if isinstance(value, list) else ():
        if not isinstance(item, Mapping):
            continue
        start, title = _read_seconds(item.get("start_time")), _read_text(item.get("title"), _TITLE)
        if start is not None and title and last < start:
            last = start
            yield start, title


def _read_text(value: object, most: int) -> str | None:
    """Return `value` on one line of up to `most` characters; None if it is no text or empty."""
    if not isinstance(value, str):
        return None
    return " ".join(_CONTROL.sub(" ", value[: most * 4]).split())[:most] or None


def _read_seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _LONGEST else None  # NaN fails both comparisons
