"""Settings for gunicorn: `gunicorn --config python:viewer.gunicorn 'viewer:create_app()'`.

Each may be given another value on the command line, and `-w` says how many workers.
"""

from viewer.garbage import look_seldom

threads = 32
limit_request_line = 8190  # our own limit is above gunicorn's usual one, and answers in words


def post_worker_init(_worker: object) -> None:
    """Prepare a worker, once it has loaded the app."""
    look_seldom()
