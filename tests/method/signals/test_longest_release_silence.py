"""The longest time without a release."""

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.signal import Signal, Status
from collector.method.signals.longest_release_silence import SIGNAL, longest_release_silence
from tests.method.contexts import LONG_AGO, WINDOW, context, weeks_old

RELEASES = st.lists(st.integers(0, 366 * 24).map(lambda hours: WINDOW.start + timedelta(hours=hours)), max_size=40)


def day(number: float) -> datetime:
    return WINDOW.start + timedelta(days=number)


def silence_of(releases: list[datetime], created_at: datetime = LONG_AGO) -> Signal:
    return longest_release_silence(releases, context(SIGNAL, created_at))


def test_silence_is_the_longest_time_between_releases() -> None:
    signal = silence_of([day(200.5), day(100), day(250), day(300)])
    assert (signal.value, signal.low, signal.n) == (100.5, 100.5, 52)
    assert signal.high == 200.5  # without the one on day 100
    assert signal.companions == {"releases": 4}


def test_silence_runs_on_to_the_date_asked_for() -> None:
    assert silence_of([day(100)]).value == 367 - 100
    assert silence_of([day(100), day(366)]).value == 266  # a release after the last complete week ends it


def test_silence_begins_with_the_first_repository() -> None:
    assert silence_of([day(190)], created_at=day(150)).value == 367 - 190
    assert silence_of([day(300)], created_at=day(150)).value == 150


def test_without_a_release_the_silence_is_the_whole_length() -> None:
    signal = silence_of([day(-5), day(367)])
    assert (signal.value, signal.low, signal.high, signal.score) == (367, 367, 367, 0)
    assert silence_of([], created_at=day(150)).value == 217


@given(RELEASES)
def test_silence_range_is_that_of_leaving_each_release_out(releases: list[datetime]) -> None:
    signal = silence_of(releases)
    inside = [release for release in releases if release < WINDOW.as_of_moment]
    others = [silence_of([*inside[:left_out], *inside[left_out + 1 :]]).value or 0.0 for left_out in range(len(inside))]
    assert signal.value is not None
    assert signal.low == pytest.approx(min([signal.value, *others]))
    assert signal.high == pytest.approx(max([signal.value, *others]))


def test_a_project_under_26_weeks_is_insufficient() -> None:
    signal = silence_of([day(350)], weeks_old(12))
    assert (signal.status, signal.n) == (Status.INSUFFICIENT, 12)
    assert signal.reason == "the oldest repository is 12 weeks old, 26 needed"


@given(RELEASES, st.integers(0, 366))
def test_one_release_more_never_makes_it_longer(releases: list[datetime], extra: int) -> None:
    before, after = silence_of(releases).value, silence_of([*releases, day(extra)]).value
    assert before is not None
    assert after is not None
    assert after <= before + 1e-9


@given(RELEASES, st.randoms(use_true_random=False))
def test_order_does_not_matter(releases: list[datetime], random: Random) -> None:
    shuffled = sorted(releases, key=lambda _: random.random())
    assert silence_of(shuffled) == silence_of(releases)
