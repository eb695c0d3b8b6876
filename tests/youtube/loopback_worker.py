"""A worker whose yt-dlp asks a server on the loopback: all else in it is as it is for users.

python -P loopback_worker.py KIND ADDRESS …, the kinds being those of `asking.py`.
"""

import sys

from tests.youtube.asking import prepare
from viewer.youtube.worker import main

main(*prepare(*sys.argv[1:]))
