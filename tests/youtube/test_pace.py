"""How politely YouTube is asked."""

import pytest

from viewer.youtube.model import Failure, Reason
from viewer.youtube.pace import Manners, Pace

MANNERS = Manners(spacing=(3, 7), after_faults=(5, 30), after_refusals=(60, 300))


def failure(reason):
    return Failure(reason=reason)


@pytest.mark.parametrize(
    ("reason", "waits"),
    [
        pytest.param(Reason.NETWORK, [5, 30, None], id="a fault of the network"),
        pytest.param(Reason.SERVER, [5, 30, None], id="of the site"),
        pytest.param(Reason.TIMEOUT, [5, 30, None], id="slow"),
        pytest.param(Reason.TOO_MANY, [60, 300, None], id="refused"),
        pytest.param(Reason.BOT, [None], id="no robot helps by asking again"),
        pytest.param(Reason.PRIVATE, [None], id="private stays private"),
    ],
)
def test_what_passes_is_tried_again_after_longer_and_longer(reason, waits):
    for tries, usual in enumerate(waits, 1):
        wait = MANNERS.wait_before_retry(failure(reason), tries)
        if usual is None:
            assert wait is None
        else:
            assert usual * 0.8 <= wait <= usual * 1.2


def test_videos_are_seconds_apart_and_not_by_the_clock():
    pace = Pace(MANNERS)
    assert pace.wait() == 0
    waits = []
    for _ in range(20):
        pace.note(None)
        waits.append(pace.wait())
    assert 2.9 < min(waits) < max(waits) <= 7
    assert len({round(wait, 2) for wait in waits}) > 5


def test_after_a_refusal_all_wait_longer_until_one_is_answered():
    pace = Pace(MANNERS)
    for least in (60, 300, 300):
        pace.note(failure(Reason.TOO_MANY))
        assert least < pace.wait() < least + 8
    pace.note(None)
    pace.note(failure(Reason.TOO_MANY))
    assert 60 < pace.wait() < 68
