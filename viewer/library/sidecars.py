"""The captions that lie beside the notes, and what was made of them, in the catalogue."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Update, delete, func, insert, select, update

from viewer.library.catalogue import captions, transcripts, videos
from viewer.library.folder import CaptionsFile, Skipped
from viewer.library.reading import CaptionsFacts, Kept, VideoFacts, is_settled
from viewer.library.rows import bound_time, chunks, delete_rows, pack_path, unpack_path
from viewer.transcript.grounding import State

_Place = tuple[bytes, bytes]


def replace_captions(
    connection: Connection, files: Sequence[CaptionsFile]
) -> tuple[set[str], bool]:
    """Note which files there are.

    Returns the videos that are to be read for it, and whether any file came, went or changed.
    """
    c = captions.c
    columns = (c.folder, c.path, c.video_id, c.size, c.mtime_ns, c.is_settled)
    known: dict[_Place, Any] = {
        (row.folder, row.path): row for row in connection.execute(select(*columns))
    }
    new = {_place_of(file): file for file in files}
    changed = {place for place, file in new.items() if not _is_known(known.get(place), file)}
    gone = known.keys() - new.keys()
    for place in gone:
        connection.execute(delete(captions).where(c.folder == place[0], c.path == place[1]))
    for place in changed & known.keys():  # what was read of it stays until it is read again
        connection.execute(_at(update(captions), new[place]).values(_file_row(new[place])))
    if fresh := sorted(changed - known.keys()):
        connection.execute(insert(captions), [_file_row(new[place]) for place in fresh])
    ids = {known[place].video_id for place in gone} | {new[place].video_id for place in changed}
    concerned = {
        key
        for some in chunks(sorted(ids))
        for key in connection.scalars(select(videos.c.key).where(videos.c.key.in_(some)))
    }
    return concerned, bool(changed or gone)


def find_captions(
    connection: Connection, keys: Iterable[str], *, readable: bool = False
) -> dict[str, list[CaptionsFile]]:
    """Return the captions of the videos `keys`: all, or those that could be read."""
    files: dict[str, list[CaptionsFile]] = {}
    for some in chunks(keys):
        query = select(captions).where(captions.c.video_id.in_(some))
        if readable:
            query = query.where(captions.c.error.is_(None))
        for row in connection.execute(query.order_by(captions.c.folder, captions.c.path)):
            files.setdefault(row.video_id, []).append(_read_row(row))
    return files


def find_kept(connection: Connection, keys: Iterable[str]) -> dict[str, Kept]:
    """Return what was made of the captions of the videos `keys` before."""
    c = transcripts.c
    return {
        key: Kept(digest, is_foreign)
        for some in chunks(keys)
        for key, digest, is_foreign in connection.execute(
            select(c.key, c.digest, c.is_foreign).where(c.key.in_(some))
        )
    }


def save_captions(connection: Connection, found: Sequence[VideoFacts]) -> None:
    """Write what was made of the captions of videos."""
    gone = [video.key for video in found if video.captions is None or video.captions.value]
    delete_rows(connection, transcripts.c.key, gone)
    rows = [
        _transcript_row(video.key, video.captions)
        for video in found
        if video.captions and video.captions.value
    ]
    if rows:
        connection.execute(insert(transcripts), rows)
    for video in found:
        if video.captions:
            _save_files(connection, video.key, video.captions)


def load_text(connection: Connection, file: CaptionsFile) -> str | None:
    """Return what `file` holds, from an index that keeps it."""
    folder, path = _place_of(file)
    query = select(captions.c.text).where(captions.c.folder == folder, captions.c.path == path)
    text: str | None = connection.scalar(query)
    return text


def list_uncaptioned(connection: Connection) -> tuple[str, ...]:
    """Return the ids of the videos without captions, in the order of their notes' paths."""
    heard = select(transcripts.c.key).where(transcripts.c.passages > 0)
    query = select(videos.c.key).where(
        videos.c.key.not_in(heard), videos.c.key.not_like("note/%"), videos.c.is_listed
    )
    return tuple(connection.scalars(query.order_by(videos.c.first_path)))


def list_unread(connection: Connection, key: str) -> tuple[Skipped, ...]:
    """Return the captions of a video that can't be read, and why."""
    c = captions.c
    query = select(c.path, c.error).where(c.video_id == key, c.error.is_not(None))
    rows = connection.execute(query.order_by(c.path))
    return tuple(Skipped(path=unpack_path(path), reason=reason) for path, reason in rows)


def count_groundings(connection: Connection) -> dict[State, int]:
    """Return how many claims are found where they say, elsewhere, and not."""
    c = transcripts.c
    sums = (func.coalesce(func.sum(column), 0) for column in (c.grounded, c.elsewhere, c.missing))
    states = (State.GROUNDED, State.ELSEWHERE, State.NOT_FOUND)
    return dict(zip(states, connection.execute(select(*sums)).one(), strict=True))


def _read_row(row: Any) -> CaptionsFile:
    return CaptionsFile(
        path=unpack_path(row.path),
        size=row.size,
        mtime_ns=row.mtime_ns,
        video_id=row.video_id,
        language=row.language,
        suffix=row.suffix,
        folder=unpack_path(row.folder),
    )


def _save_files(connection: Connection, key: str, facts: CaptionsFacts) -> None:
    own = update(captions).where(captions.c.video_id == key)
    connection.execute(own.where(captions.c.error.is_not(None)).values(error=None))
    for file, message in facts.problems:
        connection.execute(_at(own, file).values(error=message))
    for file, text in facts.texts:
        connection.execute(_at(own, file).values(text=text))


def _at(statement: Update, file: CaptionsFile) -> Update:
    folder, path = _place_of(file)
    return statement.where(captions.c.folder == folder, captions.c.path == path)


def _place_of(file: CaptionsFile) -> _Place:
    return pack_path(file.folder), pack_path(file.path)


def _is_known(row: Any, file: CaptionsFile) -> bool:
    if row is None or not row.is_settled:
        return False
    return (row.size, row.mtime_ns) == (file.size, bound_time(file.mtime_ns))


def _file_row(file: CaptionsFile) -> dict[str, object]:
    folder, path = _place_of(file)
    return {
        "folder": folder,
        "path": path,
        "video_id": file.video_id,
        "language": file.language,
        "suffix": file.suffix,
        "size": file.size,
        "mtime_ns": bound_time(file.mtime_ns),
        "is_settled": is_settled(file.mtime_ns),
    }


def _transcript_row(key: str, facts: CaptionsFacts) -> dict[str, object]:
    return {
        "key": key,
        "digest": facts.digest,
        "value": facts.value,
        "passages": facts.passages,
        "is_foreign": facts.is_foreign,
        "grounded": facts.counts.get(State.GROUNDED, 0),
        "elsewhere": facts.counts.get(State.ELSEWHERE, 0),
        "missing": facts.counts.get(State.NOT_FOUND, 0),
    }
