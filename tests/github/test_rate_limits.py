"""GitHub's limits are kept before they are hit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.github import rate_limits
from collector.github.rate_limits import Budget, SlidingSum, Viewer

# Whole numbers, so that a minute is a minute.
amounts = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 20)), max_size=40)


@given(amounts)
def test_sum_of_any_minute_stays_below_the_ceiling_when_one_waits(wanted: list[tuple[int, int]]) -> None:
    sliding, now, spent = SlidingSum(ceiling=50), 0.0, []
    for pause, amount in wanted:
        now += pause
        now += sliding.wait(now, amount)
        sliding.add(now, amount)
        spent.append((now, amount))
    for at, _ in spent:
        assert sum(a for t, a in spent if at - rate_limits.MINUTE < t <= at) <= 50


def test_sum_waits_no_longer_than_needed() -> None:
    sliding = SlidingSum(ceiling=10)
    sliding.add(0, 6)
    sliding.add(20, 4)
    assert sliding.wait(30, 6) == 30
    assert sliding.wait(30, 7) == 50
    assert sliding.wait(61, 6) == 0
    assert SlidingSum(ceiling=10).wait(0, 100) == 0


def test_budget_counts_what_is_under_way() -> None:
    budget = Budget()
    assert budget.wait(0, 5000) == 0
    budget.learn(10, 100, now=0)
    assert budget.wait(1, 10) == 0
    budget.in_flight = 5
    assert budget.wait(1, 6) == 99
    assert budget.wait(100, 6) == 0


def test_budget_counts_what_failed() -> None:
    budget = Budget()
    budget.spend(3)
    unknown = budget.remaining
    assert unknown is None
    budget.learn(10, 100, now=0)
    budget.spend(3)
    assert budget.remaining == 7
    budget.spend(30)
    assert budget.wait(1, 1) == 99


def test_budget_takes_the_least_of_answers_that_overtake_each_other() -> None:
    budget = Budget()
    budget.learn(90, 100, now=0)
    budget.learn(95, 99, now=1)
    assert budget.remaining == 90
    budget.learn(5000, 3600, now=100)
    assert budget.remaining == 5000


def test_blocked_viewer_sends_nothing_and_then_half_as_much_at_once() -> None:
    viewer = Viewer(["token"])
    for _ in range(8):
        viewer.start("graphql", "Issues", 1, 0)
    assert viewer.wait("graphql", "Issues", 1, 0) == 0
    viewer.finish("graphql", "Issues", 1, 1, 0.5, 0.1)
    viewer.block(60)
    assert viewer.wait("graphql", "Issues", 1, 1) == 59
    assert viewer.wait("rest", "rest", 1, 1) == 59
    assert viewer.at_once == 4
    assert viewer.full("graphql", 60)
    assert viewer.full("rest", 60)
    for _ in range(4):
        viewer.finish("graphql", "Issues", 1, 60, 0.5, 0.1)
    assert not viewer.full("graphql", 60)
    assert viewer.wait("graphql", "Issues", 1, 60) == 0
    viewer.block(90)
    viewer.block(120)
    viewer.block(150)
    assert viewer.at_once == 1


def test_answering_time_is_looked_ahead_at() -> None:
    viewer = Viewer(["token"])
    reserved = viewer.start("graphql", "Issues", 1, 0)
    viewer.finish("graphql", "Issues", 1, 10, reserved, 10)
    for _ in range(4):  # four more of ten seconds each: 50 of 54
        assert viewer.wait("graphql", "Issues", 1, 10) == 0
        viewer.start("graphql", "Issues", 1, 10)
    assert viewer.wait("graphql", "Issues", 1, 10) == 60
    assert viewer.wait("rest", "rest", 1, 10) == 0


def test_fewer_questions_at_once_the_more_of_the_minute_is_spent() -> None:
    at_once = []
    for spent in (0, 5, 15, 25, 35, 50):
        viewer = Viewer(["token"])
        viewer.finish("graphql", "Issues", 1, 0, viewer.start("graphql", "Issues", 1, 0), spent)
        viewer.expected["Issues"] = 0
        while not viewer.full("graphql", 1):
            viewer.start("graphql", "Issues", 1, 1)
        at_once.append(viewer.queries_in_flight)
        assert not viewer.full("rest", 1)
    assert at_once == [8, 8, 4, 2, 1, 1]


@pytest.mark.parametrize(
    ("api", "most"), [("graphql", rate_limits.GRAPHQL_A_MINUTE), ("rest", rate_limits.REST_A_MINUTE)]
)
def test_requests_of_a_minute(api: rate_limits.Api, most: int) -> None:
    viewer = Viewer(["token"])
    for _ in range(most):
        assert viewer.wait(api, "x", 0, 0) == 0
        viewer.finish(api, "x", 0, 0, viewer.start(api, "x", 0, 0), 0)
    assert viewer.wait(api, "x", 0, 0) == 60


def test_tokens_take_turns() -> None:
    viewer = Viewer(["a", "b"])
    assert {viewer.next_token() for _ in range(2)} == {"a", "b"}
    assert viewer.next_token() != viewer.next_token()
