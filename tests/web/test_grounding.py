"""How a claim stands to what was said: a sign in its row, and the page's sum."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.captions import EVERY, SAID, write_vtt
from tests.factories import make_timed_claim
from tests.pages import HTMX, parse
from tests.shelf import make_note, write_library
from viewer.transcript.grounding import Grounding, State
from viewer.web.grounding import sign_of, sum_up

VIDEO = "qd7ezvCtIYg"
WATCH = f"/watch/{VIDEO}"
CLAIMS = [
    ("The lighthouse keeper recorded every ship at the northern cape", 0),
    ("His ledgers were found in a bakery's cellar in 1953", 40),
    ("The barometer readings predicted each storm, a student noticed", 80),
    ("Nobody in the harbor office had opened the books", 120),
    ("Fishermen asked him about the weather at dawn on the hill", 160),
    ("An insurance company in Rotterdam offered forty thousand guilders", 200),
    ("His daughter refused as the ink was made of walnut shells", 0),
    ("Ostriches cannot fly but run faster than horses", 100),
]
"""The seventh is said at 4:00, the last nowhere."""


def make_grounding(
    state: State, start: float | None = 252.8, text: str = "said so", confidence: float = 0.9
) -> Grounding:
    return Grounding(state, start, start and start + 9, 3.0, confidence, text)


# A row's sign


@pytest.mark.parametrize(
    ("grounding", "words", "stamp"),
    [
        pytest.param(make_grounding(State.GROUNDED), "in the transcript", None, id="where it says"),
        pytest.param(
            make_grounding(State.ELSEWHERE), "said at 4:12?", "[0:04:12]", id="elsewhere is asked"
        ),
        pytest.param(
            make_grounding(State.ELSEWHERE, 3723.5),
            "said at 1:02:03?",
            "[1:02:03]",
            id="hours",
        ),
        pytest.param(
            make_grounding(State.NOT_FOUND, None, "", 0.49),
            "not found in the transcript",
            None,
            id="not",
        ),
        pytest.param(
            make_grounding(State.NOT_FOUND, None, "", 0.5),
            "where it is said is unclear",
            None,
            id="said, and not decided where",
        ),
    ],
)
def test_what_a_row_says(grounding, words, stamp):
    sign = sign_of(grounding, "?t=")
    assert (sign.words, sign.stamp) == (words, stamp)
    assert sign.state == grounding.state
    assert sign.href == ("" if sign.start is None else f"?t={sign.start}")


@pytest.mark.parametrize(
    "grounding",
    [None, make_grounding(State.UNRELIABLE), make_grounding(State.NONE, None, "")],
    ids=["not held against it", "unreliable times", "nothing to compare"],
)
def test_where_nothing_is_known_nothing_is_said(grounding):
    assert sign_of(grounding, "?t=") is None


def test_a_long_passage_is_cut():
    sign = sign_of(make_grounding(State.GROUNDED, text="so it was said " * 90), "?t=")
    assert len(sign.text) <= 401


# The sum


def test_the_sum_counts_the_claims_that_could_be_judged():
    states = [State.GROUNDED] * 3 + [State.ELSEWHERE, State.NOT_FOUND, State.UNRELIABLE, State.NONE]
    claims = [make_timed_claim(n, text=f"Claim {n}") for n in range(len(states) + 1)]
    found = {claim.id: make_grounding(state) for claim, state in zip(claims, states, strict=False)}
    lost = claims[4].id
    found[lost] = found[lost]._replace(confidence=0.1)
    grounded, others = sum_up(claims, found)
    assert grounded == "3 of 5 claims found where they say"
    assert others == (("elsewhere", "1 elsewhere"), ("not-found", "1 not found"))
    assert sum_up(claims[:3], found) == ("3 of 3 claims found where they say", ())
    assert sum_up(claims[5:], found) is None


def test_what_is_said_somewhere_is_not_counted_as_missing():
    claim = make_timed_claim(0, text="Claim")
    unclear = make_grounding(State.NOT_FOUND)._replace(confidence=0.9)
    assert sign_of(unclear, "?t=").words == "where it is said is unclear"
    assert sum_up([claim], {claim.id: unclear}).others == (("unclear", "1 unclear"),)


# The page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    body = "\n".join(f"- {text} [{at // 60}:{at % 60:02}]" for text, at in CLAIMS)
    said = write_vtt(*((n * EVERY, n * EVERY + 9, text) for n, text in enumerate(SAID)))
    note = make_note(body, title="The keeper", videoId=VIDEO)
    return write_library(tmp_path, {"keeper.md": note, f"{VIDEO}.en.vtt": said})


@pytest.fixture
def client(client_of: Callable[..., FlaskClient], folder: Path) -> FlaskClient:
    return client_of(folder)


def row_of(soup: BeautifulSoup, words: str):
    (row,) = (row for row in soup.select(".moment") if words in row.get_text())
    return row


def test_each_row_unfolds_the_passage_that_its_claim_restates(client):
    soup = parse(client.get(WATCH))
    said = row_of(soup, "barometer").select_one("details.said")
    assert "is-grounded" in said["class"]
    assert said.summary["aria-label"] == "in the transcript"
    assert "A student noticed" in said.blockquote.get_text()
    play = said.select_one("a[data-start]")
    assert (play["data-start"], play["href"]) == ("80", "?tab=transcript&t=80")
    assert play.get_text() == "Play from 1:20"


def test_a_claim_that_is_said_elsewhere_is_asked_about(client_of, folder):
    soup = parse(client_of(folder, PUBLIC_URL="https://notes.example").get(WATCH))
    said = row_of(soup, "walnut").select_one("details.said")
    assert said.summary.get_text() == "said at 4:00?"
    assert "walnut shells" in said.blockquote.get_text()
    assert said.select_one("button[data-copy]")["value"] == "[0:04:00]"
    assert said.select_one("form") is None


def test_a_claim_that_is_said_nowhere_says_so_quietly(client):
    row = row_of(parse(client.get(WATCH)), "Ostriches")
    assert row.select_one(".said").get_text() == "not found in the transcript"
    assert row.select_one("details") is None


def test_where_notes_may_be_changed_the_second_can_be_used(client):
    row = row_of(parse(client.get(WATCH)), "walnut")
    fields = {tag["name"]: tag["value"] for tag in row.select("form input")}
    assert fields == {"claim": row["data-claim"], "video": VIDEO, "second": "240"}
    origin = {"Sec-Fetch-Site": "same-origin"}
    client.post(row.form["action"], data=fields, headers=origin)
    assert row_of(parse(client.get(WATCH)), "walnut")["data-start"] == "240"


def test_the_page_sums_it_up_and_leads_to_those_elsewhere(client):
    soup = parse(client.get(WATCH))
    line = " ".join(soup.select_one(".said-line").get_text().split())
    assert line == "6 of 8 claims found where they say; 1 elsewhere; 1 not found"
    href = soup.select_one(".said-line a")["href"]
    assert href == f"{WATCH}?said=elsewhere"
    only = parse(client.get(href, headers=HTMX))
    assert [row["data-start"] for row in only.select(".moment")] == ["0"]
    assert "walnut" in only.select_one(".moment").get_text()
    assert only.select(".said-line a")[-1]["href"] == WATCH
    assert only.select_one(".moment a")["href"].startswith(f"{WATCH}?said=elsewhere&claim=")


def test_a_page_held_to_a_state_stays_so_while_it_asks_for_changes(client_of, folder):
    client = client_of(folder, FRESH_FOR=0)
    soup = parse(client.get(f"{WATCH}?said=elsewhere"))
    for _ in range(2):
        quiet = client.get(soup.select_one("#live")["hx-get"], headers=HTMX)
        assert quiet.headers["HX-Reswap"] == "none"
        soup = parse(quiet)
    note = folder / "keeper.md"
    note.write_text(note.read_text().replace("Ostriches", "Emus"))
    changed = client.get(soup.select_one("#live")["hx-get"], headers=HTMX)
    (row,) = parse(changed).select(".moment")
    assert "walnut" in row.get_text()


def test_only_claims_with_a_row_are_counted(client, folder):
    stamp = '<a class="yt-timestamp" data-t="banana">[banana]</a>'
    note = folder / "keeper.md"
    note.write_text(note.read_text().replace("Ostriches", f"Penguins march in March {stamp}. Emus"))
    soup = parse(client.get(WATCH))
    rows = len(soup.select(".moment"))
    others = dict(link.get_text().split(maxsplit=1)[::-1] for link in soup.select(".said-line a"))
    assert others == {"elsewhere": "1", "not found": "1"}
    assert rows == len(CLAIMS)
    for link in soup.select(".said-line a"):
        assert len(parse(client.get(link["href"])).select(".moment")) == 1


def test_a_choice_of_notes_keeps_the_state(client, folder):
    text = (folder / "keeper.md").read_text()
    (folder / "other.md").write_text(text)
    soup = parse(client.get(f"{WATCH}?said=elsewhere"))
    choices = [choice["href"] for choice in soup.select("#choices .choice")]
    assert choices == [f"{WATCH}?note={slug}&said=elsewhere" for slug in ("keeper", "other")]
    one = parse(client.get(choices[0]))
    assert len(one.select(".moment")) == 1
    assert one.select_one("#choices .choice")["href"] == f"{WATCH}?said=elsewhere"


@pytest.mark.parametrize("tab", ["timeline", "transcript"])
@pytest.mark.parametrize(("state", "kept"), [("elsewhere", ["elsewhere"]), ("x", []), ("", [])])
def test_a_search_within_keeps_the_state(client, tab, state, kept):
    soup = parse(client.get(f"{WATCH}?said={state}&tab={tab}"))
    fields = soup.select(f"#{tab} form.within [name=said]")
    assert [field["value"] for field in fields] == kept


@pytest.mark.parametrize("state", ["grounded", "", "x", "none"])
def test_any_other_state_shows_all(client, state):
    assert len(parse(client.get(f"{WATCH}?said={state}")).select(".moment")) == len(CLAIMS)


def test_a_state_that_no_claim_is_in_any_more_shows_all(client_of, folder):
    write_library(folder, {f"{VIDEO}.en.vtt": write_vtt((0, 5, "Something else."))})
    soup = parse(client_of(folder).get(f"{WATCH}?said=elsewhere&t=40"))
    assert len(soup.select(".moment")) == len(CLAIMS)


def test_a_transcript_of_another_video_is_told_once_and_accuses_no_claim(client_of, folder):
    other = [
        "Whisk the eggs with sugar until the mixture turns pale and thick.",
        "Fold in the sifted flour gently so that the batter keeps its air.",
        "Butter two round tins and line them with baking parchment.",
        "Bake for twenty five minutes until a skewer comes out clean.",
        "Let the sponge cool on a rack before spreading the raspberry jam.",
        "Dust the top with icing sugar just before serving it with tea.",
    ] * 6
    said = write_vtt(*((n * 9, n * 9 + 8, text) for n, text in enumerate(other)))
    write_library(folder, {f"{VIDEO}.en.vtt": said})
    client = client_of(folder)
    soup = parse(client.get(WATCH))
    assert soup.select(".said") == []
    assert "another video" in soup.select_one(".said-line").get_text()
    tab = parse(client.get(f"{WATCH}?tab=transcript", headers=HTMX))
    assert "another video" in tab.select_one(".notice").get_text()


def test_without_a_transcript_nothing_is_said_of_it(client_of, folder):
    (folder / f"{VIDEO}.en.vtt").unlink()
    soup = parse(client_of(folder).get(WATCH))
    assert soup.select(".said, .said-line") == []
