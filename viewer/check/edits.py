"""A note's source with stamps written anew: its text, its bytes, and the diff of them."""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from viewer.errors import NoteError

_CONTEXT = 2
"""Lines around a change that a diff shows."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")

Span = tuple[int, int]


class Edit(NamedTuple):
    """Characters of a note, and what to write in their place."""

    span: Span
    text: str


def edit_text(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with `edits` made."""
    return "".join(_pieces(text, edits))


def edit_bytes(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes of a note with `edits` made, and every other byte as it was.

    Raises `NoteError` for a file that is not UTF-8.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise NoteError("is UTF-16, which is read but not written; save it as UTF-8")
    try:
        text = data[len(mark) :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError(
            f"holds bytes that are not UTF-8 (at byte {error.start}); save it as UTF-8"
        ) from error
    return mark + edit_text(text, edits).encode("utf-8")


def format_diff(path: str, text: str, edits: Sequence[Edit]) -> Iterator[str]:
    """Yield the lines of a unified diff of `edits`, which are in order."""
    lines = _LINE.findall(text)
    begins = [0]
    for line in lines:
        begins.append(begins[-1] + len(line))
    yield f"--- {path}"
    yield f"+++ {path}"
    shift = 0
    for hunk in _hunks(begins, edits):
        first, last = hunk[0].first, hunk[-1].last
        top, bottom = max(0, first - _CONTEXT), min(len(lines), last + 1 + _CONTEXT)
        body: list[str] = []
        at = top
        for change in hunk:
            body += [f" {line}" for line in lines[at : change.first]]
            body += [f"-{line}" for line in lines[change.first : change.last + 1]]
            offset = begins[change.first]
            old = "".join(lines[change.first : change.last + 1])
            moved = [Edit((a - offset, b - offset), new) for (a, b), new in change.edits]
            body += [f"+{line}" for line in _LINE.findall(edit_text(old, moved))]
            at = change.last + 1
        body += [f" {line}" for line in lines[at:bottom]]
        added = sum(line[0] != "-" for line in body)
        yield f"@@ -{top + 1},{bottom - top} +{top + 1 + shift},{added} @@"
        yield from (line.rstrip("\r\n") for line in body)
        shift += added - (bottom - top)


class _Change(NamedTuple):
    """Whole lines, by index, and the edits in them."""

    first: int
    last: int
    edits: list[Edit]


def _hunks(begins: Sequence[int], edits: Sequence[Edit]) -> Iterator[list[_Change]]:
    """Yield the changed lines, those together whose context would meet."""
    changes: list[_Change] = []
    line = 0
    for edit in edits:
        while begins[line + 1] <= edit.span[0]:
            line += 1
        last = line
        while begins[last + 1] < edit.span[1]:
            last += 1
        if changes and changes[-1].last >= line - 1:
            known = changes[-1]
            changes[-1] = _Change(known.first, max(last, known.last), [*known.edits, edit])
        else:
            changes.append(_Change(line, last, [edit]))
    hunk: list[_Change] = []
    for change in changes:
        if hunk and change.first - hunk[-1].last - 1 > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _pieces(text: str, edits: Iterable[Edit]) -> Iterator[str]:
    at = 0
    for (begin, end), new in edits:
        yield text[at:begin]
        yield new
        at = end
    yield text[at:]
