"""A library, as its pages read it: notes by slug, videos by key, lists and search.

Lists and links come from the index. What a page shows of one video is read from its notes, a
millisecond each, so that it is never older than they are, and kept for the videos last asked for.
"""

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from viewer.errors import LibraryError, NotFoundError, NotYetRead, TranscriptError
from viewer.library import browse
from viewer.library.browse import (
    ChannelEntry,
    Counts,
    Sort,
    TopicEntry,
    VideoEntry,
    VideoList,
)
from viewer.library.captions import choose_file, read_text
from viewer.library.catalogue import Catalogue, media, notes, read_fact
from viewer.library.folder import Skipped, display_path
from viewer.library.index import open_catalogue, open_search
from viewer.library.indexer import Progress
from viewer.library.loading import (
    NoteEntry,
    Video,
    find_media,
    find_notes,
    load_parsed,
    load_spoken,
    load_texts,
    load_video,
    sign_video,
)
from viewer.library.names import topic_slug
from viewer.library.private import PrivateIndex
from viewer.library.query import Term
from viewer.library.rows import chunks, is_storable, pack_path, unpack_path
from viewer.library.search import Search
from viewer.library.sidecars import (
    count_groundings,
    find_captions,
    list_uncaptioned,
    list_unread,
    load_text,
)
from viewer.library.titling import find_titled
from viewer.transcript.grounding import State
from viewer.transcript.model import Transcript
from viewer.transcript.parse import parse_captions

FRESH_FOR = 1.0
"""Seconds for which the folder is taken not to have changed, where nobody watches it."""
_VIDEOS_KEPT = 64
_TRANSCRIPTS_KEPT = 16


