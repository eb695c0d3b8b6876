"""What the search page answers, and the panel on other pages."""

import time
from pathlib import Path
from urllib.parse import parse_qs, quote, quote_from_bytes, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests import payloads
from tests.pages import HTMX, parse, texts
from tests.shelf import ARABIC, CHINESE, RIVERS, TALK, make_note, write_library, write_shelf
from viewer import create_app
from viewer.errors import IndexBroken, IndexBusy
from viewer.library.search import (
    ClaimDocument,
    CueDocument,
    NoteDocument,
    SearchLate,
    VideoDocuments,
)
from viewer.library.tantivy import TantivySearch
from viewer.web.finding import read_asked
from viewer.web.snippet import cut_snippet

ON_PAGE = {**HTMX, "HX-Current-URL": "http://localhost/search"}
ELSEWHERE = {**HTMX, "HX-Current-URL": f"http://localhost/watch/{TALK}"}
BISHKEK = "The ceasefire was signed in Bishkek"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def client(shelf: Path) -> FlaskClient:
    return create_app({"LIBRARY": shelf}).test_client()


def search(client, query, headers=None):
    return parse(client.get(f"/search?{query}", headers=headers))


# What is found


def test_a_claim_is_found_with_its_words_marked_and_opens_at_its_moment(client):
    soup = search(client, "q=BISHKEK+ceasefire")
    assert texts(soup, "h1") == ["1 claim for “BISHKEK ceasefire”"]
    assert texts(soup, ".found-words") == [BISHKEK]
    assert texts(soup, ".found-words mark") == ["ceasefire", "Bishkek"]
    assert texts(soup, ".found-claim time") == ["1:191 minute 19 seconds"]
    assert texts(soup, ".found-video h2") == ["Notes on the ceasefire"]
    assert texts(soup, ".found-video header p") == ["Borders explained"]
    link = soup.select_one(".found-claim")["href"]
    assert link.startswith(f"/watch/{TALK}?claim=")
    assert link.endswith("&t=79")
    opened = parse(client.get(link))
    assert texts(opened, '[data-ui="posterClaim"]') == [BISHKEK]


def test_claims_that_follow_each_other_in_a_video_stand_together(client):
    soup = search(client, "q=river+OR&sort=time")
    assert texts(soup, "h1")[0].startswith("Nothing")
    soup = search(client, "q=river&sort=time")
    assert texts(soup, "h1") == ["100 claims for “river”"]
    assert texts(soup, ".found-video h2") == ["A hundred rivers"]
    assert texts(soup, ".found-words")[:2] == ["River number 1", "River number 2"]
    assert len(soup.select(".found-claim")) == 30


def test_a_claim_of_a_note_without_video_opens_in_the_note(client):
    soup = search(client, "q=%22the+second%22")
    link = soup.select_one(".found-claim")["href"]
    assert link.startswith("/note/borders/clockwork?claim=")
    assert link.endswith("&t=4")
    assert client.get(link).status_code == 200


def test_notes_are_found_by_their_titles(client):
    soup = search(client, "q=hundred")
    assert texts(soup, "h1") == ["No claim is found for “hundred”"]
    assert [link["href"] for link in soup.select(".found-notes a")] == ["/note/rivers/rivers"]
    assert texts(soup, ".found-notes mark") == ["hundred"]


def test_videos_are_found_by_their_titles(client_of, tmp_path):
    index = "### [Tea in China](https://www.youtube.com/watch?v=tea_video01)\n\n- [[a]]\n"
    note = make_note("- Leaves are dried [0:03]", title="On drying", videoId="tea_video01")
    client = client_of(write_library(tmp_path, {"index.md": index, "a.md": note}))
    soup = search(client, "q=chin*+tea")
    assert [link["href"] for link in soup.select(".found-titles a")] == ["/watch/tea_video01"]
    assert texts(soup, ".found-titles a") == ["Tea in China"]
    assert not search(client, "q=tea+-china").select(".found-titles a")


