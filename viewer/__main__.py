"""`python -m viewer` is `claimline`."""

from viewer.cli import main

main(prog_name="claimline")
