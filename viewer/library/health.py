"""The problems of a library, kept while its notes stay as they are.

Looking at a note takes milliseconds and there may be tens of thousands, so a look goes on only for
a while and says how far it came; the next one goes on from there.
"""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from viewer.check.model import KINDS, Problem
from viewer.errors import LibraryError
from viewer.library.checking import check_video, skipped_files
from viewer.library.library import Library

MOST = 5000
"""Problems of one kind that are kept; the others are only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was found so far."""

    counts: Mapping[str, int]
    """Of every kind that occurs, in the order of `KINDS`."""
    problems: Mapping[str, tuple[Problem, ...]]
    """By code, in the order of paths; `MOST` of each at most."""
    checked: int
    """Videos, and notes without one, that were looked at …"""
    total: int
    """… of so many."""


@dataclass(frozen=True, slots=True)
class _Checked:
    signature: str
    counts: Counter[str]
    kept: list[Problem]


class HealthBook:
    """The problems of `library`."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._checked: dict[str, _Checked] = {}
        self._kept: Counter[str] = Counter()
        self._videos: Mapping[str, str] = {}
        self._generation = self._names = ""
        self._lock = threading.Lock()
        self._found = Health(counts={}, problems=dict.fromkeys(KINDS, ()), checked=0, total=1)

    def look(self, seconds: float) -> Health:
        """Return the problems of the library as it is now, after so many seconds at most."""
        deadline = time.monotonic() + seconds
        if not self._lock.acquire(blocking=False):
            return self._found  # another request is at it: whoever comes meanwhile need not wait
        try:
            self._forget_old()
            for key, signature in self._videos.items():
                if time.monotonic() > deadline:
                    break
                if key not in self._checked:
                    self._check(key, signature)
            self._found = self._sum()
            return self._found
        finally:
            self._lock.release()

    def _forget_old(self) -> None:
        """Keep what was found in videos whose notes are as they were."""
        generation, names = self._library.generation, self._library.names
        if generation == self._generation:
            return
        if names != self._names:  # wikilinks may lead elsewhere now
            self._checked = {}
        self._generation, self._names = generation, names
        self._videos = videos = self._library.keys()
        self._checked = {
            key: known for key, known in self._checked.items() if videos.get(key) == known.signature
        }
        self._kept = Counter(p.code for known in self._checked.values() for p in known.kept)

    def _check(self, key: str, signature: str) -> None:
        try:
            found = check_video(self._library, self._library.video(key)).problems
        except LibraryError:  # gone since the folder was looked through
            found = []
        kept = []
        for problem in found:
            if self._kept[problem.code] < MOST:
                self._kept[problem.code] += 1
                kept.append(problem)
        self._checked[key] = _Checked(signature, Counter(p.code for p in found), kept)

    def _sum(self) -> Health:
        skipped = skipped_files(self._library)
        counts = Counter(problem.code for problem in skipped)
        groups: dict[str, list[Problem]] = {code: [] for code in KINDS}
        groups["file-skipped"] += skipped[:MOST]
        for key in self._videos:
            known = self._checked.get(key)
            if known:
                counts.update(known.counts)
                for problem in known.kept:
                    groups[problem.code].append(problem)
        return Health(
            counts={code: counts[code] for code in KINDS if counts[code]},
            problems={code: tuple(group) for code, group in groups.items()},
            checked=len(self._checked),
            total=len(self._videos),
        )
