"""Distinct weeks with a release."""

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.signal import Signal, Status
from collector.method.signals.release_weeks import SIGNAL, release_weeks
from collector.method.statistics.intervals import wilson
from tests.method.contexts import EXCLUDED, LONG_AGO, NAIVE, WINDOW, context, weeks_old

RELEASES = st.lists(st.integers(0, 366 * 24).map(lambda hours: WINDOW.start + timedelta(hours=hours)), max_size=40)


def day(number: float) -> datetime:
    return WINDOW.start + timedelta(days=number)


def weeks_of(releases: list[datetime], created_at: datetime = LONG_AGO) -> Signal:
    return release_weeks(releases, context(SIGNAL, created_at))


def test_distinct_weeks_count() -> None:
    signal = weeks_of([day(0), day(1), day(6.9), day(7), day(100), day(-1), day(365)])
    assert (signal.status, signal.value, signal.n) == (Status.OK, 3, 52)
    assert (signal.low, signal.high) == pytest.approx([52 * bound for bound in wilson(3, 52)])
    assert (signal.naive, signal.excluded) == (NAIVE, EXCLUDED)
    assert signal.companions == {"releases": 5}


def test_the_weeks_of_a_younger_project_are_scaled_to_a_year() -> None:
    signal = weeks_of([day(190), day(200)], created_at=day(182))
    assert (signal.value, signal.n) == (4, 26)
    assert (signal.low, signal.high) == pytest.approx([52 * bound for bound in wilson(2, 26)])


def test_no_release_at_all_is_a_true_zero() -> None:
    signal = weeks_of([])
    assert (signal.status, signal.value, signal.low, signal.score) == (Status.OK, 0, 0, 0)
    assert signal.high is not None
    assert signal.high > 0


def test_a_project_under_26_weeks_is_insufficient() -> None:
    signal = weeks_of([day(350)], weeks_old(12))
    assert (signal.status, signal.value, signal.n) == (Status.INSUFFICIENT, None, 12)
    assert signal.reason == "the oldest repository is 12 weeks old, 26 needed"
    assert (signal.naive, signal.excluded) == (NAIVE, EXCLUDED)


@given(RELEASES)
def test_releasing_the_same_weeks_again_gains_nothing(releases: list[datetime]) -> None:
    again = [*releases, *(release + timedelta(seconds=1) for release in releases)]
    assert weeks_of(again).value == weeks_of(releases).value
    assert weeks_of(again).score == weeks_of(releases).score


@given(RELEASES, st.integers(0, 366))
def test_one_release_more_never_lowers_it(releases: list[datetime], extra: int) -> None:
    fewer, many = weeks_of(releases).value, weeks_of([*releases, day(extra)]).value
    assert fewer is not None
    assert many is not None
    assert many >= fewer


@given(RELEASES, st.randoms(use_true_random=False))
def test_order_does_not_matter(releases: list[datetime], random: Random) -> None:
    shuffled = sorted(releases, key=lambda _: random.random())
    assert weeks_of(shuffled) == weeks_of(releases)
