"""The words of YouTube and of yt-dlp → a reason.

YouTube says in a sentence why a video does not play. yt-dlp hands it on as an error, or as a
warning if captions alone are wanted. The sentences change now and then; one that no pattern
matches is shown as a quote. Exceptions whose type tells the reason are judged in `worker.py`.
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
"""What a system says of a failed connection: "[Errno 111] Connection refused"."""
_NOISE = re.compile(
    r"JavaScript runtime|challenge|PO Token|Requested format|formats found|generic title"
    r"|[Uu]nable to"
)
"""Warnings about consequences: they come whatever the reason is."""
_LONGEST = 300
"""The most characters of a quote."""


def classify(text: str) -> Reason | None:
    """Return the reason that `text` gives; None if no pattern matches."""
    # YouTube writes "isn't" with either apostrophe.
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return next((reason for reason, pattern in _REASONS if pattern.search(plain)), None)


def is_token_missing(text: str) -> bool:
    """True if `text` says that captions are withheld for want of a PO token."""
    return bool(_TOKEN.search(text))


def is_telling(text: str) -> bool:
    """True if a warning may say why a video does not play, and not what that leads to."""
    return not _NOISE.search(text)


def name_fault(text: str) -> str:
    """Return the system's words for a failed connection: "Connection refused"; "" without any."""
    match = _FAULT.search(text)
    return (match[1] or match[2]).strip()[:_LONGEST] if match else ""


def tidy(text: str) -> str:
    """Return a quote on one line, without yt-dlp's labels, requests to report, and hints."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text[:4000])
    text = re.sub(r"^(?:ERROR: |WARNING: )?(?:\[[\w:+]+\] )?(?:[A-Za-z0-9_-]{11}: )?", "", text)
    text = re.split(
        r"; please report this issue|[.;]? *(?:Use --cookies|Also see  ?http|For more "
        r"(?:info|details)|Confirm you are on|The current session)|\(caused by|Help us|Learn more",
        text,
        maxsplit=1,
    )[0]
    return " ".join(text.split())[:_LONGEST].rstrip(" .;,")
