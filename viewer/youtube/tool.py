"""The installed yt-dlp and its age: YouTube changes, and only the newest version keeps up."""

from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

UPDATE = "pip install -U 'yt-dlp[default,deno]'"
_OLD = 90
"""Days; yt-dlp itself asks for an update after as many."""


class Tool(NamedTuple):
    """A version of yt-dlp, which is the date of its release."""

    version: str
    age: int
    """Days since its release."""

    @property
    def is_old(self) -> bool:
        """True if YouTube may have changed since."""
        return self.age > _OLD


def find_tool(today: date | None = None) -> Tool | None:
    """Return the installed yt-dlp; None if it is missing or its version is not a date."""
    try:
        name = version("yt-dlp")
        year, month, day = map(int, name.split(".")[:3])
        made = date(year, month, day)
    except (PackageNotFoundError, ValueError):
        return None
    return Tool(f"{made:%Y.%m.%d}", ((today or datetime.now(UTC).date()) - made).days)
