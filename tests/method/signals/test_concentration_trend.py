import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import theilslopes

from collector.method.signal import Signal, Status
from collector.method.signals.commit_frequency import AuthorDay
from collector.method.signals.concentration_trend import QUARTERS, concentration_trend, quarter_start
from collector.method.window import Window

WINDOW = Window(date(2024, 7, 4))
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)


def signal_of(author_days: list[AuthorDay], start: datetime = LONG_AGO, created_at: datetime = LONG_AGO) -> Signal:
    return concentration_trend(author_days, start, WINDOW, created_at, "demo", {"authors": 7}, {"bot": 2})


def team(quarter: int, people: int, days: int = 13) -> list[AuthorDay]:
    """Each of so many people on so many days, each in a week of its own as far as there are."""
    first = quarter_start(WINDOW, quarter)
    return [(f"p{n}", first + timedelta(days=7 * (d % 13) + d // 13)) for n in range(people) for d in range(days)]


def quarters(sizes: list[int]) -> list[AuthorDay]:
    return [day for quarter, people in enumerate(sizes) for day in team(quarter, people)]


def test_the_windows_are_eight_times_thirteen_weeks_to_the_end() -> None:
    assert quarter_start(WINDOW, 0) == date(2024, 7, 1) - timedelta(weeks=104)
    assert quarter_start(WINDOW, QUARTERS) == date(2024, 7, 1)


def test_doubling_every_year_is_the_logarithm_of_two() -> None:
    signal = signal_of(quarters([4, 4, 4, 4, 8, 8, 8, 8]))
    assert signal.value == pytest.approx(
        theilslopes([math.log(n) for n in [4] * 4 + [8] * 4], [n / 4 for n in range(8)])[0]
    )
    doubling = signal_of(quarters([3, 4, 4, 5, 6, 8, 8, 10]))
    assert doubling.value == pytest.approx(math.log(2), abs=0.1)
    assert (doubling.status, doubling.unit, doubling.n) == (Status.OK, "per year", 8)
    assert doubling.score == pytest.approx(0.5 + doubling.value / (2 * math.log(2)))
    assert doubling.companions["direction"] == "spreading"
    assert (doubling.naive, doubling.excluded) == ({"authors": 7}, {"bot": 2})


def test_narrowing_and_no_direction() -> None:
    assert signal_of(quarters([10, 8, 8, 6, 5, 4, 4, 3])).companions["direction"] == "narrowing"
    steady = signal_of(quarters([5] * 8))
    assert (steady.value, steady.score) == (0.0, 0.5)
    assert steady.companions["direction"] is None
    assert steady.low is not None
    assert steady.high is not None
    assert steady.low <= 0 <= steady.high


def test_six_windows_are_needed_and_one_of_few_author_days_is_none() -> None:
    few = team(0, 2, 14) + team(1, 2, 14)
    signal = signal_of(few + [row for q in range(2, 8) for row in team(q, 3)])
    assert (signal.status, signal.n) == (Status.OK, 6)
    assert list(signal.companions["effective_contributors"]) == ["-6", "-5", "-4", "-3", "-2", "-1"]  # type: ignore[call-overload]
    signal = signal_of(few + [row for q in range(3, 8) for row in team(q, 3)])
    assert (signal.status, signal.n) == (Status.INSUFFICIENT, 5)
    assert signal.reason == "5 windows of 13 weeks with 30 author-days or more, 6 needed"


def test_visitors_of_under_three_weeks_and_other_years_are_left_out() -> None:
    plain = quarters([4, 5, 4, 5, 6, 5, 6, 6])
    visitors = [row for n in range(40) for q in range(8) for row in [(f"v{n}", quarter_start(WINDOW, q))]]
    outside: list[AuthorDay] = [("p1", WINDOW.end.date()), ("p1", quarter_start(WINDOW, 0) - timedelta(days=1))]
    nobody: list[AuthorDay] = [(None, quarter_start(WINDOW, q)) for q in range(8)]
    assert signal_of([*plain, *visitors, *outside, *nobody]).value == signal_of(plain).value


def test_what_lies_before_the_database_is_not_known() -> None:
    signal = signal_of(quarters([5] * 8), start=WINDOW.end - timedelta(weeks=13 * 7))
    assert (signal.status, signal.n) == (Status.OK, 7)
    assert signal_of(quarters([5] * 8), start=WINDOW.end - timedelta(weeks=13 * 7 - 1)).n == 6


def test_a_project_under_26_weeks_is_insufficient() -> None:
    young = signal_of(quarters([5] * 8), created_at=WINDOW.as_of_moment - timedelta(weeks=3))
    assert young.reason == "the oldest repository is 3 weeks old, 26 needed"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(3, 8), min_size=8, max_size=8), st.randoms())
def test_order_and_names_change_nothing(sizes: list[int], random: object) -> None:
    rows = quarters(sizes)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert signal_of(shuffled) == signal_of(rows)
    renamed: list[AuthorDay] = [(f"x{person}", day) for person, day in rows]
    assert signal_of(renamed) == signal_of(rows)
