"""Which of a video's captions are taken."""

import pytest

from viewer.youtube.choice import choose_offer, clean_language, list_offers, own_language
from viewer.youtube.model import Request


def forms(tag, *, translated=False):
    url = f"https://www.youtube.com/api/timedtext?lang={tag}" + ("&tlang=x" * translated)
    return [{"ext": ext, "url": f"{url}&fmt={ext}"} for ext in ("json3", "srv1", "vtt")]


def choose(manual, automatic, *wanted, spoken=None, is_strict=False, translated=()):
    """Return the language that is taken, and whether a machine made it."""
    machine = {tag: forms(tag) for tag in automatic}
    machine |= {tag: forms(tag, translated=True) for tag in translated}
    offers = list_offers({tag: forms(tag) for tag in manual}, machine)
    own = own_language({"language": spoken}, offers)
    request = Request(video_id="qd7ezvCtIYg", languages=wanted, is_strict=is_strict)
    offer = choose_offer(offers, request, own)
    return offer and (offer.language, offer.is_generated)


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        pytest.param(choose(["en", "de"], [], "de"), ("de", False), id="the note's language"),
        pytest.param(choose(["en"], ["de"], "de"), ("de", True), id="the note's, if by a machine"),
        pytest.param(choose(["de"], ["de"], "de"), ("de", False), id="a person's first"),
        pytest.param(
            choose(["en", "fr"], ["fr-orig", "fr"], "de"), ("fr", False), id="else the video's own"
        ),
        pytest.param(choose(["en", "fr"], [], "de", spoken="fr"), ("fr", False), id="as stated"),
        pytest.param(choose(["en", "fr"], [], "de"), ("en", False), id="else English"),
        pytest.param(choose(["fr"], [], "de"), None, id="else none"),
        pytest.param(choose(["en"], [], "de", is_strict=True), None, id="no other, where asked"),
        pytest.param(choose(["pt-PT", "pt-BR"], [], "pt-BR"), ("pt-BR", False), id="the region"),
        pytest.param(choose(["pt-PT"], ["pt-BR"], "pt-BR"), ("pt-PT", False), id="or another"),
        pytest.param(
            choose([], ["ru-orig", "ru"], "en", translated=["en", "de"]),
            ("ru", True),
            id="what was said before a translation",
        ),
        pytest.param(
            choose([], ["ru-orig", "ru"], "en", translated=["en"], is_strict=True),
            ("en", True),
            id="a translation, where asked",
        ),
    ],
)
def test_the_captions_that_are_taken(given, chosen):
    assert given == chosen


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("EN-us", "en-US"),
        ("pt_BR", "pt-BR"),
        ("zh-hans", "zh-Hans"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("en-uYU-mmqFLq8", "en"),
        ("en-orig", "en"),
        ("live_chat", None),
        ("../../x", None),
        ("en/../x", None),
        ("en\n", None),
        ("e" * 5000, None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_the_name_of_a_language(tag, language):
    assert clean_language(tag) == language


def test_only_formats_that_are_read_are_asked_for():
    (offer,) = list_offers({"en": [*forms("en"), {"ext": "vtt", "url": "file:///etc/x"}]}, None)
    assert [suffix for suffix, _ in offer.addresses] == [".json3", ".vtt"]
    assert all(url.startswith("https://www.youtube.com/") for _, url in offer.addresses)
