"""What yt-dlp finds → captions, or a reason in words: the real one, before a server of ours."""

import json

import pytest

from tests.factories import VIDEO
from tests.youtube.asking import prepare
from tests.youtube.site import JSON3, VTT, sorry, watch_page
from viewer.youtube.answer import read_answer
from viewer.youtube.json3_filter import BEGINNING, CAPTIONS_LIMIT
from viewer.youtube.messages import explain
from viewer.youtube.model import Reason, Request, Step
from viewer.youtube.tool import Tool
from viewer.youtube.worker import OPTIONS, answer

NEW = Tool("2026.11.20", 2)


def ask(site, kind="info", *languages, is_strict=False, steps=None, **options):
    """Return what the worker makes of `site`'s answers, as whoever started it reads that."""
    request = Request(video_id=VIDEO, languages=languages, is_strict=is_strict)
    asked, usual = prepare(kind, site.address)
    told = [] if steps is None else steps
    end = answer(request, told.append, asked, {**usual, **options})
    return read_answer(json.loads(json.dumps(end, default=lambda _: None)), VIDEO)


def words(fetched):
    assert fetched.captions is None
    return explain(fetched.failure, NEW)


# Success


def test_captions_and_facts_come_from_what_the_site_says_of_a_video(site):
    site.add_video(
        VIDEO,
        title="What the  law\nsays",
        channel="jcs",
        duration=600,
        language="en",
        thumbnail=f"https://i.ytimg.com/vi/{VIDEO}/hqdefault.jpg",
        chapters=[{"start_time": 0, "title": "Before"}, {"start_time": 60.5, "title": "After"}],
        subtitles=site.captions("en"),
    )
    steps = []
    fetched = ask(site, steps=steps)
    assert fetched.failure is None
    assert (fetched.captions.language, fetched.captions.suffix) == ("en", ".json3")
    events = json.loads(fetched.captions.text)["events"]
    said = "".join(segment["utf8"] for event in events for segment in event["segs"])
    assert (said, events[0]["tStartMs"]) == ("the law came late", 79000)
    assert events[0]["segs"][2]["tOffsetMs"] == 900
    info = fetched.info
    assert (info.title, info.channel, info.duration) == ("What the law says", "jcs", 600)
    assert [tuple(chapter) for chapter in info.chapters] == [
        (0, 60.5, "Before"),
        (60.5, 600, "After"),
    ]
    assert fetched.thumbnail == f"https://i.ytimg.com/vi/{VIDEO}/hqdefault.jpg"
    assert {"step": Step.CAPTIONS} in steps


def test_captions_of_a_page_come_by_an_extractor(site):
    track = site.add("/law.vtt", VTT)
    film = (
        f'<video src="{site.address}/film.mp4"><track kind="subtitles" srclang="en" src="{track}">'
    )
    site.add(f"/{VIDEO}.html", f"<html><title>Law</title><body>{film}</video></body></html>")
    steps = []
    fetched = ask(site, "page", steps=steps)
    assert (fetched.captions.suffix, fetched.captions.text) == (".vtt", VTT)
    assert {"step": Step.PAGE} in steps


def test_webvtt_will_do_where_json3_is_not_handed_out(site):
    forms = [
        *site.captions("en", status=404)["en"],
        *site.captions("en", body=VTT, ext="vtt")["en"],
    ]
    site.add_video(VIDEO, subtitles={"en": forms})
    assert ask(site).captions.suffix == ".vtt"


# YouTube's own extractor


PLAYABLE = {"formats": [{"itag": 18, "url": "http://x.googlevideo.com/v", "mimeType": "video/mp4"}]}


def heard(site, **query):
    address = site.add("/api/timedtext", JSON3) + "?v=x&lang=en" + query.get("more", "")
    track = {
        "baseUrl": address,
        "name": {"simpleText": "English (auto-generated)"},
        "vssId": "a.en",
        "languageCode": "en",
        "kind": "asr",
        "isTranslatable": True,
    }
    names = [{"languageCode": tag, "languageName": {"simpleText": tag}} for tag in ("en", "de")]
    renderer = {"captionTracks": [track], "translationLanguages": names}
    return {"playerCaptionsTracklistRenderer": renderer}


def test_youtubes_extractor_finds_what_was_heard(site):
    site.add(
        "/watch", watch_page(VIDEO, {"status": "OK"}, streamingData=PLAYABLE, captions=heard(site))
    )
    fetched = ask(site, "youtube", "de")
    assert (fetched.captions.language, fetched.captions.is_generated) == ("en", True)
    assert (fetched.info.title, fetched.info.duration, fetched.info.language) == ("Law", 600, "en")
    watch, captions = site.asked
    assert watch.startswith(f"/watch?v={VIDEO}")
    assert "tlang" not in captions


