"""Web Annotations, as a JSON-LD processor reads them."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from pyld import jsonld

from tests.factories import VIDEO, make_claim, make_note, make_video, texts
from viewer.export.webannotation import write_webannotation
from viewer.note.model import Link
from viewer.timecode import parse_fragment

OA = "http://www.w3.org/ns/oa#"
AS = "http://www.w3.org/ns/activitystreams#"
URL = f"https://www.youtube.com/watch?v={VIDEO}"
CONTEXT = json.loads((Path(__file__).parents[1] / "data" / "anno.jsonld").read_text("utf-8"))


def load_context(url: str, options: object = None) -> dict[str, object]:
    assert url == "http://www.w3.org/ns/anno.jsonld"
    return {"contextUrl": None, "documentUrl": url, "document": CONTEXT}


def expand(*videos) -> dict:
    """Return the collection with every name as an IRI; a key that the context lacks is dropped."""
    document = json.loads("".join(write_webannotation(videos)))
    (collection,) = jsonld.expand(document, {"documentLoader": load_context})
    return collection


def annotations(*videos) -> list[dict]:
    return expand(*videos)[f"{AS}first"][0][f"{AS}items"][0]["@list"]


def test_a_collection_has_one_page_with_all_annotations():
    video = make_video(make_note(make_claim(79, text="a"), make_claim(101, text="b")))
    collection = expand(video, video)
    (page,) = collection[f"{AS}first"]
    assert collection["@type"] == [f"{AS}OrderedCollection"]
    assert collection[f"{AS}totalItems"][0]["@value"] == 4
    assert page["@type"] == [f"{AS}OrderedCollectionPage"]
    assert page[f"{AS}partOf"] == [{"@id": collection["@id"]}]
    assert len(page[f"{AS}items"][0]["@list"]) == 4


def test_a_claim_is_an_annotation_of_its_moments():
    note = make_note(
        make_claim(79, 124, text="a", links=(Link("law", "laws"),)), make_claim(101, text="b")
    )
    annotation, _ = annotations(make_video(note))
    assert annotation["@type"] == [f"{OA}Annotation"]
    assert annotation[f"{OA}motivatedBy"] == [{"@id": f"{OA}describing"}]
    said, tag = annotation[f"{OA}hasBody"]
    rdf_value = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value"
    assert said["@type"] == tag["@type"] == [f"{OA}TextualBody"]
    assert (said[rdf_value][0]["@value"], tag[rdf_value][0]["@value"]) == ("a", "law")
    assert tag[f"{OA}hasPurpose"] == [{"@id": f"{OA}tagging"}]
    values = []
    for target in annotation[f"{OA}hasTarget"]:
        assert target["@type"] == [f"{OA}SpecificResource"]
        assert target[f"{OA}hasSource"][0]["@id"] == URL
        (selector,) = target[f"{OA}hasSelector"]
        assert selector["@type"] == [f"{OA}FragmentSelector"]
        conforms = selector["http://purl.org/dc/terms/conformsTo"]
        assert conforms == [{"@id": "http://www.w3.org/TR/media-frags/"}]
        values.append(selector[rdf_value][0]["@value"])
    assert values == ["t=79,101", "t=124"]
    assert [parse_fragment(value.removeprefix("t=")) for value in values] == [
        (79, 101),
        (124, None),
    ]


def test_a_claim_without_a_second_is_about_the_whole_video():
    (annotation,) = annotations(make_video(make_note(make_claim(None))))
    (target,) = annotation[f"{OA}hasTarget"]
    assert (target["@id"], f"{OA}hasSelector" in target) == (URL, False)


def test_ids_are_absolute_and_stay():
    videos = [
        make_video(make_note(make_claim(79, text="a"), make_claim(79, text="b"))),
        make_video(make_note(make_claim(79, text="a"), video_id=None)),
    ]
    ids = [annotation["@id"] for annotation in annotations(*videos)]
    assert len(set(ids)) == 3
    assert {urlsplit(name).scheme for name in ids} == {"urn"}
    assert ids == [annotation["@id"] for annotation in annotations(*videos)]
    assert expand(*videos)["@id"] == expand(*videos)["@id"] != expand(videos[0])["@id"]


def test_no_key_is_unknown_to_the_standard():
    document = json.loads("".join(write_webannotation([make_video(make_note(make_claim(79)))])))
    known = CONTEXT["@context"].keys() | {"@context"}

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    assert keys(document) <= known


@pytest.mark.parametrize("videos", [(), (make_video(make_note()),)])
def test_nothing_is_an_empty_page(videos):
    assert annotations(*videos) == []


@given(texts())
def test_any_words_survive(text):
    document = json.loads(
        "".join(write_webannotation([make_video(make_note(make_claim(text=text or " ")))]))
    )
    assert document["first"]["items"][0]["body"][0]["value"] == (text or " ")
