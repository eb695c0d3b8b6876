"""Using the second of the captions: written into the note, by its owner alone."""

import errno
import os

import pytest

from tests.library.test_captions import CLAIMS, VIDEO, note, vtt, write
from tests.pages import HTMX, parse
from viewer.transcript.grounding import Grounding, State
from viewer.web import create_app

OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "notes"
    write(folder, "a.md", note([(0, CLAIMS[1][1]), *CLAIMS[:1], *CLAIMS[2:]]))
    write(folder, f"{VIDEO}.en.vtt", vtt())
    return folder


@pytest.fixture
def app(root):
    return create_app({"LIBRARY": root, "TESTING": True})


@pytest.fixture
def moved(app, monkeypatch) -> str:
    """Return the id of the claim that the note has too early, as captions at 0:40 show."""
    library = app.extensions["library"]
    library.refresh()
    video = library.video(VIDEO)
    claim = video.timeline.claims[0].id
    elsewhere = Grounding(State.ELSEWHERE, 40.0, 60.0, 40.0, 0.99, "in baskets")
    # What grounding makes of so few cues is not what is tested here.
    video.spoken.groundings[claim] = ((0,), elsewhere)
    return claim


def ask(app, claim, second="40", headers=OWN, **fields):
    form = {"video": VIDEO, "claim": claim, "second": second, **fields}
    return app.test_client().post("/edit/second", data=form, headers=headers)


def test_the_note_says_the_second_then_and_the_page_opens_there(app, root, moved):
    answer = ask(app, moved)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/watch/{VIDEO}?claim={moved}&t=40"
    text = (root / "a.md").read_text()
    written = f'{CLAIMS[1][1]} <a class="yt-timestamp" data-t="00:00:40">[00:00:40]</a>.'
    before = note([(0, CLAIMS[1][1]), *CLAIMS[:1], *CLAIMS[2:]])
    assert text == before.replace(f"{CLAIMS[1][1]} [0:00].", written)


def test_a_page_that_stays_is_told(app, moved):
    answer = ask(app, moved, headers=OWN | HTMX)
    assert answer.status_code == 200
    assert "The note says 0:40 now." in answer.text


def undo_of(answer) -> str:
    return parse(answer).select_one('[name="undo"]')["value"]


def undo(app, token, headers=OWN):
    return app.test_client().post("/edit/undo", data={"undo": token}, headers=headers)


def test_what_was_written_is_undone_to_the_byte_and_once(app, root, moved):
    before = (root / "a.md").read_bytes()
    token = undo_of(ask(app, moved, headers=OWN | HTMX))
    assert (root / "a.md").read_bytes() != before
    told = undo(app, token, headers=OWN | HTMX)
    assert "The note is as it was." in told.text
    assert (root / "a.md").read_bytes() == before
    answer = undo(app, token)
    assert answer.status_code == 409
    assert "undone already" in answer.text


def test_a_note_that_has_changed_since_is_not_undone(app, root, moved):
    token = undo_of(ask(app, moved, headers=OWN | HTMX))
    later = (root / "a.md").read_bytes() + b"\nMore.\n"
    (root / "a.md").write_bytes(later)
    answer = undo(app, token, headers=OWN | HTMX)
    assert "Nothing was written: a.md: has changed since" in answer.text
    assert (root / "a.md").read_bytes() == later


def test_the_last_twenty_changes_can_be_undone(app, root, moved):
    before = (root / "a.md").read_bytes()
    tokens = []
    for _ in range(21):
        (root / "a.md").write_bytes(before)
        tokens.append(undo_of(ask(app, moved, headers=OWN | HTMX)))
    assert undo(app, tokens[0]).status_code == 409
    answer = undo(app, tokens[1])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_what_could_not_be_undone_can_be_tried_again(app, root, moved, monkeypatch):
    before = (root / "a.md").read_bytes()
    token = undo_of(ask(app, moved, headers=OWN | HTMX))
    with monkeypatch.context() as full:
        full.setattr(os, "replace", fail_without_room)
        answer = undo(app, token, headers=OWN | HTMX)
    assert "No space left" in answer.text
    assert undo_of(answer) == token
    assert undo(app, token).status_code == 303
    assert (root / "a.md").read_bytes() == before


def fail_without_room(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}],
    ids=["nothing said", "another site", "another origin"],
)
def test_strangers_undo_nothing(app, root, moved, headers):
    token = undo_of(ask(app, moved, headers=OWN | HTMX))
    written = (root / "a.md").read_bytes()
    assert undo(app, token, headers=headers).status_code == 403
    assert (root / "a.md").read_bytes() == written


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another site"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="another origin"),
        pytest.param({}, 403, id="no browser"),
        pytest.param({**OWN, "Content-Type": "text/plain"}, 415, id="another kind of content"),
    ],
)
def test_requests_from_elsewhere_write_nothing(app, root, moved, headers, status):
    before = (root / "a.md").read_bytes()
    assert ask(app, moved, headers=headers).status_code == status
    assert (root / "a.md").read_bytes() == before


@pytest.mark.parametrize("second", ["", "-1", "4 0", "1e3", "9" * 12, "４０"])
def test_what_is_no_second_is_refused_in_words(app, root, moved, second):
    before = (root / "a.md").read_bytes()
    answer = ask(app, moved, second)
    assert answer.status_code == 400
    assert "whole number of seconds" in answer.text
    assert (root / "a.md").read_bytes() == before


def test_a_claim_that_has_changed_is_not_written(app, root, moved):
    answer = ask(app, "0000aaaabbbb")
    assert answer.status_code == 409
    assert "Nothing was written" in answer.text
    answer = ask(app, "0000aaaabbbb", headers=OWN | HTMX)
    assert "Nothing was written" in answer.text


def test_strangers_cannot_write(root, tmp_path):
    app = create_app({"LIBRARY": root, "PUBLIC_URL": "https://notes.example.org"})
    answer = ask(app, "0000aaaabbbb", headers={**OWN, "Host": "notes.example.org"})
    assert answer.status_code == 403


def test_the_example_stays_as_it_is():
    answer = ask(create_app({}), "0000aaaabbbb")
    assert answer.status_code == 403
