"""A spreadsheet: one claim a row (RFC 4180)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from viewer.export.model import ExportedVideo, order_claims
from viewer.timecode import format_timecode
from viewer.timeline.timeline import Moment, TimedClaim

COLUMNS = "video title note id start end time times text chapter links url".split()

_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What makes a spreadsheet compute a cell, full-width forms too. Apostrophes count along, so that
taking one away from a cell that matches gives back what was written."""


def write_csv(videos: Iterable[ExportedVideo]) -> Iterator[str]:
    """Yield a row of names, then the claims of `videos` by their first stamp's second.

    `end` is that of the moment at `start`, empty for the last; `times` are all moments. Text that
    a spreadsheet would take for a formula has an apostrophe before it.
    """
    yield _row(COLUMNS)
    for video in videos:
        for claim, moments in order_claims(video.timeline):
            yield _row(_cells(video, claim, moments))


def _cells(
    video: ExportedVideo, claim: TimedClaim, moments: Sequence[Moment]
) -> list[str | int | None]:
    start = claim.start
    # A moment begins at the earliest of its stamps, which need not be the first.
    own = next((m for m in reversed(moments) if start is not None and m.start <= start), None)
    return [
        video.video_id,
        video.title,
        video.paths[claim.note],
        claim.id,
        start,
        own.end if own else None,
        "" if start is None else format_timecode(start),
        " ".join(format_timecode(moment.start) for moment in moments),
        claim.claim.text,
        " › ".join(claim.claim.chapter),
        "; ".join(link.target for link in claim.claim.links),
        video.url if start is None else video.link(start),
    ]


def _row(cells: Iterable[str | int | None]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(
        f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell for cell in cells
    )
    return line.getvalue()
