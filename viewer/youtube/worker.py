"""The process in which yt-dlp runs: it asks for one video, and tells what came on standard output.

It is started by `viewer/youtube/fetch.py` in an empty folder with few variables, reads one line of
JSON (the request), and writes one line for each step and a last one for the end. Nothing that
comes from the site decides on the name of a file: captions are read into memory and handed on, so
that yt-dlp writes no file at all.

Nothing else imports yt-dlp: that takes a second and 80 MB, and its faults stay here.
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
from viewer.youtube.json3_filter import CAPTIONS_LIMIT, rewrite_json3
from viewer.youtube.model import Reason, Request, Step
from viewer.youtube.reasons import classify, is_telling, is_token_missing, name_fault, tidy
from viewer.youtube.video import watch_url

FOLDER = "claimline-fetch-"
"""What the name of the folder begins with that this process is given, and that is thrown away."""
_MEMORY = 1536 * 2**20
"""Bytes of data for this process, and for the JavaScript runtime that yt-dlp starts. (Not of
address space: the runtime reserves many gigabytes and uses few.)"""
_PROCESSOR = 90
"""Seconds of processor time, for each of the two."""
_FILE = 64 * 2**20
"""Bytes of a file; the JavaScript runtime may keep a cache in the folder that is thrown away."""
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
    "writesubtitles": True,  # only to have it say which captions it had to leave out
    "ignore_no_formats_error": True,
    # Manifests say nothing of captions; translations of captions are not what was said.
    "extractor_args": {"youtube": {"skip": ["hls", "dash", "translated_subs"]}},
    "retries": 2,
    "extractor_retries": 1,
    "socket_timeout": 10,
    "color": "never",
    "noprogress": True,
}

Tell = Callable[[Mapping[str, object]], None]
Ask = Callable[[Any, str], object]
"""Gets a `YoutubeDL` and a video id, and returns yt-dlp's dictionary for the video."""


