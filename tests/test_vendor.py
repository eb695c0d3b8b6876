"""What static/vendor/ holds is what its README says."""

import hashlib
import re

import pytest

from viewer.resources import folder

VENDOR = folder("static") / "vendor"
README = (VENDOR / "README.md").read_text("utf-8")
ROW = re.compile(r"^\| `(?P<file>[^`]+)` \|.* `(?P<sha256>[0-9a-f]{64})` \|$", re.MULTILINE)
LISTED = {row["file"]: row["sha256"] for row in ROW.finditer(README)}


def test_every_file_is_listed():
    assert {path.name for path in VENDOR.iterdir()} - {"README.md"} == set(LISTED)


@pytest.mark.parametrize("name", list(LISTED))
def test_a_file_is_byte_for_byte_the_published_one(name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == LISTED[name]
