"""Which yt-dlp is installed, and how old it is: YouTube changes, and only a new one keeps up."""

from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

UPDATE = "pip install -U 'yt-dlp[default,deno]'"
_OLD = 90
"""Days after which yt-dlp itself asks to be updated."""


class Tool(NamedTuple):
    """A version of yt-dlp, which is its date."""

    version: str
    age: int
    """Days."""

    @property
    def is_old(self) -> bool:
        return self.age > _OLD


def find_tool(today: date | None = None) -> Tool | None:
    """Return the yt-dlp that is installed; None where there is none, or its version is no date."""
    try:
        name = version("yt-dlp")
        year, month, day = map(int, name.split(".")[:3])
        made = date(year, month, day)
    except (PackageNotFoundError, ValueError):
        return None
    return Tool(f"{made:%Y.%m.%d}", ((today or datetime.now(UTC).date()) - made).days)
