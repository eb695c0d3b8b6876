"""What was said, beside the video and its claims: in step, followed, searched, copied."""

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.captions import EVERY, SAID, write_vtt
from tests.serving import serving
from tests.shelf import make_note, write_library

TALK = "ledger_talk"
LONG = "long_speech"
BARE = "uncaptions_"
WATCH = f"/watch/{TALK}"
TAB = f"{WATCH}?tab=transcript"
PHONE = {"width": 390, "height": 844}
COUNT = 10_000

NOTE = """\
- The keeper recorded every ship at the northern cape [0:00]
- His ledgers were found in a bakery's cellar in 1953 [0:40]
- Barometer readings predicted each storm, as a student noticed [1:20]
- Nobody in the harbor office had opened the books [2:00]
- Fishermen asked him about the weather at dawn on the hill [2:40]
- An insurance company in Rotterdam offered forty thousand guilders [3:20]
- His daughter refused as the ink was made of walnut shells [0:40]
- Ostriches cannot fly but run faster than horses [1:40]
"""


@pytest.fixture(scope="module")
def captioned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a library whose videos have captions."""
    speakers = ["Ann", "Ann", "Ben", "Ben", "Ann", "Ann", "Ben", "Ben"]
    said = [
        (n * EVERY, (n + 1) * EVERY, f"<v {speaker}>{text}")
        for n, (text, speaker) in enumerate(zip(SAID, speakers, strict=True))
    ]
    long = [(3 * n, 3 * n + 3, f"Word {n} is said and heard.") for n in range(COUNT)]
    info = {
        "id": TALK,
        "duration": 600,
        "chapters": [
            {"start_time": 0, "end_time": 160, "title": "The ledgers"},
            {"start_time": 160, "end_time": 600, "title": "What became of them"},
        ],
    }
    folder = write_library(
        tmp_path_factory.mktemp("captioned"),
        {
            "keeper.md": make_note(NOTE, title="The keeper", videoId=TALK),
            "long.md": make_note("- A word is said [0:03]", title="Long", videoId=LONG),
            "bare.md": make_note("- It is said [0:03]", title="Bare", videoId=BARE),
            f"{TALK}.en.vtt": write_vtt(*said),
            f"{TALK}.de.vtt": write_vtt((0, 80, "Der Leuchtturm."), (80, 120, "Ein Student.")),
            f"{TALK}.info.json": json.dumps(info),
            f"{LONG}.en.vtt": write_vtt(*long),
        },
    )
    with serving(folder) as address:
        yield address


@pytest.fixture
def look(read, captioned):
    """Return a function that opens a page of that library."""

    def look(path=TAB, **fields):
        return read(path, site=captioned, **fields)

    return look


def cues(reader):
    return reader.page.locator("#transcript .cue")


def marked(reader):
    return reader.page.locator('#transcript .cue[aria-current="true"]')


def said_list(reader):
    return reader.page.get_by_role("region", name="What is said in the video")


def box(reader):
    return reader.page.get_by_role("searchbox", name="Search within the transcript")


def expect_in_upper_third(reader):
    inside = """list => {
      const cue = list.querySelector('[aria-current="true"]').getBoundingClientRect();
      const box = list.getBoundingClientRect();
      return cue.top >= box.top && cue.top < box.top + box.height / 3;
    }"""
    reader.wait(lambda: said_list(reader).evaluate(inside))


def expect_at_rest(reader):
    stays = """list => new Promise(resolve => {
      const before = list.scrollTop;
      setTimeout(() => resolve(list.scrollTop === before), 200);
    })"""
    reader.wait(lambda: said_list(reader).evaluate(stays))


# In step


def test_the_cue_that_is_said_is_marked_with_its_claim(look):
    reader = look(f"{TAB}&t=79")
    expect(marked(reader)).to_have_text(SAID[1])
    reader.play()
    expect(marked(reader)).to_have_text(SAID[2])
    reader.press("1")
    reader.expect_marked("Barometer readings predicted each storm, as a student noticed")
    assert reader.commands("seekTo") == []


def test_what_was_said_is_fainter_and_comes_back_when_going_back(look):
    reader = look(f"{TAB}&t=125")
    expect(reader.page.locator(".cue.past")).to_have_text(SAID[:3])
    cues(reader).nth(1).click()
    expect(reader.page.locator(".cue.past")).to_have_text(SAID[:1])


def test_a_click_on_what_is_said_goes_there(look):
    reader = look()
    reader.play()
    cues(reader).filter(has_text="Rotterdam").click()
    expect(marked(reader)).to_have_text(SAID[5])
    reader.expect_media_time(200, 203)
    reader.page.locator(".passage .at").filter(has_text="1:20").click()
    expect(marked(reader)).to_have_text(SAID[2])


def test_speakers_are_named_once_a_turn_and_chapters_are_headings(look):
    reader = look()
    transcript = reader.page.locator("#transcript")
    expect(transcript.get_by_role("heading", level=4)).to_have_text(["Ann", "Ben", "Ann", "Ben"])
    expect(transcript.get_by_role("heading", level=3)).to_have_text(
        ["The ledgers", "What became of them"]
    )


def test_it_is_fetched_when_it_is_looked_at_and_not_before(look):
    asked = []
    reader = look("/")
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.page.goto(reader.page.url.rstrip("/") + f"{WATCH}?t=80")
    reader.page.wait_for_selector("#notes article", state="attached")
    assert [url for url in asked if "tab=transcript" in url] == []
    reader.press("3")
    expect(marked(reader)).to_have_text(SAID[2])
    expect(reader.page.get_by_role("link", name="Transcript", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    reader.press("1")
    expect(said_list(reader)).to_be_hidden()


def test_another_language_goes_on_where_the_video_is(look):
    reader = look(f"{TAB}&t=10")
    reader.press("l")
    cues(reader).filter(has_text="student").click()
    reader.page.get_by_role("link", name="German").click()
    expect(marked(reader)).to_have_text("Ein Student.")
    reader.expect_at("1:20")
    reader.expect_address(r"\?tab=transcript&lang=de")


# Followed, searched, copied


def test_the_cue_is_kept_in_the_upper_third_until_the_reader_scrolls(look):
    reader = look(f"/watch/{LONG}?tab=transcript&t=300")
    expect_in_upper_third(reader)
    for _ in range(9):
        reader.press("l")
    expect(marked(reader)).to_contain_text("Word 130 ")
    expect_in_upper_third(reader)
    expect_at_rest(reader)  # a wheel that turns while the list moves by itself may be lost
    said_list(reader).hover()
    reader.page.mouse.wheel(0, 900)
    follow = reader.page.locator(".follow")
    expect(follow).to_have_attribute("aria-pressed", "false")
    reader.press("l")
    expect(marked(reader)).not_to_be_in_viewport()
    reader.press("f")
    expect_in_upper_third(reader)
    assert reader.page.evaluate("() => [scrollX, scrollY]") == [0, 0]


def test_the_same_keys_search_within_what_is_said(look):
    reader = look()
    reader.press("/")
    expect(box(reader)).to_be_focused()
    box(reader).type("LEDGERS the")
    hits = reader.page.locator(".passage.hit")
    expect(hits).to_have_count(2)
    expect(reader.page.locator("#transcript output")).to_have_text("2")
    reader.press("Enter")
    expect(reader.page.locator("#transcript output")).to_have_text("1/2")
    reader.press("Enter")
    expect(reader.page.locator(".passage.hit-now")).to_contain_text("glass case")
    expect(reader.page.locator("#timeline .hit")).to_have_count(0)


def test_a_link_opens_the_transcript_at_its_second_with_its_words(look):
    reader = look(f"{TAB}&t=241&q=walnut")
    expect(marked(reader)).to_have_text(SAID[6])
    expect(reader.page.locator(".passage.hit")).to_contain_text("walnut")
    expect(box(reader)).to_have_value("walnut")
    reader.expect_at("4:01")


def test_what_is_copied_begins_with_its_time(look):
    reader = look(options={"permissions": ["clipboard-read", "clipboard-write"]})
    place = cues(reader).filter(has_text="Fishermen").bounding_box()
    reader.page.mouse.move(place["x"] + 3, place["y"] + 10)
    reader.page.mouse.down()
    reader.page.mouse.move(place["x"] + 160, place["y"] + 10, steps=5)
    reader.page.mouse.up()
    selected = reader.page.evaluate("() => String(getSelection())")
    assert len(selected) > 10
    reader.press("Control+c")
    copied = "() => navigator.clipboard.readText()"
    assert reader.page.evaluate(copied) == f"[2:40] {selected}"
    reader.expect_at("0:00")


def test_other_words_are_copied_as_they_are(look):
    reader = look(options={"permissions": ["clipboard-read", "clipboard-write"]})
    reader.page.locator("h1").select_text()
    reader.press("Control+c")
    assert reader.page.evaluate("() => navigator.clipboard.readText()") == "The keeper"


def test_claims_are_copied_as_they_are_though_a_hidden_cue_is_selected_too(look):
    reader = look(options={"permissions": ["clipboard-read", "clipboard-write"]})
    expect(cues(reader)).to_have_count(len(SAID))
    reader.press("1")
    expect(said_list(reader)).to_be_hidden()
    # Firefox selects all there is, Chromium no further than the last words that are seen.
    reader.page.evaluate("() => document.body.append('The end')")
    reader.press("Control+a")
    reader.press("Control+c")
    copied = reader.page.evaluate("() => navigator.clipboard.readText()")
    assert "Ostriches cannot fly" in copied
    assert not copied.startswith("[")


# Ten thousand cues


def test_ten_thousand_cues_arrive_and_are_in_step(look):
    reader = look(f"/watch/{LONG}?tab=transcript&t=15000", duration=30_000)
    expect(cues(reader)).to_have_count(COUNT, timeout=60_000)
    in_order = "cues => cues.every((cue, index) => Number(cue.dataset.start) === 3 * index)"
    assert cues(reader).evaluate_all(in_order)
    expect(marked(reader)).to_have_text("Word 5000 is said and heard.")
    expect_in_upper_third(reader)
    reader.play()
    expect(marked(reader)).to_have_text("Word 5001 is said and heard.")
    expect_in_upper_third(reader)
    box(reader).fill("Word 9999")
    box(reader).press("Enter")
    found = cues(reader).filter(has_text="Word 9999 ")
    expect(reader.page.locator(".passage.hit-now")).to_be_in_viewport()
    at_once = found.evaluate("link => { link.click(); return link.ariaCurrent; }")
    assert at_once == "true"


# The strip and the claims


def test_hovering_over_the_strip_tells_the_chapter(look):
    reader = look(WATCH)
    strip = reader.strip.bounding_box()
    reader.page.mouse.move(strip["x"] + strip["width"] * 0.5, strip["y"] + 5)
    expect(reader.page.locator(".tip")).to_have_text(
        re.compile("^(4:59|5:00) What became of them · An insurance company")
    )


def test_a_claim_unfolds_what_was_said_and_plays_it(look):
    reader = look(WATCH)
    reader.play()
    row = reader.row("walnut")
    row.locator("summary").click()
    expect(row.locator("blockquote")).to_contain_text("walnut shells")
    reader.expect_media_time(0, 20)
    row.get_by_role("link", name="Play from 4:00").click()
    reader.expect_media_time(240, 244)
    assert reader.commands("seekTo") == ["seekTo 240"]


def test_a_corrected_stamp_is_copied_where_the_note_can_not_be_changed(look, monkeypatch):
    monkeypatch.setattr("viewer.web.watch.may_write", lambda library: False)
    reader = look(WATCH, options={"permissions": ["clipboard-read", "clipboard-write"]})
    row = reader.row("walnut")
    row.locator("summary").click()
    expect(row.get_by_role("button", name="Use this second")).to_have_count(0)
    row.get_by_role("button", name="Copy [0:04:00]").click()
    expect(reader.page.locator(".watch > .status")).to_have_text("Copied")
    assert reader.page.evaluate("() => navigator.clipboard.readText()") == "[0:04:00]"


def test_the_second_is_written_into_the_note_while_the_video_plays_on(read, tmp_path):
    said = write_vtt(*((n * EVERY, n * EVERY + 9, text) for n, text in enumerate(SAID)))
    note = make_note(NOTE, title="The keeper", videoId=TALK)
    folder = write_library(tmp_path, {"keeper.md": note, f"{TALK}.en.vtt": said})
    with serving(folder) as site:
        reader = read(WATCH, site=site)
        reader.play()
        row = reader.row("walnut")
        row.locator("summary").click()
        row.get_by_role("button", name="Use this second").click()
        expect(row).to_contain_text("The note says 4:00 now.")
        reader.expect_playing()
        status = reader.page.locator(".watch > .status")
        expect(status.get_by_text("The note says 4:00 now.")).to_be_focused()
        reader.press(" ")
        reader.expect_playing(False)
        reader.press(" ")
        reader.expect_playing()
        reader.page.goto(site + WATCH)
        assert reader.row("walnut").get_attribute("data-start") == "240"
        reader.page.goto("about:blank")


def test_what_was_written_is_undone_from_where_it_is_told(read, tmp_path):
    said = write_vtt(*((n * EVERY, n * EVERY + 9, text) for n, text in enumerate(SAID)))
    note = make_note(NOTE, title="The keeper", videoId=TALK)
    folder = write_library(tmp_path, {"keeper.md": note, f"{TALK}.en.vtt": said})
    before = (folder / "keeper.md").read_bytes()
    with serving(folder, LIVE=True, FRESH_FOR=0.1) as site:
        reader = read(WATCH, site=site)
        row = reader.row("walnut")
        row.locator("summary").click()
        row.get_by_role("button", name="Use this second").click()
        expect(row).to_have_attribute("data-start", "240")  # the page has followed the note
        assert (folder / "keeper.md").read_bytes() != before
        reader.press("Tab")
        reader.press("Enter")
        status = reader.page.locator(".watch > .status")
        expect(status).to_have_text("The note is as it was.")
        expect(row).to_have_attribute("data-start", "40")
        assert (folder / "keeper.md").read_bytes() == before
        reader.page.locator("body").click(position={"x": 2, "y": 2})  # and time goes by
        told = status.locator(".told")
        told.evaluate("node => node.getAnimations().forEach(animation => animation.finish())")
        expect(told).to_be_hidden()
        row.locator("summary").click()
        row.get_by_role("button", name="Use this second").click()
        expect(status.get_by_role("button", name="Undo")).to_be_visible()
        reader.page.goto("about:blank")


def test_the_claims_that_are_said_elsewhere_can_be_looked_at_alone(look):
    reader = look(WATCH)
    line = reader.page.locator(".said-line")
    expect(line).to_contain_text("6 of 8 claims found where they say; 1 elsewhere; 1 not found")
    line.get_by_role("link", name="1 elsewhere").click()
    expect(reader.rows).to_have_count(1)
    reader.press("n")
    reader.expect_marked("His daughter refused as the ink was made of walnut shells")
    reader.page.get_by_role("link", name="show all").click()
    expect(reader.rows).to_have_count(8)


# Everyone


def unfold(reader):
    reader.row("walnut").locator("summary").click()


@pytest.mark.expects_errors("404")  # axe looks for styles at their address beside the page
@pytest.mark.parametrize(
    ("path", "act"),
    [
        pytest.param(f"{TAB}&t=130", None, id="transcript"),
        pytest.param(f"/watch/{BARE}?tab=transcript", None, id="none"),
        pytest.param(WATCH, unfold, id="unfolded"),
    ],
)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(look, path, act):
    reader = look(path, options={"color_scheme": "light", "bypass_csp": True})
    if act:
        act(reader)
    for scheme in ("light", "dark"):
        reader.page.emulate_media(color_scheme=scheme)
        found = Axe().run(reader.page, context={"exclude": [["iframe"]]})
        serious = [
            (violation["id"], node["target"])
            for violation in found.response["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]
        assert serious == [], scheme
    for width in (320, PHONE["width"]):
        reader.page.set_viewport_size({"width": width, "height": 640})
        assert reader.page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_it_is_read_without_script(look):
    reader = look(f"{WATCH}?t=40", options={"java_script_enabled": False})
    reader.page.get_by_role("link", name="Transcript", exact=True).click()
    expect(cues(reader)).to_have_text(SAID)
    cues(reader).nth(4).click()
    reader.expect_address(r"\?tab=transcript&t=160$")
    expect(marked(reader)).to_have_text(SAID[4])
    expect(reader.poster).to_have_attribute("href", re.compile("&t=160s$"))
    box(reader).fill("glass")
    box(reader).press("Enter")
    reader.expect_address(r"\?q=glass&t=160&tab=transcript$")
    expect(reader.page.locator(".passage.hit")).to_contain_text("glass case")


def test_the_tab_is_printed_where_it_is_open(look):
    reader = look(f"{TAB}&t=40")
    reader.page.emulate_media(media="print")
    expect(cues(reader).last).to_be_visible()
    expect(reader.page.locator("#transcript .within")).to_be_hidden()
