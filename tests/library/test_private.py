"""The index that a process keeps for itself."""

import gc
import os
from pathlib import Path

from viewer.library.library import Library
from viewer.library.private import PrivateIndex


def test_it_goes_with_its_owner_and_not_with_a_fork_of_it(tmp_path):
    (tmp_path / "law.md").write_text("It is late [1:19].")
    index = PrivateIndex(tmp_path)
    child = os.fork()
    if not child:  # as a worker that ends before the others
        index = None
        gc.collect()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert Path(index.place).is_dir()
    index.refresh()
    library = Library(None, index.place)
    assert library.counts().claims == 1
    library.close()
    place = index.place
    del index
    gc.collect()
    assert not Path(place).exists()
