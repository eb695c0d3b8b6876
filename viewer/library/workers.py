"""Worker processes that read videos: all that one loads is what reads a note."""

import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread

from viewer.garbage import look_seldom
from viewer.library.reading import VideoFacts, VideoSources, fail_note, read_video

_TASK = 40
"""Notes that a worker reads before it answers."""


class Readers:
    """Reads videos, in worker processes if there are to be several."""

    def __init__(self, root: Path, workers: int) -> None:
        self._root = root
        self._pool: ProcessPoolExecutor | None = None
        self._workers = workers
        if workers > 1:
            self._start()

    def __enter__(self) -> "Readers":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def _start(self) -> None:
        context = get_context("spawn")  # a fork would copy threads' locks as they happen to be
        self._pool = ProcessPoolExecutor(
            self._workers, mp_context=context, initializer=_begin_reading
        )

    def read(self, groups: Sequence[VideoSources], *, keeps_text: bool) -> Iterator[VideoFacts]:
        """Yield what was read of `groups`, in their order."""
        if self._pool is None:
            for group in groups:
                yield read_video(self._root, group, keeps_text=keeps_text)
            return
        waiting: list[tuple[list[VideoSources], Future[list[VideoFacts]]]] = []
        tasks = iter(_make_tasks(groups))
        while True:
            for task in islice(tasks, 2 * self._workers - len(waiting)):
                waiting.append((task, self._submit(task, keeps_text)))
            if not waiting:
                return
            task, answer = waiting.pop(0)
            try:
                yield from answer.result()
            except BrokenProcessPool:
                # One note ended its reader. Each video of the task is tried alone, and the one
                # that ends its reader again is left out.
                self._start()
                waiting = [(again, self._submit(again, keeps_text)) for again, _ in waiting]
                yield from self._read_apart(task, keeps_text)

    def _submit(self, task: list[VideoSources], keeps_text: bool) -> "Future[list[VideoFacts]]":
        assert self._pool is not None
        return self._pool.submit(_read_task, self._root, task, keeps_text)

    def _read_apart(self, task: list[VideoSources], keeps_text: bool) -> Iterator[VideoFacts]:
        for group in task:
            try:
                context = get_context("spawn")
                with ProcessPoolExecutor(
                    1, mp_context=context, initializer=end_with_parent
                ) as pool:
                    yield from pool.submit(_read_task, self._root, [group], keeps_text).result()
            except BrokenProcessPool:
                yield _leave_out(self._root, group)


def end_with_parent() -> None:
    """Let this process end with the one that started it, by Ctrl-C or even a kill."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # that goes to all; the parent sees to it
    parent = parent_process()
    if parent is not None:
        Thread(target=_wait_for, args=(parent,), daemon=True).start()


def count_workers() -> int:
    """Return how many processes to read with: one for each processor, four at most."""
    return max(1, min(4, len(os.sched_getaffinity(0))))


def _begin_reading() -> None:
    end_with_parent()
    look_seldom()


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
