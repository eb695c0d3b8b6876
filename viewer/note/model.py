"""What a note is made of. Values only: text in, values out.

What a note has dozens of is a named tuple: a frozen dataclass takes three times as long to make.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Reading(StrEnum):
    """How the second of a stamp was read from what its author wrote."""

    AS_WRITTEN = "as written"
    """H:MM:SS, two digits a field or fewer: "00:01:19" → 79."""
    SHORT = "short form"
    """MM:SS, minutes may pass 59: "75:30" → 4530."""
    FRAMES = "frames dropped"
    """HH:MM:SS:FF: "01:00:13:00" → 3613."""
    GLUED_RANGE = "start of a glued range"
    """MM:SS:MM:SS: "05:38:05:46" → 338."""
    LABEL = "from the label"
    """The attribute is no time, or a broken one; the text shown is."""
    LINK = "from a video link"
    """`t=` of a link to the video site."""
    MINUTES_AS_HOURS = "minutes written as hours"
    """MM:SS written as MM:SS:00: "05:08:00" → 308."""
    JUNK_FIELD = "third field ignored"
    """MM:SS with a third field that means nothing: "02:27:07" → 147."""
    SPLIT = "plain arithmetic"
    """A field out of its bounds: "00:75:30" → 4530."""
    UNREADABLE = "unreadable"
    """No second can be read."""


class Stamp(NamedTuple):
    """A time reference as the note's author wrote it, and what we read from it."""

    raw: str
    """The time as written, untouched: the `data-t` attribute, or the bare text: "00:01:19"."""
    label: str
    """The text that the author shows for it, brackets included: "[00:01:19]"."""
    start: int | None
    """Seconds from the video's start; None where no second can be read."""
    reading: Reading
    """How `start` was read."""
    line: int
    """Line in the source, from 1."""
    column: int
    """Column in the source, from 1, in characters."""
    span: tuple[int, int]
    """Half-open range of characters in the source, tag and all."""
    confidence: float = 1.0
    """The chance that `start` is what its author meant."""
    end: int | None = None
    """Where a range written inside one stamp ends, in seconds."""
    words: str = ""
    """Text of the note that stands inside the stamp: `<a data-t="00:01:19">these words</a>`."""
    is_bare: bool = False
    """Without a tag: inside code it is code, not a stamp."""


class Link(NamedTuple):
    """A wikilink: `[[target | label]]`."""

    target: str
    label: str


class Claim(NamedTuple):
    """A passage of the note and the seconds that back it."""

    text: str
    """Plain, on one line."""
    stamps: tuple[Stamp, ...]
    """In the order of the source; at least one."""
    numbers: tuple[int, ...]
    """The place of each stamp in `Note.stamps`."""
    chapter: tuple[str, ...] = ()
    """The headings above it, outermost first."""
    links: tuple[Link, ...] = ()
    position: int = 0
    """Its place in the note, from 0."""

    @property
    def start(self) -> int | None:
        """The second of the first stamp that can be read, as the author ordered them."""
        for stamp in self.stamps:
            if stamp.start is not None:
                return stamp.start
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A heading of the note, beginning with its first claim."""

    path: tuple[str, ...]
    """Headings from the outermost to this one."""
    level: int
    claim: int | None
    """Position of its first claim, or None where nothing below it is stamped."""

    @property
    def title(self) -> str:
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something odd in a note that was read all the same."""

    line: int
    message: str
    code: str = "note-cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One file of notes about one video, read."""

    title: str | None = None
    """From the front matter; None where it has none."""
    video_id: str | None = None
    """Eleven characters, or None: a note without video."""
    channel: str | None = None
    """From the line `From: [[channel]]`."""
    meta: dict[str, str] = field(default_factory=dict)
    """All keys of the front matter, as text."""
    stamps: tuple[Stamp, ...] = ()
    claims: tuple[Claim, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    links: tuple[Link, ...] = ()
    video_titles: tuple[tuple[str, str], ...] = ()
    """(video id, title) pairs of an index note."""
    problems: tuple[Problem, ...] = ()
