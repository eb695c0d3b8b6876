"""The app behind a real server on this machine, for as long as a test or a session needs it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waitress import wasyncore
from waitress.server import create_server

import viewer


@contextmanager
def serving(folder: Path, **config: object) -> Iterator[str]:
    """Serve a folder of notes and give its address: "http://127.0.0.1:PORT".

    The other names are settings of `viewer.create_app`. Without `LIVE=True` no page asks for
    changes: asking a server that has just been stopped is an error in the browser's console.
    """
    app = viewer.create_app({"LIBRARY": folder, "LIVE": False, **config})
    server = create_server(app, host="127.0.0.1", port=0, threads=16)
    thread = threading.Thread(target=server.run, name="live server")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # The sockets belong to the loop's thread: asked to, it closes them all and ends.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join()
        server.task_dispatcher.shutdown()
