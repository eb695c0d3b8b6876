"""`claimline check`: the problems of a library, and with `--fix` their repair."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import click

from viewer.check.edits import format_diff
from viewer.check.model import Problem, choose_codes
from viewer.check.report import (
    printable,
    write_github,
    write_json,
    write_summary,
    write_text,
)
from viewer.commands.options import FOLDER, captions_option
from viewer.commands.progress import show_progress
from viewer.errors import LibraryError
from viewer.interrupts import interruptible
from viewer.library.checking import check_library, skipped_files
from viewer.library.folder import display_path
from viewer.library.library import Library
from viewer.library.repairing import Repair, plan_repairs, write_repair
from viewer.library.workers import count_workers
from viewer.web import example

_FORMATS = ("text", "json", "github")


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
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
@captions_option
@click.pass_context
@interruptible()
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


def _read_library(folder: Path, captions: tuple[Path, ...]) -> Library:
    library = Library(folder, captions=captions, workers=count_workers())
    library.refresh(show_progress())
    return library


class Check(NamedTuple):
    """What was asked for."""

    folder: Path
    form: str
    codes: frozenset[str]
    gap: float
    """Seconds without a claim that are a problem."""


def read_codes(selected: tuple[str, ...], ignored: tuple[str, ...]) -> frozenset[str]:
    """Return the codes that the options choose; raises `click.BadParameter` for unknown ones."""
    chosen = []
    for option, values in (("--select", selected), ("--ignore", ignored)):
        names = [name.strip() for value in values for name in value.split(",") if name.strip()]
        for name in names:
            if not choose_codes((name,), ()):
                raise click.BadParameter(
                    f"no code begins with {name!r}; docs/check.md lists them", param_hint=option
                )
        chosen.append(tuple(names))
    return choose_codes(*chosen)


def report_problems(library: Library, check: Check) -> bool:
    """Print what is wrong in `library`, and return whether anything is."""
    counts: Counter[str] = Counter()
    repairs = set()

    def found() -> Iterator[Problem]:
        videos = check_library(library, library.keys(), gap=check.gap)
        plans = (plan_repairs(check.folder, video, check.codes) for video in videos)
        problems = chain.from_iterable(plan.problems for plan in plans)
        for problem in chain(skipped_files(library), problems):
            if problem.code in check.codes:
                counts[problem.code] += 1
                if problem.replacement is not None:
                    repairs.add((problem.path, problem.span))
                yield problem

    is_text = check.form == "text"
    # A byte of a file's name that isn't UTF-8 comes out as "\\udce9", which JSON reads back.
    with click.open_file("-", "w", encoding="utf-8", errors="backslashreplace") as out:
        out.writelines(f"{line}\n" for line in _write(found(), check))
    for line in write_summary(counts, len(repairs)):
        click.echo(line, err=not is_text)
    return bool(counts)


def fix_problems(library: Library, check: Check, *, is_agreed: bool) -> bool:
    """Show the certain repairs, ask unless `is_agreed`, and write them; return whether any were."""
    is_aside = check.form != "text"
    repairs: list[Repair] = []
    left = 0
    for video in check_library(library, library.keys(), gap=check.gap):
        plan = plan_repairs(check.folder, video, check.codes)
        left += plan.left
        for error in plan.errors:
            click.echo(f"left as it is: {error}", err=True)
        for repair in plan.repairs:
            for line in format_diff(display_path(repair.path), repair.text, repair.edits):
                click.echo(_paint_diff(printable(line)), err=is_aside)
            repairs.append(repair._replace(text=""))  # shown: it need not be kept
    if left:
        click.echo(_explain_left(left), err=is_aside)
    if not repairs:
        click.echo("There is no certain repair to write.", err=is_aside)
        return False
    stamps = sum(len(repair.edits) for repair in repairs)
    what = f"{stamps:,} stamps in {len(repairs):,} notes" if stamps > 1 else "1 stamp"
    if not is_agreed and not click.confirm(f"Write {what} anew?", err=is_aside):
        click.echo("Nothing was written.", err=is_aside)
        return False
    return _write_repairs(check.folder, repairs, is_aside=is_aside)


def _explain_left(stamps: int) -> str:
    what = "1 stamp stays as it is" if stamps == 1 else f"{stamps:,} stamps stay as they are"
    return (
        f"{what}, though the second is certain: once written anew, other times of the video would "
        "be read otherwise. The list names them; write those times together, by hand."
    )


def _write_repairs(root: Path, repairs: list[Repair], *, is_aside: bool) -> bool:
    written = 0
    for repair in repairs:
        try:
            write_repair(root, repair)
            written += 1
        except LibraryError as error:
            click.echo(f"left as it is: {error}", err=True)
    click.echo(f"Wrote {written:,} of {len(repairs):,} notes.", err=is_aside)
    return written > 0


def _write(problems: Iterator[Problem], check: Check) -> Iterator[str]:
    if check.form == "json":
        return write_json(problems)
    if check.form == "github":
        return write_github(problems, lambda path: str(check.folder / path))
    return write_text(
        problems, lambda path: display_path(str(check.folder / path)), colour=_is_coloured()
    )


def _is_coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _paint_diff(line: str) -> str:
    colour = {"-": "red", "+": "green", "@": "cyan"}.get(line[:1])
    return click.style(line, fg=colour) if colour and _is_coloured() else line
