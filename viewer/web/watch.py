"""What the watch page shows of a video, ready for its template."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlencode

from flask import current_app, url_for
from markupsafe import Markup

from viewer.check.stamps import explain_reading
from viewer.export.formats import FORMATS
from viewer.library.folder import display_path
from viewer.library.library import Library, NoteSource, Video
from viewer.library.names import topic_slug
from viewer.note.model import Stamp
from viewer.note.parse import note_blocks
from viewer.note.prose import render_prose
from viewer.timecode import format_fragment, format_timecode, spoken_time
from viewer.timeline.timeline import Heading, Moment, Timeline
from viewer.web.filters import shorten
from viewer.web.opening import Opening, find_opening
from viewer.web.security import public_url
from viewer.web.strip import Strip, draw_strip
from viewer.youtube.video import thumbnail_url, watch_url

ROWS = 1000
"""Rows of the timeline that a page brings at first; the others follow by themselves, so that ten
thousand claims are as quick to open as one thousand."""


class Row(NamedTuple):
    """A row of the timeline, and the chapters that begin at it."""

    moment: Moment
    text: str
    href: str
    headings: tuple[Heading, ...]
    is_hit: bool
    """Whether it holds the words that the address searches for."""
    repair: str | None
    """How its second was read, where that is not what is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteChoice:
    """A note in the filter: whether it is shown, and the address with it switched."""

    number: int
    title: str
    slug: str
    is_shown: bool
    href: str


