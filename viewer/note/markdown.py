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

from viewer.note.blocks import INLINE_TAGS, PLACEHOLDER, Token, read_link

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

_TABLE_LINE = re.compile(r"^[ \t>]{0,8}\|.*\[\[.*$", re.MULTILINE)
_WIKILINK = re.compile(r"\[\[[^\[\]\n]{1,400}\]\]")
_TAG = re.compile(r"<!--[^<>]*-->|<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?![\w-])([^<>]*)>")
_STRUCTURE = frozenset("a p div span font center section article figure u small mark".split())
_CALLOUT = re.compile(r"\[!([\w -]{1,40})\][+-]?[ \t]*", re.ASCII)
_SIMPLE = {
    "Paragraph": "p",
    "Item": "li",
    "TableHead": "thead",
    "TableRow": "tr",
    "TableCell": "td",
    "Emphasis": "em",
    "Strong": "strong",
    "Strikethrough": "del",
}


def read_markdown(text: str) -> Iterator[Token]:
    """Yield the tokens of Markdown `text`, stamps already placeholders."""
    tokens = _trim_labels(_read(text, nested=False))
    return _title_callouts(tokens) if "[!" in text else tokens


def _read(text: str, *, nested: bool) -> Iterator[Token]:
    events: Iterator[Any] = islice(_PARSER.events(_escape_pipes(text)), _MOST_EVENTS)
    depth = 0
    dropped: list[bool] = []
    for event in events:
        if isinstance(event, str):
            yield from _read_mark(event)
            continue
        ((kind, value),) = event.items()
        if kind == "Text":
            yield Token("text", value)
        elif kind == "Start" and _name(value) in ("CodeBlock", "HtmlBlock"):
            yield from _read_raw(value, events, nested=nested)
        elif kind == "Start":
            dropped.append(depth >= _DEEPEST)
            depth += 1
            if not dropped[-1] and (token := _open(value)):
                yield token
        elif kind == "End":
            depth -= 1
            if not dropped.pop() and (token := _close(value)):
                yield token
        elif kind == "Code":
            yield from (Token("open", "code"), Token("text", value), Token("close", "code"))
        elif kind in ("InlineHtml", "Html"):
            yield from _read_tag(value)
        elif kind == "TaskListMarker":
            yield Token("text", "\u2611 " if value else "\u2610 ")


def _read_mark(event: str) -> Iterator[Token]:
    if event in ("SoftBreak", "HardBreak"):
        yield Token("break")
    elif event == "Rule":
        yield Token("rule")


def _read_raw(value: Any, events: Iterator[Any], *, nested: bool) -> Iterator[Token]:
    """Read a block of code or of HTML; one with stamps in it is prose behind a stray fence."""
    parts = []
    for event in events:
        ((kind, text),) = event.items()
        if kind == "End":
            break
        parts.append(text)
    text = "".join(parts)
    if _name(value) == "HtmlBlock":
        yield from _read_html_block(text, nested=nested)
    elif PLACEHOLDER.search(text) and not nested:
        yield from _read(text, nested=True)
    else:
        yield from (Token("open", "pre"), Token("text", text), Token("close", "pre"))


def _read_html_block(text: str, *, nested: bool) -> Iterator[Token]:
    """Read the Markdown between the tags of an HTML block."""
    if not nested:
        prose = _TAG.sub(_keep_inline, text)
        if "<" not in prose or not re.match(r"\s*<(?:script|style|pre|textarea)\b", prose, re.I):
            yield from _read(prose, nested=True)
            return
    yield from (Token("open", "p"), Token("text", html.unescape(text)), Token("close", "p"))


def _keep_inline(match: re.Match[str]) -> str:
    name = (match[2] or "").lower()
    if not name:
        return ""
    if name in INLINE_TAGS or name == "br":
        return match[0]
    return "\n\n" if name in _STRUCTURE else html.escape(match[0], quote=False)


def _read_tag(text: str) -> Iterator[Token]:
    match = _TAG.fullmatch(text.strip())
    name = (match[2] or "").lower() if match else None
    if match is None or name is None:
        if not text.startswith("<!--"):
            yield Token("text", text)
    elif name == "br":
        yield Token("break")
    elif name in INLINE_TAGS:
        yield Token("close" if match[1] else "open", name)
    elif name and name not in _STRUCTURE:
        yield Token("text", text)


def _name(value: Any) -> str:
    return value if isinstance(value, str) else next(iter(value))


def _open(value: Any) -> Token | None:
    name = _name(value)
    if name in _SIMPLE:
        return Token("open", _SIMPLE[name])
    if name == "Heading":
        return Token("open", value["Heading"]["level"].lower())
    if name == "BlockQuote":
        return Token("open", "blockquote")
    if name == "List":
        return Token("open", "ul" if value["List"] is None else "ol")
    if name == "Table":
        return Token("open", "table")
    if name in ("Link", "Image"):
        link = value[name]
        is_wikilink = isinstance(link["link_type"], dict) and "WikiLink" in link["link_type"]
        target = PLACEHOLDER.sub("", link["dest_url"]).strip().rstrip("\\").strip()
        return Token("wikilink", target) if is_wikilink else read_link(target)
    return None


def _close(value: Any) -> Token | None:
    name = _name(value)
    if name in _SIMPLE:
        return Token("close", _SIMPLE[name])
    if name == "Heading":
        return Token("close", value["Heading"].lower())
    if name == "BlockQuote":
        return Token("close", "blockquote")
    if name == "List":
        return Token("close", "ol" if value["List"] else "ul")
    if name == "Table":
        return Token("close", "table")
    return Token("unlink") if name in ("Link", "Image") else None


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


def _trim_labels(tokens: Iterable[Token]) -> Iterator[Token]:
    """Take the blank after the pipe out of `[[target | label]]`: the label begins with a word."""
    previous = ""
    for token in tokens:
        if previous == "wikilink" and token.kind == "text":
            token = Token("text", token.value.lstrip())
        previous = token.kind
        if token != ("text", ""):
            yield token


def _escape_pipes(text: str) -> str:
    """Return `text` with the pipes of wikilinks in table rows escaped: they split no cell."""
    if "[[" not in text:
        return text
    return _TABLE_LINE.sub(
        lambda line: _WIKILINK.sub(lambda link: re.sub(r"(?<!\\)\|", r"\\|", link[0]), line[0]),
        text,
    )
