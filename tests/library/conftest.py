"""What tests of the index share."""

import pytest

from viewer.library import indexer as indexer_module


@pytest.fixture
def read_keys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list to which every video that is read is added."""
    keys: list[str] = []
    read = indexer_module.read_video

    def read_and_tell(root, sources, **rest):
        keys.append(sources.key)
        return read(root, sources, **rest)

    monkeypatch.setattr(indexer_module, "read_video", read_and_tell)
    return keys
