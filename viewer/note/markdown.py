"""Markdown → tokens, from pyromark's event stream (pulldown-cmark).

Raw HTML never passes: the few inline tags that a note may use become tokens, tags that only
give structure are dropped, and everything else in angle brackets is text, as its author meant it
(`<T>`, `<head>`, `<script_name>`).
"""

import html
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pyromark
from pyromark import Options

from viewer.note.blocks import BREAK, INLINE_TAGS, PLACEHOLDER, Token, read_link

_PARSER = pyromark.Markdown(
    options=Options.ENABLE_WIKILINKS
    | Options.ENABLE_TABLES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
)
_MOST_EVENTS = 300_000
"""Steps of the parser that are looked at; more of them take seconds."""
_DEEPEST = 100
"""Open blocks and inlines, beyond which a document is a bomb and tags are dropped."""

_TABLE_LINE = re.compile(r"\n[ \t>]{0,8}\|.*\[\[.*")
"""With the end of the line before it, which `re` looks for very quickly."""
_WIKILINK = re.compile(r"\[\[[^\[\]\n]{1,400}\]\]")
_TAG = re.compile(r"<!--[^<>]*-->|<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?![\w-])([^<>]*)>")
_STRUCTURE = frozenset("a p div span font center section article figure u small mark".split())
_CALLOUT = re.compile(r"\[!([\w -]{1,40})\][+-]?[ \t]*", re.ASCII)
_SIMPLE = {
    "Paragraph": "p",
    "BlockQuote": "blockquote",
    "Item": "li",
    "Table": "table",
    "TableHead": "thead",
    "TableRow": "tr",
    "TableCell": "td",
    "Emphasis": "em",
    "Strong": "strong",
    "Strikethrough": "del",
}
_OPEN = {name: Token("open", tag) for name, tag in _SIMPLE.items()}
_CLOSE = {name: Token("close", tag) for name, tag in _SIMPLE.items()}
_CLOSE |= dict.fromkeys(["Link", "Image"], Token("unlink"))
_MARKS = {"SoftBreak": BREAK, "HardBreak": BREAK, "Rule": Token("rule")}


def read_markdown(text: str) -> Iterator[Token]:
    """Yield the tokens of Markdown `text`, stamps already placeholders."""
    tokens = _read(text, nested=False)
    return _title_callouts(tokens) if "[!" in text else tokens


def _read(text: str, *, nested: bool) -> Iterator[Token]:
    events: Iterator[Any] = islice(_PARSER.events(_escape_pipes(text)), _MOST_EVENTS)
    depth = 0
    previous = ""
    for event in events:
        token: Token | None = None
        kind, value = event.popitem() if isinstance(event, dict) else (event, "")
        if kind == "Text":
            # `[[target | label]]`: the label begins with a word.
            token = Token("text", value.lstrip() if previous == "wikilink" else value)
        elif kind == "Start":
            name = _name(value)
            if name in ("CodeBlock", "HtmlBlock"):
                yield from _read_raw(name, events, nested=nested)
                continue
            if depth < _DEEPEST:
                token = _OPEN.get(name) or _open(name, value)
            depth += 1
        elif kind == "End":
            depth -= 1
            if depth < _DEEPEST:
                name = _name(value)
                token = _CLOSE.get(name) or _close(name, value)
        elif kind == "Code":
            yield from _enclose("code", value)
            previous = "close"
        elif kind in ("InlineHtml", "Html"):
            token = _read_tag(value)
        elif kind == "TaskListMarker":
            token = Token("text", "\u2611 " if value else "\u2610 ")
        else:
            token = _MARKS.get(kind)
        if token:
            previous, value = token
            if value or previous != "text":
                yield token


def _read_raw(name: str, events: Iterator[Any], *, nested: bool) -> Iterator[Token]:
    """Read a block of code or of HTML; one with stamps in it is prose behind a stray fence."""
    parts = []
    for event in events:
        ((kind, text),) = event.items()
        if kind == "End":
            break
        parts.append(text)
    text = "".join(parts)
    if name == "HtmlBlock":
        yield from _read_html_block(text, nested=nested)
    elif PLACEHOLDER.search(text) and not nested:
        yield from _read(text, nested=True)
    else:
        yield from _enclose("pre", text)


