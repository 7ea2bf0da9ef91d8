"""Whose review before which merge makes an author-day a reviewed one, and the share of reviewed ones."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.author_days import AuthorDay
from collector.method.signal import Signal, Status
from collector.method.signals.independent_review import SIGNAL, independent_review
from collector.method.statistics.intervals import wilson
from collector.store import hash_key
from collector.store.text_hash import text_hash
from tests.made import Book, repo
from tests.method.contexts import EXCLUDED, LONG_AGO, NAIVE, context, day, weeks_old

DAY = "2026-03-03"


@pytest.fixture
def book() -> Book:
    """A repository of two insiders since 2025."""
    book = Book()
    book.direct(book.repo(), "base", "2025-01-01T00:00:00Z", "author")
    book.push(repo(book), "base", "2025-01-02T00:00:00Z", "second")
    return book


def merged(book: Book, number: int, at: str, lines: int = 20, by: str = "author") -> int:
    oid = f"merge{number}"
    heads = [r["after_oid"] for r in book.rows("SELECT after_oid FROM pushes ORDER BY pushed_at")]
    book.commit(repo(book), oid, at, heads[-1], lines=lines)
    pull = book.pull(repo(book), number, by, "2026-03-01T00:00:00Z", at, oid=oid, merger="author", additions=lines)
    book.push(repo(book), oid, at, "author", heads[-1], kind="pr_merge")
    return pull


def reviewed(book: Book, pull: int, by: str | None, at: str, state: str = "APPROVED") -> None:
    book.add("reviews", pull_request=pull, author=book.who(by), submitted_at=at, state=state)


def days(book: Book) -> list[tuple[Any, ...]]:
    rows = [r for r in book.evidence("independent_review") if r["counted"] and r["day"].startswith("2026")]
    return sorted({(r["day"], r["reviewed"]) for r in rows})


@pytest.mark.parametrize(
    ("by", "at", "state", "expected"),
    [
        ("second", "02", "APPROVED", 1),
        ("second", "02", "CHANGES_REQUESTED", 1),
        ("second", "02", "COMMENTED", 1),
        ("second", "02", "DISMISSED", 0),
        ("second", "04", "APPROVED", 0),
        ("author", "02", "APPROVED", 0),
        ("outsider", "02", "APPROVED", 0),
        ("robot[bot]", "02", "APPROVED", 0),
        ("young", "02", "APPROVED", 0),
        (None, "02", "APPROVED", 0),
    ],
)
def test_whose_review_counts(book: Book, by: str | None, at: str, state: str, expected: int) -> None:
    for login in ("robot[bot]", "young"):
        book.who(login, **({"created_at": "2026-02-01T00:00:00Z"} if login == "young" else {"is_bot": 1}))
        book.push(repo(book), "base", "2025-06-01T00:00:00Z", login)
    pull = merged(book, 1, f"{DAY}T12:00:00Z")
    reviewed(book, pull, by, f"2026-03-{at}T13:00:00Z", state)
    assert days(book) == [(DAY, expected)]


@pytest.mark.parametrize(
    ("by", "text", "at", "expected"),
    [
        ("second", "/lgtm", "2026-03-02T12:00:00Z", 1),
        ("second", "@bors r+", "2026-03-02T12:00:00Z", 1),
        ("second", "LGTM", "2026-03-02T12:00:00Z", 1),
        ("second", "/lgtm cancel", "2026-03-02T12:00:00Z", 0),
        ("second", "Nice", "2026-03-02T12:00:00Z", 0),
        ("second", "/lgtm", "2026-03-01T00:02:00Z", 0),
        ("second", "/lgtm", "2026-03-04T12:00:00Z", 0),
        ("author", "/lgtm", "2026-03-02T12:00:00Z", 0),
        ("outsider", "/lgtm", "2026-03-02T12:00:00Z", 0),
    ],
)
def test_a_command_of_review_is_a_look(book: Book, by: str, text: str, at: str, expected: int) -> None:
    pull = merged(book, 1, f"{DAY}T12:00:00Z")
    hashed = text_hash(text, hash_key.read(book.db))
    book.comment(repo(book), pull, by, at, hashed, subject_type="PullRequest")
    assert days(book) == [(DAY, expected)]


@pytest.mark.parametrize(("at", "expected"), [("2026-03-03T11:59:59Z", 0), ("2026-03-03T12:00:00Z", 1)])
def test_a_review_dismissed_after_the_merge_was_one(book: Book, at: str, expected: int) -> None:
    pull = merged(book, 1, f"{DAY}T12:00:00Z")
    for state, by in (("DISMISSED", "second"), ("DISMISSED", "outsider")):
        reviewed(book, pull, by, "2026-03-02T13:00:00Z", state)
        review = book.rows("SELECT max(id) AS id FROM reviews")[0]["id"]
        book.event(repo(book), pull, "ReviewDismissedEvent", at, "author", subject_type="PullRequest", review=review)
    assert days(book) == [(DAY, expected)]


@pytest.mark.parametrize(("flag", "expected"), [(1, 1), (0, 0)])
def test_a_flag_tells_what_is_a_command(book: Book, flag: int, expected: int) -> None:
    pull, values = merged(book, 1, f"{DAY}T12:00:00Z"), {"subject_type": "PullRequest", "is_review_command": flag}
    hashed = text_hash("/lgtm", hash_key.read(book.db))
    book.comment(repo(book), pull, "second", "2026-03-02T12:00:00Z", "" if flag else hashed, **values)
    assert days(book) == [(DAY, expected)]


@pytest.mark.parametrize(("pushed", "expected"), [(20, 1), (21, 0)])
def test_half_of_the_days_lines_must_be_reviewed(book: Book, pushed: int, expected: int) -> None:
    pull = merged(book, 1, f"{DAY}T12:00:00Z", lines=20)
    reviewed(book, pull, "second", "2026-03-02T13:00:00Z")
    book.direct(repo(book), "own", f"{DAY}T15:00:00Z", "author", "merge1", lines=pushed)
    assert days(book) == [(DAY, expected)]


def bots(book: Book, number: int, at: str, files: dict[str, int], merger: str | None = "author") -> int:
    book.who("app[bot]", type="Bot")
    oid = f"bot{number}"
    book.commit(repo(book), oid, at, "base", lines=sum(files.values()))
    pull = book.pull(
        repo(book), number, "app[bot]", "2026-03-01T00:00:00Z", at, oid=oid, merger=merger,
        additions=sum(files.values()), changed_files=len(files),
    )  # fmt: skip
    for path, lines in files.items():
        book.add("pull_request_files", pull_request=pull, path=path, additions=lines)
    return pull


@pytest.mark.parametrize(
    ("files", "merger", "by", "expected"),
    [
        ({"src/a.py": 30}, "author", None, [(DAY, 0)]),
        ({"src/a.py": 30}, "author", "second", [(DAY, 1)]),
        ({"src/a.py": 30}, "author", "author", [(DAY, 0)]),
        ({"src/a.py": 30}, None, None, []),
        ({"src/a.py": 30}, "app[bot]", None, []),
        ({"src/a.py": 9, "package.json": 30, "yarn.lock": 900}, "author", None, []),
    ],
    ids=["unread", "read by another", "approved by who merged it", "merged by nobody", "by a bot", "raised versions"],
)
def test_a_bots_pull_request_is_the_work_of_who_merged_it(
    book: Book, files: dict[str, int], merger: str | None, by: str | None, expected: list[tuple[Any, ...]]
) -> None:
    pull = bots(book, 7, f"{DAY}T12:00:00Z", files, merger)
    if by:
        reviewed(book, pull, by, "2026-03-02T13:00:00Z")
    assert days(book) == expected
    work = [r for r in book.evidence("contributor_days") if r["day"] == DAY]
    assert [r["reason"] for r in work] == ["bot"], "for no other signal"


def test_what_a_bot_brought_counts_with_the_days_own_lines(book: Book) -> None:
    bots(book, 7, f"{DAY}T12:00:00Z", {"src/a.py": 30})
    pull = merged(book, 8, f"{DAY}T13:00:00Z", lines=29)
    reviewed(book, pull, "second", "2026-03-02T13:00:00Z")
    assert days(book) == [(DAY, 0)], "30 of 59 lines were read by nobody"
    book.direct(repo(book), "small", "2026-03-10T12:00:00Z", "author", "merge8", lines=5)
    bots(book, 9, "2026-03-10T13:00:00Z", {"src/a.py": 12})
    assert days(book)[-1] == ("2026-03-10", 0)
    assert {r["reason"] for r in book.evidence("independent_review") if r["day"] == "2026-03-10"} == {None}


def test_work_of_nobody_has_no_author_to_be_independent_of(book: Book) -> None:
    book.direct(repo(book), "ghostly", f"{DAY}T12:00:00Z", None, "base")
    assert days(book) == []
    assert "by_ghost" in {r["reason"] for r in book.evidence("independent_review")}


def test_corroborated_weeks_are_those_with_a_reviewed_day(book: Book) -> None:
    for number, at in ((1, "2026-03-03T12:00:00Z"), (2, "2026-03-10T12:00:00Z")):
        pull = merged(book, number, at)
        if number == 1:
            reviewed(book, pull, "second", "2026-03-02T13:00:00Z")
    found = book.compute()["active_weeks"]
    assert (found["value"], found["companions"]) == (2.0, '{"corroborated_weeks": 1.0}')


def signal_of(reviewed: int, others: int, created_at: datetime = LONG_AGO) -> Signal:
    days: dict[AuthorDay, bool] = {("ann", day(n)): n < reviewed for n in range(reviewed + others)}
    return independent_review(days, context(SIGNAL, created_at))


def test_the_value_is_the_share_and_the_score_is_drawn_to_the_middle() -> None:
    signal = signal_of(30, 10)
    assert (signal.status, signal.value, signal.n) == (Status.OK, 0.75, 40)
    assert (signal.low, signal.high) == pytest.approx(wilson(30, 40))
    assert signal.score == pytest.approx(32.5 / 45)
    assert signal.score_low == pytest.approx((40 * wilson(30, 40)[0] + 2.5) / 45)
    assert signal.score_high == pytest.approx((40 * wilson(30, 40)[1] + 2.5) / 45)
    assert signal.companions == {"reviewed_author_days": 30}
    assert (signal.naive, signal.excluded) == (NAIVE, EXCLUDED)


def test_fewer_than_20_author_days_are_insufficient() -> None:
    signal = signal_of(19, 0)
    assert (signal.status, signal.reason, signal.n) == (
        Status.INSUFFICIENT,
        "20 author-days are needed, there are 19",
        19,
    )
    assert signal_of(20, 0).status is Status.OK


def test_a_project_under_26_weeks_is_insufficient() -> None:
    young = signal_of(40, 0, weeks_old(3))
    assert young.reason == "the oldest repository is 3 weeks old, 26 needed"


@given(st.integers(0, 150), st.integers(0, 150))
def test_the_interval_holds_the_value(reviewed: int, others: int) -> None:
    signal = signal_of(reviewed, others)
    if signal.value is not None and signal.low is not None and signal.high is not None:
        assert signal.low <= signal.value <= signal.high


@given(st.integers(0, 150), st.integers(20, 150))
def test_one_more_reviewed_day_never_lowers_it(reviewed: int, others: int) -> None:
    before, after = signal_of(reviewed, others), signal_of(reviewed + 1, others)
    assert after.value is not None
    assert before.value is not None
    assert after.value >= before.value
    assert (after.score or 0) >= (before.score or 0)
