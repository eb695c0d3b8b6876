"""What stands in for YouTube in the worker: yt-dlp, asking a server on the loopback.

- `info`: a video's facts as YouTube's extractor gives them, which yt-dlp goes on with as usual;
- `raw`: the same, unseen by yt-dlp, as if that had let everything through;
- `page`: an HTML page with a video and its captions, for yt-dlp's generic extractor;
- `youtube`: YouTube's own extractor, whose requests go to the server as to a proxy.
"""

import json
import subprocess
import time
import urllib.request
from pathlib import Path

from viewer.youtube.worker import OPTIONS, ask_youtube

GENERIC = {**OPTIONS, "allowed_extractors": ["generic", "html5"], "retries": 0}


def prepare(kind, address, *more):
    """Return what a worker is to ask with, and yt-dlp's options."""

    def ask_info(site, video_id):
        with site.urlopen(f"{address}/{video_id}.json") as response:
            return site.process_ie_result(json.loads(response.read()), download=False)

    def ask_raw(_, video_id):
        with urllib.request.urlopen(f"{address}/{video_id}.json") as response:
            return json.loads(response.read())

    def ask_page(site, video_id):
        info = site.extract_info(f"{address}/{video_id}.html", download=False)
        return {**info, "id": video_id}

    def stick(*_):
        """Start another process, as yt-dlp does for JavaScript, and never answer."""
        other = subprocess.Popen(["sleep", "60"])
        Path(more[0]).write_text(f"{other.pid}")
        time.sleep(60)

    def talk(*_):
        """Answer more than anyone wants."""
        return {"id": "qd7ezvCtIYg", "title": "x" * 60_000_000, "formats": [1]}

    if kind == "youtube":
        # With what the page has: further requests would be made with TLS.
        skipped = {
            "player_client": ["web"],
            "player_skip": ["configs", "js", "initial_data"],
            "skip": ["hls", "dash", "translated_subs"],
        }
        return ask_youtube, {
            **OPTIONS,
            "prefer_insecure": True,
            "proxy": address,
            "extractor_args": {"youtube": skipped},
            "extractor_retries": 0,
            "retries": 0,
        }
    asks = {"info": ask_info, "raw": ask_raw, "page": ask_page, "stuck": stick, "talk": talk}
    return asks[kind], GENERIC
