from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.method.signal import Signal, Status
from collector.method.signals.commit_frequency import AuthorDay, active_weeks, contributor_days
from collector.method.statistics.intervals import wilson
from collector.method.window import Window

WINDOW = Window(date(2024, 7, 4))
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)


def day(number: int) -> date:
    return WINDOW.start.date() + timedelta(days=number)


AUTHOR_DAYS = st.lists(
    st.tuples(st.sampled_from(["ann", "bob", "cleo", None]), st.integers(-10, 370).map(day)), max_size=80
)


def weeks_of(
    author_days: list[AuthorDay], reviewed: list[date] | None = None, created_at: datetime = LONG_AGO
) -> Signal:
    return active_weeks(author_days, reviewed, WINDOW, created_at, {"commits": 99}, {"bot": 4})


def days_of(author_days: list[AuthorDay], project: str = "demo", created_at: datetime = LONG_AGO) -> Signal:
    return contributor_days(author_days, WINDOW, created_at, project, {"commits": 99}, {"bot": 4})


def test_active_weeks_are_distinct_and_work_of_nobody_counts() -> None:
    signal = weeks_of([("ann", day(0)), ("bob", day(6)), (None, day(7)), ("ann", day(364))])
    assert (signal.status, signal.value, signal.n, signal.unit) == (Status.OK, 2, 52, "weeks")
    assert (signal.low, signal.high) == pytest.approx([52 * bound for bound in wilson(2, 52)])
    assert signal.score == pytest.approx(2 / 52)
    assert (signal.naive, signal.excluded) == ({"commits": 99}, {"bot": 4})


def test_corroborated_weeks_are_scaled_alike_and_unknown_without_reviews() -> None:
    created_at = WINDOW.start + timedelta(weeks=26)
    worked: list[AuthorDay] = [("ann", day(182)), ("ann", day(189)), ("ann", day(196))]
    signal = weeks_of(worked, [day(189)], created_at)
    assert (signal.value, signal.companions) == (6, {"corroborated_weeks": 2})
    assert weeks_of(worked, None).companions == {"corroborated_weeks": None}
    assert weeks_of(worked, []).companions == {"corroborated_weeks": 0}


@pytest.mark.parametrize("signal_of", [weeks_of, days_of])
def test_a_project_under_26_weeks_is_insufficient(signal_of: Callable[..., Signal]) -> None:
    created_at = WINDOW.as_of_moment - timedelta(weeks=25)
    worked = [("ann", day(number)) for number in range(200, 360)]
    signal = signal_of(worked, created_at=created_at)
    assert signal.status is Status.INSUFFICIENT
    assert signal.reason == "the oldest repository is 25 weeks old, 26 needed"
    assert signal.value is None


def test_contributor_days_count_five_a_week_for_each_person() -> None:
    week: list[AuthorDay] = [("ann", day(number)) for number in range(7)]
    signal = days_of([*week, ("bob", day(3)), *((None, day(n)) for n in range(7)), *(("bob", day(n)) for n in (7, 50))])
    assert signal.status is Status.INSUFFICIENT
    assert (signal.n, signal.reason) == (8, "8 author-days, 10 needed")
    assert signal.companions == {"author_days": 10}


def test_contributor_days_value_and_interval() -> None:
    steady: list[AuthorDay] = [("ann", day(7 * week + weekday)) for week in range(52) for weekday in (0, 2)]
    signal = days_of(steady)
    assert (signal.status, signal.value, signal.n, signal.unit) == (Status.OK, 104, 104, "days")
    assert (signal.low, signal.high) == (104, 104)  # every block is like every other
    bursts = days_of([("ann", day(start + number)) for start in (0, 140) for number in range(5)])
    assert (bursts.value, bursts.low) == (10, 0)
    assert bursts.high == 25  # two blocks of 13, drawn 13 times: the 97.5 % point is five


@settings(deadline=None)
@given(AUTHOR_DAYS)
def test_contributor_days_against_a_plain_count(author_days: list[AuthorDay]) -> None:
    seen: dict[tuple[str, int], set[date]] = {}
    for person, when in author_days:
        week = (when - day(0)).days // 7
        if person is not None and 0 <= week < 52:
            seen.setdefault((person, week), set()).add(when)
    assert days_of(author_days).n == sum(min(5, len(days)) for days in seen.values())


@settings(max_examples=30, deadline=None)
@given(AUTHOR_DAYS)
def test_order_repeats_and_names_change_nothing(author_days: list[AuthorDay]) -> None:
    names = {"ann": "zoe", "bob": "yan", "cleo": "xan", None: None}
    renamed: list[AuthorDay] = [(names[person], when) for person, when in author_days]
    for other in (author_days[::-1], author_days * 2, renamed):
        assert days_of(other) == days_of(author_days)
        assert weeks_of(other) == weeks_of(author_days)


@settings(deadline=None)
@given(AUTHOR_DAYS, st.integers(0, 363))
def test_one_author_day_more_never_lowers_either(author_days: list[AuthorDay], extra: int) -> None:
    more: list[AuthorDay] = [*author_days, ("dana", day(extra))]
    assert (days_of(more).n or 0) == (days_of(author_days).n or 0) + 1
    assert (weeks_of(more).value or 0) >= (weeks_of(author_days).value or 0)


def test_the_interval_hangs_on_the_question_only() -> None:
    worked: list[AuthorDay] = [("ann", day(number * number)) for number in range(19)]
    assert days_of(worked) == days_of(worked)
    intervals = {(days_of(worked, project).low, days_of(worked, project).high) for project in map(str, range(8))}
    assert len(intervals) > 1