def test_a_phrase_is_found_among_many_titles_that_have_its_words_apart(client_of, tmp_path):
    titles = {f"apart{n:06}": f"国家中心 {n}" for n in range(30)} | {"tea_video01": "中国的茶"}
    notes = {
        f"{video}.md": make_note("- Leaves [0:03]" * (30 - n), title="Leaves", videoId=video)
        for n, video in enumerate(titles)
    }
    entries = (f"### [{title}](https://youtu.be/{video})\n" for video, title in titles.items())
    client = client_of(write_library(tmp_path, {**notes, "index.md": "".join(entries)}))
    assert texts(search(client, "q=" + quote("中国")), ".found-titles a") == ["中国的茶"]


@pytest.mark.parametrize(
    ("typed", "shown", "marked"),
    [
        ("party", ["A party in China"], ["party"]),
        ("art", [], []),  # which is in a word of it alone
        ("par*", ["A party in China"], ["party"]),
        ("tea", ["A party in China · Tea time"], ["Tea"]),
        ("china tea", ["A party in China · Tea time"], ["China", "Tea"]),
        ("in", ["A party in China"], ["in"]),
    ],
)
def test_what_is_marked_is_why_a_video_is_found(client_of, tmp_path, typed, shown, marked):
    index = "### [A party in China](https://www.youtube.com/watch?v=tea_video01)\n\n- [[a]]\n"
    note = make_note("- Leaves are dried [0:03]", title="On drying", videoId="tea_video01")
    client = client_of(write_library(tmp_path, {"index.md": index, "Tea time/a.md": note}))
    soup = search(client, "q=" + quote(typed))
    assert texts(soup, ".found-titles a") == shown
    assert texts(soup, ".found-titles mark") == marked


@pytest.mark.parametrize(
    ("typed", "video"),
    [("السلام", None), ("الاتفاق", ARABIC), ("春天", CHINESE), ("改道", CHINESE)],
)
def test_every_script_is_found(client, typed, video):
    soup = search(client, "q=" + quote(typed))
    links = [link["href"] for link in soup.select(".found-claim")]
    assert [link.split("?")[0] for link in links] == ([f"/watch/{video}"] if video else [])
    assert (texts(soup, ".found-words mark") == [typed]) is bool(video)
    assert soup.select(".found-words, .found-notes a")[0]["dir"] == "auto"


def test_more_come_by_a_cursor_until_all_are_there(client):
    seen = []
    address = "/search?q=river&sort=time"
    while address:
        soup = parse(client.get(address))
        seen += texts(soup, ".found-words")
        more = soup.select_one(".found-claims .more a")
        address = more and more["href"]
        assert more is None or more["hx-get"] == address
    assert seen == [f"River number {number}" for number in range(1, 101)]


def test_a_search_is_narrowed_to_a_channel_and_widened_again(client):
    soup = search(client, "q=it")
    channels = {tag.bdi.text: tag["href"] for tag in soup.select(".found-channels a")}
    assert len(channels) > 1
    narrowed = parse(client.get(channels["sound"]))
    assert {*texts(narrowed, ".found-video header p")} == {"sound"}
    assert texts(narrowed, "h1") == ["4 claims for “it”"]
    chosen = narrowed.select_one('.found-channels a[aria-current="true"]')
    assert chosen.bdi.text == "sound"
    assert len(narrowed.select(".found-channels a")) == len(channels)
    assert texts(parse(client.get(chosen["href"])), "h1") == texts(soup, "h1")
    assert texts(narrowed, ".found-notes a") == []
    kept = {tag["name"]: tag["value"] for tag in narrowed.select(".search [type=hidden]")}
    assert kept == {"channel": "sound"}


