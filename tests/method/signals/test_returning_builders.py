"""Who is a newcomer, what coming back is, and how likely it is."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.signal import Signal, Status
from collector.method.signals.returning_builders import SIGNAL, returning_builders
from collector.method.statistics.intervals import wilson
from collector.method.statistics.survival import Observation
from tests.made import AS_OF, Book, repo
from tests.method.contexts import LONG_AGO, WINDOW, context, weeks_old

FIRST = "2025-09-01T12:00:00Z"
AFTER_30 = "2025-10-01T12:00:00Z"


def came(book: Book, as_of: date = AS_OF) -> dict[str, Any]:
    (row,) = (r for r in book.evidence("returning_builders", as_of) if r["author"] == book.accounts["newcomer"])
    return row


@pytest.fixture
def first(book: Book) -> int:
    """The newcomer's first issue; another one's is older."""
    book.issue(repo(book), 1, "other", "2025-08-01T12:00:00Z")
    return book.issue(repo(book), 2, "newcomer", FIRST)


def test_another_thread_is_a_coming_back_a_month_after_the_first(book: Book, first: int) -> None:
    assert (came(book)["came_back"], came(book)["days"]) == (0, 272.5)
    book.pull(repo(book), 3, "newcomer", "2025-10-01T11:59:59Z")
    assert not came(book)["came_back"], "too soon: neither an event nor an end"
    book.issue(repo(book), 9, "newcomer", "2026-01-01T12:00:00Z")
    assert (came(book)["came_back"], came(book)["days"]) == (1, 122.0)
    assert not came(book, date(2026, 1, 1))["came_back"], "not yet"
    book.pull(repo(book), 4, "newcomer", AFTER_30)
    assert came(book)["days"] == 30.0


@pytest.mark.parametrize(("length", "own", "back"), [(40, False, 1), (39, False, 0), (40, True, 0)])
def test_so_is_a_comment_of_substance_on_anothers_thread(
    book: Book, first: int, length: int, own: bool, back: int
) -> None:
    others = int(book.rows("SELECT id FROM issues WHERE number = 1")[0]["id"])
    book.comment(repo(book), first if own else others, "newcomer", AFTER_30, length=length)
    assert came(book)["came_back"] == back


@pytest.mark.parametrize(("prose", "back"), [(40, 1), (39, 0)])
def test_quotes_and_code_do_not_make_a_comment_longer(book: Book, first: int, prose: int, back: int) -> None:
    others = int(book.rows("SELECT id FROM issues WHERE number = 1")[0]["id"])
    book.comment(repo(book), others, "newcomer", AFTER_30, length=900, prose_length=prose)
    assert came(book)["came_back"] == back


@pytest.mark.parametrize(
    ("source", "opened"), [("elsewhere/forum", "2025-09-20T12:00:00Z"), ("acme/engine", "2025-08-20T12:00:00Z")]
)
def test_an_issue_that_was_moved_in_counts_from_its_transfer_or_within_the_project_from_its_opening(
    book: Book, source: str, opened: str
) -> None:
    other = book.repo("acme/kit")
    book.issue(other, 1, "other", "2025-09-10T12:00:00Z")
    moved = book.issue(other, 2, "newcomer", "2025-08-20T12:00:00Z")  # older than its number allows
    book.event(other, moved, "TransferredEvent", "2025-09-20T12:00:00Z", "mover", from_repository=source)
    assert came(book)["opened_at"] == opened


@pytest.mark.parametrize(("at", "back"), [(AFTER_30, 1), ("2025-09-20T00:00:00Z", 0)])
def test_so_is_a_first_use_of_power(book: Book, first: int, at: str, back: int) -> None:
    book.push(repo(book), "base", at, "newcomer")
    assert came(book)["came_back"] == back


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        ({}, None),
        ({"created_at": "2025-08-01T00:00:00Z"}, "account_under_90_days"),
        ({"created_at": None}, "account_age_unknown"),
        ({"type": "Bot"}, "by_bot"),
    ],
)
def test_who_is_a_qualified_newcomer(book: Book, account: dict[str, Any], reason: str | None) -> None:
    book.who("newcomer", **account)
    book.issue(repo(book), 1, "newcomer", FIRST)
    assert came(book)["reason"] == reason


def test_an_insider_is_none(book: Book) -> None:
    book.issue(repo(book), 1, "insider", FIRST)
    assert [r["reason"] for r in book.evidence("returning_builders")] == ["by_insider"]


@pytest.mark.parametrize(("at", "rows"), [("2024-06-03T00:00:00Z", 1), ("2024-06-02T23:59:59Z", 0)])
def test_the_first_thread_lies_in_two_years(book: Book, at: str, rows: int) -> None:
    book.issue(repo(book), 1, "newcomer", at)
    book.issue(repo(book), 2, "newcomer", FIRST)
    assert len(book.evidence("returning_builders")) == rows


def test_as_of_a_date_from_two_years_of_newcomers(book: Book) -> None:
    for n in range(20):
        book.issue(repo(book), n + 1, f"n{n}", f"{date(2025, 1, 1) + timedelta(days=n)}T12:00:00Z")
    for n in range(5):
        book.issue(repo(book), n + 30, f"n{n}", f"{date(2025, 3, 1) + timedelta(days=n)}T12:00:00Z")
    found = book.compute()["returning_builders"]
    assert (found["value"], found["n"]) == (pytest.approx(0.25), 20)
    assert json.loads(found["companions"])["came_back"] == 5
    assert json.loads(found["naive"]) == {"with_two_threads_or_more": None}


def signal_of(
    back: list[float], waiting: list[float], created_at: datetime = LONG_AGO, start: datetime = LONG_AGO
) -> Signal:
    rows = [(days, True) for days in back] + [(days, False) for days in waiting]
    newcomers = [Observation(str(n), days, event) for n, (days, event) in enumerate(rows)]
    return returning_builders(newcomers, context(SIGNAL, created_at, start=start))


def test_the_probability_within_180_days() -> None:
    signal = signal_of([60.0] * 4 + [180.0] + [181.0] * 5, [300.0] * 10)
    assert (signal.status, signal.n) == (Status.OK, 20)
    assert (signal.value, signal.score) == pytest.approx((0.25, 0.5))
    none = signal_of([], [300.0] * 20)
    assert (none.value, (none.low, none.high)) == (0.0, wilson(0, 20))


def test_fewer_than_15_accounts_are_insufficient() -> None:
    assert signal_of([60.0] * 4, [300.0] * 10).reason == "15 newcomers are needed, there are 14"
    assert signal_of([60.0] * 5, [300.0] * 10).status is Status.OK


def test_a_database_that_begins_later_has_not_seen_all_first_threads() -> None:
    start = WINDOW.end - timedelta(weeks=104)
    assert signal_of([60.0] * 20, [], start=start).status is Status.OK
    late = signal_of([60.0] * 20, [], start=start + timedelta(days=1))
    assert str(late.reason).startswith("before_lookback")
    young = start + timedelta(weeks=10)
    assert signal_of([60.0] * 20, [], created_at=young, start=young - timedelta(weeks=5)).status is Status.OK
    assert signal_of([60.0] * 20, [], created_at=datetime(2024, 6, 1, tzinfo=UTC)).status is Status.INSUFFICIENT
    assert signal_of([60.0] * 20, [], weeks_old(3)).reason == "the oldest repository is 3 weeks old, 26 needed"


@given(st.lists(st.floats(30, 700), max_size=30), st.lists(st.floats(0, 700), min_size=15, max_size=30))
def test_one_more_who_comes_back_in_time_never_lowers_it_and_the_interval_holds_it(
    back: list[float], waiting: list[float]
) -> None:
    before, after = signal_of(back, waiting), signal_of([*back, 30.0], waiting)
    assert before.value is not None
    assert after.value is not None
    assert after.low is not None
    assert after.high is not None
    assert after.value >= before.value - 1e-9
    assert after.low <= after.value <= after.high
