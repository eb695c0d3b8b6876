"""Failures in words, and the age of yt-dlp."""

from datetime import date

import pytest

from viewer.youtube.messages import STEPS, explain
from viewer.youtube.model import Failure, Reason, Step
from viewer.youtube.reasons import classify, tidy
from viewer.youtube.tool import Tool, find_tool

NEW, OLD = Tool("2026.11.20", 2), Tool("2026.08.19", 95)


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("quote", ["", "HTTP 503"])
def test_every_reason_has_words_for_what_happened_and_what_to_do(reason, quote):
    words = explain(Failure(reason=reason, quote=quote, languages=("de",)), NEW)
    what, do = words.split("; ", 1)
    assert len(what) > 10
    assert len(do) > 5
    assert not {"{", "}", "()", "None"} & set(words)


def test_every_step_has_words():
    assert STEPS.keys() == set(Step)


def test_a_yt_dlp_that_is_old_is_named_where_it_may_be_the_cause():
    assert explain(Failure(reason=Reason.NO_CAPTIONS), OLD).endswith(
        "as well. yt-dlp 2026.08.19 is 95 days old, and YouTube may have changed since; update it: "
        "pip install -U 'yt-dlp[default,deno]'"
    )
    told_already = explain(Failure(reason=Reason.BROKEN), OLD)
    assert told_already.count("pip install") == 1
    assert "yt-dlp 2026.08.19 is 95 days old" in told_already
    assert "days old" not in explain(Failure(reason=Reason.PRIVATE), OLD)
    assert "days old" not in explain(Failure(reason=Reason.NO_CAPTIONS), NEW)


@pytest.mark.parametrize(
    ("version", "tool"),
    [
        ("2026.8.19", Tool("2026.08.19", 95)),
        ("2026.08.24.1", Tool("2026.08.24", 90)),
        ("1.0", None),
        ("2026.13.1", None),
    ],
)
def test_a_version_of_yt_dlp_is_its_date(monkeypatch, version, tool):
    monkeypatch.setattr("viewer.youtube.tool.version", lambda _: version)
    found = find_tool(date(2026, 11, 22))
    assert found == tool
    assert found is None or found.is_old == (found.age > 90)


def test_many_languages_are_not_all_listed():
    failure = Failure(reason=Reason.NO_LANGUAGE, languages=tuple(f"x{n}" for n in range(50)))
    assert "x19, …;" in explain(failure, NEW)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ERROR: [youtube] abc: Sign in to confirm you’re not a bot. Use --cookies", Reason.BOT),
        ("Video unavailable. YouTube is requiring a captcha challenge", Reason.BOT),
        ("Unable to download webpage: HTTP Error 429: Too Many Requests", Reason.TOO_MANY),
        ("All player responses are invalid. Your IP is likely being blocked", Reason.TOO_MANY),
        ("Unable to download API page: HTTP Error 503: Service Unavailable", Reason.SERVER),
        ("This video is age-restricted", Reason.AGE),
        ("Video unavailable. This video is private", Reason.PRIVATE),
        ("This video is available to this channel's members on level: Gold", Reason.MEMBERS),
        ("Video unavailable. This video contains content from X, who has blocked it in your "
         "country on copyright grounds", Reason.REGION),
        ("Premieres in 4 hours", Reason.UPCOMING),
        ("This live stream recording is not available.", Reason.LIVE),
        ("This video is no longer available because the YouTube account associated with this video "
         "has been terminated.", Reason.REMOVED),
        ("Video unavailable", Reason.REMOVED),
        ("The uploader has had a thought", None),
    ],
)  # fmt: skip
def test_what_words_mean(text, reason):
    assert classify(text) == reason


def test_yt_dlps_own_advice_is_not_handed_on():
    said = (
        "\x1b[0;31mERROR:\x1b[0m [youtube] qd7ezvCtIYg: Sign in to confirm your age. Use --cookies-"
        "from-browser or --cookies for the authentication. See  https://github.com/yt-dlp"
    )
    assert tidy(said) == "Sign in to confirm your age"
    assert len(tidy("x" * 10_000)) == 300
