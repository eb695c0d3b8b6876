"""Flashcards for Anki (https://docs.ankiweb.net/importing/text-files.html).

Importing again updates the cards, since each has an id of its own.
"""

import csv
import html
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from viewer.export.model import ExportedVideo, one_line, order_claims, words
from viewer.timecode import format_timecode
from viewer.timeline.timeline import TimedClaim

_HEADER = (
    "#separator:tab\n"
    "#html:true\n"
    "#notetype:Basic\n"
    "#deck:Claimline\n"
    "#guid column:1\n"
    "#tags column:4\n"
    "#columns:Guid\tFront\tBack\tTags\n"
)
_BETWEEN_TAGS = re.compile(r"[\s\u3000:]+")
"""Anki parts tags at spaces, and nests them at `::`."""


def write_anki(videos: Iterable[ExportedVideo]) -> Iterator[str]:
    """Yield a card a claim: where it is made in front, what it says behind, with the links."""
    yield _HEADER
    for video in videos:
        for claim, moments in order_claims(video.timeline):
            starts = [moment.start for moment in moments]
            yield _row(
                f"{video.key}#{claim.id}",
                _front(video, claim, starts),
                _back(video, claim, starts),
                " ".join(filter(None, (_tag("claimline"), _tag(video.channel)))),
            )


def _front(video: ExportedVideo, claim: TimedClaim, starts: Sequence[int]) -> str:
    lines = [f"<b>{_escape(one_line(video.title))}</b>"]
    if claim.claim.chapter:
        lines.append(_escape(" › ".join(claim.claim.chapter)))
    times = ", ".join(map(format_timecode, starts))
    lines.append(f"What is said at {times}?" if times else "What is said?")
    return "<br>".join(lines)


def _back(video: ExportedVideo, claim: TimedClaim, starts: Sequence[int]) -> str:
    links = [
        f'<a href="{html.escape(url)}">{format_timecode(start)}</a>'
        for start in starts
        if (url := video.link(start))
    ]
    return "<br>".join(filter(None, (_escape(words(claim.claim)), " ".join(links))))


def _escape(text: str) -> str:
    # Anki plays `[sound:…]` and typesets `[latex]`, wherever it stands.
    return html.escape(text).replace("[", "&#91;")


def _tag(name: str) -> str:
    return _BETWEEN_TAGS.sub("_", name.strip())


def _row(*fields: str) -> str:
    """Return the fields in quotes: an unquoted `#` at the beginning would make a comment."""
    line = io.StringIO(newline="")
    csv.writer(line, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(fields)
    return line.getvalue()
