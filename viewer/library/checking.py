"""The problems of a library, video by video."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from viewer.check.captions import UNHEARD, Heard
from viewer.check.model import Problem
from viewer.check.problems import GAP, CheckedNote, find_problems
from viewer.library.library import Library
from viewer.library.loading import NoteEntry, Video
from viewer.timeline.reading import UNKNOWN, Recording
from viewer.timeline.timeline import TimedClaim


class CheckedVideo(NamedTuple):
    """A video's notes and what is wrong with them."""

    notes: tuple[CheckedNote, ...]
    problems: list[Problem]
    claims: tuple[TimedClaim, ...] = ()
    recording: Recording = UNKNOWN
    """What the notes were read with."""


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
    recording = video.recording
    problems = find_problems(notes, recording=recording, heard=_find_heard(video), gap=gap)
    return CheckedVideo(notes, problems, video.timeline.claims, recording)


def _find_heard(video: Video) -> Heard:
    """Return what the index says that captions make of the claims of `video`."""
    found = video.groundings
    if found is None:
        return UNHEARD
    return Heard(
        groundings={
            (claim.note, claim.claim.position): grounding
            for claim in video.timeline.claims
            if (grounding := found.by_claim.get(claim.id))
        },
        is_foreign=found.is_foreign,
    )


def skipped_files(library: Library) -> list[Problem]:
    """Return a problem for each file that was left out."""
    return [
        Problem(code="file-skipped", path=item.path, message=item.reason)
        for item in library.skipped
    ]
