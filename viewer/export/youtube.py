"""Chapters for the description of a video on YouTube.

Its rules (https://support.google.com/youtube/answer/9884579): the first begins at 0:00, there are
three at least, in ascending order, and each is ten seconds long or longer.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from viewer.export.model import ChapterStart, ExportedVideo, find_chapters, join_titles, words
from viewer.timecode import format_timecode

_FEWEST = 3
_SHORTEST = 10
_LONGEST_TITLE = 100
_LONGEST = 5000
"""Characters of a description."""
_REFUSED = str.maketrans("<>", "‹›")
"""YouTube takes no description with angle brackets."""


class YouTubeChapters(NamedTuple):
    """Chapters as YouTube takes them, and what had to be done for that, in words."""

    chapters: list[ChapterStart]
    notices: list[str]


def write_youtube_chapters(videos: Iterable[ExportedVideo]) -> Iterator[str]:
    """Yield a chapter a line: "1:19 The law"."""
    for video in videos:
        yield from map(_line, arrange_chapters(video).chapters)


def explain_youtube_chapters(video: ExportedVideo) -> list[str]:
    """Return what differs from the notes, and what of the rules can't be met."""
    return arrange_chapters(video).notices


def arrange_chapters(video: ExportedVideo) -> YouTubeChapters:
    """Return the video's chapters, merged so that they satisfy the rules.

    Where the notes have too few headings for that, each claim begins a chapter.
    """
    found = find_chapters(video)
    merged = _merge(found, video)
    notices = []
    if len(merged) < _FEWEST:
        claims = [
            ChapterStart(moment.start, words(moment.claim.claim))
            for moment in video.timeline.moments
        ]
        of_claims = _merge(claims, video)
        if len(of_claims) > len(merged):
            found, merged = claims, of_claims
            notices.append("the notes have too few chapters, so the claims are taken as such")
    return YouTubeChapters(merged, [*notices, *_compare(found, merged)])


def _merge(found: Sequence[ChapterStart], video: ExportedVideo) -> list[ChapterStart]:
    """Return `found` from 0:00 on, with those too near to one before joined to that one."""
    groups: list[tuple[int, list[str]]] = []
    if found and found[0].start >= _SHORTEST:
        groups.append((0, [video.title]))
    for start, title in found:
        begin = start if groups else 0
        end = video.duration
        is_too_short = end is not None and end - start < _SHORTEST
        if groups and (start - groups[-1][0] < _SHORTEST or is_too_short):
            groups[-1][1].append(title)
        else:
            groups.append((begin, [title]))
    return [ChapterStart(start, _shorten(join_titles(titles))) for start, titles in groups]


def _compare(found: Sequence[ChapterStart], merged: Sequence[ChapterStart]) -> Iterator[str]:
    if found and found[0].start >= _SHORTEST:
        yield "a chapter called like the video is put at 0:00, where the first must begin"
    elif found and found[0].start:
        first = format_timecode(found[0].start)
        yield f"the first chapter begins at 0:00, as it must, instead of {first}"
    kept = len(merged) - (1 if found and found[0].start >= _SHORTEST else 0)
    if len(found) > kept:
        yield (
            f"{len(found)} chapters became {kept}: those shorter than {_SHORTEST} seconds "
            "are merged with the one before"
        )
    if len(merged) < _FEWEST:
        yield f"YouTube shows chapters from {_FEWEST} on, and there can be {len(merged)}"
    if sum(len(_line(chapter)) for chapter in merged) > _LONGEST:
        yield f"together they are longer than a description may be ({_LONGEST:,} characters)"


def _line(chapter: ChapterStart) -> str:
    return f"{format_timecode(chapter.start)} {chapter.title.translate(_REFUSED)}\n"


def _shorten(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"
