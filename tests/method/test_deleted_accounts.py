"""Law: what is as of a date stays so when an account is deleted later; as of later dates nobody wrote its texts."""

from datetime import date
from typing import Any

import pytest

from tests.made import AS_OF, Book, repo

SEEN = "2026-06-03T00:00:00Z"
LATER = date(2026, 6, 8)
SIGNALS = ("first_response_7d", "resolution_90d", "review_response_7d", "returning_builders", "history_integrity")
VALUES = ("status", "reason", "value", "low", "high", "n", "score", "naive", "companions")


def asked(insider: str | None = "helper", outsider: str | None = "asker1") -> Book:
    """Sixteen issues, pull requests and answers; `helper` shows power by a branch in the repository alone."""
    book = Book()
    here = book.repo()
    book.direct(here, "base", "2025-01-01T00:00:00Z", "insider")
    book.landed(here, 90, insider, "2025-02-01T00:00:00Z", "2025-02-02T00:00:00Z", is_cross_repository=0)
    for n in range(16):
        day = f"2026-04-{n + 1:02}"
        who = outsider if n == 1 else f"asker{n}"
        issue = book.issue(here, n + 1, who, f"{day}T00:00:00Z")
        pull = book.pull(here, n + 101, who, f"{day}T01:00:00Z")
        if n % 4 != 3:
            book.comment(here, issue, insider if n % 2 else "insider", f"{day}T12:00:00Z")
            by = insider if n % 2 else "insider"
            book.add("reviews", pull_request=pull, author=book.who(by), submitted_at=f"{day}T13:00:00Z")
        book.comment(here, issue, who, f"{day}T14:00:00Z")
    return book


def shown(book: Book, as_of: date) -> dict[str, dict[str, Any]]:
    found = book.compute(as_of)
    return {key: {column: found[key][column] for column in VALUES} for key in SIGNALS}


@pytest.mark.parametrize("login", ["helper", "asker1"])
def test_a_date_before_a_deletion_is_as_it_was(login: str) -> None:
    book = asked()
    before, insiders = shown(book, AS_OF), book.insiders()
    assert before["first_response_7d"]["value"] == pytest.approx(0.75)
    book.deleted(login, SEEN)
    assert shown(book, AS_OF) == before
    assert book.insiders() == insiders


@pytest.mark.parametrize("gone", [{"insider": None}, {"outsider": None}])
def test_a_date_after_a_deletion_is_that_of_a_database_that_never_saw_the_account(gone: dict[str, None]) -> None:
    book = asked()
    book.deleted("helper" if "insider" in gone else "asker1", SEEN)
    after, before = shown(book, LATER), shown(asked(), LATER)
    assert after == shown(asked(**gone), LATER)
    assert after["first_response_7d"] != before["first_response_7d"]


def test_an_answer_keeps_its_author_until_the_deletion_is_seen(book: Book) -> None:
    issue = book.issue(repo(book), 1, "asker", "2026-03-02T12:00:00Z")
    book.comment(repo(book), issue, "insider", "2026-03-03T12:00:00Z")
    book.deleted("insider", SEEN)
    book.deleted("asker", SEEN)
    (found,) = book.evidence("first_response_7d")
    assert (found["counted"], found["answered"]) == (1, 1)
    (found,) = book.evidence("first_response_7d", LATER)
    assert (found["reason"], found["answered"]) == ("by_ghost", 0)


def test_power_that_was_used_stays_used(book: Book) -> None:
    here = repo(book)
    book.pull(here, 1, "asker", "2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z", merger="merger")
    book.event(
        here, book.issue(here, 2, "asker", "2026-03-02T12:00:00Z"), "ClosedEvent", "2026-03-04T12:00:00Z", "closer"
    )
    book.release(here, "v1", "2026-03-05T12:00:00Z", "base", author=book.who("publisher"))
    before = book.insiders()
    assert before.keys() == {"insider", "merger", "closer", "publisher"}
    for login in before:
        book.deleted(login, SEEN)
    assert book.insiders() == before
