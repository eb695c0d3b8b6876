"""Ids of claims, and what a link made long ago still finds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import VIDEO
from viewer.timeline.identity import claim_id, claim_ids, find_claim, is_same_claim, normalise

GENOCIDE = "Genocide is defined by a convention of 1948 as acts meant to destroy a group"
CLEANSING = "Ethnic cleansing is a recent term that no treaty defines"
EXODUS = "Within a week most inhabitants had left the region by the one road that was open"
EDITED = "Genocide was defined by a convention of 1948 as acts meant to destroy a people"
TEXTS = [GENOCIDE, CLEANSING, EXODUS]
STARTS = [79, 70, 400]


def find(wanted: str, texts: list[str], near: float | None, starts: list[int] | None = None):
    """Return the text of the claim that is found."""
    index = find_claim(wanted, claim_ids(VIDEO, texts), starts or STARTS[: len(texts)], near)
    return None if index is None else texts[index]


def test_an_id_is_short_and_fits_in_an_address():
    assert re.fullmatch(r"[0-9a-z]{12}", claim_id(VIDEO, GENOCIDE))


def test_an_id_stays_the_same_from_release_to_release():
    # Links are out in the world: when this changes, they open at the edited claim's notice.
    assert claim_id(VIDEO, GENOCIDE) == "a9gw3nxnsj2y"


@pytest.mark.parametrize(
    "text",
    [GENOCIDE.upper(), f"“{GENOCIDE}.”", GENOCIDE.replace(" ", "  "), GENOCIDE.replace("e", "é")],
    ids=["case", "punctuation", "white space", "accents"],
)
def test_an_id_depends_on_the_words_alone(text):
    assert claim_id(VIDEO, text) == claim_id(VIDEO, GENOCIDE)


def test_an_id_of_no_words_is_one_too():
    assert re.fullmatch(r"[0-9a-z]{4}0{8}", claim_id(VIDEO, "… — !"))


def test_copies_of_a_claim_are_the_same_claim():
    first, other, second = claim_ids(VIDEO, [GENOCIDE, CLEANSING, GENOCIDE])
    assert is_same_claim(first, second) is is_same_claim(second, first) is True
    assert is_same_claim(first, other) is is_same_claim(second, other) is False


def test_an_id_belongs_to_one_video():
    assert claim_id("abcdefghijk", GENOCIDE) != claim_id(VIDEO, GENOCIDE)


def test_equal_words_get_a_suffix_in_page_order():
    first, other, second, third = claim_ids(VIDEO, [GENOCIDE, CLEANSING, GENOCIDE, GENOCIDE])
    assert (second, third) == (f"{first}-2", f"{first}-3")
    assert other == claim_id(VIDEO, CLEANSING)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Don't, Élise!", ("dont", "elise"), id="Latin"),
        pytest.param("Straße", ("strasse",), id="case folding"),
        pytest.param("民族浄化", ("民", "族", "浄", "化"), id="written without spaces"),
        pytest.param("ｆｕｌｌ", ("full",), id="full width"),
        pytest.param("… — !", (), id="no words"),
    ],
)
def test_words_are_compared_without_case_accents_and_punctuation(text, words):
    assert normalise(text) == words


@pytest.mark.parametrize("near", [None, 0, 79, 4000], ids=["no time", "start", "near", "far"])
def test_a_link_finds_its_claim_whatever_its_time(near):
    assert find(claim_id(VIDEO, GENOCIDE), TEXTS, near) == GENOCIDE


def test_a_link_finds_its_claim_after_a_move():
    assert find(claim_id(VIDEO, GENOCIDE), [EXODUS, CLEANSING, GENOCIDE], 79) == GENOCIDE


def test_a_link_finds_its_claim_after_its_stamp_was_mended():
    wanted = claim_id(VIDEO, GENOCIDE)
    assert find(wanted, TEXTS, 4740, starts=[79, 70, 400]) == GENOCIDE


@pytest.mark.parametrize("near", [79, 85, None], ids=["at its time", "near it", "no time"])
def test_a_link_finds_its_claim_after_an_edit(near):
    assert (
        find(claim_id(VIDEO, GENOCIDE), [CLEANSING, EDITED, EXODUS], near, [70, 79, 400]) == EDITED
    )


def test_of_claims_alike_the_nearer_one_is_meant():
    texts = [EDITED, CLEANSING, EDITED]
    ids = claim_ids(VIDEO, texts)
    assert find_claim(claim_id(VIDEO, GENOCIDE), ids, [79, 90, 500], 500) == 2
    assert find_claim(claim_id(VIDEO, GENOCIDE), ids, [79, 90, 500], 79) == 0


def test_a_link_to_one_of_several_equal_claims_finds_one_that_is_left():
    wanted = claim_ids(VIDEO, [GENOCIDE, GENOCIDE])[1]
    assert find(wanted, [CLEANSING, GENOCIDE], 79) == GENOCIDE


def test_of_equal_claims_the_one_at_the_time_of_the_link_is_meant():
    # The suffix counts in page order: a copy that was written above the linked claim took its id.
    wanted = claim_id(VIDEO, GENOCIDE)
    ids = claim_ids(VIDEO, [GENOCIDE, CLEANSING, GENOCIDE])
    assert find_claim(wanted, ids, [400, 70, 79], 79) == 2
    assert find_claim(wanted, ids, [400, 70, 79], 85) == 0
    assert find_claim(wanted, ids, [400, 70, 79], None) == 0


@pytest.mark.parametrize("near", [None, 70, 79], ids=["no time", "beside another", "its time"])
def test_a_claim_that_is_gone_is_not_found(near):
    assert find(claim_id(VIDEO, GENOCIDE), [CLEANSING, EXODUS], near, [70, 400]) is None


@pytest.mark.parametrize(
    "wanted", ["", "x", "0" * 11, "O" * 12, "0" * 12 + "-x", "é" * 12, "٠" * 12]
)
def test_what_is_no_id_finds_nothing(wanted):
    assert find(wanted, TEXTS, 79) is None


@given(st.text(), st.lists(st.text(), max_size=5), st.none() | st.floats(allow_nan=False))
def test_any_link_finds_a_claim_or_none(wanted, texts, near):
    ids = claim_ids(VIDEO, texts)
    assert len(set(ids)) == len(ids)
    index = find_claim(wanted, ids, [None] * len(ids), near)
    assert index is None or 0 <= index < len(ids)
    for number, known in enumerate(ids):
        assert find_claim(known, ids, [None] * len(ids), near) == number
