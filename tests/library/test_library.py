"""A folder of notes, by slug and by video."""

import os
import threading
from pathlib import Path

import pytest

from tests.factories import VIDEO
from tests.shelf import make_note, write_file
from viewer.errors import LibraryError, NotFoundError
from viewer.library.browse import Sort
from viewer.library.library import Library

OTHER = "abcdefghijk"


def write(root: Path, path: str, body: str = "It came late [1:19].", **header: str) -> Path:
    return write_file(root, path, make_note(body, **header) if header else body)


def open_library(root: Path, fresh_for: float = 0) -> Library:
    library = Library(root, fresh_for=fresh_for)
    library.refresh()
    return library


# Videos and notes


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize(
    "name", ["fo\u2068ld\u2069/{}", "\U0001f469\u200d\U0001f4bb {}", "a\u00ad{}"]
)
def test_a_page_ends_anywhere_whatever_its_videos_are_called(tmp_path, sort, name):
    for number in range(5):
        key = "none" if sort == Sort.ALONE else f"video{number:06}"
        write(tmp_path, name.format(number) + ".md", videoId=key)
    library = open_library(tmp_path)
    keys, after = set(), None
    for _ in range(3):
        page = library.list_videos(sort, after, 2)
        keys |= {video.key for video in page.videos}
        after = page.after
    assert (len(keys), after) == (5, None)


def test_the_notes_of_one_video_are_one_video(tmp_path):
    write(tmp_path, "jcs/law.md", "a [1:19]. b [0:07]", title="Law", videoId=VIDEO)
    write(tmp_path, "jcs/war.md", "c [0:13]", title="War", videoId=VIDEO)
    write(tmp_path, "jcs/other.md", "d [0:01]", title="Other", videoId=OTHER)
    library = open_library(tmp_path)
    assert list(library.keys()) == [VIDEO, OTHER]
    entry = library.entries([VIDEO])[VIDEO]
    assert (entry.title, entry.channel, entry.claims, entry.notes) == ("Law", "jcs", 3, 2)
    video = library.video(VIDEO)
    assert [source.entry.slug for source in video.sources] == ["jcs/law", "jcs/war"]
    assert [(m.start, m.claim.claim.text, m.claim.note) for m in video.timeline.moments] == [
        (7, "b", 0),
        (13, "c", 1),
        (79, "a", 0),
    ]
    assert [source.note for source in video.sources] == list(video.notes)


def test_a_note_without_video_goes_by_the_path_of_its_page(tmp_path):
    write(tmp_path, "jcs/ideas.md", title="Ideas", videoId="empty")
    library = open_library(tmp_path)
    assert library.note("jcs/ideas").video_id is None
    assert library.video("note/jcs/ideas").timeline.claims[0].claim.text == "It came late"
    assert library.note("jcs/ideas").title == "Ideas"


def test_a_note_without_header_is_named_by_its_path(tmp_path):
    write(tmp_path, "jcs/the_law_of_war.md")
    note = open_library(tmp_path).note("jcs/the_law_of_war")
    assert (note.title, note.channel, note.claims) == ("the law of war", "jcs", 1)


def test_an_index_note_gives_videos_their_titles(tmp_path):
    write(tmp_path, "a.md", title="Law", videoId=VIDEO)
    write(tmp_path, "b.md", f"### [Was it | law?](https://youtu.be/{VIDEO})\n- [[a | Law]]")
    assert open_library(tmp_path).video(VIDEO).entry.title == "Was it | law?"


def test_notes_that_differ_in_their_suffix_alone_have_slugs_of_their_own(tmp_path):
    for name in ("law.html", "law.md", "law.markdown"):
        write(tmp_path, name)
    assert [*open_library(tmp_path).slugs().values()] == ["law", "law.markdown", "law.md"]


def test_an_html_note_is_read_as_html(tmp_path):
    write(tmp_path, "law.html", "<h1>Law</h1><p>It <b>came</b> late [1:19]</p>")
    library = open_library(tmp_path)
    assert library.note("law").title == "Law"
    assert library.video("note/law").timeline.claims[0].claim.text == "It came late"


@pytest.mark.parametrize("name", ["gone", "", "../law", "law.md", "\0", "\udce9"], ids=repr)
def test_what_is_not_there_is_said_in_words(tmp_path, name):
    write(tmp_path, "law.md")
    library = open_library(tmp_path)
    with pytest.raises(NotFoundError, match="there is no note"):
        library.note(name)
    with pytest.raises(NotFoundError, match="no note here is about the video"):
        library.video(name)


def test_the_density_of_a_video_counts_the_claims_of_its_parts(tmp_path):
    write(tmp_path, "a.md", "a [0:00]. b [0:01]. c [8:00].", videoId=VIDEO)
    density = open_library(tmp_path).video(VIDEO).entry.density
    assert (density[0], density[-1], sum(density)) == (2, 1, 3)


def test_a_video_without_seconds_has_no_density(tmp_path):
    write(tmp_path, "a.md", "Nothing.", videoId=VIDEO)
    assert sum(open_library(tmp_path).video(VIDEO).entry.density) == 0


# Links between notes


