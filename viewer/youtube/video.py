"""Addresses of the video site. No I/O."""

EMBED_HOST = "https://www.youtube-nocookie.com"
"""The server of the player's frame; `www.youtube.com` is the other choice."""


def watch_url(video_id: str, start: float = 0) -> str:
    """Return the address of a video on its own site, at the second `start`."""
    return f"https://www.youtube.com/watch?v={video_id}" + (f"&t={int(start)}s" if start else "")


def thumbnail_url(video_id: str) -> str:
    """Return the address of the video's thumbnail of 480×360 pixels, which every video has."""
    return f"https://i.ytimg.com/vi/{video_id}/hqdefault.jpg"
