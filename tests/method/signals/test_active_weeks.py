"""Distinct weeks with an author-day."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.method.author_days import AuthorDay
from collector.method.signal import Signal, Status
from collector.method.signals.active_weeks import SIGNAL, active_weeks
from collector.method.statistics.intervals import wilson
from tests.method.contexts import EXCLUDED, LONG_AGO, NAIVE, WINDOW, context, day, weeks_old

AUTHOR_DAYS = st.lists(
    st.tuples(st.sampled_from(["ann", "bob", "cleo", None]), st.integers(-10, 370).map(day)), max_size=80
)
NAMES = {"ann": "zoe", "bob": "yan", "cleo": "xan", None: None}


def weeks_of(
    author_days: list[AuthorDay], reviewed: list[date] | None = None, created_at: datetime = LONG_AGO
) -> Signal:
    return active_weeks(author_days, reviewed or [], context(SIGNAL, created_at))


def test_weeks_are_distinct_and_work_of_nobody_counts() -> None:
    signal = weeks_of([("ann", day(0)), ("bob", day(6)), (None, day(7)), ("ann", day(364))])
    assert (signal.status, signal.value, signal.n) == (Status.OK, 2, 52)
    assert (signal.low, signal.high) == pytest.approx([52 * bound for bound in wilson(2, 52)])
    assert signal.score == pytest.approx(2 / 52)
    assert (signal.naive, signal.excluded) == (NAIVE, EXCLUDED)


def test_corroborated_weeks_are_scaled_alike() -> None:
    created_at = WINDOW.start + timedelta(weeks=26)
    worked: list[AuthorDay] = [("ann", day(182)), ("ann", day(189)), ("ann", day(196))]
    signal = weeks_of(worked, [day(189)], created_at)
    assert (signal.value, signal.companions) == (6, {"corroborated_weeks": 2})
    assert weeks_of(worked).companions == {"corroborated_weeks": 0}


def test_a_project_under_26_weeks_is_insufficient() -> None:
    signal = weeks_of([("ann", day(number)) for number in range(200, 360)], created_at=weeks_old(25))
    assert (signal.status, signal.value) == (Status.INSUFFICIENT, None)
    assert signal.reason == "the oldest repository is 25 weeks old, 26 needed"


@settings(max_examples=30, deadline=None)
@given(AUTHOR_DAYS)
def test_order_repeats_and_names_change_nothing(author_days: list[AuthorDay]) -> None:
    renamed: list[AuthorDay] = [(NAMES[person], when) for person, when in author_days]
    for other in (author_days[::-1], author_days * 2, renamed):
        assert weeks_of(other) == weeks_of(author_days)


@settings(deadline=None)
@given(AUTHOR_DAYS, st.integers(0, 363))
def test_one_author_day_more_never_lowers_it(author_days: list[AuthorDay], extra: int) -> None:
    more: list[AuthorDay] = [*author_days, ("dana", day(extra))]
    assert (weeks_of(more).value or 0) >= (weeks_of(author_days).value or 0)
