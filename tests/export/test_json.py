"""One object of JSON."""

import json

from hypothesis import given

from tests.factories import VIDEO, make_claim, make_note, make_video, texts
from viewer.export.json import write_json
from viewer.export.jsonl import write_jsonl
from viewer.note.model import Chapter


def test_videos_have_their_notes_chapters_and_claims():
    note = make_note(make_claim(79, text="a"), chapters=(Chapter(path=("Law",), level=1, claim=0),))
    other = make_video(make_note(video_id=None), title="Nothing said")
    videos = json.loads("".join(write_json([make_video(note), other])))["videos"]
    claims = [json.loads(line) for line in write_jsonl([make_video(note)])]
    assert videos[0] == {
        "video": VIDEO,
        "title": "Armenia",
        "channel": "jcs",
        "url": f"https://www.youtube.com/watch?v={VIDEO}",
        "notes": [{"note": "jcs/0.md", "title": "Armenia"}],
        "chapters": [{"start": 79, "chapter": ["Law"], "note": "jcs/0.md"}],
        "claims": claims,
    }
    assert (videos[1]["video"], videos[1]["url"], videos[1]["claims"]) == (None, None, [])


def test_no_videos_are_an_empty_list():
    assert json.loads("".join(write_json([]))) == {"videos": []}


@given(texts())
def test_any_words_survive(text):
    video = make_video(make_note(make_claim(text=text or " ")), title=text)
    (read,) = json.loads("".join(write_json([video])))["videos"]
    assert (read["title"], read["claims"][0]["text"]) == (text, text or " ")
