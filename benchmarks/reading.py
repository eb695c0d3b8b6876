"""How many stamps of real notes are read right: `CLAIMLINE_SAMPLE=… python benchmarks/reading.py`.

The sample is a folder with `notes/` and, for real lengths of videos, `captions/` (WebVTT). Nobody
has read its stamps by hand, so the truth comes from hiding evidence:

repair   notes beyond doubt, rewritten in each way that is found in the wild, and read again: how
         many of the stamps that say another second now are read as they were. The note alone, with
         the video's other notes as they are, and with those rewritten in the same way.
keep     the stamps of those notes that say what they mean, and whether they are left alone.
agree    notes that may be miswritten, read alone, against the reading with all their video's
         notes where that is sure: of its repairs, those found alone; of those alone, the same.
known    the notes of "repair", each alone, rewritten in the least certain way and as they are, read
         by what may be known of the video: its length; its captions, which notes were taken from
         (made up: cues at all seconds of its stamps, others between) or not (cues anywhere); and
         a length that is wrong, since the video was cut.
ends     stamps past the end of the video's captions, before and after, and where their end is given
         as the video's, or their cues are. Captions of a video that was cut since its notes were
         taken end early, so this doesn't go down to nothing. At last, how many videos have stamps
         that were taken from the captions.

Beside each stand a plain split, and the rule that a note whose stamps all end in :00 is MM:SS.
"""

from __future__ import annotations

import math
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from viewer.library.folder import decode_note  # noqa: E402  (found by the line above)
from viewer.note.model import Note, Reading, Stamp  # noqa: E402
from viewer.note.parse import parse_note  # noqa: E402
from viewer.note.times import read_time  # noqa: E402
from viewer.timeline.reading import Recording, read_stamps, with_stamps  # noqa: E402
from viewer.timeline.ways import find_cues  # noqa: E402

SEED = 8
TRIED = 250
"""Notes that are rewritten in each way."""
SURE = 0.95
REPAIRS = (Reading.MINUTES_AS_HOURS, Reading.JUNK_FIELD)
CUE = 8.0
"""Seconds from a cue's start to its end, on average."""

_TIME = r"(?:(\d+):)?(\d+):(\d+[.]\d+)"

Video = tuple[Note, ...]
Write = Callable[[int], str]
Way = Callable[[random.Random], Write]
Reader = Callable[[Sequence[Note]], Sequence[Note]]


def whole(chance: random.Random) -> Write:
    """MM:SS:00, and HH:MM:SS or HH:MM:SS:00 after the first hour."""
    frames = chance.choice(["", ":00"])
    return lambda start: f"{short(start)}:00" if start < 3600 else f"{proper(start)}{frames}"


def constant(chance: random.Random) -> Write:
    """A frame or the like, the same all over the note."""
    frame = chance.randrange(60)
    return _junk(lambda start: frame)


def repeated(chance: random.Random) -> Write:
    return _junk(lambda start: start % 60)


def cue_end(chance: random.Random) -> Write:
    return _junk(lambda start: int(start + 1 + chance.expovariate(1 / CUE)) % 60)


def anything(chance: random.Random) -> Write:
    return _junk(lambda start: chance.randrange(60))


def part(way: Way) -> Way:
    """Runs of the note in `way`, half of it in all; the rest is written properly."""

    def begin(chance: random.Random) -> Write:
        write, odd = way(chance), chance.random() < 0.5

        def next_one(start: int) -> str:
            nonlocal odd
            odd = odd if chance.random() < 0.9 else not odd
            return write(start) if odd else proper(start)

        return next_one

    return begin


def proper(start: int) -> str:
    return f"{start // 3600:02}:{start // 60 % 60:02}:{start % 60:02}"


def short(start: int) -> str:
    return f"{start // 60:02}:{start % 60:02}"


def _junk(third: Callable[[int], int]) -> Write:
    return lambda start: f"{short(start)}:{third(start):02}" if start < 3600 else proper(start)


WAYS: dict[str, Way] = {
    "MM:SS:00": whole,
    "MM:SS:00, in part": part(whole),
    "junk: constant": constant,
    "junk: seconds again": repeated,
    "junk: end of cue": cue_end,
    "junk: anything": anything,
    "junk: anything, in part": part(anything),
}


def plain_split(notes: Sequence[Note]) -> Sequence[Note]:
    return notes


def zero_rule(notes: Sequence[Note]) -> Sequence[Note]:
    """Read a note as MM:SS where all its stamps end in :00."""
    read = []
    for note in notes:
        stamps = [stamp for stamp in note.stamps if stamp.start is not None]
        if stamps and all(stamp.start is not None and stamp.start % 60 == 0 for stamp in stamps):
            note = with_stamps(note, [_shorten(stamp) for stamp in note.stamps])
        read.append(note)
    return read


