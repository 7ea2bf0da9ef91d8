from collections import Counter
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.method.author_days import AuthorDay
from collector.method.signal import Signal, Status
from collector.method.signals.effective_contributors import SIGNAL, effective_contributors
from collector.method.statistics.bootstrap import block_draws, generator
from tests.method.contexts import EXCLUDED, LONG_AGO, NAIVE, WINDOW, context, day, weeks_old


def signal_of(author_days: list[AuthorDay], created_at: datetime = LONG_AGO, project: str = "demo") -> Signal:
    return effective_contributors(author_days, context(SIGNAL, created_at, project))


def weekly(person: str, weeks: int, days: int = 1) -> list[AuthorDay]:
    return [(person, day(7 * week + weekday)) for week in range(weeks) for weekday in range(days)]


DAYS = st.lists(st.integers(-5, 368), min_size=12, max_size=60, unique=True)
TEAM = st.fixed_dictionaries({"ann": DAYS, "bob": DAYS, "cleo": DAYS}).map(
    lambda team: [(person, day(number)) for person, numbers in team.items() for number in numbers]
)


def test_equally_active_people_count_each() -> None:
    signal = signal_of(weekly("ann", 20) + weekly("bob", 20) + weekly("cleo", 20))
    assert (signal.status, signal.n) == (Status.OK, 60)
    assert signal.value == pytest.approx(3)
    assert signal.companions == {"contributor_absence_factor": 2, "people": 3, "regulars": 3, "people_under_3_weeks": 0}
    assert (signal.naive, signal.excluded) == (NAIVE, EXCLUDED)


def test_one_who_does_nearly_all_counts_nearly_alone() -> None:
    signal = signal_of(weekly("ann", 50, days=5) + weekly("bob", 5))
    assert signal.value == pytest.approx(255**2 / (250**2 + 5**2))
    assert signal.companions["contributor_absence_factor"] == 1


def test_people_of_under_three_weeks_nobody_and_other_years_are_left_out() -> None:
    team = weekly("ann", 20) + weekly("bob", 20)
    visitors = [row for number in range(200) for row in weekly(f"visitor{number}", 2, days=5)]
    nobody: list[AuthorDay] = [(None, day(number)) for number in range(300)]
    outside: list[AuthorDay] = [("ann", day(number)) for number in (-3, -2, 364, 365)]
    signal = signal_of(team + visitors + nobody + outside)
    assert (signal.value, signal.n) == (2, 40)
    assert signal.companions["people_under_3_weeks"] == 200


@pytest.mark.parametrize(
    ("author_days", "reason"),
    [
        (
            weekly("ann", 52) + weekly("bob", 2, days=7),
            "30 author-days by 2 people active in 3 weeks or more are needed, there are 52 by 1",
        ),
        (
            weekly("ann", 14) + weekly("bob", 15),
            "30 author-days by 2 people active in 3 weeks or more are needed, there are 29 by 2",
        ),
        ([], "no_regulars: nobody was active in 8 weeks or more"),
        (weekly("ann", 7, days=7) + weekly("bob", 7), "no_regulars: nobody was active in 8 weeks or more"),
    ],
)
def test_too_few_days_or_people_are_insufficient(author_days: list[AuthorDay], reason: str) -> None:
    signal = signal_of(author_days)
    assert (signal.status, signal.reason, signal.value) == (Status.INSUFFICIENT, reason, None)


def test_a_project_under_26_weeks_is_insufficient() -> None:
    signal = signal_of(weekly("ann", 52) + weekly("bob", 52), weeks_old(20))
    assert signal.reason == "the oldest repository is 20 weeks old, 26 needed"


