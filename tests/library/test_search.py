"""Finding claims and notes: what holds for both engines."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from viewer.errors import IndexBroken, IndexBusy, LibraryError
from viewer.library.postgresql import PostgresqlSearch
from viewer.library.query import parse_query
from viewer.library.search import (
    DEEPEST,
    LONGEST_TEXT,
    MOST_CHANNELS,
    MOST_HITS,
    ClaimDocument,
    CueDocument,
    Found,
    NoteDocument,
    Search,
    SearchLate,
    VideoDocuments,
    find_marks,
)
from viewer.library.tantivy import TantivySearch
from viewer.timeline.identity import claim_id, number_copy

WAR, WINE = "qd7ezvCtIYg", "v68zYyaEmEA"
"""Two videos' keys."""


@pytest.fixture(params=["tantivy", "postgresql"])
def open_search(request, tmp_path) -> Iterator[Callable[[], Search]]:
    """Return a function that opens the same index, as one process after another would."""
    opened: list[Search] = []
    if request.param == "tantivy":

        def open_again() -> Search:
            opened.append(TantivySearch(tmp_path / "search"))
            return opened[-1]

        yield open_again
    else:
        url = request.getfixturevalue("postgresql_url")
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))

        def open_again() -> Search:
            opened.append(PostgresqlSearch(engine))
            return opened[-1]

        yield open_again
        engine.dispose()
    for search in opened:
        search.close()


@pytest.fixture
def search(open_search: Callable[[], Search]) -> Search:
    """Return an empty index."""
    return open_search()


def make_video(
    *texts: str, key: str = WAR, channel: str = "lenny", title: str = "Just war", **fields
) -> VideoDocuments:
    """Return a video with one note and a claim every ten seconds; `topics` are of every claim."""
    slug = fields.pop("slug", f"{channel}/{title.casefold().replace(' ', '_')}")
    claims = [
        ClaimDocument(note=slug, start=10 * n, text=text, **fields) for n, text in enumerate(texts)
    ]
    notes = (NoteDocument(slug=slug, title=title),)
    return VideoDocuments(key=key, channel=channel, notes=notes, claims=tuple(claims))


def with_cues(video: VideoDocuments, *texts: str) -> VideoDocuments:
    """Return `video` with a passage that was said every fifteen seconds."""
    return replace(video, cues=tuple(CueDocument(15 * n, text) for n, text in enumerate(texts)))


def said(search: Search, typed: str, **options) -> list[str]:
    """Return the texts of the passages that what was typed finds."""
    return [hit.text for hit in search.find_cues(parse_query(typed), **options).hits]


def texts_of(found: Found) -> list[str]:
    return [hit.text for hit in found.hits]


def find(search: Search, typed: str, **options) -> list[str]:
    """Return the texts of the claims that what was typed finds."""
    return texts_of(search.search(parse_query(typed), **options))


