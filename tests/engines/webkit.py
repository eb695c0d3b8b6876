"""Drives WebKitGTK's MiniBrowser by W3C WebDriver over HTTP, on a screen in memory.

https://www.w3.org/TR/webdriver2/
"""

import base64
import http.client
import itertools
import json
import os
import socket
import subprocess
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from tests.engines.driver import NOWHERE, Action, Driver, wait_until
from tests.engines.warden import running

# The toolbar would keep the window from being narrower than 447 px.
NARROW = "* { min-width: 0; min-height: 0; margin: 0; padding: 0; border: none; font-size: 1px; }"
SCREEN = "1600x1200x24"
# MiniBrowser 2.50 crashes once in ten starts when it is told by the capability `proxy`.
ARGUMENTS = ["--automation", f"--proxy=http://{NOWHERE}", "--ignore-host=127.0.0.1"]
CALL = "return JSON.stringify(({function})(...JSON.parse(arguments[0])) ?? null)"


class WebKit(Driver):
    """A MiniBrowser under Xvfb, which the programs WebKitWebDriver and Xvfb start."""

    def __init__(self, program: Path, xvfb: Path) -> None:
        with ExitStack() as opened:
            home = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="webkit-")))
            styles = home / ".config" / "gtk-3.0" / "gtk.css"
            styles.parent.mkdir(parents=True)
            styles.write_text(NARROW, "utf-8")
            log = home / "log.txt"
            environment = {"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8"}
            screen = opened.enter_context(
                running(
                    [xvfb, "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"],
                    environment=environment,
                    log=log,
                    output=subprocess.PIPE,
                )
            )
            assert screen.stdout
            if not (display := screen.stdout.readline().strip()):
                raise RuntimeError(f"{xvfb} ended: {log.read_text('utf-8')}")
            port = _free_port()
            warden = opened.enter_context(
                running(
                    [program, f"--port={port}"],
                    environment={
                        **environment,
                        "DISPLAY": f":{display}",
                        "GDK_BACKEND": "x11",
                        "GSETTINGS_BACKEND": "memory",
                        "NO_AT_BRIDGE": "1",  # there is no bus to tell a screen reader by
                    },
                    log=log,
                )
            )
            self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            opened.enter_context(closing(self._connection))

            def listens() -> bool:
                if warden.poll() is not None:
                    raise RuntimeError(f"{program} ended: {log.read_text('utf-8')}")
                try:
                    return bool(self._send("GET", "/status")["ready"])
                except ConnectionRefusedError:
                    self._connection.close()  # to connect again
                    return False

            wait_until(listens, "WebKitWebDriver listens", seconds=60)
            options = {"webkitgtk:browserOptions": {"args": ARGUMENTS}}
            session = self._send("POST", "/session", capabilities={"alwaysMatch": options})
            self._session = f"/session/{session['sessionId']}"
            self._numbers = itertools.count()
            self._opened = opened.pop_all()

    def open(self, url: str) -> None:
        self._command("/url", url=url)

    def evaluate(self, function: str, *arguments: Any) -> Any:
        script = CALL.replace("{function}", function)
        text = self._command("/execute/sync", script=script, args=[json.dumps(arguments)])
        return json.loads(text)

    def perform(self, source: str, actions: list[Action]) -> None:
        # A new source each time: a wheel that is to turn as far as the last time would stand.
        name = f"{source} {next(self._numbers)}"
        self._command("/actions", actions=[{"type": source, "id": name, "actions": actions}])

    def resize(self, width: int, height: int) -> None:
        # Of the window, the toolbar takes its part.
        toolbar = self.evaluate("() => outerHeight - innerHeight")
        self._command("/window/rect", x=0, y=0, width=width, height=height + toolbar)
        wait_until(lambda: self._size() == [width, height], f"the page is {width}x{height}")

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._send("GET", f"{self._session}/screenshot")))

    def close(self) -> None:
        self._opened.close()

    def _size(self) -> object:
        return self.evaluate("() => [innerWidth, innerHeight]")

    def _command(self, path: str, **body: Any) -> Any:
        return self._send("POST", self._session + path, **body)

    def _send(self, method: str, path: str, **body: Any) -> Any:
        """Send a command, and return its value."""
        text = json.dumps(body) if method == "POST" else None
        self._connection.request(method, path, text, {"Content-Type": "application/json"})
        with self._connection.getresponse() as response:
            value = json.load(response)["value"]
        if response.status != 200:
            raise RuntimeError(f"{path}: {value['error']}: {value['message']}")
        return value


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
