"""How well claims are found in transcripts: `CLAIMLINE_SAMPLE=… python benchmarks/grounding.py`.

The sample is a folder with `notes/` and `captions/` (`<video_id>.<language>.vtt|srt|json3`). Nobody
has read where its claims are said, so the truth comes from what is done to them:

apart    claims against their own transcript and against those of other videos, told apart by
         confidence (area under the curve): each claim by itself, without its stamps and with them,
         and with what the claims of its video have in common, as it is used.
moved    the stamps of some of the claims that were grounded are moved by a minute or more. How
         many of them are called elsewhere (recall); how many of those called elsewhere were moved
         (precision), and how many have a suggestion within half a minute of the old stamp (right);
         how far the suggestion is from the old stamp (median and 90 % of them).
time     processor time for 500 claims and 3,000 cues.

The logistic model is fitted on the videos but one part, and measured on that part. Beside it
stands a baseline: the cue that shares most words with the claim, the nearest to the stamp of those.

Some captions belong to another video, or to another recording of it: where less of the claims than
`OWN` have the baseline's cue near their stamp, a video is left out, and named.
"""

from __future__ import annotations

import math
import os
import random
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from viewer.library.folder import decode_note  # noqa: E402  (found by the line above)
from viewer.note.model import Note  # noqa: E402
from viewer.note.parse import parse_note  # noqa: E402
from viewer.timeline.reading import read_stamps  # noqa: E402
from viewer.timeline.timeline import time_claims  # noqa: E402
from viewer.transcript.evidence import NEAR, Evidence, Finding  # noqa: E402
from viewer.transcript.grounding import (  # noqa: E402
    Grounding,
    State,
    Statement,
    ground_claims,
)
from viewer.transcript.model import Cue, Track, Transcript, base_language  # noqa: E402
from viewer.transcript.odds import (  # noqa: E402
    FITTED,
    Model,
    estimate_odds,
    measure_evidence,
    rate,
    weigh,
)
from viewer.transcript.parse import SUFFIXES, parse_captions  # noqa: E402
from viewer.transcript.passages import Passages  # noqa: E402
from viewer.transcript.terms import Reader  # noqa: E402

SEED = 8
PARTS = 5
EVERY = 4
"""One claim in so many is held against transcripts, for `apart` …"""
OTHERS = 2
"""… its own and so many others."""
MOVES = (0.1, 0.3, 0.5)
FARTHER = 60
RIGHT = 30.0
OWN = 0.15

ALONE = 0.1
"""The share of moved stamps that is assumed of a claim by itself."""


class Video(NamedTuple):
    key: str
    claims: tuple[Statement, ...]
    transcript: Transcript


class Trial(NamedTuple):
    """Claims of one video against one transcript."""

    video: str
    is_own: bool
    findings: tuple[Finding, ...]
    baseline: tuple[float, ...]


class Baseline:
    """The cue with most of a claim's words."""

    def __init__(self, transcript: Transcript) -> None:
        self._cues = transcript.cues
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, cue in enumerate(transcript.cues):
            for word in {*re.findall(r"\w+", cue.text.lower())}:
                self._places[word].append(place)

    def find(self, claim: Statement) -> tuple[float, float | None]:
        """Return the share of the claim's words in the best cue, and that cue's start."""
        words = {*re.findall(r"\w+", claim.text.lower())}
        shared = Counter(place for word in words for place in self._places.get(word, ()))
        most = max(shared.values(), default=0)
        best = [self._cues[place].start for place, count in shared.items() if count == most]
        nearest = min(best, key=lambda start: (away(start, claim.starts), start), default=None)
        return most / max(1, len(words)), nearest


def away(second: float, starts: Iterable[int]) -> float:
    return min((abs(second - start) for start in starts), default=math.inf)


