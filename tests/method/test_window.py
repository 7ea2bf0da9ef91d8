from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.window import Window

# 2024-07-01 is a Monday.
MONDAY = Window(date(2024, 7, 1))
SATURDAY = Window(date(2024, 7, 6))


def test_a_monday_ends_the_window_itself() -> None:
    assert MONDAY.end == datetime(2024, 7, 1, tzinfo=UTC)
    assert MONDAY.start == datetime(2023, 7, 3, tzinfo=UTC)


def test_other_days_end_it_on_the_monday_before() -> None:
    assert (SATURDAY.start, SATURDAY.end) == (MONDAY.start, MONDAY.end)
    assert SATURDAY.as_of_moment == datetime(2024, 7, 6, tzinfo=UTC)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_the_window_is_52_whole_weeks_ending_less_than_a_week_before(as_of: date) -> None:
    window = Window(as_of)
    assert window.end.weekday() == 0
    assert window.end - window.start == timedelta(weeks=52)
    assert timedelta(0) <= window.as_of_moment - window.end < timedelta(weeks=1)


@pytest.mark.parametrize(
    ("when", "week"),
    [
        (datetime(2023, 7, 2, 23, 59, 59, tzinfo=UTC), None),
        (datetime(2023, 7, 3, tzinfo=UTC), 0),
        (date(2023, 7, 9), 0),
        (date(2023, 7, 10), 1),
        (datetime(2024, 6, 30, 23, 59, 59, tzinfo=UTC), 51),
        (date(2024, 7, 1), None),
    ],
)
def test_weeks_run_from_monday_to_sunday(when: date, week: int | None) -> None:
    assert SATURDAY.week_of(when) == week


def test_times_of_other_zones_are_taken_in_utc() -> None:
    just_before_in_utc = datetime(2023, 7, 3, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    assert MONDAY.week_of(just_before_in_utc) is None


@pytest.mark.parametrize(
    ("created_at", "weeks"),
    [
        (datetime(2010, 1, 1, tzinfo=UTC), 52),
        (MONDAY.start, 52),
        (MONDAY.start + timedelta(days=6), 52),
        (MONDAY.start + timedelta(days=7), 51),
        (MONDAY.end - timedelta(seconds=1), 1),
        (MONDAY.end, 0),
        (MONDAY.end + timedelta(days=90), 0),
    ],
)
def test_weeks_of_existence_are_those_that_overlap_it(created_at: datetime, weeks: int) -> None:
    assert MONDAY.weeks_of_existence(created_at) == weeks


def test_weeks_before_the_creation_do_not_count() -> None:
    created_at = MONDAY.start + timedelta(weeks=20)
    times = [MONDAY.start + timedelta(weeks=week) for week in (3, 19, 20, 20, 40)]
    assert MONDAY.weeks_with(times, created_at) == 2


@pytest.mark.parametrize(
    ("age", "reason"),
    [
        (timedelta(weeks=26), None),
        (timedelta(weeks=26, seconds=-1), "the oldest repository is 25 weeks old, 26 needed"),
        (timedelta(weeks=12, days=3), "the oldest repository is 12 weeks old, 26 needed"),
        (timedelta(weeks=1), "the oldest repository is 1 week old, 26 needed"),
        (timedelta(days=-1), "the oldest repository did not exist yet"),
    ],
)
def test_a_project_younger_than_26_weeks_is_too_young(age: timedelta, reason: str | None) -> None:
    assert SATURDAY.too_young(SATURDAY.as_of_moment - age) == reason
