from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.signal import Signal, Status
from collector.method.signals.release_cadence import longest_release_silence, release_weeks
from collector.method.statistics.intervals import wilson
from collector.method.window import Window

WINDOW = Window(date(2024, 7, 4))  # a Thursday, three days after the window's end
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
NAIVE: dict[str, object] = {"releases": 40}
EXCLUDED = {"prerelease": 7}
RELEASES = st.lists(st.integers(0, 366 * 24).map(lambda hours: WINDOW.start + timedelta(hours=hours)), max_size=40)


def day(number: float) -> datetime:
    return WINDOW.start + timedelta(days=number)


def weeks_of(releases: list[datetime], created_at: datetime = LONG_AGO) -> Signal:
    return release_weeks(releases, WINDOW, created_at, NAIVE, EXCLUDED)


def silence_of(releases: list[datetime], created_at: datetime = LONG_AGO) -> Signal:
    return longest_release_silence(releases, WINDOW, created_at, NAIVE, EXCLUDED)


def test_release_weeks_counts_distinct_weeks() -> None:
    signal = weeks_of([day(0), day(1), day(6.9), day(7), day(100), day(-1), day(365)])
    assert (signal.status, signal.value, signal.n, signal.unit) == (Status.OK, 3, 52, "weeks")
    assert (signal.low, signal.high) == pytest.approx([52 * bound for bound in wilson(3, 52)])
    assert (signal.naive, signal.excluded) == (NAIVE, EXCLUDED)
    assert signal.companions == {"releases": 5}


def test_release_weeks_of_a_younger_project_are_scaled_to_a_year() -> None:
    signal = weeks_of([day(190), day(200)], created_at=day(182))
    assert (signal.value, signal.n) == (4, 26)
    assert (signal.low, signal.high) == pytest.approx([52 * bound for bound in wilson(2, 26)])


def test_no_release_at_all_is_a_true_zero() -> None:
    signal = weeks_of([])
    assert (signal.status, signal.value, signal.low, signal.score) == (Status.OK, 0, 0, 0)
    assert signal.high is not None
    assert signal.high > 0


@pytest.mark.parametrize("signal_of", [weeks_of, silence_of])
def test_a_project_under_26_weeks_is_insufficient(signal_of: Callable[..., Signal]) -> None:
    signal = signal_of([day(350)], created_at=WINDOW.as_of_moment - timedelta(weeks=12))
    assert signal.status is Status.INSUFFICIENT
    assert signal.reason == "the oldest repository is 12 weeks old, 26 needed"
    assert signal.value is None
    assert (signal.naive, signal.excluded) == (NAIVE, EXCLUDED)


@given(RELEASES)
def test_releasing_the_same_weeks_again_gains_nothing(releases: list[datetime]) -> None:
    again = [*releases, *(release + timedelta(seconds=1) for release in releases)]
    assert weeks_of(again).value == weeks_of(releases).value
    assert weeks_of(again).score == weeks_of(releases).score


def test_silence_is_the_longest_time_between_releases() -> None:
    signal = silence_of([day(200.5), day(100), day(250), day(300)])
    assert (signal.value, signal.low, signal.unit, signal.n) == (100.5, 100.5, "days", 52)
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


@given(RELEASES, st.integers(0, 366))
def test_one_release_more_never_makes_things_worse(releases: list[datetime], extra: int) -> None:
    more = [*releases, day(extra)]
    before, after = silence_of(releases).value, silence_of(more).value
    assert before is not None
    assert after is not None
    assert after <= before + 1e-9
    fewer, many = weeks_of(releases).value, weeks_of(more).value
    assert fewer is not None
    assert many is not None
    assert many >= fewer


@given(RELEASES, st.randoms(use_true_random=False))
def test_order_does_not_matter(releases: list[datetime], random: Random) -> None:
    shuffled = sorted(releases, key=lambda _: random.random())
    assert silence_of(shuffled) == silence_of(releases)
    assert weeks_of(shuffled) == weeks_of(releases)
