"""`python -m viewer` is `claimline`.

Nothing is loaded before it is asked to run: the processes that `claimline` starts load this again.
"""

import sys

from viewer import interrupts


def main() -> None:
    """Run the command line."""
    if sys.platform == "win32":
        sys.exit("Claimline does not run on Windows itself; use WSL, the Linux inside Windows.")
    interrupts.end_at_once()
    from viewer import cli

    try:
        cli.main(prog_name="claimline")
    finally:
        interrupts.ignore()  # what Python does at its end takes moments


if __name__ == "__main__":
    main()
