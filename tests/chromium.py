"""Finds the Chromium that the browser tests drive, and installs one where it can.

`python -m tests.chromium` does so before the suite starts; only the standard library is used.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
)
MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS = (
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
)
PLAYWRIGHTS_OWN = {
    "darwin": ("~/Library/Caches/ms-playwright", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*"),
    "win32": (r"~\AppData\Local\ms-playwright", "chromium-*/chrome-win*/chrome.exe"),
}
ON_LINUX = ("~/.cache/ms-playwright", "chromium-*/chrome-linux*/chrome")
ADVICE = (
    "The browser tests need a Chromium: install Chromium, Chrome or Edge, "
    "or set CLAIMLINE_CHROMIUM to the path of one."
)

# Without these it tries to reach its maker's services, and waits for them.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


def arguments() -> list[str]:
    """Return the command line arguments to start a Chromium with."""
    return [*QUIET, "--no-sandbox"] if is_root() else [*QUIET]


def find_chromium() -> Path | None:
    """Return the first Chromium of this machine that starts, the one asked for first."""
    if chosen := os.environ.get("CLAIMLINE_CHROMIUM"):
        return Path(chosen)
    return next((path for path in _candidates() if _starts(path)), None)


def install_chromium() -> None:
    """Try the ways to install a Chromium that need no questions; failures are only printed."""
    print("Installing a Chromium for the browser tests ...", flush=True)
    _run(sys.executable, "-m", "playwright", "install", "chromium")
    if find_chromium() is None:
        install_debian_packages("chromium")


def install_debian_packages(*names: str) -> None:
    """Try to install packages of Debian, if this is Debian and its root; failures are silent."""
    if is_root() and _is_debian():
        _run("apt-get", "update", "--quiet")
        _run("apt-get", "install", "--quiet", "--yes", *names)


def is_root() -> bool:
    """Tell whether this is root, for whom Chromium's sandbox does not work."""
    return sys.platform != "win32" and os.getuid() == 0


def _candidates() -> Iterator[Path]:
    for name in NAMES:
        if path := shutil.which(name):
            yield Path(path)
    for place in {"darwin": MACOS, "win32": WINDOWS}.get(sys.platform, ()):
        yield Path(os.path.expandvars(place))
    folder, pattern = PLAYWRIGHTS_OWN.get(sys.platform, ON_LINUX)
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", folder)).expanduser()
    yield from sorted(own.glob(pattern), reverse=True)


def _starts(path: Path) -> bool:
    """Tell whether it is a browser: Ubuntu's `chromium-browser` only speaks of a snap."""
    if not path.is_file():
        return False
    if sys.platform == "win32":
        return True  # asked for its version there, it opens a window
    return subprocess.run([path, "--version"], capture_output=True).returncode == 0


def _is_debian() -> bool:
    """Tell whether apt has a real Chromium: Debian's is one, Ubuntu's is a stub."""
    release = Path("/etc/os-release")
    return release.is_file() and "ID=debian" in release.read_text("utf-8").splitlines()


def _run(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Its own explanation would bury the one line that says what to do.
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    """Make sure that there is a Chromium; exit with advice when there can be none."""
    if find_chromium() is None:
        install_chromium()
    if find_chromium() is None:
        sys.exit(ADVICE)


if __name__ == "__main__":
    main()