def _shorten(stamp: Stamp) -> Stamp:
    return stamp if stamp.start is None else stamp._replace(start=stamp.start // 60)


READERS: dict[str, Reader] = {"plain": plain_split, ":00": zero_rule, "model": read_stamps}


def rewrite(note: Note, write: Write) -> Note:
    """Return `note` with the same seconds, written as `write` says."""
    stamps = []
    for stamp in note.stamps:
        raw = write(stamp.start or 0)
        start, reading, _ = read_time(raw)
        stamps.append(stamp._replace(raw=raw, label=f"[{raw}]", start=start, reading=reading))
    return with_stamps(note, stamps)


def is_beyond_doubt(video: Video, length: float) -> bool:
    """Tell whether a video's stamps must mean what they say, whatever a model thinks of them.

    `length` is that of its captions, or infinite.
    Junk and MM:SS:00 fill all hours up to the video's minutes, and minutes are rarely whole.
    """
    stamps = [stamp for note in video for stamp in note.stamps]
    hours = Counter((stamp.start or 0) // 3600 for stamp in stamps)
    round_ones = sum((stamp.start or 0) % 60 == 0 for stamp in stamps)
    return (
        all(stamp.reading is Reading.AS_WRITTEN and len(stamp.raw) == 8 for stamp in stamps)
        and max(hours) <= 3
        and max(stamp.start or 0 for stamp in stamps) < length * 1.1
        and hours[0] >= len(stamps) / 4
        and 25 * round_ones <= len(stamps)
        and all(len(note.stamps) >= 5 for note in video)
    )


class Captions(NamedTuple):
    """Where a video's captions begin, each, and where the last one ends."""

    starts: tuple[float, ...]
    end: float


class Tally:
    """Of so many, so many."""

    def __init__(self) -> None:
        self.hits = self.count = 0

    def add(self, *hits: bool) -> None:
        self.hits += sum(hits)
        self.count += len(hits)

    def __str__(self) -> str:
        share = f"{self.hits / self.count:.2%}" if self.count else "–"
        return f"{share:>8} {self.count:>6,}"


def compare(before: Note, after: Note, truth: Note, repaired: Tally, kept: Tally) -> None:
    for was, now, true in zip(before.stamps, after.stamps, truth.stamps, strict=True):
        (kept if was.start == true.start else repaired).add(now.start == true.start)


def measure_repairs(videos: Sequence[Video]) -> None:
    chance = random.Random(SEED)
    notes = [(video, place) for video in videos for place in range(len(video))]
    heads = ("alone", "with the others", "all rewritten", ":00 rule, alone")
    print(f"\n{'repair':<23}" + "".join(f"{head:>17}" for head in heads))
    for name, way in WAYS.items():
        repaired = [Tally() for _ in range(4)]
        kept = [Tally() for _ in range(4)]
        for video, place in chance.sample(notes, min(TRIED, len(notes))):
            truth = video[place]
            odd = rewrite(truth, way(chance))
            mixed = [odd if at == place else note for at, note in enumerate(video)]
            all_odd = [
                odd if at == place else rewrite(note, way(chance)) for at, note in enumerate(video)
            ]
            compare(odd, read_stamps([odd])[0], truth, repaired[0], kept[0])
            if len(video) > 1:
                compare(odd, read_stamps(mixed)[place], truth, repaired[1], kept[1])
            compare(odd, read_stamps(all_odd)[place], truth, repaired[2], kept[2])
            compare(odd, zero_rule([odd])[0], truth, repaired[3], kept[3])
        print(f"  {name:<23}" + "  ".join(map(str, repaired)))
        print(f"  {'… the rest kept':<23}" + "  ".join(map(str, kept)))


def measure_keeping(videos: Sequence[Video]) -> None:
    print("\nkeep: proper stamps that keep their second")
    for name, reader in READERS.items():
        alone, together, long = Tally(), Tally(), Tally()
        for video in videos:
            for note, after in zip(video, reader(video), strict=True):
                single = reader([note])[0]
                compare(note, after, note, together, together)
                compare(note, single, note, alone, alone)
                if any((stamp.start or 0) >= 3600 for stamp in note.stamps):
                    compare(note, single, note, long, long)
        print(f"  {name:<8} alone {alone}   with the others {together}   past an hour {long}")


def measure_agreement(videos: Sequence[Video]) -> None:
    recall, precision, kept = Tally(), Tally(), Tally()
    for video in videos:
        if len(video) < 3:
            continue
        for note, full in zip(video, read_stamps(video), strict=True):
            alone = read_stamps([note])[0]
            for one, all_of_them in zip(alone.stamps, full.stamps, strict=True):
                is_repair = all_of_them.reading in REPAIRS
                if all_of_them.confidence < SURE or all_of_them.start is None:
                    continue
                is_same = one.start == all_of_them.start
                (recall if is_repair else kept).add(is_same)
                if one.reading in REPAIRS:
                    precision.add(is_same)
    print(f"\nagree: of sure repairs, found alone            {recall}")
    print(f"       of repairs alone, the same              {precision}")
    print(f"       of stamps surely as written, kept alone {kept}")


def caption(seconds: Sequence[int], length: float) -> Recording:
    """Return captions with a cue at each of `seconds`, and others some three seconds apart."""
    chance = random.Random(SEED)
    starts = [second + chance.random() for second in set(seconds)]
    taken = {int(start) + near for start in starts for near in (-1, 0, 1)}
    at = 0.0
    while at < length:
        if int(at) not in taken:
            starts.append(at)
        at += 1.5 + chance.expovariate(1 / 1.5)
    return Recording(cues=tuple(sorted(starts)))


def measure_known(videos: Sequence[Video]) -> None:
    heads = ("nothing", "length", "own captions", "both", "others'", "0.8 length", "half length")
    print(f"\n{'known':<23}" + "".join(f"{head:>17}" for head in heads))
    for name, way in {"junk: anything, in part": part(anything), "as it is": None}.items():
        chance = random.Random(SEED)
        repaired, kept = [Tally() for _ in heads], [Tally() for _ in heads]
        for video in videos:
            seconds = [stamp.start or 0 for note in video for stamp in note.stamps]
            last = max(seconds)
            own = caption(seconds, last)
            known = (
                Recording(),
                Recording(last + 20.0),
                own,
                own._replace(duration=last + 20.0),
                caption((), last),
                Recording(0.8 * last),
                Recording(0.5 * last),
            )
            for note in video:
                odd = rewrite(note, way(chance)) if way else note
                for recording, *tallies in zip(known, repaired, kept, strict=True):
                    compare(odd, read_stamps([odd], recording)[0], note, *tallies)
        if way:
            print(f"  {name:<23}" + "  ".join(map(str, repaired)))
        print(f"  {'… the rest kept' if way else name:<23}" + "  ".join(map(str, kept)))


def measure_ends(videos: dict[str, Video], captions: dict[str, Captions]) -> None:
    print(f"\nends: stamps past the end, in {len(captions)} videos with captions")
    told: dict[str, Callable[[Captions], Recording]] = {
        "… and the end": lambda own: Recording(own.end),
        "… and cues": lambda own: Recording(cues=own.starts),
    }
    for name in (*READERS, *told):
        together, alone = Tally(), Tally()
        for key, own in captions.items():
            read: Reader = READERS.get(name) or partial(read_stamps, recording=told[name](own))
            apart = [read([note])[0] for note in videos[key]]
            for tally, notes in ((together, read(videos[key])), (alone, apart)):
                starts = [s.start for note in notes for s in note.stamps if s.start is not None]
                tally.add(*(start > own.end + 5 for start in starts))
        print(f"  {name:<14} with the others {together}  ({together.hits:,})   alone {alone}")
    heeded = 0
    for key, own in captions.items():
        sure = [s for note in read_stamps(videos[key]) for s in note.stamps if s.confidence > SURE]
        seconds = Counter(stamp.start for stamp in sure if stamp.start is not None)
        heeded += find_cues(seconds, own.starts) != find_cues(seconds)
    print(f"  in {heeded} of them stamps were taken from the captions")


def read_notes(folder: Path) -> dict[str, Video]:
    """Return the notes with stamps, by the id of their video."""
    videos: dict[str, list[Note]] = {}
    for path in sorted(folder.rglob("*.md")):
        note = parse_note(decode_note(path.read_bytes()))
        if note.video_id and note.stamps:
            videos.setdefault(note.video_id, []).append(note)
    return {key: tuple(notes) for key, notes in videos.items()}


def read_captions(folder: Path) -> Iterator[tuple[str, Captions]]:
    """Yield each captioned video's id, where its cues begin, and where the last one ends."""
    for path in sorted(folder.glob("*.vtt")):
        cues = re.findall(rf"^{_TIME} --> {_TIME}", path.read_text("utf-8"), re.MULTILINE)
        if cues:
            starts = tuple(_count_seconds(*cue[:3]) for cue in cues)
            yield path.name[:11], Captions(starts, _count_seconds(*cues[-1][3:]))


def _count_seconds(hours: str, minutes: str, seconds: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)


def main() -> None:
    sample = Path(os.environ.get("CLAIMLINE_SAMPLE") or sys.exit("CLAIMLINE_SAMPLE: name a sample"))
    begun = time.perf_counter()
    videos = read_notes(sample / "notes")
    everything = list(videos.values())
    captions = {key: own for key, own in read_captions(sample / "captions") if key in videos}
    certain = [
        video
        for key, video in videos.items()
        if is_beyond_doubt(video, captions[key].end if key in captions else math.inf)
    ]
    stamps = sum(len(note.stamps) for video in everything for note in video)
    print(
        f"{sum(map(len, everything)):,} notes of {len(videos):,} videos, {stamps:,} stamps; "
        f"beyond doubt {sum(map(len, certain)):,} notes"
    )
    measure_repairs(certain)
    measure_keeping(certain)
    measure_agreement(everything)
    measure_known(certain)
    measure_ends(videos, captions)
    print(f"\n{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
