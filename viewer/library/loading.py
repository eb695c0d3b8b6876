"""What a page shows of one video, read from its notes: never older than they are."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, select

from viewer.errors import LibraryError, NotFoundError
from viewer.library.browse import VideoEntry
from viewer.library.captions import Spoken, VideoGroundings, unpack
from viewer.library.catalogue import notes, parsed, transcripts
from viewer.library.folder import NOTE_LIMIT, decode_note, display_path, read_bytes
from viewer.library.parsed import NoteText
from viewer.library.parsed import unpack as unpack_notes
from viewer.library.reading import Source, is_html, read_note
from viewer.library.rows import unpack_path
from viewer.note.model import Note
from viewer.note.parse import parse_note
from viewer.timeline.reading import Recording, read_stamps
from viewer.timeline.timeline import TimedClaim, Timeline, time_claims
from viewer.transcript.model import Track, VideoInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEntry:
    """What the index has of a note."""

    slug: str
    """Its name in a URL: its path without the extension."""
    path: str
    """Relative to the library's folder; show it through `display_path`."""
    title: str
    channel: str
    video_id: str | None
    key: str
    """What its video goes by."""
    claims: int
    media: str | None
    """Path of the media file that its front matter names, as written."""

    @property
    def is_html(self) -> bool:
        return is_html(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSource:
    """A note with the text it was read from."""

    entry: NoteEntry
    text: str
    note: Note


@dataclass(frozen=True, kw_only=True, eq=False)
class Video:
    """All that a page shows of a video; one read of its notes is equal to itself alone."""

    entry: VideoEntry
    sources: tuple[NoteSource, ...]
    timeline: Timeline
    media: str | None
    """Path of a media file to play instead of the embedded player."""
    signature: str
    """Changes with the notes and with what is said of the video."""
    spoken: Spoken = field(default_factory=Spoken)
    """What the index has of its captions."""

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(source.note for source in self.sources)

    @property
    def recording(self) -> Recording:
        """What is known of its length, by which its stamps were read."""
        return self.spoken.recording

    @property
    def info(self) -> VideoInfo | None:
        """What the video site says of it."""
        return self.spoken.info

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The captions that there are; claims are held against the first."""
        return self.spoken.tracks

    @cached_property
    def groundings(self) -> VideoGroundings | None:
        """Where its claims are found in the captions, as far as the index has seen them yet."""
        return self.spoken.groundings_of(self.timeline.claims)


def find_notes(connection: Connection, condition: Any) -> tuple[NoteEntry, ...]:
    """Return the notes that fulfil a condition, by path."""
    c = notes.c
    query = select(c.slug, c.path, c.title, c.channel, c.video_id, c.key, c.claims, c.media)
    query = query.where(condition, c.error.is_(None)).order_by(c.path)
    return tuple(map(_read_entry, connection.execute(query)))


def sign_video(
    root: Path | None, entry: VideoEntry, own: Sequence[NoteEntry], media: str | None
) -> str:
    """Return what tells the notes as they are from what they were, without reading them."""
    state = hashlib.blake2b(repr((entry, media)).encode(), digest_size=9)
    for note in own:
        if root is None:
            break
        try:
            status = os.lstat(root / note.path)
        except OSError:
            continue
        state.update(repr((note.slug, note.title, status.st_size, status.st_mtime_ns)).encode())
    return state.hexdigest()


def find_media(paths: Sequence[str], video_id: str | None, own: Sequence[NoteEntry]) -> str | None:
    """Return which of the media files a note names, or is called like the video or a note."""
    if not paths:
        return None
    named = set()
    for note in own:
        folder = PurePosixPath(note.path).parent
        if note.media:
            named.add(str(folder / note.media))
        stems = (video_id, PurePosixPath(note.path).stem)
        named.update(str(folder / stem) for stem in stems if stem)
    return next((path for path in paths if path in named or path.rpartition(".")[0] in named), None)


def load_spoken(connection: Connection, key: str) -> Spoken:
    """Return what the index has of a video's captions."""
    query = select(transcripts.c.value).where(transcripts.c.key == key)
    value = connection.scalar(query)
    return unpack(value) if value else Spoken()


def load_parsed(connection: Connection, key: str) -> bytes | None:
    """Return the notes of a large video as the index keeps them."""
    value: bytes | None = connection.scalar(select(parsed.c.value).where(parsed.c.key == key))
    return value


def load_texts(connection: Connection, own: Sequence[NoteEntry]) -> Mapping[str, str]:
    """Return the texts of notes by slug, from an index that keeps them."""
    query = select(notes.c.slug, notes.c.text).where(notes.c.slug.in_([note.slug for note in own]))
    return {slug: text for slug, text in connection.execute(query) if text is not None}


def load_video(
    root: Path | None,
    entry: VideoEntry,
    own: Sequence[NoteEntry],
    texts: Mapping[str, str],
    spoken: Spoken,
    packed: bytes | None = None,
    *,
    media: str | None,
    signature: str,
) -> Video:
    """Return a video as its notes are now; their `texts` are given where there is no folder.

    What the index keeps of them, `packed`, counts if it is what they say. Raises `NotFoundError`
    where none can be read.
    """
    sources = _take_parsed(root, own, texts, spoken, packed) if packed else None
    if sources is None:
        sources = _read_sources(root, entry, own, texts, spoken)
    read, claims = sources
    return Video(
        entry=entry,
        sources=read,
        timeline=Timeline(claims),
        media=media,
        signature=signature,
        spoken=spoken,
    )


_Sources = tuple[tuple[NoteSource, ...], Sequence[TimedClaim]]


def _take_parsed(
    root: Path | None,
    own: Sequence[NoteEntry],
    texts: Mapping[str, str],
    spoken: Spoken,
    packed: bytes,
) -> _Sources | None:
    """Return what was kept of the notes, or None where they say something else by now."""
    if root is not None:
        try:
            texts = {
                note.slug: decode_note(read_bytes(root, note.path, NOTE_LIMIT)) for note in own
            }
        except LibraryError:
            return None
    found = [NoteText(note.slug, texts.get(note.slug, ""), note.is_html) for note in own]
    taken = unpack_notes(packed, found, spoken.recording)
    if taken is None:
        return None
    read = zip(own, found, taken.notes, strict=True)
    sources = tuple(NoteSource(entry=item, text=text.text, note=note) for item, text, note in read)
    return sources, taken.claims


def _read_sources(
    root: Path | None,
    entry: VideoEntry,
    own: Sequence[NoteEntry],
    texts: Mapping[str, str],
    spoken: Spoken,
) -> _Sources:
    found = [*(_read_notes(root, own) if root else _parse_notes(own, texts))]
    if not found:
        raise NotFoundError(
            f"the notes about {display_path(entry.title)!r} can't be read any more; "
            "they may have been moved or renamed"
        )
    judged = read_stamps([note for _, _, note in found], spoken.recording)
    sources = tuple(
        NoteSource(entry=item, text=text, note=note)
        for (item, text, _), note in zip(found, judged, strict=True)
    )
    return sources, time_claims(entry.key, judged)


def _read_notes(root: Path, own: Sequence[NoteEntry]) -> Iterator[tuple[NoteEntry, str, Note]]:
    """Yield notes with their texts; those that can't be read (now) are left out."""
    for entry in own:
        facts, note = read_note(root, Source(entry.path, entry.slug))
        if note is not None and facts.text is not None:
            yield entry, facts.text, note


def _parse_notes(
    own: Sequence[NoteEntry], texts: Mapping[str, str]
) -> Iterator[tuple[NoteEntry, str, Note]]:
    for entry in own:
        text = texts.get(entry.slug)
        if text is not None:
            yield entry, text, parse_note(text, is_html=entry.is_html)


def _read_entry(row: Any) -> NoteEntry:
    values = row._asdict()
    return NoteEntry(**{**values, "path": unpack_path(values["path"])})
