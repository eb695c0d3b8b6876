"""Where the folders that are data are: static/, templates/ and the example notes."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder `name`: inside the package when installed, beside it in a checkout.

    Raises `FileNotFoundError` naming both places when neither has it.
    """
    places = (PACKAGE / name, PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(
        f"no folder '{name}': neither {places[0]} (installed) nor {places[1]} (a checkout) "
        "is there; install claimline again"
    )
