"""What the watch page shows of a video, ready for its template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote, urlencode

from flask import current_app, url_for
from markupsafe import Markup

from viewer.check.stamps import explain_reading
from viewer.export.formats import FORMATS
from viewer.library.folder import Skipped, display_path
from viewer.library.library import Library
from viewer.library.loading import NoteSource, Video
from viewer.timecode import format_fragment
from viewer.timeline.timeline import Heading, Moment, Timeline
from viewer.transcript.grounding import Grounding
from viewer.web.filters import shorten
from viewer.web.grounding import Sign, Summary, sign_of, state_of, sum_up
from viewer.web.opening import Opening, find_opening
from viewer.web.prose import mark_current, render_note
from viewer.web.security import public_url
from viewer.web.strip import Strip, draw_strip
from viewer.web.transcript import Language, TranscriptTab, name_track
from viewer.web.words import fold
from viewer.web.writing import is_for_owner, may_write
from viewer.youtube.video import thumbnail_url, watch_url

ROWS = 1000
"""Rows of the timeline that a page brings at first; the others follow by themselves, so that ten
thousand claims are as quick to open as one thousand."""
_FEW = 4
"""Notes that can be chosen from in a line or two."""
_LONGEST = 3000
"""Characters of a claim that its row shows; so long is hardly one that people write."""


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
    sign: Sign | None
    """How it stands to what was said."""


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
        self.tab = query.get("tab") if query.get("tab") in self.tabs else None
        self.tab = self.tab or ("note" if chosen and not video.timeline.moments else "timeline")

    @property
    def tabs(self) -> tuple[str, ...]:
        """What can be looked at beside the video."""
        return ("timeline", "note", "transcript") if self.entry.video_id else ("timeline", "note")

    @property
    def has_player(self) -> bool:
        """Whether there is anything to follow along."""
        return bool(self.timeline.moments or self.video.tracks)

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

    @property
    def has_hours(self) -> bool:
        """True if times in the video's lists pass 59:59."""
        return self.strip.duration >= 3600

    @cached_property
    def strip(self) -> Strip:
        return draw_strip(self.timeline, self.headings, self.shown, self.video.info)

    @property
    def begin(self) -> int:
        """The first row to bring: as the address asks, else that of the moment it opens at."""
        asked = self._read_from()
        if asked is not None and self.tab != "transcript":
            return min(asked, max(0, len(self._places) - 1))
        moment = self.opening.moment
        places = [self.timeline.moments[place] for place in self._places]
        return places.index(moment) // ROWS * ROWS if moment in places[ROWS:] else 0

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
        moments, found = self.timeline.moments, self.found
        said = "?" + self.link(tab="transcript").partition("?")[2] + "&t="
        return [
            Row(
                moment=(moment := moments[place]),
                text=shorten(moment.claim.claim.text, _LONGEST) or "(no words)",
                href=f"{address}claim={quote(moment.claim.id)}&t={moment.start}",
                headings=tuple(headings.get(place, ())),
                is_hit=bool(words) and all(w in fold(moment.claim.claim.text) for w in words),
                repair=_explain_moment(moment),
                sign=None if moment.is_repeat else sign_of(found.get(moment.claim.id), said),
            )
            for place in self._places[begin : begin + ROWS]
        ]

    @property
    def earlier(self) -> str | None:
        """The address of the rows before these, or None."""
        return self.link(**{"from": str(max(0, self.begin - ROWS))}) if self.begin else None

    @property
    def later(self) -> str | None:
        """The address of the rows after these, or None."""
        end = self.begin + ROWS
        return self.link(**{"from": str(end)}) if end < len(self._places) else None

    @cached_property
    def found(self) -> Mapping[str, Grounding]:
        """Where claims are found in what was said, by their ids."""
        groundings = self.video.groundings
        return {} if groundings is None or groundings.is_foreign else groundings.by_claim

    @property
    def is_foreign(self) -> bool:
        """Whether the transcript is of another video, or in another language than the notes."""
        groundings = self.video.groundings
        return groundings is not None and groundings.is_foreign

    @cached_property
    def said(self) -> Summary | None:
        """How the claims that have a row stand to what was said."""
        claims = (claim for claim in self.timeline.claims if claim.start is not None)
        return sum_up(claims, self.found)

    @cached_property
    def only_state(self) -> str | None:
        """The state of grounding that rows must be in to be shown, where any is."""
        asked = self._query.get("said", "")
        return asked if self.said and asked in dict(self.said.others) else None

    @property
    def transcript_address(self) -> str:
        """The address of the transcript, where it is not on the page yet."""
        return self.link(tab="transcript", t=self._time, q=self.words)

    @cached_property
    def transcript(self) -> TranscriptTab | None:
        """What was said, in the language that the address asks for."""
        language = self._query.get("lang")
        transcript = self._library.transcript(self.entry.key, language)
        if transcript is None:
            return None
        is_chosen = language == transcript.track.language
        return TranscriptTab(
            transcript=transcript,
            languages=tuple(
                Language(
                    name_track(track),
                    self.link(tab="transcript", lang=track.language, t=self._time),
                    track == transcript.track,
                )
                for track in self.video.tracks
            ),
            address=self.link(tab="transcript", lang=language if is_chosen and language else ""),
            opening=self.opening,
            words=self.words,
            begin=self._read_from() if self.tab == "transcript" else None,
            chapters=self.video.info.chapters if self.video.info else (),
        )

    @property
    def unread_captions(self) -> Sequence[Skipped]:
        """The captions that can't be read, and why; what they are called is their owner's."""
        return self._library.unread_captions(self.entry.key) if self.is_for_owner else ()

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
                    href=self._address([*(("note", slug) for slug in slugs), *self._held]),
                )
            )
        return choices

    @property
    def has_many_notes(self) -> bool:
        """True if the choice of notes is too long to stand in the page."""
        return len(self.video.sources) > _FEW

    @property
    def unfiltered(self) -> str:
        """The address with all notes."""
        return self._address(self._held)

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

    def kept(self, *names: str) -> list[tuple[str, str]]:
        """Return what a search within keeps: the notes, the claims it is held to, and `names`."""
        slugs = (slug for slug in self._note_slugs if display_path(slug) == slug)
        pairs = ((name, self._query.get(name, "")[:64]) for name in names)
        return [
            *(("note", slug) for slug in slugs),
            *self._held,
            *((name, text) for name, text in pairs if text),
        ]

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
        return self.link(since=self.video.signature, heard=self.heard)

    @cached_property
    def heard(self) -> str:
        """What changes with all that the transcript's tab shows."""
        return f"{self.video.spoken.files}{self.is_foreign:d}"

    @property
    def has_other_transcript(self) -> bool:
        """Whether the page is there already, with another transcript."""
        return self.is_change and self._query.get("heard") != self.heard

    @property
    def is_for_owner(self) -> bool:
        """Whether the reader is who keeps the library."""
        return is_for_owner()

    @cached_property
    def is_writable(self) -> bool:
        """Whether the reader may have a note changed."""
        return may_write(self._library)

    @property
    def is_change(self) -> bool:
        """Whether the page is there already, and asks for what has changed."""
        return "since" in self._query

    def link(self, **query: str) -> str:
        """Return an address of this page, with its notes, the claims it is held to, and `query`."""
        pairs = [("note", slug) for slug in self._note_slugs]
        if "said" not in query:
            pairs += self._held
        return self._address(pairs + [item for item in query.items() if item[1]])

    def proses(self) -> list[tuple[NoteSource, Markup]]:
        """Return the notes that are shown, each with its prose as HTML."""
        names = self._library.names
        proses = []
        for number in self.shown:
            prose = render_note(self._library, names, self.video, number, self.path)
            moment = self.opening.moment
            if moment and moment.claim.note == number:
                prose = mark_current(prose, moment.claim.id)
            proses.append((self.video.sources[number], prose))
        return proses

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

    @property
    def _held(self) -> list[tuple[str, str]]:
        """What the address says of the claims that are shown."""
        return [("said", self.only_state)] if self.only_state else []

    @cached_property
    def _places(self) -> Sequence[int]:
        """The places of the moments that are shown in the timeline."""
        moments = self.timeline.moments
        if self.only_state is None:
            return range(len(moments))
        found = self.found
        states = [state_of(found[m.claim.id]) if m.claim.id in found else "" for m in moments]
        return [place for place, state in enumerate(states) if state == self.only_state]

    def _read_from(self) -> int | None:
        """Return the place of a list that the address asks to begin at."""
        asked = self._query.get("from", "")
        return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None

    @property
    def _time(self) -> str:
        """What the address says of time, in short."""
        return format_fragment(self.opening.fragment) if self.opening.fragment else ""

    def _address(self, pairs: Sequence[tuple[str, str]]) -> str:
        query = urlencode(pairs, safe="/,:", errors="surrogateescape")
        return f"{self.path}?{query}" if query else self.path


def _explain_moment(moment: Moment) -> str | None:
    """Return how the second of `moment` was repaired, or None where it is written so once."""
    stamps = [stamp for stamp in moment.claim.claim.stamps if stamp.start == moment.start]
    repairs = [explain_reading(stamp) for stamp in stamps]
    return repairs[0] if repairs and all(repairs) else None
