"""The documents know every page and every command, and what they show and link to exists."""

import re
import shlex
from pathlib import Path

import click
import pytest

from viewer import create_app
from viewer.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
DOCUMENTS = "\n".join([README, *PAGES.values()])
"""Where a reader looks for a page, a command or an option."""

CONTEXT = click.Context(main)
COMMANDS = {name: main.get_command(CONTEXT, name) for name in main.list_commands(CONTEXT)}
RUN_PY = "python3 run.py"
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
