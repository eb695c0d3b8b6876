"""Lists of what is in a library: videos, channels and topics, a page at a time.

A page ends in a cursor, the place in the order where the next one goes on, so that a page far down
costs what the first one does, and nothing is passed over when the library changes meanwhile.
"""

import base64
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal, select, tuple_

from viewer.library.catalogue import captions, notes, skipped, topics, video_topics, videos
from viewer.library.folder import Skipped
from viewer.library.names import sort_name
from viewer.library.rows import chunks, is_storable, unpack_path

_MOST_RELATED = 60
"""Topics of a video by which others are found."""
_COMMON = 100
"""Videos, of which a topic that has more tells little."""
_TALLY = (
    func.count(),
    func.coalesce(func.sum(case((videos.c.is_video, 1), else_=0)), 0),
    func.coalesce(func.sum(videos.c.claims), 0),
)
"""How many are listed, how many of them are videos, and their claims."""


class Sort(StrEnum):
    """Orders of videos; the last one is of the notes without a video."""

    CLAIMS = "claims"
    TITLE = "title"
    CHANNEL = "channel"
    RECENT = "recent"
    ALONE = "alone"


_ORDERS: dict[Sort, tuple[ColumnElement[Any], ...]] = {
    Sort.CLAIMS: (videos.c.by_claims, videos.c.sort_title, videos.c.key),
    Sort.TITLE: (videos.c.sort_title, videos.c.key),
    Sort.CHANNEL: (videos.c.sort_channel, videos.c.sort_title, videos.c.key),
    Sort.RECENT: (videos.c.by_change, videos.c.key),
    Sort.ALONE: (videos.c.sort_title, videos.c.key),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoEntry:
    """A video in a list."""

    key: str
    """Its id; "note/" and the slug of its note where it has none."""
    video_id: str | None
    title: str
    channel: str
    notes: int
    claims: int
    changed: float
    """When the newest of its notes changed, in seconds since 1970."""
    density: tuple[int, ...]
    """How many claims begin in each of the video's equal parts."""
    slug: str
    """Of its first note."""
    signature: str
    """Changes with its notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoList:
    """A page of videos."""

    videos: tuple[VideoEntry, ...]
    after: str | None
    """The cursor of the next page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEntry:
    """A channel: who made the videos, or the folder of their notes."""

    name: str
    videos: int
    alone: int
    """Notes without a video."""
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicEntry:
    """What wikilinks name: by a note of that name, or by the links alone."""

    slug: str
    label: str
    videos: int
    claims: int
    """Those that link to it; in one video, where a video's topics are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much is in a library."""

    videos: int
    """Those with an id or a media file."""
    alone: int
    """Notes without a video."""
    notes: int
    """All notes, those that only give videos their titles among them."""
    claims: int
    unread: int
    """Notes that were found and not yet read."""


def list_videos(
    connection: Connection,
    sort: Sort,
    after: str | None,
    limit: int,
    *,
    channel: str | None = None,
) -> VideoList:
    """Return the videos after a cursor, of one channel or of all."""
    order = _ORDERS[sort]
    query = _video_query().where(
        videos.c.is_listed, ~videos.c.is_video if sort == Sort.ALONE else videos.c.is_video
    )
    if channel is not None:
        query = query.where(videos.c.channel == channel)
    place = _read_cursor(after, order)
    if place:
        query = query.where(tuple_(*order) > tuple_(*map(literal, place)))
    return _read_page(connection, query, order, limit)


def find_videos(connection: Connection, keys: Collection[str]) -> dict[str, VideoEntry]:
    """Return those of the videos `keys` that there are."""
    return {
        row.key: _read_video(row)
        for some in chunks(keys)
        for row in connection.execute(_video_query().where(videos.c.key.in_(some)))
    }


def list_keys(connection: Connection, *, with_claims: bool) -> dict[str, str]:
    """Return the keys of all videos in the order of their first notes' paths, with signatures."""
    query = select(videos.c.key, videos.c.signature).order_by(videos.c.first_path)
    if with_claims:
        query = query.where(videos.c.claims > 0)
    return dict(connection.execute(query).all())


def list_channels(connection: Connection) -> tuple[ChannelEntry, ...]:
    """Return the channels by name."""
    c = videos.c
    query = select(c.channel, *_TALLY).where(c.is_listed, c.channel != "").group_by(c.channel)
    entries = [
        ChannelEntry(name=name, videos=played, alone=listed - played, claims=claims)
        for name, listed, played, claims in connection.execute(query)
    ]
    return tuple(sorted(entries, key=lambda entry: (sort_name(entry.name), entry.name)))


def count_all(connection: Connection) -> Counts:
    """Return how much is in the library."""
    listed, played, claims = connection.execute(select(*_TALLY).where(videos.c.is_listed)).one()
    readable = notes.c.error.is_(None)
    count = select(func.count()).select_from(notes).where(readable)
    return Counts(
        videos=played,
        alone=listed - played,
        notes=connection.scalar(count) or 0,
        claims=claims,
        unread=connection.scalar(count.where(notes.c.is_read.is_(False))) or 0,
    )


def list_skipped(connection: Connection) -> tuple[Skipped, ...]:
    """Return the files that were left out, in the order of their paths."""
    queries = (
        select(skipped.c.path, skipped.c.reason),
        select(notes.c.path, notes.c.error).where(notes.c.error.is_not(None)),
        select(captions.c.path, captions.c.error).where(captions.c.error.is_not(None)),
    )
    rows = sorted(row for query in queries for row in connection.execute(query))
    return tuple(Skipped(path=unpack_path(path), reason=reason) for path, reason in rows)


def find_topic(connection: Connection, slug: str) -> TopicEntry | None:
    """Return the topic called `slug`, if any claim links to it."""
    found = _read_topics(connection, select(topics).where(topics.c.slug == slug))
    return found[0] if found else None


def list_topics(connection: Connection, limit: int) -> tuple[TopicEntry, ...]:
    """Return the topics that most claims link to."""
    query = select(topics).order_by(topics.c.claims.desc(), topics.c.slug).limit(limit)
    return _read_topics(connection, query)


def list_channel_topics(connection: Connection, channel: str, limit: int) -> tuple[TopicEntry, ...]:
    """Return the topics that most claims of a channel link to; their numbers are the channel's."""
    links, claims = video_topics.c, func.sum(video_topics.c.claims)
    query = (
        select(topics.c.slug, topics.c.label, func.count().label("videos"), claims.label("claims"))
        .join(video_topics, links.topic == topics.c.id)
        .join(videos, videos.c.id == links.video)
        .where(videos.c.channel == channel)
        .group_by(topics.c.id, topics.c.slug, topics.c.label)
        .order_by(claims.desc(), topics.c.slug)
        .limit(limit)
    )
    return _read_topics(connection, query)


def list_topic_videos(
    connection: Connection, slug: str, after: str | None, limit: int
) -> VideoList:
    """Return the videos whose claims link to a topic, those with the most such claims first.

    Their `claims` are such claims only.
    """
    links = video_topics.c
    order = (-links.claims, videos.c.sort_title, videos.c.key)
    query = (
        _video_query(links.claims)
        .join(video_topics, links.video == videos.c.id)
        .join(topics, topics.c.id == links.topic)
        .where(topics.c.slug == slug)
    )
    place = _read_cursor(after, (links.claims, videos.c.sort_title, videos.c.key))
    if place:
        query = query.where(tuple_(*order) > tuple_(*map(literal, place)))
    return _read_page(connection, query, order, limit)


def list_video_topics(connection: Connection, key: str, limit: int) -> tuple[TopicEntry, ...]:
    """Return the topics that most claims of a video link to."""
    links = video_topics.c
    query = (
        select(topics.c.slug, topics.c.label, topics.c.videos, links.claims)
        .join(video_topics, links.topic == topics.c.id)
        .join(videos, videos.c.id == links.video)
        .where(videos.c.key == key)
        .order_by(links.claims.desc(), topics.c.videos.desc(), topics.c.slug)
        .limit(limit)
    )
    return _read_topics(connection, query)


def list_related_topics(connection: Connection, slug: str, limit: int) -> tuple[TopicEntry, ...]:
    """Return topics that the same videos are about, those first that go together most often."""
    here, there = video_topics.alias(), video_topics.alias()
    own = (
        select(here.c.video)
        .join(topics, topics.c.id == here.c.topic)
        .where(topics.c.slug == slug)
        .order_by(here.c.claims.desc(), here.c.video)
        .limit(_COMMON)
        .subquery()
    )
    # Shared videos by the root of all its videos: of what is everywhere, little is related.
    shared = func.count()
    weight = shared * shared * 1.0 / (topics.c.videos + 3)
    query = (
        select(topics)
        .join(there, there.c.topic == topics.c.id)
        .join(own, own.c.video == there.c.video)
        .where(topics.c.slug != slug)
        .group_by(*topics.c)
        .having(shared > 1)
        .order_by(weight.desc(), topics.c.slug)
        .limit(limit)
    )
    return _read_topics(connection, query)


def list_related_videos(connection: Connection, key: str, limit: int) -> tuple[VideoEntry, ...]:
    """Return other videos with topics of this one; a rare topic counts more than a common one."""
    here, there = video_topics.alias(), video_topics.alias()
    own = (
        select(here.c.topic, (1.0 / topics.c.videos).label("weight"), here.c.video)
        .join(topics, topics.c.id == here.c.topic)
        .join(videos, videos.c.id == here.c.video)
        .where(videos.c.key == key, topics.c.videos.between(2, _COMMON))
        .order_by(here.c.claims.desc(), topics.c.videos, topics.c.slug)
        .limit(_MOST_RELATED)
        .subquery()
    )
    query = (
        select(videos.c.key)
        .join(there, there.c.video == videos.c.id)
        .join(own, own.c.topic == there.c.topic)
        .where(there.c.video != own.c.video, videos.c.is_listed)
        .group_by(videos.c.key)
        .order_by(func.sum(own.c.weight).desc(), videos.c.key)
        .limit(limit)
    )
    keys = connection.scalars(query).all()
    found = find_videos(connection, keys)
    return tuple(found[key] for key in keys if key in found)  # else it has gone meanwhile


def _read_page(
    connection: Connection, query: Select[Any], order: Sequence[ColumnElement[Any]], limit: int
) -> VideoList:
    places = [column.label(f"place_{number}") for number, column in enumerate(order)]
    query = query.add_columns(*places).order_by(*order).limit(limit + 1)
    rows = connection.execute(query).all()
    cursor = _write_cursor(rows[limit - 1][-len(order) :]) if len(rows) > limit else None
    return VideoList(videos=tuple(map(_read_video, rows[:limit])), after=cursor)


def _video_query(claims: ColumnElement[int] = videos.c.claims) -> Select[Any]:
    c = videos.c
    return select(
        c.key, c.title, c.channel, c.notes, claims.label("claims"), c.by_change, c.density,
        c.first_slug, c.signature,
    )  # fmt: skip


def _read_video(row: Any) -> VideoEntry:
    return VideoEntry(
        key=row.key,
        video_id=None if row.key.startswith("note/") else row.key,
        title=row.title,
        channel=row.channel,
        notes=row.notes,
        claims=row.claims,
        changed=-row.by_change / 1e9,
        density=tuple(row.density),
        slug=row.first_slug,
        signature=row.signature,
    )


def _read_topics(connection: Connection, query: Select[Any]) -> tuple[TopicEntry, ...]:
    """Return the topics that `query` finds, called like the one note of their name, if there is."""
    rows = connection.execute(query).all()
    titles: dict[str, set[str]] = {}
    for some in chunks(row.slug for row in rows):
        named = select(notes.c.name, notes.c.title).where(notes.c.name.in_(some))
        for name, title in connection.execute(named.where(notes.c.error.is_(None))):
            titles.setdefault(name, set()).add(title)
    return tuple(
        TopicEntry(
            slug=row.slug,
            label=next(iter(found)) if len(found := titles.get(row.slug, ())) == 1 else row.label,
            videos=row.videos,
            claims=row.claims,
        )
        for row in rows
    )


def _write_cursor(values: Sequence[object]) -> str:
    data = json.dumps([*values], ensure_ascii=False).encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _read_cursor(
    cursor: str | None, order: Sequence[ColumnElement[Any]]
) -> tuple[int | str, ...] | None:
    """Return the place that `cursor` names in `order`; None for none, or one that isn't ours."""
    if not cursor or len(cursor) > 2000:
        return None
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), "-_", True))
        kinds = [column.type.python_type for column in order]
        if [type(value) for value in values] != kinds:
            return None
    except (ValueError, TypeError, RecursionError):
        return None
    texts = "".join(value for value in values if isinstance(value, str))
    numbers = [value for value in values if isinstance(value, int)]
    is_sound = is_storable(texts) and all(-(2**63) < number < 2**63 for number in numbers)
    return tuple(values) if is_sound else None
