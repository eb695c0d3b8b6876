"""The documents know every page and every command, and what they show and link to exists."""

import re
import shlex
from pathlib import Path

import click
import pytest

from viewer import create_app
from viewer.check.model import KINDS
from viewer.cli import main
from viewer.export.formats import FORMATS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
DOCUMENTS = "\n".join([README, *PAGES.values()])
"""Where a reader looks for a page, a command or an option."""
LINKED = [path for folder in (ROOT, ROOT / "docs") for path in sorted(folder.glob("*.md"))]
"""The files whose links are followed."""

CONTEXT = click.Context(main)
COMMANDS = {name: main.get_command(CONTEXT, name) for name in main.list_commands(CONTEXT)}
RUN_PY = "python3 run.py"
CODE = re.compile(r"`(?P<text>[^`\n]+)`")
LINK = re.compile(r"\]\((?P<target>[^()\s]+)\)")
HEADING = re.compile(r"^#{1,6} (?P<words>.+)$", re.MULTILINE)
FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<lines>.*?)^```", re.DOTALL | re.MULTILINE)


def command_lines(text):
    """Return the lines of `text` that a reader may type, of this program alone."""
    return [
        line.strip()
        for block in FENCE.finditer(text)
        if block["kind"] == "sh"
        for line in block["lines"].replace("\\\n", " ").splitlines()
        if line.strip().startswith((RUN_PY, "claimline"))
    ]


def routes():
    """Yield the app's addresses as the documents write them: "/watch/<video_id>"."""
    for rule in create_app({}).url_map.iter_rules():
        if rule.endpoint != "static":
            yield re.sub(r"<[^:<>]+:", "<", rule.rule)


def options():
    """Yield the commands' options: "serve --port"."""
    for name, command in COMMANDS.items():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                yield f"{name} {max(parameter.opts, key=len)}"


@pytest.mark.parametrize("route", sorted(set(routes())))
def test_every_route_is_in_the_documents(route):
    assert re.search(rf"`{re.escape(route)}(?![\w/<])", DOCUMENTS), f"write it as `{route}`"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_is_in_the_documents(name):
    assert f"claimline {name}" in DOCUMENTS or f"{RUN_PY} {name}" in DOCUMENTS


@pytest.mark.parametrize("option", list(options()))
def test_every_option_is_in_the_documents(option):
    _, flag = option.split()
    assert re.search(rf"(?<![\w-]){flag}(?![\w-])", DOCUMENTS)


def test_the_readme_shows_how_to_start_and_test():
    lines = command_lines(README)
    assert any(line.startswith(f"{RUN_PY} serve") for line in lines)
    assert f"{RUN_PY} test" in lines


@pytest.mark.parametrize("line", command_lines(DOCUMENTS))
def test_a_command_line_of_the_documents_exists(line):
    first_command = re.split(r"[|>&;]", line)[0]
    name, *arguments = shlex.split(first_command.removeprefix(RUN_PY), comments=True)
    if name == "claimline":
        name, *arguments = arguments
    if name == "test":
        return  # the rest is pytest's
    command = COMMANDS[name]
    context = command.make_context(name, [], resilient_parsing=True)
    command.make_parser(context).parse_args(arguments)  # raises NoSuchOption, NoArgsIsHelp...


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_code_of_a_problem_is_on_the_page_about_checks(kind):
    assert f"| `{kind.code}` | {kind.severity} | {kind.title} |" in PAGES["check.md"]


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_is_in_the_table_of_formats(name):
    assert re.search(rf"^\|[^|]*`{name}`[^|]*\|", PAGES["export.md"], re.MULTILINE)


def anchors(text):
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = [match["words"] for match in HEADING.finditer(FENCE.sub("", text))]
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for words in headings}


def links(path):
    """Yield the targets of the links in the file at `path` that stay in the repository."""
    text = CODE.sub("", FENCE.sub("", path.read_text("utf-8")))
    for match in LINK.finditer(text):
        if "://" not in match["target"]:
            yield match["target"]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        pytest.param(path, target, id=f"{path.name} to {target}")
        for path in LINKED
        for target in dict.fromkeys(links(path))
    ],
)
def test_a_link_between_the_documents_leads_somewhere(path, target):
    file, _, anchor = target.partition("#")
    page = path.parent / file if file else path
    assert page.exists()
    assert not anchor or anchor in anchors(page.read_text("utf-8"))


def test_every_page_is_linked_from_the_readme():
    linked = {target.partition("#")[0] for target in links(ROOT / "README.md")}
    assert {f"docs/{name}" for name in PAGES} <= linked


PATH = re.compile(r"(?:\.ci|benchmarks|docs|static|templates|tests|viewer)/[\w./-]*")


@pytest.mark.parametrize(
    "path",
    sorted({match["text"] for match in CODE.finditer(DOCUMENTS) if PATH.fullmatch(match["text"])}),
)
def test_a_path_that_the_documents_name_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param(row["path"], match["text"], id=f"{row['path']} {match['text']}")
        for row in re.finditer(
            r"^\| `(?P<path>\w+/[\w./]+)` \| (?P<names>`[^|]+) \|", PAGES["architecture.md"], re.M
        )
        for match in CODE.finditer(row["names"])
    ],
)
def test_a_step_of_a_claims_way_is_where_the_page_says(path, name):
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", (ROOT / path).read_text("utf-8"))


def test_every_part_of_viewer_is_on_the_map():
    parts = {
        f"{path.name}/" if path.is_dir() else path.name
        for path in (ROOT / "viewer").iterdir()
        if path.name not in ("__init__.py", "__pycache__", "example", "py.typed")
    }
    assert {part for part in parts if f"`{part}`" not in PAGES["architecture.md"]} == set()
