"""The home page: what there is to watch."""

import os
import re

import pytest
from playwright.sync_api import expect

from tests.browser.notes import TALK, make_note, write_library

BISHKEK = "The ceasefire was signed in Bishkek"


def cards(reader):
    return reader.page.locator(".card")


def filter_box(reader):
    return reader.page.get_by_role("searchbox", name="Filter by title, channel or note")


def test_each_video_has_a_card_with_its_facts(read):
    reader = read("/")
    expect(reader.page.locator("h1")).to_have_text("8 videos, 122 claims")
    expect(cards(reader)).to_have_count(8)
    card = cards(reader).filter(has_text="Notes on the ceasefire")
    expect(card.locator(".card-facts")).to_have_text("Borders explained · 10 claims in 2 notes")
    expect(card.locator(".drawing")).to_be_visible()
    card.get_by_role("link").click()
    reader.expect_address(f"/watch/{TALK}$")


def test_a_note_without_video_has_a_card_too(read):
    reader = read("/")
    cards(reader).filter(has_text="An essay").get_by_role("link").click()
    reader.expect_address("/note/borders/essay$")
    expect(reader.page.locator("article")).to_contain_text("a thought about maps")


# The filter


def test_typing_filters_the_videos_without_loading_the_page(read):
    reader = read("/")
    reader.page.evaluate("() => { window.same = true; }")
    filter_box(reader).press_sequentially("CEASEfire")
    expect(cards(reader)).to_have_count(1)
    expect(reader.page.get_by_role("status")).to_have_text("1 video for “CEASEfire”")
    reader.expect_address(r"/\?q=CEASEfire$")
    filter_box(reader).fill("borders")  # a channel, and a folder
    expect(cards(reader)).to_contain_text(["Notes on the ceasefire", "Clockwork", "An essay"])
    filter_box(reader).fill("karabakh hour")  # another note of the video
    expect(cards(reader)).to_contain_text(["Notes on the ceasefire"])
    filter_box(reader).clear()
    expect(cards(reader)).to_have_count(8)
    assert reader.page.evaluate("() => window.same")


def test_the_filter_survives_a_reload(read):
    reader = read("/")
    filter_box(reader).fill("ceasefire")
    expect(cards(reader)).to_have_count(1)
    reader.page.reload()
    expect(cards(reader)).to_have_count(1)
    expect(filter_box(reader)).to_have_value("ceasefire")


def test_a_filter_that_finds_nothing_says_what_to_try(read):
    reader = read("/")
    filter_box(reader).fill("zebra")
    expect(reader.page.get_by_role("heading", name="Nothing is called “zebra”")).to_be_visible()
    reader.page.get_by_role("link", name="Show all videos").click()
    expect(cards(reader)).to_have_count(8)


def test_more_videos_are_shown_on_demand(read, live_server, tmp_path):
    notes = {
        f"{n:03}.md": make_note("- It is said [0:09]", title=f"Talk {n}", videoId=f"video{n:06}")
        for n in range(130)
    }
    site = live_server(write_library(tmp_path, notes))
    reader = read("/", site=site)
    more = reader.page.get_by_role("link", name="Show more of 130 videos")
    expect(cards(reader)).to_have_count(60)
    more.click()
    expect(cards(reader)).to_have_count(120)
    more.click()
    expect(cards(reader)).to_have_count(130)
    expect(more).to_have_count(0)
    titles = reader.page.locator(".card-title").all_inner_texts()
    assert titles == [f"Talk {n}" for n in range(130)]


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
    expect(cards(reader)).to_have_count(8)
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
    filter_box(reader).fill("ceasefire")
    expect(cards(reader)).to_have_count(1)
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
