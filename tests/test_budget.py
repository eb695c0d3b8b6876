"""What the pages weigh for a reader."""

import gzip
import re
from pathlib import Path

SCRIPTS = Path(__file__).parents[1] / "static" / "js"
COMMENT = re.compile(r"^\s*(?://.*|/\*[\s\S]*?\*/)\n|\s+// .*$", re.MULTILINE)
"""A comment of its own lines, or at the end of one."""


def test_our_own_scripts_without_their_comments_compress_to_less_than_12_000_bytes():
    sources = [COMMENT.sub("", path.read_text("utf-8")) for path in sorted(SCRIPTS.rglob("*.js"))]
    assert len(sources) > 10
    assert len(gzip.compress("".join(sources).encode(), 9)) < 12_000
