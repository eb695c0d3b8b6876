"""The transcript on a video's page: passages, chapters, languages, and what there is without."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.captions import write_vtt
from tests.pages import HTMX, parse, texts
from tests.shelf import make_claims, make_note, write_library
from viewer.transcript.model import Cue, Track, Transcript, VideoChapter
from viewer.web.languages import name_language
from viewer.web.opening import Opening
from viewer.web.transcript import PASSAGES, TranscriptTab

VIDEO = "qd7ezvCtIYg"
WATCH = f"/watch/{VIDEO}"
TAB = f"{WATCH}?tab=transcript"
ENGLISH = Track(language="en")


def make_tab(*cues: Cue, unreliable=(), **fields) -> TranscriptTab:
    transcript = Transcript(track=ENGLISH, cues=cues, unreliable=tuple(unreliable))
    known = {"languages": (), "address": TAB, "opening": Opening()}
    return TranscriptTab(transcript=transcript, **{**known, **fields})


def make_cues(count: int, words: str = "It was said.", every: float = 3.0) -> list[Cue]:
    return [Cue(n * every, (n + 1) * every, words) for n in range(count)]


def texts_of(tab: TranscriptTab) -> list[str]:
    return [" ".join(cue.text for cue in passage.cues) for passage in tab.passages]


# Passages


def test_a_passage_ends_where_another_speaks_and_each_is_named_once_a_turn():
    tab = make_tab(
        Cue(0, 2, "One.", "Ann"),
        Cue(2, 4, "Two.", "Ann"),
        Cue(4, 6, "Three.", "Ben"),
        Cue(20, 22, "Four.", "Ben"),
    )
    assert texts_of(tab) == ["One. Two.", "Three.", "Four."]
    assert [passage.speaker for passage in tab.passages] == ["Ann", "Ben", None]


@pytest.mark.parametrize(
    ("cues", "expected"),
    [
        pytest.param(
            [Cue(0, 2, "One"), Cue(4.9, 6, "two")], ["One two"], id="a breath does not part"
        ),
        pytest.param([Cue(0, 2, "One"), Cue(5, 6, "two")], ["One", "two"], id="a silence parts"),
        pytest.param(
            [Cue(0, 2, "x" * 239), Cue(2, 3, "y."), Cue(3, 4, "Z")],
            ["x" * 239 + " y.", "Z"],
            id="a long one ends with its sentence",
        ),
        pytest.param(
            [Cue(0, 2, "x" * 690), Cue(2, 3, "y" * 11)],
            ["x" * 690, "y" * 11],
            id="too long a one ends anywhere",
        ),
    ],
)
def test_where_a_passage_ends(cues, expected):
    assert texts_of(make_tab(*cues)) == expected


def test_chapters_of_the_video_stand_above_what_is_said_in_them():
    chapters = [
        VideoChapter(0, 5, "Opening"),
        VideoChapter(5, 5.5, "Nothing is said"),
        VideoChapter(5.5, 9, "Later"),
    ]
    tab = make_tab(Cue(0, 2, "a"), Cue(2, 4, "b"), Cue(6, 8, "c"), chapters=chapters)
    assert texts_of(tab) == ["a b", "c"]
    shown = [passage.chapters for passage in tab.passages]
    assert shown == [("Opening",), ("Nothing is said", "Later")]


def test_a_stretch_whose_times_are_not_reliable_is_told_where_it_begins():
    cues = [Cue(0, 2, "a"), Cue(4, 5, "b"), Cue(9, 10, "c"), Cue(13, 14, "d")]
    tab = make_tab(*cues, unreliable=[(4.0, 13.0)])
    told = [(passage.is_unreliable, passage.begins_unreliable) for passage in tab.passages]
    assert told == [(False, False), (True, True), (True, False), (False, False)]


def test_the_cue_that_the_page_opens_at_is_marked():
    tab = make_tab(*make_cues(5), opening=Opening(start=7.5))
    marked = [cue.start for passage in tab.passages for cue in passage.cues if cue.is_now]
    assert marked == ["6"]


def test_ten_thousand_cues_come_in_parts_beginning_where_the_page_opens():
    cues = make_cues(10_000, "Nobody had ever seen the river so low before that summer.")
    tab = make_tab(*cues, opening=Opening(start=15_000))
    assert len(tab.passages) == PASSAGES
    assert any(cue.is_now for passage in tab.passages for cue in passage.cues)
    assert sum(len(passage.cues) for passage in tab.passages) <= 1000
    begins, place = [], 0
    while True:
        part = make_tab(*cues, begin=place)
        begins += [cue.start for passage in part.passages for cue in passage.cues]
        place += PASSAGES
        if not part.later:
            break
        assert part.later == f"{TAB}&from={place}"
    assert begins == [f"{cue.start:g}" for cue in cues]


@pytest.mark.parametrize("begin", [10**6, 0])
def test_a_place_beyond_the_end_brings_the_last_passage(begin):
    assert len(make_tab(Cue(0, 1, "a"), Cue(9, 10, "b"), begin=begin).passages) == (
        1 if begin else 2
    )


def test_no_cue_is_no_passage():
    tab = make_tab(opening=Opening(start=5.0))
    assert (tab.passages, tab.earlier, tab.later) == ([], None, None)


@pytest.mark.parametrize(
    ("tag", "name"),
    [("en", "English"), ("pt-BR", "Portuguese (BR)"), ("tlh", "tlh"), ("und", "Unknown language")],
)
def test_languages_have_names(tag, name):
    assert name_language(tag) == name


# The page


SAID = write_vtt(
    (0, 3, "<v Ann>Rivers move. We measured three of them."),
    (3, 6, "<v Ann>The first one moved by a mile & more."),
    (10, 14, "<v Ben>And did the village move with it?"),
)
INFO = {
    "id": VIDEO,
    "title": "Rivers",
    "duration": 700,
    "chapters": [
        {"start_time": 0, "end_time": 9, "title": "Measuring <rivers>"},
        {"start_time": 9, "end_time": 700, "title": "The village"},
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    note = make_note(make_claims(4), title="Rivers", videoId=VIDEO)
    return write_library(tmp_path, {"rivers.md": note})


@pytest.fixture
def client(client_of: Callable[..., FlaskClient], folder: Path) -> FlaskClient:
    """Return a client of a library whose video has captions in two languages."""
    spanish = write_vtt((0, 5, "Los ríos se mueven."))
    write_library(
        folder,
        {
            f"{VIDEO}.en.vtt": SAID,
            f"{VIDEO}.es.vtt": spanish,
            f"{VIDEO}.info.json": json.dumps(INFO),
        },
    )
    return client_of(folder)


def test_the_transcript_is_in_the_page_that_shows_it(client):
    soup = parse(client.get(f"{TAB}&t=4"))
    assert texts(soup, "#transcript .words") == [
        "Rivers move. We measured three of them. The first one moved by a mile & more.",
        "And did the village move with it?",
    ]
    assert texts(soup, "#transcript .speaker") == ["Ann", "Ben"]
    assert texts(soup, "#transcript .chapter") == ["Measuring <rivers>", "The village"]
    assert texts(soup, '.cue[aria-current="true"]') == ["The first one moved by a mile & more."]
    assert texts(soup, '.tabs [aria-current="page"]') == ["Transcript"]
    assert soup.select_one('[data-view="timeline"]').has_attr("hidden")


def test_every_cue_is_a_link_to_its_second(client):
    soup = parse(client.get(f"{TAB}&lang=en"))
    links = [(cue["href"], cue["data-start"]) for cue in soup.select(".cue")]
    prefix = "?tab=transcript&lang=en&t="
    assert links == [(f"{prefix}{start}", start) for start in ("0", "3", "10")]


def test_other_pages_hold_a_link_to_the_transcript_which_htmx_fetches_when_it_is_looked_at(client):
    soup = parse(client.get(f"{WATCH}?t=3"))
    assert soup.select(".cue") == []
    later = soup.select_one("#transcript")
    assert (later["hx-get"], later["hx-trigger"]) == (f"{TAB}&t=3", "intersect once")
    part = parse(client.get(later["hx-get"], headers=HTMX))
    assert [child["id"] for child in part.body.find_all(recursive=False)] == ["transcript"]
    assert len(part.select(".cue")) == 3
    assert part.select(".cue[aria-current]") == [], "the script marks, from where the video is"


def test_the_languages_can_be_chosen(client):
    soup = parse(client.get(f"{TAB}&lang=es&t=2"))
    assert texts(soup, "#transcript .words") == ["Los ríos se mueven."]
    assert soup.select_one(".passages")["lang"] == "es"
    choices = {tag.get_text(): tag for tag in soup.select("#transcript .choice")}
    assert list(choices) == ["English", "Spanish"], "the best first"
    assert choices["Spanish"].get("aria-current") == "true"
    assert choices["English"]["href"] == f"{TAB}&lang=en&t=2"


def test_a_language_that_there_is_not_gives_the_best_one(client):
    soup = parse(client.get(f"{TAB}&lang=tlh"))
    assert len(soup.select(".cue")) == 3
    assert soup.select_one(".cue")["href"] == "?tab=transcript&t=0"


def test_what_is_searched_for_is_marked_without_script(client):
    soup = parse(client.get(f"{TAB}&q=VÍLLAGE+move"))
    assert texts(soup, ".passage.hit .words") == ["And did the village move with it?"]
    kept = {tag["name"]: tag["value"] for tag in soup.select("#transcript .within [type=hidden]")}
    assert kept == {"tab": "transcript"}
    assert soup.select_one("#within-said")["value"] == "VÍLLAGE move"


def test_the_strip_has_the_videos_length_and_its_chapters(client):
    soup = parse(client.get(WATCH))
    assert soup.select_one("#strip-drawing")["viewbox"].startswith("0 0 700 ")
    assert soup.select_one('[role="slider"]')["aria-valuemax"] == "700"
    ticks = [(tick["data-start"], tick["data-title"]) for tick in soup.select(".tick")]
    assert ticks == [("0.0", "Measuring <rivers> · "), ("9.0", "The village · ")]


def test_more_of_a_long_transcript_comes_by_itself_or_as_a_page(client_of, folder):
    said = write_vtt(*((n * 9, n * 9 + 2, f"Words {n}.") for n in range(2 * PASSAGES + 5)))
    write_library(folder, {f"{VIDEO}.en.vtt": said})
    client = client_of(folder)
    soup = parse(client.get(f"{TAB}&t={9 * (PASSAGES + 7)}"))
    assert texts(soup, ".passage .words")[0] == f"Words {PASSAGES}."
    edges = [tag["hx-get"] for tag in soup.select("#transcript .more a")]
    assert edges == [f"{TAB}&from=0&edge=earlier", f"{TAB}&from={2 * PASSAGES}&edge=later"]
    part = parse(client.get(edges[0], headers=HTMX))
    said = texts(part, ".passage .words")
    assert (said[0], said[-1], len(said)) == ("Words 0.", f"Words {PASSAGES - 1}.", PASSAGES)
    assert part.select(".more") == []
    page = parse(client.get(f"{TAB}&from={2 * PASSAGES}"))
    assert len(page.select(".passage")) == 5
    assert len(page.select(".moment")) == 4, "the claims begin where they did"


def test_problems_in_the_file_are_told(client_of, folder):
    write_library(folder, {f"{VIDEO}.en.vtt": SAID + "\n\n00:20 --> nonsense\nlost\n"})
    soup = parse(client_of(folder).get(TAB))
    assert texts(soup, "#transcript .problems summary") == [
        "1 problem in the file of this transcript"
    ]
    assert "line" in texts(soup, "#transcript .problems li")[0]
    assert len(soup.select(".cue")) >= 3


@pytest.mark.parametrize(
    ("config", "is_owner"), [({}, True), ({"PUBLIC_URL": "https://notes.example"}, False)]
)
def test_the_owner_reads_why_a_file_of_captions_is_no_transcript(
    client_of, folder, config, is_owner
):
    write_library(folder, {f"{VIDEO}.de.vtt": "<html>", f"{VIDEO}.en.vtt": "<html>"})
    told = texts(parse(client_of(folder, **config).get(TAB)), "#transcript .notice")
    assert [text.partition(" can’t be read: ")[0] for text in told] == (
        [f"{VIDEO}.de.vtt", f"{VIDEO}.en.vtt"] if is_owner else []
    )
    assert all(text.partition(" can’t be read: ")[2] for text in told)


@pytest.mark.parametrize(
    ("config", "is_owner"), [({}, True), ({"PUBLIC_URL": "https://notes.example"}, False)]
)
def test_without_a_transcript_the_owner_reads_how_to_get_one(client_of, folder, config, is_owner):
    soup = parse(client_of(folder, **config).get(TAB))
    assert texts(soup, "#transcript h2") == ["There is no transcript of this video yet"]
    told = soup.select_one("#transcript").get_text()
    assert (f"claimline fetch {VIDEO}" in told) is is_owner
    assert (f"{VIDEO}.en.vtt" in told) is is_owner


def test_a_note_without_video_has_no_transcript(client_of, tmp_path):
    body = "It has times: the first [0:02], the second [0:04]."
    folder = write_library(tmp_path, {"clock.md": make_note(body, title="Clock")})
    soup = parse(client_of(folder).get("/note/clock?tab=transcript"))
    assert texts(soup, ".tabs a") == ["Timeline", "Note"]
    assert soup.select("#transcript") == []


def test_a_video_with_a_transcript_can_be_watched_though_no_claim_has_a_time(client_of, tmp_path):
    note = make_note("Words without a time.", title="Rivers", videoId=VIDEO)
    folder = write_library(tmp_path, {"rivers.md": note, f"{VIDEO}.en.vtt": SAID})
    soup = parse(client_of(folder).get(TAB))
    assert len(soup.select(".poster")) == 1
    assert "No claim in this note has a time" in soup.select_one("#timeline").get_text()
    assert len(soup.select(".cue")) == 3


def test_words_of_captions_stay_words(client_of, folder):
    hostile = write_vtt((0, 3, "<v <b>Eve>a &lt;script>alert(1)</script> &amp;lt;b&gt; \"'"))
    info = {**INFO, "chapters": [{"start_time": 0, "end_time": 9, "title": '"><img src=x>'}]}
    write_library(folder, {f"{VIDEO}.en.vtt": hostile, f"{VIDEO}.info.json": json.dumps(info)})
    soup = parse(client_of(folder).get(TAB))
    assert soup.select("#transcript script, #transcript img, #strip img, #transcript b") == []
    assert soup.select_one(".tick")["data-title"] == '"><img src=x> · '


def test_an_open_page_is_told_of_a_transcript_that_comes_changes_or_goes(client_of, folder):
    client = client_of(folder, FRESH_FOR=0)
    live = parse(client.get(WATCH)).select_one("#live")["hx-get"]

    def is_exchanged() -> bool:
        nonlocal live
        told = parse(client.get(live, headers=HTMX))
        live = told.select_one("#live")["hx-get"]
        later = told.select_one("#transcript")
        return later is not None and later["hx-swap-oob"] == "true"

    assert not is_exchanged()
    write_library(folder, {f"{VIDEO}.en.vtt": SAID.replace("00:00:10", "00:00:11")})
    assert is_exchanged(), "it changed"
    write_library(folder, {f"{VIDEO}.en.vtt": SAID.replace("village", "hamlet")})
    assert is_exchanged(), "a word did"
    write_library(folder, {f"{VIDEO}.de.vtt": write_vtt((0, 5, "Ein Fluss."))})
    assert is_exchanged(), "there is another language"
    write_library(folder, {f"{VIDEO}.fr.vtt": "<html>"})
    assert is_exchanged(), "one can't be read"
    note = folder / "rivers.md"
    note.write_text(note.read_text() + "\nOne more [0:05].\n")
    assert not is_exchanged(), "only the note did"
    for file in folder.glob(f"{VIDEO}.*.vtt"):
        file.unlink()
    assert is_exchanged(), "it went"
    write_library(folder, {f"{VIDEO}.en.vtt": SAID})
    assert is_exchanged(), "it came"
