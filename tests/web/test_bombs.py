"""The time to show a note grows with its size, and not with its square, whatever it repeats."""

from collections.abc import Callable
from math import isqrt

import pytest
from flask.testing import FlaskClient

from tests.growth import check_growth, processor_time
from viewer import create_app
from viewer.library.folder import NOTE_LIMIT

STAMP = '<a class="yt-timestamp" data-t="00:%02d:%02d">[0:01]</a>'
Bomb = Callable[[int], str]


def fill(piece: str, before: str = "", after: str = "", share: float = 1) -> Bomb:
    """Return a bomb that is `piece` over and over, in a share of its size."""
    return lambda size: before + piece * int(share * size / len(piece.encode())) + after


def join(*bombs: Bomb) -> Bomb:
    """Return a bomb that is all of `bombs` in a row."""
    return lambda size: "".join(bomb(size) for bomb in bombs)


BOMBS: dict[str, Bomb] = {
    "divs around a claim": fill("<div>", after=" said [0:01]", share=0.5),
    "divs": fill("<div>"),
    "inline tags": fill("<b>", "x ", share=0.3),
    "inline tags, closed wrongly": fill("<b></i>", "x ", share=0.3),
    "quotations around a claim": fill(">", after=" said [0:01]", share=0.3),
    "quotations": fill("> "),
    "callouts": fill("> [!a]\n\n", share=0.2),
    "brackets before a claim": fill("[", after=" said [0:01]", share=0.5),
    "brackets": fill("[]"),
    "half links": fill("[a]("),
    "half wikilinks": fill("[[a"),
    "wikilinks": fill("[[a]]", "said [0:01] ", share=0.2),
    "wikilinks in rows": fill("|[[a|b]]|\n", share=0.2),
    "one long line": fill("a", after=" [0:01]"),
    "words": lambda size: " ".join(f"{n:x}" for n in range(size // 7)) + " [0:01]",
    "stamps": lambda size: "".join(
        f"said {n} {STAMP % (n // 60 % 60, n % 60)} " for n in range(size // 100)
    ),
    "stamps and spans": fill("say *b* `c` [0:01] ", share=0.2),
    "stamps and links": join(fill("say [0:01]", share=0.1), fill("[[a]]", share=0.35)),
    "stamps and code": join(fill("`a` [0:01] ", share=0.1), fill("`a` ", share=0.8)),
    "stamps and brackets": fill("((((((x" + "((" * 90 + "x[0:01]"),
    "stamps alone": fill("[0:01]\n\n", share=0.08),
    "claims": lambda size: " ".join(f"{n:x} [0:01]" for n in range(size // 33)),
    "a list of times": fill("0:01,", "[", "0:02]", share=0.15),
    "headings": join(fill("### sub\n", "# top\n", share=0.4), fill("said [0:01]\n\n", share=0.13)),
    "lists": fill("- "),
    "nested lists": lambda size: "\n".join("  " * n + "- a" for n in range(isqrt(size // 2))),
    "emphasis": fill("*a "),
    "strong": fill("a**b", share=0.2),
    "back-ticks": lambda size: "".join("`" * n + " " for n in range(1, isqrt(2 * size) - 2)),
    "ampersands": fill("&#"),
    "entities": fill("&lt;"),
    "half comments": fill("<!--", "a "),
    "half sections": fill("<![CDATA[", "a "),
    "tables": lambda size: "|a" * (n := size // 2000) + "\n" + "|-" * n + "\n" + "|\n" * (100 * n),
    "references": fill("[a]", "[a]: b\n", share=0.2),
    "fences": fill("```\n", share=0.5),
    "lines": fill("a\n"),
    "empty lines": fill("\r\n"),
    "header: brackets": fill("[", "---\na: ", "\n---\nsaid [0:01]", share=0.5),
    "header: braces": fill("{", "---\na: ", "\n---\nsaid [0:01]", share=0.5),
    "header: keys": fill("? ", "---\n", "\n---\nsaid [0:01]", share=0.5),
    "header: lists": fill("- ", "---\n", "\n---\nsaid [0:01]", share=0.5),
    "html: divs": fill("<div>", "<html><div>", " said [0:01]", share=0.5),
    "html: divs, closed wrongly": join(
        fill("<div></x>", "<html>", share=0.09), fill("<b></p>", share=0.07)
    ),
    "html: paragraphs": fill("<p>a", "<html>", share=0.08),
    "html: cells": fill("<td>a", "<html><table>", share=0.09),
    "html: attributes": lambda size: (
        "<html><p " + " ".join(f"a{n}" for n in range(size // 8)) + ">x [0:01]"
    ),
    "html: channel": fill(" \t", "<html><p>From: a", "x</p>", share=0.5),
    "html: half tags": fill("<a ", "<html>"),
    "html: stamps": lambda size: (
        "<html>" + "".join(f"<p>say {n} {STAMP % (0, 1)}</p>" for n in range(size // 200))
    ),
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A library that shows each file at once, and whose pages have been opened before."""
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "quiet.md").write_text("said [0:01].")
    client = create_app({"LIBRARY": folder, "FRESH_FOR": 0}).test_client()
    for page in ("/", "/note/quiet?tab=note", "/note/quiet?t=1"):
        client.get(page)
    return client


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_no_more_than_its_size(shelf, name):
    """A quarter of the largest size shows growth, and is below most of the limits that end it."""
    folder = shelf.application.extensions["library"].root
    kind = "html" if name.startswith("html: ") else "md"

    def measure(size: int) -> float:
        path = folder / f"bomb.{kind}"
        path.write_text(BOMBS[name](size))
        spent = processor_time(open_pages)
        path.unlink()
        shelf.get("/")
        return spent

    def open_pages() -> None:
        for page in ("/", "/note/bomb?tab=note", "/note/bomb?t=5000"):
            assert shelf.get(page).status_code == 200, page

    check_growth(measure, NOTE_LIMIT // 8)


@pytest.mark.parametrize("kind", ["md", "html"])
def test_all_bombs_are_shown_in_one_note_of_the_largest_size(tmp_path, kind):
    names = [name for name in BOMBS if name.startswith("html: ") == (kind == "html")]
    text = "\n\n".join(BOMBS[name](NOTE_LIMIT // len(names) - 400) for name in names)
    (tmp_path / f"bomb.{kind}").write_text(text)
    assert NOTE_LIMIT / 4 < len(text) <= NOTE_LIMIT
    client = create_app({"LIBRARY": tmp_path}).test_client()
    for page in ("/", "/note/bomb?tab=note", "/note/bomb?t=5000"):
        assert client.get(page).status_code == 200, page
