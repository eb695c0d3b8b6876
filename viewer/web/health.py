"""The health page: the problems of all notes, by kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, request, url_for

from viewer.check.model import KINDS, Kind, Problem
from viewer.library.health import Health, HealthBook
from viewer.library.library import Library
from viewer.web.htmx import render_page
from viewer.web.pages import open_library, read_number

health = Blueprint("health", __name__)

_PATIENCE = 1.0
"""Seconds that one request may look at notes."""
_FEW, _PAGE = 10, 200
"""Problems shown of each kind together with the others, and of one kind alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Problems of one kind, as far as they are shown."""

    kind: Kind
    count: int
    problems: Sequence[tuple[Problem, str | None]]
    """Each with the address of its note, where there is one."""


@health.get("/health")
def show_health() -> Response:
    """The problems of the library, or those of one kind."""
    shelf = open_library()
    found = _open_book(shelf).look(_PATIENCE)
    code = request.args.get("code", "")
    begin = 0
    if code in KINDS:
        kept = len(found.problems[code])
        begin = min(read_number(request.args.get("from", "")), max(0, kept - 1)) // _PAGE * _PAGE
        groups = [_group(shelf, found, code, begin, _PAGE)]
        later = begin + _PAGE if begin + _PAGE < kept else None
    else:
        code, later = "", None
        groups = [_group(shelf, found, code, 0, _FEW) for code in found.counts]
    return render_page(
        "health.html",
        partial="_health.html",
        health=found,
        groups=groups,
        code=code,
        begin=begin,
        earlier=max(0, begin - _PAGE) if begin else None,
        later=later,
        problems=sum(found.counts.values()),
        counts=shelf.counts(),
        said=shelf.grounding_counts(),
    )


def _open_book(shelf: Library) -> HealthBook:
    book: HealthBook = current_app.extensions.setdefault("health", HealthBook(shelf))
    return book


def _group(shelf: Library, found: Health, code: str, begin: int, count: int) -> Group:
    problems = found.problems[code][begin : begin + count]
    slugs = shelf.slugs({problem.path for problem in problems})
    return Group(
        kind=KINDS[code],
        count=found.counts.get(code, 0),
        problems=[(problem, _address(problem, slugs.get(problem.path))) for problem in problems],
    )


def _address(problem: Problem, slug: str | None) -> str | None:
    if slug is None:
        return None
    if problem.start is None:
        return url_for("pages.note", slug=slug, tab="note")
    return url_for("pages.note", slug=slug, tab="note", t=problem.start)
