"""Writing what was read into the catalogue; each function in its caller's transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from viewer.library.catalogue import (
    captions,
    media,
    notes,
    parsed,
    pending,
    read_fact,
    skipped,
    titles,
    video_topics,
    videos,
    write_fact,
)
from viewer.library.folder import Skipped
from viewer.library.names import fold_name, sort_name
from viewer.library.playing import mark_played
from viewer.library.reading import CaptionsFacts, Kept, NoteFacts, Source, VideoFacts, VideoSources
from viewer.library.rows import bound_time, chunks, delete_rows, pack_path, unpack_path
from viewer.library.sidecars import find_captions, find_kept, save_captions
from viewer.library.tally import recount_topics, save_topics
from viewer.library.titling import join_words, save_title_words

_LAST = "\U0010ffff"
"""Sorted after every name."""


class Known(NamedTuple):
    """What the catalogue has of a note file."""

    slug: str
    size: int
    mtime_ns: int
    is_settled: bool
    digest: bytes | None
    key: str | None
    is_read: bool


def load_known(connection: Connection, paths: Collection[str] | None = None) -> Mapping[str, Known]:
    """Return what is known of the notes at `paths`, or of all."""
    c = notes.c
    columns = (c.path, c.slug, c.size, c.mtime_ns, c.is_settled, c.digest, c.key, c.is_read)
    query = select(*columns)
    if paths is None:
        rows = connection.execute(query).all()
    else:
        rows = [
            row
            for some in chunks(map(pack_path, paths))
            for row in connection.execute(query.where(c.path.in_(some)))
        ]
    return {unpack_path(row[0]): Known(*row[1:]) for row in rows}


def holds_files(connection: Connection, path: str) -> bool:
    """Return whether files are known at `path`, or in what was a folder there."""
    first, end = pack_path(f"{path}/"), pack_path(f"{path}0")  # "0" comes after "/"
    for column in (notes.c.path, media.c.path, captions.c.path):
        is_there = (column == pack_path(path)) | column.between(first, end)
        if connection.scalar(select(column).where(is_there).limit(1)) is not None:
            return True
    return False


def save_guesses(connection: Connection, guesses: Sequence[NoteFacts]) -> None:
    """Put notes into the catalogue that were only glanced at, and videos that are new by them."""
    delete_rows(connection, notes.c.path, (pack_path(note.path) for note in guesses))
    # Whose name is taken over gets another one, and is among the notes to come.
    for some in chunks(note.slug for note in guesses):
        taken = select(notes.c.key).where(notes.c.slug.in_(some), notes.c.key.is_not(None))
        add_pending(connection, {*connection.scalars(taken)})
    delete_rows(connection, notes.c.slug, (note.slug for note in guesses))
    if guesses:
        rows = [_note_row(note, is_read=note.error is not None) for note in guesses]
        connection.execute(insert(notes), rows)
    by_key: dict[str, list[NoteFacts]] = {}
    for note in guesses:
        if note.error is None:
            by_key.setdefault(note.key, []).append(note)
    for some in chunks(by_key):
        known = set(connection.scalars(select(videos.c.key).where(videos.c.key.in_(some))))
        names = _titles_of(connection, some)
        new = [_video_row(key, by_key[key], names) for key in some if key not in known]
        if new:
            connection.execute(insert(videos), new)
            save_title_words(connection, _words_of(new, _numbers_of(connection, some)))
            mark_played(connection, some)


def touch_notes(connection: Connection, files: Sequence[NoteFacts]) -> None:
    """Note that files have other times, but say what they said before."""
    if not files:
        return
    rows = [
        {
            "at": pack_path(file.path),
            "size": file.size,
            "mtime_ns": bound_time(file.mtime_ns),
            "is_settled": file.is_settled,
        }
        for file in files
    ]
    connection.execute(update(notes).where(notes.c.path == bindparam("at")), rows)
    newest = select(-func.max(notes.c.mtime_ns)).where(notes.c.key == videos.c.key)
    for some in chunks(row["at"] for row in rows):
        keys = select(notes.c.key).where(notes.c.path.in_(some))
        changed = connection.execute(
            update(videos)
            .where(videos.c.key.in_(keys), videos.c.by_change != newest.scalar_subquery())
            .values(by_change=newest.scalar_subquery())
        )
        if changed.rowcount:
            next_generation(connection)


def remove_notes(connection: Connection, paths: Collection[str]) -> set[str]:
    """Take notes out, and return the ids of the videos whose titles they gave."""
    retitled = _forget_titles(connection, paths)
    delete_rows(connection, notes.c.path, map(pack_path, paths))
    return retitled


def find_sources(connection: Connection, keys: Iterable[str]) -> list[VideoSources]:
    """Return what the videos `keys` are read from: notes by path; no video is left out."""
    found: dict[str, list[Source]] = {}
    for some in chunks(keys):
        found.update((key, []) for key in some)
        query = select(notes.c.key, notes.c.path, notes.c.slug).where(
            notes.c.key.in_(some), notes.c.error.is_(None)
        )
        for key, path, slug in connection.execute(query.order_by(notes.c.path)):
            found[key].append(Source(unpack_path(path), slug))
    files, kept = find_captions(connection, found), find_kept(connection, found)
    return [
        VideoSources(key, tuple(own), tuple(files.get(key, ())), kept.get(key, Kept()))
        for key, own in found.items()
    ]


def save_videos(connection: Connection, found: Sequence[VideoFacts], *, recounts: bool) -> None:
    """Write videos as they were read, and those without notes out of the catalogue.

    `recounts` the topics too; otherwise `recount_topics` has to follow.
    """
    read = [note for video in found for note in video.notes]
    strays = [note for video in found for note in video.strays]
    retitled = _forget_titles(connection, [note.path for note in (*read, *strays)])
    retitled.update(video_id for note in read for video_id, _ in note.video_titles)
    rows = [_note_row(note, is_read=True) for note in read]
    rows += [_note_row(note, is_read=note.error is not None) for note in strays]
    _update_notes(connection, rows)
    named = [
        {"path": pack_path(note.path), "video_id": video_id, "title": title}
        for note in read
        for video_id, title in note.video_titles
    ]
    if named:
        connection.execute(insert(titles), named)
    _replace_videos(connection, found, recounts=recounts)
    save_captions(connection, found)
    delete_rows(connection, parsed.c.key, (video.key for video in found))
    values = [{"key": video.key, "value": video.parsed} for video in found if video.parsed]
    if values:
        connection.execute(insert(parsed), values)
    retitle_videos(connection, retitled - {video.key for video in found})


def retitle_videos(connection: Connection, video_ids: Collection[str]) -> None:
    """Give videos the titles that index notes have for them now."""
    for some in chunks(video_ids):
        names = _titles_of(connection, some)
        own = func.coalesce(videos.c.own_title, notes.c.title)
        query = select(videos.c.id, videos.c.key, videos.c.title, own, videos.c.channel).join(
            notes, notes.c.path == videos.c.first_path
        )
        rows = connection.execute(query.where(videos.c.key.in_(some))).all()
        retitled: dict[int, str] = {}
        for number, key, before, title, channel in rows:
            shown = names.get(key, title)
            if shown != before:
                retitled[number] = words = join_words(shown, channel)
                connection.execute(
                    update(videos)
                    .where(videos.c.id == number)
                    .values(title=shown, sort_title=sort_name(shown), words=words)
                )
        save_title_words(connection, retitled)


def replace_surroundings(
    connection: Connection, left_out: Sequence[Skipped], media_paths: Sequence[str]
) -> bool:
    """Note the files that were skipped and the media files; return whether they are others."""
    new = sorted((pack_path(item.path), item.reason) for item in left_out)
    old = connection.execute(select(skipped.c.path, skipped.c.reason).order_by(skipped.c.path))
    old_media = connection.scalars(select(media.c.path).order_by(media.c.path)).all()
    new_media = sorted(map(pack_path, media_paths))
    if new == [tuple(row) for row in old] and new_media == old_media:
        return False
    connection.execute(delete(skipped))
    connection.execute(delete(media))
    if new:
        values = [{"path": path, "reason": reason} for path, reason in dict(new).items()]
        connection.execute(insert(skipped), values)
    if new_media:
        connection.execute(insert(media), [{"path": path} for path in new_media])
    mark_played(connection)
    return True


def add_pending(connection: Connection, keys: Collection[str]) -> None:
    """Note that the videos `keys` are to be read, even if nothing else says so any more."""
    delete_rows(connection, pending.c.key, keys)
    if keys:
        connection.execute(insert(pending), [{"key": key} for key in sorted(keys)])


def remove_pending(connection: Connection, keys: Collection[str]) -> None:
    delete_rows(connection, pending.c.key, keys)


def forget_all(connection: Connection) -> None:
    """Have all notes read again, whether they have changed or not."""
    connection.execute(update(notes).values(is_read=False, digest=None))
    add_pending(connection, [*connection.scalars(select(videos.c.key))])


def next_generation(connection: Connection, *, renames: bool = False) -> None:
    """Say that something changed, so that what was cached of the index is old.

    `renames` where notes came, went or were renamed, so that links may lead elsewhere.
    """
    for name in ("generation", "names") if renames else ("generation",):
        write_fact(connection, name, str(int(read_fact(connection, name, "0")) + 1))


def _replace_videos(connection: Connection, found: Sequence[VideoFacts], *, recounts: bool) -> None:
    numbers = _numbers_of(connection, (video.key for video in found))
    touched: set[int] = set()
    if recounts:
        for some_numbers in chunks(numbers.values()):
            query = select(video_topics.c.topic).where(video_topics.c.video.in_(some_numbers))
            touched.update(connection.scalars(query))
    delete_rows(connection, video_topics.c.video, numbers.values())
    delete_rows(connection, videos.c.key, (video.key for video in found if not video.notes))
    kept = [video for video in found if video.notes]
    names = _titles_of(connection, [video.key for video in kept])
    rows = [
        _video_row(video.key, video.notes, names, video.density, video.captions) for video in kept
    ]
    changed = [{**row, "at": row["key"]} for row in rows if row["key"] in numbers]
    if changed:
        connection.execute(update(videos).where(videos.c.key == bindparam("at")), changed)
    new = [row for row in rows if row["key"] not in numbers]
    if new:
        connection.execute(insert(videos), new)
        numbers |= _numbers_of(connection, (str(row["key"]) for row in new))
    save_title_words(connection, dict.fromkeys(numbers.values(), "") | _words_of(rows, numbers))
    mark_played(connection, [video.key for video in kept])
    touched.update(save_topics(connection, kept, numbers))
    if recounts:
        recount_topics(connection, touched)


def _forget_titles(connection: Connection, paths: Collection[str]) -> set[str]:
    """Take out the titles that the notes at `paths` gave, and return the videos' ids."""
    forgotten: set[str] = set()
    for some in chunks(map(pack_path, paths)):
        given = connection.scalars(select(titles.c.video_id).where(titles.c.path.in_(some))).all()
        if given:
            forgotten.update(given)
            connection.execute(delete(titles).where(titles.c.path.in_(some)))
    return forgotten


