"""A note → safe HTML with its claims marked in place.

Three steps. The blocks are written as HTML from tokens: tags we know, text escaped, and
placeholders where stamps, claims and wikilinks go. nh3 sanitises the result. Then the
placeholders, which no note can contain, give way to our own elements, made from data.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

import nh3
from markupsafe import Markup, escape

from viewer.note.blocks import PLACEHOLDER, Block, Token, stamp_number
from viewer.note.claims import Segment, find_segments
from viewer.note.model import Claim, Note, Stamp

_TAGS = set(
    "a b i em strong p br h1 h2 h3 h4 h5 h6 ul ol li blockquote code pre "
    "table thead tbody tr td th sup sub hr del span".split()
)
_CLAIM, _CLAIM_END = 0x100000, "\U0010fffd"
_LINK, _LINK_END = 0x108000, "\U0010fffc"
_MOST = 0x7000
"""Claims and wikilinks of one note that get a mark."""
_HIDDEN = {"&": "\U0010fff1", "<": "\U0010fff2", ">": "\U0010fff3"}
"""What text is written with while it is sanitised, which is quadratic in entities."""
_HIDE = str.maketrans(_HIDDEN)
_DEEPEST = 100
"""Inline tags that are open at once; sanitisers are quadratic in depth."""
_FOREIGN = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
"""How a link may begin: a relative one would lead to a page of ours, or to anywhere (`//…`)."""
OPEN_CLAIM = Markup('<span class="claim" data-claim="%s">')
"""How a claim of the prose begins; no note can hold a tag like it."""
_LONGEST = 4000
"""Characters of a link's address."""
_MARK = re.compile(
    f"{PLACEHOLDER.pattern}|(?P<claim>[\U00100000-\U00107fff])|(?P<link>[\U00108000-\U0010fff0])"
    f"|{_CLAIM_END}|{_LINK_END}"
)


def render_prose(
    blocks: Iterable[Token | Block],
    note: Note,
    *,
    claim_ids: Sequence[str],
    stamp_html: Callable[[Stamp, str], Markup],
    open_link: Callable[[str], Markup],
) -> Markup:
    """Return the note's prose as HTML.

    `claim_ids` are the ids of `note.claims` in order; `stamp_html` makes a stamp of the claim with
    a given id; `open_link` makes the tag `<a …>` of a wikilink to a target.
    """
    writer = _Writer(note)
    for node in blocks:
        writer.write(node)
    clean = nh3.clean(
        writer.html(),
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    for char, hidden in _HIDDEN.items():
        clean = clean.replace(hidden, escape(char))
    owners = {number: claim for claim in note.claims for number in claim.numbers}

    def mark(match: re.Match[str]) -> str:
        if match["claim"]:
            claim_id = claim_ids[ord(match["claim"]) - _CLAIM]
            return OPEN_CLAIM % claim_id
        if match["link"]:
            return open_link(writer.links[ord(match["link"]) - _LINK])
        if match[1]:
            number = stamp_number(match)
            owner = owners.get(number)
            claim_id = claim_ids[owner.position] if owner else ""
            return stamp_html(note.stamps[number], claim_id)
        return "</span>" if match[0] == _CLAIM_END else "</a>"

    return Markup(_MARK.sub(mark, clean))  # noqa: S704 - sanitised above, marks made from data


class _Writer:
    """Writes tokens and blocks as HTML, every tag closed and every text escaped."""

    def __init__(self, note: Note) -> None:
        self._claims: dict[int, Claim] = {claim.numbers[0]: claim for claim in note.claims}
        self._parts: list[str] = []
        self._open: list[str] = []
        self.links: list[str] = []

    def html(self) -> str:
        return "".join([*self._parts, *(f"</{tag}>" for tag in reversed(self._open))])

    def write(self, node: Token | Block) -> None:
        if isinstance(node, Block):
            self._write_block(node)
        elif node.kind == "rule":
            self._parts.append("<hr>")
        elif node.kind == "open":
            tag = _deeper(node.value)
            self._open.append(tag)
            self._parts.append(f"<{tag}>")
        elif (tag := _deeper(node.value)) in self._open:
            while True:
                last = self._open.pop()
                self._parts.append(f"</{last}>")
                if last == tag:
                    break

    def _write_block(self, block: Block) -> None:
        segments = find_segments(block.text)
        at = 0
        open_inlines: list[str] = []
        link_end, held = "", ""
        for kind, value in block.inlines:
            if kind in ("text", "break"):
                shown, stamps = self._mark_text(value, at, segments, in_link=bool(link_end))
                self._parts.append(shown)
                held += stamps
                at += len(value)
            elif kind == "open" and len(open_inlines) < _DEEPEST:
                open_inlines.append(value)
                self._parts.append(f"<{value}>")
            elif kind == "close" and value in open_inlines:
                while (last := open_inlines.pop()) != value:
                    self._parts.append(f"</{last}>")
                self._parts.append(f"</{value}>")
            elif kind in ("wikilink", "href") and not link_end:
                link_end = self._open_link(kind, value)
            elif kind == "unlink" and link_end:
                self._parts.append(link_end + held)
                link_end, held = "", ""
        self._parts.append(link_end + held)
        self._parts += [f"</{tag}>" for tag in reversed(open_inlines)]

    def _open_link(self, kind: str, target: str) -> str:
        """Begin a link and return what ends it."""
        if kind == "href" and _FOREIGN.match(target) and len(target) < _LONGEST:
            self._parts.append(f'<a href="{escape(target)}">')
            return "</a>"
        if kind == "href" or len(self.links) >= _MOST:
            return ""
        self._parts.append(chr(_LINK + len(self.links)))
        self.links.append(target)
        return _LINK_END

    def _mark_text(
        self, text: str, at: int, segments: list[Segment], *, in_link: bool
    ) -> tuple[str, str]:
        """Return `text` escaped, with the claims in it marked, and the stamps held back.

        Links don't nest, so a stamp inside one is held until the link ends.
        """
        parts: list[str] = []
        end = at + len(text)
        done = at
        first = bisect_right(segments, at, key=lambda segment: segment.end)
        for index in range(first, len(segments)):
            segment = segments[index]
            if segment.begin >= end:
                break
            begin, stop = max(segment.begin, at), min(segment.end, end)
            claim = self._claims.get(segment.numbers[0])
            if begin >= stop or claim is None or claim.position >= _MOST:
                continue
            parts.append(text[done - at : begin - at].translate(_HIDE))
            parts.append(chr(_CLAIM + claim.position))
            parts.append(text[begin - at : stop - at].translate(_HIDE))
            parts.append(_CLAIM_END)
            done = stop
        parts.append(text[done - at :].translate(_HIDE))
        shown = "".join(parts)
        if not in_link:
            return shown, ""
        stamps = "".join(match[0] for match in PLACEHOLDER.finditer(shown))
        return PLACEHOLDER.sub("", shown), stamps


def _deeper(tag: str) -> str:
    """Return the tag for a note's heading one level down: the page has its own above them."""
    return f"h{min(6, int(tag[1]) + 1)}" if tag[0] == "h" and tag[1:].isdigit() else tag
