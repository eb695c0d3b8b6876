"""Problems as text for people, as JSON for programs, and as GitHub's annotations."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from viewer.check.model import KINDS, Problem, Severity

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_CONTROLS = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))]
_DATA = dict.fromkeys(_CONTROLS, "\ufffd") | {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = str.maketrans(_DATA | {":": "%3A", ",": "%2C"})
_UNPRINTABLE = str.maketrans(
    dict.fromkeys(_CONTROLS, "\ufffd")
    | dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f", "")
)

Name = Callable[[str], str]
"""A note's path → how to show it."""


def write_text(problems: Iterable[Problem], name: Name, *, colour: bool) -> Iterator[str]:
    """Yield lines that begin with file:line:column, a heading above those of each file."""
    for path, group in groupby(problems, key=lambda problem: problem.path):
        shown = name(path)
        yield _paint(shown, "1", colour=colour)
        for problem in group:
            line, column = problem.place
            code = _paint(problem.code, _COLOURS[problem.severity], colour=colour)
            yield f"  {shown}:{line}:{column}: {code}: {printable(problem.message)}"
        yield ""


def write_json(problems: Iterable[Problem]) -> Iterator[str]:
    """Yield the lines of an array with one object a problem."""
    lines = (json.dumps(_as_object(problem), ensure_ascii=False) for problem in problems)
    first = next(lines, None)
    if first is None:
        yield "[]"
        return
    yield "["
    for line in lines:
        yield f"{first},"
        first = line
    yield first
    yield "]"


def write_github(problems: Iterable[Problem], name: Name) -> Iterator[str]:
    """Yield workflow commands: https://docs.github.com/actions/reference/workflow-commands."""
    data = str.maketrans(_DATA)
    for problem in problems:
        file = name(problem.path).translate(_PROPERTY)
        title = KINDS[problem.code].title.translate(_PROPERTY)
        message = f"{problem.code}: {problem.message}".translate(data)
        line, column = problem.place
        level = _LEVELS[problem.severity]
        yield f"::{level} file={file},line={line},col={column},title={title}::{message}"


def write_summary(counts: Counter[str], repairs: int) -> Iterator[str]:
    """Yield how many problems there are of each kind, and of how many stamps `--fix` knows."""
    total = counts.total()
    if not total:
        yield "No problems found."
        return
    for code, kind in KINDS.items():
        if counts[code]:
            yield f"{counts[code]:>8,}  {code:<16}  {kind.title}"
    stamps = f"; --fix can repair {repairs:,} of the stamps" if repairs else ""
    yield f"{total:>8,}  {'problem' if total == 1 else 'problems'}{stamps}"


def printable(text: str) -> str:
    """Return `text` without what would steer a terminal or reorder the line."""
    return text.translate(_UNPRINTABLE)


def _as_object(problem: Problem) -> dict[str, object]:
    return {
        "path": problem.path,
        "line": problem.place.line,
        "column": problem.place.column,
        "code": problem.code,
        "severity": str(problem.severity),
        "message": problem.message,
        "written": problem.written,
        "start": problem.start,
        "confidence": round(problem.confidence, 4),
        "replacement": problem.replacement,
    }


def _paint(text: str, code: str, *, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
