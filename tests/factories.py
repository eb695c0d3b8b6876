"""Values for tests: each factory supplies what the test is not about."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from viewer.export.model import ExportedVideo
from viewer.note.model import Claim, Note, Reading, Stamp
from viewer.timecode import format_timecode
from viewer.timeline.timeline import TimedClaim, Timeline, time_claims

VIDEO = "qd7ezvCtIYg"


def anchor(time: str, label: str | None = None) -> str:
    """Return a stamp as nearly every note writes it: `anchor("00:01:19")`."""
    return f'<a class="yt-timestamp" data-t="{time}">[{label or time}]</a>'


def make_stamp(start: int | None = 79, **fields: Any) -> Stamp:
    raw = "N/A" if start is None else f"{start // 3600:02}:{start // 60 % 60:02}:{start % 60:02}"
    reading = Reading.UNREADABLE if start is None else Reading.AS_WRITTEN
    known = {"raw": raw, "label": f"[{raw}]", "reading": reading, "line": 1, "column": 1}
    return Stamp(**{**known, "start": start, "span": (0, len(raw)), **fields})


def make_claim(*starts: int | None, text: str | None = None, **fields: Any) -> Claim:
    """Return a claim that is made at `starts`: at 1:19 where none is given."""
    starts = starts or (79,)
    said = text or "It is said at " + " and ".join(format_timecode(start or 0) for start in starts)
    known = {"text": said, "stamps": tuple(map(make_stamp, starts)), "numbers": ()}
    return Claim(**{**known, **fields})


def make_note(*claims: Claim, **fields: Any) -> Note:
    """Return a note that makes `claims`, numbered as a parser would."""
    stamps: list[Stamp] = []
    placed: list[Claim] = []
    for position, claim in enumerate(claims):
        numbers = tuple(range(len(stamps), len(stamps) + len(claim.stamps)))
        stamps += claim.stamps
        placed.append(
            Claim(
                text=claim.text,
                stamps=claim.stamps,
                numbers=numbers,
                chapter=claim.chapter,
                links=claim.links,
                position=position,
            )
        )
    known = {"title": "Armenia", "video_id": VIDEO, "stamps": tuple(stamps)}
    return Note(**{**known, "claims": tuple(placed), **fields})


def make_timed_claim(*starts: int | None, **fields: Any) -> TimedClaim:
    claim = make_claim(*starts, text=fields.pop("text", None))
    return TimedClaim(**{"id": claim.text, "claim": claim, "note": 0, **fields})


def make_timeline(*notes: Note) -> Timeline:
    return Timeline(time_claims(VIDEO, notes))


def make_video(*notes: Note, **fields: Any) -> ExportedVideo:
    """Return a video as formats get it, with the timeline of `notes`."""
    video_id = notes[0].video_id if notes else VIDEO
    known = {
        "key": video_id or "note/armenia",
        "video_id": video_id,
        "title": "Armenia",
        "channel": "jcs",
        "url": f"https://www.youtube.com/watch?v={video_id}" if video_id else None,
        "paths": tuple(f"jcs/{number}.md" for number in range(len(notes))),
        "notes": notes,
        "timeline": make_timeline(*notes),
    }
    return ExportedVideo(**{**known, **fields})


def texts() -> SearchStrategy[str]:
    """Return a strategy of what claims may say, with all that formats stumble over."""
    traps = "--> <b> &amp; \" ' [a](b) =1+1 #a ` {\\an8} שלום مرحبا 👩‍👩‍👧 \\ | ,".split(" ")
    traps += ["\t", "\n", "\r\n", "\n\n", "\u2028", "\x85", "\x1f", "\u202e"]
    alphabet = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    return st.lists(st.text(alphabet, max_size=8) | st.sampled_from(traps), max_size=6).map("".join)
