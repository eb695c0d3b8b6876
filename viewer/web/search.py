"""The search page, and the panel below the box in every page's header."""

from dataclasses import replace
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request, url_for

from viewer.library.library import Library
from viewer.web.caching import forget_tag, not_modified
from viewer.web.finding import Asked, read_asked
from viewer.web.found import SearchPage
from viewer.web.htmx import is_htmx, render_page
from viewer.web.pages import open_library

searches = Blueprint("searches", __name__)


@searches.get("/search")
def search() -> Response:
    """Claims and notes by their words; a panel with few of them, to the box on other pages."""
    shelf = open_library()
    asked = read_asked(request.args)
    comes_from, current = _read_current()
    is_on_page = not is_htmx() or comes_from == url_for("searches.search")
    headers = _follow(asked, current) if is_htmx() and is_on_page else {}
    if fresh := not_modified(shelf.generation, is_on_page, headers):
        return fresh
    page = _find(shelf, asked, is_brief=not is_on_page)
    response = render_page("search.html", partial="_search_results.html", search=page)
    response.headers.update(headers)
    if page.trouble:  # something is missing, and is there another time
        forget_tag()
        response.headers["Cache-Control"] = "no-store"
        if page.has_failed and not is_htmx():  # which shows no errors
            response.status_code = 503
            response.headers["Retry-After"] = "2"
    return response


@searches.after_request
def _lead_to_error(response: Response) -> Response:
    """Let the browser open what htmx, which shows no errors, was refused once Enter was pressed."""
    if response.status_code >= 400 and is_htmx() and not {"typing", "after"} & request.args.keys():
        response.headers["HX-Redirect"] = read_asked(request.args).address
    return response


def _find(shelf: Library, asked: Asked, *, is_brief: bool) -> SearchPage:
    """Return what is found; what a last word begins, where nothing has it as it stands."""
    pages = [SearchPage(shelf, asked, is_brief=is_brief)]
    begun = replace(asked, is_typing=True)
    if begun.query != asked.query:
        pages.append(SearchPage(shelf, begun, is_brief=is_brief, is_begun=True))
    for has_any in (SearchPage.has_claims, SearchPage.has_cues):
        for page in pages:
            if has_any(page) or page.trouble:
                return page
    return pages[0]


def _read_current() -> tuple[str, dict[str, str]]:
    """Return the path and the parameters of the page that htmx asks from."""
    address = request.headers.get("HX-Current-URL", "").partition("#")[0]
    place, _, query = address.partition("?")
    path = "/" + place.partition("://")[2].partition("/")[2]
    return path, dict(parse_qsl(query, errors="replace"))


def _follow(asked: Asked, current: dict[str, str]) -> dict[str, str]:
    """Return the header that takes the browser's address to what was asked.

    Words that go on from those before, or take some of them back, are the same step of the
    history, however many letters are typed; so going back brings the search before.
    """
    parameters = asked.parameters
    current.pop("typing", None)
    if asked.after or parameters == current:
        return {}
    before, now = current.pop("q", ""), parameters.pop("q", "")
    goes_on = before and now and (now.startswith(before) or before.startswith(now))
    name = "HX-Replace-Url" if goes_on and parameters == current else "HX-Push-Url"
    return {name: asked.address}
