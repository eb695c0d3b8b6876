"""Captions and facts of a video from YouTube, by yt-dlp in a process of its own, the worker.

The worker gets an empty folder and few environment variables, and limits its own memory, processor
time and files (`worker.py`). Its time and the size of its answer are limited here. It leads a
process group, which is killed as a whole: yt-dlp starts a JavaScript runtime.
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
from dataclasses import asdict, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from viewer.errors import LibraryError
from viewer.youtube.answer import LIMIT, read_answer
from viewer.youtube.model import Failure, Outcome, Reason, Request, Step
from viewer.youtube.sidecars import Sidecars
from viewer.youtube.worker import FOLDER

TIME_LIMIT = 120.0
"""Seconds for one video. Five to ten are usual, with all requests."""
WORKER: tuple[str, ...] = (sys.executable, "-P", "-m", "viewer.youtube.worker")
"""The command of the worker. Tests pass another one, which asks a server of theirs. No setting,
address or environment variable can change it."""
_TICK = 0.25
"""Seconds between two beats."""
_VARIABLES = frozenset(
    {"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH"}
    | {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}
    | {f"{kind}_proxy" for kind in ("http", "https", "all", "no")}
    | {f"{kind}_PROXY" for kind in ("HTTP", "HTTPS", "ALL", "NO")}
)
"""Environment variables that the worker gets. Some machines have no network without a proxy or
certificates of their own."""

Beat = Callable[[Step], bool]
"""Is called several times a second with the step that is reached; returns False to stop."""


def fetch_video(
    request: Request,
    beat: Beat,
    *,
    limit: float = TIME_LIMIT,
    worker: Sequence[str] = WORKER,
) -> Outcome:
    """Return captions and facts of a video from YouTube, or why there are none.

    `beat` is called several times a second, and `limit` is in seconds.
    """
    with (
        tempfile.TemporaryDirectory(prefix=FOLDER, ignore_cleanup_errors=True) as home,
        _run_worker(worker, home, request) as process,
    ):
        return _listen(process, request, beat, time.monotonic() + limit)


def fetch_and_save(
    request: Request,
    sidecars: Sidecars,
    beat: Beat,
    *,
    limit: float = TIME_LIMIT,
    worker: Sequence[str] | None = None,
) -> Outcome:
    """Fetch a video and save its files, if there are any; return the outcome.

    A video's facts are saved even if it has no captions. Doing it again replaces the files.
    """
    outcome = fetch_video(request, beat, limit=limit, worker=worker or WORKER)
    if outcome.captions is None and outcome.info is None:
        return outcome
    if not beat(Step.SAVING):
        return _failed(Reason.CANCELLED)
    try:
        sidecars.save(request.video_id, outcome)
    except LibraryError as error:
        failure = Failure(reason=Reason.UNWRITABLE, quote=str(error))
        return replace(outcome, captions=None, failure=failure)
    return outcome


def _listen(
    process: subprocess.Popen[bytes], request: Request, beat: Beat, until: float
) -> Outcome:
    """Return the answer of `process`; a failure if it gives none until `until`."""
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
def _run_worker(
    worker: Sequence[str], home: str, request: Request
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process in the folder `home`, hand it the request, and kill its group in the end."""
    process = subprocess.Popen(
        worker,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=home,
        env=_make_environment(home),
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


def _make_environment(home: str) -> dict[str, str]:
    """Return the environment of the worker, whose only folder is `home`."""
    handed_on = {name: value for name, value in os.environ.items() if name in _VARIABLES}
    return {
        **handed_on,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "YTDLP_NO_PLUGINS": "1",
        "HOME": home,
        "TMPDIR": home,
        "DENO_DIR": home,
        "DENO_NO_UPDATE_CHECK": "1",
    }


def _read_lines(stream: IO[bytes], lines: SimpleQueue[bytes]) -> None:
    """Put the lines of `stream` into a queue, and an empty one at its end.

    After `LIMIT` bytes in all, put one line that is too long, and stop.
    """
    total = 0
    with contextlib.suppress(ValueError), stream:  # ValueError: it was closed while we read
        while line := stream.readline(LIMIT + 1):
            lines.put(line)
            total += len(line)
            if total > LIMIT:
                lines.put(b"x" * (LIMIT + 1))
                return
        lines.put(b"")


def _read_step(value: object, step: Step) -> Step:
    """Return the later of two steps: yt-dlp makes its requests in no fixed order."""
    return max(step, Step(value)) if isinstance(value, int) and value in [*Step] else step


def _describe_end(process: subprocess.Popen[bytes]) -> str:
    """Return how a process ended: "status 1", "SIGKILL"."""
    try:
        code = process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        return "it fell silent"
    if code >= 0:
        return f"status {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _failed(reason: Reason, quote: str = "") -> Outcome:
    return Outcome(failure=Failure(reason=reason, quote=quote))
