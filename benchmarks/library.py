"""How a library of many notes is indexed and searched: `python benchmarks/library.py`.

`--notes 2000,20000,200000` says how many, `--index postgresql://…` where the index is. The notes
are those of the folder that CLAIMLINE_SAMPLE names (its `notes/`), again and again under other
names, with other video ids and with one word in six spelt otherwise; without it they are made up.
Beside the index stand two baselines of the same run: reading every file and finding `data-t` in it
with one regular expression, and turning every note's Markdown into HTML. Times of making and
keeping are of the processors (all processes together), of searches and pages by the clock.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyromark

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from viewer.garbage import look_seldom  # noqa: E402
from viewer.library.browse import Sort  # noqa: E402  (found by the line above)
from viewer.library.index import is_url, open_writer  # noqa: E402
from viewer.library.indexer import Indexer  # noqa: E402
from viewer.library.library import Library  # noqa: E402
from viewer.library.query import parse_query  # noqa: E402
from viewer.library.words import split_words  # noqa: E402
from viewer.web import create_app  # noqa: E402

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
VIDEO = re.compile(r"(?m)^videoId: *(\S+)")
TAG = re.compile(r"(<[^>]*>|\[\[[^\]]*\]\])")
WORD = re.compile(r"\b[a-z]{5,12}\b")
QUERIES = 300
"""Searches of each kind."""


def main() -> None:
    look_seldom()
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--notes", default="2000,20000", help="How many, with commas between.")
    parser.add_argument("--index", help="postgresql://… instead of a folder; it is overwritten.")
    given = parser.parse_args()
    for count in map(int, given.notes.split(",")):
        with tempfile.TemporaryDirectory(prefix="claimline-bench-") as folder:
            root = Path(folder) / "notes"
            size = make_notes(root, count)
            place = given.index or str(Path(folder) / "index")
            print(f"\n{count:,} notes, {size / 2**20:.0f} MiB")
            measure_baselines(root)
            measure_index(root, place, size)
            if not is_url(place):
                measure_searches_while_indexing(root, Path(folder))
            measure_searches(Library(root, place), "search")
            measure_pages(root, place)


# The notes


def make_notes(root: Path, count: int) -> int:
    """Write `count` notes below `root`, and return how many bytes they are."""
    size = 0
    for path, text in variations(count):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        size += file.write_bytes(text.encode("utf-8", "surrogatepass"))
    return size


def variations(count: int) -> Iterator[tuple[Path, str]]:
    originals = list(read_originals())
    for number in range(count):
        copy, place = divmod(number, len(originals))
        path, text = originals[place]
        if copy:
            ids = random.Random(copy)
            shift = ids.randrange(1, 26)
            text = vary(text, copy, shift)
            path = Path(f"{path.parent}-{copy}") / path.name
        yield path, text


def vary(text: str, copy: int, shift: int) -> str:
    text = VIDEO.sub(lambda match: f"videoId: {other_id(match[1], copy)}", text)
    head, rule, body = text.partition("\n---\n")
    parts = TAG.split(body)
    parts[::2] = [WORD.sub(lambda match: other_word(match[0], shift), p) for p in parts[::2]]
    return head + rule + "".join(parts)


def other_id(video_id: str, copy: int) -> str:
    chance = random.Random(f"{video_id} {copy}")
    return "".join(chance.choices(ALPHABET, k=11))


def other_word(word: str, shift: int) -> str:
    if sum(map(ord, word)) % 6:
        return word
    return word[:3] + chr((ord(word[3]) - 97 + shift) % 26 + 97) + word[4:]


def read_originals() -> Iterator[tuple[Path, str]]:
    sample = os.environ.get("CLAIMLINE_SAMPLE")
    if sample:
        folder = Path(sample) / "notes"
        for path in sorted(folder.rglob("*.md")):
            yield path.relative_to(folder), path.read_text("utf-8", "replace")
        return
    chance = random.Random(3)
    words = [
        "".join(chance.choices("etaoinshrdlu", k=chance.randrange(2, 10))) for _ in range(8000)
    ]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    for number in range(1000):
        lines = [f"---\ntitle: Note {number}\nvideoId: {number // 3:011}\n---\n## A chapter\n"]
        for claim in range(34):
            second = claim * chance.randrange(20, 60)
            time_ = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
            said = " ".join(chance.choices(words, weights, k=22))
            link = f" on [[{chance.choice(words[:3000])}]]" if claim % 3 == 0 else ""
            stamp = f'<a class="yt-timestamp" data-t="{time_}">[{time_}]</a>'
            lines.append(f"- {said}{link} {stamp}.\n")
        yield Path(f"channel{number % 40}/note_{number}.md"), "\n".join(lines)


# What is measured


def measure_baselines(root: Path) -> None:
    pattern = re.compile(rb'data-t="([0-9:]+)"')
    paths = sorted(root.rglob("*.md"))
    begun = time.process_time()
    for path in paths:
        pattern.findall(path.read_bytes())
    report("baseline: every file, one regular expression", time.process_time() - begun, "s")
    some = [path.read_text("utf-8", "replace") for path in paths[:: max(1, len(paths) // 2000)]]
    begun = time.process_time()
    for text in some:
        pyromark.html(text)
    spent = (time.process_time() - begun) * len(paths) / len(some)
    report("baseline: Markdown to HTML alone", spent, "s")


def measure_index(root: Path, place: str, size: int) -> None:
    command = [sys.executable, "-m", "viewer", "index", str(root), "--index", place]
    spent, wall, memory = run(command)
    report("full index, processor", spent, "s")
    report("full index, clock", wall, "s")
    report("full index, memory of all processes", memory / 2**20, "MiB")
    if not is_url(place):
        own = sum(file.stat().st_size for file in Path(place).rglob("*") if file.is_file())
        report("index / notes", own / size, "")
    spent, wall, _ = run(command)
    report("nothing changed, processor", spent, "s")
    report("nothing changed, clock", wall, "s")
    index, _ = open_writer(place)
    indexer = Indexer(root, index.catalogue, index.search)
    times = []
    for path in sorted(root.rglob("*.md"))[:: max(1, len(list(root.rglob("*.md"))) // 12)]:
        path.write_bytes(path.read_bytes() + b"\n\nOne more, of late [0:42].\n")
        begun = time.process_time()
        indexer.update({str(path.relative_to(root))})
        times.append((time.process_time() - begun) * 1000)
    index.close()
    report("one edited note, processor, p50", statistics.median(times), "ms")
    report("one edited note, processor, worst", max(times), "ms")


def run(command: Sequence[str]) -> tuple[float, float, float]:
    """Return the processor's and the clock's seconds of a program, and its bytes at most."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    most = 0.0
    while process.poll() is None:
        most = max(most, memory_of(process.pid))
        time.sleep(0.1)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, most


