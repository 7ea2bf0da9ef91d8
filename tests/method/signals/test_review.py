from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.signal import Signal, Status
from collector.method.signals.review import independent_review
from collector.method.statistics.intervals import wilson
from collector.method.window import Window

WINDOW = Window(date(2024, 7, 4))
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)


def signal_of(reviewed: int, others: int, created_at: datetime = LONG_AGO) -> Signal:
    first = WINDOW.start.date()
    days = {("ann", first + timedelta(days=n)): n < reviewed for n in range(reviewed + others)}
    return independent_review(days, WINDOW, created_at, {"merged_with_a_review": 0.9}, {"bot": 3})


def test_the_value_is_the_share_and_the_score_is_drawn_to_the_middle() -> None:
    signal = signal_of(30, 10)
    assert (signal.status, signal.value, signal.n) == (Status.OK, 0.75, 40)
    assert (signal.low, signal.high) == pytest.approx(wilson(32.5, 45))
    assert signal.score == pytest.approx(32.5 / 45)
    assert signal.companions == {"reviewed_author_days": 30}
    assert (signal.naive, signal.excluded) == ({"merged_with_a_review": 0.9}, {"bot": 3})


def test_fewer_than_20_author_days_are_insufficient() -> None:
    signal = signal_of(19, 0)
    assert (signal.status, signal.reason, signal.n) == (Status.INSUFFICIENT, "19 author-days, 20 needed", 19)
    assert signal_of(20, 0).status is Status.OK


def test_a_project_under_26_weeks_is_insufficient() -> None:
    young = signal_of(40, 0, WINDOW.as_of_moment - timedelta(weeks=3))
    assert young.reason == "the oldest repository is 3 weeks old, 26 needed"


@given(st.integers(0, 150), st.integers(20, 150))
def test_one_more_reviewed_day_never_lowers_it(reviewed: int, others: int) -> None:
    before, after = signal_of(reviewed, others), signal_of(reviewed + 1, others)
    assert after.value is not None
    assert before.value is not None
    assert after.value >= before.value
    assert (after.score or 0) >= (before.score or 0)
