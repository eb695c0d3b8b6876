"""A failure in words: what happened, and what to do about it."""

from collections.abc import Mapping

from viewer.youtube.model import Failure, Reason, Step
from viewer.youtube.tool import UPDATE, Tool, find_tool

STEPS: Mapping[Step, str] = {
    Step.WAITING: "Waiting for its turn: YouTube is asked slowly",
    Step.STARTING: "Starting yt-dlp",
    Step.PAGE: "Asking YouTube for the video’s page",
    Step.PLAYER: "Asking which captions there are",
    Step.CAPTIONS: "Fetching the captions",
    Step.SAVING: "Saving",
}

_WORDS: Mapping[Reason, tuple[str, str]] = {
    Reason.NETWORK: (
        "YouTube can’t be reached{quote}",
        "see whether this machine is online, and whether a filter or firewall keeps YouTube out",
    ),
    Reason.PROXY: (
        "the proxy does not answer, or refuses",
        "see what the variables http_proxy and https_proxy say",
    ),
    Reason.CERTIFICATE: (
        "the certificate of what answered as YouTube can’t be trusted",
        "a filter may be reading along: where that is meant, name its certificate in SSL_CERT_FILE",
    ),
    Reason.TIMEOUT: (
        "YouTube took too long to answer",
        "try again later, or where the connection is faster",
    ),
    Reason.SERVER: ("YouTube has a fault of its own ({quote})", "try again later"),
    Reason.TOO_MANY: (
        "YouTube takes no more requests from this address for now ({quote})",
        "wait an hour or longer, then fetch what is still missing",
    ),
    Reason.BOT: (
        "YouTube wants to see that no robot asks (“Sign in to confirm you’re not a bot”)",
        "wait some hours, or ask from another network: those of VPNs and data centres are asked "
        "most. Claimline never signs in",
    ),
    Reason.NO_LANGUAGE: (
        "the video has no captions in a language that was wanted; it has {languages}",
        "choose one of those (--language)",
    ),
    Reason.NO_CAPTIONS: (
        "the video has no captions, not even automatic ones ({quote})",
        "those come some hours after a video does, and not for every language; a file of captions "
        "from elsewhere will do as well",
    ),
    Reason.WITHHELD: (
        "YouTube has captions, but withholds them from programs that show no “PO token”",
        "try again some other day, with the newest yt-dlp: " + UPDATE,
    ),
    Reason.NOT_GIVEN: (
        "YouTube names captions, but does not hand them out ({quote})",
        "try again later",
    ),
    Reason.REMOVED: (
        "the video is gone: removed, or its channel closed ({quote})",
        "see whether the note’s video id is right",
    ),
    Reason.PRIVATE: (
        "the video is private",
        "only its owner can open it, and can save its captions as a file",
    ),
    Reason.AGE: (
        "the video is for adults, and YouTube asks for an account",
        "Claimline never signs in: save its captions as a file by other means",
    ),
    Reason.MEMBERS: (
        "the video is for members of its channel",
        "Claimline never signs in: save its captions as a file by other means",
    ),
    Reason.PAID: (
        "the video has to be paid for",
        "Claimline never signs in: save its captions as a file by other means",
    ),
    Reason.LIVE: (
        "the video is live now",
        "its captions come when it has ended, mostly within hours",
    ),
    Reason.UPCOMING: ("the video has not been shown yet", "fetch its captions when it has been"),
    Reason.REGION: (
        "the video can’t be seen from this country ({quote})",
        "ask from where it can be seen",
    ),
    Reason.NO_JAVASCRIPT: (
        "no captions were found, and no JavaScript runtime either, which yt-dlp needs for YouTube",
        "install one: " + UPDATE,
    ),
    Reason.OLD_JAVASCRIPT: (
        "no captions were found, and the JavaScript runtime is too old for yt-dlp",
        "install a newer Deno: " + UPDATE,
    ),
    Reason.TOO_LARGE: (
        "what YouTube answered is too large to be captions",
        "try again; where it stays so, keep a file of captions from elsewhere",
    ),
    Reason.BROKEN: (
        "what YouTube answered can’t be read as captions",
        "try again with the newest yt-dlp: " + UPDATE,
    ),
    Reason.ENDED: (
        "yt-dlp ended before it had answered ({quote})",
        "it may have taken too much memory: try again",
    ),
    Reason.UNKNOWN: (
        "yt-dlp failed: {quote}",
        "try again with the newest one: " + UPDATE,
    ),
    Reason.CANCELLED: ("it was cancelled", "fetch it again when you like"),
    Reason.UNWRITABLE: ("what came can’t be kept: {quote}", "fetch it again then"),
}
"""What happened, and what to do about it."""
_AGE_REASONS = frozenset(
    {Reason.BOT, Reason.NO_CAPTIONS, Reason.WITHHELD, Reason.NOT_GIVEN, Reason.BROKEN}
    | {Reason.UNKNOWN, Reason.NO_JAVASCRIPT, Reason.OLD_JAVASCRIPT}
)
"""Reasons that an old yt-dlp may cause."""
_SHOWN = 20
"""The most languages that a sentence lists."""


def explain(failure: Failure, tool: Tool | None = None) -> str:
    """Return one sentence on what happened and what to do.

    `tool` is the yt-dlp that was used; without it, the one that is installed. If it is old and may
    be the cause, the sentence says so.
    """
    what, do = _WORDS[failure.reason]
    shown = [*failure.languages[:_SHOWN], *(["…"] if len(failure.languages) > _SHOWN else [])]
    quote = failure.quote
    if "({quote})" in what and not quote:
        what = what.replace(" ({quote})", "")
    if failure.reason == Reason.NETWORK:
        quote = f" ({quote})" if quote else ""
    if failure.reason == Reason.UNKNOWN:
        quote = quote or "it does not say why"
    words = f"{what.format(quote=quote, languages=', '.join(shown))}; {do}"
    tool = tool or find_tool()
    if tool is not None and tool.is_old and failure.reason in _AGE_REASONS:
        age = explain_age(tool)
        words += f". {age.partition('; ')[0] if UPDATE in words else age}"
    return words


def explain_age(tool: Tool) -> str:
    """Return a sentence on how old a yt-dlp is, and how to update it."""
    return (
        f"yt-dlp {tool.version} is {tool.age} days old, and YouTube may have changed since; "
        f"update it: {UPDATE}"
    )
