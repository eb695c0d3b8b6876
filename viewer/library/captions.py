"""The captions of a video, read, and its claims held against them: what the index keeps of that.

It is kept as one value, so that a page need not read the captions to say where a claim is found.
"""

import json
import logging
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from viewer.errors import LibraryError, TranscriptError
from viewer.library.folder import CAPTIONS_LIMIT, CaptionsFile, decode_note, read_bytes
from viewer.library.search import CueDocument
from viewer.note.language import find_languages
from viewer.note.model import Note
from viewer.timeline.reading import UNKNOWN, Recording
from viewer.timeline.timeline import TimedClaim
from viewer.transcript.grounding import Grounding, State, Statement, ground_claims
from viewer.transcript.info import parse_info
from viewer.transcript.model import (
    Cue,
    Track,
    Transcript,
    VideoChapter,
    VideoInfo,
    choose_track,
)
from viewer.transcript.parse import parse_captions

_INFO = ".info.json"
_BEST = (".json3", ".vtt", ".srt")
"""Of files in one language, the one that says most comes first, and is read if it can be."""
_INFO_LIMIT = 4 * 2**20
"""Bytes of what is known of a video: JSON takes many times its size while it is read."""
_MOST_FILES = 40
"""Files of a video that are read."""
_PASSAGE = 20.0
"""Seconds of speech that are found as one passage."""
_log = logging.getLogger(__name__)


