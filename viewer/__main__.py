"""`python -m viewer` is `claimline`.

Nothing is loaded before it is asked to run: the processes that `claimline` starts load this again.
"""


def main() -> None:
    """Run the command line."""
    from viewer import cli

    cli.main(prog_name="claimline")


if __name__ == "__main__":
    main()
