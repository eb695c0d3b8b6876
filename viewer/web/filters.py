"""Jinja filters: how values look in a page."""

from datetime import UTC, datetime

from flask import Flask, url_for

from viewer.library.browse import VideoEntry
from viewer.library.folder import display_path
from viewer.timecode import format_timecode, spoken_time
from viewer.web.finding import moment_path
from viewer.youtube.video import thumbnail_url

_LONGEST = 600


def init_filters(app: Flask) -> None:
    """Give `app`'s templates the functions below, and those of the core that they need."""
    app.add_template_filter(format_timecode, "timecode")
    app.add_template_filter(spoken_time, "spoken_time")
    app.add_template_filter(shorten, "shorten")
    app.add_template_filter(count, "count")
    app.add_template_filter(display_path, "display_name")
    app.add_template_filter(thumbnail_url)
    app.add_template_filter(video_address)
    app.add_template_filter(moment_path)
    app.add_template_filter(format_date, "date")


def shorten(text: str, length: int = _LONGEST) -> str:
    """Return `text`, cut at a space before `length` characters where it is longer."""
    if len(text) <= length:
        return text
    head = text[:length]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:.–—-") + "…"


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: "1 claim", "1,234 claims"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def format_date(seconds: float) -> str:
    """Return the day of a time since 1970, in UTC: "9 Mar 2026"."""
    day = datetime.fromtimestamp(seconds, UTC)
    return f"{day.day} {day:%b %Y}"


def video_address(video: VideoEntry) -> str:
    """Return the address of a video's page, or of the note that stands for one."""
    if video.video_id:
        return url_for("pages.watch", video_id=video.video_id)
    return url_for("pages.note", slug=video.slug)
