"""What a database holds: paths as bytes, bounded times, no more values at once than it takes."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import Column, Connection, delete

_T = TypeVar("_T")
_MANY = 500
"""Values that one statement names; SQLite takes 32,766 at most."""
_LATEST = 2**63 - 1
"""Nanoseconds since 1970 that a column holds: until 2262. File systems know later years."""


def chunks(values: Iterable[_T]) -> Iterator[list[_T]]:
    """Yield `values` in lists that a statement can name."""
    rest = iter(values)
    while some := list(islice(rest, _MANY)):
        yield some


def is_storable(text: str) -> bool:
    """Return whether a database can hold `text`, so that it can be asked for it."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def pack_path(path: str) -> bytes:
    """Return the bytes of a path as they are in the file system."""
    return path.encode("utf-8", "surrogateescape")


def unpack_path(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def bound_time(mtime_ns: int) -> int:
    """Return a file's time as a column holds it."""
    return max(-_LATEST, min(mtime_ns, _LATEST))


def delete_rows(connection: Connection, column: Column[_T], values: Iterable[_T]) -> None:
    """Delete the rows in whose `column` one of `values` stands."""
    for some in chunks(values):
        connection.execute(delete(column.table).where(column.in_(some)))
