"""A bar in the terminal, for what takes longer than a moment."""

import sys

import click

from viewer.library.indexer import Progress


def show_progress() -> Progress:
    """Return what shows how many notes have been read; it draws nothing until the first."""
    bar = None
    shown = 0

    def progress(done: int, total: int) -> None:
        nonlocal bar, shown
        if bar is None:
            bar = click.progressbar(
                length=total, label="Reading notes", file=sys.stderr, update_min_steps=25
            )
        bar.length = total
        bar.update(done - shown)
        shown = done
        if done >= total:
            bar.render_finish()
            bar, shown = None, 0

    return progress
