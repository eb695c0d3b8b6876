"""Text becomes HTML in two places only."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MARKUP = r"\bMarkup\(|\|\s*safe\b|autoescape|render_template_string|\bMarkupSafe\("
SINKS = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|"
    r"createContextualFragment|DOMParser|setHTMLUnsafe|srcdoc|hx-on|javascript:"
)
STYLES = r"<style|\sstyle=|\son[a-z]+="


def found(pattern: str, *globs: str) -> set[str]:
    """Return the files that the pattern is found in."""
    files = [path for glob in globs for path in ROOT.glob(glob)]
    assert files, globs
    return {
        path.relative_to(ROOT).as_posix()
        for path in files
        if re.search(pattern, path.read_text("utf-8"))
    }


def test_text_is_called_markup_in_two_places_only():
    assert found(MARKUP, "viewer/**/*.py", "templates/**/*") == {
        "viewer/note/prose.py",  # after the sanitiser
        "viewer/web/prose.py",  # the frame of a stamp; its values are escaped
    }


def test_a_stamp_is_made_from_constants_and_escaped_values():
    source = (ROOT / "viewer/web/prose.py").read_text("utf-8")
    calls = re.findall(r"\bMarkup\((\s*)(.)", source)
    assert calls
    assert all(quote in "'\"" for _, quote in calls)
    assert not re.search(r"\bMarkup\(\s*f[\"']", source)


@pytest.mark.parametrize(
    ("pattern", "globs"),
    [
        pytest.param(SINKS, ["static/js/**/*.js"], id="scripts write text, never HTML"),
        pytest.param(STYLES, ["templates/**/*"], id="templates hold no style and no handler"),
        pytest.param(
            r"<script(?![^>]* src=)(?!( type=\"application/ld\+json\">))",
            ["templates/**/*"],
            id="templates hold no script but data",
        ),
    ],
)
def test_nothing_is_written_that_could_run(pattern, globs):
    assert found(pattern, *globs) == set()


def test_a_breach_is_found():
    assert re.search(MARKUP, "{{ title | safe }}")
    assert re.search(SINKS, "list.innerHTML = title")
    assert re.search(STYLES, "<p onclick=x>")
