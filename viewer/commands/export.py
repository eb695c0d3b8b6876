"""`claimline export`: the claims in another format."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from viewer.commands.options import FOLDER, captions_option, make_folder
from viewer.commands.progress import show_progress
from viewer.errors import NotFoundError
from viewer.export.formats import FORMATS, Format
from viewer.export.model import ExportedVideo
from viewer.interrupts import interruptible
from viewer.library.folder import display_path
from viewer.library.library import Library
from viewer.library.loading import NoteEntry
from viewer.library.output import write_file
from viewer.library.workers import count_workers
from viewer.note.frontmatter import parse_video_id
from viewer.web import example
from viewer.web.export import select_notes


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option(
    "--format",
    "form_name",
    type=click.Choice([*FORMATS]),
    default="jsonl",
    show_default=True,
    help="How to write the claims.",
)
@click.option("--video", help="Only this video: its id or its address.")
@click.option("--note", help="Only this note: its path in FOLDER.")
@click.option(
    "--output",
    help="A file; or a folder, for one file a video. Standard output, if not given.",
)
@captions_option
@interruptible()
def export(
    folder: Path | None,
    form_name: str,
    video: str | None,
    note: str | None,
    output: str | None,
    captions: tuple[Path, ...],
) -> None:
    """Write the claims of the notes in FOLDER in another format."""
    library = Library(folder or example(), captions=captions, workers=count_workers())
    library.refresh(show_progress())
    keys, slugs = _choose(library, video, note)
    form = FORMATS[form_name]
    separators = (os.sep, os.altsep or os.sep)
    into_folder = output is not None and (output.endswith(separators) or Path(output).is_dir())
    if len(keys) > 1 and not form.holds_many and not into_folder:
        raise click.ClickException(
            f"--format {form.name} holds one video, and here are {len(keys)}: choose one with "
            "--video or --note, or write a file for each with --output FOLDER/"
        )
    chosen = (select_notes(library.video(key), slugs, is_heard=bool(captions)) for key in keys)
    videos = _explained(form, chosen)
    if output is not None and into_folder:
        _write_folder(Path(output), form, videos)
    elif output is not None and output != "-":
        write_file(Path(output), form.encode(videos))
    else:
        sys.stdout.buffer.writelines(form.encode(videos))
        sys.stdout.buffer.flush()
    for skipped in library.skipped:
        click.echo(f"left out: {display_path(skipped.path)}: {skipped.reason}", err=True)


def _choose(library: Library, video: str | None, note: str | None) -> tuple[list[str], list[str]]:
    """Return the keys of the videos to export, and the slugs of their notes; none means all."""
    key = None
    if video is not None:
        key = parse_video_id(video)
        if key is None:
            raise click.BadParameter(f"{video!r} is no video id or address", param_hint="--video")
        library.video(key)  # raises where there is none
    if note is None:
        return ([key] if key else [*library.keys(with_claims=True)]), []
    entry = _find_note(library, note)
    return [key or entry.video_id or f"note/{entry.slug}"], [entry.slug]


def _find_note(library: Library, name: str) -> NoteEntry:
    entry = library.find_note(name)
    if entry is None:
        raise NotFoundError(
            f"there is no note {display_path(name)!r}; give its path inside the folder of notes"
        )
    return entry


def _explained(form: Format, videos: Iterable[ExportedVideo]) -> Iterator[ExportedVideo]:
    """Yield `videos`, and say in the end what they lost or became on the way."""
    untimed = 0
    for video in videos:
        yield video
        untimed += video.untimed if form.needs_time else 0
        for notice in form.explain(video):
            click.echo(f"{display_path(video.title)}: {notice}", err=True)
    if untimed:
        are = "1 claim has" if untimed == 1 else f"{untimed:,} claims have"
        click.echo(f"left out: {are} no second that can be read", err=True)


def _write_folder(folder: Path, form: Format, videos: Iterable[ExportedVideo]) -> None:
    """Write a file for each of `videos`."""
    make_folder(folder, "--output")
    taken: dict[str, int] = {}
    for video in videos:
        name = form.file_name(video)
        # Titles may be equal, and where case does not count, ids too.
        count = taken[name.casefold()] = taken.get(name.casefold(), 0) + 1
        if count > 1:
            name = f"{name.removesuffix(form.extension)} {count}{form.extension}"
        write_file(folder / name, form.encode([video]))
