"""What an address asks of the search, for the page and for programs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, cast

from flask import url_for

from viewer.library.browse import VideoEntry
from viewer.library.library import Library
from viewer.library.query import LONGEST, Query, parse_query
from viewer.library.search import CueHit, Found, FoundCues, Hit, Order

_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_CURSOR = 64

Kind = Literal["claim", "cue"]
"""What is looked for: what notes claim, or what was said."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What to look for, and which part of what is found to give."""

    text: str
    """As it was typed."""
    order: Order = "relevance"
    channel: str | None = None
    """The one channel to look in."""
    after: str | None = None
    """The cursor of a page that is not the first."""
    is_typing: bool = False
    """Whether the last word may still go on."""
    kind: Kind = "claim"

    @cached_property
    def query(self) -> Query:
        return parse_query(self.text, is_typing=self.is_typing)

    @property
    def settled(self) -> "Asked":
        """The same for one who has done with typing: a word that may go on ends in a star."""
        is_open = self.query != parse_query(self.text)
        return replace(self, text=f"{self.text}*" if is_open else self.text, is_typing=False)

    @property
    def parameters(self) -> dict[str, str]:
        """What an address says to ask this from the beginning."""
        said = {
            "q": self.text,
            "sort": "time" if self.order == "time" else "",
            "channel": self.channel or "",
            "kind": "" if self.kind == "claim" else self.kind,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def address(self) -> str:
        """The address of the page for one who may go on typing."""
        return url_for("searches.search", **cast(Any, self.parameters))

    def path(self, **more: Any) -> str:
        """Return the address of the page that shows what is found."""
        return url_for("searches.search", **cast(Any, self.settled.parameters | more))

    def find(self, library: Library, limit: int) -> Found:
        """Return the claims that `library` has of it."""
        return library.search.search(
            self.query, limit=limit, after=self.after, order=self.order, channel=self.channel
        )

    def find_cues(self, library: Library, limit: int) -> FoundCues:
        """Return what was said of it in the videos that `library` has transcripts of."""
        return library.search.find_cues(
            self.query, limit=limit, after=self.after, order=self.order, channel=self.channel
        )


def read_asked(parameters: Mapping[str, str]) -> Asked:
    """Return what the parameters of an address ask. Nothing in them is an error."""

    def read(name: str, longest: int = LONGEST) -> str:
        return _CONTROLS.sub(" ", parameters.get(name, ""))[:longest].lstrip()

    return Asked(
        text=read("q"),
        order="time" if parameters.get("sort") == "time" else "relevance",
        channel=read("channel") or None,
        after=read("after", _LONGEST_CURSOR) or None,
        is_typing=bool(parameters.get("typing")),
        kind="cue" if parameters.get("kind") == "cue" else "claim",
    )


def moment_path(video: VideoEntry, hit: Hit) -> str:
    """Return the address of the page that opens at a claim."""
    at = None if hit.start is None else str(hit.start)  # what is None stays out
    if video.video_id:
        return url_for("pages.watch", video_id=video.video_id, claim=hit.id, t=at)
    return url_for("pages.note", slug=video.slug, claim=hit.id, t=at)


def passage_path(video: VideoEntry, hit: CueHit, query: Query) -> str:
    """Return the address of the page that opens the transcript where it was said."""
    words = " ".join(word for term in query.terms for word in term.words)
    place = {"t": hit.start, "tab": "transcript", "q": words}
    if video.video_id:
        return url_for("pages.watch", video_id=video.video_id, **cast(Any, place))
    return url_for("pages.note", slug=video.slug, **cast(Any, place))
