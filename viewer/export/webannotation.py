"""W3C Web Annotations (https://www.w3.org/TR/annotation-model/): claims about parts of videos.

One collection with one page; a claim is an annotation whose targets are its moments, selected by
Media Fragments (`t=79,101`).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from uuid import NAMESPACE_URL, uuid5

from viewer.export.model import ExportedVideo, order_claims
from viewer.timecode import Fragment, format_fragment
from viewer.timeline.timeline import Moment, TimedClaim

_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_MEDIA_FRAGMENTS = "http://www.w3.org/TR/media-frags/"


def write_webannotation(videos: Iterable[ExportedVideo]) -> Iterator[str]:
    """Yield an AnnotationCollection with its one page, an annotation a line.

    Ids are made from those of the videos and claims: an export made again has the same, and one
    of other claims has others.
    """
    yield f'{{"@context": "{_CONTEXT}", "type": "AnnotationCollection", "label": "Claims",\n'
    yield '"first": {"type": "AnnotationPage", "startIndex": 0, "items": ['
    ids: list[str] = []
    for video in videos:
        for claim, moments in order_claims(video.timeline):
            name = _urn(f"{video.key}#{claim.id}")
            yield ",\n" if ids else "\n"
            yield _dump({"id": name, **_annotation(video, claim, moments)})
            ids.append(name)
    own, page = _urn(" ".join(ids)), _urn(" ".join(["page", *ids]))
    yield f'\n], "id": "{page}", "partOf": "{own}"}},\n"total": {len(ids)}, "id": "{own}"}}\n'


def _annotation(
    video: ExportedVideo, claim: TimedClaim, moments: Sequence[Moment]
) -> dict[str, object]:
    source = {"id": video.url or _urn(video.key), "type": "Video"}
    targets = [_target(source, moment) for moment in moments]
    bodies: list[dict[str, str]] = [
        {
            "type": "TextualBody",
            "value": claim.claim.text,
            "format": "text/plain",
            "purpose": "describing",
        }
    ]
    topics = dict.fromkeys(link.target for link in claim.claim.links)
    bodies += [{"type": "TextualBody", "value": name, "purpose": "tagging"} for name in topics]
    return {
        "type": "Annotation",
        "motivation": "describing",
        "body": bodies,
        # A claim without a readable second is about the video as a whole.
        "target": targets or [source],
    }


def _target(source: dict[str, str], moment: Moment) -> dict[str, object]:
    # Without an end, a fragment runs to the end of the video, as the last moment does.
    fragment = format_fragment(Fragment(moment.start, moment.end))
    return {
        "type": "SpecificResource",
        "source": source,
        "selector": {
            "type": "FragmentSelector",
            "conformsTo": _MEDIA_FRAGMENTS,
            "value": f"t={fragment}",
        },
    }


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, f"claimline:{name}").urn


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
