"""Notes on disk → what the index keeps of them, a video at a time. Runs in worker processes too."""

import logging
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from time import time_ns
from typing import NamedTuple

from viewer.errors import LibraryError
from viewer.library.captions import (
    Captions,
    digest_of_captions,
    hold_against,
    make_passages,
    pack,
    read_captions,
)
from viewer.library.folder import NOTE_LIMIT, CaptionsFile, decode_note, display_path, read_file
from viewer.library.names import topic_slug
from viewer.library.parsed import MANY, NoteText, Parsed
from viewer.library.parsed import pack as pack_notes
from viewer.library.search import ClaimDocument, NoteDocument, VideoDocuments
from viewer.note.frontmatter import clean_title, parse_video_id
from viewer.note.model import Claim, Note
from viewer.note.parse import parse_note
from viewer.timeline.identity import count_copies
from viewer.timeline.reading import read_stamps
from viewer.timeline.timeline import time_claims
from viewer.transcript.grounding import State

BARS = 48
"""Parts of a video whose claims are counted for its drawing in a list."""
_SETTLED_AFTER = 2_000_000_000
_HEAD = 2048
_TITLE_LINE = re.compile(rb"^title:[ \t]*([^\r\n]{1,300})", re.MULTILINE)
_VIDEO_LINE = re.compile(rb"^videoId:[ \t]*([^\r\n]{1,200})", re.MULTILINE)
_PARSED, _LONG = 32, 65_536
"""Notes that are kept in memory as they were parsed, and the characters that none of them has: who
edits a note saves it again and again, and its video's others are read each time."""
_NONE: Mapping[str, str] = {}
_OUR_FAULT = "can't be read, by a fault of this program; its log says more"
_log = logging.getLogger(__name__)


class Source(NamedTuple):
    """A note file and the name that it goes by."""

    path: str
    slug: str


class Kept(NamedTuple):
    """What was made of a video's captions before."""

    digest: bytes = b""
    """Of what."""
    is_foreign: bool = False


class VideoSources(NamedTuple):
    """What a video is read from."""

    key: str
    notes: tuple[Source, ...] = ()
    captions: tuple[CaptionsFile, ...] = ()
    kept: Kept = Kept()
    """Of its captions already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFacts:
    """What is kept of a note."""

    path: str
    slug: str
    size: int = 0
    mtime_ns: int = 0
    is_settled: bool = False
    """Whether that was long enough ago: a file may change again within the tick of its clock."""
    digest: bytes = b""
    title: str = ""
    channel: str = ""
    video_id: str | None = None
    claims: int = 0
    media: str | None = None
    video_titles: tuple[tuple[str, str], ...] = ()
    text: str | None = None
    error: str | None = None
    """Why it can't be read; nothing else is known then."""

    @property
    def key(self) -> str:
        """What its video goes by: the video's id, or the note itself."""
        return self.video_id or note_key(self.slug)