def test_the_order_is_a_link(client):
    soup = search(client, "q=it")
    assert texts(soup, ".found-orders [aria-current]") == ["Best first"]
    by_time = soup.select(".found-orders a")[1]["href"]
    assert by_time == "/search?q=it&sort=time"
    assert texts(parse(client.get(by_time)), ".found-orders [aria-current]") == ["In order of time"]


# What was said


@pytest.fixture(scope="module")
def transcribed(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Return a client of the same shelf, two of whose videos have transcripts."""
    app = create_app({"LIBRARY": write_shelf(tmp_path_factory.mktemp("transcribed"))})
    heard = "so the ceasefire was, er, signed there in Bishkek and not in Moscow"
    claim = ClaimDocument(note="borders/ceasefire", start=79, text=BISHKEK)
    app.extensions["library"].search.replace(
        [
            VideoDocuments(
                key=TALK,
                channel="Borders explained",
                notes=(NoteDocument(slug="borders/ceasefire", title="Notes on the ceasefire"),),
                claims=(claim,),
                cues=(CueDocument(74, heard), CueDocument(90, "a zebra & <b>a war</b>")),
            ),
            VideoDocuments(
                key=RIVERS,
                channel="rivers",
                notes=(),
                claims=(),
                cues=tuple(CueDocument(15 * n, f"the delta of {n}") for n in range(70)),
            ),
        ]
    )
    return app.test_client()


def test_what_was_said_stands_after_the_claims_and_is_no_claim(transcribed):
    soup = search(transcribed, "q=ceasefire")
    assert texts(soup, "h1") == ["1 claim for “ceasefire”"]
    assert texts(soup, ".found-claims .found-words") == [BISHKEK]
    assert texts(soup, ".found-said h2") == ["Said in videos"]
    assert "not what a note claims" in texts(soup, ".found-said > p")[0]
    assert texts(soup, ".found-said h3") == ["Notes on the ceasefire"]
    assert texts(soup, ".found-said mark") == ["ceasefire"]
    assert texts(soup, ".found-said time") == ["1:141 minute 14 seconds"]
    order = [tag["class"][0] for tag in soup.select(".found-claims, .found-titles, .found-said")]
    assert order == ["found-claims", "found-titles", "found-said"]
    link = soup.select_one(".found-said .found-claim")["href"]
    assert link == f"/watch/{TALK}?t=74&tab=transcript&q=ceasefire"
    assert transcribed.get(link).status_code == 200


def test_what_was_said_and_nobody_claims_is_found(transcribed):
    soup = search(transcribed, "q=zebra")
    assert texts(soup, "h1") == ["No claim is found for “zebra”"]
    assert texts(soup, ".found-said .found-words") == ["a zebra & <b>a war</b>"]
    assert not soup.select(".search-help, .found-said b")
    begun = search(transcribed, "q=zeb")
    assert texts(begun, ".found-said mark") == ["zebra"]
    panel = search(transcribed, "q=zeb&typing=1", ELSEWHERE)
    assert texts(panel, ".found-said h2, .found-said mark") == ["Said in videos", "zebra"]
    assert panel.select_one(".found-all a")["href"] == "/search?q=zeb*"


def test_a_full_panel_is_of_claims_alone(transcribed):
    library = transcribed.application.extensions["library"]
    claims = tuple(ClaimDocument(note="n", start=n, text=f"The mouth {n}") for n in range(8))
    cues = (CueDocument(3, "by word of mouth"),)
    key = "note/borders/clockwork"
    many = VideoDocuments(key=key, channel="", notes=(), claims=claims, cues=cues)
    library.search.replace([many])
    assert not search(transcribed, "q=mouth", ELSEWHERE).select(".found-said")
    assert texts(search(transcribed, "q=by+mouth", ELSEWHERE), ".found-said mark") != []


@pytest.mark.parametrize(
    ("query", "count"), [("q=de&typing=1", 0), ("q=del&typing=1", 10), ("q=de*", 10)]
)
def test_the_first_letters_that_are_typed_look_for_claims_alone(transcribed, query, count):
    soup = search(transcribed, query, ON_PAGE)
    assert len(soup.select(".found-said .found-claim")) == count


def test_all_that_was_said_comes_page_by_page(transcribed):
    soup = search(transcribed, "q=delta&sort=time")
    seen = texts(soup, ".found-words")
    assert len(seen) == 10
    while more := soup.select_one(".found-said .more a"):
        assert more["hx-get"] == more["href"]
        soup = parse(transcribed.get(more["href"]))
        assert texts(soup, "h1") == ["Said in videos for “delta”"]
        seen += texts(soup, ".found-said > article .found-words")
    assert seen == [f"the delta of {n}" for n in range(70)]
    back = soup.select_one(".found-head a")
    assert (back.text, back["href"]) == ("Search the claims", "/search?q=delta&sort=time")


def test_passages_of_one_second_have_ids_of_their_own_on_all_pages(client_of, tmp_path):
    client = client_of(write_library(tmp_path, {"n.md": make_note("It is [0:03]", videoId=TALK)}))
    cues = tuple(CueDocument(15 * (n // 5), "an estuary, two say at once") for n in range(70))
    passages = VideoDocuments(key=TALK, channel="", notes=(), claims=(), cues=cues)
    client.application.extensions["library"].search.replace([passages])
    soup = search(client, "q=estuary")
    ids = [link["id"] for link in soup.select(".found-said [id]")]
    while more := soup.select_one(".found-said .more a"):
        soup = parse(client.get(more["href"]))
        ids += [link["id"] for link in soup.select(".found-said [id]")]
    assert len(ids) == len(set(ids)) == 70


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=delta&channel=rivers", 10),
        ("q=delta&channel=borders", 0),
        (f"q=delta+video:{RIVERS}", 10),
        (f"q=delta+video:{TALK}", 0),
        ("q=delta+-of", 0),
        ("q=delta+note:rivers", 0),
        ("q=delta&after=r30", 0),
    ],
)
def test_what_was_said_is_searched_within_limits(transcribed, query, count):
    assert len(search(transcribed, query).select(".found-said .found-claim")) == count


def test_programs_get_what_was_said(transcribed):
    answer = transcribed.get("/api/v1/search?kind=cue&q=delta&limit=2&sort=time").json
    assert [*answer] == ["query", "cues", "after"]
    first = answer["cues"][0]
    assert first == {
        "video": RIVERS,
        "video_title": "A hundred rivers",
        "channel": "rivers",
        "start": 0,
        "text": "the delta of 0",
        "marks": [[4, 9]],
        "url": f"/watch/{RIVERS}?t=0&tab=transcript&q=delta",
    }
    after = answer["after"]
    more = transcribed.get(f"/api/v1/search?kind=cue&q=delta&sort=time&after={after}").json["cues"]
    assert [cue["text"] for cue in more][:2] == ["the delta of 2", "the delta of 3"]
    claims = transcribed.get("/api/v1/search?q=zebra").json
    assert (claims["total"], claims["claims"], "cues" in claims) == (0, [], False)


# The search fails


def fail(monkeypatch, names, error):
    def raise_error(*_, **__):
        raise error

    for name in names:
        monkeypatch.setattr(TantivySearch, name, raise_error)


@pytest.mark.parametrize(
    ("error", "heading", "words"),
    [
        (SearchLate("late"), "The search took too long", "fewer or longer words"),
        (IndexBroken("broken"), "The search can’t be used now", "can’t be read just now"),
    ],
)
@pytest.mark.parametrize("query", ["q=ceasefire", "q=cease&kind=cue", "q=ceas&channel=x&after=r30"])
def test_a_search_that_fails_does_not_say_that_nothing_is_found(
    client, monkeypatch, query, error, heading, words
):
    address = f"/search?{query}"
    fail(monkeypatch, ["search", "find_cues"], error)
    response = client.get(address)
    soup = parse(response, 503)
    assert response.headers["Cache-Control"] == "no-store"
    assert texts(soup, "h1")[0].startswith(heading)
    assert words in texts(soup, ".found-trouble")[0]
    assert soup.select_one(".found-trouble a")["href"] == address
    assert "Nothing is found" not in response.text
    assert "No claim" not in response.text
    for headers in (ON_PAGE, ELSEWHERE):
        part = client.get(address, headers=headers)
        assert (part.status_code, part.headers["Cache-Control"]) == (200, "no-store")
        assert words in part.text
        assert "No claim" not in part.text


def test_enter_leads_to_the_page_of_an_error_that_typing_passes_over(client, monkeypatch):
    def refuse():
        raise IndexBusy("busy")

    monkeypatch.setattr("viewer.web.search.open_library", refuse)
    for address in ("/search?q=war", "/search?q=caf%C3%A9&channel=x", "/search?q=%EF%BF%BD"):
        entered = client.get(address, headers=ON_PAGE)
        assert (entered.status_code, entered.headers["HX-Redirect"]) == (503, address)
    for others in (
        client.get("/search?q=war&typing=1", headers=ON_PAGE),
        client.get("/search?q=war&after=r30", headers=ON_PAGE),
        client.get("/search?q=war"),
    ):
        assert others.status_code == 503
        assert "HX-Redirect" not in others.headers


@pytest.mark.parametrize("name", ["find_notes", "find_cues", "suggest"])
def test_a_part_of_a_search_that_is_late_is_said_and_not_kept(client, monkeypatch, name):
    address = "/search?q=ceasfire" if name == "suggest" else "/search?q=ceasefire"
    whole = client.get(address)
    with monkeypatch.context() as patched:
        fail(patched, [name], SearchLate("late"))
        late = client.get(address)
    assert (late.status_code, late.headers["Cache-Control"]) == (200, "no-store")
    assert late.headers["ETag"] != whole.headers["ETag"]
    assert "took too long" in late.text
    if name != "suggest":
        assert texts(parse(late), ".found-words") == [BISHKEK]
    again = client.get(address, headers={"If-None-Match": late.headers["ETag"]})
    assert (again.status_code, "took too long" in again.text) == (200, False)


def test_programs_are_told_that_a_search_is_late(client, monkeypatch):
    fail(monkeypatch, ["search", "find_cues"], SearchLate("late"))
    for kind in ("", "&kind=cue"):
        answer = client.get(f"/api/v1/search?q=war{kind}")
        assert (answer.status_code, answer.json["error"]["status"]) == (503, 503)
        assert "Retry-After" in answer.headers


def test_a_topic_whose_claims_come_too_late_is_not_kept(client_of, tmp_path, monkeypatch):
    note = make_note("- On [[the lachin corridor]] [0:03]", videoId=TALK)
    client = client_of(write_library(tmp_path, {"a.md": note}))
    fail(monkeypatch, ["find_topic"], SearchLate("late"))
    late = client.get("/topic/the_lachin_corridor")
    assert (late.status_code, "ETag" in late.headers) == (503, False)
    monkeypatch.undo()
    assert client.get("/topic/the_lachin_corridor").status_code == 200


# Nothing found


def test_spellings_that_there_are_are_suggested(client):
    soup = search(client, "q=ceasfire")
    links = {tag.text: tag["href"] for tag in soup.select(".found-nothing p a")}
    assert links == {"ceasefire": "/search?q=ceasefire"}


def test_a_suggestion_has_all_the_words_and_finds_something(client):
    assert texts(search(client, "q=bishkek+ceasfire"), ".found-nothing p a") == [
        "bishkek ceasefire"
    ]
    # The one near to it is nowhere beside the other.
    assert texts(search(client, "q=river+ceasfire"), ".found-nothing p a") == []


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("q=ceasefire+channel:nobody", "1 claim without “channel:”"),
        (f"q=ceasefire+video:{RIVERS}", "1 claim without “video:”"),
        ("q=ceasefire+note:tone", "1 claim without “note:”"),
        ("q=ceasefire+-bishkek", "1 claim with the words that you left out"),
        ("q=%22bishkek+ceasefire%22", "1 claim without the quotes"),
        ("q=ceasefire&channel=sound", "1 claim in all channels"),
        ("q=ceas+bish", "1 claim with words that begin so"),
        ("q=xylophone+bishkek", "1 claim without “xylophone”"),
        ("q=%22a+xylophone%22+bishkek", "1 claim without “a xylophone”"),
    ],
)
def test_a_limit_that_hides_what_there_is_can_be_taken_off(client, query, hint):
    soup = search(client, query)
    assert texts(soup, ".found-words") == []
    ways = {" ".join(tag.text.split()): tag["href"] for tag in soup.select(".found-nothing li a")}
    assert hint in ways
    assert texts(parse(client.get(ways[hint])), ".found-words") == [BISHKEK]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-war", "These are only words to leave out; add one to find."),
        ("!?", "There is no word in it to look for."),
        ("zzzzqqq", "No claim has all of these words."),
    ],
)
def test_why_nothing_is_found_is_said(client, typed, words):
    soup = search(client, "q=" + quote(typed))
    assert words in texts(soup, ".found-nothing")[0]
    assert soup.select(".search-help")


# The start


def test_without_words_the_page_says_how_to_search(client):
    soup = search(client, "")
    assert texts(soup, "h1") == ["Search 122 claims"]
    assert len(soup.select(".search-help dt")) == 7
    assert soup.select("#q[autofocus]")


def test_the_topics_that_most_claims_link_to_are_offered(client_of, tmp_path):
    note = make_note("- On [[The Lachin Corridor]] [0:03]\n- Again [[the lachin corridor]] [0:05]")
    soup = search(client_of(write_library(tmp_path, {"a.md": note})), "")
    assert texts(soup, ".topics a") == ["The Lachin Corridor 2"]
    assert soup.select_one(".topics a")["href"].startswith("/topic/the_lachin_corridor")


# The box on every page


@pytest.mark.parametrize(
    "path", ["/", f"/watch/{TALK}?q=war", "/note/borders/essay", "/search?q=x"]
)
def test_the_box_is_on_every_page(client, path):
    soup = parse(client.get(path))
    form = soup.select_one("header form[role=search]")
    assert (form["action"], form["hx-get"]) == ("/search", "/search")
    assert form.select_one("#q")["value"] == ("x" if "/search" in path else "")
    assert len(soup.select("#search-results")) == 1
    # Sent off, it leads to a page of its own, where it changes what is found.
    assert ("submit" in form["hx-trigger"]) == ("/search" in path)


def test_on_another_page_htmx_gets_few_for_the_panel(client):
    response = client.get("/search?q=riv&typing=1", headers=ELSEWHERE)
    soup = parse(response)
    assert [tag["id"] for tag in soup.body.find_all(recursive=False)] == ["search-results"]
    assert len(soup.select(".found-claim")) == 8
    assert texts(soup, ".found-all a") == ["Show all: 100 claims"]
    assert soup.select_one(".found-all a")["href"] == "/search?q=riv*"
    assert not soup.select("h1, title, nav")
    assert not {"HX-Push-Url", "HX-Replace-Url"} & {*response.headers.keys()}


def test_the_panel_is_empty_without_words(client):
    assert not search(client, "q=&typing=1", ELSEWHERE).select("#search-results *")


def test_the_last_word_may_go_on_while_it_is_typed_and_where_it_finds_nothing_whole(client):
    typed, sent = search(client, "q=cease&typing=1"), search(client, "q=cease")
    assert [len(page.select(".found-claim")) for page in (typed, sent)] == [1, 1]
    assert "begin with it" not in typed.text
    assert "begin with it" in sent.text
    assert "begin with it" not in search(client, "q=ceasefire").text


@pytest.mark.parametrize(
    ("current", "asked", "header", "shown"),
    [
        pytest.param("", "q=a&typing=1", "Push", "q=a", id="the first letter is a step"),
        pytest.param("q=a", "q=ab&typing=1", "Replace", "q=ab", id="the next is not"),
        pytest.param("q=abc", "q=ab&typing=1", "Replace", "q=ab", id="nor one taken back"),
        pytest.param("q=a&typing=1", "q=ab&typing=1", "Replace", "q=ab", id="an older address"),
        pytest.param("q=a", "q=ab", "Replace", "q=ab", id="nor is sending it"),
        pytest.param("q=ab", "q=c&typing=1", "Push", "q=c", id="another search is a step"),
        pytest.param("q=ab", "q=&typing=1", "Push", "", id="and none is one"),
        pytest.param("q=a", "q=b", "Push", "q=b", id="sent at once"),
        pytest.param("q=a&sort=time", "q=ab", "Push", "q=ab", id="another order"),
        pytest.param("q=a+b", "q=a%20b", None, None, id="the same again"),
        pytest.param("q=a+b", "q=a%20b&typing=1", None, None, id="the same, and typing"),
        pytest.param("q=a", "q=a&after=r30", None, None, id="more of the same"),
    ],
)
def test_the_address_follows_what_is_typed(client, current, asked, header, shown):
    here = {**HTMX, "HX-Current-URL": f"http://localhost/search?{current}#x"}
    headers = client.get(f"/search?{asked}", headers=here).headers
    found = {name: headers[name] for name in ("HX-Push-Url", "HX-Replace-Url") if name in headers}
    address = f"/search?{shown}" if shown else "/search"
    assert found == ({f"HX-{header}-Url": address} if header else {})


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("riv", "riv*"), ("river nu", "river nu*"), ("riv*", "riv*"), ('"river"', '"river"')],
)
def test_links_lead_to_what_is_shown_while_typing(client, typed, sent):
    soup = search(client, f"q={quote(typed)}&typing=1", ON_PAGE)
    (link,) = (tag["href"] for tag in soup.select(".found-orders a") if "time" in tag["href"])
    assert parse_qs(urlsplit(link).query) == {"q": [sent], "sort": ["time"]}
    assert (
        texts(soup, "h1")[0].split(" for ")[0]
        == (texts(parse(client.get(link)), "h1")[0].split(" for ")[0])
    )


# Caches


def test_who_has_the_page_is_told_so(client):
    response = client.get("/search?q=river")
    assert "HX-Request" in response.headers["Vary"]
    tag = response.headers["ETag"]
    again = client.get("/search?q=river", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    tags = {
        client.get("/search?q=river", headers=headers).headers["ETag"]
        for headers in ({}, ON_PAGE, ELSEWHERE)
    }
    assert len(tags) == 3


def test_an_edited_note_is_found_by_its_new_words(client_of, tmp_path):
    write_library(tmp_path, {"a.md": make_note("- The old words [0:03]", videoId=TALK)})
    client = client_of(tmp_path)
    tag = client.get("/search?q=old").headers["ETag"]
    write_library(tmp_path, {"a.md": make_note("- The newest words [0:03]", videoId=TALK)})
    time.sleep(1.1)
    response = client.get("/search?q=old", headers={"If-None-Match": tag})
    assert texts(parse(response), ".found-claim") == []
    assert len(search(client, "q=newest").select(".found-claim")) == 1


# Hostile readers, hostile notes

TYPED = [
    '"', "''", '"""', "*", "**", "-", "--", "- -", "channel:", 'channel:"', "video:/", "note:-*",
    "(", ")", "()", "AND", "OR NOT", "a AND", "NEAR(a b)", "a^2", "title:a", "words:a", "[a TO b]",
    "{a TO *}", "a~2", "\\", "a\\", "/a/", "a" * 5000, "a " * 3000, '"a" ' * 500, "-a " * 500,
    "\0", "a\0b", "\x1f", "\u202e", "\ufeff", "\ud7ff", "\U0001f469\u200d\U0001f467", "ß" * 200,
    "ﷺ", "%", "_", "'; DROP TABLE notes; --", "$1", "${a}", "{{ 7 * 7 }}", "a:b:c",
    "channel:a channel:b", "\u0301\u0301", "½", "..", "+",
]  # fmt: skip


