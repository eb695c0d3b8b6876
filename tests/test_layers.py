"""The way of the data is the way of the imports: a module imports only from the tiers below it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

TIERS = (
    {"__main__"},
    {"cli", "gunicorn"},
    {"commands"},
    {"web"},
    {"resources"},
    {"youtube"},
    {"library"},
    {"export", "check"},
    {"timeline"},
    {"note", "transcript"},
    {"timecode", "language"},
    {"errors", "garbage", "interrupts"},
)
"""The parts of viewer/, from the command line to the core; those of one tier do not meet."""

CORE = {"export", "check", "timeline", "note", "transcript", "timecode", "language", "errors"}
SHELL_ONLY = {
    *("click", "flask", "jinja2", "sqlalchemy"),
    *("tantivy", "waitress", "werkzeug", "yt_dlp"),
}
"""Packages that the core, text in and values out, has no use for."""

RANK = {part: rank for rank, tier in enumerate(reversed(TIERS)) for part in tier}
DOOR = ROOT / "viewer" / "__init__.py"  # opens to the web on first use only, as the last test shows
MODULES = sorted(set((ROOT / "viewer").rglob("*.py")) - {DOOR})


def part_of(module: str) -> str:
    """Return the part of viewer/ that a dotted name is in: "viewer.note.model" → "note"."""
    return module.split(".")[1] if "." in module else ""


def dotted_name(path: Path) -> str:
    """Return the name a file is imported by: viewer/note/__init__.py → "viewer.note"."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(path: Path, tree: ast.AST | None = None) -> Iterator[tuple[int, str]]:
    """Yield the line and the absolute dotted name of everything that the file imports."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree or ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            if base == "viewer":
                yield from ((node.lineno, f"viewer.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, base


def breaches(path: Path, tree: ast.AST | None = None) -> list[str]:
    """Return a line for each import of the file that goes up, sideways, or out of the core."""
    own = part_of(dotted_name(path))
    found = []
    for line, name in imported_names(path, tree):
        top, other = name.split(".")[0], part_of(name)
        if top == "viewer" and other in RANK and other != own and RANK[other] >= RANK[own]:
            found.append(f"{path.relative_to(ROOT)}:{line}: {own} imports {other}")
        elif own in CORE and top in SHELL_ONLY:
            found.append(f"{path.relative_to(ROOT)}:{line}: {own}, of the core, imports {top}")
    return found


@pytest.mark.parametrize("path", MODULES, ids=dotted_name)
def test_a_module_imports_only_from_below(path):
    assert part_of(dotted_name(path)) in RANK, "a new part of viewer/: give it a place in TIERS"
    assert breaches(path) == []


@pytest.mark.parametrize(
    ("file", "source", "breach"),
    [
        pytest.param("note/parse.py", "import viewer.timeline.reading", "timeline", id="import"),
        pytest.param("note/parse.py", "from viewer import web", "web", id="from the package"),
        pytest.param("note/parse.py", "from ..web import api", "web", id="relative"),
        pytest.param(
            "note/parse.py", "from ..transcript import model", "transcript", id="sideways"
        ),
        pytest.param("note/parse.py", "def f():\n import flask", "flask", id="inside a function"),
        pytest.param("cli.py", "from .__main__ import x", "__main__", id="relative, from a module"),
    ],
)
def test_a_breach_is_found(file, source, breach):
    (message,) = breaches(ROOT / "viewer" / file, ast.parse(source))
    assert message.endswith(f"imports {breach}")


@pytest.mark.parametrize(
    ("file", "source"),
    [
        pytest.param("web/pages.py", "from viewer.resources import folder", id="downwards"),
        pytest.param("note/parse.py", "from . import stamps", id="within a part"),
        pytest.param("note/parse.py", "from viewer.errors import NoteError", id="far down"),
    ],
)
def test_an_import_from_below_is_none(file, source):
    assert breaches(ROOT / "viewer" / file, ast.parse(source)) == []


def loaded_of_the_shell(modules: list[str]) -> list[str]:
    """Return which of `SHELL_ONLY` a new Python has loaded when it has imported `modules`."""
    program = (
        f"import importlib, sys\nfor name in {modules}: importlib.import_module(name)\n"
        f"print(*sorted({SHELL_ONLY} & set(sys.modules)))"
    )
    python = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert python.returncode == 0, python.stderr
    return python.stdout.split()


def test_importing_the_core_loads_nothing_of_the_shell():
    core = [dotted_name(path) for path in MODULES if part_of(dotted_name(path)) in CORE]
    assert loaded_of_the_shell(core) == []


def test_a_process_that_reads_notes_loads_no_server_and_no_database():
    # The first is what started `claimline`, which every process that it starts loads again.
    assert loaded_of_the_shell(["viewer.__main__", "viewer.library.workers"]) == []
