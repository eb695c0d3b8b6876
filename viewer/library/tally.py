"""Which topics videos link to, and how many do: written and counted in the catalogue."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, bindparam, func, insert, select, update

from viewer.library.catalogue import topics, video_topics
from viewer.library.reading import VideoFacts, label_of
from viewer.library.rows import chunks, delete_rows


def save_topics(
    connection: Connection, kept: Sequence[VideoFacts], numbers: Mapping[str, int]
) -> Iterable[int]:
    """Write which topics the videos link to, and return the topics' numbers."""
    slugs = sorted({topic.slug for video in kept for topic in video.topics})
    known: dict[str, int] = {}
    for some in chunks(slugs):
        query = select(topics.c.slug, topics.c.id).where(topics.c.slug.in_(some))
        known.update(connection.execute(query).all())
        new = [
            {"slug": slug, "label": label_of(slug), "videos": 0, "claims": 0}
            for slug in some
            if slug not in known
        ]
        if new:
            connection.execute(insert(topics), new)
            known.update(connection.execute(query).all())
    rows = [
        {
            "video": numbers[video.key],
            "topic": known[topic.slug],
            "claims": topic.claims,
            "label": topic.label,
        }
        for video in kept
        for topic in video.topics
    ]
    if rows:
        connection.execute(insert(video_topics), rows)
    return known.values()


def recount_topics(connection: Connection, numbers: Collection[int] | None = None) -> None:
    """Count the videos and claims of the topics `numbers`, or of all; those of none go."""
    if numbers is None:
        numbers = [*connection.scalars(select(topics.c.id))]
    links = video_topics.c
    for some in chunks(numbers):
        chosen = links.topic.in_(some)
        counts = connection.execute(
            select(links.topic, func.count(), func.sum(links.claims))
            .where(chosen)
            .group_by(links.topic)
        ).all()
        used = func.sum(links.claims)
        labels = connection.execute(
            select(links.topic, links.label)
            .where(chosen, links.label.is_not(None))
            .group_by(links.topic, links.label)
            .order_by(used, links.label.desc())
        )
        label_by_topic = dict(labels.all())  # the last one is used most
        slugs = dict(
            connection.execute(
                select(topics.c.id, topics.c.slug).where(topics.c.id.in_(some))
            ).all()
        )
        rows = [
            {
                "at": topic,
                "videos": count,
                "claims": total,
                "label": label_by_topic.get(topic) or label_of(slugs[topic]),
            }
            for topic, count, total in counts
        ]
        if rows:
            connection.execute(update(topics).where(topics.c.id == bindparam("at")), rows)
        delete_rows(connection, topics.c.id, set(some) - {row["at"] for row in rows})