class Library:
    """The notes below one folder, or those that a database holds.

    `place` is where the index is, which another process keeps up to date; without it the library
    keeps one of its own, up to date whenever `refresh` is called. `captions` are folders with
    captions beside those in the library, `workers` the processes that read much at once.
    `fresh_for` is how many seconds a refresh holds, where the library keeps its own index.
    """

    def __init__(
        self,
        root: Path | None,
        place: str | None = None,
        captions: Sequence[Path] = (),
        *,
        workers: int = 1,
        fresh_for: float = FRESH_FOR,
    ) -> None:
        if root is None and place is None:
            raise LibraryError("there is neither a folder of notes nor an index to read")
        self.root = root
        self._private = None
        if place is None and root is not None:
            self._private = PrivateIndex(root, captions, workers)
        self._place = place or (self._private.place if self._private else "")
        self._catalogue: Catalogue | None = None
        self._search: tuple[str, Search] | None = None
        self._searched = ""
        self._fresh_for = fresh_for
        self._checked = float("-inf")
        self._lock = threading.Lock()
        self._videos: OrderedDict[str, Video] = OrderedDict()
        self._transcripts: OrderedDict[tuple[str, str], Transcript | None] = OrderedDict()
        self._kept: tuple[str, dict[str, Any]] = ("", {})

    def close(self) -> None:
        """Let go of files and connections."""
        if self._search is not None:
            self._search[1].close()
        if self._catalogue is not None:
            self._catalogue.close()
        self._search = self._catalogue = None

    def refresh(self, progress: Progress | None = None) -> None:
        """Read what has changed in the folder, unless it was just read or another process does."""
        if self._private is None:
            return
        with self._lock:
            if time.monotonic() - self._checked >= self._fresh_for:
                self._private.refresh(progress)
                self._checked = time.monotonic()

    @property
    def generation(self) -> str:
        """What changes whenever anything in the index does."""
        with self._read() as connection:
            return read_fact(connection, "generation")

    @property
    def names(self) -> str:
        """What changes whenever a wikilink may lead elsewhere."""
        with self._read() as connection:
            return read_fact(connection, "names")

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The files that were left out, in the order of their paths."""
        with self._read() as connection:
            found: tuple[Skipped, ...] = self._keep(
                connection, "skipped", lambda: browse.list_skipped(connection)
            )
        return found

    @property
    def search(self) -> Search:
        """The search over claims and titles, up to date."""
        if self._private is not None:
            with self._lock:
                self._private.add_search()
        with self._read() as connection:
            name, generation = read_fact(connection, "search"), read_fact(connection, "generation")
        with self._lock:
            if self._search is None or self._search[0] != name:
                # Whoever searches in the old one still holds it; it goes with the last of them.
                self._search = open_search(self._place, self._open())
            elif generation != self._searched:
                self._search[1].refresh()
            self._searched = generation
            return self._search[1]

    def counts(self) -> Counts:
        """Return how much is in the library."""
        with self._read() as connection:
            counts: Counts = self._keep(connection, "counts", lambda: browse.count_all(connection))
        return counts

    def keys(self, *, with_claims: bool = False) -> dict[str, str]:
        """Return the keys of the videos and of the notes without one, or of those with claims.

        They are in the order of the notes' paths; each has what changes with its notes.
        """
        with self._read() as connection:
            return browse.list_keys(connection, with_claims=with_claims)

    def slugs(self, paths: Collection[str] | None = None) -> dict[str, str]:
        """Return the slugs of the notes at `paths`, or of all, in the order of their paths."""
        query = select(notes.c.path, notes.c.slug).where(notes.c.error.is_(None))
        if paths is not None:
            query = query.where(notes.c.path.in_([*map(pack_path, paths)]))
        with self._read() as connection:
            rows = connection.execute(query.order_by(notes.c.path))
            return {unpack_path(path): slug for path, slug in rows}

    def list_videos(
        self,
        sort: Sort,
        after: str | None,
        limit: int,
        *,
        channel: str | None = None,
    ) -> VideoList:
        """Return the videos after a cursor."""
        with self._read() as connection:
            return browse.list_videos(connection, sort, after, limit, channel=channel)

    def find_titled(
        self, terms: Sequence[Term], limit: int, *, channel: str | None = None
    ) -> list[VideoEntry]:
        """Return videos whose titles and channels have all the words, those with most claims first.

        Notes without a video are among them.
        """
        with self._read() as connection:
            keys = find_titled(connection, terms, limit, channel=channel)
            found = browse.find_videos(connection, keys)
        return [found[key] for key in keys if key in found]  # else it has gone meanwhile

    def entries(self, keys: Collection[str]) -> dict[str, VideoEntry]:
        """Return those of the videos `keys` that there are."""
        with self._read() as connection:
            return browse.find_videos(connection, [key for key in keys if is_storable(key)])

    def channels(self) -> tuple[ChannelEntry, ...]:
        """Return the channels by name."""
        with self._read() as connection:
            found: tuple[ChannelEntry, ...] = self._keep(
                connection, "channels", lambda: browse.list_channels(connection)
            )
        return found

    def topic(self, slug: str) -> TopicEntry | None:
        """Return the topic called `slug`, if any claim links to it."""
        if not is_storable(slug):
            return None
        with self._read() as connection:
            return browse.find_topic(connection, slug)

    def topics(self, limit: int) -> tuple[TopicEntry, ...]:
        """Return the topics that most claims link to."""
        with self._read() as connection:
            found: tuple[TopicEntry, ...] = self._keep(
                connection, f"topics {limit}", lambda: browse.list_topics(connection, limit)
            )
        return found

    def channel_topics(self, name: str, limit: int) -> tuple[TopicEntry, ...]:
        """Return the topics that most claims of a channel link to."""
        with self._read() as connection:
            found: tuple[TopicEntry, ...] = self._keep(
                connection,
                f"topics {limit} of {name}",
                lambda: browse.list_channel_topics(connection, name, limit),
            )
        return found

    def topic_videos(self, slug: str, after: str | None, limit: int) -> VideoList:
        """Return the videos whose claims link to a topic, those with the most such claims first."""
        with self._read() as connection:
            return browse.list_topic_videos(connection, slug, after, limit)

    def topic_notes(self, slug: str) -> tuple[NoteEntry, ...]:
        """Return the notes whose files are called like a topic."""
        if not is_storable(slug):
            return ()
        with self._read() as connection:
            return find_notes(connection, notes.c.name == slug)

    def related_topics(self, slug: str, limit: int) -> tuple[TopicEntry, ...]:
        """Return topics that the same videos are about."""
        with self._read() as connection:
            return browse.list_related_topics(connection, slug, limit)

    def video_topics(self, key: str, limit: int) -> tuple[TopicEntry, ...]:
        """Return the topics that most claims of a video link to."""
        with self._read() as connection:
            return browse.list_video_topics(connection, key, limit)

    def related_videos(self, key: str, limit: int) -> tuple[VideoEntry, ...]:
        """Return other videos with topics of this one."""
        with self._read() as connection:
            return browse.list_related_videos(connection, key, limit)

    def note(self, slug: str) -> NoteEntry:
        """Return the note called `slug`; raises `NotFoundError`."""
        found: tuple[NoteEntry, ...] = ()
        if is_storable(slug):
            with self._read() as connection:
                found = find_notes(connection, notes.c.slug == slug)
        if not found:
            self._check_seen()
            raise NotFoundError(
                f"there is no note {display_path(slug)!r} here; it may have been moved or renamed"
            )
        return found[0]

    def find_note(self, name: str) -> NoteEntry | None:
        """Return the note whose slug or path is `name`, if there is one."""
        named = notes.c.path == pack_path(name)
        if is_storable(name):
            named |= notes.c.slug == name
        with self._read() as connection:
            found = find_notes(connection, named)
        return found[0] if found else None

    def video(self, key: str) -> Video:
        """Return the video or the note without one that goes by `key`.

        Raises `NotFoundError`.
        """
        entry = None
        if is_storable(key):
            with self._read() as connection:
                entry = browse.find_videos(connection, [key]).get(key)
                own = find_notes(connection, notes.c.key == key)
        if entry is None:
            self._check_seen()
            raise NotFoundError(
                f"no note here is about the video {display_path(key)!r}; "
                "it may have been removed, or belong to another library"
            )
        media = find_media(self._media(), entry.video_id, own)
        signature = sign_video(self.root, entry, own, media)
        with self._lock:
            kept = self._videos.get(key)
            if kept is not None and kept.signature == signature:
                self._videos.move_to_end(key)
                return kept
        with self._read() as connection:
            spoken = load_spoken(connection, key)
            packed = load_parsed(connection, key)
            texts = {} if self.root else load_texts(connection, own)
        video = load_video(
            self.root, entry, own, texts, spoken, packed, media=media, signature=signature
        )
        with self._lock:
            self._videos[key] = video
            while len(self._videos) > _VIDEOS_KEPT:
                self._videos.popitem(last=False)
        return video

    def transcript(self, key: str, language: str | None = None) -> Transcript | None:
        """Return what was said in a video: its captions in a language, or else the best ones.

        Raises `NotFoundError` where there is no such video.
        """
        video = self.video(key)
        if not video.tracks:
            return None
        languages = [track.language for track in video.tracks]
        chosen = language if language in languages else languages[0]
        place = (video.signature, chosen)
        with self._lock:
            if place in self._transcripts:
                self._transcripts.move_to_end(place)
                return self._transcripts[place]
        found = self._load_transcript(video, chosen)
        with self._lock:
            self._transcripts[place] = found
            while len(self._transcripts) > _TRANSCRIPTS_KEPT:
                self._transcripts.popitem(last=False)
        return found

    def unread_captions(self, key: str) -> tuple[Skipped, ...]:
        """Return the captions of a video that can't be read, and why."""
        with self._read() as connection:
            return list_unread(connection, key)

    def uncaptioned(self) -> tuple[str, ...]:
        """Return the ids of the videos without captions, in the order of their notes' paths."""
        with self._read() as connection:
            return list_uncaptioned(connection)

    def grounding_counts(self) -> dict[State, int]:
        """Return how many claims of the library are found where they say, elsewhere, and not."""
        with self._read() as connection:
            counts: dict[State, int] = self._keep(
                connection, "groundings", lambda: count_groundings(connection)
            )
        return counts

    def resolve(self, target: str, near: NoteEntry) -> str | None:
        """Return the slug of the note that a wikilink in the note `near` leads to, or None.

        The same folder comes first, by file name, then by name with spaces and punctuation
        folded; then the one note of that name elsewhere.
        """
        return self.resolve_all([target], near).get(target)

    def resolve_all(self, targets: Collection[str], near: NoteEntry) -> dict[str, str]:
        """Return the slugs of the notes that wikilinks in `near` lead to, for those that do."""
        names = {target: name for target in targets if (name := topic_slug(target))}
        found: dict[str, list[str]] = {}
        with self._read() as connection:
            for some in chunks(dict.fromkeys(names.values())):
                query = select(notes.c.name, notes.c.slug).where(
                    notes.c.name.in_(some), notes.c.error.is_(None)
                )
                for name, slug in connection.execute(query.order_by(notes.c.path)):
                    found.setdefault(name, []).append(slug)
        folder = near.slug.rpartition("/")[0]
        chosen = {name: _choose_note(slugs, folder) for name, slugs in found.items()}
        return {target: slug for target, name in names.items() if (slug := chosen.get(name))}

    def _check_seen(self) -> None:
        """Raise `NotYetRead` where what isn't in the index may be in the folder all the same."""
        with self._read() as connection:
            if not read_fact(connection, "seen"):
                raise NotYetRead("the folder of notes is being looked through for the first time")

    def _media(self) -> Sequence[str]:
        """Return the paths of the media files."""
        if self.root is None:
            return ()
        with self._read() as connection:
            query = select(media.c.path).order_by(media.c.path)
            paths: list[str] = self._keep(
                connection, "media", lambda: [*map(unpack_path, connection.scalars(query))]
            )
        return paths

    def _load_transcript(self, video: Video, language: str) -> Transcript | None:
        with self._read() as connection:
            rows = find_captions(connection, [video.entry.key], readable=True).get(
                video.entry.key, []
            )
            file = choose_file(rows, language)
            text = load_text(connection, file) if file and self.root is None else None
        if file is None:
            return None
        try:
            if text is None and self.root is not None:
                text = read_text(self.root, file)
            return parse_captions(text or "", file.suffix, file.language)
        except (LibraryError, TranscriptError):
            return None  # gone since; the index will notice

    @contextlib.contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._open().read() as connection:
            yield connection

    def _open(self) -> Catalogue:
        if self._catalogue is None:
            self._catalogue = open_catalogue(self._place)
        return self._catalogue

    def _keep(self, connection: Connection, name: str, find: Any) -> Any:
        """Return what `find` gives, from memory as long as nothing in the index has changed."""
        generation = read_fact(connection, "generation")
        kept = self._kept  # other threads exchange it
        if kept[0] != generation:
            self._kept = kept = (generation, {})
        if name not in kept[1]:
            kept[1][name] = find()
        return kept[1][name]


def _choose_note(slugs: Sequence[str], folder: str) -> str | None:
    """Return the note in `folder`, or else the only one."""
    beside = [slug for slug in slugs if slug.rpartition("/")[0] == folder]
    if beside:
        return beside[0]
    return slugs[0] if len(slugs) == 1 else None
