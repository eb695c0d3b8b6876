"""What is wrong with the notes of one video."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from viewer.check.captions import UNHEARD, Heard, find_in_captions
from viewer.check.model import KINDS, Place, Problem
from viewer.check.stamps import find_faults, repair_stamp
from viewer.note.blocks import read_link
from viewer.note.model import Note, Stamp
from viewer.note.stamps import MOST_STAMPS, Places
from viewer.timecode import format_timecode
from viewer.timeline.identity import normalise
from viewer.timeline.reading import UNKNOWN, Recording

GAP = 600
"""Seconds without a claim that are worth a word."""

_FEW_WORDS = 4
"""Shorter claims ("Yes.") may well be made twice."""
_UNREPAIRED = frozenset({"stamp-unreadable", "stamp-late", "stamp-unsure", "stamp-differs"})
_HEADER = 64 * 1024
_KEY = re.compile(r"^[ \t\"']{0,8}videoId", re.MULTILINE)
_YAML_LINE = re.compile(r"\(line (\d{1,6}):")
_LINK = re.compile(
    r"\[\[(?P<target>[^\[\]\n|]{1,400})|\]\((?P<href>[^()\s<>]{1,400})\)"
    r"|\bhref=\"(?P<attribute>[^\"<>]{1,400})\""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedNote:
    """A note with what it was read from."""

    path: str
    text: str
    note: Note
    """With its stamps read together with those of the video's other notes."""
    is_html: bool = False
    resolves: Callable[[str], bool] = lambda target: True
    """Whether a wikilink's target leads to a note."""
    is_closed: bool = False
    """Whether it can't be written."""


def find_problems(
    notes: Sequence[CheckedNote],
    *,
    recording: Recording = UNKNOWN,
    heard: Heard = UNHEARD,
    gap: float = GAP,
) -> list[Problem]:
    """Return the problems of all the notes of one video, in the order of notes and places.

    `gap` is the seconds without a claim that count as a problem, 0 for none.
    """
    shared = [
        *(_find_gaps(notes, gap) if gap else ()),
        *find_in_captions([(checked.path, checked.note) for checked in notes], heard),
    ]
    found: list[Problem] = []
    for checked in notes:
        own = [
            *_find_in_header(checked),
            *_find_in_text(checked),
            *find_in_stamps(checked, recording.duration),
            *_find_dead_links(checked),
            *_find_duplicates(checked),
            *(problem for problem in shared if problem.path == checked.path),
        ]
        found += sorted(own, key=lambda problem: (problem.place, _ORDER[problem.code]))
    return found


_ORDER = {code: number for number, code in enumerate(KINDS)}


def _find_in_header(checked: CheckedNote) -> Iterator[Problem]:
    note = checked.note
    for problem in note.problems:
        if problem.code == "stamp-unreadable":
            continue  # told with its column, below
        line = problem.line
        if problem.code == "video-invalid" and (key := _KEY.search(checked.text, 0, _HEADER)):
            line = Places(checked.text[: key.end()]).of(key.start())[0]
        elif problem.code == "header-broken" and (told := _YAML_LINE.search(problem.message)):
            line = int(told[1])
        yield Problem(
            code=problem.code, path=checked.path, place=Place(line), message=problem.message
        )
    is_told = "videoId" in note.meta or "media" in note.meta or note.video_titles
    if note.video_id is None and note.stamps and not is_told and not note.problems:
        yield Problem(
            code="video-missing",
            path=checked.path,
            message="times, but no video they are of; write videoId: and its id into the header",
        )


def _find_in_text(checked: CheckedNote) -> Iterator[Problem]:
    lost = checked.text.count("\ufffd")
    if lost:
        yield Problem(
            code="file-encoding",
            path=checked.path,
            place=Place(*Places(checked.text).of(checked.text.index("\ufffd"))),
            message=f"{lost} characters can’t be read; save the file as UTF-8",
        )
    if len(checked.note.stamps) >= MOST_STAMPS:
        last = checked.note.stamps[-1]
        yield Problem(
            code="note-cut",
            path=checked.path,
            place=Place(last.line, last.column),
            message=f"times after the first {MOST_STAMPS:,} are not read; split the note",
        )


def find_in_stamps(checked: CheckedNote, duration: float | None = None) -> Iterator[Problem]:
    """Yield the problems of a note's stamps, with a replacement where that is certain."""
    for stamp in checked.note.stamps:
        text = checked.text[slice(*stamp.span)]
        for code, message in find_faults(stamp, text, duration):
            replacement = None if code in _UNREPAIRED else repair_stamp(stamp, text)
            yield Problem(
                code=code,
                path=checked.path,
                place=Place(stamp.line, stamp.column),
                message=message,
                written=text,
                start=stamp.start,
                confidence=stamp.confidence,
                span=stamp.span,
                replacement=replacement if replacement != text else None,
            )


def _find_dead_links(checked: CheckedNote) -> Iterator[Problem]:
    targets = {link.target for link in checked.note.links}
    dead = {target for target in targets if not _is_alive(target, checked)}
    if not dead:
        return
    places = Places(checked.text)
    for link in _LINK.finditer(checked.text):
        target = (link["target"] or read_link(link["href"] or link["attribute"]).value).strip()
        if target in dead and not checked.text.startswith("!", link.start() - 1):
            yield Problem(
                code="link-dead",
                path=checked.path,
                place=Place(*places.of(link.start())),
                message=f"no note is called {target[:80]!r}; write its file name, or add the note",
                written=target,
            )


def _is_alive(target: str, checked: CheckedNote) -> bool:
    return not target.strip() or target.startswith("#") or checked.resolves(target)


def _find_duplicates(checked: CheckedNote) -> Iterator[Problem]:
    first: dict[tuple[str, ...], Stamp] = {}
    for claim in checked.note.claims:
        words = normalise(claim.text)
        stamp = claim.stamps[0]
        known = first.setdefault(words, stamp)
        if known is not stamp and len(words) >= _FEW_WORDS:
            yield Problem(
                code="claim-duplicate",
                path=checked.path,
                place=Place(stamp.line, stamp.column),
                message=f"the same words as in line {known.line}; "
                "write the claim once, with both times",
                start=stamp.start,
            )


def _find_gaps(notes: Sequence[CheckedNote], gap: float) -> Iterator[Problem]:
    """Yield a problem where the video goes on for `gap` seconds without a claim of any note."""
    made = [
        (stamp.start, stamp, checked)
        for checked in notes
        for claim in checked.note.claims
        for stamp in claim.stamps
        if stamp.start is not None
    ]
    made.sort(key=lambda row: row[0])
    for (begin, stamp, checked), (end, _, _) in pairwise(made):
        if end - begin >= gap:
            yield Problem(
                code="claim-gap",
                path=checked.path,
                place=Place(stamp.line, stamp.column),
                message=f"no claim from here, {format_timecode(begin)}, to {format_timecode(end)}: "
                f"{(end - begin) // 60} minutes",
                start=begin,
            )