class TopicFacts(NamedTuple):
    """How many claims of a video link to a topic."""

    slug: str
    label: str | None
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionsFacts:
    """What is kept of a video's captions."""

    digest: bytes
    value: bytes | None
    """None where it is what is kept already."""
    counts: Mapping[State, int]
    """How many claims are in each state, where there is a value."""
    is_foreign: bool
    title: str | None
    duration: float | None
    passages: int = 0
    """How many the search has."""
    texts: tuple[tuple[CaptionsFile, str], ...] = ()
    problems: tuple[tuple[CaptionsFile, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    """What is kept of a video: its notes that can be read, and what their claims say together."""

    key: str
    notes: tuple[NoteFacts, ...]
    topics: tuple[TopicFacts, ...]
    density: bytes
    documents: VideoDocuments
    captions: CaptionsFacts | None = None
    parsed: bytes | None = None
    """The notes themselves, where they hold many claims (`parsed.py`)."""
    strays: tuple[NoteFacts, ...] = ()
    """Notes that turned out to be another video's, or unreadable."""


def note_key(slug: str) -> str:
    """Return what a note without video goes by among the videos."""
    return f"note/{slug}"


def is_html(path: str) -> bool:
    return path.lower().endswith((".html", ".htm"))


def guess_note(root: Path, source: Source) -> NoteFacts:
    """Return what the first lines of a note say of it, cheaply; reading it may say otherwise."""
    try:
        data, _ = read_file(root, source.path, _HEAD, is_whole=False)
    except LibraryError as error:
        return fail_note(root, source, str(error))
    title, video = _TITLE_LINE.search(data), _VIDEO_LINE.search(data)
    path = PurePosixPath(source.path)
    return NoteFacts(
        path=source.path,
        slug=source.slug,
        title=display_path(
            (clean_title(title[1].decode("utf-8", "replace")) if title else None)
            or path.stem.replace("_", " ")
        ),
        channel=display_path(path.parent.name),
        video_id=parse_video_id(video[1].decode("utf-8", "replace")) if video else None,
    )


def read_note(root: Path, source: Source) -> tuple[NoteFacts, Note | None]:
    """Return a note and what is kept of it; no note where it can't be read, and the error."""
    try:
        data, status = read_file(root, source.path, NOTE_LIMIT)
        text = decode_note(data)
        parse = _parse_again if len(text) < _LONG else _parse
        note = parse(text, is_html=is_html(source.path))
    except LibraryError as error:
        facts = fail_note(root, source, str(error))
        # What the system could not read now, it may read when it is asked again.
        return replace(facts, is_settled=not isinstance(error.__cause__, OSError)), None
    except Exception:  # one note that we fail at costs that note
        _log.exception("%r can't be read", source.path)
        return fail_note(root, source, _OUR_FAULT), None
    facts = NoteFacts(
        path=source.path,
        slug=source.slug,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        is_settled=is_settled(status.st_mtime_ns),
        digest=digest_of(data),
        title=display_path(note.title or PurePosixPath(source.path).stem.replace("_", " ")),
        channel=_clean(note.channel) or display_path(PurePosixPath(source.path).parent.name),
        video_id=note.video_id,
        claims=len(note.claims),
        media=_clean(note.meta.get("media")),
        video_titles=tuple(
            {video_id: display_path(title) for video_id, title in note.video_titles}.items()
        ),
        text=text,
    )
    return facts, note


def _parse(text: str, *, is_html: bool) -> Note:
    return parse_note(text, is_html=is_html)


_parse_again = lru_cache(maxsize=_PARSED)(_parse)


def read_video(root: Path, sources: VideoSources, *, keeps_text: bool) -> VideoFacts:
    """Return what is kept of a video, of whose notes those of `sources` are thought."""
    key = sources.key
    read = [read_note(root, source) for source in sources.notes]
    own = [(facts, note) for facts, note in read if note is not None and facts.key == key]
    strays = tuple(_bare(facts) for facts, note in read if note is None or facts.key != key)
    try:
        video = _judge_video(root, sources, own, keeps_text=keeps_text)
    except Exception:  # one video that we fail at costs that video
        _log.exception("the notes of %r can't be read together", key)
        failed = (Source(facts.path, facts.slug) for facts, _ in own)
        strays += tuple(fail_note(root, source, _OUR_FAULT) for source in failed)
        video = _judge_video(root, sources, [], keeps_text=False)
    return replace(video, strays=strays)


def _judge_video(
    root: Path,
    sources: VideoSources,
    own: Sequence[tuple[NoteFacts, Note]],
    *,
    keeps_text: bool,
) -> VideoFacts:
    notes = [note for _, note in own]
    captions = read_captions(root, sources.captions if own else (), notes)
    judged = read_stamps(notes, captions.recording)
    heard = _hold_captions(sources, captions, judged, keeps_text=keeps_text)
    if heard and heard.is_foreign:  # its cues tell nothing of this video
        captions = replace(captions, transcript=None)
        judged = read_stamps(notes, captions.recording)
    claims = [(number, claim) for number, note in enumerate(judged) for claim in note.claims]
    topics = [_find_topics(claim) for _, claim in claims]
    kept = tuple(facts if keeps_text else _bare(facts) for facts, _ in own)
    documents = _make_documents(sources.key, kept, claims, topics)
    if captions.transcript is not None:
        documents = replace(documents, cues=make_passages(captions.transcript))
    return VideoFacts(
        key=sources.key,
        notes=kept,
        topics=tuple(_count_topics(topics)),
        density=_measure_density([document.start for document in documents.claims]),
        documents=documents,
        captions=heard and replace(heard, passages=len(documents.cues)),
        parsed=_pack_notes(sources.key, own, judged, captions) if len(claims) >= MANY else None,
    )


def _pack_notes(
    key: str, own: Sequence[tuple[NoteFacts, Note]], judged: tuple[Note, ...], captions: Captions
) -> bytes:
    texts = [NoteText(facts.slug, facts.text or "", is_html(facts.path)) for facts, _ in own]
    return pack_notes(texts, captions.recording, Parsed(judged, time_claims(key, judged)))


def _hold_captions(
    sources: VideoSources, captions: Captions, judged: Sequence[Note], *, keeps_text: bool
) -> CaptionsFacts | None:
    """Return what is kept of the captions: the claims held against them, if one of both changed."""
    if not captions.digest and not captions.problems:
        return None
    digest = digest_of_captions(captions, judged)
    spoken = None
    if digest != sources.kept.digest:
        spoken = hold_against(captions, time_claims(sources.key, judged))
    return CaptionsFacts(
        digest=digest,
        value=pack(spoken) if spoken else None,
        is_foreign=spoken.is_foreign if spoken else sources.kept.is_foreign,
        counts=spoken.counts if spoken else {},
        title=display_path(captions.info.title or "") or None if captions.info else None,
        duration=captions.length.duration,
        texts=captions.texts if keeps_text else (),
        problems=captions.problems,
    )


def fail_note(root: Path, source: Source, reason: str) -> NoteFacts:
    """Return what is kept of a note that can't be read, so that it is not tried again as it is."""
    facts = NoteFacts(path=source.path, slug=source.slug, error=reason)
    try:
        status = os.lstat(root / source.path)
    except (OSError, ValueError):
        return facts
    return replace(
        facts,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        is_settled=is_settled(status.st_mtime_ns),
    )


def digest_of(data: bytes) -> bytes:
    """Return what tells the contents of a note from others."""
    return blake2b(data, digest_size=16).digest()


def is_settled(mtime_ns: int) -> bool:
    """Return whether a file changed so long ago that a change now would show in its times."""
    return abs(time_ns() - mtime_ns) > _SETTLED_AFTER  # a later change is not from the future


def _bare(facts: NoteFacts) -> NoteFacts:
    return replace(facts, text=None)


def _clean(value: str | None) -> str | None:
    return display_path(value) if value else None


def _make_documents(
    key: str,
    notes: Sequence[NoteFacts],
    claims: Sequence[tuple[int, Claim]],
    topics: Sequence[Mapping[str, str]],
) -> VideoDocuments:
    copies = count_copies(claim.text for _, claim in claims)
    documents = [
        ClaimDocument(notes[number].slug, claim.start, claim.text, copy, tuple(sorted(linked)))
        for (number, claim), copy, linked in zip(claims, copies, topics, strict=True)
    ]
    return VideoDocuments(
        key=key,
        channel=notes[0].channel if notes else "",
        notes=tuple(NoteDocument(slug=note.slug, title=note.title) for note in notes),
        claims=tuple(sorted(documents, key=lambda item: (item.start is None, item.start or 0))),
    )


def _find_topics(claim: Claim) -> Mapping[str, str]:
    """Return the topics that `claim` links to, each with its target as written."""
    if not claim.links:
        return _NONE
    slugs = {topic_slug(link.target): link.target for link in claim.links}
    slugs.pop("", None)
    return slugs


def _count_topics(found: Iterable[Mapping[str, str]]) -> Iterable[TopicFacts]:
    """Yield the topics that were found in claims, in the order of their slugs."""
    labels: dict[str, Counter[str]] = {}
    for linked in found:
        for slug, target in linked.items():
            name = target.partition("#")[0].rpartition("/")[2]
            labels.setdefault(slug, Counter())[" ".join(display_path(name).split())[:200]] += 1
    for slug, counts in sorted(labels.items()):
        label = min(counts, key=lambda name: (-counts[name], name))
        is_plain = label.replace("_", " ").casefold() == label_of(slug)
        has_capitals = label != label.lower()
        yield TopicFacts(
            slug=slug,
            label=None if is_plain and not has_capitals else label.replace("_", " "),
            claims=counts.total(),
        )


def label_of(slug: str) -> str:
    """Return a topic's slug in words."""
    return slug.replace("_", " ")


def _measure_density(found: Iterable[int | None]) -> bytes:
    """Return how many claims begin in each of the video's equal parts, 255 at most."""
    starts = [start for start in found if start is not None]
    counts = [0] * BARS
    length = max(starts, default=0) + 1
    for start in starts:
        counts[start * BARS // length] += 1
    return bytes(min(count, 255) for count in counts)