def hold(video: Video, claims: Sequence[Statement], transcript: Transcript, key: str) -> Trial:
    reader = Reader(base_language(transcript.track))
    passages = Passages(transcript, reader)
    texts = [reader.read(claim.text) for claim in claims]
    evidence = Evidence(passages, reader, texts)
    baseline = Baseline(transcript)
    pairs = [(terms, claim) for terms, claim in zip(texts, claims, strict=True) if terms]
    return Trial(
        video.key,
        video.key == key,
        tuple(evidence.find(terms, claim.starts) for terms, claim in pairs),
        tuple(baseline.find(claim)[0] for _, claim in pairs),
    )


def try_videos(videos: Sequence[Video], chance: random.Random) -> list[Trial]:
    """Return trials of a part of all claims against their own and other transcripts."""
    trials = []
    for video in videos:
        claims = [claim for claim in video.claims if chance.random() * EVERY < 1]
        others = chance.sample([other for other in videos if other is not video], OTHERS)
        for other in (video, *others):
            trials.append(hold(video, claims, other.transcript, other.key))
    return trials


def fit(trials: Sequence[Trial]) -> Model:
    """Return the logistic model that tells own transcripts from others, by Newton's method."""
    rows = [
        ((1.0, measure_evidence(one, ALONE), one.anywhere.total, one.coverage), trial.is_own)
        for trial in trials
        for one in trial.findings
    ]
    own = sum(is_own for _, is_own in rows)
    weights = {True: 0.5 / own, False: 0.5 / (len(rows) - own)}
    model: Sequence[float] = [0.0] * 4
    for _ in range(12):
        slope = [0.0] * 4
        bend = [[1e-6 * (i == j) for j in range(4)] for i in range(4)]
        for row, is_own in rows:
            value = sum(a * b for a, b in zip(model, row, strict=True))
            said = 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
            weight = weights[is_own]
            for i in range(4):
                slope[i] += weight * (is_own - said) * row[i]
                for j in range(4):
                    bend[i][j] += weight * said * (1 - said) * row[i] * row[j]
        model = [a + b for a, b in zip(model, solve(bend, slope), strict=True)]
    return Model(*model)


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Return the solution of linear equations with a positive definite matrix."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, row in enumerate(rows):
        for other in rows:
            if other is not row:
                factor = other[i] / row[i]
                other[:] = [a - factor * b for a, b in zip(other, row, strict=True)]
    return [row[-1] / row[i] for i, row in enumerate(rows)]


def area(own: Sequence[float], others: Sequence[float]) -> float:
    """Return the chance that one of `own` is more than one of `others`; half of it if equal."""
    ranked = sorted([(value, True) for value in own] + [(value, False) for value in others])
    total, place = 0.0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        total += sum(is_own for _, is_own in ranked[place:end]) * (place + end + 1) / 2
        place = end
    return (total - len(own) * (len(own) + 1) / 2) / (len(own) * len(others))


def measure_strangers(trials: Sequence[Trial]) -> None:
    """Print what tells a video's own transcript from another's, which is said once."""
    shares: dict[bool, list[float]] = {True: [], False: []}
    for trial in trials:
        shares[trial.is_own].append(estimate_odds(trial.findings).restated)
    print("\nthe share of a video's claims that a transcript restates")
    for label, is_own in (("own", True), ("another", False)):
        ordered = sorted(shares[is_own])
        print(
            f"  {label:<8} least {ordered[0]:6.1%}  median {statistics.median(ordered):6.1%}"
            f"  most {ordered[-1]:6.1%}  of {len(ordered)}"
        )


