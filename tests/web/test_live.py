"""What pages say before their notes are read, and of changes in them after."""

from pathlib import Path

import pytest

from tests.factories import VIDEO
from tests.pages import HTMX, parse
from viewer.library.index import open_writer
from viewer.library.indexer import Indexer
from viewer.library.library import Library


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "law.md"
    path.write_text(f"---\nvideoId: {VIDEO}\n---\nIt came late [1:19].\n")
    return path


def test_a_page_is_told_of_changes_and_of_nothing_else(note, client_of):
    client = client_of(note.parent, FRESH_FOR=0)
    page = parse(client.get(f"/watch/{VIDEO}"))
    address = page.select_one("#live")["hx-get"]
    quiet = client.get(address, headers=HTMX)
    assert [part["id"] for part in roots(quiet)] == ["live"]
    assert (quiet.headers["HX-Reswap"], quiet.headers["Cache-Control"]) == ("none", "no-store")
    note.write_text(note.read_text().replace("late", "early"))
    changed = client.get(address, headers=HTMX)
    parts = parse(changed)
    assert parts.select_one("#timeline .moment .words").text.strip() == "It came early"
    swapped = {part["id"] for part in parts.select("[hx-swap-oob]")}
    assert swapped == {"choices", "choose", "facts", "strip-drawing", "notes", "live"}
    again = client.get(parts.select_one("#live")["hx-get"], headers=HTMX)
    assert [part["id"] for part in roots(again)] == ["live"]


def roots(answer):
    return parse(answer).body.find_all(recursive=False)


def test_a_page_asks_less_often_after_ten_minutes(note, client_of):
    client = client_of(note.parent, FRESH_FOR=0)

    def ask(address: str) -> tuple[str, str]:
        live = parse(client.get(address, headers=HTMX)).select_one("#live")
        return live["hx-get"], live["hx-trigger"].partition(",")[0]

    address = parse(client.get(f"/watch/{VIDEO}?note=law")).select_one("#live")["hx-get"]
    for asked in range(1, 4):
        address, wait = ask(address)
        assert (wait, f"asked={asked}" in address) == ("load delay:800ms", True)
    for asked, expected in ((700, "800ms"), (749, "5s"), (9000, "5s")):
        late, wait = ask(address.replace("asked=3", f"asked={asked}"))
        assert (wait, f"asked={asked + 1}" in late) == (f"load delay:{expected}", True)
    note.write_text(note.read_text().replace("late", "early"))
    assert ask(late)[1] == "load delay:800ms", "soon again after a change"


def test_a_page_whose_notes_are_gone_is_told_once_and_again_when_they_return(note, client_of):
    client = client_of(note.parent, FRESH_FOR=0)
    client.get("/")
    text = note.read_text()
    note.unlink()
    answer = client.get(f"/watch/{VIDEO}?since=0", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (200, "none")
    live, told = roots(answer)
    assert "not in the folder any more" in told.text
    assert live["hx-trigger"].startswith("load delay:5s,")
    (live,) = roots(client.get(live["hx-get"], headers=HTMX))
    note.write_text(text)
    back = parse(client.get(live["hx-get"], headers=HTMX))
    assert back.select("#timeline .moment")
    assert [tag.text for tag in back.select('[hx-swap-oob="innerHTML:.watch > .status"]')] == [""]


def test_pages_for_strangers_do_not_ask(note, client_of):
    client = client_of(note.parent, PUBLIC_URL="http://localhost")
    page = parse(client.get(f"/watch/{VIDEO}"))
    assert page.select("#live") == []


def test_index_notes_are_read_first_so_that_videos_have_their_titles(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    heading = f"### [The whole talk](https://www.youtube.com/watch?v={VIDEO})\n"
    (folder / "talks.md").write_text(heading)
    (folder / "a.md").write_text(f"---\ntitle: A part\nvideoId: {VIDEO}\n---\nIt is [1:19].\n")
    (folder / "b.md").write_text("---\nvideoId: AAAAAAAAAAA\n---\nIt is [1:19].\n")
    index, _ = open_writer(str(tmp_path / "index"))
    library = Library(None, str(tmp_path / "index"))
    seen = []

    def look(done: int, _total: int) -> None:
        seen.append((done, library.entries([VIDEO])[VIDEO].title))

    Indexer(folder, index.catalogue, index.search, batch=1).refresh(look)
    index.close()
    assert seen == [(1, "A part"), (2, "The whole talk"), (3, "The whole talk")]


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
