"""The index that a process keeps for itself."""

import os
import subprocess
import sys

import pytest

OWNER = """
import os, sys
from pathlib import Path
from viewer.library.library import Library
from viewer.library.private import PrivateIndex

index = PrivateIndex(Path(sys.argv[1]))
child = os.fork()
if not child:  # as a worker that ends before the others
    del index
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert Path(index.place).is_dir()
index.refresh()
library = Library(None, index.place)
assert library.counts().claims == 1
library.close()
place = index.place
del index
print(Path(place).exists())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process forks here")
def test_it_goes_with_its_owner_and_not_with_a_fork_of_it(tmp_path):
    (tmp_path / "law.md").write_text("It is late [1:19].")
    # A program of its own: pytest's has threads, and what forks then may never end.
    command = [sys.executable, "-c", OWNER, tmp_path]
    owner = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (owner.returncode, owner.stdout, owner.stderr) == (0, "False\n", "")