_PARAMETERS = ("channel", "sort", "after", "typing", "limit", "kind")


@pytest.mark.parametrize("typed", [*TYPED, *payloads.ADDRESSES[::9], *payloads.PAYLOADS[::40]])
def test_nothing_typed_is_an_error(client, typed):
    text = quote(typed[:320], safe="")
    places = "&".join(f"{name}={text}" for name in _PARAMETERS)
    for query in (f"q={text}", f"q=river&{places}", f"q={text}&kind=cue"):
        for headers in ({}, ON_PAGE, ELSEWHERE):
            soup = search(client, query, headers)
            assert soup.select("#search-results")
            live = "script:not([src]), #search-results :is(img[src], iframe, svg[onload])"
            assert not soup.select(live)
        assert client.get(f"/api/v1/search?{query}").status_code == 200


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"\xed\xa0\x80", b"%", b"\xc0\xaf", b"q=\xff"])
def test_bytes_that_are_no_text_are_no_error(client, raw):
    assert client.get("/search?q=" + quote_from_bytes(raw)).status_code == 200


@pytest.mark.parametrize(
    "current", ["", "x", "http://[", "?typing", "javascript:1", "/search?" + "a&" * 3000]
)
def test_a_current_address_that_is_none_is_no_error(client, current):
    headers = {**HTMX, "HX-Current-URL": current}
    assert client.get("/search?q=river", headers=headers).status_code == 200


