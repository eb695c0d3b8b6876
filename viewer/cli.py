"""The command line: `claimline serve`, `claimline export`."""

import socket
import sys
import webbrowser
from collections.abc import Iterable
from pathlib import Path

import click
from flask import Flask
from waitress.server import BaseWSGIServer, create_server

from viewer import __version__
from viewer.errors import ViewerError
from viewer.export.jsonl import claim_objects, format_jsonl
from viewer.library.folder import NoteFile, display_path
from viewer.library.library import Library
from viewer.web import create_app, example
from viewer.web.security import LOOPBACK_HOSTS

_USUAL_PORT = 5000
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class _Command(click.Group):
    """A group whose errors that a person can mend are one line, not a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ViewerError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Command)
@click.version_option(__version__, prog_name="claimline")
def main() -> None:
    """Watch a video with its timestamped notes in step."""


@main.command()
@click.argument("folder", type=_FOLDER, required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port; 5000, or a free one, if not given."
)
@click.option("--public-url", help="Where other people reach the server: https://notes.example.org")
@click.option("--no-open", is_flag=True, help="Do not open the library in the browser.")
def serve(
    folder: Path | None, host: str, port: int | None, public_url: str | None, no_open: bool
) -> None:
    """Open the notes in FOLDER; without one, the bundled example."""
    if host not in (*LOOPBACK_HOSTS, "::1") and not public_url:
        raise click.ClickException(
            f"--host {host} lets other machines in; say with --public-url where they reach the "
            "server, for instance --public-url http://192.0.2.7:5000"
        )
    app = create_app({"LIBRARY": folder or example(), "PUBLIC_URL": public_url})
    app.extensions["library"].refresh(_show_progress)
    server = _listen(app, host, port)
    name = f"[{host}]" if ":" in host else host
    listening = int(server.effective_port)
    address = f"http://{name}:{listening}/"
    if port is None and listening != _USUAL_PORT:
        click.echo(f"Port {_USUAL_PORT} is taken; using {listening}.")
    click.echo(f"Claimline shows {folder or 'the example library'} at {address}")
    click.echo("Press Ctrl-C to stop.")
    if not no_open:
        webbrowser.open(address)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
    click.echo("\nStopped.")


@main.command()
@click.argument("folder", type=_FOLDER, required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl"]),
    default="jsonl",
    show_default=True,
    help="One claim a line, as JSON.",
)
def export(folder: Path | None, form: str) -> None:
    """Print the claims of the notes in FOLDER."""
    library = Library(folder or example())
    library.refresh(_show_progress)
    # A byte of a file's name that isn't UTF-8 comes out as "\\udce9", which JSON reads back.
    with click.open_file("-", "w", encoding="utf-8", errors="backslashreplace") as out:
        for key in library.videos:
            video = library.video(key)
            paths = [source.entry.file.path for source in video.sources]
            out.writelines(format_jsonl(claim_objects(paths, video.notes, video.timeline)))
    for skipped in library.skipped:
        click.echo(f"left out: {display_path(skipped.path)}: {skipped.reason}", err=True)


def _show_progress(files: Iterable[NoteFile]) -> Iterable[NoteFile]:
    with click.progressbar(
        list(files), label="Reading notes", file=sys.stderr, update_min_steps=25
    ) as bar:
        yield from bar


def _listen(app: Flask, host: str, port: int | None) -> BaseWSGIServer:
    """Return a server that listens at `port`, or at a free one where none was asked for."""
    return create_server(
        app,
        sockets=[_bind(host.strip("[]"), port)],
        threads=64,
        connection_limit=1000,
        asyncore_use_poll=True,  # select() ends at 1,024 connections
        channel_timeout=30,
        max_request_body_size=8 * 2**20,  # above our own limit, which answers in words
        ident=None,
    )


def _bind(host: str, port: int | None) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    wanted = (_USUAL_PORT, 0) if port is None else (port,)
    for number in wanted:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, number))
        except OSError as error:
            listener.close()
            if number == wanted[-1]:
                raise click.ClickException(
                    f"can't listen on {host} port {number} ({error.strerror}); "
                    "give another with --port"
                ) from error
        else:
            return listener
    raise AssertionError("one of the ports was tried")
