"""What tests of the index share."""

import pytest

from viewer.library import workers


@pytest.fixture
def read_keys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list to which every video that is read is added."""
    keys: list[str] = []
    read = workers.read_video

    def read_and_tell(root, sources, **rest):
        keys.append(sources.key)
        return read(root, sources, **rest)

    monkeypatch.setattr(workers, "read_video", read_and_tell)
    return keys
