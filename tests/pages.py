"""How tests ask for pages and read them."""

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

HTMX = {"HX-Request": "true"}
"""The headers of a request by htmx."""


def parse(response: TestResponse, status: int = 200) -> BeautifulSoup:
    """Return the page that was answered with `status`."""
    assert response.status_code == status, response.text
    return BeautifulSoup(response.text, "lxml")


def texts(page: Tag, selector: str) -> list[str]:
    """Return the words of each element that `selector` finds."""
    return [" ".join(element.get_text().split()) for element in page.select(selector)]
