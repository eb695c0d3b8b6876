"""Claimline: watch a video with its timestamped notes in step.

`viewer:create_app()` is the WSGI application for any server.
"""

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # On first use: the core must not load Flask because the package has a door to it.
    if name == "create_app":
        from viewer.web import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