def pages(search: Search, typed: str, **options) -> list[list[str]]:
    """Return the texts that "load more" brings, page by page."""
    found = search.search(parse_query(typed), **options)
    got = [texts_of(found)]
    while found.after:
        found = search.search(parse_query(typed), after=found.after, **options)
        got.append(texts_of(found))
    return got


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        pytest.param("A war is just", "WAR", id="case"),
        pytest.param("Käse from Łódź", "kase lodz", id="accents in the text"),
        pytest.param("Kase from Lodz", "Käse Łódź", id="accents in the query"),
        pytest.param("A war is just", "just war", id="words in any order"),
        pytest.param("A just war", '"just war"', id="a phrase"),
        pytest.param("A just-war theory", '"just war"', id="a phrase with a hyphen"),
        pytest.param("They don’t", "don't", id="apostrophes"),
        pytest.param("Armenia", "arm*", id="a prefix"),
        pytest.param("Armenia", "armenia*", id="a prefix that is all of the word"),
        pytest.param("Armenia", "a*", id="a prefix of one letter"),
        pytest.param("これは日本語です", "日本", id="a run of Japanese"),
        pytest.param("Это Ёлка", "елка", id="Cyrillic"),
        pytest.param("السَّلامُ عليكم", "السلام", id="Arabic"),
        pytest.param("यह हिन्दी है", "हिन्दी", id="Devanagari"),
        pytest.param("यह हिन्दी है", "हिन्*", id="a prefix in Devanagari"),
        pytest.param("สวัสดีครับ", "สวัสดี", id="Thai"),
        pytest.param("a 'quoted' \\ back:slash & (b | !c) <-> d:*", "quoted slash", id="operators"),
        pytest.param("x" * 5000, "x" * 200, id="a long word"),
        pytest.param("half \ud800 a pair \0 and NUL", "half pair", id="what can't be stored"),
    ],
)
def test_a_claim_is_found(search, text, typed):
    search.replace([make_video("Something else", text)])
    found = search.search(parse_query(typed))
    assert [hit.start for hit in found.hits] == [10]
    assert found.total == 1
    assert found.is_total_exact
    assert found.channels == (("lenny", 1),)
    assert found.after is None
    assert found.hits[0].marks


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("war peace", id="all words must be there"),
        pytest.param('"war just"', id="a phrase is in order"),
        pytest.param('"a war"', id="a phrase has nothing between"),
        pytest.param("ar*", id="a prefix begins a word"),
        pytest.param("justice", id="a longer word"),
        pytest.param("lenny", id="a channel's name is not a claim's word"),
        pytest.param("theory", id="nor is a note's title"),
        pytest.param("just_war_topic", id="nor is a topic"),
        pytest.param("c* t* n* l*", id="nor what engines keep beside the words"),
        pytest.param("war -just", id="without"),
        pytest.param('war -"just war"', id="without a phrase"),
        pytest.param("war channel:cleo", id="in another channel"),
        pytest.param(f"war video:{WINE}", id="in another video"),
        pytest.param("war note:wine", id="in another note"),
        pytest.param("-peace", id="only words to leave out"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_claim_is_not_found(search, typed):
    search.replace([make_video("A just war", title="A theory", topics=("just_war_topic",))])
    assert search.search(parse_query(typed)) == Found()


def test_a_hit_is_what_was_written(search):
    claim = ClaimDocument(note="lenny/a note", copy=2, start=None, text="A «just» war\nreally")
    video = VideoDocuments(key="note/lenny/a note", channel="lenny", notes=(), claims=(claim,))
    search.replace([video])
    (hit,) = search.search(parse_query("just war")).hits
    assert (hit.key, hit.note, hit.id, hit.start, hit.text) == (
        "note/lenny/a note",
        "lenny/a note",
        number_copy(claim_id("note/lenny/a note", "A «just» war\nreally"), 2),
        None,
        "A «just» war\nreally",
    )
    assert [hit.text[begin:end] for begin, end in hit.marks] == ["just", "war"]


def test_a_claim_of_few_words_is_not_better_for_it(search):
    texts = [
        "Russia and Ukraine signed it on Monday",
        "Russia",
        "In Russia",
        "What Russia said, then",
        "Of all that was told on that day in May nobody had expected less of Russia than this",
    ]
    search.replace([make_video(*texts)])
    assert find(search, "russia") == texts  # as good as each other, in order; then the long one
    assert find(search, "r*") == texts


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        pytest.param("just war", "It may be a just war in the end", id="words side by side"),
        pytest.param("wine", "Wine is old", id="a short claim"),
        pytest.param("cat*", "A cat sat on the mat there", id="the word itself"),
    ],
)
def test_the_best_comes_first(search, typed, best):
    others = [
        "It may be just when in the end a war",
        "It may be said of wine that nobody knows how old it is",
        "Categories and more on the mat",
    ]
    search.replace([make_video(*others, best)])
    assert find(search, typed)[0] == best


