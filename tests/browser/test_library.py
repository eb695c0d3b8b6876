"""The home page: what there is to watch."""

import os
import re

import pytest
from playwright.sync_api import expect

from tests.serving import serving
from tests.shelf import TALK, make_note, write_library

BISHKEK = "The ceasefire was signed in Bishkek"


def cards(reader):
    return reader.page.locator(".card")


def test_each_video_has_a_card_with_its_facts(read):
    reader = read("/")
    words = "6 videos, 122 claims in 9 notes, 2 without a video"
    expect(reader.page.locator("h1")).to_have_text(words)
    expect(cards(reader)).to_have_count(6)
    card = cards(reader).filter(has_text="Notes on the ceasefire")
    expect(card.locator(".card-facts")).to_have_text("Borders explained · 10 claims in 2 notes")
    expect(card.locator(".drawing")).to_be_visible()
    card.get_by_role("link", name="Notes on the ceasefire").click()
    reader.expect_address(f"/watch/{TALK}$")


def test_a_note_without_video_is_listed_apart(read):
    reader = read("/")
    reader.page.get_by_role("link", name="2 without a video").click()
    expect(cards(reader)).to_have_count(2)
    expect(reader.page.locator(".orders [aria-current]")).to_have_text("Notes without a video")
    cards(reader).filter(has_text="An essay").get_by_role("link", name="An essay").click()
    reader.expect_address("/note/borders/essay$")
    expect(reader.page.locator("article")).to_contain_text("a thought about maps")


# The list


def test_the_order_changes_without_loading_the_page(read):
    reader = read("/")
    reader.page.evaluate("() => { window.same = true; }")
    for order, address in (("A–Z", "title"), ("By channel", "channel"), ("Recently", "recent")):
        reader.page.get_by_role("navigation", name="Order").get_by_text(order).click()
        reader.expect_address(rf"/\?sort={address}$")
        expect(cards(reader)).to_have_count(6)
        expect(reader.page.locator(".orders [aria-current]")).to_contain_text(order)
    assert reader.page.evaluate("() => window.same")
    reader.page.reload()
    expect(reader.page.locator(".orders [aria-current]")).to_contain_text("Recently")


def test_a_card_leads_to_its_channel(read):
    reader = read("/")
    cards(reader).filter(has_text="ceasefire").get_by_role("link", name="Borders explained").click()
    expect(reader.page.locator("h1")).to_have_text("Borders explained")
    expect(cards(reader)).to_have_count(1)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_more_videos_are_shown_on_demand(read, live_server, tmp_path, script):
    notes = {
        f"{n:03}.md": make_note("- It is said [0:09]", title=f"Talk {n}", videoId=f"video{n:06}")
        for n in range(130)
    }
    site = live_server(write_library(tmp_path, notes))
    reader = read("/?sort=recent", site=site, options={"java_script_enabled": script})
    more = reader.page.get_by_role("link", name="Show more")
    counts = [60, 120, 130] if script else [60, 60, 10]
    titles = set()
    for place, count in enumerate(counts):
        expect(cards(reader)).to_have_count(count)
        titles |= set(reader.page.locator(".card-title").all_inner_texts())
        if place < 2:
            more.click()
    expect(more).to_have_count(0)
    assert titles == {f"Talk {n}" for n in range(130)}


# Topics, and cards beside links to them


@pytest.fixture(scope="module")
def lakes(tmp_path_factory):
    """Return the address of a library whose notes link to each other, and nowhere."""
    notes = {
        "geo/sevan.md": make_note(
            "- [[Fresh water]] is scarce [0:04]\n- The lake is high [0:09]",
            title="Lake Sevan",
            videoId="sevan_video",
        ),
        "geo/rivers.md": make_note(
            "\n".join(
                ["- One leaves [[sevan | the lake]] [0:01], and [[fresh water]] with it [0:02]"]
                + [f"- {n} rivers of [[fresh water]] [{n}:00]" for n in range(1, 13)]
            ),
            title="Rivers",
            videoId="riversvideo",
        ),
    }
    with serving(write_library(tmp_path_factory.mktemp("lakes"), notes)) as address:
        yield address