def measure_apart(trials: Sequence[Trial], chance: random.Random) -> None:
    keys = sorted({trial.video for trial in trials})
    chance.shuffle(keys)
    scores: dict[str, dict[bool, list[float]]] = defaultdict(lambda: {True: [], False: []})
    models, areas = [], []
    for part in range(PARTS):
        held = frozenset(keys[part::PARTS])
        model = fit([trial for trial in trials if trial.video not in held])
        models.append(model)
        here: dict[bool, list[float]] = {True: [], False: []}
        for trial in trials:
            if trial.video in held:
                for name, values in score(trial, model):
                    scores[name][trial.is_own] += values
                    if name == "with its stamps":
                        here[trial.is_own] += values
        areas.append(area(here[True], here[False]))
    own, others = (len(scores["baseline"][side]) for side in (True, False))
    print(f"\napart: {own:,} claims against their own transcript, {others:,} against others")
    for name, sides in scores.items():
        print(f"  {name:<28} {area(sides[True], sides[False]):.4f}")
    print(f"  … with its stamps, by part   {'  '.join(f'{one:.4f}' for one in areas)}")
    for label, side in (("own", True), ("others", False)):
        found = scores["all claims of the video"][side]
        counted = Counter(min(9, int(10 * value)) for value in found)
        shares = "  ".join(f"{counted[tenth] / len(found):6.1%}" for tenth in range(10))
        print(f"  {label:<7} by confidence, tenths {shares}")
    for place, name in enumerate(Model._fields):
        print(f"  fitted {name:<10} {'  '.join(f'{model[place]:6.2f}' for model in models)}")
    print(f"  on all videos     {'  '.join(f'{value:.2f}' for value in fit(trials))}")
    print(f"  in use            {'  '.join(f'{value:.2f}' for value in FITTED)}")


def score(trial: Trial, model: Model) -> Iterator[tuple[str, list[float]]]:
    yield "baseline", [*trial.baseline]
    bare = [one._replace(stamped=None) for one in trial.findings]
    yield "by itself, without stamps", [weigh(one, ALONE, model) for one in bare]
    yield "with its stamps", [weigh(one, ALONE, model) for one in trial.findings]
    odds = estimate_odds(trial.findings, model)
    yield "all claims of the video", [rate(one, odds, model) for one in trial.findings]


class Moves(NamedTuple):
    """What became of stamps that were moved."""

    moved: int = 0
    called: int = 0
    wrong: int = 0
    """Called elsewhere and not moved."""
    distances: tuple[float, ...] = ()

    def __str__(self) -> str:
        called = max(1, self.called + self.wrong)
        distances = sorted(self.distances) or [math.nan]
        right = sum(distance <= RIGHT for distance in distances)
        return (
            f"recall {self.called / max(1, self.moved):6.1%}  precision {self.called / called:6.1%}"
            f"  right {right / called:6.1%}  median {statistics.median(distances):5.1f} s"
            f"  90 % {distances[len(distances) * 9 // 10]:6.1f} s"
        )


def move(claim: Statement, end: float, farthest: float, chance: random.Random) -> Statement | None:
    """Return the claim stamped anywhere else, if that is possible."""
    for _ in range(200):
        start = int(chance.uniform(0, end))
        if FARTHER <= away(start, claim.starts) <= farthest:
            return claim._replace(starts=(start,))
    return None


def measure_moves(videos: Sequence[Video], chance: random.Random) -> None:
    before = [ground_claims(video.claims, video.transcript) for video in videos]
    states = Counter(one.state for video in before for one in video.claims)
    total = sum(states.values())
    print("\nas they are: " + ", ".join(f"{state} {n / total:.1%}" for state, n in states.items()))
    print("moved: of claims that were grounded before")
    for share in MOVES:
        for farthest in (math.inf, 180.0):
            ours, theirs = Moves(), Moves()
            for video, were in zip(videos, before, strict=True):
                end = video.transcript.cues[-1].end
                changed = [
                    (move(claim, end, farthest, chance) or claim)
                    if chance.random() < share and claim.starts
                    else claim
                    for claim in video.claims
                ]
                now = ground_claims(changed, video.transcript)
                ours = count(
                    ours,
                    [
                        (claim, other, one.start if one.state is State.ELSEWHERE else None)
                        for claim, other, was, one in zip(
                            video.claims, changed, were.claims, now.claims, strict=True
                        )
                        if was.state is State.GROUNDED
                    ],
                )
                theirs = count(theirs, try_baseline(video, changed, were.claims))
            how = "anywhere" if farthest == math.inf else f"1 to {farthest / 60:.0f} minutes"
            print(f"  {share:.0%} {how}\n    grounding {ours}\n    baseline  {theirs}")


