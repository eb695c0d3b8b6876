"""What a reader has before their eyes: asked of what is painted, not of geometry.

A row of a batch that is left out of rendering has a place, and nothing is painted there. So what
lies under points of the screen is asked (`document.elementFromPoint`).
"""

import random
from pathlib import Path

from tests.browser.reader import Reader
from tests.captions import write_vtt
from tests.shelf import make_note, write_library

FEW = "five_claims"
MANY = "seven_hundr"
CROWD = "ten_thousnd"
EVERY = 7
"""Seconds from claim to claim; of the crowd two."""
WORDS = (
    "rivers changed their beds three times in the spring before anyone had drawn a map of "
    "the valley and the ferrymen who knew the old course kept it to themselves"
).split()

# Real screens, less the bars of the browser.
LAPTOP = (1280, 800)
UPRIGHT = [(390, 664), (412, 732), (375, 553), (360, 560), (320, 568), (768, 1024)]
ON_ITS_SIDE = [(844, 340), (740, 320), (667, 331), (640, 360)]
SIZES = [LAPTOP, (640, 400), *UPRIGHT, *ON_ITS_SIDE]
LEAST = {
    **dict.fromkeys([(390, 664), (412, 732), (768, 1024)], 0.45),
    **dict.fromkeys([(360, 560), (375, 553)], 0.35),
    (320, 568): 0.30,
}
"""The share of the screen that the list has at least while the video plays."""

SEEN = """(marks) => {
  const mark = document.querySelector(marks);
  if (!mark) return "nothing is marked";
  const list = mark.closest(".scroller").getBoundingClientRect();
  const line = mark.querySelector(".words")?.getClientRects()[0] ?? mark.getClientRects()[0];
  const height = Math.min(line.height, 16);
  const points = [0.05, 0.5, 0.95].flatMap((x) => [1, height / 2, height - 1].map((y) =>
    [line.left + 2 + x * Math.min(line.width - 4, 80), line.top + y]));
  const missed = points.filter(([x, y]) => !mark.contains(document.elementFromPoint(x, y)));
  if (missed.length) return `not painted at ${missed[0].map(Math.round)}`;
  const top = (mark.getBoundingClientRect().top - list.top) / list.height;
  return top < 0.45 ? "" : `at ${Math.round(100 * top)} % of the list`;
}"""
"""Empty if the marked row is painted in the list's upper part; else what is wrong."""
FRAMES = """() => new Promise((done) => {
  let left = 12;
  const next = () => (left-- ? requestAnimationFrame(next) : done());
  next();
})"""
"""Waits for more frames than the page looks again in by itself."""
CONTROLS = ".controls :is(button, select):visible, .tabs :is(a, button):visible"
MARK = '#timeline .moment[aria-current="true"]'
IN_NOTE = '#notes .claim[aria-current="true"]'
IN_TRANSCRIPT = '#transcript .cue[aria-current="true"]'


def write_claims(count: int, every: int) -> str:
    """Return claims of one to six lines, so that no guess of heights is right."""
    chance = random.Random(7)
    lines = []
    for n in range(1, count + 1):
        words = " ".join(chance.choices(WORDS, k=chance.choice([2, 6, 12, 30, 45])))
        second = n * every
        if n % 40 == 0:
            lines.append(f"\n## Chapter {n // 40}\n")
        lines.append(f"- Claim {n}: {words} [{second // 60}:{second % 60:02}]")
    return "\n".join(lines)


def write_valley(folder: Path) -> Path:
    """Write a library with videos of 5, 700 and 10,000 claims, and return its folder."""
    said = [(3 * n, 3 * n + 3, f"Sentence {n} {' '.join(WORDS[: n % 20])}.") for n in range(1700)]
    half = write_claims(350, 2 * EVERY)
    return write_library(
        folder,
        {
            "few.md": make_note(write_claims(5, EVERY), title="Few", videoId=FEW),
            "many.md": make_note(write_claims(700, EVERY), title="Many", videoId=MANY),
            "half.md": make_note(half, title="Another note", videoId=MANY),
            "crowd.md": make_note(write_claims(10_000, 2), title="A crowd", videoId=CROWD),
            f"{MANY}.en.vtt": write_vtt(*said),
        },
    )


def expect_seen(reader: Reader, marks: str = MARK, when: str = "") -> None:
    """Wait until the marked row is painted in the upper part of its list, and stays there."""
    for _ in range(60):
        if not reader.page.evaluate(SEEN, marks):
            break
        reader.page.wait_for_timeout(50)
    reader.page.evaluate(FRAMES)
    missed = reader.page.evaluate(SEEN, marks)
    assert not missed, f"{missed} {when}"


def expect_following(reader: Reader, following: bool = True) -> None:
    """Wait until the page follows, or offers to."""
    # `expect` would print the tree of thousands of rows.
    follow = reader.page.locator(".follow")
    reader.wait(lambda: follow.get_attribute("aria-pressed") == str(following).lower())
    assert follow.is_visible() is not following


def expect_unseen(reader: Reader) -> None:
    reader.wait(lambda: "painted" in reader.page.evaluate(SEEN, MARK))


def scroll_top(reader: Reader) -> float:
    return reader.list.evaluate("list => list.scrollTop")


def tap_strip(reader: Reader, share: float) -> None:
    """Tap the strip at a share of its width."""
    box = reader.strip.bounding_box()
    assert box
    reader.strip.click(position={"x": box["width"] * share, "y": box["height"] / 2})
