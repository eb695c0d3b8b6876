"""A server on the loopback that stands in for the video site: it answers as a test says."""

import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

WORKER = Path(__file__).with_name("loopback_worker.py")
JSON3 = {
    "wireMagic": "pb3",
    "events": [
        {"tStartMs": 0, "dDurationMs": 600000, "id": 1, "wpWinPosId": 1},
        {
            "tStartMs": 79000,
            "dDurationMs": 4000,
            "segs": [
                {"utf8": "the", "acAsrConf": 200},
                {"utf8": " law", "tOffsetMs": 400, "acAsrConf": 250},
                {"utf8": " came late", "tOffsetMs": "900"},
            ],
        },
    ],
}
VTT = "WEBVTT\n\n00:01:19.000 --> 00:01:23.000\nthe law came late\n"


class Site:
    """What is answered at each path, and what was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, bytes] | None] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.seconds_a_byte = 0.0
        self.address = ""

    def add(self, path: str, body: object, status: int = 200) -> str:
        """Answer `body` at `path` (bytes, text, or what becomes JSON), and return the address."""
        if not isinstance(body, bytes):
            body = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.pages[path] = (status, body)
        return self.address + path

    def add_video(self, video_id: str, **facts: object) -> None:
        """Answer the facts of a video, as YouTube's extractor gives them."""
        formats = [{"format_id": "1", "url": f"{self.address}/film.mp4", "ext": "mp4"}]
        known = {"id": video_id, "title": "Law", "formats": formats, "extractor": "youtube"}
        self.add(f"/{video_id}.json", {**known, "extractor_key": "Youtube", **facts})

    def captions(
        self, *languages: str, body: object = JSON3, status: int = 200, ext: str = "json3"
    ) -> Mapping[str, object]:
        """Return captions as yt-dlp lists them, each answered with `body`."""
        return {
            language: [{"ext": ext, "url": self.add(f"/{language}.{ext}", body, status)}]
            for language in languages
        }

    def worker(self, kind: str = "info", *more: str) -> tuple[str, ...]:
        """Return the command of a worker that asks this server."""
        return (sys.executable, "-P", str(WORKER), kind, self.address, *more)


def watch_page(video_id: str, playability: object, **more: object) -> str:
    """Return a page of YouTube's as far as yt-dlp reads it."""
    player = {
        "playabilityStatus": playability,
        "videoDetails": {"videoId": video_id, "title": "Law", "lengthSeconds": "600"},
        **more,
    }
    script = f"var ytInitialPlayerResponse = {json.dumps(player)};"
    return f"<!doctype html><html><body><script>{script}</script></body></html>"


def sorry(reason: str, more: str = "") -> dict[str, object]:
    """Return how YouTube says that a video does not play."""
    texts = {"reason": {"simpleText": reason}, "subreason": {"simpleText": more}}
    shown = {"playerErrorMessageRenderer": {name: text for name, text in texts.items() if text}}
    return {"status": "ERROR", "reason": reason, "errorScreen": shown}


@contextmanager
def running_site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)  # a whole address, to a proxy
            path = asked.path + (f"?{asked.query}" if asked.query else "")
            site.asked.append(path)
            site.headers.append(dict(self.headers))
            status, body = site.pages.get(path.partition("?")[0]) or (404, b"")
            self.send_response(status)
            kind = "text/html" if body.lstrip()[:1] == b"<" else "application/json"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                if site.seconds_a_byte:
                    for byte in body:
                        self.wfile.write(bytes([byte]))
                        time.sleep(site.seconds_a_byte)
                else:
                    self.wfile.write(body)
            except OSError:
                pass  # it was told to go

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
