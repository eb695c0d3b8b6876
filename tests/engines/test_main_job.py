"""What a reader came for, in engines other than Chromium: the claim of a link, in step, in sight.

YouTube can't be reached from here, so the page plays by its own clock.
"""

import re
from collections import deque
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.engines.driver import wait_until
from tests.serving import serving
from tests.shelf import make_note, write_library

RIVERS = "rivers_long"
COUNT = 300
EVERY = 2
"""Claim n is made at second 2n; the page lays its rows out in batches of a hundred."""
BEND = "bends between the villages and comes back to where it was, "
RARE = (50, 120, 290)
"""The claims that speak of an estuary."""

LAPTOP = (1280, 800)
PHONE = (390, 664)
"""A phone's screen less the bars of its browser."""

LIST = "#timeline .scroller"
MARKED = f'{LIST} .moment[aria-current="true"]'
RESTS = 5
"""So many looks in a row that see the same: a list that only scrolls by is not at rest."""

# What is painted, by asking what is met at nine points of a row, and nothing about its geometry.
LOOK = """(selector) => {
  const isPainted = (row) => {
    const { x, y, width, height } = row.getBoundingClientRect();
    const xs = [0.1, 0.5, 0.9].map((part) => x + part * width); // not below a scrollbar
    const ys = [4, height / 2, height - 4].map((part) => y + part);
    return xs.every((x) => ys.every((y) => row.contains(document.elementFromPoint(x, y))));
  };
  return [...document.querySelectorAll(selector)].map((row) => ({
    claim: row.dataset.claim,
    start: Number(row.dataset.start),
    top: Math.round(row.getBoundingClientRect().top),
    painted: isPainted(row),
  }));
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = write_library(
        tmp_path_factory.mktemp("rivers"),
        {"rivers.md": make_note(make_rivers(), title="Three hundred rivers", videoId=RIVERS)},
    )
    with serving(folder) as address:
        yield address


def make_rivers():
    """Return claims of one to four lines, so that no row's height tells that of another."""
    lines = []
    for number in range(1, COUNT + 1):
        minutes, seconds = divmod(number * EVERY, 60)
        end = "ends in an estuary" if number in RARE else "runs into the sea"
        lines.append(
            f"- River number {number} {BEND * (number * 7 % 5)}{end} [{minutes}:{seconds:02}]"
        )
    return "\n".join(lines)


def row_of(start):
    return f'{LIST} .moment[data-start="{start}"]'


class Reader:
    """A reader before the watch page; what does not hold is shown in a picture."""

    def __init__(self, driver, site, picture):
        self.driver = driver
        self.site = site
        self.picture = picture

    def open(self, query):
        """Open a link of the video, and wait for the page's scripts: they tell the position."""
        self.open_link(f"{self.site}/watch/{RIVERS}?{query}")

    def open_link(self, link):
        self.driver.open(link)
        self.expect_at_rest(lambda: self.position > 0, "the scripts tell the position")

    @property
    def position(self):
        """The second at which the page says that the video is."""
        minutes, seconds = re.search(r"(\d+):(\d\d)", self.read(".position")).groups()
        return 60 * int(minutes) + int(seconds)

    def read(self, selector, name="textContent"):
        """Return a property of an element; None without the element."""
        return self.driver.evaluate(
            "(selector, name) => document.querySelector(selector)?.[name]", selector, name
        )

    def look(self, selector=MARKED):
        """Return what can be told of rows: unless others are named, of those that are marked."""
        return self.driver.evaluate(LOOK, selector)

    def seen(self, selector=MARKED):
        """Return the starts of the rows that are painted."""
        return [row["start"] for row in self.look(selector) if row["painted"]]

    def expect(self, holds, what):
        """Wait until something holds."""
        try:
            wait_until(holds, what)
        except TimeoutError as error:
            self.driver.screenshot(self.picture)
            pytest.fail(f"{error}; marked: {self.look()}; see {self.picture}", pytrace=False)

    def expect_at_rest(self, holds, what):
        """Wait until something holds while the marked row stays where it is."""
        looks = deque(maxlen=RESTS)

        def holds_at_rest():
            looks.append(self.look() if holds() else None)
            return looks[0] and looks.count(looks[0]) == RESTS

        self.expect(holds_at_rest, what)

    def expect_seen(self, start):
        """Wait until the claim of a second is marked, no other is, and it is painted."""

        def is_seen():
            return [(row["start"], row["painted"]) for row in self.look()] == [(start, True)]

        self.expect_at_rest(is_seen, f"the claim at {start} s is marked and painted")

    def scroll_to(self, start):
        """Bring a row to the middle of the list, as a hand at the scrollbar would."""
        row = row_of(start)
        self.expect(lambda: self.look(row), f"there is a row for {start} s")
        self.driver.evaluate(
            "(row) => document.querySelector(row)"
            ".scrollIntoView({ block: 'center', behavior: 'instant' })",
            row,
        )


