"""Channels and topics; what a link leads to, at a glance; and more on what a video is about."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from viewer.errors import NotFoundError
from viewer.library.browse import ChannelEntry, TopicEntry, VideoEntry
from viewer.library.folder import display_path
from viewer.library.library import Library
from viewer.library.loading import NoteEntry
from viewer.library.names import topic_slug
from viewer.library.search import Hit
from viewer.web.caching import not_modified
from viewer.web.htmx import render_page
from viewer.web.listing import list_videos
from viewer.web.pages import open_library

browse = Blueprint("browse", __name__)

_VIDEOS = 20
"""Videos on one page of a topic."""
_CLAIMS = 8
"""Claims of a topic that are shown of one video at first."""
_ALL_CLAIMS = 500
_NOTES = 3
"""Notes called like a topic that are shown with their first words; the others are links."""
_RELATED = 12
_CHANNEL_TOPICS = 10
_KNOWN = 1000
"""Topics among which one is looked for that is like what was asked for."""
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicVideo:
    """A video with claims about a topic."""

    entry: VideoEntry
    """`claims` are those about the topic."""
    hits: Sequence[Hit]
    more: int
    """How many there are beside `hits`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBrief:
    """A note in short."""

    entry: NoteEntry
    words: Sequence[str]
    """Its first claims."""


@browse.get("/channels")
def channels() -> Response:
    """All channels."""
    shelf = open_library()
    if fresh := not_modified(shelf.generation):
        return fresh
    return Response(render_template("channels.html", channels=shelf.channels()))


@browse.get("/channel/<path:name>")
def channel(name: str) -> Response:
    """The videos of a channel."""
    shelf = open_library()
    if fresh := not_modified(shelf.generation):
        return fresh
    entry = next((entry for entry in shelf.channels() if entry.name == name), None)
    if entry is None:
        abort(404, f"No video here is from a channel called {display_path(name[:_LONGEST])!r}.")
    return render_page(
        "channel.html",
        partial="_videos.html",
        entry=entry,
        listing=list_videos(shelf, entry),
        topics=shelf.channel_topics(name, _CHANNEL_TOPICS),
        counts=shelf.counts(),
    )


@browse.get("/topic/<path:slug>")
def topic(slug: str) -> AnyResponse:
    """The notes called like a topic, and every claim that links to it.

    What is only the name of a channel leads there.
    """
    shelf = open_library()
    if fresh := not_modified(shelf.generation):
        return fresh
    name = topic_slug(slug)
    if name and name != slug:
        return redirect(url_for("browse.topic", slug=name))
    entry = shelf.topic(slug)
    notes = shelf.topic_notes(slug)
    namesake = _find_channel(shelf, slug)
    if entry is None and not notes:
        if namesake:
            return redirect(url_for("browse.channel", name=namesake.name))
        return _miss(shelf, slug)
    key = request.args.get("video")
    if key is None:
        found = shelf.topic_videos(slug, request.args.get("after"), _VIDEOS)
        videos = _find_claims(shelf, slug, found.videos, _CLAIMS)
        after = found.after
    else:
        videos = _find_all_claims(shelf, slug, key)
        after = None
    return render_page(
        "topic.html",
        partial="_topic.html",
        slug=slug,
        entry=entry,
        label=entry.label if entry else notes[0].title,
        channel=namesake,
        counts=shelf.counts(),
        notes=[_brief(shelf, note) for note in notes[:_NOTES]],
        others=notes[_NOTES:],
        videos=videos,
        after=after,
        is_one=key is not None,
        related=shelf.related_topics(slug, _RELATED),
    )


@browse.get("/card/note/<path:slug>")
def note_card(slug: str) -> Response:
    """What a wikilink to a note leads to, in short."""
    shelf = open_library()
    if fresh := not_modified(shelf.generation):
        return fresh
    return Response(render_template("_card.html", note=_brief(shelf, shelf.note(slug), 1)))


@browse.get("/card/topic/<path:slug>")
def topic_card(slug: str) -> Response:
    """What a wikilink to a topic leads to, in short."""
    shelf = open_library()
    if fresh := not_modified(shelf.generation):
        return fresh
    name = topic_slug(slug)
    entry = shelf.topic(name)
    if entry is None:
        if namesake := _find_channel(shelf, name):
            return Response(render_template("_card.html", channel=namesake))
        abort(404, "No claim links to this topic.")
    found = shelf.topic_videos(entry.slug, None, 2)
    videos = _find_claims(shelf, entry.slug, found.videos, 1)
    return Response(render_template("_card.html", topic=entry, videos=videos))


@browse.get("/more/<path:key>")
def more(key: str) -> Response:
    """What a video is about, and other videos about that."""
    shelf = open_library()
    if fresh := not_modified(shelf.generation):
        return fresh
    entry = shelf.entries([key]).get(key)
    if entry is None:
        raise NotFoundError(f"no note here is about the video {display_path(key[:_LONGEST])!r}")
    return render_page(
        "more.html",
        partial="_more.html",
        entry=entry,
        topics=shelf.video_topics(key, 8),
        videos=shelf.related_videos(key, 6),
    )


def _find_channel(shelf: Library, slug: str) -> ChannelEntry | None:
    """Return the channel that a wikilink to a topic may mean."""
    return next((entry for entry in shelf.channels() if topic_slug(entry.name) == slug), None)


def _find_claims(
    shelf: Library, slug: str, videos: Sequence[VideoEntry], limit: int
) -> list[TopicVideo]:
    """Return `videos` with their first claims about a topic, in the order of time."""
    found = shelf.search.find_topic(slug, [video.key for video in videos], limit=limit)
    return [
        TopicVideo(entry=video, hits=hits, more=max(0, video.claims - len(hits)))
        for video in videos
        for hits in [found.get(video.key, [])]
    ]


def _find_all_claims(shelf: Library, slug: str, key: str) -> list[TopicVideo]:
    """Return one video with all its claims about a topic, if it has any."""
    entries = tuple(shelf.entries([key]).values())
    videos = _find_claims(shelf, slug, entries, _ALL_CLAIMS)
    return [replace(video, more=0) for video in videos if video.hits]


def _brief(shelf: Library, entry: NoteEntry, count: int = 2) -> NoteBrief:
    try:
        sources = shelf.video(entry.key).sources
    except NotFoundError:  # gone since the index was written
        sources = ()
    claims = next((s.note.claims for s in sources if s.entry.slug == entry.slug), ())
    return NoteBrief(entry=entry, words=[claim.text for claim in claims[:count]])


def _miss(shelf: Library, slug: str) -> Response:
    """Return the page about a topic that nothing links to, with those that are called alike."""
    known: dict[str, TopicEntry] = {entry.slug: entry for entry in shelf.topics(_KNOWN)}
    near = difflib.get_close_matches(slug[:_LONGEST], known, n=5)
    found = [known[name] for name in near]
    page = render_template("topic_unknown.html", slug=slug, near=found, counts=shelf.counts())
    return Response(page, status=404)