def test_a_translation_is_taken_where_it_was_asked_for_by_name(site):
    site.add(
        "/watch", watch_page(VIDEO, {"status": "OK"}, streamingData=PLAYABLE, captions=heard(site))
    )
    fetched = ask(site, "youtube", "de", is_strict=True)
    assert fetched.captions.language == "de"
    assert "tlang=de" in site.asked[-1]


@pytest.mark.parametrize(
    ("playability", "reason", "message"),
    [
        pytest.param(
            sorry(
                "Sign in to confirm you’re not a bot",
                "This helps protect our community. Learn more",
            ),
            Reason.BOT,
            "YouTube wants to see that no robot asks (“Sign in to confirm you’re not a bot”); wait "
            "some hours, or ask from another network: those of VPNs and data centres are asked "
            "most. Claimline never signs in",
            id="bot check",
        ),
        pytest.param(
            sorry("This content isn't available, try again later"),
            Reason.TOO_MANY,
            "YouTube takes no more requests from this address for now (This content isn't "
            "available, try again later); wait an hour or longer, then fetch what is still missing",
            id="too many requests, in words",
        ),
        pytest.param(
            sorry("Private video"),
            Reason.PRIVATE,
            "the video is private; only its owner can open it, and can save its captions as a file",
            id="private",
        ),
        pytest.param(
            sorry("Video unavailable", "This video has been removed by the uploader"),
            Reason.REMOVED,
            "the video is gone: removed, or its channel closed (Video unavailable. This video has "
            "been removed by the uploader); see whether the note’s video id is right",
            id="removed",
        ),
        pytest.param(
            {
                "status": "LOGIN_REQUIRED",
                "reason": "Sign in to confirm your age",
                "desktopLegacyAgeGateReason": 1,
            },
            Reason.AGE,
            "the video is for adults, and YouTube asks for an account; Claimline never signs in: "
            "save its captions as a file by other means",
            id="age",
        ),
        pytest.param(
            sorry("Join this channel to get access to members-only content like this video"),
            Reason.MEMBERS,
            "the video is for members of its channel; Claimline never signs in: save its captions "
            "as a file by other means",
            id="members only",
        ),
        pytest.param(
            sorry("This video requires payment to watch"),
            Reason.PAID,
            "the video has to be paid for; Claimline never signs in: save its captions as a file "
            "by other means",
            id="paid",
        ),
        pytest.param(
            {"status": "LIVE_STREAM_OFFLINE", "reason": "This live event will begin in 3 hours."},
            Reason.UPCOMING,
            "the video has not been shown yet; fetch its captions when it has been",
            id="upcoming",
        ),
        pytest.param(
            sorry(
                "Video unavailable",
                "The uploader has not made this video available in your country",
            ),
            Reason.REGION,
            "the video can’t be seen from this country (The uploader has not made this video "
            "available in your country); ask from where it can be seen",
            id="region",
        ),
        pytest.param(
            sorry("The moon is in the wrong house"),
            Reason.NO_CAPTIONS,
            "the video has no captions, not even automatic ones (The moon is in the wrong house); "
            "those come some hours after a video does, and not for every language; a file of "
            "captions from elsewhere will do as well",
            id="words that nobody knows",
        ),
    ],
)
def test_what_youtube_says_of_a_video_that_does_not_play(site, playability, reason, message):
    site.add("/watch", watch_page(VIDEO, playability))
    fetched = ask(site, "youtube")
    assert (fetched.failure.reason, words(fetched)) == (reason, message)
    assert fetched.info is None, "yt-dlp makes up a title where there is none"


def test_captions_that_want_a_token_are_told_apart_from_none(site):
    captions = heard(site, more="&exp=xpe")
    site.add(
        "/watch", watch_page(VIDEO, {"status": "OK"}, streamingData=PLAYABLE, captions=captions)
    )
    assert words(ask(site, "youtube")) == (
        "YouTube has captions, but withholds them from programs that show no “PO token”; try again "
        "some other day, with the newest yt-dlp: pip install -U 'yt-dlp[default,deno]'"
    )


def test_only_youtubes_extractor_is_loaded(site):
    def ask_elsewhere(ydl, _):
        return ydl.extract_info(site.add("/law.html", "<video>"), download=False)

    end = answer(Request(video_id=VIDEO), lambda _: None, ask_elsewhere, OPTIONS)
    assert end["reason"] == Reason.UNKNOWN
    assert "No suitable extractor" in end["quote"]
    assert site.asked == []


