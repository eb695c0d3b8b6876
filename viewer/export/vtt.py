"""WebVTT (https://www.w3.org/TR/webvtt1/): the claims as cues, or the chapters.

A `<track>` is subtitles or chapters, never both, so these are two formats: `vtt` to show the
claims over a video, `vtt-chapters` for the menu of chapters that players make of such a track.
"""

from collections.abc import Iterable, Iterator

from viewer.export.model import ExportedVideo, find_chapters, one_line, words
from viewer.timecode import format_cue_time

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\0": "\ufffd"})


def write_vtt(videos: Iterable[ExportedVideo]) -> Iterator[str]:
    """Yield a cue a moment, called by the claim's id and the second: "hmt7hazsq98w@28"."""
    for video in videos:
        yield _header(video)
        for moment in video.timeline.moments:
            yield _cue(
                f"{moment.claim.id}@{moment.start}",
                moment.start,
                video.end_of(moment),
                words(moment.claim.claim),
            )


def write_vtt_chapters(videos: Iterable[ExportedVideo]) -> Iterator[str]:
    """Yield a cue a chapter, each until the next."""
    for video in videos:
        yield _header(video)
        chapters = find_chapters(video)
        ends: list[float] = [chapter.start for chapter in chapters[1:]]
        if chapters:
            ends.append(max(map(video.end_of, video.timeline.moments)))
        for number, (chapter, end) in enumerate(zip(chapters, ends, strict=True), 1):
            yield _cue(f"chapter-{number}", chapter.start, end, chapter.title)


def _header(video: ExportedVideo) -> str:
    # Comments know no escapes, and "-->" makes a cue of them.
    lines = ["NOTE", one_line(video.title).replace("-->", "→"), video.url or ""]
    return "WEBVTT\n\n" + "\n".join(filter(None, lines)) + "\n"


def _cue(name: str, start: float, end: float, text: str) -> str:
    times = f"{format_cue_time(start)} --> {format_cue_time(end)}"
    return f"\n{name}\n{times}\n{text.translate(_ESCAPES)}\n"