@pytest.fixture
def reader(driver, site, request, tmp_path):
    driver.resize(*getattr(request, "param", LAPTOP))
    return Reader(driver, site, tmp_path / "seen.png")


on_both_screens = pytest.mark.parametrize(
    "reader", [LAPTOP, PHONE], ids=["laptop", "phone"], indirect=True
)


@on_both_screens
def test_a_link_shows_its_claim(reader):
    reader.open("t=501")
    reader.expect_seen(500)


@on_both_screens
def test_the_list_keeps_in_step_with_the_clock(reader):
    reader.open("t=201")  # the last claim of a batch
    reader.driver.click("[data-act=play]")
    reader.expect(lambda: reader.read(".watch[data-player=clock]"), "the clock is the player")
    reader.expect(lambda: reader.position > 201, "the clock runs")
    reader.expect_at_rest(lambda: max(reader.seen(), default=0) > 200, "the next claim is painted")


def test_a_click_on_a_claim_goes_there(reader):
    reader.open("t=501")
    reader.scroll_to(100)
    reader.driver.click(row_of(100))
    reader.expect_seen(100)
    assert reader.position == 100


def test_keys_step_from_claim_to_claim(reader):
    reader.open("t=199")
    for start in (200, 202):  # the last of a batch, the first of the next
        reader.driver.press("n")
        reader.expect_seen(start)


def test_follow_brings_the_marked_claim_back(reader):
    reader.open("t=301")
    reader.driver.turn_wheel(LIST, 3000)
    reader.expect_at_rest(lambda: not reader.seen(), "the marked claim is out of sight")
    reader.driver.click("[data-act=follow]")
    reader.expect_seen(300)


def test_search_within_shows_what_it_finds(reader):
    hits = [number * EVERY for number in RARE]
    rows = ", ".join(map(row_of, hits))
    reader.open("t=401")
    reader.driver.press("/")
    focused = "() => document.activeElement.id"  # a window without a desktop matches no :focus
    reader.expect(lambda: reader.driver.evaluate(focused) == "within", "the field has the focus")
    reader.driver.type("estuary")
    reader.expect(lambda: reader.read("form:has(#within) output") == "3", "the hits are counted")
    for start in hits[:2]:
        reader.driver.press("Enter")
        reader.expect_at_rest(
            lambda start=start: reader.seen(rows) == [start], f"the hit at {start} s"
        )


def test_a_shared_link_leads_to_the_claim_it_is_of(reader):
    reader.open("t=501")
    [marked] = reader.look()
    reader.driver.click("[data-act=share]")
    reader.expect(lambda: reader.read("[data-field=claim]", "value"), "there is a link")
    link = reader.read("[data-field=claim]", "value")
    query = parse_qs(urlsplit(link).query)
    assert (query["claim"], query["t"]) == ([marked["claim"]], ["500"])
    reader.open_link(link)
    reader.expect_seen(500)