def test_places(search):
    search.replace(
        [
            make_video("war one", channel="lenny", title="Just war"),
            make_video("war two", key=WINE, channel="Lenny’s Podcast", title="Of wine"),
            make_video("war three", key="note/x", channel="lennart", title="Of nothing"),
        ]
    )

    def found(typed: str) -> set[str]:
        return {text.split()[1] for text in find(search, typed)}

    assert found("war channel:lenny") == {"one"}
    assert found("war channel:LENN") == {"one", "two", "three"}
    assert found("war channel:lenny-s") == {"two"}
    assert found('channel:"lenny\'s podcast" channel:lennart') == {"two", "three"}
    assert found(f"war video:{WINE}") == {"two"}
    assert found(f"video:https://www.youtube.com/watch?v={WINE} video:note/x") == {"two", "three"}
    assert found("war note:wine") == {"two"}
    assert found("note:lenny/just_war") == {"one"}
    assert found('note:"of nothing" note:wine channel:lennart') == {"three"}
    assert found("note:absent") == set()
    assert found("channel:lenny -one") == set()


def test_channels_are_counted_whole(search):
    search.replace(
        make_video(*["war"] * (n + 1), key=f"video{n:06}", channel=f"channel {n:02}", title=f"N{n}")
        for n in range(MOST_CHANNELS + 5)
    )
    found = search.search(parse_query("war"), limit=1)
    assert found.total == sum(range(MOST_CHANNELS + 6))
    assert found.channels[:2] == (("channel 34", 35), ("channel 33", 34))
    assert len(found.channels) == MOST_CHANNELS
    narrow = search.search(parse_query("war"), channel="channel 02", limit=1)
    assert (narrow.total, len(narrow.hits)) == (3, 1)
    assert narrow.channels == found.channels  # for the reader to choose another
    assert search.search(parse_query("war"), channel="none").total == 0


@pytest.mark.parametrize("order", ["relevance", "time"])
def test_every_hit_comes_once(search, order):
    texts = [f"war {n}" for n in range(25)]
    search.replace([make_video(*texts), make_video("war elsewhere", key=WINE)])
    got = pages(search, "war", limit=10, order=order)
    assert [len(page) for page in got] == [10, 10, 6]
    assert sorted(text for page in got for text in page) == sorted([*texts, "war elsewhere"])


def test_by_time_is_by_video_and_then_by_time(search):
    texts = [f"{'long ' * (9 - n)}war {n}" for n in range(9)]
    search.replace([make_video("war here", "war there", key=WINE), make_video(*texts)])
    found = find(search, "war", order="time")
    assert [text for text in found if text in texts] == texts
    assert found.index("war there") == found.index("war here") + 1
    assert find(search, "channel:lenny") == found  # nothing says what is better


@pytest.mark.parametrize(
    "after", ["", "r", "r-1", "r99999999", "t", "tzz", "x" * 500, "t" + "f" * 16]
)
def test_a_cursor_that_is_none_is_as_absent(search, after):
    search.replace([make_video("war")])
    for order in ("relevance", "time"):
        assert find(search, "war", after=after, order=order) == ["war"]


def test_limits(search):
    search.replace([make_video(*["war"] * (MOST_HITS + 5))])
    assert len(find(search, "war", limit=10**9)) == MOST_HITS
    assert len(find(search, "war", limit=-1)) == 1


