"""The command line: `claimline serve`, `index`, `export`, `check`, `fetch`."""

import contextlib
import os
import sys
import webbrowser
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from viewer import __version__
from viewer.commands.check import FORMATS as REPORTS
from viewer.commands.check import Check, fix_problems, read_codes, report_problems
from viewer.commands.fetch import fetch_all, plan_requests, read_targets
from viewer.commands.progress import show_progress
from viewer.commands.serving import USUAL_PORT, listen, run
from viewer.errors import NotFoundError, ViewerError
from viewer.export.formats import FORMATS, Format
from viewer.export.model import ExportedVideo
from viewer.garbage import look_seldom
from viewer.library.folder import display_path
from viewer.library.index import default_place, display_place, is_url
from viewer.library.keeping import Folders, Keeper, keep_index, make_index
from viewer.library.library import Library
from viewer.library.loading import NoteEntry
from viewer.library.output import write_file
from viewer.library.workers import count_workers
from viewer.note.frontmatter import parse_video_id
from viewer.web import create_app, example
from viewer.web.export import select_notes
from viewer.web.security import LOOPBACK_HOSTS
from viewer.youtube.queue import FetchQueue
from viewer.youtube.sidecars import Sidecars

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_index = click.option(
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


_captions = click.option(
    "--captions",
    multiple=True,
    callback=_warn_of_missing,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="A folder with captions, beside those that lie in the library; may be given repeatedly.",
)


class _Command(click.Group):
    """A group whose errors that a person can mend are one line, not a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        look_seldom()
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
@_captions
@_index
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
    if port is None and listening != USUAL_PORT:
        click.echo(f"Port {USUAL_PORT} is taken; using {listening}.")
    shown = "the example library" if folder == example() else folder or "the notes of the database"
    click.echo(f"Claimline shows {shown} at {address}")
    click.echo("Press Ctrl-C to stop.")
    if not no_open:
        webbrowser.open(address)
    if keeper:
        keeper.start()
    try:
        if queue:
            queue.start()
        run(server)
    finally:
        if queue:
            queue.stop()
        if keeper:
            keeper.stop()
    click.echo("\nStopped.")


def _make_queue(folder: Path, place: str, captions: tuple[Path, ...]) -> FetchQueue:
    if captions:
        # Before the keeper starts: a folder that comes later is not watched, and what is kept in
        # it would be seen a minute later.
        _make_folder(captions[0], "--captions")
    # One machine fetches, the one with the notes: also where the index is a database elsewhere.
    beside = Path(default_place(folder) if is_url(place) else place)
    return FetchQueue(beside, Sidecars(folder, captions[0] if captions else None))


@main.command()
@click.argument("folder", type=_FOLDER)
@click.option("--watch", is_flag=True, help="Go on, and keep the index what the notes say.")
@_captions
@_index
def index(folder: Path, watch: bool, captions: tuple[Path, ...], place: str | None) -> None:
    """Make the index of the notes in FOLDER, or bring it up to date."""
    place = place or default_place(folder)
    if watch:
        with contextlib.suppress(KeyboardInterrupt):
            keep_index(Folders(folder, captions), place, click.echo, show_progress())
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


@main.command()
@click.argument("folder", type=_FOLDER, required=False)
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
@_captions
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
    _make_folder(folder, "--output")
    taken: dict[str, int] = {}
    for video in videos:
        name = form.file_name(video)
        # Titles may be equal, and where case does not count, ids too.
        count = taken[name.casefold()] = taken.get(name.casefold(), 0) + 1
        if count > 1:
            name = f"{name.removesuffix(form.extension)} {count}{form.extension}"
        write_file(folder / name, form.encode([video]))


def _make_folder(folder: Path, option: str) -> None:
    """See that there is the folder that `option` names."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(
            f"{option} {folder}: is no folder and can't become one ({error.strerror})"
        ) from error


@main.command()
@click.argument("folder", type=_FOLDER, required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(REPORTS),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations of a GitHub workflow.",
)
@click.option("--select", multiple=True, metavar="CODES", help="Only codes that begin so.")
@click.option("--ignore", multiple=True, metavar="CODES", help="All but codes that begin so.")
@click.option(
    "--gap",
    type=click.IntRange(0, 600),
    default=10,
    show_default=True,
    help="Minutes without a claim that are a problem; 0 for none.",
)
@click.option("--fix", is_flag=True, help="Write the certain repairs, once they were shown.")
@click.option("--yes", is_flag=True, help="With --fix: do not ask.")
@_captions
@click.pass_context
def check(
    context: click.Context,
    folder: Path | None,
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    gap: int,
    fix: bool,
    yes: bool,
    captions: tuple[Path, ...],
) -> None:
    """Tell what is wrong in the notes of FOLDER. Exits with 1 where something is."""
    if yes and not fix:
        raise click.UsageError("--yes goes with --fix: it agrees to what that would write")
    if fix and folder is None:
        raise click.UsageError("--fix needs a FOLDER: the example stays as it is")
    asked = Check(folder or example(), form, read_codes(select, ignore), gap * 60)
    library = _read_library(asked.folder, captions)
    if fix and fix_problems(library, asked, is_agreed=yes):
        library = _read_library(asked.folder, captions)
    if report_problems(library, asked):
        context.exit(1)


@main.command()
@click.argument("targets", nargs=-1, metavar="[VIDEO|FOLDER]...")
@click.option("--missing", is_flag=True, help="Only videos without a transcript.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="LANGUAGE",
    help="In this language (en, pt-BR) and no other; may be given repeatedly, the best first.",
)
@_captions
@click.pass_context
def fetch(
    context: click.Context,
    targets: tuple[str, ...],
    missing: bool,
    languages: tuple[str, ...],
    captions: tuple[Path, ...],
) -> None:
    """Get transcripts from YouTube: of a VIDEO, or of those that the notes in FOLDER are about.

    A VIDEO is an id or an address; put -- before an id that begins with a dash. Without a FOLDER
    it is the current one. Files go to the first --captions folder, else to FOLDER/captions.
    """
    if not targets and not missing:
        raise click.UsageError("name a video or a folder of notes, or ask for those --missing")
    requests, sidecars = plan_requests(
        read_targets(targets), captions, languages, is_missing=missing
    )
    if not requests:
        click.echo("Every video has a transcript." if missing else "There is no video.")
        return
    account = fetch_all(requests, sidecars)
    if account.fetched < len(requests):
        context.exit(1)


def _read_library(folder: Path, captions: tuple[Path, ...]) -> Library:
    library = Library(folder, captions=captions, workers=count_workers())
    library.refresh(show_progress())
    return library
