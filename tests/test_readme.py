"""The README knows every page and every command, and its command lines are ones that exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from viewer import create_app
from viewer.cli import main

CONTEXT = click.Context(main)
COMMANDS = {name: main.get_command(CONTEXT, name) for name in main.list_commands(CONTEXT)}
README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
RUN_PY = "python3 run.py"
COMMAND_LINES = [
    line.strip()
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    for line in block.replace("\\\n", " ").splitlines()
    if line.strip().startswith((RUN_PY, "claimline"))
]


def routes():
    """Yield the app's addresses as the README writes them: "/watch/<video_id>"."""
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
def test_every_route_is_in_the_readme(route):
    assert re.search(rf"`{re.escape(route)}(?![\w/<])", README), f"write it as `{route}`"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_is_in_the_readme(name):
    assert f"claimline {name}" in README or f"{RUN_PY} {name}" in README


@pytest.mark.parametrize("option", list(options()))
def test_every_option_is_in_the_readme(option):
    _, flag = option.split()
    assert re.search(rf"(?<![\w-]){flag}(?![\w-])", README)


def test_the_readme_shows_how_to_start_and_test():
    assert any(line.startswith(f"{RUN_PY} serve") for line in COMMAND_LINES)
    assert f"{RUN_PY} test" in COMMAND_LINES


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_a_command_line_of_the_readme_exists(line):
    first_command = re.split(r"[|>&;]", line)[0]
    name, *arguments = shlex.split(first_command.removeprefix(RUN_PY), comments=True)
    if name == "claimline":
        name, *arguments = arguments
    if name == "test":
        return  # the rest is pytest's
    command = COMMANDS[name]
    context = command.make_context(name, [], resilient_parsing=True)
    command.make_parser(context).parse_args(arguments)  # raises NoSuchOption, NoArgsIsHelp...
