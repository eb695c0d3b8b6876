"""WebVTT (https://www.w3.org/TR/webvtt1/) and SubRip → a transcript.

The two differ by little more than a header and a comma, and files mix them, so one parser reads
both. It looks for lines with an arrow. Words that have none above them are left out and told among
the problems.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from viewer.transcript.arrange import MOST_CUES, arrange_cues, is_time
from viewer.transcript.model import Cue, Track, Transcript
from viewer.transcript.plain import LONGEST_TEXT, Problems, plain_text, quote
from viewer.transcript.rolling import is_rolling, unroll

LONGEST_SPEAKER = 100
"""The most characters of a speaker's name."""

_LONGEST_BODY = 10 * LONGEST_TEXT
"""The most characters of a cue with its markup: a word with its time has thirty."""
_MOST_BLOCKS = 2 * MOST_CUES
"""Blocks of a file: every other cue of automatic captions only repeats lines, and is dropped."""
_MOST_LINES = 10 * _MOST_BLOCKS

_TIME = r"(-?)(?:(\d{1,9}):)?(\d{1,9}):(\d{1,9})(?:[.,](\d{1,9}))?"
_TIMES = re.compile(rf"\s{{0,20}}{_TIME}\s{{0,20}}-{{1,2}}>\s{{0,20}}(?:{_TIME})?", re.ASCII)
_BROKEN_TIMES = re.compile(r"\s{0,20}-?\d?[\d:.,-]{0,40}\s{0,20}-{1,2}>", re.ASCII)
_EXAMPLE = "00:01:19.000 --> 00:01:22.000"
_NO_CUES = ("WEBVTT", "NOTE", "STYLE", "REGION")
_GENERATED = re.compile(r"<(?:\d{1,4}:)?\d\d:\d\d\.\d{3}><c[.>]", re.ASCII)
_VOICE = re.compile(r"<(?:/v|v(?:\.[^\s<>]{0,100})?(?:\s([^<>]{0,300}))?)>")


class _Part(NamedTuple):
    """The lines between two empty lines or arrows."""

    line: int
    times: str | None
    """The line with an arrow above them, if there is one."""
    body: list[str]


class _Block(NamedTuple):
    """A cue as the file has it: with its markup, and lines that may roll."""

    line: int
    start: float
    end: float
    body: list[str]


def parse_webvtt(text: str, track: Track) -> Transcript:
    """Return the transcript of a WebVTT or SubRip file, however broken."""
    problems = Problems()
    blocks = _read_blocks(text.lstrip("\ufeff"), problems)
    bodies = [block.body for block in blocks]
    is_generated = bool(_GENERATED.search(text)) or is_rolling(bodies)
    if is_generated:
        bodies = unroll(blocks)
    cues: list[Cue] = []
    for block, body in zip(blocks, bodies, strict=True):
        cues += _make_cues(block, "\n".join(body), problems)
        if len(cues) > MOST_CUES:
            break
    track = replace(track, is_generated=track.is_generated or is_generated)
    return arrange_cues(cues, track, problems)


def _read_blocks(text: str, problems: Problems) -> list[_Block]:
    """Return the cues of a file as it has them."""
    blocks: list[_Block] = []
    is_vtt, is_lost, room = text.lstrip().startswith("WEBVTT"), False, 0
    for part in _split_parts(text, problems):
        if part.times is not None:
            block = _read_times(part, problems)
            # Words below a time that can't be read are dropped with it, and told once.
            is_lost, room = block is None, _LONGEST_BODY - sum(map(len, part.body))
            if block:
                blocks.append(block)
            if len(blocks) == _MOST_BLOCKS:
                break
        elif is_lost or (is_vtt and part.body[0].lstrip("\ufeff\t ").startswith(_NO_CUES)):
            continue
        elif blocks and not is_vtt:  # SubRip files have empty lines within a caption
            if room > 0:
                blocks[-1].body.extend(part.body)
                room -= sum(map(len, part.body)) + len(part.body)
        elif words := quote(" ".join(part.body[:3])):
            problems.add(part.line, f"words without a time: '{words}'; put {_EXAMPLE} above them")
    return blocks


def _split_parts(text: str, problems: Problems) -> Iterator[_Part]:
    """Yield the parts of a file that have a time or words."""
    part, room = _Part(1, None, []), _LONGEST_BODY
    for number, line in enumerate(io.StringIO(text, newline=None), 1):  # CR and CRLF end lines too
        if number > _MOST_LINES:
            problems.add(number, f"more than {_MOST_LINES:,} lines; split the file to see the rest")
            break
        line = line.removesuffix("\n")
        has_times = "->" in line and (_TIMES.match(line) or _BROKEN_TIMES.match(line))
        if line and not has_times:  # a line of one space is part of the cue
            if room > 0:
                part.body.append(line[:room])
                room -= len(line) + 1
            continue
        if has_times:
            _drop_name(part)
        if part.times is not None or part.body:
            yield part
        part = _Part(number, line, []) if has_times else _Part(number + 1, None, [])
        room = _LONGEST_BODY
    if part.times is not None or part.body:
        yield part


def _drop_name(part: _Part) -> None:
    """Drop the part's last line if it is the name or number of the cue after it."""
    if part.body and (
        part.body[-1].strip().isdigit() or (part.times is None and not part.body[1:])
    ):
        part.body.pop()


def _read_times(part: _Part, problems: Problems) -> _Block | None:
    """Return the block of a part with an arrow; None if its start can't be read."""
    written = quote(part.times or "")
    match = _TIMES.match(part.times or "")
    if not match:
        problems.add(part.line, f"no time can be read in '{written}'; write it as {_EXAMPLE}")
        return None
    start, end = _read_time(match.groups()[:5]), _read_time(match.groups()[5:])
    if start is None or not is_time(max(start, 0)):
        problems.add(part.line, f"'{written}' is later than any video; the caption is left out")
        return None
    if start < 0:
        problems.add(part.line, f"'{written}' begins before the video; it is shown from 0:00")
        start = 0.0
    if end is None or end < start:
        problems.add(part.line, f"'{written}' has no end after its start; the next one ends it")
        end = start
    return _Block(part.line, start, end, part.body)


def _read_time(fields: Iterable[str | None]) -> float | None:
    """Return the seconds of a time; minutes and seconds above 59 carry over."""
    sign, hours, minutes, seconds, fraction = fields
    if minutes is None or seconds is None:
        return None
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    time = float(f"{whole}.{fraction or 0}")
    return -time if sign else time


def _make_cues(block: _Block, source: str, problems: Problems) -> Iterator[Cue]:
    """Yield a cue for each speaker in `source`: `<v Ann>Hello.</v> <v Bob>Good morning.`"""
    voices: list[tuple[str | None, str]] = []
    for words, name in zip(*_split_voices(source), strict=True):
        speaker = plain_text(name or "", LONGEST_SPEAKER) or None
        if voices and voices[-1][0] == speaker:
            voices[-1] = speaker, voices[-1][1] + words
        else:
            voices.append((speaker, words))
    for speaker, words in voices:
        text = plain_text(words)
        if len(text) >= LONGEST_TEXT:
            problems.add(block.line, f"only {LONGEST_TEXT:,} characters of a long caption are kept")
        if text:
            yield Cue(block.start, block.end, text, speaker)


def _split_voices(source: str) -> tuple[list[str], list[str | None]]:
    """Return the pieces of `source` and the name of the speaker of each."""
    pieces = _VOICE.split(source)
    return pieces[::2], [None, *pieces[1::2]]
