"""SubRip: the claims as subtitles, for players that know no WebVTT."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from viewer.export.model import ExportedVideo, words
from viewer.timecode import format_cue_time

_SAFE = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")", "\0": "\ufffd"})
"""The format has no escapes: players take `<i>` and `{\\an8}` for markup, and `-->` for a cue."""


def write_srt(videos: Iterable[ExportedVideo]) -> Iterator[str]:
    """Yield a cue a second: claims of one second share it, as many players show one cue only."""
    for video in videos:
        moments = groupby(video.timeline.moments, key=lambda moment: moment.start)
        for number, (start, group) in enumerate(moments, 1):
            together = list(group)
            end = max(map(video.end_of, together))
            times = f"{format_cue_time(start, ',')} --> {format_cue_time(end, ',')}"
            lines = [words(moment.claim.claim).translate(_SAFE) for moment in together]
            yield "\n".join([str(number), times, *lines, "", ""])
