"""A link opens exactly where its maker was."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from tests.shelf import TALK, make_note, write_library

WATCH = f"/watch/{TALK}"
BISHKEK = "The ceasefire was signed in Bishkek"
MIDNIGHT = "Fighting stopped at midnight"
MINSK = "Mediators met in Minsk"
KARABAKH = "note=borders/karabakh"
CEASEFIRE = "note=borders/ceasefire"


def claim_of(reader, words):
    """Return the id of the claim with `words`."""
    return reader.row(words).get_attribute("data-claim")


def notice(reader):
    return reader.page.locator(".notice > span")


# Opening a link


@pytest.mark.parametrize("written", ["?t=79", "?t=1m19s", "?t=0:01:19", "#t=1:19", "#t=79&x=1"])
def test_a_second_opens_however_it_is_written(read, written):
    reader = read(WATCH + written)
    reader.expect_marked(BISHKEK)
    expect(reader.poster).to_contain_text(f"Play from 1:19 {BISHKEK}")
    reader.expect_at("1:19")
    expect(notice(reader)).to_have_count(0)


def test_a_hash_that_is_typed_on_an_open_page_goes_there(read):
    reader = read(WATCH)
    reader.page.evaluate("() => { location.hash = 't=1:19'; }")
    reader.expect_address(r"\?t=1:19$")
    reader.expect_marked(BISHKEK)


def test_a_time_that_cannot_be_read_is_told(read):
    reader = read(f"{WATCH}?t=soon")
    expect(notice(reader)).to_contain_text("The time in this link can’t be read")
    expect(reader.marked).to_have_count(0)


def test_a_claim_opens_at_its_second(read):
    claim = claim_of(read(WATCH), BISHKEK)
    reader = read(f"{WATCH}?claim={claim}")
    reader.expect_marked(BISHKEK)
    expect(reader.poster).to_contain_text("Play from 1:19")


def test_the_marked_row_is_in_view_when_a_link_opens(read):
    reader = read("/watch/rivers_long?t=4:30")
    expect(reader.row("River number 90")).to_have_attribute("aria-current", "true")
    expect(reader.row("River number 90")).to_be_in_viewport()


def test_a_claim_that_was_edited_opens_and_the_page_says_so(read, live_server, tmp_path):
    before = "The last of the three great floods came in spring and drowned the lower town"
    after = before.replace("spring", "early March")
    site = live_server(
        write_library(tmp_path, {"n.md": make_note(f"- {before} [1:19]", videoId=TALK)})
    )
    claim = claim_of(read(WATCH, site=site), before)
    write_library(tmp_path, {"n.md": make_note(f"- {after} [2:40]\n- Else [1:19]", videoId=TALK)})
    reader = read(f"{WATCH}?claim={claim}&t=79", site=site)
    reader.wait(lambda: reader.page.reload() and reader.rows.count() == 2)
    expect(notice(reader)).to_contain_text("is not here word for word any more")
    reader.expect_marked(after)


def test_a_claim_that_is_gone_opens_at_its_time_and_the_page_says_so(read):
    reader = read(f"{WATCH}?claim=zzzzzzzzzzzz&t=79")
    expect(notice(reader)).to_have_text(
        "The linked claim is no longer in these notes; the page opens at 1:19 instead."
    )
    reader.expect_marked(BISHKEK)


def test_a_linked_claim_that_the_filter_leaves_out_is_told(read):
    claim = claim_of(read(WATCH), BISHKEK)
    reader = read(f"{WATCH}?{CEASEFIRE}&claim={claim}")
    expect(notice(reader)).to_contain_text("Karabakh in an hour”, which the filter leaves out")
    expect(reader.rows).to_have_count(2)


# The filter by note


@pytest.fixture(params=["htmx", "no script"])
def filtered(request, read):
    """Return a reader who chose one of the two notes."""
    reader = read(WATCH, options={"java_script_enabled": request.param == "htmx"})
    expect(reader.rows).to_have_count(10)
    reader.page.get_by_role("link", name="Notes on the ceasefire", exact=True).click()
    expect(reader.rows).to_have_count(2)
    return reader


def test_choosing_a_note_leaves_the_claims_of_the_others_out(filtered):
    reader = filtered
    reader.expect_address(rf"\?{CEASEFIRE}$")
    expect(reader.page.locator("#strip-drawing g")).to_have_count(1)
    expect(reader.page.locator("#strip-drawing")).to_have_attribute(
        "aria-label", "Where the claims are. 2 moments from 1:21 to 2:02."
    )
    chosen = reader.page.locator('.choice[aria-current="true"]')
    expect(chosen).to_have_text("Notes on the ceasefire")
    reader.page.get_by_role("link", name=re.compile("^Notes?$")).click()
    expect(reader.page.locator("#notes article")).to_have_count(1)
    expect(reader.page.locator("#notes h2")).to_have_text("Notes on the ceasefire")


def test_all_notes_come_back(filtered):
    filtered.page.get_by_role("link", name="All 2 notes").click()
    expect(filtered.rows).to_have_count(10)
    filtered.expect_address(rf"{WATCH}$")
    expect(filtered.page.locator("#strip-drawing g")).to_have_count(2)


def test_the_video_goes_on_while_the_filter_changes(read):
    reader = read(f"{WATCH}?t=79")
    reader.play()
    reader.page.get_by_role("link", name="Notes on the ceasefire", exact=True).click()
    expect(reader.rows).to_have_count(2)
    reader.expect_marked(MIDNIGHT)
    reader.page.get_by_role("link", name="All 2 notes").click()
    expect(reader.rows).to_have_count(10)
    reader.expect_marked(MIDNIGHT)
    reader.expect_playing()
    assert reader.commands("seekTo") == []
    assert len([url for url in reader.standin.requests if "/embed/" in url]) == 1


def test_going_back_and_forward_brings_whole_pages(read):
    reader = read("/")
    reader.page.get_by_role("link", name="Notes on the ceasefire").click()
    reader.expect_address("/watch/")
    reader.page.get_by_role("link", name="Karabakh in an hour", exact=True).click()
    expect(reader.rows).to_have_count(8)
    reader.page.go_back()
    expect(reader.page.get_by_role("navigation", name="Order")).to_be_visible()
    reader.page.go_forward()
    expect(reader.rows).to_have_count(8)
    expect(reader.strip).to_be_visible()
    reader.expect_address(rf"\?{KARABAKH}$")


def test_links_that_are_shared_keep_the_filter(read):
    reader = read(f"{WATCH}?{KARABAKH}")
    reader.click(BISHKEK)
    reader.expect_address(rf"\?{KARABAKH}&claim={claim_of(reader, BISHKEK)}&t=79$")


# The address


def test_the_address_follows_the_reader_without_filling_the_history(read):
    reader = read(WATCH)
    length = reader.page.evaluate("() => history.length")
    reader.click(BISHKEK)
    reader.expect_address(rf"\?claim={claim_of(reader, BISHKEK)}&t=79$")
    reader.press("ArrowRight")
    reader.expect_address(r"\?t=84$")
    reader.press("n")
    reader.expect_address(r"&t=122$")
    reader.play()
    reader.expect_address(r"\?t=12[3-9]$")
    assert reader.page.evaluate("() => history.length") == length


def test_the_address_bar_shares_the_moment(read):
    mine = read(WATCH)
    mine.click(MIDNIGHT)
    mine.press("ArrowRight")
    mine.expect_address(r"t=86$")
    theirs = read("".join(mine.page.url.partition(WATCH)[1:]))
    theirs.expect_marked(MIDNIGHT)
    expect(theirs.poster).to_contain_text(f"Play from 1:26 {MIDNIGHT}")
    theirs.play()
    theirs.expect_media_time(86, 88)


# Sharing


def fields_of(reader):
    """Open the share dialog and return what its fields hold, by their label."""
    reader.button("Share").click()
    dialog = reader.page.get_by_role("dialog", name="Share this moment")
    expect(dialog).to_be_visible()
    rows = dialog.locator(".share-row").all()
    return {
        row.locator("label").inner_text(): row.locator("input, textarea").input_value()
        for row in rows
    }


def test_what_can_be_shared_of_a_moment(read, site):
    reader = read(f"{WATCH}?t=80")
    claim = claim_of(reader, BISHKEK)
    page = site + WATCH
    assert fields_of(reader) == {
        "Link to this claim": f"{page}?claim={claim}&t=79",
        "Link to this second": f"{page}?t=80",
        "Link to the clip, which stops at its end": f"{page}?claim={claim}&t=79,81",
        "Quotation with link, in Markdown": (
            f"> {BISHKEK}\n\n[Notes on the ceasefire, 1:19]({page}?claim={claim}&t=79)"
        ),
        "The video on YouTube at this second": f"https://youtu.be/{TALK}?t=80",
    }
    expect(reader.page.get_by_role("dialog").locator("blockquote")).to_have_text(BISHKEK)


@pytest.mark.parametrize(
    "field", ["Link to this claim", "Link to the clip, which stops at its end"]
)
def test_a_shared_link_shows_the_claim_to_someone_else(read, site, field):
    link = fields_of(read(f"{WATCH}?t=80"))[field]
    theirs = read(link.removeprefix(site))
    theirs.expect_marked(BISHKEK)
    expect(theirs.poster).to_contain_text(f"Play from 1:19 {BISHKEK}")


def test_a_field_is_copied_and_the_dialog_says_so(read):
    reader = read(f"{WATCH}?t=80")
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    link = fields_of(reader)["Link to this second"]
    reader.button("Copy Link to this second").click()
    expect(reader.page.get_by_role("dialog").locator(".status")).to_have_text("Copied")
    assert reader.page.evaluate("() => navigator.clipboard.readText()") == link
    reader.press("Escape")
    expect(reader.page.get_by_role("dialog")).to_be_hidden()


def test_where_copying_is_not_allowed_the_text_is_shown(read):
    reader = read(f"{WATCH}?t=80")
    reader.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    link = fields_of(reader)["Link to this second"]
    reader.button("Copy Link to this second").click()
    expect(reader.page.get_by_role("dialog").locator(".status")).to_have_text(link)


def test_another_app_is_offered_where_the_browser_can_send(read):
    reader = read(f"{WATCH}?t=80")
    reader.page.evaluate("() => { navigator.share = async (data) => { window.sent = data; }; }")
    link = fields_of(reader)["Link to this claim"]
    reader.button("Send with another app").click()
    assert reader.page.evaluate("() => window.sent") == {
        "title": "Notes on the ceasefire",
        "text": BISHKEK,
        "url": link,
    }


def test_before_the_first_claim_the_second_is_shared(read, site):
    fields = fields_of(read(WATCH))
    assert fields["Link to this claim"] == f"{site}{WATCH}?t=0"
    assert fields["Quotation with link, in Markdown"].startswith("> 0:00\n")


# What a chat shows of a link


def page_data(html):
    """Return the page's meta tags by name, and its linked data."""
    soup = BeautifulSoup(html, "lxml")
    tags = soup.select("meta[property], meta[name]")
    meta = {tag.get("property") or tag.get("name"): tag.get("content") for tag in tags}
    return meta, json.loads(soup.select_one('[type="application/ld+json"]').string)


