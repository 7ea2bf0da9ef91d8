"""Whose review before which merge makes an author-day a reviewed one."""

from typing import Any

import pytest

from tests.made import Book, repo

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


@pytest.mark.parametrize(("pushed", "expected"), [(20, 1), (21, 0)])
def test_half_of_the_days_lines_must_be_reviewed(book: Book, pushed: int, expected: int) -> None:
    pull = merged(book, 1, f"{DAY}T12:00:00Z", lines=20)
    reviewed(book, pull, "second", "2026-03-02T13:00:00Z")
    book.direct(repo(book), "own", f"{DAY}T15:00:00Z", "author", "merge1", lines=pushed)
    assert days(book) == [(DAY, expected)]


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
