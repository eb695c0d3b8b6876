"""Captions and facts of a video from YouTube, by yt-dlp in a process of its own.

The process gets an empty folder, few variables and bounds on memory, processor time and files
(`viewer/youtube/worker.py`); here are the bounds on its time and on what it may answer. It is its
own process group, which ends whole, with the JavaScript runtime that yt-dlp starts.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from viewer.youtube.answer import LIMIT, read_answer
from viewer.youtube.model import Failure, Fetched, Reason, Request, Step
from viewer.youtube.worker import FOLDER

TIME_LIMIT = 120.0
"""Seconds for one video; with all its requests it mostly takes five to ten."""
WORKER: tuple[str, ...] = (sys.executable, "-P", "-m", "viewer.youtube.worker")
"""Starts the process. Tests start another, which asks a server of theirs: it is a parameter of
functions and nothing that a setting, an address or a variable can reach."""
_TICK = 0.25
"""Seconds between two looks at whether it is still wanted."""
_PASSED = frozenset(
    {"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH"}
    | {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}
    | {f"{kind}_proxy" for kind in ("http", "https", "all", "no")}
    | {f"{kind}_PROXY" for kind in ("HTTP", "HTTPS", "ALL", "NO")}
)
"""Variables that the process gets: without proxies and certificates some have no network."""

Beat = Callable[[Step], bool]
"""Is called several times a second with how far it is; False ends it."""


def fetch_video(
    request: Request,
    beat: Beat,
    *,
    limit: float = TIME_LIMIT,
    worker: Sequence[str] = WORKER,
) -> Fetched:
    """Return what YouTube has of a video, or the reason why there is nothing."""
    with (
        tempfile.TemporaryDirectory(prefix=FOLDER, ignore_cleanup_errors=True) as home,
        _started(worker, home, request) as process,
    ):
        return _listen(process, request, beat, time.monotonic() + limit)


def _listen(
    process: subprocess.Popen[bytes], request: Request, beat: Beat, until: float
) -> Fetched:
    """Return what `process` answers in time."""
    lines: SimpleQueue[bytes] = SimpleQueue()
    assert process.stdout is not None
    threading.Thread(target=_read_lines, args=(process.stdout, lines), daemon=True).start()
    step = Step.STARTING
    while beat(step):
        if time.monotonic() > until:
            return _failed(Reason.TIMEOUT)
        try:
            line = lines.get(timeout=_TICK)
        except Empty:
            continue
        if not line:
            return _failed(Reason.ENDED, _describe_end(process))
        if len(line) > LIMIT:
            return _failed(Reason.TOO_LARGE)
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return _failed(Reason.BROKEN)
        if not isinstance(message, Mapping):
            return _failed(Reason.BROKEN)
        if "end" in message:
            return read_answer(message["end"], request.video_id)
        step = _read_step(message.get("step"), step)
    return _failed(Reason.CANCELLED)


@contextlib.contextmanager
def _started(
    worker: Sequence[str], home: str, request: Request
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        worker,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=home,
        env=_environment(home),
        start_new_session=True,
    )
    assert process.stdin is not None
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(asdict(request)).encode() + b"\n")
            process.stdin.flush()
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS, once it has ended
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()


def _environment(home: str) -> dict[str, str]:
    passed = {name: value for name, value in os.environ.items() if name in _PASSED}
    return {
        **passed,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "YTDLP_NO_PLUGINS": "1",
        "HOME": home,
        "TMPDIR": home,
        "DENO_DIR": home,
        "DENO_NO_UPDATE_CHECK": "1",
    }


def _read_lines(stream: IO[bytes], lines: SimpleQueue[bytes]) -> None:
    """Hand on the lines of `stream`, an empty one at its end; stop where they are too much."""
    total = 0
    with contextlib.suppress(ValueError), stream:  # closed under us
        while line := stream.readline(LIMIT + 1):
            lines.put(line)
            total += len(line)
            if total > LIMIT:
                lines.put(b"x" * (LIMIT + 1))
                return
        lines.put(b"")


def _read_step(value: object, step: Step) -> Step:
    """Return the later of two steps: requests are made in no certain order."""
    return max(step, Step(value)) if isinstance(value, int) and value in [*Step] else step


def _describe_end(process: subprocess.Popen[bytes]) -> str:
    try:
        code = process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        return "it fell silent"
    if code >= 0:
        return f"status {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _failed(reason: Reason, said: str = "") -> Fetched:
    return Fetched(failure=Failure(reason=reason, said=said))
