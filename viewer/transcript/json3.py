"""YouTube's json3 captions → a transcript.

    {"events": [{"tStartMs": 79040, "dDurationMs": 3960, "segs": [{"utf8": "Hello"}]}]}

Events are read one at a time and not as one document. So a file that is cut off keeps all events
before the cut, and a hostile one never fills the memory.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from viewer.errors import TranscriptError
from viewer.transcript.arrange import MOST_CUES, arrange_cues, is_time
from viewer.transcript.model import Cue, Track, Transcript
from viewer.transcript.plain import LONGEST_TEXT, Problems, plain_text

_EVENTS = re.compile(r'"events"\s{0,20}:\s{0,20}\[')
"""The beginning of the list. Never in a string, where the quotes would be escaped."""
_BETWEEN = re.compile(r"[\s,]*")
_NEXT_EVENT = re.compile(r'\{\s{0,20}"tStartMs"')
_MOST_BROKEN = 20
"""The most events that can't be read; after each, the next is searched for."""
_MOST_EVENTS = 4 * MOST_CUES
"""Events of a file: every other one of automatic captions is a line end."""
_MOST_PIECES = 2_000
"""Pieces of an event that are read."""
_DECODER = json.JSONDecoder(parse_int=float, parse_float=float, parse_constant=lambda _: None)
"""`int` raises on 5,000 digits. NaN and Infinity, which JSON doesn't have, are None."""


def parse_json3(text: str, track: Track) -> Transcript:
    """Return the transcript of a json3 file. Raises `TranscriptError` if it is not json3."""
    begin = _EVENTS.search(text)
    if not begin:
        raise TranscriptError(
            "captions: no list of events, so this is not YouTube's json3; fetch them again"
        )
    problems = Problems()
    cues: list[Cue] = []
    is_generated = False
    for line, event in _read_events(text, begin.end(), problems):
        is_generated = is_generated or _is_generated(event)
        if cue := _make_cue(line, event, problems):
            cues.append(cue)
            if len(cues) > MOST_CUES:
                break
    track = replace(track, is_generated=track.is_generated or is_generated)
    return arrange_cues(cues, track, problems)


def _read_events(
    text: str, at: int, problems: Problems
) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield the events of the list that begins at `at`, each with its line."""
    line, counted, broken = 1, 0, 0  # lines are counted up to the place `counted`
    for _ in range(_MOST_EVENTS):
        at = _skip(text, at)
        line, counted = line + text.count("\n", counted, at), at
        if text.startswith("]", at):
            return
        try:
            event, at = _DECODER.raw_decode(text, at)
            if isinstance(event, dict):
                yield line, event
        except (ValueError, RecursionError):
            broken += 1
            following = _NEXT_EVENT.search(text, at + 1) if broken <= _MOST_BROKEN else None
            end = "here" if following else "from here on"
            problems.add(line, f"the captions can't be read {end}; fetch them again")
            if not following:
                return
            at = following.start()
    problems.add(line, f"more than {_MOST_EVENTS:,} events; the rest are left out")


def _skip(text: str, at: int) -> int:
    """Return the place after commas and white space."""
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _make_cue(line: int, event: Mapping[str, object], problems: Problems) -> Cue | None:
    """Return the cue of an event; None if it has no words, as records of the window, or no time."""
    pieces = _read_pieces(event)
    words = plain_text("".join(text for text, _ in pieces))
    if not words:
        return None
    start = _read_milliseconds(event.get("tStartMs"))
    length = _read_milliseconds(event.get("dDurationMs"))
    if start is not None:
        end = start + (length or 0)
        # A cue begins with its first word, which may be later than the event.
        start += next((offset for text, offset in pieces if text.strip()), 0)
        if is_time(start):
            if len(words) >= LONGEST_TEXT:
                problems.add(line, f"only {LONGEST_TEXT:,} characters of a long caption are kept")
            return Cue(start, max(start, end), words)
    problems.add(line, "a caption without a time of the video; it is left out")
    return None


def _read_pieces(event: Mapping[str, object]) -> list[tuple[str, float]]:
    """Return the pieces of an event's text, each with its seconds after the event's start."""
    segments = event.get("segs")
    if not isinstance(segments, list):
        return []
    return [
        (segment["utf8"], _read_milliseconds(segment.get("tOffsetMs")) or 0.0)
        for segment in segments[:_MOST_PIECES]
        if isinstance(segment, dict) and isinstance(segment.get("utf8"), str)
    ]


def _is_generated(event: Mapping[str, object]) -> bool:
    """True if speech recognition made an event: its words have times or a confidence.

    Translations of such captions have neither, but roll in a window as they do.
    """
    segments = event.get("segs")
    return ("aAppend" in event and "wWinId" in event) or (
        isinstance(segments, list)
        and any(
            isinstance(segment, dict) and ("acAsrConf" in segment or "tOffsetMs" in segment)
            for segment in segments[:_MOST_PIECES]
        )
    )


def _read_milliseconds(value: object) -> float | None:
    """Return milliseconds, a number or a string, as seconds; None if `value` is neither."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,12}(?:\.\d{1,6})?", value, re.ASCII):
        value = float(value)
    return value / 1000 if isinstance(value, float) else None
