"""Captions for tests, as a file has them."""


def write_vtt(*cues: tuple[float, float, str]) -> str:
    """Return a WebVTT file of `cues`: start, end and what is said, with its markup."""

    def stamp(seconds: float) -> str:
        return f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{seconds % 60:06.3f}"

    return "WEBVTT\n\n" + "\n\n".join(
        f"{stamp(start)} --> {stamp(end)}\n{text}" for start, end, text in cues
    )
