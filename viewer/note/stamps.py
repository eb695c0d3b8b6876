"""Finds every stamp in the source of a note, however it is written, with its place.

The lexer works on the source, before any Markdown: a broken anchor would otherwise swallow the
words after it. It reads each stamp literally; `timeline/reading.py` decides, with all the notes
of the video at hand, whether that reading stands.

Every pattern is linear: repetitions are bounded, and what one alternative may take no other may
begin with. Notes hold lines of 300,000 spaces.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator
from itertools import accumulate, islice
from typing import NamedTuple

from viewer.note.model import Reading, Stamp
from viewer.note.times import TIME, has_link_time, read_time

MOST_STAMPS = 20_000
"""Stamps of one note that are read; a note that cites more is a loop of its generator."""

_JOINED = r"[ ]{0,3}(?:[,;|&~]|-{1,2}|[\u2013\u2014]|to|and)[ ]{0,3}"
_TIMES = rf"\d{{1,3}}(?::\d{{1,3}}){{1,3}}(?:{_JOINED}\d{{1,3}}(?::\d{{1,3}}){{1,3}})*"
_VIDEO_LINK = r"https?://(?:www\.|m\.)?(?:youtube\.com|youtu\.be)/[^\s<>\"'()\[\]]{1,200}"

_CANDIDATE = re.compile(
    rf"""
      <(?P<canonical> a[ ]class="yt-timestamp"[ ]data-t="(?P<raw>[\d:]{{4,12}})">
                     (?P<label>\[[\d:]{{4,12}}\])</a> )
    | <(?P<tag> [ ]?(?:[aApP]|[sS][pP][aA][nN])(?=%20|\s)
               (?:[^<>]|(?<=yt)>(?=timestamp")){{0,300}} >? )
    | \[(?P<bracket> (?P<double>\[)?[ ]? (?P<times>{_TIMES}) [ ]?\](?(double)\]?) )
    | \((?P<paren> (?P<parentime>{_TIMES}) \) )
    | \](?P<words> \( (?: \#t= | (?P<link>{_VIDEO_LINK}) | (?=\d{{1,3}}:\d) ) )
    | \|(?P<piped> [ ]{{0,3}} \(? (?P<pipetime>{_TIMES}) \)? [ ]{{0,3}} (?=\]\]) )
    | h(?P<bare> {_VIDEO_LINK[1:]} )
    """,
    re.ASCII | re.VERBOSE,
    # Every branch begins with a character outside its group, which `re` looks for very quickly.
)
_STAMP_TAG = re.compile(r"yt.{0,2}timestamp|\byt[\"'\-_=:{>]|data-?t|data-?\s?=|data-\d", re.I)
_DATA = re.compile(
    r"data[-\w]{0,12}\s{0,2}=\s{0,2}(?:t=)?(?:\"([^\"<>]*)|'([^'<>]*)|([^\s\"'<>]*))", re.I
)
_HREF = re.compile(_VIDEO_LINK, re.A | re.I)
_LABEL = re.compile(r"[^<>\n]{0,80}")
_TIME_LABEL = re.compile(r"[ ]{0,2}[\[(]{0,2}[\d:]{2,16}[\])}>]{0,3}", re.ASCII)
_PROSE = re.compile(
    r"(?!\s*(?:link|source|timestamp|video|here)\s*\Z)[^\[]{0,80}?[^\W\d_]{2}", re.I
)
"""Words without brackets are the note's text, but for what only says that here is a link."""
_NAME = re.compile(r"(?:\A|[^\w])(?:[a-zA-Z]|\w{0,9}[\d_]\w{0,9})\Z", re.ASCII)
"""What a slice of code is taken of: `a[1:10]`."""
_CLOSE = re.compile(r"\s{0,2}</\s?[a-z]{1,4}\s?>", re.I)
_TARGET = re.compile(r"\([^()\s<>]{0,300}\)")


class Found(NamedTuple):
    """A stamp's place and words, before its time is read."""

    begin: int
    end: int
    raw: str
    label: str
    words: str = ""
    is_bare: bool = False
    is_weak: bool = False
    """A time only in company: (3:16) may be a verse."""


def find_stamps(
    source: str, begin: int = 0, end: int | None = None, *, code: Container[int] = ()
) -> tuple[Stamp, ...]:
    """Return the stamps of `source[begin:end]` in order.

    Times that begin at one of the places `code` are code, and left alone.
    """
    places = Places(source)
    stamps: list[Stamp] = []
    everything = _find(source, begin, len(source) if end is None else end)
    for at, stop, raw, label, words, is_bare, _ in _in_company(everything):
        if at in code:
            continue
        start, reading, range_end = read_time(raw, label)
        if reading is Reading.UNREADABLE and is_bare:
            continue
        line, column = places.of(at)
        span = (at, stop)
        stamps.append(
            Stamp(
                raw, label, start, reading, line, column, span, 1.0, range_end, words, is_bare
            )  # by position: it is made dozens of times a note
        )
    return tuple(stamps)


def _find(source: str, begin: int, end: int) -> Iterator[Found]:
    at = free = begin
    while match := _CANDIDATE.search(source, at, end):
        found = _FINDERS[match.lastgroup or ""](source, match, end)
        if found and found[0].begin >= free:
            yield from found
            at = free = found[-1].end
        else:
            at = match.start() + 1


def _in_company(stamps: Iterable[Found]) -> list[Found]:
    """Return `stamps` without the weak ones that have no company: at least two others."""
    found = list(islice(stamps, MOST_STAMPS))
    return found if len(found) > 2 else [one for one in found if not one.is_weak]


def _find_tag(source: str, match: re.Match[str], end: int) -> list[Found]:
    inside = html.unescape(match[0])
    link = _HREF.search(inside)
    if link and has_link_time(link[0]):
        raw = link[0]
    elif _STAMP_TAG.search(inside):
        data = _DATA.search(inside)
        raw = next((value for value in data.groups() if value is not None), "") if data else ""
        if not raw and (elsewhere := TIME.search(inside)):
            raw = elsewhere[0]
    else:
        return []
    begin, stop = match.span()
    label, words = "", ""
    if match[0].endswith(">"):
        stop, label, words = _read_label(source, stop, end)
    elif close := _CLOSE.match(source, stop, end):
        stop = close.end()  # data-t="00:15:11]-[00:15:24]</a>: the quote is never closed
    begin, stop = _widen(source, begin, stop)
    return [Found(begin, stop, raw.strip(), label, words)]


def _read_label(source: str, at: int, end: int) -> tuple[int, str, str]:
    """Return where the stamp ends, its label, and the words in it that are no label."""
    text = _LABEL.match(source, at, end)
    assert text is not None  # it matches the empty string too
    close = _CLOSE.match(source, text.end(), end)
    if close:
        words = text[0] if _PROSE.match(text[0]) else ""
        return close.end(), "" if words else text[0].strip(), words
    shown = _TIME_LABEL.match(source, at, end)  # never closed: [00:01:37]>.
    return (shown.end(), shown[0].strip(), "") if shown else (at, "", "")


def _widen(source: str, begin: int, stop: int) -> tuple[int, int]:
    """Return the range with the Markdown link around a tag: `[T](<a …>T</a>)` is one stamp."""
    if source.endswith("](", 0, begin):
        opening = source.rfind("[", max(0, begin - 24), begin)
        if opening >= 0 and TIME.fullmatch(source[opening + 1 : begin - 2].strip()):
            return opening, stop + source.startswith(")", stop)  # some are never closed
    return begin, stop


def _find_bracket(source: str, match: re.Match[str], end: int) -> list[Found]:
    begin, stop = match.span()
    if source.startswith("(", stop):
        target = _TARGET.match(source, stop, end)
        if target:  # [T](#t=T), [T](https://youtu.be/…): the time shown decides
            return [Found(begin, target.end(), match["times"], match[0])]
        if source.startswith("(<", stop):
            return []  # the tag inside the link target is the stamp
    return _split(match, match["times"]) if _is_clock(source, match, match["times"]) else []


def _find_paren(source: str, match: re.Match[str], end: int) -> list[Found]:
    if not _is_clock(source, match, match["parentime"]):
        return []
    fields = [int(part) for part in TIME.findall(match[0])[0].split(":")]
    if sum(fields) == 100:
        return []  # (50:25:25) shares out a hundred
    found = _split(match, match["parentime"])
    return found if len(fields) > 2 else [one._replace(is_weak=True) for one in found]


def _is_clock(source: str, match: re.Match[str], times: str) -> bool:
    """Tell whether bare `times` read as a clock does: no slice `a[1:10]`, no ratio (2:1)."""
    first = TIME.findall(times)[0].split(":")
    if len(first) > 2:
        return len(first) == 4 or all(int(field) < 60 for field in first[1:]) or match[0][0] == "["
    is_slice = _NAME.search(source[max(0, match.start() - 20) : match.start()])
    return len(first[1]) == 2 and int(first[1]) < 60 and not is_slice


def _find_piped(source: str, match: re.Match[str], end: int) -> list[Found]:
    """Find the stamp in place of a link's label: `[[page | 00:09:19]]` is a link and a stamp."""
    return [Found(*match.span(), match["pipetime"], match["pipetime"], is_bare=True)]


def _split(match: re.Match[str], times: str) -> list[Found]:
    """Return the stamps of one pair of brackets: a list is several, a range is one."""
    found = re.finditer(r"[^,;|&\s]+(?:\s*(?:-|\u2013|\u2014|to)\s*[^,;|&\s]+)?", times)
    parts = list(islice(found, MOST_STAMPS))
    parts = [part for part in parts if TIME.search(part[0])]
    begin, stop = match.span()
    if len(parts) == 1:
        return [Found(begin, stop, times, match[0], is_bare=True)]
    offset = match.start() + match[0].index(times)
    edges = [begin, *(offset + part.start() for part in parts[1:]), stop]
    return [
        Found(edges[index], edges[index + 1], part[0], f"[{part[0]}]", is_bare=True)
        for index, part in enumerate(parts)
    ]


def _find_words(source: str, match: re.Match[str], end: int) -> list[Found]:
    """Find the stamp in the target of a link whose text is the note's: `[words](T)`."""
    target = _TARGET.match(source, match.start() + 1, end)
    opening = source.rfind("[", max(0, match.start() - 300), match.start())
    if not target or opening < 0:
        return []
    raw = target[0][1:-1]
    if match["link"] and not has_link_time(raw):
        return []
    words = source[opening + 1 : match.start()]
    if TIME.fullmatch(words.strip("[] ")):
        return [Found(opening, target.end(), raw, f"[{words}]")]
    return [Found(opening, target.end(), raw, "", words)]


def _find_link(source: str, match: re.Match[str], end: int) -> list[Found]:
    url = match[0].rstrip(".,;:!?")
    if not has_link_time(url):
        return []
    begin, stop = match.start(), match.start() + len(url)
    if source[begin - 1 : begin] == "<" and source[stop : stop + 1] == ">":
        begin, stop = begin - 1, stop + 1
    return [Found(begin, stop, url, url, is_bare=True)]


def _find_canonical(source: str, match: re.Match[str], end: int) -> list[Found]:
    begin, stop = match.span()
    if source.startswith("(", begin - 1):
        begin, stop = _widen(source, begin, stop)
    return [Found(begin, stop, match["raw"], match["label"])]


_FINDERS = {
    "canonical": _find_canonical,
    "tag": _find_tag,
    "bracket": _find_bracket,
    "paren": _find_paren,
    "words": _find_words,
    "piped": _find_piped,
    "bare": _find_link,
}


class Places:
    """Line and column, both from 1, of a place in the source."""

    def __init__(self, source: str) -> None:
        ends: Iterable[int]
        if "\r" in source:
            ends = (match.end() for match in re.finditer(r"\r\n|\n|\r", source))
        else:
            ends = accumulate(len(line) + 1 for line in source.split("\n"))
        self._starts = [0, *ends]

    def of(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1
