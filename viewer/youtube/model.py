"""What is asked of the video site, and what comes back. No I/O."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from viewer.transcript.model import VideoInfo


class Step(IntEnum):
    """How far the fetching of a video is."""

    WAITING = -1
    """For its turn: YouTube is asked slowly."""
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
    """A video whose captions are wanted."""

    video_id: str
    """Eleven characters."""
    languages: tuple[str, ...] = ()
    """Those that are wanted, the best first: "pt-BR", "de"."""
    is_strict: bool = False
    """Without them rather none; otherwise the video's own language will do, and then English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """A file of captions."""

    language: str
    suffix: str
    """".json3" or ".vtt"."""
    text: str
    is_generated: bool
    """Made by speech recognition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there are no captions, and what else is known of it."""

    reason: Reason
    said: str = ""
    """The words of the site or of yt-dlp, where ours do not say all."""
    languages: tuple[str, ...] = ()
    """Those that there are captions in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of a request: captions or the reason why not; and perhaps the video's facts."""

    captions: Captions | None = None
    failure: Failure | None = None
    info: VideoInfo | None = None
    thumbnail: str | None = None
    """The address of a picture on YouTube's server of pictures."""
