"""Finds the programs that drive other engines than Chromium, and installs them where it can.

Only the standard library is used: `python -m tests.engines` comes before all else is installed.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.chromium import install_debian_packages


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that a driver starts."""

    variable: str
    """The environment variable that may hold its path."""
    names: tuple[str, ...]
    """What it is called on PATH, the best first."""
    question: str
    """The argument that it answers and ends: Ubuntu's `firefox` only speaks of a snap."""
    package: str
    """The package of Debian that has it."""

    @property
    def advice(self) -> str:
        """What to do where it can't be found, in a line."""
        return (
            f"{self.names[0]} is not installed: on Debian, apt-get install {self.package}; "
            f"or set {self.variable} to the path of one."
        )

    def find(self) -> Path | None:
        """Return the first on this machine that starts, the one asked for before all."""
        if sys.platform == "win32":
            return None  # processes are kept together in ways of POSIX
        if chosen := os.environ.get(self.variable):
            return Path(chosen)
        paths = filter(None, map(shutil.which, self.names))
        return next((Path(path) for path in paths if self._answers(path)), None)

    def _answers(self, path: str) -> bool:
        return subprocess.run([path, self.question], capture_output=True).returncode == 0


FIREFOX = Program(
    variable="CLAIMLINE_FIREFOX",
    names=("firefox-esr", "firefox"),
    question="--version",
    package="firefox-esr",
)
WEBKIT = Program(
    variable="CLAIMLINE_WEBKIT",
    names=("WebKitWebDriver",),
    question="--help",
    package="webkit2gtk-driver",
)
XVFB = Program(variable="CLAIMLINE_XVFB", names=("Xvfb",), question="-help", package="xvfb")


def find_missing() -> list[Program]:
    """Return the programs that are not on this machine."""
    return [program for program in (FIREFOX, WEBKIT, XVFB) if program.find() is None]


def main() -> None:
    """Install what is missing; say in a line each what could not be, whose tests are skipped."""
    if missing := find_missing():
        packages = [program.package for program in missing]
        print(f"Installing {', '.join(packages)} for the tests of other engines ...", flush=True)
        install_debian_packages(*packages)
    for program in find_missing():
        print(program.advice)