def _read_html_block(text: str, *, nested: bool) -> Iterator[Token]:
    """Read the Markdown between the tags of an HTML block."""
    if not nested:
        prose = _TAG.sub(_keep_inline, text)
        if "<" not in prose or not re.match(r"\s*<(?:script|style|pre|textarea)\b", prose, re.I):
            yield from _read(prose, nested=True)
            return
    yield from _enclose("p", html.unescape(text))


def _enclose(tag: str, text: str) -> Iterator[Token]:
    yield Token("open", tag)
    if text:
        yield Token("text", text)
    yield Token("close", tag)


def _keep_inline(match: re.Match[str]) -> str:
    name = (match[2] or "").lower()
    if not name:
        return ""
    if name in INLINE_TAGS or name == "br":
        return match[0]
    return "\n\n" if name in _STRUCTURE else html.escape(match[0], quote=False)


def _read_tag(text: str) -> Token | None:
    match = _TAG.fullmatch(text.strip())
    if match is None:
        return None if text.startswith("<!--") else Token("text", text)
    name = (match[2] or "").lower()
    if name == "br":
        return BREAK
    if name in INLINE_TAGS:
        return Token("close" if match[1] else "open", name)
    return Token("text", text) if name and name not in _STRUCTURE else None


def _name(value: Any) -> str:
    return value if isinstance(value, str) else next(iter(value))


def _open(name: str, value: Any) -> Token | None:
    if name == "Heading":
        return Token("open", value["Heading"]["level"].lower())
    if name == "List":
        return Token("open", "ul" if value["List"] is None else "ol")
    if name in ("Link", "Image"):
        link = value[name]
        is_wikilink = isinstance(link["link_type"], dict) and "WikiLink" in link["link_type"]
        target = PLACEHOLDER.sub("", link["dest_url"]).strip().rstrip("\\").strip()
        return Token("wikilink", target) if is_wikilink else read_link(target)
    return None


def _close(name: str, value: Any) -> Token | None:
    if name == "Heading":
        return Token("close", value["Heading"].lower())
    if name == "List":
        return Token("close", "ol" if value["List"] else "ul")
    return None


def _title_callouts(tokens: Iterable[Token]) -> Iterator[Token]:
    """Give the kind and the title of `> [!info] Title` a paragraph each: the kind is no claim."""
    quote_opened, title = 0, ""
    for token in tokens:
        if not title and not quote_opened and token.value != "blockquote":
            yield token
            continue
        if title and token.kind == "break":
            if title == "some":
                yield from (Token("close", "p"), Token("open", "p"))
            title = ""
            continue
        if token == ("close", "p"):
            title = ""
        elif title and token.kind != "close":
            title = "some"
        if token == ("open", "blockquote"):
            quote_opened = 2
        elif token == ("open", "p") and quote_opened == 2:
            quote_opened = 1
        elif quote_opened == 1 and token.kind == "text" and (match := _CALLOUT.match(token.value)):
            rest = token.value[match.end() :]
            quote_opened, title = 0, "some" if rest else "none"
            yield from (Token("open", "strong"), Token("text", match[1].capitalize()))
            yield from (Token("close", "strong"), Token("close", "p"), Token("open", "p"))
            if not rest:
                continue
            token = Token("text", rest)
        else:
            quote_opened = 0
        yield token


def _escape_pipes(text: str) -> str:
    """Return `text` with the pipes of wikilinks in table rows escaped: they split no cell."""
    if "[[" not in text:
        return text
    return _TABLE_LINE.sub(
        lambda line: _WIKILINK.sub(lambda link: re.sub(r"(?<!\\)\|", r"\\|", link[0]), line[0]),
        f"\n{text}",
    )[1:]
