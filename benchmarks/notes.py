"""How fast notes are read: `CLAIMLINE_SAMPLE=… python benchmarks/notes.py`.

The sample is a folder with `notes/`. Every note is parsed into stamps, claims and chapters, and the
stamps of each video are judged together; beside it, the same texts are parsed by BeautifulSoup
(lxml), which finds nothing yet. Times are of the processor, the best of three. Then one note is
grown to 10 MB: the time for twice the text, over that for once.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from viewer.library.folder import decode_note  # noqa: E402  (found by the line above)
from viewer.note.parse import parse_note  # noqa: E402
from viewer.note.stamps import find_stamps  # noqa: E402
from viewer.timeline.reading import read_stamps  # noqa: E402

REPEATS = 3
SIZES = (1.25, 2.5, 5.0, 10.0)
"""In millions of characters."""
PROSE = "The map is older than the river it shows, and nobody has asked the river. "
PARAGRAPH = (
    30 * PROSE + "Borders are drawn by those who hold the pen, and *kept* by those who live there "
    '<a class="yt-timestamp" data-t="00:{:02}:{:02}">[00:{:02}:{:02}]</a>, see '
    "[[borders | the history of borders]] and (1:19).\n\n- A point of its own [00:{:02}:{:02}]\n\n"
)


def best_of(action: Callable[[], object]) -> float:
    """Return the fewest seconds of processor time that `action` took."""
    times = []
    for _ in range(REPEATS):
        begun = time.process_time()
        action()
        times.append(time.process_time() - begun)
    return min(times)


def by_video(texts: Iterable[str]) -> list[list[str]]:
    videos: dict[str, list[str]] = {}
    for place, text in enumerate(texts):
        videos.setdefault(parse_note(text).video_id or str(place), []).append(text)
    return list(videos.values())


def read_all(videos: Iterable[Iterable[str]]) -> None:
    for texts in videos:
        read_stamps([parse_note(text) for text in texts])


def parse_all(videos: Iterable[Iterable[str]]) -> None:
    for texts in videos:
        for text in texts:
            parse_note(text)


def parse_html(texts: list[str]) -> None:
    for text in texts:
        BeautifulSoup(text, "lxml")


def measure_sample(texts: list[str]) -> None:
    videos = by_video(texts)
    times = {
        "BeautifulSoup": best_of(lambda: parse_html(texts)),
        "parse_note": best_of(lambda: parse_all(videos)),
        "with readings": best_of(lambda: read_all(videos)),
    }
    print(f"{len(texts):,} notes of {len(videos):,} videos")
    for name, seconds in times.items():
        ratio = seconds / times["BeautifulSoup"]
        print(f"  {name:<14} {seconds / len(texts) * 1000:6.2f} ms a note {ratio:6.2f}")


def grow(size: float) -> str:
    """Return a note of so many million characters."""
    parts, length = ["---\ntitle: Borders\nvideoId: qd7ezvCtIYg\n---\n\n"], 0
    for number in range(10**6):
        fields = (number // 60 % 60, number % 60)
        parts.append(PARAGRAPH.format(*fields, *fields, *fields))
        length += len(parts[-1])
        if length >= size * 1e6:
            break
    return "".join(parts)


def measure_growth() -> None:
    print("\nmillion characters, seconds, and how many times those of half as many")
    before: dict[str, float] = {}
    for size in SIZES:
        text = grow(size)
        for name, action in (("find_stamps", find_stamps), ("parse_note", parse_note)):
            begun = time.process_time()
            action(text)
            spent = time.process_time() - begun
            ratio = f"{spent / before[name]:.2f}" if name in before else ""
            print(f"  {size:5.2f} {name:<12} {spent:6.2f} {ratio:>6}")
            before[name] = spent


def main() -> None:
    sample = Path(os.environ.get("CLAIMLINE_SAMPLE") or sys.exit("CLAIMLINE_SAMPLE: name a sample"))
    paths = sorted((sample / "notes").rglob("*.md"))
    measure_sample([decode_note(path.read_bytes()) for path in paths])
    measure_growth()


if __name__ == "__main__":
    main()
