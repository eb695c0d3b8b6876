"""Arguments and options that several commands have."""

from pathlib import Path

import click

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
"""A folder that is there."""

index_option = click.option(
    "--index",
    "place",
    envvar="CLAIMLINE_INDEX",
    metavar="PLACE",
    help="Where the index is: a folder, or postgresql://…; in your cache folder, if not given.",
)


def _warn_of_missing(
    _: click.Context, __: click.Parameter, folders: tuple[Path, ...]
) -> tuple[Path, ...]:
    """Say which folders of captions are not there; they may come yet."""
    for folder in folders:
        if not folder.is_dir():
            click.echo(f"--captions {folder}: there is no such folder (yet)", err=True)
    return folders


captions_option = click.option(
    "--captions",
    multiple=True,
    callback=_warn_of_missing,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="A folder with captions, beside those that lie in the library; may be given repeatedly.",
)


def make_folder(folder: Path, option: str) -> None:
    """See that there is the folder that `option` names."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(
            f"{option} {folder}: is no folder and can't become one ({error.strerror})"
        ) from error
