"""The command line: each command is a module of `viewer/commands`, loaded when it is asked for."""

from importlib import import_module

import click

from viewer import __version__, interrupts
from viewer.commands.terminal import show_cursor
from viewer.errors import ViewerError
from viewer.garbage import look_seldom

_COMMANDS = {
    "check": "Tell what is wrong in the notes of FOLDER.",
    "export": "Write the claims of the notes in FOLDER in another format.",
    "fetch": "Get transcripts from YouTube.",
    "index": "Make the index of the notes in FOLDER, or bring it up to date.",
    "serve": "Open the notes in FOLDER.",
}
"""What `--help` says of each command, without loading them."""


class _Commands(click.Group):
    """A group whose errors that a person can mend are one line, not a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"viewer.commands.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([*_COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        look_seldom()
        try:
            return super().invoke(ctx)
        except ViewerError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            show_cursor()
            click.echo("\nStopped.", err=True)
            ctx.exit(interrupts.EXIT_CODE)


@click.group(cls=_Commands)
@click.version_option(__version__, prog_name="claimline")
def main() -> None:
    """Watch a video with its timestamped notes in step."""
