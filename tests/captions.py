"""Captions for tests, as a file has them, and what is said in one talk."""

SAID = [
    "The lighthouse keeper wrote down every ship that passed the northern cape.",
    "His ledgers were found in the cellar of a bakery in nineteen fifty three.",
    "A student noticed that the barometer readings predicted each storm.",
    "Nobody at the harbor office had ever opened those books before.",
    "Fishermen used to climb the hill at dawn and ask him about the weather.",
    "The insurance company in Rotterdam offered forty thousand guilders for them.",
    "His daughter refused, because the ink was made from walnut shells.",
    "Today the ledgers lie in a glass case beside the old telescope.",
]
EVERY = 40
"""Seconds between two sentences of the talk."""


def write_vtt(*cues: tuple[float, float, str]) -> str:
    """Return a WebVTT file of `cues`: start, end and what is said, with its markup."""

    def stamp(seconds: float) -> str:
        return f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{seconds % 60:06.3f}"

    return "WEBVTT\n\n" + "\n\n".join(
        f"{stamp(start)} --> {stamp(end)}\n{text}" for start, end, text in cues
    )
