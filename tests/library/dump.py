"""All that an index says, without what only its history decides: to compare one with another."""

from pathlib import Path
from typing import Any

import tantivy
from sqlalchemy import Table, select, text

from viewer.library.catalogue import (
    Catalogue,
    captions,
    media,
    notes,
    parsed,
    pending,
    read_fact,
    skipped,
    title_words,
    titles,
    topics,
    transcripts,
    video_topics,
    videos,
)
from viewer.library.index import is_url, open_catalogue


def dump_index(place: str) -> dict[str, list[Any]]:
    """Return the rows of every table, and the documents of the search, each sorted."""
    catalogue = open_catalogue(place)
    try:
        found = {
            table.name: _rows(catalogue, table)
            for table in (
                notes,
                titles,
                videos,
                topics,
                skipped,
                media,
                pending,
                captions,
                transcripts,
                parsed,
            )
        }
        with catalogue.read() as connection:
            found["links"] = sorted(
                tuple(row)
                for row in connection.execute(
                    select(videos.c.key, topics.c.slug, video_topics.c.claims, video_topics.c.label)
                    .join(videos, videos.c.id == video_topics.c.video)
                    .join(topics, topics.c.id == video_topics.c.topic)
                )
            )
            query = select(title_words.c.word, videos.c.key)
            query = query.outerjoin(videos, videos.c.id == title_words.c.video)
            found["title words"] = sorted(map(repr, connection.execute(query)))
            found["unfinished"] = [read_fact(connection, "topics")]
            if is_url(place):
                for table in ("documents", "cues"):
                    rows = connection.execute(text(f"SELECT * FROM {table}")).mappings()
                    found[table] = sorted(repr(sorted(row.items())) for row in rows)
            else:
                folder = Path(place) / read_fact(connection, "search")
                found["documents"] = _documents(folder)
                found["cues"] = _documents(folder / "cues")
        return found
    finally:
        catalogue.close()


def _rows(catalogue: Catalogue, table: Table) -> list[Any]:
    columns = [c for c in table.c if c.name not in ("id", "is_settled", "text")]
    with catalogue.read() as connection:
        return sorted(repr(tuple(row)) for row in connection.execute(select(*columns)))


def _documents(folder: Path) -> list[bytes]:
    searcher = tantivy.Index.open(str(folder)).searcher()
    found = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs)).hits
    return sorted(bytes(searcher.doc(address)["data"][0]) for _, address in found)