def test_the_interval_is_that_of_the_drawn_blocks_counted_one_by_one() -> None:
    # dana works in two weeks of one block: she does not count, however often that is drawn.
    author_days = [
        *weekly("ann", 52, days=2),
        *weekly("bob", 12, days=3),
        *((person, day(number * number)) for person in ("cleo",) for number in range(19)),
        *(("dana", day(number)) for number in (300, 301, 306, 307)),
        *(("eve", day(140 + number)) for number in range(21)),
    ]
    signal = signal_of(author_days)
    worked = Counter((person, (when - day(0)).days // 28) for person, when in author_days)
    statistics = []
    for draw in block_draws(generator("demo", "effective_contributors", WINDOW), 13):
        amount = {p: sum(times * worked[p, b] for b, times in enumerate(draw)) for p in ("ann", "bob", "cleo", "eve")}
        # eve worked in three weeks: her days weigh a third of the others' at most.
        others = sum(amount.values()) - amount["eve"]
        amounts = [amount["ann"], amount["bob"], amount["cleo"], min(amount["eve"], others / 3)]
        statistics.append(sum(amounts) ** 2 / sum(amount**2 for amount in amounts))
    low, high = np.quantile(statistics, (0.025, 0.975))
    assert (signal.low, signal.high) == pytest.approx((low, high))


def test_visitors_of_a_week_do_not_move_the_interval() -> None:
    team = weekly("ann", 50) + weekly("bob", 40) + weekly("cleo", 30)
    visitors: list[AuthorDay] = [(f"visitor{n}", day(7 * (n % 52) + d)) for n in range(200) for d in range(3)]
    plain, flooded = signal_of(team), signal_of(team + visitors)
    assert (plain.value, plain.low, plain.high) == (flooded.value, flooded.low, flooded.high)


def test_occasional_people_weigh_a_third_of_the_regulars_at_most() -> None:
    team = weekly("ann", 20) + weekly("bob", 10)
    few = signal_of([*team, *weekly("guest", 7)])
    assert (few.value, few.n) == pytest.approx((37**2 / (20**2 + 10**2 + 7**2), 37))
    many = signal_of([*team, *(row for n in range(10) for row in weekly(f"guest{n}", 3))])
    assert (many.value, many.n) == pytest.approx((40**2 / (20**2 + 10**2 + 10), 40))
    assert many.companions["regulars"] == 2


def test_work_crowded_into_two_months_leaves_the_interval_reaching_down_to_one() -> None:
    # In one of ten draws these months are missing, and with them everyone.
    crowded = weekly("ann", 8, days=7) + weekly("bob", 8, days=7)
    signal = signal_of(crowded)
    assert (signal.value, signal.low, signal.high) == (2, 1, 2)


@settings(max_examples=30, deadline=None)
@given(TEAM)
def test_order_repeats_and_names_change_nothing(team: list[AuthorDay]) -> None:
    names = {"ann": "zoe", "bob": "yan", "cleo": "xan"}
    renamed: list[AuthorDay] = [(names[str(person)], when) for person, when in team]
    for other in (team[::-1], team * 2, renamed):
        assert signal_of(other) == signal_of(team)


@settings(max_examples=30, deadline=None)
@given(TEAM)
def test_a_team_twice_as_large_counts_twice(team: list[AuthorDay]) -> None:
    doubled = signal_of([*team, *((f"{person}2", when) for person, when in team)])
    single = signal_of(team)
    if single.value is not None:
        assert doubled.value == pytest.approx(2 * single.value)


@settings(max_examples=30, deadline=None)
@given(TEAM)
def test_the_figure_lies_in_its_interval_and_between_one_and_the_people(team: list[AuthorDay]) -> None:
    signal = signal_of(team)
    if signal.status is Status.OK:
        assert signal.value is not None
        assert signal.low is not None
        assert signal.high is not None
        assert 1 <= signal.low <= signal.value <= signal.high <= 3 + 1e-9


def test_the_interval_depends_only_on_project_signal_and_date() -> None:
    team: list[AuthorDay] = [("ann", day(number * number)) for number in range(19)]
    team += [("bob", day(number**3 // 20)) for number in range(19)]
    assert signal_of(team) == signal_of(team)
    others = [signal_of(team, project=project) for project in ("one", "two", "three", "four")]
    assert len({(other.low, other.high) for other in others}) > 1
