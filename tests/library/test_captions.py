"""Captions beside the notes: found, read with their video, and its claims held against them."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from tests.library.dump import dump_index
from tests.shelf import write_file
from viewer.library import captions as captions_module
from viewer.library.captions import Captions, Spoken, make_passages, pack, unpack
from viewer.library.catalogue import open_sqlite, write_fact
from viewer.library.folder import find_files
from viewer.library.index import open_writer
from viewer.library.indexer import Indexer
from viewer.library.keeping import Folders, make_index
from viewer.library.library import Library
from viewer.library.query import parse_query
from viewer.timeline.reading import Recording
from viewer.transcript.grounding import Grounding, State
from viewer.transcript.model import Cue, Track, Transcript, VideoChapter, VideoInfo

VIDEO, OTHER = "aaaaaaaaaaa", "bbbbbbbbbbb"
SAID = (
    (0, "Welcome back to the harbour museum, I am glad that you are here."),
    (20, "The lighthouse was built in 1874 by fishermen from the eastern islands."),
    (40, "They carried every stone up the cliff in baskets, for eleven summers."),
    (60, "A storm broke the great lens in the winter of 1902."),
    (80, "The keeper's daughter rowed out alone and saved nine sailors that night."),
    (100, "Today the lamp is electric and nobody lives in the tower any more."),
)
CLAIMS = (
    (20, "Fishermen of the eastern islands built the lighthouse in 1874"),
    (40, "For eleven summers the stones were carried up the cliff in baskets"),
    (60, "The lens was broken by a storm in the winter of 1902"),
    (80, "The daughter of the keeper rowed out and saved nine sailors"),
    (100, "The tower is empty today and its lamp is electric"),
)


def vtt(said=SAID, length: int = 20) -> str:
    cues = (f"{clock(start)} --> {clock(start + length)}\n{text}\n" for start, text in said)
    return "WEBVTT\n\n" + "\n".join(cues)


def clock(seconds: int) -> str:
    return f"00:{seconds // 60:02}:{seconds % 60:02}.000"


def note(claims=CLAIMS, video: str = VIDEO) -> str:
    said = "\n\n".join(f"{text} [{start // 60}:{start % 60:02}]." for start, text in claims)
    return f"---\nvideoId: {video}\ntitle: The lighthouse\n---\n{said}\n"


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file that has been as it is for a minute."""
    path = write_file(folder, name, text)
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 60_000_000_000))
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    write(folder, "a.md", note())
    write(folder, f"captions/{VIDEO}.en.vtt", vtt())
    return folder


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "index")


def states(library: Library, key: str = VIDEO) -> list[State | None]:
    video = library.video(key)
    found = video.groundings.by_claim if video.groundings else {}
    return [found[claim.id].state if claim.id in found else None for claim in video.timeline.claims]


# Files


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param(f"{VIDEO}.en.vtt", (VIDEO, "en", ".vtt"), id="vtt"),
        pytest.param(f"{VIDEO}.pt-BR.srt", (VIDEO, "pt-BR", ".srt"), id="region"),
        pytest.param(f"{VIDEO}.zh-Hans-en.json3", (VIDEO, "zh-Hans-en", ".json3"), id="json3"),
        pytest.param(f"{VIDEO}.vtt", (VIDEO, "und", ".vtt"), id="no language"),
        pytest.param(f"{VIDEO}.info.json", (VIDEO, "und", ".info.json"), id="what is known"),
        pytest.param(f"A talk [{VIDEO}].en.vtt", (VIDEO, "en", ".vtt"), id="named for its title"),
        pytest.param("-_aaaaaaa-_.de.vtt", ("-_aaaaaaa-_", "de", ".vtt"), id="odd id"),
    ],
)
def test_captions_go_by_the_id_of_their_video(tmp_path, name, found):
    write(tmp_path, name, "WEBVTT\n")
    (file,) = find_files(tmp_path).captions
    assert (file.video_id, file.language, file.suffix) == found