@pytest.mark.parametrize("public", [None, "https://notes.example"])
def test_a_shared_claim_has_its_own_preview(client_of, shelf, public):
    client = client_of(shelf, PUBLIC_URL=public)
    row = BeautifulSoup(client.get(WATCH).text, "lxml").find(attrs={"data-start": "79"})
    query = f"claim={row['data-claim']}&t=79"
    meta, data = page_data(client.get(f"{WATCH}?{query}").text)
    facts = "Notes on the ceasefire at 1:19 · Borders explained"
    picture = f"https://i.ytimg.com/vi/{TALK}/hqdefault.jpg"
    assert meta["og:title"] == meta["twitter:title"] == BISHKEK
    assert meta["og:description"] == meta["twitter:description"] == facts
    assert meta["og:image"] == meta["twitter:image"] == picture
    assert meta["og:type"] == "video.other"
    assert meta["twitter:card"] == "summary_large_image"
    assert data["@type"] == "VideoObject"
    clip = {"@type": "Clip", "name": BISHKEK, "startOffset": 79, "endOffset": 81}
    if public is None:
        assert "og:url" not in meta
        assert "url" not in data
        assert data["hasPart"] == clip
    else:
        assert meta["og:url"] == f"{public}{WATCH}?{query}"
        assert data["url"] == public + WATCH
        assert data["hasPart"] == {**clip, "url": meta["og:url"]}


def test_the_preview_of_a_clip_ends_where_the_clip_ends(client_of, shelf):
    _, data = page_data(client_of(shelf).get(f"{WATCH}?t=79,80").text)
    assert (data["hasPart"]["startOffset"], data["hasPart"]["endOffset"]) == (79, 80)


def test_a_page_without_a_moment_is_about_the_video(client_of, shelf):
    meta, data = page_data(client_of(shelf).get(WATCH).text)
    assert meta["og:title"] == "Notes on the ceasefire"
    assert meta["og:description"] == "Notes on the ceasefire · Borders explained"
    assert "hasPart" not in data


def test_the_link_of_a_row_names_its_claim_and_second(client_of, shelf):
    soup = BeautifulSoup(client_of(shelf).get(f"{WATCH}?{KARABAKH}").text, "lxml")
    for row in soup.select("[data-claim][data-start]"):
        query = parse_qs(urlsplit(row.a["href"]).query)
        assert query == {
            "note": ["borders/karabakh"],
            "claim": [row["data-claim"]],
            "t": [row["data-start"]],
        }
