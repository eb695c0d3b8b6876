"""A web server for strangers: waitress with bounds, an access log, and a graceful end."""

import logging
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType
from wsgiref.types import WSGIApplication

import click
from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from viewer.web.access import AccessLog

USUAL_PORT = 5000


def listen(
    app: WSGIApplication, host: str, port: int | None, *, has_access_log: bool = False
) -> BaseWSGIServer:
    """Return a server that listens at `port`, or at a free one where none was asked for."""
    if has_access_log:
        log = logging.getLogger("claimline.access")
        log.addHandler(logging.StreamHandler())
        log.setLevel(logging.INFO)
        app = AccessLog(app)
    return create_server(
        app,
        sockets=[_bind(host.strip("[]"), port)],
        threads=64,
        connection_limit=1000,
        asyncore_use_poll=True,  # select() ends at 1,024 connections
        channel_timeout=30,
        max_request_header_size=32 * 2**10,  # these two above our own limits,
        max_request_body_size=8 * 2**20,  # which answer in words
        ident=None,
    )


def run(
    server: BaseWSGIServer, begin: Callable[[], None] = lambda: None, *, grace: float = 5
) -> None:
    """Call `begin`, answer requests until Ctrl-C or SIGTERM, and then those that have begun.

    These have `grace` seconds to end; a second Ctrl-C ends it at once. Neither raises anything,
    also in `begin`. To be called by the main thread.
    """
    signals = 0

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal signals
        signals += 1
        server.pull_trigger()  # wakes the loop

    usual = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        begin()
        while not signals:
            _turn(server, 1)
        _finish(server, grace, is_hurried=lambda: signals > 1)
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        # Threads that have not ended by then end with the process: it need not be said.
        logging.getLogger("waitress").setLevel(logging.ERROR)
        server.task_dispatcher.shutdown(timeout=0.1)
        wasyncore.close_all(server._map)


def _finish(server: BaseWSGIServer, grace: float, is_hurried: Callable[[], bool]) -> None:
    """Refuse new connections, and wait for the answers that are being made or sent."""
    wasyncore.dispatcher.close(server)  # waitress' own takes what wakes the loop along
    until = time.monotonic() + grace
    while server.active_channels and time.monotonic() < until and not is_hurried():
        for channel in server.active_channels.values():
            if not (channel.requests or channel.total_outbufs_len):
                channel.will_close = True
        _turn(server, 0.1)


def _turn(server: BaseWSGIServer, timeout: float) -> None:
    wasyncore.loop(timeout, use_poll=True, map=server._map, count=1)


def _bind(host: str, port: int | None) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    wanted = (USUAL_PORT, 0) if port is None else (port,)
    for number in wanted:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, number))
        except OSError as error:
            listener.close()
            if number == wanted[-1]:
                raise click.ClickException(
                    f"can't listen on {host} port {number} ({error.strerror}); "
                    "give another with --port"
                ) from error
        else:
            return listener
    raise AssertionError("one of the ports was tried")