class Problem(NamedTuple):
    """A file of captions that can't be read, and why."""

    file: CaptionsFile
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """What the files beside a video say."""

    info: VideoInfo | None = None
    tracks: tuple[Track, ...] = ()
    """The one that claims are held against first; one a language."""
    transcript: Transcript | None = None
    """Of the first of `tracks`."""
    digest: bytes = b""
    """Changes with the files."""
    texts: tuple[tuple[CaptionsFile, str], ...] = ()
    """What was read, for an index that keeps it."""
    problems: tuple[Problem, ...] = ()

    @property
    def state(self) -> bytes:
        """What changes with the files, and with why some can't be read."""
        reasons = repr([(file.folder, file.path, message) for file, message in self.problems])
        return blake2b(reasons.encode("utf-8", "replace"), key=self.digest, digest_size=16).digest()

    @property
    def length(self) -> Recording:
        """What is known of the video's length, apart from its captions."""
        return Recording(duration=self.info.duration if self.info else None)

    @property
    def recording(self) -> Recording:
        """What the captions say of the video's length and of its parts."""
        transcript = self.transcript
        cues = transcript.cues if transcript else ()
        return self.length._replace(
            cues=tuple(
                round(cue.start, 2)
                for cue in cues
                if transcript is not None and transcript.is_reliable_at(cue.start)
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoGroundings:
    """The claims of a video, held against what was said."""

    track: Track
    is_foreign: bool
    """The captions are another video's, or in another language than the notes."""
    by_claim: Mapping[str, Grounding]
    """By the claim's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What the index keeps of a video's captions."""

    recording: Recording = UNKNOWN
    info: VideoInfo | None = None
    tracks: tuple[Track, ...] = ()
    is_foreign: bool = False
    files: str = ""
    """Changes with the files, and with why some can't be read."""
    groundings: Mapping[str, tuple[tuple[int, ...], Grounding]] = field(default_factory=dict)
    """By the claim's id: the seconds that it had when it was held against them, and the result."""

    @property
    def counts(self) -> Counter[State]:
        """How many claims are in each state."""
        return Counter(grounding.state for _, grounding in self.groundings.values())

    def groundings_of(self, claims: Iterable[TimedClaim]) -> VideoGroundings | None:
        """Return those of `claims`, as far as they have their words and seconds still."""
        if not self.tracks:
            return None
        current = {claim.id: starts_of(claim) for claim in claims}
        return VideoGroundings(
            track=self.tracks[0],
            is_foreign=self.is_foreign,
            by_claim={
                claim: grounding
                for claim, (starts, grounding) in self.groundings.items()
                if current.get(claim) == starts
            },
        )


def read_captions(root: Path, files: Sequence[CaptionsFile], notes: Sequence[Note]) -> Captions:
    """Return what `files` say of the video that `notes` are about."""
    state = blake2b(digest_size=16)
    transcripts: dict[Track, Transcript] = {}
    info: VideoInfo | None = None
    texts, problems = [], []
    heard: set[str] = set()
    for file in _order_files(files)[:_MOST_FILES]:
        kind = file.suffix if file.suffix == _INFO else file.language.lower()
        if kind in heard:
            continue
        try:
            text = read_text(root, file)
            state.update(f"{file.language}{file.suffix}\0{text}\0".encode("utf-8", "replace"))
            texts.append((file, text))
            if file.suffix == _INFO:
                info = parse_info(text)
            else:
                transcript = parse_captions(text, file.suffix, file.language)
                transcripts[transcript.track] = transcript
            heard.add(kind)
        except (LibraryError, TranscriptError) as error:
            problems.append(Problem(file, str(error).partition(": ")[2]))
        except Exception:  # one file that we fail at costs that file
            _log.exception("%r can't be read", file.path)
            problems.append(Problem(file, "can't be read, by a fault of this program"))
    if not texts:
        return Captions(problems=tuple(problems))
    wanted = [*find_languages(notes)]
    if info and info.language:
        wanted.append(info.language)
    best = choose_track(transcripts, wanted)
    tracks = (best, *(track for track in transcripts if track != best)) if best else ()
    state.update(repr(tracks).encode())  # which one comes first depends on the notes' language
    return Captions(
        info=info,
        tracks=tracks,
        transcript=transcripts[best] if best else None,
        digest=state.digest(),
        texts=tuple(texts),
        problems=tuple(problems),
    )


def read_text(root: Path, file: CaptionsFile) -> str:
    """Return what `file` holds; raises `LibraryError`."""
    folder = Path(file.folder) if file.folder else root
    limit = _INFO_LIMIT if file.suffix == _INFO else CAPTIONS_LIMIT
    return decode_note(read_bytes(folder, file.path, limit))


def hold_against(captions: Captions, claims: Sequence[TimedClaim]) -> Spoken:
    """Return what is kept of `captions`, and of `claims` held against them."""
    statements = [Statement(claim.claim.text, starts_of(claim)) for claim in claims]
    found: Sequence[Grounding] = ()
    is_foreign = False
    if captions.transcript is not None:
        try:
            result = ground_claims(statements, captions.transcript)
            found, is_foreign = result.claims, result.is_foreign
        except Exception:  # a fault of ours costs the comparison, not the video
            _log.exception("claims can't be held against their captions")
    return Spoken(
        recording=captions.length if is_foreign else captions.recording,
        info=captions.info,
        tracks=captions.tracks,
        is_foreign=is_foreign,
        files=captions.state.hex(),
        groundings={
            claim.id: (statement.starts, grounding)
            for claim, statement, grounding in zip(claims, statements, found, strict=bool(found))
        },
    )


def pack(spoken: Spoken) -> bytes:
    """Return `spoken` as a database keeps it."""
    info, recording = spoken.info, spoken.recording
    value = {
        "info": info and [info.title, info.channel, info.duration, info.language, info.chapters],
        "duration": recording.duration,
        "cues": recording.cues,
        "tracks": [[track.language, track.is_generated] for track in spoken.tracks],
        "foreign": spoken.is_foreign,
        "files": spoken.files,
        "claims": {
            claim: [starts, *_round(grounding)]
            for claim, (starts, grounding) in spoken.groundings.items()
        },
    }
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 4)


def unpack(data: bytes) -> Spoken:
    """Return what `pack` wrote."""
    value: dict[str, Any] = json.loads(zlib.decompress(data))
    return Spoken(
        recording=Recording(duration=value["duration"], cues=tuple(value["cues"])),
        info=_unpack_info(value["info"]),
        tracks=tuple(
            Track(language=language, is_generated=is_generated)
            for language, is_generated in value["tracks"]
        ),
        is_foreign=value["foreign"],
        files=value["files"],
        groundings={
            claim: (tuple(starts), Grounding(State(state), *rest))
            for claim, (starts, state, *rest) in value["claims"].items()
        },
    )


def digest_of_captions(captions: Captions, notes: Sequence[Note]) -> bytes:
    """Return what changes when `pack` would give something else."""
    state = blake2b(captions.state, digest_size=16)
    for note in notes:
        for claim in note.claims:
            starts = [stamp.start for stamp in claim.stamps]
            state.update(f"{claim.text}\0{starts}\0".encode("utf-8", "replace"))
        state.update(b"\1")
    return state.digest()


def make_passages(transcript: Transcript) -> tuple[CueDocument, ...]:
    """Return what was said in passages long enough to find words that stand together."""
    return tuple(
        CueDocument(int(cues[0].start), " ".join(cue.text for cue in cues))
        for cues in _join_cues(transcript.cues)
    )


def _join_cues(cues: Iterable[Cue]) -> Iterator[list[Cue]]:
    joined: list[Cue] = []
    for cue in cues:
        if joined and (cue.start - joined[0].start >= _PASSAGE or cue.speaker != joined[0].speaker):
            yield joined
            joined = []
        joined.append(cue)
    if joined:
        yield joined


def choose_file(files: Sequence[CaptionsFile], language: str) -> CaptionsFile | None:
    """Return which of the files that can be read has the captions in a language."""
    chosen = (file for file in _order_files(files) if file.suffix != _INFO)
    return next((file for file in chosen if file.language.lower() == language.lower()), None)


def _order_files(files: Sequence[CaptionsFile]) -> list[CaptionsFile]:
    """Return the files, those that say most first."""
    return sorted(files, key=lambda file: _BEST.index(file.suffix) if file.suffix in _BEST else -1)


def starts_of(claim: TimedClaim) -> tuple[int, ...]:
    """Return the seconds that back a claim, as the author ordered them."""
    return tuple(stamp.start for stamp in claim.claim.stamps if stamp.start is not None)


def _round(grounding: Grounding) -> list[object]:
    return [round(value, 3) if isinstance(value, float) else value for value in grounding]


def _unpack_info(value: Any) -> VideoInfo | None:
    if value is None:
        return None
    title, channel, duration, language, chapters = value
    return VideoInfo(
        title=title,
        channel=channel,
        duration=duration,
        language=language,
        chapters=tuple(VideoChapter(*chapter) for chapter in chapters),
    )
