import pytest

from viewer import resources


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package folder with nothing in it or beside it."""
    monkeypatch.setattr(resources, "PACKAGE", tmp_path / "viewer")
    return tmp_path / "viewer"


def test_in_a_checkout_a_folder_stands_beside_the_package(package):
    beside = package.parent / "static"
    beside.mkdir()
    assert resources.folder("static") == beside


def test_when_installed_a_folder_is_inside_the_package(package):
    inside = package / "static"
    inside.mkdir(parents=True)
    (package.parent / "static").mkdir()  # somebody else's, in site-packages
    assert resources.folder("static") == inside


def test_a_missing_folder_is_reported_with_both_places(package):
    with pytest.raises(FileNotFoundError) as error:
        resources.folder("static")
    assert str(package / "static") in str(error.value)
    assert str(package.parent / "static") in str(error.value)
