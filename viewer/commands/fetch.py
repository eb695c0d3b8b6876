"""`claimline fetch`: transcripts from YouTube, one video after the other, in the foreground."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click

from viewer.commands.options import captions_option
from viewer.commands.progress import show_progress
from viewer.interrupts import interruptible
from viewer.language import clean_language
from viewer.library.folder import display_path
from viewer.library.library import Library
from viewer.note.frontmatter import parse_video_id
from viewer.youtube.fetch import fetch_and_save
from viewer.youtube.library_requests import list_videos, make_request
from viewer.youtube.messages import STEPS, explain, explain_age
from viewer.youtube.model import Failure, Outcome, Reason, Request, Step
from viewer.youtube.pace import SITE_WIDE, Manners, Pace
from viewer.youtube.sidecars import Sidecars
from viewer.youtube.tool import find_tool

_STEPS = Step.SAVING + 1


@click.command()
@click.argument("targets", nargs=-1, metavar="[VIDEO|FOLDER]...")
@click.option("--missing", is_flag=True, help="Only videos without a transcript.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="LANGUAGE",
    help="In this language (en, pt-BR) and no other; may be given repeatedly, the best first.",
)
@captions_option
@click.pass_context
@interruptible()
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


class Targets(NamedTuple):
    """What the words of a command line name."""

    videos: tuple[str, ...]
    folder: Path | None


class Account(NamedTuple):
    """What came of a run."""

    fetched: int
    failed: int
    left: int
    """Videos that were not asked for in the end."""


def read_targets(words: Sequence[str]) -> Targets:
    """Return the videos and the folder that `words` name; raises `click.BadParameter`."""
    videos: list[str] = []
    folders: list[Path] = []
    for word in words:
        video_id = parse_video_id(word)
        if Path(word).is_dir() and video_id != word:
            folders.append(Path(word))
        elif video_id is not None:
            videos.append(video_id)
        else:
            raise click.BadParameter(
                f"{word!r} is neither a folder nor a video’s id or address", param_hint="TARGET"
            )
    if len(folders) > 1:
        raise click.BadParameter("one folder of notes at a time", param_hint="TARGET")
    return Targets(tuple(dict.fromkeys(videos)), folders[0] if folders else None)


def plan_requests(
    targets: Targets, captions: Sequence[Path], languages: Sequence[str], *, is_missing: bool
) -> tuple[list[Request], Sidecars]:
    """Return what to ask for, and where to keep it.

    Without a folder, notes are not looked for: a video is asked for in its own language then.
    """
    tags = []
    for tag in languages:
        language = clean_language(tag)
        if language is None:
            raise click.BadParameter(f"{tag!r} is no language: write en, or pt-BR")
        tags.append(language)
    folder = targets.folder or (Path() if is_missing else None)
    library = Library(folder, captions=captions) if folder else None
    videos = [*targets.videos]
    if library is not None:
        library.refresh(show_progress())
        if is_missing:
            missing = [*library.uncaptioned()]
            videos = [video for video in videos if video in missing] if videos else missing
        elif not videos:
            videos = list_videos(library)
    sidecars = Sidecars(folder or Path(), captions[0] if captions else None)
    return [make_request(library, video, tags) for video in videos], sidecars


def fetch_all(
    requests: Sequence[Request],
    sidecars: Sidecars,
    manners: Manners | None = None,
    worker: Sequence[str] | None = None,
) -> Account:
    """Fetch what is asked for, show how far it is, and say what came of it.

    Where a refusal or a fault concerns every video, the others are left for another time.
    """
    run = _Run(sidecars, manners or Manners(), worker)
    with run.showing(len(requests)):
        for number, request in enumerate(requests, 1):
            failure = run.fetch(request, number)
            if failure is not None and failure.reason in SITE_WIDE:
                break
    done = run.fetched + len(run.failures)
    account = Account(run.fetched, len(run.failures), len(requests) - done)
    _report(account, run, sidecars)
    return account


class _Run:
    """Videos that are fetched one after the other, with a bar in the terminal."""

    def __init__(self, sidecars: Sidecars, manners: Manners, worker: Sequence[str] | None) -> None:
        self._sidecars = sidecars
        self._manners = manners
        self._worker = worker
        self._pace = Pace(manners)
        self._bar: Any = None
        self._total = 0
        self._place = 0
        self._number = 0
        self.fetched = 0
        self.failures: list[tuple[str, Failure]] = []
        self.is_stopped = False

    @contextmanager
    def showing(self, total: int) -> Iterator[None]:
        """Show a bar; Ctrl-C ends the run without a traceback, and what came is kept."""
        self._total = total
        bar = click.progressbar(
            length=total * _STEPS,
            label="Fetching transcripts",
            file=sys.stderr,
            show_eta=False,
            show_percent=False,
            item_show_func=lambda words: words,
        )
        with bar as self._bar:
            try:
                yield
            except KeyboardInterrupt:
                self.is_stopped = True

    def fetch(self, request: Request, number: int) -> Failure | None:
        """Fetch one video, again where that may help, and return why it could not be had."""
        self._number = number
        tries = 0
        self._sleep(self._pace.wait(), STEPS[Step.WAITING].lower())
        while True:
            tries += 1
            failure = self._try(request).failure
            wait = self._manners.wait_before_retry(failure, tries) if failure else None
            if failure is None or wait is None:
                break
            again = f"{explain(failure).partition(';')[0]}: trying again in"
            if not sys.stderr.isatty():  # where no bar is drawn
                click.echo(f"{request.video_id}: {again} {wait:.0f} s", err=True)
            self._sleep(wait, again)
        self._pace.note(failure)
        if failure is None:
            self.fetched += 1
        else:
            self.failures.append((request.video_id, failure))
        self._show(_STEPS, "")
        return failure

    def _try(self, request: Request) -> Outcome:
        def beat(step: Step) -> bool:
            self._show(max(0, step), f"{request.video_id}: {STEPS[step].lower()}")
            return True

        return fetch_and_save(request, self._sidecars, beat, worker=self._worker)

    def _sleep(self, seconds: float, words: str) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._show(0, f"{words}, {left:.0f} s")
            time.sleep(min(left, 1))

    def _show(self, step: int, words: str) -> None:
        place = (self._number - 1) * _STEPS + step
        counted = f"{self._number} of {self._total}  {words}"[:100]
        steps = max(0, place - self._place)
        self._bar.update(steps, counted)
        if not steps:  # words alone are not drawn by themselves
            self._bar.render_progress()
        self._place += steps


def _report(account: Account, run: _Run, sidecars: Sidecars) -> None:
    for video_id, failure in run.failures:
        click.echo(f"{video_id}: {explain(failure)}", err=True)
    many = "1 transcript is" if account.fetched == 1 else f"{account.fetched:,} transcripts are"
    if account.fetched:
        click.echo(f"{many} in {display_path(str(sidecars.folder))}")
    if account.left:
        videos = "1 video is" if account.left == 1 else f"{account.left:,} videos are"
        stopped = "Stopped" if run.is_stopped else "Stopped, as it would be the same for the others"
        click.echo(
            f"{stopped}: {videos} still to be fetched; --missing finds them",
            err=True,
        )
    tool = find_tool()
    named = [Reason.NETWORK, Reason.CANCELLED]
    if tool and tool.is_old and all(f.reason in named for _, f in run.failures):
        click.echo(explain_age(tool), err=True)
