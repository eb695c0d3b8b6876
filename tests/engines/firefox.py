"""Drives Firefox by WebDriver BiDi, which it speaks by itself over a WebSocket.

https://www.w3.org/TR/webdriver-bidi/
"""

import base64
import itertools
import json
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from tests.engines.driver import NOWHERE, Action, Driver, wait_until
from tests.engines.warden import running

PROXY_HOST, PROXY_PORT = NOWHERE.split(":")
# Told to listen, it is quiet by itself otherwise: no updates, reports or first-run pages.
PREFERENCES = {
    # Never asked for addresses of this machine.
    "network.proxy.type": 1,
    "network.proxy.http": PROXY_HOST,
    "network.proxy.http_port": int(PROXY_PORT),
    "network.proxy.ssl": PROXY_HOST,
    "network.proxy.ssl_port": int(PROXY_PORT),
    # Its maker's services would be asked without a proxy that refuses.
    "network.proxy.allow_bypass": False,
    "network.proxy.failover_direct": False,
}
CALL = "(text) => JSON.stringify(({function})(...JSON.parse(text)) ?? null)"


class Firefox(Driver):
    """A Firefox without a window."""

    def __init__(self, program: Path) -> None:
        with ExitStack() as opened:
            home = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="firefox-")))
            profile = home / "profile"
            profile.mkdir()
            (profile / "user.js").write_text(_preferences(), "utf-8")
            log = home / "log.txt"
            options = ["--headless", "--no-remote", "--remote-debugging-port=0"]
            warden = opened.enter_context(
                running(
                    [program, *options, "--profile", profile, "about:blank"],
                    environment={
                        "PATH": os.defpath,
                        "HOME": str(home),
                        "LANG": "C.UTF-8",
                        "MOZ_CRASHREPORTER_DISABLE": "1",
                    },
                    log=log,
                )
            )

            def listens() -> bool:
                if warden.poll() is not None:
                    raise RuntimeError(f"{program} ended: {log.read_text('utf-8')}")
                return _read_port(profile) is not None

            wait_until(listens, "Firefox listens", seconds=60)
            self._socket = opened.enter_context(
                connect(
                    f"ws://127.0.0.1:{_read_port(profile)}/session",
                    max_size=None,
                    proxy=None,
                    compression=None,
                )
            )
            self._numbers = itertools.count()
            self._send("session.new", capabilities={})
            self._context = self._send("browsingContext.getTree")["contexts"][0]["context"]
            self._opened = opened.pop_all()

    def open(self, url: str) -> None:
        self._send("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, function: str, *arguments: Any) -> Any:
        answer = self._send(
            "script.callFunction",
            functionDeclaration=CALL.replace("{function}", function),
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            target={"context": self._context},
            awaitPromise=False,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def perform(self, source: str, actions: list[Action]) -> None:
        performed = [{"type": source, "id": source, "actions": actions}]
        self._send("input.performActions", context=self._context, actions=performed)

    def resize(self, width: int, height: int) -> None:
        self._send(
            "browsingContext.setViewport",
            context=self._context,
            viewport={"width": width, "height": height},
        )

    def screenshot(self, path: Path) -> None:
        answer = self._send("browsingContext.captureScreenshot", context=self._context)
        path.write_bytes(base64.b64decode(answer["data"]))

    def close(self) -> None:
        self._opened.close()

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command, and return its result."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") != number:
                continue  # an event
            if answer["type"] == "error":
                raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
            result: dict[str, Any] = answer["result"]
            return result


def _preferences() -> str:
    return "".join(
        f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
        for name, value in PREFERENCES.items()
    )


def _read_port(profile: Path) -> int | None:
    """Return the port that Firefox says it listens on; None before it does."""
    try:
        text = (profile / "WebDriverBiDiServer.json").read_text("utf-8")
        port: int = json.loads(text)["ws_port"]
    except (FileNotFoundError, ValueError):  # or half of it
        return None
    return port
