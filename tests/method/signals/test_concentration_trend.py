"""Which quarters tell whether the work is spreading, and the slope over them."""

import math
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.method.author_days import AuthorDay
from collector.method.signal import Signal, Status
from collector.method.signals.concentration_trend import SIGNAL, concentration_trend, quarter_start
from tests.made import AS_OF, Book
from tests.method.contexts import EXCLUDED, LONG_AGO, NAIVE, WINDOW, context, weeks_old


def signal_of(author_days: list[AuthorDay], start: datetime = LONG_AGO, created_at: datetime = LONG_AGO) -> Signal:
    return concentration_trend(author_days, context(SIGNAL, created_at, start=start))


def team(quarter: int, people: int, days: int = 13) -> list[AuthorDay]:
    """Each of so many people on so many days, each in a week of its own as far as there are."""
    first = quarter_start(WINDOW, quarter)
    return [(f"p{n}", first + timedelta(days=7 * (d % 13) + d // 13)) for n in range(people) for d in range(days)]


def quarters(sizes: list[int]) -> list[AuthorDay]:
    return [day for quarter, people in enumerate(sizes) for day in team(quarter, people)]


def test_the_windows_are_eight_times_thirteen_weeks_to_the_end() -> None:
    assert quarter_start(WINDOW, 0) == date(2024, 7, 1) - timedelta(weeks=104)
    assert quarter_start(WINDOW, 8) == date(2024, 7, 1)


def test_doubling_every_year_is_the_logarithm_of_two() -> None:
    from scipy.stats import theilslopes

    signal = signal_of(quarters([4, 4, 4, 4, 8, 8, 8, 8]))
    assert signal.value == pytest.approx(
        theilslopes([math.log(n) for n in [4] * 4 + [8] * 4], [n / 4 for n in range(8)])[0]
    )
    doubling = signal_of(quarters([3, 4, 4, 5, 6, 8, 8, 10]))
    assert doubling.value is not None
    assert doubling.value == pytest.approx(math.log(2), abs=0.1)
    assert (doubling.status, doubling.n) == (Status.OK, 8)
    assert doubling.score == pytest.approx(0.5 + doubling.value / (2 * math.log(2)))
    assert doubling.companions["direction"] == "spreading"
    assert (doubling.naive, doubling.excluded) == (NAIVE, EXCLUDED)


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
    by_quarter = signal.companions["effective_contributors"]
    assert isinstance(by_quarter, dict)
    assert list(by_quarter) == ["-6", "-5", "-4", "-3", "-2", "-1"]
    signal = signal_of(few + [row for q in range(3, 8) for row in team(q, 3)])
    assert (signal.status, signal.n) == (Status.INSUFFICIENT, 5)
    assert signal.reason == "6 windows of 13 weeks with 30 author-days or more are needed, there are 5"


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
    young = signal_of(quarters([5] * 8), created_at=weeks_old(3))
    assert young.reason == "the oldest repository is 3 weeks old, 26 needed"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(3, 8), min_size=8, max_size=8), st.randoms())
def test_order_and_names_change_nothing(sizes: list[int], random: Random) -> None:
    rows = quarters(sizes)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert signal_of(shuffled) == signal_of(rows)
    renamed: list[AuthorDay] = [(f"x{person}", day) for person, day in rows]
    assert signal_of(renamed) == signal_of(rows)


def worked(book: Book, repo: int, by: str, first: date, days: int) -> None:
    """One landing a week, from a Monday on."""
    for n in range(days):
        day = first + timedelta(weeks=n)
        book.direct(repo, f"{by}{day}", f"{day}T12:00:00Z", by)


def test_people_of_one_window_alone_are_left_out() -> None:
    plain = quarters([4, 5, 4, 5, 6, 5, 6, 6])
    crowd = [(f"guest{n}", quarter_start(WINDOW, 7) + timedelta(days=7 * d)) for n in range(40) for d in range(5)]
    assert signal_of([*plain, *crowd]).value == signal_of(plain).value
    back = [(who, day - timedelta(weeks=13)) for who, day in crowd[:15]]
    assert signal_of([*plain, *crowd, *back]).value != signal_of(plain).value


def test_windows_of_13_weeks_each_with_who_stayed() -> None:
    book = Book()
    repo = book.repo()
    newest, before, oldest = (AS_OF - timedelta(weeks=weeks) for weeks in (13, 26, 104))
    for by, first, weeks in (
        ("ann", newest, 13), ("bob", newest, 13), ("cat", newest, 13), ("dan", newest, 2), ("eve", newest, 8),
        ("cat", before, 3), ("ann", oldest, 13), ("bob", oldest, 13), ("ann", oldest - timedelta(weeks=1), 1),
    ):  # fmt: skip
        worked(book, repo, by, first, weeks)
    found: dict[tuple[int, str | None], int] = {}
    for row in book.evidence("concentration_trend"):
        key = (row["quarter"], row["reason"])
        found[key] = found.get(key, 0) + 1
    assert found == {
        (7, None): 39,
        (7, "active_in_under_3_weeks"): 2,
        (7, "active_in_one_window_only"): 8,
        (6, "window_under_30_author_days"): 3,
        (0, "window_under_30_author_days"): 26,
    }
    signal = book.compute()["concentration_trend"]
    assert (signal["status"], signal["n"]) == ("insufficient", 1)


def test_a_window_before_the_database_tells_nothing() -> None:
    book = Book(start="2025-06-01T00:00:00Z")
    repo = book.repo()
    for by in ("ann", "bob", "cat"):
        worked(book, repo, by, date(2025, 3, 3), 13)
    assert {r["reason"] for r in book.evidence("concentration_trend")} == {"before_lookback"}