def test_a_link_that_leads_to_no_note_leads_to_what_is_said_of_it(read, lakes):
    reader = read("/watch/riversvideo?tab=note", site=lakes)
    reader.page.locator(".wikilink", has_text="fresh water").first.click()
    reader.expect_address("/topic/fresh_water$")
    videos = reader.page.locator(".topic-video")
    expect(videos.locator("h2")).to_have_text(["Rivers", "Lake Sevan"])
    expect(videos.first.locator(".found-claim")).to_have_count(8)
    videos.first.get_by_role("link", name="5 more claims").click()
    expect(videos.first.locator(".found-claim")).to_have_count(13)
    reader.expect_address("/topic/fresh_water$")
    videos.last.locator(".found-claim").click()
    reader.expect_address(r"/watch/sevan_video\?claim=\w+&t=4$")
    reader.expect_marked("Fresh water is scarce")


def test_a_card_shows_what_a_link_leads_to(read, lakes):
    reader = read("/watch/riversvideo?tab=note", site=lakes)
    card = reader.page.get_by_role("tooltip")
    link = reader.page.locator(".wikilink", has_text="the lake")
    link.hover()
    expect(card).to_contain_text("Lake Sevan")
    expect(card).to_contain_text("Fresh water is scarce")
    card.hover()  # it stays below the pointer
    reader.page.wait_for_timeout(600)
    expect(card).to_be_visible()
    reader.press("Escape")
    expect(card).to_be_hidden()
    reader.page.locator(".wikilink", has_text="fresh water").first.hover()
    expect(card).to_contain_text("No note, 14 claims in 2 videos")
    reader.page.locator("h1").hover()
    expect(card).to_be_hidden()
    link.focus()
    reader.press("Shift+Tab")
    reader.press("Tab")
    expect(card).to_contain_text("Lake Sevan")
    reader.press("Escape")
    expect(card).to_be_hidden()
    reader.page.locator("h1").hover()
    reader.page.wait_for_timeout(600)
    expect(card).to_be_hidden()  # whatever has the focus
    link.hover()
    expect(card).to_contain_text("Lake Sevan")
    reader.page.locator("h1").hover()
    link.focus()
    reader.page.locator("h1").hover()  # the pointer does not take it from the keyboard
    reader.page.wait_for_timeout(600)
    expect(card).to_be_visible()


def test_a_card_moves_nothing_and_comes_to_no_finger(read, lakes):
    reader = read("/watch/riversvideo?tab=note", site=lakes, options={"has_touch": True})
    places = (
        "() => [...document.querySelectorAll('.claim')].map((c) => c.getBoundingClientRect().y)"
    )
    reader.page.wait_for_timeout(300)
    before = reader.page.evaluate(places)
    reader.page.locator(".wikilink", has_text="the lake").hover()
    expect(reader.page.get_by_role("tooltip")).to_contain_text("Lake Sevan")
    assert reader.page.evaluate(places) == before
    reader.press("Escape")
    reader.page.locator("h1").tap()
    reader.page.evaluate("() => addEventListener('click', (event) => event.preventDefault(), true)")
    reader.page.locator(".wikilink", has_text="fresh water").first.tap()
    reader.page.wait_for_timeout(800)
    expect(reader.page.get_by_role("tooltip")).to_be_hidden()


def test_other_videos_on_the_same_come_when_they_are_looked_for(read, lakes):
    reader = read("/watch/riversvideo", site=lakes)
    more = reader.page.get_by_role("region", name="More on this")
    reader.page.locator(".stage").evaluate("(stage) => stage.scrollTo(0, stage.scrollHeight)")
    more.locator(".more-videos").get_by_role("link", name="Lake Sevan").click()
    reader.expect_address("/watch/sevan_video$")


