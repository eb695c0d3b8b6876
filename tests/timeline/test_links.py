"""Links to claims, after their notes were edited again and again."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import VIDEO, make_claim, make_note, make_timeline
from viewer.timeline.identity import claim_id
from viewer.timeline.timeline import Timeline
from viewer.web.opening import Opening, find_opening

COMMON = "the of and to a in is that it for as was with on by this are from or an be which".split()
RARE = (
    "protein market court empire signal orbit memory muscle treaty engine lattice rumour harvest "
    "glacier verdict cortex railway enzyme subsidy plasma border neuron tariff canvas gradient "
    "senate vaccine furnace tensor pilgrim reactor drought ledger violin asteroid union diet "
    "kernel fossil strike compass insulin pension mirror archive battery colony melody refugee "
    "carbon debt prism census virus harbour sonata patent famine router quarry ballot estuary "
    "causes weakens describes replaces predicts measures refuses follows doubles predates protects "
    "explains divides absorbs outlives resembles requires reveals supports contradicts narrows "
    "older slower public hidden northern random brittle early steep fragile shared local formal "
    "seven forty dozens half most few later never almost twice before during after without"
).split()


@dataclass(frozen=True)
class Written:
    """A claim of the model, with the claim that it was at first and how many words were changed."""

    root: int
    words: tuple[str, ...]
    second: int
    changed: int = 0

    @property
    def text(self) -> str:
        return " ".join(self.words)


class Author:
    """Someone who writes two notes of a video, and edits them at random."""

    def __init__(self, chance: random.Random, claims: int = 24) -> None:
        self.chance = chance
        self.roots = 0
        self.notes: list[list[Written]] = [[], []]
        for _ in range(claims):
            self.insert()
        self.links = [claim for note in self.notes for claim in note]

    def edit(self) -> None:
        self.chance.choice(self.EDITS)(self)

    def insert(self) -> None:
        """Write a claim that resembles no other, or one that begins as another does."""
        words = tuple(map(self._word, range(self.chance.randint(6, 24))))
        if any(self.notes) and self.chance.random() < 0.2:
            words = self._claim()[2].words[:4] + words
        claim = Written(self.roots, words, self.chance.randint(0, 3600))
        self.roots += 1
        note = self.chance.choice(self.notes)
        note.insert(self.chance.randint(0, len(note)), claim)

    def delete(self) -> None:
        note, place, _ = self._claim()
        del note[place]
        if not any(self.notes):
            self.insert()

    def reorder(self) -> None:
        note, place, claim = self._claim()
        del note[place]
        note.insert(self.chance.randint(0, len(note)), claim)

    def move(self) -> None:
        note, place, claim = self._claim()
        del note[place]
        other = self.notes[note is self.notes[0]]
        other.insert(self.chance.randint(0, len(other)), claim)

    def time_anew(self) -> None:
        note, place, claim = self._claim()
        step = self.chance.choice([self.chance.randint(-20, 20), self.chance.randint(-900, 900)])
        note[place] = replace(claim, second=max(0, claim.second + step))

    def change_word(self) -> None:
        note, place, claim = self._claim()
        words = list(claim.words)
        words[self.chance.randrange(len(words))] = self._word()
        if tuple(words) != claim.words:
            note[place] = replace(claim, words=tuple(words), changed=claim.changed + 1)

    def duplicate(self) -> None:
        note, _, claim = self._claim()
        copy = replace(claim, second=self.chance.randint(0, 3600))
        note.insert(self.chance.randint(0, len(note)), copy)

    EDITS: tuple[Callable[["Author"], None], ...] = (
        insert,
        delete,
        reorder,
        move,
        time_anew,
        change_word,
        change_word,
        duplicate,
    )

    def timeline(self) -> Timeline:
        notes = [
            make_note(*(make_claim(claim.second, text=claim.text) for claim in note))
            for note in self.notes
        ]
        return make_timeline(*notes)

    def _word(self, _: int = 0) -> str:
        return self.chance.choice(COMMON if self.chance.random() < 0.45 else RARE)

    def _claim(self) -> tuple[list[Written], int, Written]:
        note = self.chance.choice([note for note in self.notes if note])
        place = self.chance.randrange(len(note))
        return note, place, note[place]


def open_link(author: Author, link: Written) -> tuple[Opening, Written | None]:
    """Return what a link to a claim as it was at first opens now, and the claim that it is."""
    wanted = {"claim": claim_id(VIDEO, link.text), "t": str(link.second)}
    opening = find_opening(author.timeline(), wanted)
    found = opening.claim
    return opening, found and author.notes[found.note][found.claim.position]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(Author.EDITS), max_size=60))
def test_a_link_opens_its_claim_or_says_what_it_opens(seed, edits):
    author = Author(random.Random(seed), claims=8)
    for edit in edits:
        edit(author)
        for link in author.links:
            opening, found = open_link(author, link)
            heirs = [claim for note in author.notes for claim in note if claim.root == link.root]
            same = [claim for claim in heirs if claim.words == link.words]
            if same:
                assert found in ([one for one in same if one.second == link.second] or same)
                assert opening.start == found.second
            else:
                assert opening.notice


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[int, bool], Counter[str]]:
    """Return how often links to changed claims open what, by words changed and nearness in time.

    Two hundred videos are each edited sixty times.
    """
    counts: dict[tuple[int, bool], Counter[str]] = {}
    for seed in range(200):
        author = Author(random.Random(seed))
        for _ in range(60):
            author.edit()
        for link in author.links:
            heirs = [claim for note in author.notes for claim in note if claim.root == link.root]
            changed = min((heir.changed for heir in heirs), default=0)
            if changed:
                is_near = any(abs(heir.second - link.second) <= 30 for heir in heirs)
                _, found = open_link(author, link)
                kind = "time" if found is None else "claim" if found in heirs else "another"
                counts.setdefault((changed, is_near), Counter())[kind] += 1
    return counts


@pytest.mark.parametrize(
    ("changed", "is_near", "share"),
    [
        pytest.param(1, True, 0.99, id="one word, near its time"),
        pytest.param(2, True, 0.97, id="two words, near its time"),
        pytest.param(1, False, 0.94, id="one word, at another time"),
        pytest.param(2, False, 0.85, id="two words, at another time"),
    ],
)
def test_a_link_finds_a_claim_of_other_words(outcomes, changed, is_near, share):
    found = outcomes[changed, is_near]
    assert found["claim"] > share * found.total()
    assert found["another"] < 0.03 * found.total()
