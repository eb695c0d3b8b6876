"""Downloads, and the menu that offers them."""

import json
import os
from pathlib import Path

import pytest
from werkzeug.http import parse_options_header

from tests.factories import VIDEO
from tests.pages import parse
from viewer.export.formats import FORMATS


@pytest.fixture
def client(tmp_path: Path, client_of):
    (tmp_path / "law.md").write_text(
        f"---\nvideoId: {VIDEO}\ntitle: “Lаw” / 民\n---\nIt came läte [1:19].\n", "utf-8"
    )
    (tmp_path / "sea.md").write_text(f"---\nvideoId: {VIDEO}\n---\nd [0:07].\n", "utf-8")
    (tmp_path / "own.v2.md").write_text("Nothing to see [0:13].\n", "utf-8")
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("Bytes [0:13].\n", "utf-8")
    return client_of(tmp_path)


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_a_video_is_a_file_in_every_format(client, form):
    answer = client.get(f"/export/{VIDEO}.{form.name}")
    assert answer.status_code == 200
    assert answer.mimetype == form.media_type.partition(";")[0]
    kind, options = parse_options_header(answer.headers["Content-Disposition"])
    assert (kind, options["filename"]) == ("attachment", f"“Lаw” 民 [{VIDEO}]{form.extension}")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if answer.mimetype.startswith("text/"):
        assert "charset=utf-8" in answer.headers["Content-Type"]
    assert "läte" in answer.get_data(as_text=True) or form.name == "vtt-chapters"


def test_the_filter_of_notes_is_that_of_the_page(client):
    whole = client.get(f"/export/{VIDEO}.jsonl").get_data(as_text=True)
    part = client.get(f"/export/{VIDEO}.jsonl?note=sea").get_data(as_text=True)
    assert [json.loads(line)["text"] for line in whole.splitlines()] == ["d", "It came läte"]
    assert [json.loads(line)["text"] for line in part.splitlines()] == ["d"]


@pytest.mark.parametrize("slug", ["own.v2", "caf%25E9"])
def test_a_note_without_video_is_a_file_too(client, slug):
    answer = client.get(f"/export/note/{slug}.srt")
    assert (answer.status_code, b"00:00:13,000 --> " in answer.data) == (200, True)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        pytest.param(f"{VIDEO}.docx", "There is no format 'docx'. There are vtt,", id="format"),
        pytest.param(VIDEO, "There is no format", id="no format"),
        pytest.param(".vtt", "is no video id", id="no video"),
        pytest.param("%00%E2%80%AE.%ff", "There is no format", id="no text"),
        pytest.param("x.vtt", "'x' is no video id", id="no video id"),
        pytest.param("abcdefghijk.vtt", "No note here is about the video", id="unknown video"),
        pytest.param("note/x.vtt", "No note here is about", id="unknown note"),
        pytest.param(f"{VIDEO}.vtt?note=x", "no note 'x' about this video", id="note elsewhere"),
    ],
)
def test_what_is_not_there_is_said_in_words(client, path, says):
    assert says in parse(client.get(f"/export/{path}"), 404).get_text()


@pytest.mark.parametrize("address", [f"/watch/{VIDEO}?note=sea", "/note/own.v2"])
def test_the_page_offers_every_format_of_what_it_shows(client, address):
    page = parse(client.get(address))
    links = page.select(".exports a[href]")
    assert len(links) == len(FORMATS)
    for link in links:
        answer = client.get(link["href"])
        assert answer.status_code == 200
        assert "läte" not in answer.get_data(as_text=True)
