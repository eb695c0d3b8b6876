"""yt-dlp's `info.json` → title, channel, duration, language and chapters of a video.

The file is not trusted: a field that is missing or of another type is left out. Most of its fields
are not looked at.
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
    """Return the video site's facts of a video. Raises `TranscriptError` if `text` is not JSON."""
    try:
        info = json.loads(text.lstrip("\ufeff"), parse_int=float, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise TranscriptError(
            f"video information: it can't be read as JSON ({error}); fetch it again"
        ) from error
    if not isinstance(info, dict):
        raise TranscriptError("video information: no object with a title is in it; fetch it again")
    duration = _read_seconds(info.get("duration")) or None
    return VideoInfo(
        title=_read_words(info.get("title")) or _read_words(info.get("fulltitle")),
        channel=_read_words(info.get("channel")) or _read_words(info.get("uploader")),
        duration=duration,
        language=_read_language(info.get("language")),
        chapters=tuple(_read_chapters(info.get("chapters"), duration)),
    )


def _read_chapters(value: object, duration: float | None) -> Iterator[VideoChapter]:
    """Yield chapters in order, within the video, and each ending before the next begins.

    A chapter that begins before the one above it is left out.
    """
    chapters: list[VideoChapter] = []
    video_end = LATEST if duration is None else duration
    for item in value[:MOST_CHAPTERS] if isinstance(value, list) else ():
        if not isinstance(item, dict):
            continue
        start, end = _read_seconds(item.get("start_time")), _read_seconds(item.get("end_time"))
        title = _read_words(item.get("title"))
        if start is None or title is None or start >= video_end:
            continue
        if not chapters or start > chapters[-1].start:
            chapters.append(VideoChapter(start, video_end if end is None else end, title))
    for chapter, following in zip_longest(chapters, chapters[1:]):
        end = min(chapter.end, video_end, following.start if following else video_end)
        if end > chapter.start:
            yield chapter._replace(end=end)


def _read_seconds(value: object) -> float | None:
    """Return a number of seconds in a video, or None; JSON's integers are floats here."""
    return value if isinstance(value, float) and is_time(value) else None


def _read_words(value: object) -> str | None:
    """Return text on one line, or None."""
    return (one_line(value, LONGEST_TITLE) or None) if isinstance(value, str) else None


def _read_language(value: object) -> str | None:
    """Return a language tag, or None."""
    is_tag = isinstance(value, str) and _LANGUAGE.fullmatch(value)
    return value if is_tag and isinstance(value, str) else None