def try_baseline(
    video: Video, changed: Sequence[Statement], were: Sequence[Grounding]
) -> list[tuple[Statement, Statement, float | None]]:
    """Return what the baseline says of the same claims."""
    baseline = Baseline(video.transcript)
    rows: list[tuple[Statement, Statement, float | None]] = []
    for claim, other, was in zip(video.claims, changed, were, strict=True):
        if was.state is State.GROUNDED:
            _, start = baseline.find(other)
            is_far = start is not None and away(start, other.starts) > NEAR
            rows.append((claim, other, start if is_far else None))
    return rows


def count(moves: Moves, rows: Iterable[tuple[Statement, Statement, float | None]]) -> Moves:
    """Add claims as they were and are, with the seconds where they are said to be instead."""
    moved, called, wrong, distances = moves
    for claim, other, suggested in rows:
        is_moved = claim.starts != other.starts
        moved += is_moved
        if suggested is None:
            continue
        called += is_moved
        wrong += not is_moved
        if is_moved:
            distances = (*distances, away(suggested, claim.starts))
    return Moves(moved, called, wrong, distances)


def measure_time(videos: Sequence[Video]) -> None:
    """Time a transcript of 3,000 cues of a few words, cut from those of the sample."""
    cues: list[Cue] = []
    for video in videos:
        for cue in video.transcript.cues:
            words = cue.text.split()
            for at in range(0, len(words), 7):
                start = 2.5 * len(cues)
                cues.append(Cue(start, start + 2.5, " ".join(words[at : at + 7])))
    transcript = Transcript(track=Track(language="en"), cues=tuple(cues[:3000]))
    claims = [claim for video in videos[:2] for claim in video.claims][:500]
    times = []
    for _ in range(3):
        begun = time.process_time()
        ground_claims(claims, transcript)
        times.append(time.process_time() - begun)
    print(f"\ntime: {len(claims)} claims, {len(transcript.cues):,} cues: {min(times):.2f} s")


def is_own(video: Video) -> bool:
    """Tell whether the captions are of the video, by the baseline."""
    baseline = Baseline(video.transcript)
    starts = [(claim, baseline.find(claim)[1]) for claim in video.claims[::3] if claim.starts]
    near = [start is not None and away(start, claim.starts) <= NEAR for claim, start in starts]
    return sum(near) >= OWN * len(near)


def read_videos(sample: Path) -> list[Video]:
    transcripts = {}
    for path in sorted((sample / "captions").rglob("*")):
        if path.suffix in SUFFIXES:
            language = path.stem.rpartition(".")[2]
            transcripts[path.name[:11]] = parse_captions(
                path.read_text("utf-8"), path.suffix, language
            )
    notes: dict[str, list[Note]] = defaultdict(list)
    for path in sorted((sample / "notes").rglob("*.md")):
        note = parse_note(decode_note(path.read_bytes()))
        if note.video_id in transcripts and note.stamps:
            notes[note.video_id].append(note)
    return [
        Video(
            key,
            tuple(
                Statement(
                    one.claim.text,
                    tuple(stamp.start for stamp in one.claim.stamps if stamp.start is not None),
                )
                for one in time_claims(key, read_stamps(notes[key]))
            ),
            transcripts[key],
        )
        for key in sorted(notes)
    ]


def main() -> None:
    sample = Path(os.environ.get("CLAIMLINE_SAMPLE") or sys.exit("CLAIMLINE_SAMPLE: name a sample"))
    chance = random.Random(SEED)
    everything = read_videos(sample)
    videos = [video for video in everything if is_own(video)]
    left_out = [video for video in everything if video not in videos]
    print(
        f"{len(everything)} videos, {sum(len(video.claims) for video in everything):,} claims; "
        f"captions of another video: {', '.join(video.key for video in left_out) or 'none'}"
    )
    for video in left_out:
        told = ground_claims(video.claims, video.transcript).is_foreign
        print(f"  {video.key}: {'told to be foreign' if told else 'not told to be foreign'}")
    measure_time(videos)
    trials = try_videos(videos, chance)
    measure_strangers(trials)
    measure_apart(trials, chance)
    measure_moves(videos, chance)


if __name__ == "__main__":
    main()
