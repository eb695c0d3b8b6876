"""`parse_note(text)`: a note's source → Note; the modules beside this one, in order."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from viewer.note.blocks import Block, Token, check_tokens, mask, read_blocks
from viewer.note.claims import read_claims
from viewer.note.frontmatter import (
    NEVER_ENDS,
    FrontMatter,
    clean_title,
    parse_video_id,
    split_front_matter,
)
from viewer.note.html import PageFacts, read_html, read_page_facts
from viewer.note.markdown import read_markdown
from viewer.note.model import Note, Problem, Reading, Stamp
from viewer.note.stamps import find_stamps

_FROM = re.compile(
    r"\s{0,1000}From:[ \t]*\[\[(?P<channel>[^\[\]\n|]{1,200})(?:\|[^\[\]\n]{0,200})?\]\]"
    r"[ \t]*(?:<br[ ]?/?>)?"
)
_FENCE = re.compile(
    r"\ufeff?\s{0,1000}(?P<mark>`{3,8}|~{3,8})[ \t]{0,8}(?:markdown|md)?[ \t]{0,8}\r?\n",
    re.IGNORECASE,
)
_INDEX_ENTRY = re.compile(
    r"^#{1,6}[ \t]{1,8}\[(?P<title>.{1,400})\]\((?P<url>https?://[^\s()]{1,300})\)[ \t\r]{0,8}$",
    re.MULTILINE,
)


_MOST_TOKENS = 60_000
"""Pieces of a note that are read; more of them take seconds."""


class _Layout(NamedTuple):
    """Where the parts of a note stand in its source."""

    header: FrontMatter
    begin: int
    end: int
    channel: str | None


def parse_note(source: str, *, is_html: bool = False) -> Note:
    """Return the note that `source` holds: Markdown, or an HTML page with the same anchors.

    Never raises for what a note contains: what can't be read becomes a `Problem`.
    """
    layout = _lay_out(source)
    header = layout.header.values
    stamps = _find_stamps(source, layout)
    tokens = _read_tokens(source, stamps, layout, is_html=is_html)
    nodes = read_blocks(tokens)
    claims, chapters, links = read_claims(nodes, stamps)
    page = read_page_facts(source) if is_html else PageFacts()
    video_id, problems = _read_video_id(header, page)
    if len(tokens) == _MOST_TOKENS:
        problems.append(Problem(1, "is too long to be shown whole; split it into smaller files"))
    if layout.header.error:
        code = "header-open" if layout.header.error == NEVER_ENDS else "header-broken"
        problems.append(Problem(1, layout.header.error, code))
    return Note(
        title=clean_title(header.get("title", "")) or page.title,
        video_id=video_id,
        channel=layout.channel or page.channel,
        meta=header,
        stamps=stamps,
        claims=tuple(claims),
        chapters=tuple(chapters),
        links=tuple(links),
        video_titles=() if is_html else tuple(_read_index(source, layout)),
        problems=(*problems, *_unreadable(stamps)),
    )


def note_blocks(source: str, note: Note, *, is_html: bool = False) -> Iterable[Token | Block]:
    """Yield the structure and blocks of `source`, from which `note` was read."""
    return read_blocks(_read_tokens(source, note.stamps, _lay_out(source), is_html=is_html))


def _lay_out(source: str) -> _Layout:
    begin, end = _unwrap(source, 0, len(source))
    header = split_front_matter(source, begin)
    begin = header.end
    channel = _FROM.match(source, begin, end)
    if channel:
        begin = channel.end()
    begin, end = _unwrap(source, begin, end)
    return _Layout(header, begin, end, channel["channel"].strip() if channel else None)


def _unwrap(source: str, begin: int, end: int) -> tuple[int, int]:
    """Return the range inside a code fence that wraps all of `source[begin:end]`.

    Language models hand a note over as "```markdown … ```". A fence that ends earlier is code.
    """
    opening = _FENCE.match(source, begin, end)
    if not opening:
        return begin, end
    closing = re.compile(rf"^{opening['mark']}[ \t]*\r?$", re.MULTILINE)
    first = closing.search(source, opening.end(), end)
    if first is None:
        return opening.end(), end
    is_whole = not source[first.end() : end].strip()
    return (opening.end(), first.start()) if is_whole else (begin, end)


def _find_stamps(source: str, layout: _Layout) -> tuple[Stamp, ...]:
    stamps = find_stamps(source, layout.begin, layout.end)
    if any(stamp.is_bare for stamp in stamps):
        code = _code_places(source, layout, stamps)
        if code:
            stamps = find_stamps(source, layout.begin, layout.end, code=code)
    return stamps


_CODE = re.compile(
    r"^[ ]{0,3}(?P<fence>```+(?![^`\n]*`)|~~~+)"
    r"(?:(?!^[ ]{0,3}(?P=fence)).*\n?)*(?P<close>^[ ]{0,3}(?P=fence).*)?"
    r"|(?<!`)`[^`\n]{1,400}`(?!`)",
    re.MULTILINE,
)


def _code_places(source: str, layout: _Layout, stamps: tuple[Stamp, ...]) -> set[int]:
    """Return where bare times stand in code.

    A fence with anchors in it, or one that never ends, is a stray fence around prose.
    """
    if "`" not in source and "~~~" not in source:
        return set()
    begins = [stamp.span[0] for stamp in stamps]
    places: set[int] = set()
    for code in _CODE.finditer(source, layout.begin, layout.end):
        if begins[-1] < code.start():
            break
        inside = stamps[bisect_left(begins, code.start()) : bisect_left(begins, code.end())]
        is_stray = code["fence"] and not code["close"]
        if not is_stray and all(stamp.is_bare for stamp in inside):
            places.update(stamp.span[0] for stamp in inside)
    return places


def _read_tokens(
    source: str, stamps: tuple[Stamp, ...], layout: _Layout, *, is_html: bool
) -> list[Token]:
    text = mask(source, stamps, layout.begin, layout.end)
    tokens = read_html(text) if is_html else read_markdown(text)
    return check_tokens(islice(tokens, _MOST_TOKENS), source, stamps)


def _read_video_id(header: dict[str, str], page: PageFacts) -> tuple[str | None, list[Problem]]:
    written = header.get("videoId", "").strip()
    if not written or written == "empty":
        return page.video_id, []
    video_id = parse_video_id(written)
    if video_id:
        return video_id, []
    message = (
        f"videoId {written[:40]!r} is no video id; write the eleven characters after v= "
        "in the video's address"
    )
    return None, [Problem(1, message, "video-invalid")]


def _read_index(source: str, layout: _Layout) -> Iterable[tuple[str, str]]:
    if "](http" not in source:
        return
    for entry in _INDEX_ENTRY.finditer(source, layout.begin, layout.end):
        video_id = parse_video_id(entry["url"])
        title = clean_title(entry["title"])
        if video_id and title:
            yield video_id, title


def _unreadable(stamps: tuple[Stamp, ...]) -> Iterable[Problem]:
    for stamp in stamps:
        if stamp.reading is Reading.UNREADABLE:
            shown = (stamp.raw or stamp.label)[:40]
            yield Problem(
                stamp.line,
                f"stamp time {shown!r} is not H:MM:SS; write for instance 0:01:19",
                "stamp-unreadable",
            )
