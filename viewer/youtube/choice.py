"""Which of a video's captions to take: the wanted language first, a person's before a machine's.

Input is what yt-dlp read from the site, so the type of each part is checked.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from viewer.language import clean_language
from viewer.transcript.model import base_language
from viewer.youtube.model import Request

_SUFFIXES = (".json3", ".vtt")
"""The best first: automatic captions repeat their rolling lines in WebVTT, and not in json3."""
_MOST = 500
"""The most languages that are looked at; a video has about 200 with all translations."""


class Offer(NamedTuple):
    """Captions that the site offers."""

    language: str
    is_generated: bool
    """True if speech recognition made them."""
    is_translated: bool
    """True if a machine translated them from captions in another language."""
    addresses: tuple[tuple[str, str], ...]
    """Suffix and address of each format, the best first."""


def list_offers(manual: object, automatic: object) -> tuple[Offer, ...]:
    """Return the captions in yt-dlp's `subtitles` and `automatic_captions`."""
    offers = [*_read_offers(manual, is_generated=False)]
    return (*offers, *_read_offers(automatic, is_generated=True))


def own_language(info: Mapping[str, object], offers: Iterable[Offer]) -> str | None:
    """Return the spoken language: the site's statement, else that of its speech recognition."""
    stated = clean_language(info.get("language"))
    recognized = (o.language for o in offers if o.is_generated and not o.is_translated)
    return stated or next(recognized, None)


def choose_offer(offers: Iterable[Offer], request: Request, own: str | None) -> Offer | None:
    """Return the best of `offers`; None if none is in a language that will do.

    A machine's translation is not what was said. It is taken for strict requests only, and after
    all originals.
    """
    wanted = [*request.languages]
    if not request.is_strict:
        wanted += [own, "en"] if own else ["en"]
    originals = [offer for offer in offers if not offer.is_translated]
    pools = [originals, [*offers]] if request.is_strict else [originals]
    for pool in pools:
        ranked = sorted(pool, key=lambda offer: offer.is_generated)
        for language in wanted:
            for offer in _match(ranked, language):
                return offer
    return None


def _match(offers: list[Offer], language: str) -> Iterator[Offer]:
    """Yield the offers in `language`: a person's before a machine's, then the exact tag first."""
    base = base_language(language)
    alike = [offer for offer in offers if base_language(offer.language) == base]
    yield from sorted(
        alike, key=lambda offer: (offer.is_generated, offer.language.lower() != language.lower())
    )


def _read_offers(listed: object, *, is_generated: bool) -> Iterator[Offer]:
    if not isinstance(listed, Mapping):
        return
    seen: set[tuple[str, bool]] = set()
    for tag, forms in [*listed.items()][:_MOST]:
        language = clean_language(tag)
        addresses = [*_read_addresses(forms)]
        if language is None or not addresses:  # "live_chat" is listed among the languages
            continue
        # The address of a translation names the target language.
        is_translated = is_generated and "tlang" in parse_qs(urlsplit(addresses[0][1]).query)
        if (language, is_translated) not in seen:
            seen.add((language, is_translated))
            yield Offer(language, is_generated, is_translated, tuple(addresses))


def _read_addresses(forms: object) -> Iterator[tuple[str, str]]:
    if not isinstance(forms, list | tuple):
        return
    by_suffix = {}
    for form in forms:
        if isinstance(form, Mapping) and form.get("protocol") in (None, "http", "https"):
            url = form.get("url")
            if isinstance(url, str) and url.startswith(("https://", "http://")):
                by_suffix[f".{form.get('ext')}"] = url
    for suffix in _SUFFIXES:
        if suffix in by_suffix:
            yield suffix, by_suffix[suffix]
