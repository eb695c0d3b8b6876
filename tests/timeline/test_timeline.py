"""The moments of a video's claims in order, and which are active at a second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import VIDEO, make_claim, make_note, make_timed_claim, make_timeline
from viewer.note.model import Chapter
from viewer.timeline.timeline import Timeline, time_claims

RECENT = make_timed_claim(70, text="The term is recent")
DEFINED = make_timed_claim(79, text="Genocide is defined by a convention")
ILL_DEFINED = make_timed_claim(79, text="Ethnic cleansing is not")
LAST = make_timed_claim(101, text="A description emerged in the nineties")


def rows(timeline: Timeline) -> list[tuple[str, int, int | None]]:
    return [(moment.claim.id, moment.start, moment.end) for moment in timeline.moments]


@pytest.mark.parametrize(
    ("seconds", "active"),
    [
        pytest.param(0, [], id="nothing at the start of the video"),
        pytest.param(69.9, [], id="nothing before the first claim"),
        pytest.param(70, [RECENT], id="a claim begins on its own second"),
        pytest.param(78.99, [RECENT], id="and lasts until the next"),
        pytest.param(79, [DEFINED, ILL_DEFINED], id="claims of one second are active together"),
        pytest.param(101, [LAST], id="the last claim"),
        pytest.param(1e9, [LAST], id="runs to the end"),
    ],
)
def test_active_claims(seconds, active):
    timeline = Timeline([DEFINED, RECENT, ILL_DEFINED, LAST])
    assert [moment.claim for moment in timeline.active_at(seconds)] == active


def test_claims_are_sorted_and_those_of_one_second_keep_the_order_of_the_page():
    assert rows(Timeline([LAST, DEFINED, ILL_DEFINED, RECENT])) == [
        (RECENT.id, 70, 79),
        (DEFINED.id, 79, 101),
        (ILL_DEFINED.id, 79, 101),
        (LAST.id, 101, None),
    ]


def test_an_empty_timeline_is_never_active():
    assert Timeline([]).active_at(79) == ()


def test_a_claim_without_a_readable_second_has_no_moment():
    lost = make_timed_claim(None)
    timeline = Timeline([lost, RECENT])
    assert (timeline.claims, rows(timeline)) == ((lost, RECENT), [(RECENT.id, 70, None)])


# Moments


def test_a_claim_is_made_at_each_of_its_seconds():
    often = make_timed_claim(7, 79, 405, text="It is often said")
    timeline = Timeline([often, RECENT, LAST])
    assert rows(timeline) == [
        (often.id, 7, 70),
        (RECENT.id, 70, 79),
        (often.id, 79, 101),
        (LAST.id, 101, 405),
        (often.id, 405, None),
    ]
    assert [moment.is_repeat for moment in timeline.moments] == [False, False, True, False, True]
    assert [moment.start for moment in timeline.moments_of(often.id)] == [7, 79, 405]


def test_stamps_that_no_other_claim_comes_between_are_one_moment():
    twice = make_timed_claim(74, 72, 71, text="Said in three cues")
    assert rows(Timeline([RECENT, twice, DEFINED])) == [
        (RECENT.id, 70, 71),
        (twice.id, 71, 79),
        (DEFINED.id, 79, None),
    ]


SECONDS = st.integers(0, 12)
CLAIMS = st.lists(st.lists(SECONDS | st.none(), min_size=1, max_size=4), max_size=6).map(
    lambda lists: [make_timed_claim(*starts, id=f"c{i}") for i, starts in enumerate(lists)]
)


@given(CLAIMS, st.floats(-1, 14))
def test_active_are_the_moments_of_the_last_start_not_after_the_second(claims, seconds):
    timeline = Timeline(claims)
    started = [moment.start for moment in timeline.moments if moment.start <= seconds]
    expected = [moment for moment in timeline.moments if started and moment.start == max(started)]
    assert list(timeline.active_at(seconds)) == expected
    for moment in timeline.moments:
        is_within = moment.start <= seconds and (moment.end is None or seconds < moment.end)
        assert is_within == (moment in expected)


@given(CLAIMS)
def test_every_claim_begins_at_its_earliest_second(claims):
    timeline = Timeline(claims)
    starts = [moment.start for moment in timeline.moments]
    assert starts == sorted(starts)
    for claim in claims:
        said = {stamp.start for stamp in claim.claim.stamps} - {None}
        moments = timeline.moments_of(claim.id)
        assert {moment.start for moment in moments} <= said
        assert min(said, default=None) == min((m.start for m in moments), default=None)
        assert [moment.is_repeat for moment in moments] == [i > 0 for i in range(len(moments))]


# Notes and chapters


def test_the_notes_of_a_video_share_one_timeline():
    timeline = make_timeline(
        make_note(make_claim(79, text="a"), make_claim(7, text="b")),
        make_note(make_claim(13, text="c")),
    )
    assert [(m.claim.claim.text, m.claim.note, m.end) for m in timeline.moments] == [
        ("b", 0, 13),
        ("c", 1, 79),
        ("a", 0, None),
    ]


def test_the_timeline_of_some_notes_ends_its_moments_at_their_own_starts():
    timeline = make_timeline(
        make_note(make_claim(7), make_claim(79)), make_note(make_claim(13)), make_note()
    )
    assert [(m.start, m.end) for m in timeline.only([0]).moments] == [(7, 79), (79, None)]
    assert timeline.only([0]).moments[0].claim is timeline.claims[0]
    assert timeline.only([2]).moments == ()


@pytest.mark.parametrize(
    ("starts", "begins"),
    [
        pytest.param([(7,), (79,)], 1, id="at the moment of its first claim"),
        pytest.param([(7,), (81, 79)], 1, id="though its first stamp is not the earliest"),
        pytest.param([(50,), (79, 7)], 2, id="at the second that the author gave first"),
        pytest.param([(7,), (None,)], None, id="nowhere without a readable second"),
    ],
)
def test_a_chapter_begins(starts, begins):
    chapter = Chapter(path=("Law",), level=2, claim=1)
    note = make_note(*(make_claim(*seconds) for seconds in starts), chapters=(chapter,))
    headings = make_timeline(note).headings([note])
    assert [heading.moment for heading in headings] == ([] if begins is None else [begins])


def test_chapters_are_in_the_order_of_the_video():
    def note(start: int, title: str):
        chapters = (
            Chapter(path=(title,), level=2, claim=0),
            Chapter(path=("x",), level=2, claim=None),
        )
        return make_note(make_claim(start), chapters=chapters)

    notes = [note(79, "later"), note(7, "sooner")]
    headings = make_timeline(*notes).headings(notes)
    assert [(heading.chapter.title, heading.note) for heading in headings] == [
        ("sooner", 1),
        ("later", 0),
    ]


def test_claims_of_the_same_words_have_ids_of_their_own():
    first, second, other = time_claims(
        VIDEO,
        [make_note(make_claim(text="a")), make_note(make_claim(text="A."), make_claim(text="b"))],
    )
    assert second.id == f"{first.id}-2"
    assert other.id != first.id
