"""Requests to the video site and their outcomes. No I/O."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from viewer.transcript.model import VideoInfo


class Step(IntEnum):
    """How far the fetching of a video is. Numbers are in the order of the steps."""

    WAITING = -1
    """For its turn (`pace.py`)."""
    STARTING = 0
    PAGE = 1
    PLAYER = 2
    CAPTIONS = 3
    SAVING = 4


class Reason(StrEnum):
    """Why there are no captions."""

    NETWORK = "network"
    PROXY = "proxy"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    SERVER = "server"
    TOO_MANY = "too-many"
    BOT = "bot"
    NO_LANGUAGE = "no-language"
    NO_CAPTIONS = "no-captions"
    WITHHELD = "withheld"
    NOT_GIVEN = "not-given"
    REMOVED = "removed"
    PRIVATE = "private"
    AGE = "age"
    MEMBERS = "members"
    PAID = "paid"
    LIVE = "live"
    UPCOMING = "upcoming"
    REGION = "region"
    NO_JAVASCRIPT = "no-javascript"
    OLD_JAVASCRIPT = "old-javascript"
    TOO_LARGE = "too-large"
    BROKEN = "broken"
    ENDED = "ended"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    UNWRITABLE = "unwritable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request for the captions of a video."""

    video_id: str
    """Eleven characters."""
    languages: tuple[str, ...] = ()
    """The best first: "pt-BR", "de"."""
    is_strict: bool = False
    """True if no other language will do. Otherwise the video's own will, and then English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """A file of captions."""

    language: str
    suffix: str
    """".json3" or ".vtt"."""
    text: str
    is_generated: bool
    """True if speech recognition made them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there are no captions, with details."""

    reason: Reason
    quote: str = ""
    """Words of the site or of yt-dlp that tell more than the reason does."""
    languages: tuple[str, ...] = ()
    """Languages that the video has captions in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of a request: captions or a failure, and the video's facts if they are known."""

    captions: Captions | None = None
    failure: Failure | None = None
    info: VideoInfo | None = None
    thumbnail: str | None = None
    """The address of a picture on YouTube's image server."""
