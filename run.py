"""Run Claimline from a checkout.

    python3 run.py serve [FOLDER]     open a folder of notes; without one, the example
    python3 run.py test [ARGS...]     run the test suite; ARGS go to pytest
    python3 run.py COMMAND [ARGS...]  any other command of claimline

Whatever it needs is installed into .venv beside this file, the first time: in the versions of
constraints.txt, but yt-dlp in its newest. Needs Linux or macOS; on Windows, WSL.
"""

import signal

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # what follows may take moments: no traceback

# Only syntax that an old Python reads too, so that it can say that it is too old.
import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
MARKER = VENV / "installed-by-run.py"  # written last: without it, the install was interrupted
PYTHON = VENV / "bin" / "python"
LOCK = "constraints.txt"


def main(arguments: "list[str]") -> None:
    """Make sure that everything is installed, then become the program that was asked for."""
    if sys.platform == "win32":
        sys.exit("Claimline does not run on Windows itself; use WSL, the Linux inside Windows.")
    if sys.version_info < (3, 11):
        sys.exit(f"Claimline needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
    elif arguments[0] == "test":
        install("youtube", "test")
        os.chdir(ROOT)
        step("-m", "tests.chromium")
        become("-m", "pytest", "-n", "auto", "--dist", "loadfile", *arguments[1:])
    else:
        install("youtube")
        # Held back until the program, once it has started, lets it through (viewer/interrupts.py).
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        become("-P", "-m", "viewer", *arguments)  # -P: not the viewer/ of some other folder


def install(*extras: str) -> None:
    """Bring .venv up to date with pyproject.toml and the lock, unless it is already."""
    wanted = identify(ROOT)
    installed = MARKER.read_text().split() if MARKER.exists() and PYTHON.exists() else []
    if {wanted, *extras} <= {*installed}:
        return
    uv = shutil.which("uv")
    if not installed:
        make_venv(uv)
    print("Installing what Claimline needs (a minute, this once) ...", flush=True)
    MARKER.unlink(missing_ok=True)
    what = ("--quiet", "--editable", f".[{','.join(extras)}]", "yt-dlp")
    if uv:
        newest = ("--upgrade-package", "yt-dlp")
        held = ("--constraint", LOCK, "--build-constraint", LOCK)
        step("pip", "install", "--python", str(PYTHON), *newest, *held, *what, program=uv)
    else:
        # Variables reach the pip that gets what builds, too; for that a new pip has one of its own.
        lock = {"PIP_CONSTRAINT": LOCK, "PIP_BUILD_CONSTRAINT": LOCK}
        step("-m", "pip", "install", "--disable-pip-version-check", "--upgrade", *what, **lock)
    MARKER.write_text(" ".join([wanted, *extras]) + "\n")


def identify(root: Path) -> str:
    """Return what tells what is to be installed for the checkout at `root` from anything else."""
    files = (root / "pyproject.toml").read_bytes() + (root / LOCK).read_bytes()
    return hashlib.sha256(files + bytes(root)).hexdigest()


def make_venv(uv: "str | None") -> None:
    """Make a new .venv, in the place of any unfinished one."""
    if not uv and importlib.util.find_spec("ensurepip") is None:
        sys.exit("Python cannot make virtual environments here: apt install python3-venv")
    print("Making a virtual environment in .venv ...", flush=True)
    if VENV.exists():
        shutil.rmtree(VENV)
    if uv:
        step("venv", "--quiet", "--python", sys.executable, str(VENV), program=uv)
    else:
        step("-m", "venv", str(VENV), program=sys.executable)


def step(*arguments: str, program: "str | None" = None, **variables: str) -> None:
    """Run `program` in the checkout; when it fails, it has said why and this ends too."""
    code = call([program or str(PYTHON), *arguments], variables)
    if code != 0:
        sys.exit(code)


def call(command: "list[str]", variables: "dict[str, str]") -> int:
    """Return the exit code of `command`, run in the checkout with `variables` beside the usual.

    It has a session of its own, so that a terminal's Ctrl-C reaches this process alone, which then
    ends it and all that it has started: each of them would print a traceback otherwise.
    """
    environment = {**os.environ, **variables}
    usual = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # until we know what to end
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, usual)
        return process.wait()
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise


def become(*arguments: str) -> None:
    """Hand over to the virtual environment's Python: keyboard and exit code are its own."""
    os.execv(PYTHON, [str(PYTHON), *arguments])


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.exit(130)
