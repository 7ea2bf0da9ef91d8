"""Author-days, at most five a person and week."""

from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.method.author_days import AuthorDay
from collector.method.signal import Signal, Status
from collector.method.signals.contributor_days import SIGNAL, contributor_days
from tests.method.contexts import LONG_AGO, context, day, weeks_old

AUTHOR_DAYS = st.lists(
    st.tuples(st.sampled_from(["ann", "bob", "cleo", None]), st.integers(-10, 370).map(day)), max_size=80
)
NAMES = {"ann": "zoe", "bob": "yan", "cleo": "xan", None: None}


def days_of(author_days: list[AuthorDay], project: str = "demo", created_at: datetime = LONG_AGO) -> Signal:
    return contributor_days(author_days, context(SIGNAL, created_at, project))


def test_they_count_five_a_week_for_each_person() -> None:
    week: list[AuthorDay] = [("ann", day(number)) for number in range(7)]
    signal = days_of([*week, ("bob", day(3)), *((None, day(n)) for n in range(7)), *(("bob", day(n)) for n in (7, 50))])
    assert signal.status is Status.INSUFFICIENT
    assert (signal.n, signal.reason) == (8, "10 author-days are needed, there are 8")
    assert signal.companions == {"author_days": 10, "days_of_regulars": 0, "days_of_others": 8}


def test_value_and_interval() -> None:
    steady: list[AuthorDay] = [("ann", day(7 * week + weekday)) for week in range(52) for weekday in (0, 2)]
    signal = days_of(steady)
    assert (signal.status, signal.value, signal.n) == (Status.OK, 104, 104)
    assert (signal.low, signal.high) == (104, 104)  # every block is like every other
    bursts = days_of([("ann", day(start + number)) for start in (0, 140) for number in range(5)])
    assert (bursts.value, bursts.low) == (10, 0)
    assert bursts.high == 25  # two blocks of 13, drawn 13 times: the 97.5 % point is five


def test_a_project_under_26_weeks_is_insufficient() -> None:
    signal = days_of([("ann", day(number)) for number in range(200, 360)], created_at=weeks_old(25))
    assert (signal.status, signal.value) == (Status.INSUFFICIENT, None)
    assert signal.reason == "the oldest repository is 25 weeks old, 26 needed"


@settings(deadline=None)
@given(AUTHOR_DAYS)
def test_against_a_plain_count(author_days: list[AuthorDay]) -> None:
    seen: dict[str, dict[int, set[date]]] = {}
    for person, when in author_days:
        week = (when - day(0)).days // 7
        if person is not None and 0 <= week < 52:
            seen.setdefault(person, {}).setdefault(week, set()).add(when)
    days = {who: sum(min(5, len(d)) for d in weeks.values()) for who, weeks in seen.items()}
    regulars = sum(days[who] for who, weeks in seen.items() if len(weeks) >= 8)
    assert days_of(author_days).n == regulars + min(sum(days.values()) - regulars, max(26, regulars / 3))


def crowd(people: int, days: int = 3) -> list[AuthorDay]:
    return [(f"guest{n}", day(n + 7 * d)) for n in range(people) for d in range(days)]


def test_a_crowd_adds_a_third_at_most_and_26_in_any_case() -> None:
    team: list[AuthorDay] = [("ann", day(7 * week + weekday)) for week in range(52) for weekday in range(3)]
    assert days_of(team + crowd(8)).value == 156 + 24
    assert days_of(team + crowd(100)).value == 156 + 52
    assert days_of(crowd(100)).value == 26
    assert days_of(team[:90] + crowd(100)).value == 90 + 30


def test_one_is_a_regular_from_the_eighth_week_on() -> None:
    def weeks(count: int) -> list[AuthorDay]:
        return [("ann", day(7 * week + weekday)) for week in range(count) for weekday in range(5)]

    assert [days_of(weeks(n)).value for n in (7, 8)] == [26, 40]


@settings(max_examples=30, deadline=None)
@given(AUTHOR_DAYS)
def test_order_repeats_and_names_change_nothing(author_days: list[AuthorDay]) -> None:
    renamed: list[AuthorDay] = [(NAMES[person], when) for person, when in author_days]
    for other in (author_days[::-1], author_days * 2, renamed):
        assert days_of(other) == days_of(author_days)


@settings(deadline=None)
@given(AUTHOR_DAYS, st.integers(0, 363))
def test_one_author_day_more_adds_at_most_one(author_days: list[AuthorDay], extra: int) -> None:
    more: list[AuthorDay] = [*author_days, ("dana", day(extra))]
    before, after = days_of(author_days).n or 0, days_of(more).n or 0
    assert before <= after <= before + 1


def test_the_interval_depends_only_on_project_signal_and_date() -> None:
    worked: list[AuthorDay] = [("ann", day(number * number)) for number in range(19)]
    assert days_of(worked) == days_of(worked)
    intervals = {(days_of(worked, project).low, days_of(worked, project).high) for project in map(str, range(8))}
    assert len(intervals) > 1
