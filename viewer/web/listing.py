"""Videos in an order, a page at a time: what the library and a channel show."""

from dataclasses import dataclass

from flask import request, url_for

from viewer.library.browse import ChannelEntry, Counts, Sort, VideoEntry
from viewer.library.library import Library

_PAGE = 60
"""Videos on one page."""
_LABELS = {
    Sort.CLAIMS: "Most claims",
    Sort.TITLE: "A–Z",
    Sort.CHANNEL: "By channel",
    Sort.RECENT: "Recently changed",
    Sort.ALONE: "Notes without a video",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that the reader can choose."""

    label: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of videos, and the addresses of the others."""

    videos: tuple[VideoEntry, ...]
    sort: Sort
    orders: tuple[Order, ...]
    later: str | None
    """The address of the next page."""
    under: str | None
    """The channel whose heading the page has already, where this goes on below it."""
    channel: str | None
    """The channel whose videos they are, if they are not those of all."""


def list_videos(shelf: Library, held: Counts | ChannelEntry) -> Listing:
    """Return the videos that the address asks for: `sort` and `after`; wrong ones are as none.

    `held` is what there is, in the library or in a channel.
    """
    channel = held.name if isinstance(held, ChannelEntry) else None
    offered = _offer(held)
    asked = request.args.get("sort", "")
    sort = Sort(asked) if asked in offered else offered[0]
    found = shelf.list_videos(sort, request.args.get("after"), _PAGE, channel=channel)
    return Listing(
        videos=found.videos,
        sort=sort,
        orders=tuple(
            Order(label=_LABELS[other], href=_address(other), is_chosen=other == sort)
            for other in offered
        ),
        later=_address(sort, found.after) if found.after else None,
        under=request.args.get("under"),
        channel=channel,
    )


def _offer(held: Counts | ChannelEntry) -> list[Sort]:
    """Return the orders that make sense for what there is."""
    orders = [Sort.CLAIMS, Sort.TITLE, Sort.CHANNEL, Sort.RECENT]
    if isinstance(held, ChannelEntry):
        orders.remove(Sort.CHANNEL)
    if held.alone:
        orders = [*orders, Sort.ALONE] if held.videos else [Sort.ALONE]
    return orders


def _address(sort: Sort, after: str | None = None) -> str:
    """Return the address of this page in another order, or further on."""
    chosen = None if sort == Sort.CLAIMS else str(sort)
    place = request.view_args or {}
    return url_for(str(request.endpoint), **place, sort=chosen, after=after)
