"""Worker processes that read videos: all that one loads is what reads a note."""

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock, Thread, local

from viewer import interrupts
from viewer.garbage import look_seldom
from viewer.library.reading import VideoFacts, VideoSources, fail_note, read_video

_TASK = 40
"""Notes that a worker reads before it answers."""
_Read = Callable[[Path, Sequence[VideoSources], bool], list[VideoFacts]]


class Readers:
    """Reads videos, in worker processes if there are to be several.

    Each is asked by a thread of its own, through a pipe. (The standard library's pool has named
    semaphores, of which Python complains if the process ends before it could remove them.)
    """

    def __init__(self, root: Path, workers: int) -> None:
        self._root = root
        self._workers = workers
        self._threads: ThreadPoolExecutor | None = None
        self._own = local()
        """The worker of a thread."""
        self._lock = Lock()
        self._processes: list[BaseProcess] = []
        self._is_closed = False
        if workers > 1:
            self._threads = ThreadPoolExecutor(workers, "reader", initializer=interrupts.hold_back)

    def __enter__(self) -> "Readers":
        return self

    def __exit__(self, *_: object) -> None:
        if self._threads is None:
            return
        with self._lock:
            self._is_closed = True
            for process in self._processes:
                process.terminate()
        self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            process.join()

    def read(self, groups: Sequence[VideoSources], *, keeps_text: bool) -> Iterator[VideoFacts]:
        """Yield what was read of `groups`, in their order."""
        if self._threads is None:
            for group in groups:
                yield read_video(self._root, group, keeps_text=keeps_text)
            return
        waiting: deque[Future[list[VideoFacts]]] = deque()
        tasks = iter(_make_tasks(groups))
        while True:
            for task in islice(tasks, 2 * self._workers - len(waiting)):
                waiting.append(self._threads.submit(self._read_task, task, keeps_text))
            if not waiting:
                return
            yield from waiting.popleft().result()

    def _read_task(self, task: list[VideoSources], keeps_text: bool) -> list[VideoFacts]:
        try:
            return self._ask(task, keeps_text)
        except _WorkerEnded:
            # One note ended its worker. Each video of the task is tried alone, and the one that
            # ends its worker again is left out.
            return [self._read_alone(group, keeps_text) for group in task]

    def _read_alone(self, group: VideoSources, keeps_text: bool) -> VideoFacts:
        try:
            (facts,) = self._ask([group], keeps_text)
        except _WorkerEnded:
            return _leave_out(self._root, group)
        return facts

    def _ask(self, task: list[VideoSources], keeps_text: bool) -> list[VideoFacts]:
        """Return what this thread's worker answers."""
        pipe: Connection | None = getattr(self._own, "pipe", None)
        if pipe is None:
            pipe = self._own.pipe = self._start()
        try:
            pipe.send((self._root, task, keeps_text))
            answer: list[VideoFacts] | Exception = pipe.recv()
        except (EOFError, OSError) as error:
            pipe.close()
            self._own.pipe = None
            raise _WorkerEnded from error
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _start(self) -> Connection:
        """Start a worker, and return the pipe to it."""
        with self._lock:
            if self._is_closed:
                raise _WorkerEnded
            context = get_context("spawn")  # a fork would copy threads' locks as they happen to be
            ours, its = context.Pipe()
            process = context.Process(target=_answer, args=(its, _read_task), daemon=True)
            process.start()
            its.close()  # or the end of the process would not be its end
            self._processes.append(process)
            return ours


class _WorkerEnded(Exception):
    """A worker ended before it had answered."""


def end_with_parent() -> None:
    """Let this process end with the one that started it, by Ctrl-C or even a kill."""
    interrupts.ignore()  # which goes to all; the parent sees to it
    parent = parent_process()
    if parent is not None:
        Thread(target=_wait_for, args=(parent,), daemon=True).start()


def count_workers() -> int:
    """Return how many processes to read with: one for each processor, four at most."""
    if hasattr(os, "sched_getaffinity"):  # Linux, which may give a process some of them
        return min(4, len(os.sched_getaffinity(0)))
    return min(4, os.cpu_count() or 1)


def _answer(pipe: Connection, read: _Read) -> None:
    """Read what is asked through `pipe`, until its other end is closed."""
    end_with_parent()
    look_seldom()
    with contextlib.suppress(EOFError, OSError):
        while True:
            root, groups, keeps_text = pipe.recv()
            try:
                answer: list[VideoFacts] | Exception = read(root, groups, keeps_text)
            except Exception as error:  # a fault of ours: for the one who asks to raise
                answer = error
            pipe.send(answer)


def _wait_for(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _make_tasks(groups: Iterable[VideoSources]) -> Iterator[list[VideoSources]]:
    """Yield `groups` in parts of about equally many notes."""
    task: list[VideoSources] = []
    size = 0
    for group in groups:
        task.append(group)
        size += len(group.notes)
        if size >= _TASK:
            yield task
            task, size = [], 0
    if task:
        yield task


def _read_task(root: Path, groups: Sequence[VideoSources], keeps_text: bool) -> list[VideoFacts]:
    return [read_video(root, group, keeps_text=keeps_text) for group in groups]


def _leave_out(root: Path, group: VideoSources) -> VideoFacts:
    reason = "ended the program that read it, it or another note of its video; please report it"
    strays = tuple(fail_note(root, source, reason) for source in group.notes)
    return replace(read_video(root, VideoSources(group.key), keeps_text=False), strays=strays)