def memory_of(pid: int) -> float:
    """Return the bytes that a process and its children have for themselves, shared ones in part."""
    total = 0.0
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += float(re.search(r"^Pss: +(\d+)", rollup, re.MULTILINE)[1]) * 1024  # type: ignore[index]
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, TypeError):
        return total
    return total + sum(memory_of(int(child)) for child in children)


def measure_searches_while_indexing(root: Path, folder: Path) -> None:
    place = str(folder / "busy")
    shutil.copytree(folder / "index", place)
    for path in sorted(root.rglob("*.md"))[::4]:
        path.write_bytes(path.read_bytes() + b"\n\nOnce more [0:43].\n")
    command = [sys.executable, "-m", "viewer", "index", str(root), "--index", place]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    time.sleep(2)
    measure_searches(Library(root, place), "search while indexing", is_going=process)
    process.wait()
    shutil.rmtree(place)
    subprocess.run(
        [*command[:-1], str(folder / "index")], cwd=ROOT, check=True, capture_output=True
    )


def measure_searches(
    library: Library, what: str, is_going: subprocess.Popen[bytes] | None = None
) -> None:
    for kind, texts in make_queries(library).items():
        times = []
        for text in texts:
            if is_going and is_going.poll() is not None:
                break
            begun = time.perf_counter()
            library.search.search(parse_query(text))
            times.append((time.perf_counter() - begun) * 1000)
        if len(times) > 20:
            ranks = statistics.quantiles(times, n=100)
            report(f"{what}: {kind}, p50", ranks[49], "ms")
            report(f"{what}: {kind}, p99", ranks[98], "ms")


def make_queries(library: Library) -> dict[str, list[str]]:
    """Return what readers type, of words that are there."""
    chance = random.Random(4)
    hits = [
        hit
        for word in ("of", "the", "a", "tion", "un", "late")
        for hit in library.search.search(parse_query(f"{word}*"), limit=100).hits
    ]
    texts = [words for hit in hits if len(words := split_words(hit.text)) > 6]
    counts: dict[str, int] = {}
    for words in texts:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    common = sorted(counts, key=lambda word: -counts[word])[:12]

    def some(make: Callable[[list[str]], str]) -> list[str]:
        return [make(chance.choice(texts)) for _ in range(QUERIES)]

    def pair(words: list[str]) -> str:
        place = chance.randrange(len(words) - 2)
        return f'"{words[place]} {words[place + 1]}"'

    return {
        "one word": some(lambda words: str(chance.choice(words))),
        "two words": some(lambda words: " ".join(chance.sample(words, 2))),
        "three words": some(lambda words: " ".join(chance.sample(words, 3))),
        "prefix": some(lambda words: chance.choice(words)[: chance.randrange(1, 5)] + "*"),
        "phrase": some(pair),
        "commonest words": some(lambda _: " ".join(chance.sample(common, chance.randrange(1, 4)))),
    }


def measure_pages(root: Path, place: str) -> None:
    client = create_app({"LIBRARY": root, "INDEX": place}).test_client()
    library: Library = client.application.extensions["library"]
    biggest = library.list_videos(Sort.CLAIMS, None, 1).videos[0]
    channel = max(library.channels(), key=lambda entry: entry.videos)
    topic = library.topics(1)[0]
    pages = {
        "home": "/",
        "home, A-Z": "/?sort=title",
        "channel": f"/channel/{channel.name}",
        "topic": f"/topic/{topic.slug}",
        "watch, most claims": f"/watch/{biggest.key}",
        "watch, usual": f"/watch/{library.list_videos(Sort.RECENT, None, 1).videos[0].key}",
        "search page": "/search?q=history",
    }
    for name, address in pages.items():
        client.get("/search?q=warm+up")
        client.get(
            address.replace(biggest.key, library.list_videos(Sort.TITLE, None, 1).videos[0].key)
        )
        times = []
        for _ in range(5):
            library._videos.clear()
            begun = time.perf_counter()
            response = client.get(address)
            times.append((time.perf_counter() - begun) * 1000)
            assert response.status_code == 200, (address, response.status)
        begun = time.perf_counter()
        again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
        first = statistics.median(times)
        report(f"page: {name}", first, f"ms, {len(response.data) // 1024} kB")
        report(f"page: {name}, {again.status_code}", (time.perf_counter() - begun) * 1000, "ms")


def report(what: str, value: float, unit: str) -> None:
    print(f"  {what:58}{value:10.2f} {unit}", flush=True)


if __name__ == "__main__":
    main()
