"""HTML notes: saved or published pages with the same anchors → tokens (BeautifulSoup on lxml)."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from viewer.note.blocks import BLOCK_TAGS, BREAK, INLINE_TAGS, Token, clean, read_link
from viewer.note.frontmatter import clean_title, parse_video_id

_DEEPEST = 100
"""Open elements, inside which no more tags are read."""
_MOST_OPEN = 2000
"""Open elements, beyond which a page is read as text: parsing is quadratic in depth."""

_ELEMENT = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_ENDS_ITSELF = frozenset(
    "area base br col dd dt embed hr img input li link meta option p source td th tr track "
    "wbr".split()
)

_UNREAD = frozenset(
    "script style nav header footer aside form template svg math iframe object embed noscript "
    "head select button textarea canvas audio video".split()
)
_SPLITS = frozenset("div section article main figure figcaption dl dt dd details summary".split())
_FROM = re.compile(r"\s*From:\s*(?P<channel>[^:\n\u2e28]{0,200}?)\s*\Z")

_LONGEST_LINE = 400
_HEAD = 2**18
"""Characters of a page in which it says what it is about."""
_MOST_TAGS = 20_000
"""Elements, beyond which a page is read as text: a tree of more takes seconds to build."""


class PageFacts(NamedTuple):
    """What a page says of itself where it has no front matter."""

    title: str | None = None
    video_id: str | None = None
    channel: str | None = None


def read_html(text: str) -> Iterator[Token]:
    """Yield the tokens of the page `text`, stamps already placeholders."""
    soup = _parse(text)
    _take_channel(soup)
    root = soup.find("article") or soup.find("main") or soup.body
    if isinstance(root, Tag):
        yield from _walk(root)
    soup.decompose()  # its elements refer to each other, and would stay for long


def read_page_facts(source: str) -> PageFacts:
    """Return the title, video and channel that a page names."""
    soup = _parse(clean(source[:_HEAD]))
    heading = soup.find("h1") or soup.title
    facts = PageFacts(
        title=clean_title(heading.get_text()) if heading else None,
        video_id=next(_video_ids(soup), None),
        channel=_take_channel(soup),
    )
    soup.decompose()
    return facts


def _parse(text: str) -> BeautifulSoup:
    if text.count("<") - text.count("</") > _MOST_TAGS or _depth(text) > _MOST_OPEN:
        text = html.escape(_ELEMENT.sub(" ", text))
    # Text that looks like an address, a file name or XML is met with a warning if it comes first.
    return BeautifulSoup(f"<!-- -->{text}", "lxml")


def _take_channel(soup: BeautifulSoup) -> str | None:
    """Take the line `From: channel` out of the page, and return the channel.

    The name may be a link; what follows a line break in the paragraph is the note's text.
    """
    for paragraph in soup.find_all("p", limit=5):
        line = list(takewhile(lambda node: getattr(node, "name", None) != "br", paragraph.contents))
        words = "".join(node.get_text() for node in line).strip()
        match = _FROM.match(words) if len(words) < _LONGEST_LINE else None
        if match and _FROM.match(line[0].get_text()):
            for node in line:
                node.extract()
            return match["channel"] or None
    return None


def _depth(text: str) -> int:
    """Return the most elements that are open at once, whatever is closed in the wrong order."""
    still_open: Counter[str] = Counter()
    depth = deepest = 0
    for match in _ELEMENT.finditer(text):
        name = match[2].lower()
        step = -1 if match[1] else 1
        if name not in _ENDS_ITSELF and still_open[name] + step >= 0:
            still_open[name] += step
            depth += step
            deepest = max(deepest, depth)
    return deepest


def _video_ids(soup: BeautifulSoup) -> Iterator[str]:
    for meta in soup.find_all("meta"):
        if str(meta.get("name")).lower() == "videoid":
            yield from filter(None, [parse_video_id(str(meta.get("content")))])
    for tag, attribute in (("iframe", "src"), ("a", "href")):
        for element in soup.find_all(tag):
            url = str(element.get(attribute) or "")
            if "youtu" in url and (video_id := parse_video_id(url)):
                yield video_id


def _walk(root: Tag) -> Iterator[Token]:
    """Yield the tokens of what is in `root`, without recursion: pages may be nested at will."""
    pending: list[PageElement | Token] = list(reversed(root.contents))
    depth = 0
    while pending:
        node = pending.pop()
        if isinstance(node, Token):
            depth -= 1
            yield node
        elif isinstance(node, Tag) and node.name not in _UNREAD:
            opening, closing = _read_tag(node) if depth < _DEEPEST else (None, None)
            if opening:
                yield opening
            if closing:
                depth += 1
                pending.append(closing)
            pending.extend(reversed(node.contents))
        elif type(node) is NavigableString:  # comments and the like are its subclasses
            yield Token("text", re.sub(r"\s+", " ", node))


def _read_tag(tag: Tag) -> tuple[Token | None, Token | None]:
    """Return the tokens before and after what is in `tag`."""
    name = tag.name
    if name == "br":
        return BREAK, None
    if name == "hr":
        return Token("rule"), None
    if name in BLOCK_TAGS or name in INLINE_TAGS:
        return Token("open", name), Token("close", name)
    if name in _SPLITS:
        return Token("open", "p"), Token("close", "p")
    if name == "a" and tag.get("href"):
        return read_link(str(tag["href"])), Token("unlink")
    return None, None