@pytest.mark.parametrize("name", ["talk.en.vtt", "aaaa.vtt", f"{VIDEO}.en.txt", "info.json"])
def test_other_files_are_passed_over(tmp_path, name):
    write(tmp_path, name, "WEBVTT\n")
    assert find_files(tmp_path).captions == ()


# What is made of them


def test_claims_are_held_against_what_was_said(root):
    library = Library(root)
    library.refresh()
    assert states(library) == [State.GROUNDED] * 5
    video = library.video(VIDEO)
    assert video.tracks == (Track(language="en"),)
    grounding = video.groundings.by_claim[video.timeline.claims[1].id]
    assert (grounding.start, grounding.distance) == (40.0, 0.0)
    assert "in baskets" in grounding.text


def test_a_claim_whose_second_changes_is_not_called_by_the_old_one(root, place):
    make_index(Folders(root), place, print)
    library = Library(root, place)
    write(root, "a.md", note([(5, CLAIMS[0][1]), *CLAIMS[1:]]))
    assert states(library) == [None, *[State.GROUNDED] * 4]
    make_index(Folders(root), place, print)
    assert states(library)[0] in (State.GROUNDED, State.ELSEWHERE)


def test_what_is_said_in_captions_is_found_and_comes_with_its_second(root):
    library = Library(root)
    library.refresh()
    found = library.search.find_cues(parse_query("baskets"), limit=5)
    (hit,) = found.hits
    assert (hit.key, hit.start) == (VIDEO, 40)


def test_the_transcript_is_had_in_each_language(root):
    write(root, f"captions/{VIDEO}.de.vtt", vtt([(0, "Willkommen im Museum am Hafen.")]))
    library = Library(root)
    library.refresh()
    assert [track.language for track in library.video(VIDEO).tracks] == ["en", "de"]
    assert library.transcript(VIDEO, "de").cues[0].text.startswith("Willkommen")
    assert library.transcript(VIDEO).cues[0].text.startswith("Welcome")
    assert library.transcript(VIDEO, "fr") == library.transcript(VIDEO)


def test_of_files_in_one_language_the_one_that_says_most_is_read(root):
    events = [{"tStartMs": 0, "dDurationMs": 5000, "segs": [{"utf8": "in every word"}]}]
    write(root, f"{VIDEO}.en.json3", json.dumps({"events": events}))
    library = Library(root)
    library.refresh()
    assert library.transcript(VIDEO).cues[0].text == "in every word"
    assert len(library.video(VIDEO).tracks) == 1


def test_the_video_site_tells_length_title_and_chapters(root):
    info = {"title": "Stones and light", "duration": 125, "language": "en"}
    chapters = [{"start_time": 0, "end_time": 60, "title": "Building"}]
    write(root, f"captions/{VIDEO}.info.json", json.dumps({**info, "chapters": chapters}))
    library = Library(root)
    library.refresh()
    video = library.video(VIDEO)
    assert video.entry.title == "Stones and light"
    assert video.recording.duration == 125
    assert video.info.chapters == (VideoChapter(0, 60, "Building"),)


def test_captions_that_cannot_be_read_are_named_with_the_reason(root):
    write(root, f"captions/{VIDEO}.de.vtt", "no captions at all")
    library = Library(root)
    library.refresh()
    (skipped,) = library.skipped
    assert skipped.path == f"captions/{VIDEO}.de.vtt"
    assert not skipped.reason.startswith("captions:")
    assert states(library) == [State.GROUNDED] * 5


