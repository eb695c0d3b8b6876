"""Claims of real notes, found by hand: which words, and which seconds."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from viewer.library.library import Library
from viewer.resources import folder

GOLD = {
    path.stem: json.loads(path.read_text("utf-8"))["notes"]
    for path in Path(__file__).parent.glob("data/gold/*.json")
}
"""The claims of the bundled example, and those of two parts of the sample, by note."""


@pytest.fixture(scope="module")
def library(sample: Path) -> Library:
    library = Library(sample / "notes")
    library.refresh()
    return library


@pytest.fixture(scope="module")
def example() -> Library:
    library = Library(folder("example"))
    library.refresh()
    return library


def trim(words: str) -> str:
    """Return `words` without outer punctuation, and with single spaces."""
    return re.sub(r"^[\W_]+|[\W_]+$", "", " ".join(words.split()))


MISREAD = {
    "bonus_professor/vladimir_putins_alleged_death.md": "01:01:01 is 1:01, but stays an hour",
    "lennyspodcast/negotiation_tactics_for_job_offers.md": "only the captions tell that 00:41:00 "
    "is 41 s: its neighbours are written properly",
}
CASES = [
    pytest.param(
        note,
        id=note["note"],
        marks=[pytest.mark.xfail(reason=MISREAD[note["note"]])] if note["note"] in MISREAD else [],
    )
    for note in [*GOLD["a"], *GOLD["b"]]
]


@pytest.mark.parametrize("gold", CASES)
def test_the_claims_of_a_note_are_those_found_by_hand(library, gold):
    compare(library, gold)


@pytest.mark.parametrize("gold", GOLD["example"], ids=lambda gold: gold["note"])
def test_the_claims_of_the_example_are_those_found_by_hand(example, gold):
    compare(example, gold)


def compare(library: Library, gold: dict[str, Any]) -> None:
    slug = gold["note"].removesuffix(".md")
    video = library.video(library.note(slug).video_id)
    (source,) = [source for source in video.sources if source.entry.slug == slug]
    found = [(trim(c.text), [s.start for s in c.stamps]) for c in source.note.claims]
    wanted = gold["claims"]
    for (text, starts), claim in zip(found, wanted, strict=False):
        assert text.startswith(trim(claim["first"]))
        assert text.endswith(trim(claim["last"]))
        assert (text, starts) == (text, claim["starts"])
    assert len(found) == len(wanted)


def test_no_other_note_of_the_example_makes_a_claim(example):
    assert example.counts().claims == sum(len(note["claims"]) for note in GOLD["example"])