def test_other_videos_on_the_same_are_in_the_sheet_of_a_phone(read, lakes):
    phone = {"viewport": {"width": 390, "height": 664}}
    reader = read("/watch/riversvideo", site=lakes, options=phone)
    reader.button("About this video").click()
    more = reader.page.get_by_role("region", name="More on this")
    expect(more.locator(".more-videos").get_by_role("link", name="Lake Sevan")).to_be_visible()


def test_other_videos_on_the_same_have_a_page_of_their_own_without_script(read, lakes):
    reader = read("/watch/riversvideo", site=lakes, options={"java_script_enabled": False})
    reader.page.get_by_role("link", name="More on this").click()
    videos = reader.page.locator(".more-videos")
    expect(videos.get_by_role("link", name="Lake Sevan")).to_be_visible()


# Continue watching


def test_a_video_that_was_watched_can_be_continued(read, site):
    reader = read("/")
    recent = reader.page.get_by_role("region", name="Continue watching")
    expect(recent).to_be_hidden()
    reader.page.goto(f"{site}/watch/{TALK}")
    reader.click(BISHKEK)
    reader.page.goto(f"{site}/watch/rivers_long")
    reader.press("n")
    reader.page.goto(f"{site}/")
    expect(recent.get_by_role("link")).to_have_text(
        [
            re.compile("A hundred rivers.* from 0:03"),
            re.compile("Notes on the ceasefire.* from 1:19"),
        ]
    )
    recent.get_by_role("link", name="Notes on the ceasefire").click()
    reader.expect_marked(BISHKEK)


def test_a_video_that_was_only_opened_is_not_one_to_continue(read, site):
    reader = read(f"/watch/{TALK}?t=79")
    reader.expect_marked(BISHKEK)
    reader.page.goto(f"{site}/")
    expect(cards(reader)).to_have_count(6)
    expect(reader.page.get_by_role("region", name="Continue watching")).to_be_hidden()


# Pictures


def test_pictures_come_from_youtube_only_after_the_reader_allowed_it(read):
    reader = read("/")
    reader.page.wait_for_load_state("networkidle")
    assert reader.standin.requests == []
    reader.page.get_by_label("Show pictures from YouTube").check()
    picture = cards(reader).filter(has_text="ceasefire").locator("img")
    expect(picture).to_be_visible()
    expect(picture).to_have_attribute("src", f"https://i.ytimg.com/vi/{TALK}/hqdefault.jpg")
    reader.wait(lambda: f"https://i.ytimg.com/vi/{TALK}/hqdefault.jpg" in reader.standin.requests)
    assert all(url.startswith("https://i.ytimg.com/vi/") for url in reader.standin.requests)
    reader.page.get_by_role("link", name="A–Z").click()
    expect(reader.page.locator(".orders [aria-current]")).to_have_text("A–Z")
    expect(picture).to_be_visible()
    reader.page.reload()
    expect(picture).to_be_visible()
    reader.page.get_by_label("Show pictures from YouTube").uncheck()
    expect(picture).to_be_hidden()


# What is not there


def test_an_empty_folder_says_how_to_write_a_note(read, live_server, tmp_path):
    reader = read("/", site=live_server(tmp_path))
    expect(reader.page.get_by_role("heading", name="No notes here yet")).to_be_visible()
    write_library(tmp_path, {"first.md": reader.page.locator("pre").inner_text()})
    reader.wait(lambda: reader.page.reload() and cards(reader).count() == 1)
    expect(cards(reader)).to_contain_text("What the talk says")
    expect(cards(reader)).to_contain_text("2 claims")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="links are made")
def test_a_file_that_cannot_be_read_is_listed_with_the_reason(read, live_server, tmp_path):
    write_library(tmp_path, {"good.md": make_note("- Said [0:09]", title="Good", videoId=TALK)})
    (tmp_path / "link.md").symlink_to(tmp_path / "good.md")
    reader = read("/", site=live_server(tmp_path))
    expect(cards(reader)).to_have_count(1)
    reader.page.get_by_text("1 file could not be read").click()
    expect(reader.page.locator("details li")).to_have_text(re.compile("^link.md: is a symbolic"))