def test_words_that_stand_together_hide_no_others_of_the_same_beginning(search):
    together = make_video(*["part partner parties party"] * (2 * DEEPEST // 3), key="together000")
    search.replace([together, make_video(*["pack"] * 300, key="alone000000")])
    found = search.search(parse_query("pa*"), limit=1)
    assert (found.total, found.is_total_exact) == (2 * DEEPEST // 3 + 300, True)


def test_more_than_is_counted(search):
    many = [make_video(*["war"] * 1_000, key=f"video{n:06}") for n in range(12)]
    search.replace(many)
    found = search.search(parse_query("war"), limit=1)
    exact = (found.total, found.is_total_exact) == (12_000, True)
    assert exact or (found.total, found.is_total_exact) == (DEEPEST, False)
    assert sum(map(len, pages(search, "war", limit=100, order="time"))) == 12_000


def test_a_prefix_of_many_is_counted_in_part(search, monkeypatch):
    monkeypatch.setattr("viewer.library.tantivy_query._MANY", 5)
    monkeypatch.setattr("viewer.library.tantivy_query._MOST_WORDS_BEGINNING", 3)
    monkeypatch.setattr("viewer.library.tantivy._ENOUGH", 5)
    monkeypatch.setattr("viewer.library.postgresql._MANY_MATCHES", 5)
    texts = [*["apple"] * 4, *["ant"] * 3, "a", "as", "at", "an"]
    search.replace([make_video(*texts)])
    found = search.search(parse_query("a*"))
    assert (found.is_total_exact, found.channels) == (False, (("lenny", found.total),))
    assert found.total >= 7
    assert sorted(find(search, "a*", order="time")) == sorted(texts)
    within = parse_query("a* -ant channel:lenny")
    assert len(search.search(within, order="time").hits) == 8
    found = search.search(within)
    assert found.total == 8 or (not found.is_total_exact and found.total >= 5)
    assert search.search(parse_query("ap*")).is_total_exact


def test_replacing_a_video_leaves_nothing_of_it(search, open_search):
    search.replace([make_video("old war", "old peace", title="Old"), make_video("wine", key=WINE)])
    assert search.count() == 5
    search.replace([make_video("new war", title="New")])
    assert search.count() == 4
    assert find(search, "war") == ["new war"]
    assert find(search, "old") == []
    assert search.find_notes(parse_query("old")) == ()
    assert find(open_search(), "wine war") == []
    assert find(open_search(), "wine") == ["wine"]


def test_removing_videos(search):
    search.replace([make_video("war"), make_video("wine", key=WINE)])
    search.replace([], removed=[WAR, "absent"])
    assert find(search, "war") == []
    assert find(search, "wine") == ["wine"]
    search.replace([make_video("beer", key="note/x")], removed=[WINE])
    assert search.count() == 2
    search.clear()
    assert search.count() == 0
    assert find(search, "beer") == []
    search.replace([make_video("wine")])
    assert find(search, "wine") == ["wine"]


def test_another_reader_sees_what_was_written_once_refreshed(search, open_search):
    reader = open_search()
    search.replace([make_video("war")])
    reader.refresh()
    assert find(reader, "war") == ["war"]


def test_writing_is_all_or_nothing(search, open_search):
    search.replace([make_video("war")])

    def videos() -> Iterator[VideoDocuments]:
        yield make_video("peace")
        yield make_video("wine", key=WINE)
        raise RuntimeError("the folder is gone")

    with pytest.raises(RuntimeError, match="the folder is gone"):
        search.replace(videos(), removed=["absent"])
    for reader in (search, open_search()):
        assert reader.count() == 2
        assert find(reader, "war") == ["war"]
        assert find(reader, "wine") == []
    search.replace([make_video("wine", key=WINE)])
    assert find(search, "wine") == ["wine"]


def test_notes_by_title(search):
    search.replace(
        [
            make_video(title="The just war in theory"),
            make_video(key=WINE, title="Just war"),
            make_video(key="note/x", title="Wine", slug="x", channel="war"),
        ]
    )
    hits = search.find_notes(parse_query("just wa*"))
    assert [hit.title for hit in hits] == ["Just war", "The just war in theory"]
    assert (hits[0].key, hits[0].slug, hits[0].marks) == (WINE, "lenny/just_war", ((0, 4), (5, 8)))

    def titles(typed: str, **options) -> list[str]:
        return [hit.title for hit in search.find_notes(parse_query(typed), **options)]

    assert titles("war -theory") == ["Just war"]
    assert titles('"war in"') == ["The just war in theory"]
    assert titles("just", limit=1) == ["Just war"]
    assert titles("channel:lenny") == []
    assert titles("wine channel:lenny") == []
    assert titles("wine channel:war") == ["Wine"]


def test_topics(search):
    of_war = ClaimDocument(note="n", start=5, text="both", topics=("just_war", "o'brien"))
    video = make_video("one", "two", "three", topics=("just_war",))
    other = VideoDocuments(key=WINE, channel="c", notes=(), claims=(of_war,))
    search.replace([video, other, make_video("none", key="note/x")])
    found = search.find_topic("just_war", [WAR, WINE, "note/x", "absent"], limit=2)
    assert {key: [hit.text for hit in hits] for key, hits in found.items()} == {
        WAR: ["one", "two"],
        WINE: ["both"],
        "note/x": [],
        "absent": [],
    }
    assert [hit.text for hit in search.find_topic("o'brien", [WINE], limit=9)[WINE]] == ["both"]


def test_what_was_said_is_found_apart_from_what_is_claimed(search):
    search.replace(
        [
            with_cues(
                make_video("A just war"), "so what is, er, a war", "and a peace", "War! Wars"
            ),
            with_cues(make_video("Wine", key=WINE, channel="cleo"), "no war over wine"),
        ]
    )
    assert search.count() == 8
    found = search.find_cues(parse_query("WAR"), order="time")
    hits = [hit for hit in found.hits if hit.key == WAR]
    assert [(hit.start, hit.text) for hit in hits] == [
        (0, "so what is, er, a war"),
        (30, "War! Wars"),
    ]
    assert [hits[1].text[begin:end] for begin, end in hits[1].marks] == ["War"]
    assert len(found.hits) == 3
    assert find(search, "war") == ["A just war"]
    assert said(search, "peace") == ["and a peace"]
    assert search.search(parse_query("peace")) == Found()
    assert search.suggest(parse_query("paece")) == ()  # claims alone say what there is


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ('"no war"', ["no war over wine"]),
        ("pea*", ["and a peace"]),
        (f"war video:{WINE}", ["no war over wine"]),
        ("war channel:cleo", ["no war over wine"]),
        ("war -wine -er", ["War! Wars"]),
        ("war note:wine", []),
        (f"video:{WINE}", []),
        ("channel:cleo", []),
        ("-war", []),
        ("absent", []),
        ("", []),
    ],
)
def test_what_was_said_is_found_as_claims_are(search, typed, texts):
    search.replace(
        [
            with_cues(
                make_video("A just war"), "so what is, er, a war", "and a peace", "War! Wars"
            ),
            with_cues(make_video("Wine", key=WINE, channel="cleo"), "no war over wine"),
        ]
    )
    for order in ("relevance", "time"):
        assert said(search, typed, order=order) == texts
    assert said(search, typed, channel="cleo") == [text for text in texts if "wine" in text]


@pytest.mark.parametrize("order", ["relevance", "time"])
def test_every_passage_comes_once(search, order):
    search.replace([with_cues(make_video(), *(f"war {n}" for n in range(25)))])
    texts, after = [], ""
    while after is not None:
        found = search.find_cues(parse_query("war"), limit=10, after=after, order=order)
        texts += [hit.text for hit in found.hits]
        after = found.after
    assert sorted(texts) == sorted(f"war {n}" for n in range(25))


def test_claims_are_found_and_ranked_as_if_nobody_had_said_anything(search, open_search):
    texts = ["a war of words and wine", "wine, wine and war", "war", "words about a war", "wines"]
    videos = [make_video(*texts), make_video("of war and wine", key=WINE, channel="cleo")]

    def everything() -> list[object]:
        return [
            ask(parse_query(typed))
            for typed in ("war wine", "war", "w*", "wa* words", '"war and"', "wnie", "note:just")
            for ask in (search.search, search.suggest, search.find_notes)
        ]

    search.replace(videos)
    before = everything()
    many = [f"war wine {'wine ' * (n % 7)}words and wnie {n}" for n in range(300)]
    search.replace([with_cues(videos[0], *many), with_cues(videos[1], "war wine w")])
    assert search.count() == 8 + 301
    assert everything() == before


def test_replacing_a_video_leaves_nothing_that_was_said_in_it(search, open_search):
    search.replace(
        [with_cues(make_video("war"), "old war"), with_cues(make_video(key=WINE), "war")]
    )
    search.replace([with_cues(make_video("war"), "new war")])
    assert sorted(said(search, "war")) == ["new war", "war"]
    search.replace([make_video("war")])
    assert said(open_search(), "war") == ["war"]
    search.replace([], removed=[WINE])
    assert said(open_search(), "war") == []
    assert search.count() == 2
    search.replace([with_cues(make_video("war"), "said")])
    search.clear()
    assert (search.count(), said(open_search(), "said")) == (0, [])


def test_what_was_said_is_written_with_the_claims_or_not_at_all(search, open_search):
    search.replace([with_cues(make_video("war"), "old")])

    def videos() -> Iterator[VideoDocuments]:
        yield with_cues(make_video("peace"), "new")
        raise RuntimeError("the folder is gone")

    with pytest.raises(RuntimeError, match="the folder is gone"):
        search.replace(videos())
    for reader in (search, open_search()):
        assert (said(reader, "old"), said(reader, "new")) == (["old"], [])
        assert reader.count() == 3


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        pytest.param("entrpy", ("entropy",), id="a letter is missing"),
        pytest.param("entroopy", ("entropy",), id="a letter too many"),
        pytest.param("entrapy", ("entropy",), id="another letter"),
        pytest.param("netropy", ("entropy",), id="letters exchanged"),
        pytest.param("entrapi", ("entropy",), id="two slips"),
        pytest.param("wordl entropy", ("wordle entropy",), id="beside a word that exists"),
        pytest.param('"entrpy theory"', ('"entropy theory"',), id="in a phrase"),
        pytest.param("theory entrpy", ("theory entropy",), id="after a word that exists"),
        pytest.param("entrpy xylophone", ("entropy xylophone",), id="beside one nothing is near"),
        pytest.param("xylophone entropy", (), id="nothing is near"),
        pytest.param("entrpy theroy", ("entropy theory",), id="two words"),
        pytest.param("théorie", ("theory",), id="two slips, with an accent"),
        pytest.param("привт -war", ("привет -war",), id="another script"),
        pytest.param("entropy", (), id="it exists"),
        pytest.param("entr*", (), id="something begins so"),
        pytest.param("xylophone", (), id="nothing is near at all"),
        pytest.param("日本", (), id="a character has no slips"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_suggestions(search, typed, suggested):
    search.replace([make_video("The theory of entropy", "Wordle", "Привет", channel="xylophones")])
    assert search.suggest(parse_query(typed)) == suggested


def test_suggestions_go_with_what_they_suggest(search):
    search.replace([make_video("cart"), make_video("card", "card", key=WINE)])
    assert search.suggest(parse_query("carx")) == ("card", "cart")
    assert search.suggest(parse_query("carx"), limit=1) == ("card",)
    search.replace([], removed=[WAR])
    if isinstance(search, PostgresqlSearch):  # Tantivy forgets a word when segments are merged
        assert search.suggest(parse_query("carx")) == ("card",)


HOSTILE = (
    st.text("ab '日\"“*-:&|!()<>\\\0\ud800%_.", max_size=40)
    | st.text(max_size=40)
    | st.lists(
        st.sampled_from(["war*", "-war", '"a b"', "channel:l", "note:a", "video:x", "'"])
    ).map(" ".join)
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(HOSTILE)
def test_what_was_typed_is_never_an_error(search, typed):
    if not search.count():
        video = make_video("a b war", "'quoted' 日本 \\ %_")
        search.replace([with_cues(video, "a b war", "'"), make_video(key=WINE)])
    for is_typing in (False, True):
        query = parse_query(typed, is_typing=is_typing)
        for order in ("relevance", "time"):
            found = search.search(query, order=order)
            assert len(found.hits) == found.total <= 2
        search.find_notes(query)
        search.find_cues(query)
        search.suggest(query)
        search.find_topic(typed, [typed], limit=3)


def test_hostile_documents(search):
    nasty = "'\"\\\t\n:*&|!()<->\u2028\ud800 \0 %_ \U0001f600"
    odd = make_video(nasty, key=f"note/{nasty}", channel=nasty, title=nasty, topics=(nasty,))
    search.replace(
        [
            with_cues(odd, nasty, "日" * 50_000, ""),
            make_video("日" * 50_000, "a" * 300_000, "ﷺ " * 30_000, key=WINE, channel="x" * 3_000),
        ]
    )
    assert search.count() == 9
    assert [len(text) for text in said(search, "日日")] == [LONGEST_TEXT]
    assert search.search(parse_query("u+2028 note:a channel:x")) == Found()
    assert search.search(parse_query("video:v68zYyaEmEA")).channels == (("x" * 3_000, 3),)
    (long,) = search.search(parse_query("日日")).hits
    assert len(long.text) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        pytest.param("War and warfare", "war", ["War"], id="the word"),
        pytest.param("War and warfare", "war*", ["War", "warfare"], id="a prefix"),
        pytest.param("A just war, just so", '"just war"', ["just war"], id="a phrase alone"),
        pytest.param("Don’t, don", "don't", ["Don’t"], id="an apostrophe"),
        pytest.param("これは日本語です", "日本", ["日本"], id="a run"),
        pytest.param("日本日本", "日本", ["日本日本"], id="ranges that meet are one"),
        pytest.param("Café ½", "cafe 2", ["Café", "½"], id="what folds"),
        pytest.param("a b a b a", '"a b a"', ["a b a b a"], id="phrases overlap"),
        pytest.param("nothing", "war", [], id="nothing"),
    ],
)
def test_marks(text, typed, marked):
    marks = find_marks(text, parse_query(typed).terms)
    assert [text[begin:end] for begin, end in marks] == marked


class TestTantivyParts:
    """What so much has that a part of it is enough."""

    @pytest.fixture
    def search(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TantivySearch:
        monkeypatch.setattr("viewer.library.tantivy_query._MANY", 3)
        monkeypatch.setattr("viewer.library.tantivy_query._TOO_MANY", 50)
        monkeypatch.setattr("viewer.library.tantivy_query._COMMON", 50)
        monkeypatch.setattr("viewer.library.tantivy._ENOUGH", 40)
        return TantivySearch(tmp_path)

    def test_a_word_that_begins_so_is_found_beside_another_however_rare(self, search) -> None:
        search.replace([make_video(*["an apple"] * 9, "war anvil", "war axis", "a war")])
        found = search.search(parse_query("war a*"))
        assert (found.total, found.is_total_exact) == (3, True)
        assert sorted(texts_of(found)) == ["a war", "war anvil", "war axis"]

    def test_of_what_begins_so_the_commonest_words_are_passed_over(self, search) -> None:
        search.replace([make_video(*["the"] * 60, *["theory"] * 70, *["then"] * 61, "thesis")])
        assert {*find(search, "th*")} == {"theory"}  # all are so common, but for one claim
        search.replace([make_video(*["thumb"] * 20, *["thing"] * 49, key=WINE)])
        found = search.search(parse_query("th*"), limit=100)
        assert (found.total, found.is_total_exact, {*texts_of(found)}) == (49, False, {"thing"})
        assert find(search, "the*")[0] == "the"

    def test_frequent_words_in_a_row_are_looked_for_in_some_videos(self, search) -> None:
        videos = [make_video(*["some of the many"] * 5, key=f"video{n:06}") for n in range(900)]
        search.replace([*videos, make_video("many of them all", "of many", key=WINE)])
        found = search.search(parse_query('"of the"'))
        assert not found.is_total_exact
        assert 40 <= found.total < 900
        assert sum(count for _, count in found.channels) == found.total
        assert sum(map(len, pages(search, '"of the"', limit=100, order="time"))) == 4500
        few = search.search(parse_query('"many of"'))
        assert (few.total, few.is_total_exact) == (1, True)
        narrow = search.search(parse_query(f'"of the" video:{videos[0].key}'))
        assert (narrow.total, narrow.is_total_exact) == (5, True)

    def test_pages_of_a_part_are_of_one_part(self, search) -> None:
        texts = [f"war {word} {n}" for word in ("apple", "anvil", "axis") for n in range(70)]
        search.replace([make_video(*texts)])
        got = [text for page in pages(search, "war a*", limit=30) for text in page]
        assert len(got) == len({*got}) >= 40


class TestTantivyFolder:
    """What can be wrong with the files of an index."""

    def test_none_is_there(self, tmp_path: Path) -> None:
        with pytest.raises(IndexBroken, match="holds no search index"):
            TantivySearch(tmp_path / "search", create=False)

    @pytest.mark.parametrize("content", [b"", b"{}", b"\xff\0", b'{"segments": []}'])
    def test_it_is_broken(self, tmp_path: Path, content: bytes) -> None:
        TantivySearch(tmp_path).close()
        (tmp_path / "meta.json").write_bytes(content)
        with pytest.raises(IndexBroken, match="index the library again"):
            TantivySearch(tmp_path)

    def test_it_is_of_another_make(self, tmp_path: Path) -> None:
        TantivySearch(tmp_path).close()
        meta = tmp_path / "meta.json"
        meta.write_text(meta.read_text().replace('"words"', '"body"'))
        with pytest.raises(IndexBroken, match="index the library again"):
            TantivySearch(tmp_path, create=False)

    @pytest.mark.parametrize("suffix", ["store", "idx", "term", "fast", "pos", "fieldnorm"])
    @pytest.mark.parametrize("harm", ["gone", "empty", "garbled"])
    def test_a_file_is_broken(self, tmp_path: Path, suffix: str, harm: str) -> None:
        search = TantivySearch(tmp_path)
        search.replace([make_video("a just war", "and peace")])
        search.close()
        (file,) = tmp_path.glob(f"*.{suffix}")
        if harm == "gone":
            file.unlink()
        else:
            size = file.stat().st_size
            file.write_bytes(b"" if harm == "empty" else b"\xa5" * size)
        try:
            broken = TantivySearch(tmp_path)
            broken.search(parse_query('"just war" wa* -peace'))
            broken.search(parse_query("war"), order="time")
        except IndexBroken:
            pass
        else:
            assert harm == "garbled"

    def test_what_was_not_committed_leaves_no_files(self, tmp_path: Path) -> None:
        search = TantivySearch(tmp_path)
        search.replace([make_video("war")])
        before = {file.name for file in tmp_path.iterdir()}

        def videos() -> Iterator[VideoDocuments]:
            yield make_video("peace")
            raise RuntimeError("the folder is gone")

        with pytest.raises(RuntimeError):
            search.replace(videos())
        assert {file.name for file in tmp_path.iterdir()} <= before
        search.replace([make_video("peace")])
        assert find(TantivySearch(tmp_path), "peace") == ["peace"]

    def test_one_writes_at_a_time(self, tmp_path: Path) -> None:
        search = TantivySearch(tmp_path)
        other = TantivySearch(tmp_path)

        def videos() -> Iterator[VideoDocuments]:
            with pytest.raises(LibraryError, match="can't be written"):
                other.replace([make_video("peace")])
            yield make_video("war")

        search.replace(videos())
        other.refresh()
        assert find(other, "war") == ["war"]


class TestPostgresqlDatabase:
    """What can be wrong with a database."""

    @pytest.fixture
    def engine(self, postgresql_url):
        engine = create_engine(postgresql_url.replace("postgresql:", "postgresql+psycopg:"))
        yield engine
        engine.dispose()

    def test_tables_of_another_version_are_made_anew(self, engine) -> None:
        PostgresqlSearch(engine).replace([make_video("war")])
        with engine.begin() as connection:
            connection.exec_driver_sql("COMMENT ON TABLE documents IS 'claimline search 0'")
        assert PostgresqlSearch(engine).count() == 0

    def test_the_tables_are_gone(self, engine) -> None:
        search = PostgresqlSearch(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE documents, words")
        with pytest.raises(IndexBroken, match="can't be read"):
            search.search(parse_query("war"))
        with pytest.raises(LibraryError, match="can't be written"):
            search.replace([make_video("war")])

    def test_the_server_is_gone(self, engine) -> None:
        nowhere = create_engine("postgresql+psycopg://127.0.0.1:1/x")
        with pytest.raises(IndexBusy, match="can't be opened"):
            PostgresqlSearch(nowhere)

    def test_what_takes_too_long_is_said(self, engine) -> None:
        search = PostgresqlSearch(engine, deadline=50)
        search.replace([make_video("war")])
        query = parse_query("war")
        with engine.begin() as other:
            other.exec_driver_sql("LOCK TABLE documents, cues")
            for ask in (
                lambda: search.search(query),
                lambda: search.find_notes(query),
                lambda: search.find_cues(query),
                lambda: search.find_topic("war", [WAR], limit=3),
            ):
                with pytest.raises(SearchLate, match="50 ms"):
                    ask()
        assert search.search(query).total == 1
