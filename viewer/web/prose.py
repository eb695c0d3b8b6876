"""A note's prose as a page shows it: its stamps and wikilinks lead to our pages."""

from functools import lru_cache
from urllib.parse import quote

from flask import url_for
from markupsafe import Markup

from viewer.check.stamps import explain_reading
from viewer.library.library import Library
from viewer.library.loading import Video
from viewer.library.names import topic_slug
from viewer.note.model import Stamp
from viewer.note.parse import note_blocks
from viewer.note.prose import OPEN_CLAIM, render_prose
from viewer.timecode import format_timecode, spoken_time


_OPEN_HERE = Markup('<noscript><span tabindex="-1" autofocus></span></noscript>')
"""Without script, what has the focus is brought into view."""


@lru_cache(maxsize=32)
def render_note(library: Library, names: str, video: Video, number: int, path: str) -> Markup:
    """Return the prose of a video's note, for the page at `path`.

    `names` changes when its links may lead elsewhere.
    """
    source = video.sources[number]
    claims = [claim.id for claim in video.timeline.claims if claim.note == number]

    def stamp_html(stamp: Stamp, claim_id: str) -> Markup:
        return _stamp_html(stamp, f"{path}?claim={quote(claim_id)}&t={stamp.start}")

    slugs = library.resolve_all({link.target for link in source.note.links}, source.entry)

    def open_link(target: str) -> Markup:
        return _open_link(slugs.get(target), topic_slug(target))

    return render_prose(
        note_blocks(source.text, source.note, is_html=source.entry.is_html),
        source.note,
        claim_ids=claims,
        stamp_html=stamp_html,
        open_link=open_link,
    )


def mark_current(prose: Markup, claim_id: str) -> Markup:
    """Return a note's prose with a claim marked, and open at it without script too."""
    tag = OPEN_CLAIM % claim_id
    current = Markup('<span class="claim" data-claim="%s" aria-current="true">') % claim_id
    return prose.replace(tag, current + _OPEN_HERE, 1).replace(tag, current)


@lru_cache(maxsize=4096)
def _open_link(slug: str | None, topic: str) -> Markup:
    """Return the tag of a wikilink: to a note, or to what claims say about its topic."""
    if slug:
        return Markup('<a class="wikilink" href="%s">') % url_for("pages.note", slug=slug)
    if topic:
        href = url_for("browse.topic", slug=topic)
        return Markup('<a class="wikilink is-topic" href="%s">') % href
    return Markup('<a class="wikilink">')


def _stamp_html(stamp: Stamp, href: str) -> Markup:
    if stamp.start is None:
        written = stamp.raw or stamp.label or "?"
        return Markup('<span class="stamp" title="This time can’t be read">%s</span>') % written
    repair = explain_reading(stamp)
    return Markup(
        '<a class="%s" href="%s" data-start="%d">'
        '<time datetime="PT%dS" aria-hidden="true">%s</time>'
        '<span class="visually-hidden">%s</span>%s</a>'
    ) % (
        "stamp is-repaired" if repair else "stamp",
        href,
        stamp.start,
        stamp.start,
        format_timecode(stamp.start),
        spoken_time(stamp.start),
        Markup('<span class="repair-words">%s</span>') % repair if repair else "",
    )
