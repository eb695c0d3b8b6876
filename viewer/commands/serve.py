"""`claimline serve`: the pages, the keeper of the index, and the queue of transcripts."""

import webbrowser
from pathlib import Path

import click

from viewer.commands.options import FOLDER, captions_option, index_option, make_folder
from viewer.commands.progress import show_progress
from viewer.commands.serving import USUAL_PORT, listen, run
from viewer.commands.terminal import show_cursor
from viewer.library.index import default_place, is_url
from viewer.library.keeping import Folders, Keeper
from viewer.web import create_app, example
from viewer.web.security import LOOPBACK_HOSTS
from viewer.youtube.queue import FetchQueue
from viewer.youtube.sidecars import Sidecars


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port; 5000, or a free one, if not given."
)
@click.option(
    "--public-url",
    envvar="CLAIMLINE_PUBLIC_URL",
    help="Where other people reach the server: https://notes.example.org",
)
@click.option(
    "--access-log/--no-access-log",
    default=None,
    help="Log a line for each request; without either, with --public-url only.",
)
@click.option("--no-open", is_flag=True, help="Do not open the library in the browser.")
@captions_option
@index_option
def serve(
    folder: Path | None,
    host: str,
    port: int | None,
    public_url: str | None,
    access_log: bool | None,
    no_open: bool,
    captions: tuple[Path, ...],
    place: str | None,
) -> None:
    """Open the notes in FOLDER; without one, those that a database holds, or the example."""
    if host not in (*LOOPBACK_HOSTS, "::1") and not public_url:
        raise click.ClickException(
            f"--host {host} lets other machines in; say with --public-url where they reach the "
            "server, for instance --public-url http://192.0.2.7:5000"
        )
    if folder is None and not (place and is_url(place)):
        folder = example()
    place = place or default_place(folder or example())
    keeper = None
    if folder:
        keeper = Keeper(Folders(folder, captions), place, click.echo, show_progress)
    app = create_app(
        {"LIBRARY": folder, "INDEX": place, "CAPTIONS": captions, "PUBLIC_URL": public_url}
    )
    if keeper:
        keeper.prepare()
    queue = None
    if folder and not public_url and (captions or folder != example()):
        queue = _make_queue(folder, place, captions)
    app.config["FETCH_QUEUE"] = queue
    has_access_log = bool(public_url) if access_log is None else access_log
    server = listen(app, host, port, has_access_log=has_access_log)
    name = f"[{host}]" if ":" in host else host
    listening = int(server.effective_port)
    address = f"http://{name}:{listening}/"
    shown = "the example library" if folder == example() else folder or "the notes of the database"

    def begin() -> None:
        if port is None and listening != USUAL_PORT:
            click.echo(f"Port {USUAL_PORT} is taken; using {listening}.")
        click.echo(f"Claimline shows {shown} at {address}")
        click.echo("Press Ctrl-C to stop.")
        if not no_open:
            webbrowser.open(address)
        if keeper:
            keeper.start()
        if queue:
            queue.start()

    try:
        run(server, begin)
    finally:
        if queue:
            queue.stop()
        if keeper:
            keeper.stop()
        show_cursor()  # the bar is the keeper's
    click.echo("\nStopped.")


def _make_queue(folder: Path, place: str, captions: tuple[Path, ...]) -> FetchQueue:
    if captions:
        # Before the keeper starts: a folder that comes later is not watched, and what is kept in
        # it would be seen a minute later.
        make_folder(captions[0], "--captions")
    # One machine fetches, the one with the notes: also where the index is a database elsewhere.
    beside = Path(default_place(folder) if is_url(place) else place)
    return FetchQueue(beside, Sidecars(folder, captions[0] if captions else None))
