"""Transcripts and tracks: what is said at a second, and which track to show."""

import pytest

from viewer.transcript.model import Cue, Track, Transcript, base_language, choose_track

ENGLISH = Track(language="en")
GENERATED = Track(language="en", is_generated=True)
GERMAN = Track(language="de")
BRAZILIAN = Track(language="pt-BR")

TALK = Transcript(
    track=ENGLISH,
    cues=(Cue(1, 2, "Hello"), Cue(5, 8, "so"), Cue(5, 8, "yes"), Cue(9, 12, "then")),
    unreliable=((2, 5), (9, 10.5)),
)


@pytest.mark.parametrize(
    ("seconds", "place"),
    [
        pytest.param(0.9, None, id="before the first"),
        pytest.param(1, 0, id="a cue begins on its own second"),
        pytest.param(4.9, 0, id="between two"),
        pytest.param(5, 2, id="the last of those that begin together"),
        pytest.param(99, 3, id="after the last"),
    ],
)
def test_cue_at_a_second(seconds, place):
    assert TALK.cue_at(seconds) == place


@pytest.mark.parametrize(
    ("seconds", "is_reliable"),
    [(0, True), (1.9, True), (2, False), (4.9, False), (5, True), (9, False), (10.5, True)],
)
def test_stretches_that_are_not_reliable_are_half_open(seconds, is_reliable):
    assert TALK.is_reliable_at(seconds) is is_reliable


def test_a_transcript_without_such_stretches_is_reliable_everywhere():
    assert Transcript(track=ENGLISH).is_reliable_at(0)


@pytest.mark.parametrize(
    ("wanted", "track"),
    [
        pytest.param(["de"], GERMAN, id="the first wanted"),
        pytest.param(["fr", "DE"], GERMAN, id="the next wanted, in any case"),
        pytest.param(["pt"], BRAZILIAN, id="a region of it"),
        pytest.param(["pt-PT"], BRAZILIAN, id="another region"),
        pytest.param(["fr"], ENGLISH, id="English, a person's first"),
        pytest.param([], ENGLISH, id="nothing wanted"),
    ],
)
def test_the_track_that_serves_best(wanted, track):
    assert choose_track([GENERATED, GERMAN, BRAZILIAN, ENGLISH], wanted) == track


def test_any_track_is_better_than_none():
    assert choose_track([GERMAN], ["fr"]) == GERMAN
    assert choose_track([], ["fr"]) is None


@pytest.mark.parametrize(
    ("tag", "language"), [("pt-BR", "pt"), ("pt_BR", "pt"), ("EN", "en"), (BRAZILIAN, "pt")]
)
def test_base_language(tag, language):
    assert base_language(tag) == language
