"""Run Claimline from a checkout.

    python3 run.py serve [FOLDER]     open a folder of notes; without one, the example
    python3 run.py test [ARGS...]     run the test suite; ARGS go to pytest
    python3 run.py COMMAND [ARGS...]  any other command of claimline

Whatever it needs is installed into .venv beside this file, the first time.
"""

# Only syntax that an old Python reads too, so that it can say that it is too old.
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
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def main(arguments: "list[str]") -> None:
    """Make sure that everything is installed, then become the program that was asked for."""
    if sys.version_info < (3, 11):
        sys.exit(f"Claimline needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
    elif arguments[0] == "test":
        install(extra="test")
        os.chdir(ROOT)
        step("-m", "tests.chromium")
        become("-m", "pytest", "-n", "auto", "--dist", "loadfile", *arguments[1:])
    else:
        install(extra="")
        become("-P", "-m", "viewer", *arguments)  # -P: not the viewer/ of some other folder


def install(extra: str) -> None:
    """Bring .venv up to date with pyproject.toml, unless it is already."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + bytes(ROOT)).hexdigest()
    installed = MARKER.read_text().split() if MARKER.exists() and PYTHON.exists() else []
    if wanted in installed and (not extra or extra in installed):
        return
    uv = shutil.which("uv")
    if not installed:
        make_venv(uv)
    print("Installing what Claimline needs (a minute, this once) ...", flush=True)
    MARKER.unlink(missing_ok=True)
    what = ("--quiet", "--editable", f".[{extra}]" if extra else ".")
    if uv:
        step("pip", "install", "--python", str(PYTHON), *what, program=uv)
    else:
        step("-m", "pip", "install", "--disable-pip-version-check", *what)
    MARKER.write_text(f"{wanted} {extra}\n")


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


def step(*arguments: str, program: str = str(PYTHON)) -> None:
    """Run `program` in the checkout; when it fails, it has said why and this ends too."""
    code = subprocess.call([program, *arguments], cwd=ROOT)
    if code != 0:
        sys.exit(code)


def become(*arguments: str) -> None:
    """Hand over to the virtual environment's Python: keyboard and exit code are its own."""
    if os.name == "posix":
        os.execv(PYTHON, [str(PYTHON), *arguments])
    sys.exit(subprocess.call([str(PYTHON), *arguments]))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
