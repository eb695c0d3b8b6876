"""The formats there are, by name."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from viewer.export.anki import write_anki
from viewer.export.csv import write_csv
from viewer.export.json import write_json
from viewer.export.jsonl import write_jsonl
from viewer.export.markdown import write_markdown
from viewer.export.model import ExportedVideo
from viewer.export.srt import write_srt
from viewer.export.vtt import write_vtt, write_vtt_chapters
from viewer.export.webannotation import write_webannotation
from viewer.export.youtube import explain_youtube_chapters, write_youtube_chapters

_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_IN_NAMES = re.compile(r'[\0-\x1f\x7f-\x9f<>:"/\\|?*\u202a-\u202e\u2066-\u2069\ud800-\udfff]+')
_LONGEST_NAME = 120
"""Bytes of a title in a file's name; file systems take 255 in all."""


def _nothing_to_explain(_: ExportedVideo) -> list[str]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way to write the claims of videos."""

    name: str
    label: str
    """For a menu."""
    media_type: str
    extension: str
    """Of files, with its dot."""
    write: Callable[[Iterable[ExportedVideo]], Iterator[str]]
    holds_many: bool = True
    """Whether one file can hold several videos."""
    needs_time: bool = False
    """Whether claims without a readable second are left out."""
    explain: Callable[[ExportedVideo], list[str]] = _nothing_to_explain
    """What a person should know of how a video came to fit the format."""

    def encode(self, videos: Iterable[ExportedVideo]) -> Iterator[bytes]:
        """Yield `videos` in UTF-8.

        A byte of a file's name that isn't UTF-8 is `\\udce9` in JSON, which programs read back,
        and U+FFFD elsewhere.
        """
        is_json = "json" in self.media_type
        for text in self.write(videos):
            if is_json:
                yield text.encode("utf-8", "backslashreplace")
            else:
                yield _SURROGATE.sub("\ufffd", text).encode()

    def file_name(self, video: ExportedVideo) -> str:
        """Return a name for a file with `video`, safe on every system: "Title [id].vtt".

        yt-dlp names videos so, and players find subtitles by the name of the video.
        """
        title = _NOT_IN_NAMES.sub(" ", video.title)
        title = " ".join(title.encode()[:_LONGEST_NAME].decode("utf-8", "ignore").split())
        stem = title.lstrip(". ") or "claims"
        return (f"{stem} [{video.video_id}]" if video.video_id else stem) + self.extension


FORMATS = {
    form.name: form
    for form in (
        Format(
            name="vtt",
            label="Subtitles (WebVTT)",
            media_type="text/vtt",
            extension=".vtt",
            write=write_vtt,
            holds_many=False,
            needs_time=True,
        ),
        Format(
            name="srt",
            label="Subtitles (SRT)",
            media_type="application/x-subrip",
            extension=".srt",
            write=write_srt,
            holds_many=False,
            needs_time=True,
        ),
        Format(
            name="vtt-chapters",
            label="Chapters (WebVTT)",
            media_type="text/vtt",
            extension=".chapters.vtt",
            write=write_vtt_chapters,
            holds_many=False,
        ),
        Format(
            name="youtube-chapters",
            label="Chapters (YouTube, merged to its rules)",
            media_type="text/plain",
            extension=".chapters.txt",
            write=write_youtube_chapters,
            holds_many=False,
            explain=explain_youtube_chapters,
        ),
        Format(
            name="markdown",
            label="Note (Markdown)",
            media_type="text/markdown",
            extension=".md",
            write=write_markdown,
            needs_time=True,
        ),
        Format(
            name="csv",
            label="Spreadsheet (CSV)",
            media_type="text/csv",
            extension=".csv",
            write=write_csv,
        ),
        Format(
            name="anki",
            label="Flashcards (Anki)",
            media_type="text/plain",
            extension=".anki.txt",
            write=write_anki,
        ),
        Format(
            name="webannotation",
            label="Web Annotations (JSON-LD)",
            media_type='application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
            extension=".jsonld",
            write=write_webannotation,
        ),
        Format(
            name="json",
            label="JSON",
            media_type="application/json",
            extension=".json",
            write=write_json,
        ),
        Format(
            name="jsonl",
            label="JSON, a claim a line",
            media_type="application/x-ndjson",
            extension=".jsonl",
            write=write_jsonl,
        ),
    )
}
