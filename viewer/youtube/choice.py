"""Which of a video's captions to take: the wanted language first, a person's before a machine's.

Works on what yt-dlp says of a video, which is what the site says: nothing in it is taken on trust.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from viewer.language import clean_language
from viewer.transcript.model import base_language
from viewer.youtube.model import Request

_SUFFIXES = (".json3", ".vtt")
"""The best first: json3 has no rolling lines to undo."""
_MOST = 500
"""Languages that are looked at; a video has some 200 with all translations."""


class Offer(NamedTuple):
    """Captions that there are."""

    language: str
    is_generated: bool
    is_translated: bool
    """By a machine, from captions in another language."""
    addresses: tuple[tuple[str, str], ...]
    """Suffix and address, the best first."""


def list_offers(manual: object, automatic: object) -> tuple[Offer, ...]:
    """Return the captions in yt-dlp's `subtitles` and `automatic_captions`."""
    offers = [*_read_offers(manual, is_generated=False)]
    return (*offers, *_read_offers(automatic, is_generated=True))


def own_language(info: Mapping[str, object], offers: Iterable[Offer]) -> str | None:
    """Return the language that is spoken: as the site says, or that speech recognition heard."""
    stated = clean_language(info.get("language"))
    heard = (o.language for o in offers if o.is_generated and not o.is_translated)
    return stated or next(heard, None)


def choose_offer(offers: Iterable[Offer], request: Request, own: str | None) -> Offer | None:
    """Return the best of `offers`, or None where none is in a language that would do.

    A machine's translation is taken only where its language was asked for and nothing else will
    do: it is not what was said.
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
    """Yield those in `language`: the exact one first, but a person's before a machine's."""
    base = base_language(language)
    alike = [offer for offer in offers if base_language(offer.language) == base]
    yield from sorted(
        alike, key=lambda offer: (offer.is_generated, offer.language.lower() != language.lower())
    )


def _read_offers(found: object, *, is_generated: bool) -> Iterator[Offer]:
    if not isinstance(found, Mapping):
        return
    seen: set[tuple[str, bool]] = set()
    for tag, forms in [*found.items()][:_MOST]:
        language = clean_language(tag)
        addresses = [*_read_addresses(forms)]
        if language is None or not addresses:  # "live_chat", and what is no name of a language
            continue
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
