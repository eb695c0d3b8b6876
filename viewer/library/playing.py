"""Which notes without a video id there is something to watch for: a media file stands beside them.

They count as videos; the others are notes without a video.
"""

from collections.abc import Collection
from pathlib import PurePosixPath

from sqlalchemy import ColumnElement, Connection, select, update

from viewer.library.catalogue import media, notes, videos
from viewer.library.rows import pack_path, unpack_path

_ALONE = "note/"
"""What the keys of videos begin with that have no id."""


def mark_played(connection: Connection, keys: Collection[str] | None = None) -> None:
    """Note of the videos `keys`, or of all, which of those without an id have a media file."""
    chosen: ColumnElement[bool] = notes.c.key.startswith(_ALONE)
    if keys is not None:
        alone = [key for key in keys if key.startswith(_ALONE)]
        if not alone:
            return
        chosen = notes.c.key.in_(alone)
    files = {*connection.scalars(select(media.c.path))}
    files |= {path.rpartition(b".")[0] for path in files}
    query = select(notes.c.key, notes.c.path, notes.c.media, videos.c.is_video).join(
        videos, videos.c.key == notes.c.key
    )
    for key, path, named, before in connection.execute(query.where(chosen)).all():
        is_video = not files.isdisjoint(_names(path, named))
        if is_video != before:
            connection.execute(update(videos).where(videos.c.key == key).values(is_video=is_video))


def _names(path: bytes, named: str | None) -> set[bytes]:
    """Return what a note's media file may be called: as the note says, or as the note is."""
    stem = path.rpartition(b".")[0]
    if not named:
        return {stem}
    folder = PurePosixPath(unpack_path(path)).parent
    return {stem, pack_path(str(folder / named))}
