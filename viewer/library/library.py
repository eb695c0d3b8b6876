"""A folder of notes, by slug and by video.

What a list of videos needs is kept for every note; what a page needs of one video is read from
its notes again, a millisecond each, and kept for the videos last asked for.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from viewer.errors import LibraryError, NotFoundError
from viewer.library.folder import (
    NOTE_LIMIT,
    MediaFile,
    NoteFile,
    Skipped,
    decode_note,
    display_path,
    find_files,
    read_bytes,
)
from viewer.note.model import Note
from viewer.note.parse import parse_note
from viewer.timeline.reading import read_stamps
from viewer.timeline.timeline import Timeline, time_claims

_FRESH_FOR = 1.0
"""Seconds for which the folder is taken not to have changed."""
_VIDEOS_KEPT = 64
_UNADDRESSABLE = re.compile("[\0-\x1f\x7f\ud800-\udfff]")
"""Control characters, and bytes of a name that are not UTF-8."""
_BARS = 48
"""Parts of a video whose claims are counted for its drawing in a list."""

_OUR_FAULT = "can't be read, by a fault of this program; its log says more"
_log = logging.getLogger(__name__)

Progress = Callable[[Iterable[NoteFile]], Iterable[NoteFile]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEntry:
    """What is kept of a note."""

    slug: str
    """Its name in a URL: its path without the extension."""
    file: NoteFile
    title: str
    channel: str
    video_id: str | None
    claims: int
    starts: tuple[int, ...]
    """The seconds of its claims, sorted."""
    video_titles: tuple[tuple[str, str], ...]
    media: str | None
    """Path of the media file that its front matter names, as written."""

    @property
    def is_html(self) -> bool:
        return self.file.path.lower().endswith((".html", ".htm"))


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoEntry:
    """A video in a list."""

    key: str
    """Its id; "note/" and the slug of its note where it has none."""
    video_id: str | None
    title: str
    channel: str
    notes: tuple[NoteEntry, ...]

    @property
    def claims(self) -> int:
        return sum(note.claims for note in self.notes)

    def density(self) -> list[int]:
        """Return how many claims begin in each of the video's equal parts."""
        starts = [start for note in self.notes for start in note.starts]
        counts = [0] * _BARS
        length = max(starts, default=0) + 1
        for start in starts:
            counts[start * _BARS // length] += 1
        return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSource:
    """A note with the text it was read from."""

    entry: NoteEntry
    text: str
    note: Note


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Video:
    """All that a page shows of a video; one read of its notes is equal to itself alone."""

    entry: VideoEntry
    sources: tuple[NoteSource, ...]
    timeline: Timeline
    media: str | None
    """Path of a media file to play instead of the embedded player."""

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(source.note for source in self.sources)


class Library:
    """The notes below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.skipped: tuple[Skipped, ...] = ()
        self._entries: dict[str, NoteEntry] = {}
        self._videos: dict[str, VideoEntry] = {}
        self._media: dict[str, MediaFile] = {}
        self._names: dict[str, list[str]] = {}
        self._checked = float("-inf")
        self._lock = threading.Lock()
        self._load = lru_cache(maxsize=_VIDEOS_KEPT)(self._load_video)

    def refresh(self, progress: Progress | None = None) -> None:
        """Read what has changed in the folder since the last time; at most once a second."""
        with self._lock:
            if time.monotonic() - self._checked < _FRESH_FOR:
                return
            folder = find_files(self.root)
            known = {entry.file: entry for entry in self._entries.values()}
            skipped = list(folder.skipped)
            notes = folder.notes if progress is None else progress(folder.notes)
            entries: dict[str, NoteEntry] = {}
            for file in notes:
                try:
                    slug = _make_slug(file.path, entries)
                    entry = known.get(file)
                    if entry is None or entry.slug != slug:
                        entry = _make_entry(slug, file, self._read_text(file.path))
                    entries[slug] = entry
                except LibraryError as error:
                    skipped.append(Skipped(path=file.path, reason=str(error)))
                except Exception:  # one note that we fail at costs that note
                    _log.exception("%r can't be read", file.path)
                    skipped.append(Skipped(path=file.path, reason=_OUR_FAULT))
            self.skipped = tuple(skipped)
            media = {item.path: item for item in folder.media}
            if entries != self._entries or media.keys() != self._media.keys():
                self._entries, self._media = entries, media
                self._videos = {entry.key: entry for entry in _group_videos(entries.values())}
                self._names = _index_names(entries)
            self._checked = time.monotonic()

    @property
    def videos(self) -> Mapping[str, VideoEntry]:
        """The videos and the notes without one, by their key, in the order of paths."""
        return self._videos

    @property
    def notes(self) -> Mapping[str, NoteEntry]:
        return self._entries

    def note(self, slug: str) -> NoteEntry:
        """Return the note called `slug`; raises `NotFoundError`."""
        try:
            return self._entries[slug]
        except KeyError:
            raise NotFoundError(
                f"there is no note {display_path(slug)!r} here; it may have been moved or renamed"
            ) from None

    def video(self, key: str) -> Video:
        """Return the video or the note without one that goes by `key`.

        Raises `NotFoundError`.
        """
        try:
            entry = self._videos[key]
        except KeyError:
            raise NotFoundError(
                f"no note here is about the video {display_path(key)!r}; "
                "it may have been removed, or belong to another library"
            ) from None
        return self._load(entry)

    def resolve(self, target: str, near: NoteEntry) -> str | None:
        """Return the slug of the note that a wikilink in the note `near` leads to, or None.

        The same folder comes first, by file name, then by name with spaces and punctuation
        folded; then the one note of that name elsewhere.
        """
        name = _fold_name(target.partition("#")[0].rpartition("/")[2])
        found = self._names.get(name, [])
        folder = near.slug.rpartition("/")[0]
        beside = [slug for slug in found if slug.rpartition("/")[0] == folder]
        if beside:
            return beside[0]
        return found[0] if len(found) == 1 else None

    def _load_video(self, entry: VideoEntry) -> Video:
        sources = []
        for item in entry.notes:
            text = self._read_text(item.file.path)
            sources.append((item, text, parse_note(text, is_html=item.is_html)))
        notes = read_stamps([note for _, _, note in sources])
        return Video(
            entry=entry,
            sources=tuple(
                NoteSource(entry=item, text=text, note=note)
                for (item, text, _), note in zip(sources, notes, strict=True)
            ),
            timeline=Timeline(time_claims(entry.key, notes)),
            media=self._find_media(entry),
        )

    def _find_media(self, video: VideoEntry) -> str | None:
        """Return the media file that a note names, or one called like the video or the note."""
        named = set()
        for note in video.notes:
            folder = PurePosixPath(note.file.path).parent
            if note.media:
                named.add(str(folder / note.media))
            stems = (video.video_id, PurePosixPath(note.file.path).stem)
            named.update(str(folder / stem) for stem in stems if stem)
        return next(
            (path for path in self._media if path in named or path.rpartition(".")[0] in named),
            None,
        )

    def _read_text(self, path: str) -> str:
        return decode_note(read_bytes(self.root, path, NOTE_LIMIT))


def _make_slug(path: str, taken: Mapping[str, NoteEntry]) -> str:
    """Return `path` without its extension, and with what no address can hold as `%0A`."""
    path = _UNADDRESSABLE.sub(lambda match: quote(os.fsencode(match[0])), path)
    stem = path.rpartition(".")[0]
    return path if stem in taken else stem


def _make_entry(slug: str, file: NoteFile, text: str) -> NoteEntry:
    path = PurePosixPath(file.path)
    note = parse_note(text, is_html=path.suffix.lower() in (".html", ".htm"))
    starts = (claim.start for claim in note.claims)
    return NoteEntry(
        slug=slug,
        file=file,
        title=display_path(note.title or path.stem.replace("_", " ")),
        channel=note.channel or display_path(path.parent.name),
        video_id=note.video_id,
        claims=len(note.claims),
        starts=tuple(sorted(start for start in starts if start is not None)),
        video_titles=note.video_titles,
        media=note.meta.get("media"),
    )


def _group_videos(entries: Iterable[NoteEntry]) -> Iterable[VideoEntry]:
    """Yield the videos and the notes without one, in the order of their first note's path."""
    groups: dict[str, list[NoteEntry]] = {}
    titles: dict[str, str] = {}
    for entry in entries:
        titles.update(entry.video_titles)
        groups.setdefault(entry.video_id or f"note/{entry.slug}", []).append(entry)
    for key, notes in groups.items():
        first = notes[0]
        yield VideoEntry(
            key=key,
            video_id=first.video_id,
            title=display_path(titles.get(key, first.title)),
            channel=first.channel,
            notes=tuple(notes),
        )


def _index_names(entries: Mapping[str, NoteEntry]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for slug in entries:
        names.setdefault(_fold_name(slug.rpartition("/")[2]), []).append(slug)
    return names


def _fold_name(name: str) -> str:
    folded = name.casefold().replace(" ", "_").replace("-", "_")
    return "".join(char for char in folded if char.isalnum() or char == "_").strip("_")
