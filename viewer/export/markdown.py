"""The timeline as a note: chapters, and each claim after a link to its second.

Such a note can be read again: the links are stamps, and one that opens its item backs the words
after it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from viewer.export.model import ExportedVideo, one_line, words
from viewer.timecode import format_timecode
from viewer.timeline.timeline import Heading, Moment

_SPECIAL = re.compile(r"([\\`*_\[\]<>&~$^#|])")
_DEEPEST = 6


def write_markdown(videos: Iterable[ExportedVideo]) -> Iterator[str]:
    """Yield one note; where it holds one video only, its header names that video."""
    pending = iter(videos)
    first = list(islice(pending, 2))
    if len(first) == 1 and first[0].video_id:
        title = json.dumps(one_line(first[0].title), ensure_ascii=False)
        yield f"---\ntitle: {title}\nvideoId: {json.dumps(first[0].video_id)}\n---\n\n"
    for number, video in enumerate(chain(first, pending)):
        yield ("\n" if number else "") + "".join(_section(video))


def _section(video: ExportedVideo) -> Iterator[str]:
    yield f"# {_link(video.title, video.url)}\n"
    headings: dict[int, list[Heading]] = {}
    for heading in video.timeline.headings(video.notes):
        headings.setdefault(heading.moment, []).append(heading)
    open_chapter: tuple[int, tuple[str, ...]] | None = None
    for index, moment in enumerate(video.timeline.moments):
        for heading in headings.get(index, ()):
            path = heading.chapter.path
            marks = "#" * min(_DEEPEST, 1 + len(path))
            yield f"\n{marks} {_escape(path[-1])}\n"
            open_chapter = (heading.note, path)
        if index == 0 or index in headings:
            yield "\n"
        yield _item(video, moment, open_chapter)


def _item(
    video: ExportedVideo, moment: Moment, open_chapter: tuple[int, tuple[str, ...]] | None
) -> str:
    """Return the claim; one of another chapter than stands above it says of which."""
    time = _link(format_timecode(moment.start), video.link(moment.start))
    claim = moment.claim
    chapter = claim.claim.chapter
    is_elsewhere = chapter and (claim.note, chapter) != open_chapter
    aside = f" *({_escape(' › '.join(chapter))})*" if is_elsewhere else ""
    return f"- {time} {_escape(words(claim.claim))}{aside}\n"


def _link(text: str, url: str | None) -> str:
    return f"[{_escape(text)}]({url})" if url else _escape(text)


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", one_line(text))
