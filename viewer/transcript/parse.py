"""Captions of any format → a transcript: the one door to the parsers."""

from viewer.errors import TranscriptError
from viewer.transcript.json3 import parse_json3
from viewer.transcript.model import Track, Transcript
from viewer.transcript.webvtt import parse_webvtt

SUFFIXES = (".json3", ".vtt", ".srt")
"""Of the files that can be read, the richest first."""


def parse_captions(text: str, suffix: str, language: str) -> Transcript:
    """Return the transcript of captions in `language`; `suffix` is that of their file.

    What is broken costs as little as can be, and is among the problems. Raises `TranscriptError`
    when no words at all can be read.
    """
    if suffix.lower() not in SUFFIXES:
        raise TranscriptError(f"captions: '{suffix}' can't be read; take .json3, .vtt or .srt")
    parse = parse_json3 if suffix.lower() == ".json3" else parse_webvtt
    transcript = parse(text, Track(language=language or "und"))
    if transcript.cues:
        return transcript
    if transcript.problems:
        first = transcript.problems[0]
        where = f"line {first.line}: " if first.line else ""
        raise TranscriptError(f"captions: nothing can be read; {where}{first.message}")
    raise TranscriptError("captions: no words with a time are in them; fetch them again")
