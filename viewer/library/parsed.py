"""The notes of a large video as they were read, kept in the index: to parse them takes longer than
all else that its page does.

What is kept is JSON, which may come from a database that others write: it makes values, and runs
nothing. It counts only as long as it is of the very words that the notes have now.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from viewer.note.model import Chapter, Claim, Link, Note, Problem, Reading, Stamp
from viewer.timeline.reading import Recording
from viewer.timeline.timeline import TimedClaim

MANY = 600
"""Claims of a video from which on its notes are kept."""
_DIGEST = 16
_READINGS = {reading.value: reading for reading in Reading}


class NoteText(NamedTuple):
    """What a note is read from."""

    slug: str
    text: str
    is_html: bool


class Parsed(NamedTuple):
    """A video's notes, their stamps decided, and its claims."""

    notes: tuple[Note, ...]
    claims: tuple[TimedClaim, ...]


def pack(texts: Iterable[NoteText], recording: Recording, parsed: Parsed) -> bytes:
    """Return `parsed`, which was read from `texts`, as a database keeps it."""
    notes = [_pack_note(note) for note in parsed.notes]
    value = json.dumps(
        [notes, [claim.id for claim in parsed.claims]], ensure_ascii=False, separators=(",", ":")
    )
    return _sign(texts, recording) + zlib.compress(value.encode("utf-8", "surrogatepass"), 4)


def unpack(data: bytes, texts: Iterable[NoteText], recording: Recording) -> Parsed | None:
    """Return what `pack` was given, or None where it was read from something else."""
    if data[:_DIGEST] != _sign(texts, recording):
        return None
    packed, ids = json.loads(zlib.decompress(data[_DIGEST:]))
    notes = tuple(map(_unpack_note, packed))
    claims = [(number, claim) for number, note in enumerate(notes) for claim in note.claims]
    return Parsed(
        notes,
        tuple(
            [
                TimedClaim(claim_id, claim, number)
                for claim_id, (number, claim) in zip(ids, claims, strict=True)
            ]
        ),
    )


def _sign(texts: Iterable[NoteText], recording: Recording) -> bytes:
    """Return what tells texts, and the recording by which their stamps were read, from others."""
    state = blake2b(repr(recording).encode(), digest_size=_DIGEST)
    for slug, text, is_html in texts:
        state.update(f"\0{slug}\0{is_html}\0{len(text)}\0".encode("utf-8", "surrogatepass"))
        state.update(text.encode("utf-8", "surrogatepass"))
    return state.digest()


def _pack_note(note: Note) -> list[object]:
    return [
        note.title,
        note.video_id,
        note.channel,
        note.meta,
        note.stamps,
        [[claim.text, claim.numbers, claim.chapter, claim.links] for claim in note.claims],
        [[chapter.path, chapter.level, chapter.claim] for chapter in note.chapters],
        note.links,
        note.video_titles,
        [[problem.line, problem.message, problem.code] for problem in note.problems],
    ]


def _unpack_note(packed: Sequence[Any]) -> Note:
    title, video_id, channel, meta, stamps, claims, chapters, links, titles, problems = packed
    own = tuple(map(_unpack_stamp, stamps))
    return Note(
        title=title,
        video_id=video_id,
        channel=channel,
        meta=meta,
        stamps=own,
        claims=tuple(
            [
                Claim(
                    text,
                    tuple([own[number] for number in numbers]),
                    tuple(numbers),
                    tuple(chapter),
                    _unpack_links(within) if within else (),
                    position,
                )
                for position, (text, numbers, chapter, within) in enumerate(claims)
            ]
        ),
        chapters=tuple(
            [Chapter(path=tuple(path), level=level, claim=claim) for path, level, claim in chapters]
        ),
        links=_unpack_links(links),
        video_titles=tuple([(video, name) for video, name in titles]),
        problems=tuple([Problem(*problem) for problem in problems]),
    )


def _unpack_stamp(packed: Sequence[Any]) -> Stamp:
    raw, label, start, reading, line, column, span, sure, end, words, is_bare = packed
    read, place = _READINGS[reading], (span[0], span[1])
    return Stamp(raw, label, start, read, line, column, place, sure, end, words, is_bare)


def _unpack_links(packed: Iterable[Sequence[str]]) -> tuple[Link, ...]:
    return tuple([Link(target, label) for target, label in packed])