# What else fails


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        pytest.param(
            429,
            "",
            "YouTube takes no more requests from this address for now (HTTP 429); wait an hour or "
            "longer, then fetch what is still missing",
            id="429",
        ),
        pytest.param(
            404,
            "",
            "YouTube names captions, but does not hand them out (HTTP 404); try again later",
            id="404",
        ),
        pytest.param(
            503, "", "YouTube has a fault of its own (HTTP 503); try again later", id="503"
        ),
        pytest.param(
            200,
            "",
            "YouTube has captions, but withholds them from programs that show no “PO token”; try "
            "again some other day, with the newest yt-dlp: pip install -U 'yt-dlp[default,deno]'",
            id="nothing at all",
        ),
        pytest.param(
            200,
            "<html>Sorry…</html>",
            "what YouTube answered can’t be read as captions; try again with the newest yt-dlp: "
            "pip install -U 'yt-dlp[default,deno]'",
            id="a page",
        ),
        pytest.param(
            200,
            b"[" * (CAPTIONS_LIMIT + 1),
            "what YouTube answered is too large to be captions; try again; where it stays so, keep "
            "a file of captions from elsewhere",
            id="too much",
        ),
    ],
)
def test_captions_that_are_not_handed_out(site, status, body, message):
    site.add_video(VIDEO, subtitles=site.captions("en", body=body, status=status))
    fetched = ask(site)
    assert words(fetched) == message
    assert fetched.info.title == "Law", "what is known of the video is kept"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        pytest.param(
            {},
            "the video has no captions, not even automatic ones; those come some hours after a "
            "video does, and not for every language; a file of captions from elsewhere will do as "
            "well",
            id="none",
        ),
        pytest.param(
            {"live_status": "is_live"},
            "the video is live now; its captions come when it has ended, mostly within hours",
            id="live",
        ),
        pytest.param(
            {"live_status": "is_upcoming"},
            "the video has not been shown yet; fetch its captions when it has been",
            id="upcoming",
        ),
    ],
)
def test_videos_without_captions(site, facts, message):
    site.add_video(VIDEO, **facts)
    assert words(ask(site)) == message


def test_a_language_that_there_is_not_is_told_with_those_there_are(site):
    site.add_video(
        VIDEO,
        subtitles={**site.captions("de", "pt-BR"), "live_chat": [{"ext": "json", "url": "x"}]},
        automatic_captions=site.captions("de-orig", "de"),
    )
    fetched = ask(site, "info", "fr", is_strict=True)
    assert fetched.failure.languages == ("de", "pt-BR")
    assert words(fetched) == (
        "the video has no captions in a language that was wanted; it has de, pt-BR; choose one of "
        "those (--language)"
    )


@pytest.mark.parametrize(
    ("address", "said"),
    [
        pytest.param("http://127.0.0.1:1", "Connection refused", id="a closed port"),
        pytest.param("http://nowhere.invalid", "Name or service not known", id="no such name"),
    ],
)
def test_no_network(site, address, said):
    site.address = address
    assert words(ask(site)) == (
        f"YouTube can’t be reached ({said}); see whether this machine is online, and whether a "
        "filter or firewall keeps YouTube out"
    )


def test_a_proxy_that_does_not_answer(site):
    site.add_video(VIDEO)
    assert words(ask(site, proxy="http://127.0.0.1:1")) == (
        "the proxy does not answer, or refuses; see what the variables http_proxy and https_proxy "
        "say"
    )


def test_a_certificate_of_someone_else(site):
    from yt_dlp.networking.exceptions import CertificateVerifyError

    def refuse(*_):
        raise CertificateVerifyError("self-signed certificate in certificate chain")

    end = answer(Request(video_id=VIDEO), lambda _: None, refuse, OPTIONS)
    assert words(read_answer(end, VIDEO)) == (
        "the certificate of what answered as YouTube can’t be trusted; a filter may be reading "
        "along: where that is meant, name its certificate in SSL_CERT_FILE"
    )


@pytest.mark.parametrize(
    ("version", "message"),
    [
        pytest.param(
            None,
            "no captions were found, and no JavaScript runtime either, which yt-dlp needs for "
            "YouTube; install one: pip install -U 'yt-dlp[default,deno]'",
            id="none",
        ),
        pytest.param(
            "1.46.3",
            "no captions were found, and the JavaScript runtime is too old for yt-dlp; install a "
            "newer Deno: pip install -U 'yt-dlp[default,deno]'",
            id="old",
        ),
    ],
)
def test_javascript_that_is_missing_or_old(site, tmp_path, version, message):
    site.add_video(VIDEO)
    runtime = tmp_path / "deno"
    if version:
        runtime.write_text(f"#!/bin/sh\necho 'deno {version} (release)'\n")
        runtime.chmod(0o755)
    fetched = ask(site, js_runtimes={"deno": {"path": str(runtime)}})
    assert words(fetched) == message


