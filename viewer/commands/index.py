"""`claimline index`: the index of a folder, made once or kept."""

import contextlib
from pathlib import Path

import click

from viewer.commands.options import FOLDER, captions_option, index_option
from viewer.commands.progress import show_progress
from viewer.commands.terminal import show_cursor
from viewer.interrupts import interruptible
from viewer.library.folder import display_path
from viewer.library.index import default_place, display_place
from viewer.library.keeping import Folders, keep_index, make_index
from viewer.library.library import Library


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--watch", is_flag=True, help="Go on, and keep the index what the notes say.")
@captions_option
@index_option
@interruptible()
def index(folder: Path, watch: bool, captions: tuple[Path, ...], place: str | None) -> None:
    """Make the index of the notes in FOLDER, or bring it up to date."""
    place = place or default_place(folder)
    if watch:
        with contextlib.suppress(KeyboardInterrupt):
            keep_index(Folders(folder, captions), place, click.echo, show_progress())
        show_cursor()
        return
    make_index(Folders(folder, captions), place, click.echo, show_progress())
    library = Library(folder, place, captions)
    counts = library.counts()
    alone = f" ({counts.alone:,} without a video)" if counts.alone else ""
    click.echo(
        f"{counts.claims:,} claims of {counts.notes:,} notes{alone} about {counts.videos:,} videos "
        f"are in {display_place(place)}"
    )
    for skipped in library.skipped:
        click.echo(f"left out: {display_path(skipped.path)}: {skipped.reason}", err=True)