def test_a_fault_of_ours_costs_the_comparison_and_nothing_else(root, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(captions_module, "ground_claims", fail)
    library = Library(root)
    library.refresh()
    assert states(library) == [None] * 5
    assert len(library.transcript(VIDEO).cues) == len(SAID)
    assert "can't be held against" in caplog.text


def test_captions_of_another_folder_are_read_too(tmp_path, root, place):
    (root / f"captions/{VIDEO}.en.vtt").rename(root.parent / "away.vtt")
    aside = write(tmp_path / "aside", f"deep/{VIDEO}.en.vtt", vtt()).parents[1]
    make_index(Folders(root, (aside,)), place, print)
    library = Library(root, place, [aside])
    assert states(library) == [State.GROUNDED] * 5
    assert len(library.transcript(VIDEO).cues) == len(SAID)
    assert library.uncaptioned() == ()


def test_videos_without_captions_are_known(root):
    write(root, "b.md", note(video=OTHER))
    library = Library(root)
    library.refresh()
    assert library.uncaptioned() == (OTHER,)
    assert library.grounding_counts()[State.GROUNDED] == 5


# As files change


def test_captions_that_come_change_and_go_are_followed(root, tmp_path, place):
    def compare() -> Library:
        make_index(Folders(root), place, print)
        fresh = str(tmp_path / f"fresh{len(list(tmp_path.iterdir()))}")
        make_index(Folders(root), fresh, print)
        assert dump_index(place) == dump_index(fresh)
        return Library(root, place)

    library = compare()
    assert library.uncaptioned() == ()
    write(root, "b.md", note(video=OTHER))
    write(root, f"{OTHER}.en.vtt", vtt())
    assert states(compare(), OTHER) == [State.GROUNDED] * 5
    write(root, f"captions/{VIDEO}.en.vtt", vtt([(start + 7, text) for start, text in SAID]))
    library = compare()
    video = library.video(VIDEO)
    assert video.groundings.by_claim[video.timeline.claims[1].id].start == 47.0
    (root / f"captions/{VIDEO}.en.vtt").unlink()
    library = compare()
    assert library.video(VIDEO).tracks == ()
    assert library.uncaptioned() == (VIDEO,)


def test_claims_are_held_against_captions_only_when_one_of_both_changes(root, place, monkeypatch):
    held = []
    ground = captions_module.ground_claims

    def count(*given):
        held.append(given)
        return ground(*given)

    def refresh() -> int:
        held.clear()
        index, _ = open_writer(place)
        try:
            Indexer(root, index.catalogue, index.search).refresh()
        finally:
            index.close()
        return len(held)

    monkeypatch.setattr(captions_module, "ground_claims", count)
    assert refresh() == 1
    assert refresh() == 0
    write(root, "a.md", note() + "\nWords without a time.\n")
    assert refresh() == 0
    write(root, "a.md", note(CLAIMS[:4]))
    assert refresh() == 1
    write(root, f"captions/{VIDEO}.en.vtt", vtt(SAID[:5]))
    assert refresh() == 1


def test_a_database_holds_the_captions_and_needs_no_folder(root, place, postgresql_url):
    for where in (place, postgresql_url):
        make_index(Folders(root), where, print)
    library, other = Library(None, postgresql_url), Library(root, place)
    try:
        assert library.transcript(VIDEO) == other.transcript(VIDEO)
        assert states(library) == states(other) == [State.GROUNDED] * 5
        query = parse_query("nine sailors")
        hits = [each.search.find_cues(query, limit=5).hits for each in (library, other)]
        assert hits[0] == hits[1] != ()
    finally:
        library.close()


def test_captions_that_go_are_noticed_as_files_are_told_of(root, place):
    make_index(Folders(root), place, print)
    index, _ = open_writer(place)
    try:
        indexer = Indexer(root, index.catalogue, index.search)
        (root / f"captions/{VIDEO}.en.vtt").unlink()
        assert indexer.update({f"captions/{VIDEO}.en.vtt"})
        assert Library(root, place).video(VIDEO).tracks == ()
        write(root, f"captions/{VIDEO}.en.vtt", vtt())
        assert indexer.update({f"captions/{VIDEO}.en.vtt"})
        shutil.rmtree(root / "captions")
        assert indexer.update({"captions"})
    finally:
        index.close()
    assert Library(root, place).video(VIDEO).tracks == ()


def test_an_index_of_another_program_is_never_taken_for_one_without_captions(root, place):
    make_index(Folders(root), place, print)
    library = Library(root, place)
    before = library.video(VIDEO).signature
    catalogue = open_sqlite(Path(place), writable=True)
    with catalogue.write() as connection:
        write_fact(connection, "program", "older")
    catalogue.close()
    index, _ = open_writer(place)
    try:
        assert library.video(VIDEO).tracks == ()
        assert library.video(VIDEO).signature != before
        Indexer(root, index.catalogue, index.search).refresh()
    finally:
        index.close()
    assert library.video(VIDEO).tracks == (Track(language="en"),)


def test_the_language_of_the_notes_chooses_the_captions_whenever_it_changes(root, place):
    write(root, f"captions/{VIDEO}.de.vtt", vtt([(0, "Willkommen im Museum am Hafen.")]))
    for language in ("de", "en", "de"):
        write(root, "a.md", note().replace("title:", f"lang: {language}\ntitle:"))
        make_index(Folders(root), place, print)
        assert Library(root, place).video(VIDEO).tracks[0].language == language
        index, mended = open_writer(place)
        index.close()
        assert mended == []


def test_a_broken_file_does_not_hide_a_good_one(root):
    write(root, f"captions/{VIDEO}.en.json3", "broken")
    library = Library(root)
    library.refresh()
    assert states(library) == [State.GROUNDED] * 5
    assert len(library.transcript(VIDEO).cues) == len(SAID)
    assert [item.path for item in library.skipped] == [f"captions/{VIDEO}.en.json3"]


def test_captions_from_the_future_are_read_once(root, place, read_keys):
    file = root / f"captions/{VIDEO}.en.vtt"
    later = time.time() + 10_000
    os.utime(file, (later, later))
    for _ in range(3):
        make_index(Folders(root), place, print)
    assert read_keys == [VIDEO]


def test_what_is_left_out_of_other_folders_is_said(tmp_path, root):
    aside = tmp_path / "aside"
    write(aside, f"{OTHER}.en.vtt", vtt())
    (aside / f"{VIDEO}.de.vtt").symlink_to(root / "a.md")
    library = Library(root, captions=[aside, root / ".hidden", tmp_path / "none"])
    library.refresh()
    (skipped,) = library.skipped
    assert skipped.path == str(aside / f"{VIDEO}.de.vtt")


def test_a_hidden_folder_of_the_library_may_be_named(root):
    (root / "captions").rename(root / ".captions")
    library = Library(root, captions=[root / ".captions"])
    library.refresh()
    assert states(library) == [State.GROUNDED] * 5


def test_captions_of_another_video_tell_nothing_of_this_one(root, place):
    away = [
        (start, f"Bread needs flour, water, salt and patience, part {start}.") for start, _ in SAID
    ]
    write(root, f"captions/{VIDEO}.en.vtt", vtt(away))
    for _ in range(2):
        make_index(Folders(root), place, print)
        library = Library(root, place)
        video = library.video(VIDEO)
        assert video.groundings.is_foreign
        assert video.recording == Recording()
        assert library.search.find_cues(parse_query("flour"), limit=5).hits == ()
        assert library.transcript(VIDEO).cues
        write(root, "b.md", "Words without a time.")


# Values


def test_what_is_kept_comes_back_as_it_was():
    spoken = Spoken(
        recording=Recording(duration=125.0, cues=(0.0, 2.5)),
        info=VideoInfo(title="T", duration=125.0, chapters=(VideoChapter(0, 60, "One"),)),
        tracks=(Track(language="en"), Track(language="de", is_generated=True)),
        is_foreign=False,
        groundings={"x": ((7, 9), Grounding(State.ELSEWHERE, 2.5, 4.0, -4.5, 0.875, "said"))},
    )
    assert unpack(pack(spoken)) == spoken


def test_a_passage_is_of_one_speaker_and_not_too_long():
    cues = [
        Cue(start, start + 5, f"word{start}", "A" if start < 40 else "B")
        for start in range(0, 60, 5)
    ]
    passages = make_passages(Transcript(track=Track(language="en"), cues=tuple(cues)))
    assert [passage.start for passage in passages] == [0, 20, 40]
    assert passages[0].text == "word0 word5 word10 word15"


def test_without_captions_nothing_is_known():
    assert Captions().recording == Recording()
    assert Spoken().groundings_of([]) is None
