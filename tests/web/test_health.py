"""The health page, and the marks of repaired times."""

from pathlib import Path

import pytest

from tests.factories import VIDEO, anchor
from tests.library import test_captions
from tests.pages import HTMX, parse, texts
from viewer.library import health as book
from viewer.library.library import Library

HEADER = f"---\nvideoId: {VIDEO}\n---\n"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "law.md").write_text(f"{HEADER}It came late [1:19]. [[nowhere]] is [1:24].")
    return tmp_path


def test_problems_are_grouped_and_lead_to_their_notes(client_of, notes):
    client = client_of(notes)
    soup = parse(client.get("/health"))
    assert texts(soup, "h1") == ["3 problems in 1 note"]
    assert texts(soup, "h2 code") == ["stamp-bare", "link-dead"]
    links = soup.select("#health li a")
    assert texts(soup, "#health li a") == ["law.md:4:14", "law.md:4:37", "law.md:4:22"]
    answer = client.get(links[0]["href"])
    assert answer.status_code == 302
    assert "tab=note&t=79&note=law" in answer.location
    assert not soup.select("#health script, #health [style]")


def test_the_page_is_partial_for_htmx(client_of, notes):
    soup = parse(client_of(notes).get("/health", headers=HTMX))
    assert [tag["id"] for tag in soup.body.find_all(recursive=False)] == ["health"]


def test_the_library_leads_to_it(client_of, notes):
    assert parse(client_of(notes).get("/")).select('.foot a[href="/health"]')


def test_a_library_without_problems_says_so(client_of, tmp_path):
    (tmp_path / "law.md").write_text(f"{HEADER}It came late {anchor('00:01:19')}.")
    assert texts(parse(client_of(tmp_path).get("/health")), ".empty h2") == ["Nothing is wrong"]


def test_an_empty_library_says_so(client_of, tmp_path):
    assert texts(parse(client_of(tmp_path).get("/health")), ".empty h2") == ["Nothing is wrong"]


def test_thousands_come_in_pages(client_of, tmp_path):
    body = "".join(f"Claim number {n} [0:{n % 60:02}]. " for n in range(450))
    (tmp_path / "law.md").write_text(HEADER + body)
    client = client_of(tmp_path)
    soup = parse(client.get("/health"))
    assert len(soup.select("#health li")) == 10
    assert texts(soup, ".kind > p a")[0].startswith("Show all 450")
    page = parse(client.get("/health?code=stamp-bare&from=200"))
    assert len(page.select("#health li")) == 200
    assert [tag["href"] for tag in page.select(".pager a")] == [
        "/health?code=stamp-bare",
        "/health?code=stamp-bare&from=400",
    ]


@pytest.mark.parametrize(
    "query", ["code=stamp-bare&from=99999999", "code=x", "code=stamp-late", "from=-1", "code=%00"]
)
def test_an_address_that_asks_for_nothing_is_no_error(client_of, notes, query):
    parse(client_of(notes).get(f"/health?{query}"))


def test_skipped_files_are_listed(client_of, notes):
    (notes / "link.md").symlink_to(notes / "law.md")
    soup = parse(client_of(notes).get("/health?code=file-skipped"))
    assert texts(soup, "#health li")[0].startswith("link.md is a symbolic link")


def test_a_look_ends_in_time_and_the_next_goes_on(notes, monkeypatch):
    for number in range(5):
        (notes / f"{number}.md").write_text(f"---\nvideoId: abcdefghij{number}\n---\nIt [1:19].")
    library = Library(notes)
    library.refresh()
    health_book = book.HealthBook(library)
    assert health_book.look(-1).checked == 0
    done = health_book.look(60)
    assert (done.checked, done.total, done.counts["stamp-bare"]) == (6, 6, 7)


def test_only_what_changed_is_looked_at_again(notes, monkeypatch):
    (notes / "other.md").write_text("---\nvideoId: abcdefghijk\n---\nIt [1:19].")
    library = Library(notes, fresh_for=0)
    library.refresh()
    health_book = book.HealthBook(library)
    health_book.look(60)
    looked = []
    check = book.check_video
    monkeypatch.setattr(book, "check_video", lambda *a: looked.append(a[1].entry.key) or check(*a))
    health_book.look(60)
    assert looked == []
    (notes / "other.md").write_text("---\nvideoId: abcdefghijk\n---\nIt came [1:19] late [1:24].")
    library.refresh()
    assert health_book.look(60).counts["stamp-bare"] == 4
    assert looked == ["abcdefghijk"]


def test_of_too_many_the_rest_is_counted(notes, monkeypatch):
    monkeypatch.setattr(book, "MOST", 1)
    library = Library(notes)
    library.refresh()
    found = book.HealthBook(library).look(60)
    assert (found.counts["stamp-bare"], len(found.problems["stamp-bare"])) == (2, 1)


def test_words_of_a_note_stay_words(client_of, tmp_path):
    (tmp_path / "<b>.md").write_text(f"{HEADER}[[<script>alert(1)</script>]] It [1:19]")
    page = client_of(tmp_path).get("/health").text
    assert "<script>alert" not in page
    assert "<b>" not in page


# On the page of a video


@pytest.fixture
def repaired(tmp_path: Path) -> Path:
    body = "".join(
        f"Claim number {n} {anchor(f'{n:02}:{n * 7 % 60:02}:00')}.\n\n" for n in range(1, 20)
    )
    (tmp_path / "law.md").write_text(f"{HEADER}{body}Last of all {anchor('00:21:08')}.")
    return tmp_path


def test_repaired_rows_say_how_they_were_read(client_of, repaired):
    soup = parse(client_of(repaired).get(f"/watch/{VIDEO}"))
    rows = soup.select(".moment")
    marks = soup.select('.moment > .repaired[tabindex="0"] .repair-words')
    assert (len(rows), len(marks)) == (20, 19)
    assert (
        marks[4].get_text().startswith("written 05:35:00, read as 5:35: minutes written as hours")
    )
    assert not rows[-1].select(".repaired")


def test_repaired_stamps_in_the_prose_say_it_too(client_of, repaired):
    soup = parse(client_of(repaired).get(f"/watch/{VIDEO}?tab=note"))
    stamps = soup.select("a.stamp")
    assert [bool(stamp.select(".repair-words")) for stamp in stamps] == [True] * 19 + [False]
    assert "is-repaired" in stamps[0]["class"]


def test_the_page_counts_claims_that_captions_have(tmp_path, client_of):
    test_captions.write(tmp_path, "a.md", test_captions.note())
    assert "held against captions" not in client_of(tmp_path).get("/health").text
    test_captions.write(tmp_path, f"{test_captions.VIDEO}.en.vtt", test_captions.vtt())
    (line,) = texts(parse(client_of(tmp_path).get("/health")), ".health > .found")[:1]
    assert (
        line == "Of 5 claims held against captions, 5 are found where they say, 0 elsewhere, 0 not."
    )