@pytest.mark.parametrize(
    ("target", "slug"),
    [
        pytest.param("genocide_law", "jcs/genocide_law", id="file name"),
        pytest.param("Genocide law", "jcs/genocide_law", id="title"),
        pytest.param("genocide-law!", "jcs/genocide_law", id="punctuation"),
        pytest.param("genocide_law#Intro", "jcs/genocide_law", id="anchor"),
        pytest.param("elsewhere/genocide_law", "jcs/genocide_law", id="folder"),
        pytest.param("exodus", "veritasium/exodus", id="the one note of that name elsewhere"),
        pytest.param("shared", "jcs/shared", id="the note beside it first"),
        pytest.param("twice", None, id="two notes of that name elsewhere"),
        pytest.param("nowhere", None, id="no note"),
        pytest.param("", None, id="nothing"),
        pytest.param("#Intro", None, id="an anchor alone"),
    ],
)
def test_a_wikilink_leads_to_a_note_of_its_name(tmp_path, target, slug):
    for path in ("jcs/a", "jcs/genocide_law", "jcs/shared", "veritasium/exodus"):
        write(tmp_path, f"{path}.md")
    for path in ("veritasium/shared", "veritasium/twice", "khan/twice"):
        write(tmp_path, f"{path}.md")
    library = open_library(tmp_path)
    assert library.resolve(target, library.note("jcs/a")) == slug


# Media


@pytest.mark.parametrize(
    ("media", "header"),
    [
        pytest.param("jcs/law.mp4", {}, id="called like the note"),
        pytest.param(f"jcs/{VIDEO}.webm", {}, id="called like the video"),
        pytest.param("jcs/film.mp3", {"media": "film.mp3"}, id="named by the note"),
        pytest.param("jcs/media/film.mp4", {"media": "media/film.mp4"}, id="in a folder"),
    ],
)
def test_a_media_file_belongs_to_its_video(tmp_path, media, header):
    write(tmp_path, "jcs/law.md", videoId=VIDEO, **header)
    write(tmp_path, media)
    assert open_library(tmp_path).video(VIDEO).media == media


def test_a_media_file_that_comes_later_is_shown(tmp_path):
    write(tmp_path, "talk.md", videoId=VIDEO)
    library = open_library(tmp_path)
    before = library.video(VIDEO)
    assert before.media is None
    (tmp_path / "talk.mp4").write_bytes(b"film")
    library.refresh()
    assert library.video(VIDEO).media == "talk.mp4"
    assert library.video(VIDEO).signature != before.signature


@pytest.mark.parametrize("named", ["../secret.mp4", "/etc/passwd", "law.md", "gone.mp4"])
def test_a_note_names_no_media_but_the_librarys(tmp_path, named):
    write(tmp_path, "secret.mp4")
    write(tmp_path, "notes/law.md", videoId=VIDEO, media=named)
    assert open_library(tmp_path / "notes").video(VIDEO).media is None


# Changes


def test_changes_in_the_folder_are_seen(tmp_path):
    kept = write(tmp_path, "a.md", "It came late [1:19].", videoId=VIDEO)
    gone = write(tmp_path, "b.md", videoId=OTHER)
    library = open_library(tmp_path)
    before = library.video(VIDEO)
    gone.unlink()
    kept.write_text(f"---\nvideoId: {VIDEO}\n---\nIt came early [0:07].\n")
    write(tmp_path, "c.md", videoId="cccccccccccc"[:11])
    library.refresh()
    assert list(library.keys()) == [VIDEO, "ccccccccccc"]
    assert library.video(VIDEO).timeline.claims[0].claim.text == "It came early"
    assert before.timeline.claims[0].claim.text == "It came late"


def test_a_video_that_did_not_change_is_read_once(tmp_path):
    write(tmp_path, "a.md", videoId=VIDEO)
    library = open_library(tmp_path)
    before = library.video(VIDEO)
    write(tmp_path, "b.md", videoId=OTHER)
    library.refresh()
    assert library.video(VIDEO) is before


def test_the_folder_is_looked_at_no_more_often_than_is_asked_for(tmp_path):
    library, other = open_library(tmp_path, fresh_for=60), open_library(tmp_path, fresh_for=0)
    write(tmp_path, "a.md")
    for one in (library, other):
        one.refresh()
    assert [[*one.slugs().values()] for one in (library, other)] == [[], ["a"]]


def test_reading_shows_its_progress(tmp_path):
    write(tmp_path, "a.md")
    write(tmp_path, "b.md")
    seen = []

    Library(tmp_path).refresh(lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_a_note_that_cannot_be_read_costs_one_note(tmp_path):
    write(tmp_path, "a.md")
    (tmp_path / "b.md").symlink_to(tmp_path / "a.md")
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_bytes(b"It came l\xe4te [1:19]")
    library = open_library(tmp_path)
    assert [skipped.path for skipped in library.skipped] == ["b.md"]
    assert [*library.slugs().values()] == ["a", "caf%E9"]
    assert library.note("caf%E9").title == "caf\ufffd"


def test_a_note_that_goes_while_it_is_read_is_left_out(tmp_path, monkeypatch):
    write(tmp_path, "a.md")
    going = write(tmp_path, "b.md")
    library = Library(tmp_path)
    library.refresh(lambda done, total: going.unlink(missing_ok=True))
    assert [*library.slugs().values()] == ["a"]
    (skipped,) = library.skipped
    assert (skipped.path, "is not there" in skipped.reason) == ("b.md", True)


def test_a_folder_that_is_gone_is_an_error(tmp_path):
    with pytest.raises(LibraryError, match="name a folder of notes"):
        Library(tmp_path / "gone").refresh()


def test_many_readers_may_ask_while_the_folder_changes(tmp_path):
    write(tmp_path, "a.md", videoId=VIDEO)
    library = open_library(tmp_path)
    errors = []

    def ask() -> None:
        try:
            for _ in range(30):
                library.refresh()
                assert library.video(VIDEO).timeline.moments
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(30):
        write(tmp_path, f"b{number}.md")
    for thread in threads:
        thread.join()
    assert errors == []
