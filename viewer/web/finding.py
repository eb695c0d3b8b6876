"""What an address asks of the search, for the page and for programs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from flask import url_for

from viewer.library.browse import VideoEntry
from viewer.library.library import Library
from viewer.library.query import LONGEST, Query, parse_query
from viewer.library.search import Found, Hit, Order
from viewer.web.caching import forget_tag

_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_CURSOR = 64


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

    @cached_property
    def query(self) -> Query:
        return parse_query(self.text, is_typing=self.is_typing)

    @property
    def parameters(self) -> dict[str, str]:
        """What an address says to ask this from the beginning."""
        said = {
            "q": self.text,
            "sort": "time" if self.order == "time" else "",
            "channel": self.channel or "",
            "typing": "1" if self.is_typing and self.text else "",
        }
        return {name: value for name, value in said.items() if value}

    def path(self, **more: Any) -> str:
        """Return the address of the page that shows what is found."""
        return url_for("searches.search", **cast(Any, self.parameters), **more)

    def find(self, library: Library, limit: int) -> Found:
        """Return what `library` has of it."""
        found = library.search.search(
            self.query, limit=limit, after=self.after, order=self.order, channel=self.channel
        )
        if not (found.hits or found.is_total_exact):
            forget_tag()  # the time was up, and another time it may not be
        return found


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
    )


def moment_path(video: VideoEntry, hit: Hit) -> str:
    """Return the address of the page that opens at a claim."""
    at = None if hit.start is None else str(hit.start)  # what is None stays out
    if video.video_id:
        return url_for("pages.watch", video_id=video.video_id, claim=hit.id, t=at)
    return url_for("pages.note", slug=video.slug, claim=hit.id, t=at)
