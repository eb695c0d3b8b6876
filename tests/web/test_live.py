"""What pages say before their notes are read, and of changes in them after."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.factories import VIDEO
from viewer.library import library as library_module
from viewer.library.index import open_writer
from viewer.library.indexer import Indexer

HTMX = {"HX-Request": "true"}


@pytest.fixture
def note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(library_module, "_FRESH_FOR", 0)
    path = tmp_path / "law.md"
    path.write_text(f"---\nvideoId: {VIDEO}\n---\nIt came late [1:19].\n")
    return path


def test_a_page_is_told_of_changes_and_of_nothing_else(note, client_of):
    client = client_of(note.parent)
    page = BeautifulSoup(client.get(f"/watch/{VIDEO}").text, "lxml")
    address = page.select_one("#live")["hx-get"]
    quiet = client.get(address, headers=HTMX)
    assert (quiet.status_code, quiet.text) == (204, "")
    note.write_text(note.read_text().replace("late", "early"))
    changed = client.get(address, headers=HTMX)
    assert changed.status_code == 200
    parts = BeautifulSoup(changed.text, "lxml")
    assert parts.select_one("#timeline .moment .words").text.strip() == "It came early"
    swapped = {part["id"] for part in parts.select("[hx-swap-oob]")}
    assert swapped == {"choices", "facts", "strip-drawing", "notes", "live"}
    assert client.get(parts.select_one("#live")["hx-get"], headers=HTMX).status_code == 204


def test_a_page_whose_notes_are_gone_stops_asking(note, client_of):
    client = client_of(note.parent)
    client.get("/")
    note.unlink()
    answer = client.get(f"/watch/{VIDEO}?since=0", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (286, "none")
    assert "not in the folder any more" in answer.text


def test_pages_for_strangers_do_not_ask(note, client_of):
    client = client_of(note.parent, PUBLIC_URL="http://localhost")
    page = BeautifulSoup(client.get(f"/watch/{VIDEO}").text, "lxml")
    assert page.select("#live") == []


@pytest.mark.parametrize(
    "address",
    f"/ /?sort=recent /channel/jcs /watch/{VIDEO} /note/jcs/law /note/jcs/alone /search?q=late "
    "/topic/law /health /healthz".split(),
)
def test_pages_answer_before_the_notes_are_read(tmp_path, client_of, address):
    note = tmp_path / "notes" / "jcs" / "law.md"
    note.parent.mkdir(parents=True)
    note.write_text(f"---\ntitle: Law\nvideoId: {VIDEO}\n---\nIt came late [1:19].\n")
    (note.parent / "alone.md").write_text("Nothing.")
    index, _ = open_writer(str(tmp_path / "index"))
    Indexer(tmp_path / "notes", index.catalogue, index.search).look_through()
    index.close()
    client = client_of(tmp_path / "notes", INDEX=tmp_path / "index")
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200
    if "/watch/" in address:
        assert "It came late" in answer.text
