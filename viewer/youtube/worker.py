"""The process in which yt-dlp runs: it asks for one video and writes its answer to standard output.

`fetch.py` starts it in an empty folder with few environment variables. It reads one line of JSON,
the request; it writes a line for each step and a last one with the outcome. Captions stay in
memory: yt-dlp writes no file, so nothing from the site becomes the name of one.

No other module imports yt-dlp, which takes a second and 80 MB; its faults stay here.
"""

import json
import os
import resource
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from viewer.youtube.choice import Offer, choose_offer, list_offers, own_language
from viewer.youtube.json3_filter import CAPTIONS_LIMIT, filter_json3
from viewer.youtube.model import Reason, Request, Step
from viewer.youtube.reasons import classify, is_telling, is_token_missing, name_fault, tidy
from viewer.youtube.video import watch_url

FOLDER = "claimline-fetch-"
"""The prefix of the temporary folder's name, which is this process's home."""
_MEMORY = 1536 * 2**20
"""Bytes of data, for this process and for the JavaScript runtime that yt-dlp starts. Address space
is not limited: the runtime reserves many gigabytes of it and uses few."""
_PROCESSOR = 90
"""Seconds of processor time, for each of the two."""
_FILE = 64 * 2**20
"""Bytes of one file; the JavaScript runtime may keep a cache in the temporary folder."""
_FIELDS = (
    "id",
    "title",
    "channel",
    "uploader",
    "duration",
    "language",
    "chapters",
    "thumbnail",
    "live_status",
)

OPTIONS: Mapping[str, object] = {
    "allowed_extractors": ["^youtube$"],
    "noplaylist": True,
    "skip_download": True,
    "cachedir": False,
    "enable_file_urls": False,
    "usenetrc": False,
    "writesubtitles": True,  # with it yt-dlp warns of the captions that it has to leave out
    "ignore_no_formats_error": True,
    # Manifests list no captions; translations are not what was said.
    "extractor_args": {"youtube": {"skip": ["hls", "dash", "translated_subs"]}},
    "retries": 2,
    "extractor_retries": 1,
    "socket_timeout": 10,
    "color": "never",
    "noprogress": True,
}

Tell = Callable[[Mapping[str, object]], None]
"""Writes a message to the process that started this one."""
Ask = Callable[[Any, str], object]
"""Takes a `YoutubeDL` and a video id, and returns yt-dlp's dictionary of the video."""


