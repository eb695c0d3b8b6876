"""The registry: every format for every video, names of files, bytes that are not UTF-8."""

import json

import pytest

from tests.factories import VIDEO, make_claim, make_note, make_video
from viewer.export.formats import FORMATS

EACH = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)


def test_formats_go_by_their_names():
    assert list(FORMATS) == [form.name for form in FORMATS.values()]
    assert not any("." in name for name in FORMATS)
    assert len({form.extension for form in FORMATS.values()}) == len(FORMATS)


@EACH
def test_each_writes_nothing_something_and_what_has_no_time(form):
    notes = make_note(), make_note(make_claim(79), make_claim(None)), make_note(video_id=None)
    for note in notes:
        assert b"".join(form.encode([make_video(note)])).decode("utf-8") is not None
    assert b"".join(form.encode([])).decode("utf-8") is not None


@EACH
def test_each_is_utf8_whatever_bytes_a_name_has(form):
    note = make_note(make_claim(text="caf\udce9"))
    video = make_video(note, title="\udcff", paths=("caf\udce9.md",))
    text = b"".join(form.encode([video])).decode("utf-8")
    assert "\udce9" not in text
    if form.name == "jsonl":
        assert json.loads(text)["note"] == "caf\udce9.md"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        pytest.param("Armenia", f"Armenia [{VIDEO}].vtt", id="plain"),
        pytest.param("../../etc/passwd", f"etc passwd [{VIDEO}].vtt", id="a path"),
        pytest.param('a<b>:"c"|d?*\\\n', f"a b c d [{VIDEO}].vtt", id="refused by Windows"),
        pytest.param("\u202egpj.exe", f"gpj.exe [{VIDEO}].vtt", id="reversed"),
        pytest.param("民" * 100, f"{'民' * 40} [{VIDEO}].vtt", id="long"),
        pytest.param("\udcff", f"claims [{VIDEO}].vtt", id="nothing left"),
    ],
)
def test_a_file_is_called_like_the_video(title, name):
    assert FORMATS["vtt"].file_name(make_video(make_note(), title=title)) == name