class _Failed(Exception):
    """There are no captions, for a known reason."""

    def __init__(self, reason: Reason, said: str = "", languages: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.told: dict[str, Any] = {"reason": reason, "said": said, "languages": languages}


class _Log:
    """What yt-dlp calls instead of printing."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.warnings: list[str] = []

    def debug(self, line: str) -> None:
        """Tell how far it is: there is no hook for that, but a line for each request."""
        if "Downloading webpage" in line:
            self._tell({"step": Step.PAGE})
        elif "player" in line and "Downloading" in line:
            self._tell({"step": Step.PLAYER})

    def warning(self, line: str) -> None:
        if len(self.warnings) < 100:
            self.warnings.append(line[:4000])

    def error(self, line: str) -> None:
        """Pass over: what is an error is raised as well."""


def ask_youtube(site: Any, video_id: str) -> object:
    """Return what yt-dlp knows of a video on YouTube, at an address that is built here."""
    return site.extract_info(watch_url(video_id), download=False)


def main(ask: Ask = ask_youtube, options: Mapping[str, object] = OPTIONS) -> None:
    """Answer the request on standard input; a killed parent or its end of it ends this process."""
    _limit()
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever else prints there

    def tell(message: Mapping[str, object]) -> None:
        answers.write(json.dumps(message, default=lambda _: None) + "\n")
        answers.flush()

    wanted = Request(
        video_id=request["video_id"],
        languages=tuple(request["languages"]),
        is_strict=request["is_strict"],
    )
    try:
        tell({"end": answer(wanted, tell, ask, options)})
    except MemoryError:
        tell({"end": {"reason": Reason.TOO_LARGE}})


def answer(
    request: Request, tell: Tell, ask: Ask, options: Mapping[str, object]
) -> dict[str, object]:
    """Return captions and facts of a video, or the reason why there are none."""
    import yt_dlp

    log = _Log(tell)
    with yt_dlp.YoutubeDL({**options, "logger": log}) as site:
        try:
            info = ask(site, request.video_id)
        except MemoryError:
            raise
        except Exception as error:
            return _explain(error, site, log).told
        if not isinstance(info, Mapping) or info.get("entries") is not None:
            return _Failed(Reason.UNKNOWN, "YouTube answered with something that is no video").told
        facts: dict[str, object] = {"info": {name: info.get(name) for name in _FIELDS}}
        try:
            offer = _choose(request, info, site, log)
            tell({"step": Step.CAPTIONS})
            return facts | {"captions": _read_captions(site, offer)}
        except _Failed as failed:
            # Without a way to play it, the facts may be ones that yt-dlp makes up.
            is_known = bool(info.get("formats")) or failed.told["languages"]
            return (facts if is_known else {}) | failed.told


def _choose(request: Request, info: Mapping[str, object], site: Any, log: _Log) -> Offer:
    """Return the captions to take; raises `_Failed`."""
    match info.get("live_status"):
        case "is_live":
            raise _Failed(Reason.LIVE)
        case "is_upcoming":
            raise _Failed(Reason.UPCOMING)
    offers = list_offers(info.get("subtitles"), info.get("automatic_captions"))
    offer = choose_offer(offers, request, own_language(info, offers))
    if offer is not None:
        return offer
    languages = tuple(dict.fromkeys(o.language for o in offers if not o.is_translated))
    if languages:
        raise _Failed(Reason.NO_LANGUAGE, languages=languages)
    raise _explain_absence(info, site, log)


def _explain_absence(info: Mapping[str, object], site: Any, log: _Log) -> _Failed:
    """Return why a video seems to have no captions at all."""
    if not info.get("formats"):
        for line in log.warnings:
            if reason := classify(line):
                return _Failed(reason, tidy(line))
    if any(map(is_token_missing, log.warnings)):
        return _Failed(Reason.WITHHELD)
    if reason := _judge_runtime(site):
        return _Failed(reason)
    lines = [] if info.get("formats") else log.warnings[::-1]
    return _Failed(Reason.NO_CAPTIONS, next((tidy(line) for line in lines if is_telling(line)), ""))


def _read_captions(site: Any, offer: Offer) -> dict[str, object]:
    """Return the text of `offer` in the first of its formats that can be had; raises `_Failed`."""
    failed = _Failed(Reason.NOT_GIVEN)
    for suffix, address in offer.addresses:
        try:
            data = _download(site, address)
        except _Failed as error:
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
        if failed.told["reason"] != Reason.NOT_GIVEN:
            break
    raise failed


def _read_text(data: bytes, suffix: str) -> str:
    """Return what is kept of captions; raises `_Failed` where they are none."""
    text = data.decode("utf-8-sig", "replace")
    kept = rewrite_json3(text) if suffix == ".json3" else text
    if kept is None:
        raise _Failed(Reason.BROKEN)
    return kept


def _download(site: Any, address: str) -> bytes:
    from yt_dlp.networking import Request as HttpRequest
    from yt_dlp.networking.impersonate import ImpersonateTarget

    any_browser = ImpersonateTarget()
    # As a browser asks, where yt-dlp is installed with what that needs. (No public method tells.)
    is_available = getattr(site, "_impersonate_target_available", lambda _: False)
    extensions = {"impersonate": any_browser} if is_available(any_browser) else {}
    with site.urlopen(HttpRequest(address, extensions=extensions)) as response:
        data: bytes = response.read(CAPTIONS_LIMIT + 1)
    if len(data) > CAPTIONS_LIMIT:
        raise _Failed(Reason.TOO_LARGE)
    if not data.strip():  # what YouTube answers to those who should have shown a PO token
        raise _Failed(Reason.WITHHELD)
    return data


def _explain(error: Exception, site: Any, log: _Log | None) -> _Failed:
    """Return what an exception of yt-dlp means: by its type, else by its words."""
    from yt_dlp.networking.exceptions import (
        CertificateVerifyError,
        HTTPError,
        ProxyError,
        TransportError,
    )
    from yt_dlp.utils import GeoRestrictedError

    said = tidy(str(error))
    chain = _causes(error)
    for cause in chain:
        match cause:
            case GeoRestrictedError():
                return _Failed(Reason.REGION, said)
            case HTTPError(status=status):
                return _Failed(_judge_status(status), f"HTTP {status}")
            case CertificateVerifyError():
                return _Failed(Reason.CERTIFICATE)
            case ProxyError():
                return _Failed(Reason.PROXY)
            case TransportError():
                return _Failed(Reason.NETWORK, name_fault(str(cause)))
    # What was tried before it gave up may say more than that it did.
    for line in [said, *(map(tidy, log.warnings) if log else ())]:
        if reason := classify(line):
            return _Failed(reason, line)
    return _Failed((log and _judge_runtime(site)) or Reason.UNKNOWN, said)


def _judge_status(status: int) -> Reason:
    if status == 429:
        return Reason.TOO_MANY
    return Reason.SERVER if status >= 500 else Reason.NOT_GIVEN


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return `error` and what led to it, as yt-dlp and as Python keep that."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        kept = getattr(error, "exc_info", None)
        inner = kept[1] if isinstance(kept, tuple) and len(kept) == 3 else None
        if inner is None or inner in chain:
            inner = getattr(error, "cause", None) or error.__cause__ or error.__context__
        error = inner if isinstance(inner, BaseException) else None
    return chain


def _judge_runtime(site: Any) -> Reason | None:
    """Return what is wrong with the JavaScript runtime, without which YouTube works in part."""
    runtimes = getattr(site, "_js_runtimes", None)
    if not isinstance(runtimes, Mapping):
        return None  # a yt-dlp that has this otherwise
    found = [runtime.info for runtime in runtimes.values() if runtime is not None]
    if any(info is not None and info.supported for info in found):
        return None
    return Reason.OLD_JAVASCRIPT if any(found) else Reason.NO_JAVASCRIPT


def _limit() -> None:
    bounds = {
        resource.RLIMIT_DATA: _MEMORY,
        resource.RLIMIT_CPU: _PROCESSOR,
        resource.RLIMIT_FSIZE: _FILE,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in bounds.items():
        with suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(kind, (most, most))


def _end_with_parent() -> None:
    """Wait for the end of standard input, and end all that was started here."""
    while os.read(0, 1024):
        pass
    home = Path(os.environ.get("HOME", ""))
    if home.name.startswith(FOLDER):  # which whoever was killed can't remove any more
        shutil.rmtree(home, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
