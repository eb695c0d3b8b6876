"""The lock: what both commands of run.py install is named in it, version by version."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "constraints.txt").read_text("utf-8")
PINS = [
    Requirement(line.partition("#")[0])
    for line in LOCK.splitlines()
    if line and not line.startswith("#")
]
PINNED = {canonicalize_name(pin.name) for pin in PINS}
NEWEST = {"yt-dlp", "yt-dlp-ejs", "deno", "certifi"}
"""yt-dlp, which has to keep up with the video site, and what it wants in a version of its own."""


def wanted() -> list[Requirement]:
    """Return what pyproject.toml asks for: to run, to test, and to build."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    lists = (project["project"]["dependencies"], project["build-system"]["requires"], *extras)
    return [Requirement(line) for lines in lists for line in lines]


def needed(requirement: Requirement, seen: set[str]) -> Iterator[str]:
    """Yield the names of what a requirement brings along, as far as it is installed here."""
    key = f"{canonicalize_name(requirement.name)}{sorted(requirement.extras)}"
    if key in seen:
        return
    seen.add(key)
    yield canonicalize_name(requirement.name)
    try:
        lines = requires(requirement.name) or []
    except PackageNotFoundError:  # of an extra that is not installed
        return
    for line in lines:
        inner = Requirement(line)
        marker = inner.marker
        if marker is None or any(
            marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras)
        ):
            yield from needed(inner, seen)


@pytest.mark.parametrize("requirement", wanted(), ids=str)
def test_what_is_asked_for_is_in_the_lock_in_a_version_that_will_do(requirement):
    name = canonicalize_name(requirement.name)
    if name in NEWEST:
        return
    versions = [pin.specifier for pin in PINS if canonicalize_name(pin.name) == name]
    assert versions, "move the lock, as CONTRIBUTING.md says"
    for version in versions:
        (exact,) = version
        assert exact.operator == "=="
        assert requirement.specifier.contains(exact.version)


def test_what_that_brings_along_is_in_the_lock_too():
    seen: set[str] = set()
    names = {name for requirement in wanted() for name in needed(requirement, seen)}
    assert len(names) > 40
    assert names - PINNED - NEWEST == set()


def test_what_has_to_be_the_newest_is_not_held():
    assert PINNED.isdisjoint(NEWEST)


def test_every_line_is_one_version_and_names_no_place_to_get_it_from():
    for pin in PINS:
        assert [exact.operator for exact in pin.specifier] == ["=="]
        assert pin.url is None
    assert not re.search(r"://|^\s*-", LOCK, re.MULTILINE)


def test_how_it_was_made_is_in_contributing():
    (command,) = re.findall(r"^#    (uv pip compile .+)$", LOCK, re.MULTILINE)
    told = (ROOT / "CONTRIBUTING.md").read_text("utf-8").replace("\\\n", "")
    assert " ".join(command.split()) in " ".join(told.replace(" --upgrade", "").split())
