"""From the words of YouTube and of yt-dlp to a reason. What is certain by type is not told here.

YouTube says why a video does not play in a sentence, which yt-dlp hands on as an error or, where
only captions are wanted, as a warning. It changes them now and then; what none of these patterns
knows is shown as it was said.
"""

import re

from viewer.youtube.model import Reason

_PATTERNS = [
    (Reason.BOT, r"not a bot|captcha challenge|unusual traffic|automated queries"),
    (
        Reason.TOO_MANY,
        r"HTTP Error 429|too many requests|rate.limited by YouTube|IP is likely being blocked"
        r"|try again later",
    ),
    (Reason.SERVER, r"HTTP Error 5\d\d"),
    (Reason.AGE, r"confirm your age|age.restricted|inappropriate for some users"),
    (Reason.MEMBERS, r"members.only|members on level|join this channel|channel's members"),
    (Reason.PRIVATE, r"private video|video is private"),
    (
        Reason.REGION,
        r"in your country|in your location|from your location|geo.?restrict|blocked it in"
        r"|blocked it on copyright",
    ),
    (
        Reason.PAID,
        r"requires payment|payment to watch|only available to Music Premium|rent or buy"
        r"|rent or purchase|requires? (?:a )?purchase|YouTube Premium|DRM protect",
    ),
    (
        Reason.UPCOMING,
        r"premieres? in|live event will begin|will begin (?:shortly|in)|Premiere will begin",
    ),
    (
        Reason.LIVE,
        r"live stream recording is not available|is currently live|live event has ended",
    ),
    (
        Reason.REMOVED,
        r"video (?:has been|was) removed|removed by the uploader|no longer available"
        r"|account (?:associated with this video )?has been terminated|video unavailable"
        r"|video (?:is )?(?:not|isn.t) available|video does not exist|copyright (?:claim|grounds)",
    ),
]
_REASONS = [(reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in _PATTERNS]
_TOKEN = re.compile(r"missing subtitles languages because a PO token|subtitles require a PO Token")
_FAULT = re.compile(
    r"\[Errno -?\d+\] ([^()\[\]<>]+)|\b((?:read|connect\w*) timed out)", re.IGNORECASE
)
_NOISE = re.compile(
    r"JavaScript runtime|challenge|PO Token|Requested format|formats found|generic title"
    r"|[Uu]nable to"
)
_LONGEST = 300


def classify(text: str) -> Reason | None:
    """Return the reason that `text` gives, or None."""
    # A typographic apostrophe is one of the things that change.
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return next((reason for reason, pattern in _REASONS if pattern.search(plain)), None)


def is_token_missing(text: str) -> bool:
    """Return whether `text` says that captions are withheld from who shows no PO token."""
    return bool(_TOKEN.search(text))


def is_telling(text: str) -> bool:
    """Return whether a warning may say why a video does not play, rather than what follows."""
    return not _NOISE.search(text)


def name_fault(text: str) -> str:
    """Return what the system says of a connection that failed: "Connection refused"; or nothing."""
    found = _FAULT.search(text)
    return (found[1] or found[2]).strip()[:_LONGEST] if found else ""


def tidy(text: str) -> str:
    """Return what was said on one line: without yt-dlp's labels, requests to report, and hints."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text[:4000])
    text = re.sub(r"^(?:ERROR: |WARNING: )?(?:\[[\w:+]+\] )?(?:[A-Za-z0-9_-]{11}: )?", "", text)
    text = re.split(
        r"; please report this issue|[.;]? *(?:Use --cookies|Also see  ?http|For more "
        r"(?:info|details)|Confirm you are on|The current session)|\(caused by|Help us|Learn more",
        text,
        maxsplit=1,
    )[0]
    return " ".join(text.split())[:_LONGEST].rstrip(" .;,")