class _NoCaptions(Exception):
    """There are no captions, for a known reason."""

    def __init__(self, reason: Reason, quote: str = "", languages: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.message: dict[str, Any] = {"reason": reason, "quote": quote, "languages": languages}


class _Log:
    """The logger that yt-dlp calls instead of printing."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.warnings: list[str] = []

    def debug(self, line: str) -> None:
        """Tell the step: yt-dlp has no hook for it, but logs a line for each request."""
        if "Downloading webpage" in line:
            self._tell({"step": Step.PAGE})
        elif "player" in line and "Downloading" in line:
            self._tell({"step": Step.PLAYER})

    def warning(self, line: str) -> None:
        if len(self.warnings) < 100:
            self.warnings.append(line[:4000])

    def error(self, line: str) -> None:
        """Do nothing: yt-dlp raises its errors as well."""


def ask_youtube(site: Any, video_id: str) -> object:
    """Return yt-dlp's dictionary of a video; no text from outside becomes its address."""
    return site.extract_info(watch_url(video_id), download=False)


def main(ask: Ask = ask_youtube, options: Mapping[str, object] = OPTIONS) -> None:
    """Answer the request on standard input, whose end (a killed parent) ends this process."""
    _limit()
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # other code may print

    def tell(message: Mapping[str, object]) -> None:
        answers.write(json.dumps(message, default=lambda _: None) + "\n")
        answers.flush()

    asked = Request(
        video_id=request["video_id"],
        languages=tuple(request["languages"]),
        is_strict=request["is_strict"],
    )
    try:
        tell({"end": answer(asked, tell, ask, options)})
    except MemoryError:
        tell({"end": {"reason": Reason.TOO_LARGE}})


def answer(
    request: Request, tell: Tell, ask: Ask, options: Mapping[str, object]
) -> dict[str, object]:
    """Return captions and facts of a video, or why there are none, as `answer.py` reads it."""
    import yt_dlp

    log = _Log(tell)
    with yt_dlp.YoutubeDL({**options, "logger": log}) as site:
        try:
            info = ask(site, request.video_id)
        except MemoryError:
            raise
        except Exception as error:
            return _explain(error, site, log).message
        if not isinstance(info, Mapping) or info.get("entries") is not None:
            quote = "YouTube answered with something that is no video"
            return _NoCaptions(Reason.UNKNOWN, quote).message
        facts: dict[str, object] = {"info": {name: info.get(name) for name in _FIELDS}}
        try:
            offer = _choose(request, info, site, log)
            tell({"step": Step.CAPTIONS})
            return facts | {"captions": _read_captions(site, offer)}
        except _NoCaptions as failed:
            # yt-dlp makes up the facts of a video that it can't read.
            is_known = bool(info.get("formats")) or failed.message["languages"]
            return (facts if is_known else {}) | failed.message


def _choose(request: Request, info: Mapping[str, object], site: Any, log: _Log) -> Offer:
    """Return the best captions of a video; raises `_NoCaptions`."""
    match info.get("live_status"):
        case "is_live":
            raise _NoCaptions(Reason.LIVE)
        case "is_upcoming":
            raise _NoCaptions(Reason.UPCOMING)
    offers = list_offers(info.get("subtitles"), info.get("automatic_captions"))
    offer = choose_offer(offers, request, own_language(info, offers))
    if offer is not None:
        return offer
    languages = tuple(dict.fromkeys(o.language for o in offers if not o.is_translated))
    if languages:
        raise _NoCaptions(Reason.NO_LANGUAGE, languages=languages)
    raise _explain_absence(info, site, log)


def _explain_absence(info: Mapping[str, object], site: Any, log: _Log) -> _NoCaptions:
    """Return why yt-dlp lists no captions: the video may have some all the same."""
    if not info.get("formats"):
        for line in log.warnings:
            if reason := classify(line):
                return _NoCaptions(reason, tidy(line))
    if any(map(is_token_missing, log.warnings)):
        return _NoCaptions(Reason.WITHHELD)
    if reason := _judge_runtime(site):
        return _NoCaptions(reason)
    lines = [] if info.get("formats") else log.warnings[::-1]
    quote = next((tidy(line) for line in lines if is_telling(line)), "")
    return _NoCaptions(Reason.NO_CAPTIONS, quote)


def _read_captions(site: Any, offer: Offer) -> dict[str, object]:
    """Return the captions of `offer`, in its first format that is given; raises `_NoCaptions`."""
    failed = _NoCaptions(Reason.NOT_GIVEN)
    for suffix, address in offer.addresses:
        try:
            data = _download(site, address)
        except _NoCaptions as error:
            failed = error
        except MemoryError:
            raise
        except Exception as error:
            failed = _explain(error, site, None)
        else:
            return {
                "language": offer.language,
                "is_generated": offer.is_generated,
                "suffix": suffix,
                "text": _read_text(data, suffix),
            }
        if failed.message["reason"] != Reason.NOT_GIVEN:
            break
    raise failed


def _read_text(data: bytes, suffix: str) -> str:
    """Return captions as text, json3 filtered; raises `_NoCaptions` if it is broken."""
    text = data.decode("utf-8-sig", "replace")
    captions = filter_json3(text) if suffix == ".json3" else text
    if captions is None:
        raise _NoCaptions(Reason.BROKEN)
    return captions


def _download(site: Any, address: str) -> bytes:
    """Return the bytes at `address`; raises `_NoCaptions`, and what yt-dlp raises."""
    from yt_dlp.networking import Request as HttpRequest
    from yt_dlp.networking.impersonate import ImpersonateTarget

    any_browser = ImpersonateTarget()
    # As a browser does it, if what yt-dlp needs for that is installed. No public method tells.
    is_available = getattr(site, "_impersonate_target_available", lambda _: False)
    extensions = {"impersonate": any_browser} if is_available(any_browser) else {}
    with site.urlopen(HttpRequest(address, extensions=extensions)) as response:
        data: bytes = response.read(CAPTIONS_LIMIT + 1)
    if len(data) > CAPTIONS_LIMIT:
        raise _NoCaptions(Reason.TOO_LARGE)
    if not data.strip():  # YouTube's answer to a request that lacks a PO token
        raise _NoCaptions(Reason.WITHHELD)
    return data


def _explain(error: Exception, site: Any, log: _Log | None) -> _NoCaptions:
    """Return the reason for an exception of yt-dlp: by its type, else by its words."""
    from yt_dlp.networking.exceptions import (
        CertificateVerifyError,
        HTTPError,
        ProxyError,
        TransportError,
    )
    from yt_dlp.utils import GeoRestrictedError

    quote = tidy(str(error))
    chain = _causes(error)
    for cause in chain:
        match cause:
            case GeoRestrictedError():
                return _NoCaptions(Reason.REGION, quote)
            case HTTPError(status=status):
                return _NoCaptions(_judge_status(status), f"HTTP {status}")
            case CertificateVerifyError():
                return _NoCaptions(Reason.CERTIFICATE)
            case ProxyError():
                return _NoCaptions(Reason.PROXY)
            case TransportError():
                return _NoCaptions(Reason.NETWORK, name_fault(str(cause)))
    # Warnings from before the error may tell more than it does.
    for line in [quote, *(map(tidy, log.warnings) if log else ())]:
        if reason := classify(line):
            return _NoCaptions(reason, line)
    return _NoCaptions((log and _judge_runtime(site)) or Reason.UNKNOWN, quote)


def _judge_status(status: int) -> Reason:
    if status == 429:
        return Reason.TOO_MANY
    return Reason.SERVER if status >= 500 else Reason.NOT_GIVEN


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return `error` and its causes, by yt-dlp's attributes (`exc_info`, `cause`) and Python's."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        triple = getattr(error, "exc_info", None)
        inner = triple[1] if isinstance(triple, tuple) and len(triple) == 3 else None
        if inner is None or inner in chain:
            inner = getattr(error, "cause", None) or error.__cause__ or error.__context__
        error = inner if isinstance(inner, BaseException) else None
    return chain


def _judge_runtime(site: Any) -> Reason | None:
    """Return what is wrong with the JavaScript runtime; without one, some videos fail."""
    runtimes = getattr(site, "_js_runtimes", None)
    if not isinstance(runtimes, Mapping):
        return None  # another version of yt-dlp: the attribute is private
    infos = [runtime.info for runtime in runtimes.values() if runtime is not None]
    if any(info is not None and info.supported for info in infos):
        return None
    return Reason.OLD_JAVASCRIPT if any(infos) else Reason.NO_JAVASCRIPT


def _limit() -> None:
    """Limit the resources of this process and of those that it starts."""
    limits = {
        resource.RLIMIT_DATA: _MEMORY,
        resource.RLIMIT_CPU: _PROCESSOR,
        resource.RLIMIT_FSIZE: _FILE,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        with suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(kind, (most, most))


def _end_with_parent() -> None:
    """Wait for the end of standard input, then kill this process and those that it started."""
    while os.read(0, 1024):
        pass
    home = Path(os.environ.get("HOME", ""))
    if home.name.startswith(FOLDER):  # the parent was killed and can't remove it
        shutil.rmtree(home, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
