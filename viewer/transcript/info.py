"""yt-dlp's `info.json` → what is used of it: title, channel, duration, language, chapters.

The file is the outside: every field may be null, missing or of another type, and is then passed
over. All else in it, which is most, is never looked at.
"""

import json
import re
from collections.abc import Iterator
from itertools import zip_longest

from viewer.errors import TranscriptError
from viewer.transcript.arrange import LATEST, is_time
from viewer.transcript.model import VideoChapter, VideoInfo
from viewer.transcript.plain import one_line

LONGEST_TITLE = 300
MOST_CHAPTERS = 1_000

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z\d]{1,8}){0,4}", re.ASCII)


def parse_info(text: str) -> VideoInfo:
    """Return what the video site says of a video. Raises `TranscriptError` where it is no JSON."""
    try:
        info = json.loads(text.lstrip("\ufeff"), parse_int=float, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise TranscriptError(
            f"video information: it can't be read as JSON ({error}); fetch it again"
        ) from error
    if not isinstance(info, dict):
        raise TranscriptError("video information: no object with a title is in it; fetch it again")
    duration = _seconds(info.get("duration")) or None
    return VideoInfo(
        title=_words(info.get("title")) or _words(info.get("fulltitle")),
        channel=_words(info.get("channel")) or _words(info.get("uploader")),
        duration=duration,
        language=_language(info.get("language")),
        chapters=tuple(_read_chapters(info.get("chapters"), duration)),
    )


def _read_chapters(value: object, duration: float | None) -> Iterator[VideoChapter]:
    """Yield the chapters that come in order and lie inside the video, none over the next."""
    found: list[VideoChapter] = []
    video_end = LATEST if duration is None else duration
    for chapter in value[:MOST_CHAPTERS] if isinstance(value, list) else ():
        if not isinstance(chapter, dict):
            continue
        start, end = _seconds(chapter.get("start_time")), _seconds(chapter.get("end_time"))
        title = _words(chapter.get("title"))
        if start is None or title is None or start >= video_end:
            continue
        if not found or start > found[-1].start:
            found.append(VideoChapter(start, video_end if end is None else end, title))
    for chapter, following in zip_longest(found, found[1:]):
        end = min(chapter.end, video_end, following.start if following else video_end)
        if end > chapter.start:
            yield chapter._replace(end=end)


def _seconds(value: object) -> float | None:
    return value if isinstance(value, float) and is_time(value) else None


def _words(value: object) -> str | None:
    return (one_line(value, LONGEST_TITLE) or None) if isinstance(value, str) else None


def _language(value: object) -> str | None:
    is_tag = isinstance(value, str) and _LANGUAGE.fullmatch(value)
    return value if is_tag and isinstance(value, str) else None
