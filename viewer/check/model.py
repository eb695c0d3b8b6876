"""What a check finds: its kinds, and one problem with its place."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

SURE = 0.99
"""A repair is certain from this chance on that its second is what the author meant."""


class Severity(StrEnum):
    """How much a problem costs a reader."""

    ERROR = "error"
    """Something is lost: a file, a video, a time."""
    WARNING = "warning"
    """It was read, but not as it is written."""
    INFO = "info"
    """It is read as meant; other programs may not."""


class Kind(NamedTuple):
    """A kind of problem."""

    code: str
    severity: Severity
    title: str


_KINDS = (
    Kind("file-skipped", Severity.ERROR, "file left out: too large, unreadable, or a link"),
    Kind("file-encoding", Severity.ERROR, "bytes that are not text"),
    Kind("note-cut", Severity.ERROR, "note too long to be read whole"),
    Kind("header-open", Severity.ERROR, "header that never ends"),
    Kind("header-broken", Severity.ERROR, "header that can’t be read"),
    Kind("video-invalid", Severity.ERROR, "video id that is none"),
    Kind("video-missing", Severity.WARNING, "times, but no video"),
    Kind("captions-foreign", Severity.WARNING, "captions of another video or language"),
    Kind("stamp-unreadable", Severity.ERROR, "time that can’t be read"),
    Kind("stamp-hours", Severity.WARNING, "minutes written as hours"),
    Kind("stamp-junk", Severity.WARNING, "third field that means nothing"),
    Kind("stamp-frames", Severity.WARNING, "frames after the seconds"),
    Kind("stamp-late", Severity.WARNING, "time past the end of the video"),
    Kind("stamp-elsewhere", Severity.WARNING, "claim that the captions have at another second"),
    Kind("stamp-unsure", Severity.WARNING, "time that may mean another second"),
    Kind("stamp-differs", Severity.WARNING, "attribute and label that differ"),
    Kind("stamp-malformed", Severity.WARNING, "time that is not written HH:MM:SS"),
    Kind("stamp-anchor", Severity.WARNING, "broken tag around a time"),
    Kind("stamp-label", Severity.INFO, "label without brackets, or none"),
    Kind("stamp-short", Severity.INFO, "tag with MM:SS"),
    Kind("stamp-bare", Severity.INFO, "time without a tag"),
    Kind("link-dead", Severity.INFO, "wikilink that leads to no note"),
    Kind("claim-duplicate", Severity.WARNING, "claim made twice in one note"),
    Kind("claim-gap", Severity.INFO, "minutes without a claim"),
)
KINDS = {kind.code: kind for kind in _KINDS}
"""Every kind of problem by its code, in the order in which they are shown."""


class Place(NamedTuple):
    """Where a problem stands: line and column from 1, in characters."""

    line: int = 1
    column: int = 1


_TOP = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something odd, with its place and what to do about it."""

    code: str
    """A key of `KINDS`; it never changes its meaning."""
    path: str
    """Of the note, relative to the library's folder."""
    place: Place = _TOP
    message: str
    """What is wrong, what was read instead, and what to write."""
    written: str = ""
    """What stands there."""
    start: int | None = None
    """The second that was read instead, or is suggested."""
    confidence: float = 1.0
    """The chance that `start` is what the author meant."""
    span: tuple[int, int] | None = None
    """The stamp's characters in the source."""
    replacement: str | None = None
    """What to write in place of `span`, where that is certain."""

    @property
    def severity(self) -> Severity:
        return KINDS[self.code].severity


def choose_codes(selected: tuple[str, ...], ignored: tuple[str, ...]) -> frozenset[str]:
    """Return the codes that begin with one of `selected`, or all, but for those `ignored`."""
    return frozenset(
        code
        for code in KINDS
        if code.startswith(selected or ("",)) and not code.startswith(ignored)
    )
