"""The terminal, as a command leaves it."""

import sys


def show_cursor() -> None:
    """Show the cursor again, which a bar that was cut short has left hidden."""
    if sys.stderr.isatty():
        sys.stderr.write("\033[?25h")
        sys.stderr.flush()
