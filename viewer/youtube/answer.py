"""What a worker answers → values: nothing of it is taken that is not of the kind it should be.

The worker ran yt-dlp over what a site sent, so that its answer is no better than that. Of a video's
facts only those are kept that the library reads. Captions are text of bounded size: those in json3
were written anew by the worker (`json3_filter.py`), whose memory has a bound, and are not parsed
here.
"""

import math
import re
from collections.abc import Iterator, Mapping

from viewer.language import clean_language
from viewer.transcript.model import VideoChapter, VideoInfo
from viewer.youtube.json3_filter import BEGINNING, CAPTIONS_LIMIT
from viewer.youtube.model import Captions, Failure, Fetched, Reason

LIMIT = 48 * 2**20
"""The most bytes that a worker may answer: captions grow when they are quoted."""
_TITLE = 300
_CHAPTERS = 1000
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