class WatchPage:
    """One video as its page shows it, for one address."""

    def __init__(
        self, library: Library, video: Video, query: dict[str, str], note_slugs: Sequence[str]
    ) -> None:
        self._library = library
        self._query = query
        self.video = video
        self.entry = video.entry
        slugs = [source.entry.slug for source in video.sources]
        chosen = [slugs.index(slug) for slug in note_slugs if slug in slugs]
        self.shown = tuple(sorted(set(chosen))) or tuple(range(len(slugs)))
        self.is_filtered = len(self.shown) < len(slugs)
        self._note_slugs = [slugs[number] for number in self.shown] if self.is_filtered else []
        self.opening = self._find_opening()
        self.tab = query.get("tab") if query.get("tab") in ("timeline", "note") else None
        self.tab = self.tab or ("note" if chosen and not video.timeline.moments else "timeline")

    @cached_property
    def path(self) -> str:
        """The page's address, without a query."""
        if self.entry.video_id:
            return url_for("pages.watch", video_id=self.entry.video_id)
        return url_for("pages.note", slug=self.entry.slug)

    @cached_property
    def timeline(self) -> Timeline:
        """The timeline of the notes that are shown."""
        if not self.is_filtered:
            return self.video.timeline
        return self.video.timeline.only(self.shown)

    @cached_property
    def headings(self) -> list[Heading]:
        """The chapters of the notes that are shown, where they begin."""
        shown = [
            note if number in self.shown else replace(note, chapters=())
            for number, note in enumerate(self.video.notes)
        ]
        return self.timeline.headings(shown)

    @cached_property
    def strip(self) -> Strip:
        return draw_strip(self.timeline, self.headings, self.shown)

    @property
    def begin(self) -> int:
        """The first row to bring: as the address asks, else that of the moment it opens at."""
        asked = self._query.get("from", "")
        if asked.isascii() and asked.isdigit() and len(asked) < 7:
            return min(int(asked), max(0, len(self.timeline.moments) - 1))
        moment = self.opening.moment
        if moment is None or moment not in self.timeline.moments[ROWS:]:
            return 0
        return self.timeline.moments.index(moment) // ROWS * ROWS

    @cached_property
    def rows(self) -> list[Row]:
        """The rows from `begin`, as many as a page brings."""
        headings: dict[int, list[Heading]] = {}
        for heading in self.headings:
            headings.setdefault(heading.moment, []).append(heading)
        begin = self.begin
        address = self.link()
        address += "&" if "?" in address else "?"
        words = fold(self.words).split()
        return [
            Row(
                moment=moment,
                text=shorten(moment.claim.claim.text) or "(no words)",
                href=f"{address}claim={quote(moment.claim.id)}&t={moment.start}",
                headings=tuple(headings.get(index, ())),
                is_hit=bool(words) and all(w in fold(moment.claim.claim.text) for w in words),
                repair=_explain_moment(moment),
            )
            for index, moment in enumerate(self.timeline.moments[begin : begin + ROWS], begin)
        ]

    @property
    def earlier(self) -> str | None:
        """The address of the rows before these, or None."""
        return self.link(**{"from": str(max(0, self.begin - ROWS))}) if self.begin else None

    @property
    def later(self) -> str | None:
        """The address of the rows after these, or None."""
        end = self.begin + ROWS
        return self.link(**{"from": str(end)}) if end < len(self.timeline.moments) else None

    @property
    def choices(self) -> list[NoteChoice]:
        """The notes of the video, as a filter."""
        choices = []
        for number, source in enumerate(self.video.sources):
            is_shown = number in self.shown
            only = {number} if not self.is_filtered else set(self.shown) ^ {number}
            slugs = [self.video.sources[other].entry.slug for other in sorted(only)]
            choices.append(
                NoteChoice(
                    number=number,
                    title=source.entry.title,
                    slug=source.entry.slug,
                    is_shown=is_shown,
                    href=self._address([("note", slug) for slug in slugs]),
                )
            )
        return choices

    @property
    def source_url(self) -> str | None:
        """The video on its own site, at the second that the page opens at."""
        video_id = self.entry.video_id
        return watch_url(video_id, self.opening.start or 0) if video_id else None

    @property
    def thumbnail(self) -> str | None:
        return thumbnail_url(self.entry.video_id) if self.entry.video_id else None

    @property
    def words(self) -> str:
        """What the address searches for within the claims."""
        return self._query.get("q", "")[:300]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a search within keeps of the address."""
        time = self._query.get("t", "")[:64]
        slugs = (slug for slug in self._note_slugs if display_path(slug) == slug)
        notes = [("note", slug) for slug in slugs]
        return notes + ([("t", time)] if time else [])

    @property
    def is_light(self) -> bool:
        """Whether the prose may come along unasked; more of it comes when it is looked at."""
        return len(self.timeline.moments) <= 2 * ROWS

    @property
    def exports(self) -> list[tuple[str, str]]:
        """The formats that the shown notes can be had in: label and address."""
        query = urlencode([("note", slug) for slug in self._note_slugs], safe="/")
        return [
            (
                form.label,
                url_for("exports.export", name=f"{self.entry.key}.{form.name}")
                + (f"?{query}" if query else ""),
            )
            for form in FORMATS.values()
        ]

    @property
    def address(self) -> str:
        """The page's address with what it opens at."""
        pairs = []
        if self.opening.claim:
            pairs.append(("claim", self.opening.claim.id))
        if self.opening.fragment:
            pairs.append(("t", format_fragment(self.opening.fragment)))
        return self._address([("note", slug) for slug in self._note_slugs] + pairs)

    @property
    def live(self) -> str | None:
        """The address that tells of changes in the notes; None where readers are strangers."""
        if self._library.root is None or not current_app.config["LIVE"]:
            return None
        return self.link(since=self.video.signature)

    @property
    def is_change(self) -> bool:
        """Whether the page is there already, and asks for what has changed."""
        return "since" in self._query

    def link(self, **query: str) -> str:
        """Return an address of this page, with its notes and `query`."""
        return self._address([("note", slug) for slug in self._note_slugs] + [*query.items()])

    def proses(self) -> list[tuple[NoteSource, Markup]]:
        """Return the notes that are shown, each with its prose as HTML."""
        return [
            (
                self.video.sources[number],
                _render_note(self._library, self._library.names, self.video, number, self.path),
            )
            for number in self.shown
        ]

    def linked_data(self) -> dict[str, object]:
        """Return the video, and the claim that the address names, as schema.org objects."""
        data: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "VideoObject",
            "name": self.entry.title,
            "description": f"{self.entry.title}: {self.entry.claims} claims with their times.",
        }
        if self.entry.video_id:
            data["thumbnailUrl"] = self.thumbnail
            data["embedUrl"] = f"https://www.youtube.com/embed/{self.entry.video_id}"
            data["sameAs"] = watch_url(self.entry.video_id)
        page = public_url(self.path)
        if page:
            data["url"] = page
        moment = self.opening.moment
        if moment:
            clip: dict[str, object] = {
                "@type": "Clip",
                "name": shorten(moment.claim.claim.text, 300),
                "startOffset": moment.start,
            }
            end = self.opening.end or moment.end
            if end:
                clip["endOffset"] = int(end)
            address = public_url(self.address)
            if address:
                clip["url"] = address
            data["hasPart"] = clip
        return data

    def _find_opening(self) -> Opening:
        opening = find_opening(self.video.timeline, self._query)
        if opening.claim is None or not self.is_filtered or opening.claim.note in self.shown:
            return opening
        title = self.video.sources[opening.claim.note].entry.title
        words = f"The linked claim is in the note “{title}”, which the filter leaves out."
        return replace(opening, notice=words)

    def _address(self, pairs: Sequence[tuple[str, str]]) -> str:
        query = urlencode(pairs, safe="/,:", errors="surrogateescape")
        return f"{self.path}?{query}" if query else self.path


def _explain_moment(moment: Moment) -> str | None:
    """Return how the second of `moment` was repaired, or None where it is written so once."""
    stamps = [stamp for stamp in moment.claim.claim.stamps if stamp.start == moment.start]
    repairs = [explain_reading(stamp) for stamp in stamps]
    return repairs[0] if repairs and all(repairs) else None


def fold(text: str) -> str:
    """Return `text` without case and accents, as it is searched."""
    bare = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in bare if not unicodedata.combining(char))


@lru_cache(maxsize=32)
def _render_note(library: Library, names: str, video: Video, number: int, path: str) -> Markup:
    """Return a note's prose; `names` changes when its links may lead elsewhere."""
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