def test_what_is_typed_is_cut(client):
    soup = search(client, "q=" + "x" * 2000)
    assert soup.select_one("#q")["value"] == "x" * 300
    assert "x" * 301 not in str(soup)


def test_a_hostile_note_is_found_as_text(client_of, tmp_path):
    hostile = '<img src=x onerror="window.hostile=1"> & `<b>needle</b>` "needle" [0:03]'
    write_library(tmp_path, {"<i>.md": make_note("- " + hostile, title="<b>needle</b>")})
    soup = search(client_of(tmp_path), "q=needle")
    assert {*texts(soup, "mark")} == {"needle"}
    assert not soup.select("#search-results :is(img[src], b, i)")


# Excerpts


def test_a_long_claim_is_cut_around_its_first_mark():
    text = "before " * 100 + "needle " + "after " * 100
    begin = text.index("needle")
    pieces = cut_snippet(text, [(begin, begin + 6)])
    assert [piece.text for piece in pieces if piece.is_marked] == ["needle"]
    assert len("".join(piece.text for piece in pieces)) < 340
    assert pieces[0].text == "… "
    assert pieces[1].text.startswith("before")
    assert pieces[-1].text == " …"


@st.composite
def marked_texts(draw):
    text = draw(st.text("ab \n中", max_size=900))
    at = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    return text, [*zip(at[::2], at[1::2], strict=False)]


@given(marked_texts(), st.integers(10, 400))
def test_an_excerpt_is_a_run_of_the_text_with_its_marks(marked, length):
    text, marks = marked
    pieces = cut_snippet(text, marks, length)
    inner = [piece for piece in pieces if piece.text not in ("… ", " …")]
    run = "".join(piece.text for piece in inner)
    assert run in text
    assert len(run) <= length
    if len(text) <= length:
        assert run == text
        assert [p.text for p in inner if p.is_marked] == [text[b:e] for b, e in marks]


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_parameters_are_read(text, channel):
    asked = read_asked({"q": text, "channel": channel, "after": text})
    assert len(asked.text) <= 300
    assert asked.query is not None
