"""Captions of any format → a transcript. The only entry to the parsers."""

from viewer.errors import TranscriptError
from viewer.transcript.json3 import parse_json3
from viewer.transcript.model import Track, Transcript
from viewer.transcript.webvtt import parse_webvtt

SUFFIXES = (".json3", ".vtt", ".srt")
"""The suffixes of files that can be read, the format with most information first."""


def parse_captions(text: str, suffix: str, language: str) -> Transcript:
    """Return the transcript of captions in `language` from a file with the suffix `suffix`.

    Cues that are broken are left out and told among the problems. Raises `TranscriptError` if no
    cue can be read.
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