def test_an_answer_that_is_no_video(site):
    site.add(f"/{VIDEO}.json", {"_type": "playlist", "entries": [], "id": VIDEO})
    assert words(ask(site, "raw")) == (
        "yt-dlp failed: YouTube answered with something that is no video; try again with the "
        "newest one: pip install -U 'yt-dlp[default,deno]'"
    )


# What a site could send to do harm


def test_hostile_facts_are_left_out_one_by_one(site):
    site.add_video(
        VIDEO,
        title=["<script>"],
        channel="</script>\u202e\x00<img src=x onerror=alert(1)>",
        duration="600",
        language="../../x",
        thumbnail="https://evil.example/pixel.gif",
        chapters=[
            {"start_time": float("nan"), "title": "a"},
            {"start_time": -5, "title": "b"},
            {"start_time": 0, "title": {"c": 1}},
            {"start_time": 10**400, "title": "d"},
            {"start_time": 3, "end_time": 9, "title": "<b>e</b>\n"},
            "f",
        ],
        subtitles={
            "../../x": [{"ext": "json3", "url": f"{site.address}/x"}],
            "en": [
                {"ext": "json3", "url": "file:///etc/passwd"},
                {"ext": "../vtt", "url": site.add("/x", VTT)},
                *site.captions("en")["en"],
            ],
        },
        automatic_captions=["en"],
    )
    fetched = ask(site, "raw")
    assert (fetched.captions.language, fetched.captions.suffix) == ("en", ".json3")
    info = fetched.info
    assert (info.title, info.duration, info.language, fetched.thumbnail) == (None,) * 4
    assert info.channel == "</script>\u202e <img src=x onerror=alert(1)>"
    assert info.chapters == ()
    assert site.asked[1:] == ["/en.json3"]


def test_of_captions_those_fields_are_kept_that_are_used(site):
    segments = [
        {"utf8": "the\0 \ud800law", "tOffsetMs": "40", "acAsrConf": -1, "x": [[]]},
        {"utf8": ["late"]},
        None,
    ]
    events = [
        "x",
        {"segs": segments},
        {"tStartMs": 10**12, "segs": segments},
        {"tStartMs": "9" * 5000, "segs": segments},
        {"tStartMs": 5, "dDurationMs": True, "aAppend": 1, "pPenId": 3, "segs": segments},
        {"tStartMs": 6, "segs": {}},
    ]
    site.add_video(VIDEO, subtitles=site.captions("en", body={"events": events, "pens": [{}]}))
    assert json.loads(ask(site).captions.text) == {
        "wireMagic": "pb3",
        "events": [
            {"tStartMs": 5, "aAppend": 1, "segs": [{"utf8": "the\ufffd ?law", "tOffsetMs": 40}]}
        ],
    }


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("[" * 100_000, id="deep"),
        pytest.param({"events": [[]] * 1000}, id="no events"),
        pytest.param({"events": [{"tStartMs": 1, "segs": [{"utf8": " \n"}]}]}, id="no words"),
        pytest.param({"events": {"tStartMs": 1}}, id="no list"),
        pytest.param([], id="no object"),
    ],
)
def test_json_that_holds_no_captions(site, body):
    site.add_video(VIDEO, subtitles=site.captions("en", body=body))
    assert ask(site).failure.reason == Reason.BROKEN


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        pytest.param(".json3", json.dumps(JSON3), id="not written anew"),
        pytest.param(".json3", BEGINNING + "é" * (CAPTIONS_LIMIT // 2), id="too large"),
        pytest.param(".json3", [BEGINNING], id="no text"),
        pytest.param(".vtt", "WEBVTT\n-->" + "é" * (CAPTIONS_LIMIT // 2), id="too large, WebVTT"),
        pytest.param(".exe", VTT, id="something else"),
    ],
)
def test_captions_that_no_worker_of_ours_answers(suffix, text):
    captions = {"language": "en", "suffix": suffix, "text": text}
    assert read_answer({"captions": captions}, VIDEO).failure.reason == Reason.BROKEN


def test_a_languages_name_that_is_a_path_is_no_language(site):
    site.add_video(VIDEO, subtitles=site.captions("../../x", "/etc/x", "en/../../x", "x" * 99))
    fetched = ask(site, "raw")
    assert fetched.failure.reason == Reason.NO_CAPTIONS
    assert site.asked == [f"/{VIDEO}.json"]


def test_facts_of_another_video_are_not_taken(site):
    site.add(f"/{VIDEO}.json", {"id": "abcdefghijk", "title": "Other", "formats": [1]})
    assert ask(site, "raw").info is None
