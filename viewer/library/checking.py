"""The problems of a library, video by video."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from viewer.check.model import Problem
from viewer.check.problems import GAP, CheckedNote, find_problems
from viewer.library.library import Library, NoteEntry, Video


class CheckedVideo(NamedTuple):
    """A video's notes and what is wrong with them."""

    notes: tuple[CheckedNote, ...]
    problems: list[Problem]


def check_library(
    library: Library, keys: Iterable[str], *, gap: float = GAP
) -> Iterator[CheckedVideo]:
    """Yield each of the videos with its problems."""
    for key in keys:
        yield check_video(library, library.video(key), gap=gap)


def check_video(library: Library, video: Video, *, gap: float = GAP) -> CheckedVideo:
    """Return the notes of `video` and their problems."""

    def note_of(entry: NoteEntry, text: str, place: int) -> CheckedNote:
        return CheckedNote(
            path=entry.path,
            text=text,
            note=video.notes[place],
            is_html=entry.is_html,
            resolves=lambda target: library.resolve(target, entry) is not None,
        )

    notes = tuple(
        note_of(source.entry, source.text, place) for place, source in enumerate(video.sources)
    )
    return CheckedVideo(notes, find_problems(notes, gap=gap))


def skipped_files(library: Library) -> list[Problem]:
    """Return a problem for each file that was left out."""
    return [
        Problem(code="file-skipped", path=item.path, message=item.reason)
        for item in library.skipped
    ]