def _titles_of(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Return the titles that index notes give, the last one by path where they differ."""
    names: dict[str, str] = {}
    for some in chunks(keys):
        query = select(titles.c.video_id, titles.c.title).where(titles.c.video_id.in_(some))
        names.update(connection.execute(query.order_by(titles.c.path)).all())
    return names


def _update_notes(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        statement = update(notes).where(notes.c.path == bindparam("at"))
        connection.execute(statement, [{**row, "at": row["path"]} for row in rows])


def _note_row(note: NoteFacts, *, is_read: bool) -> dict[str, object]:
    return {
        "path": pack_path(note.path),
        "slug": note.slug,
        "name": fold_name(note.slug.rpartition("/")[2]),
        "size": note.size,
        "mtime_ns": bound_time(note.mtime_ns),
        "is_settled": note.is_settled,
        "digest": note.digest or None,
        "key": None if note.error else note.key,
        "title": note.title,
        "channel": note.channel,
        "video_id": note.video_id,
        "media": note.media,
        "claims": note.claims,
        "is_index": bool(note.video_titles),
        "is_read": is_read,
        "error": note.error,
        "text": note.text,
    }


def _video_row(
    key: str,
    own: Sequence[NoteFacts],
    names: Mapping[str, str],
    density: bytes = b"",
    captions: CaptionsFacts | None = None,
) -> dict[str, object]:
    first = own[0]
    own_title = captions.title if captions else None
    title = names.get(key, own_title or first.title)
    claims = sum(note.claims for note in own)
    state = blake2b(digest_size=9)
    for note in own:
        state.update(pack_path(note.path) + b"\0" + note.digest)
    if captions:
        state.update(captions.digest)
    return {
        "key": key,
        "title": title,
        "own_title": own_title,
        "words": join_words(title, first.channel),
        "duration": captions.duration if captions else None,
        "channel": first.channel,
        "sort_title": sort_name(title),
        "sort_channel": sort_name(first.channel) or _LAST,
        "notes": len(own),
        "claims": claims,
        "by_claims": -claims,
        "by_change": -bound_time(max(note.mtime_ns for note in own)),
        "first_path": pack_path(first.path),
        "first_slug": first.slug,
        "density": density,
        "signature": state.hexdigest(),
        "is_listed": first.video_id is not None or not any(note.video_titles for note in own),
    }


def _words_of(rows: Iterable[Mapping[str, object]], numbers: Mapping[str, int]) -> dict[int, str]:
    """Return what the videos of `rows` that are listed are found by, by their numbers."""
    return {numbers[str(row["key"])]: str(row["words"]) for row in rows if row["is_listed"]}


def _numbers_of(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    query = select(videos.c.key, videos.c.id)
    return {
        key: number
        for some in chunks(keys)
        for key, number in connection.execute(query.where(videos.c.key.in_(some)))
    }
