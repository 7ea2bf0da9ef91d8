"""Which closings resolve an outsider's issue."""

from datetime import date
from typing import Any

import pytest

from tests.made import AS_OF, Book, repo

OPENED = "2026-03-02T12:00:00Z"
NEXT = "2026-03-03T12:00:00Z"
CLOSED = "2026-03-12T12:00:00Z"


def asked(book: Book, number: int = 1, by: str = "asker", at: str = OPENED) -> int:
    return book.issue(repo(book), number, by, at)


def closed(book: Book, issue: int, by: str | None, at: str = CLOSED, **values: Any) -> None:
    book.event(repo(book), issue, "ClosedEvent", at, by, **{"state_reason": "COMPLETED", **values})


def by_pull(number: int = 5) -> dict[str, Any]:
    return {"source_repository": "acme/engine", "source_number": number}


def the_issue(book: Book, number: int = 1, as_of: date = AS_OF) -> dict[str, Any]:
    return next(r for r in book.evidence("resolution_90d", as_of) if r["number"] == number)


def test_an_insider_who_said_why_resolves_it(book: Book) -> None:
    issue = asked(book)
    closed(book, issue, "insider")
    assert not the_issue(book)["resolved"], "without a word"
    book.comment(repo(book), issue, "insider", NEXT)
    found = the_issue(book)
    assert (found["resolved"], found["resolved_by"], found["days"]) == (1, "insider", 10.0)
    assert not the_issue(book, as_of=date(2026, 3, 12))["resolved"], "not yet"


@pytest.mark.parametrize(
    ("by", "reason", "resolved"),
    [
        ("insider", "COMPLETED", 1),
        ("insider", "DUPLICATE", 1),
        ("insider", "NOT_PLANNED", 0),
        ("outsider", "COMPLETED", 0),
        ("script", "COMPLETED", 0),
        (None, "COMPLETED", 0),
    ],
)
def test_who_may_close_as_what(book: Book, by: str | None, reason: str, resolved: int) -> None:
    book.push(repo(book), "base", "2025-06-01T00:00:00Z", "script")
    issue = asked(book)
    for login in ("insider", "script", "outsider"):
        book.comment(repo(book), issue, login, NEXT)
    # To close another's issue is a use of power; what an outsider is by it begins there and then.
    closed(book, issue, by, state_reason=reason)
    if by == "outsider":
        book.db.execute("DELETE FROM comments WHERE author = ?", [book.accounts["outsider"]])
    assert the_issue(book)["resolved"] == resolved


def test_a_template_or_anothers_comment_does_not_say_why(book: Book) -> None:
    book.push(repo(book), "base", "2025-06-01T00:00:00Z", "second")
    for number in (1, 2, 3):
        issue = asked(book, number)
        book.comment(repo(book), issue, "insider", NEXT, "Closing, thanks!")
        book.comment(repo(book), issue, "second", NEXT)
        closed(book, issue, "insider")
    assert [r["resolved"] for r in book.evidence("resolution_90d")] == [0, 0, 0]


@pytest.mark.parametrize(
    ("at", "by", "resolved"),
    [
        (CLOSED, "insider", 0),
        ("2026-03-26T12:00:00Z", "insider", 0),
        ("2026-03-26T12:00:00Z", None, 0),
        ("2026-03-26T12:00:01Z", "insider", 1),
        ("2026-03-13T12:00:00Z", "script", 1),
        ("2026-03-11T12:00:00Z", "insider", 0),
    ],
    ids=["at once", "after 14 days", "by a ghost", "later", "by a bot", "closed while locked"],
)
def test_words_count_for_nothing_where_a_lock_silences_the_author(
    book: Book, at: str, by: str | None, resolved: int
) -> None:
    issue = asked(book)
    book.comment(repo(book), issue, "insider", NEXT)
    closed(book, issue, "insider")
    book.event(repo(book), issue, "LockedEvent", at, by)
    assert the_issue(book)["resolved"] == resolved


def test_a_lock_that_was_lifted_or_has_not_come_yet_silences_nobody(book: Book) -> None:
    issue = asked(book)
    book.comment(repo(book), issue, "insider", NEXT)
    book.event(repo(book), issue, "LockedEvent", NEXT, "insider")
    book.event(repo(book), issue, "UnlockedEvent", "2026-03-04T12:00:00Z", "insider")
    closed(book, issue, "insider")
    assert the_issue(book)["resolved"]
    book.event(repo(book), issue, "LockedEvent", "2026-03-20T12:00:00Z", "insider")
    assert not the_issue(book)["resolved"]
    assert the_issue(book, as_of=date(2026, 3, 20))["resolved"]


def test_a_lock_takes_nothing_from_a_fix_or_from_the_authors_own_closing(book: Book) -> None:
    fixed, own = asked(book, 1), asked(book, 2)
    book.landed(repo(book), 5, "insider", NEXT, CLOSED)
    closed(book, fixed, "insider", **by_pull())
    book.comment(repo(book), own, "insider", NEXT)
    closed(book, own, "asker")
    for issue in (fixed, own):
        book.event(repo(book), issue, "LockedEvent", CLOSED, "insider")
    assert [r["resolved_by"] for r in book.evidence("resolution_90d")] == ["pull_request", "author"]


def test_the_author_resolves_it_after_an_answer_and_withdraws_it_within_a_day(book: Book) -> None:
    answered, alone, late = asked(book, 1), asked(book, 2), asked(book, 3)
    book.comment(repo(book), answered, "insider", NEXT)
    closed(book, answered, "asker")
    closed(book, alone, "asker", NEXT)
    closed(book, late, "asker")
    found = the_issue(book, 1)
    assert (found["resolved"], found["resolved_by"], found["days"]) == (1, "author", 10.0)
    found = the_issue(book, 2)
    assert (found["resolved"], found["withdrawn_at"], found["days"]) == (0, NEXT, 1.0)
    found = the_issue(book, 3)
    assert (found["resolved"], found["withdrawn_at"], found["days"]) == (0, None, 90.5)


def test_a_withdrawal_that_was_taken_back_is_none(book: Book) -> None:
    issue = asked(book)
    closed(book, issue, "asker", NEXT)
    book.event(repo(book), issue, "ReopenedEvent", "2026-03-04T12:00:00Z", "asker")
    assert (the_issue(book)["withdrawn_at"], the_issue(book)["days"]) == (None, 90.5)


def test_reopening_undoes_it_and_the_last_closing_decides(book: Book) -> None:
    issue = asked(book)
    book.comment(repo(book), issue, "insider", NEXT)
    closed(book, issue, "insider")
    book.event(repo(book), issue, "ReopenedEvent", "2026-03-20T12:00:00Z", "asker")
    assert (the_issue(book)["resolved"], the_issue(book)["days"]) == (0, 90.5)
    assert the_issue(book, as_of=date(2026, 3, 16))["resolved"], "as of before the reopening it was"
    closed(book, issue, "insider", "2026-03-22T12:00:00Z")
    assert the_issue(book)["days"] == 20.0


@pytest.mark.parametrize(
    ("pull", "resolved"),
    [
        ({}, 1),
        ({"closes": [(None, 1)]}, 1),
        ({"closes": [("ACME/Engine", 1)]}, 1),
        ({"closes": [(None, 7)]}, 0),
        ({"lines": 9}, 0),
        ({"at": "2026-03-01T00:00:00Z"}, 0),
        ({"by": "script"}, 0),
    ],
    ids=["merged", "named", "named in full", "names another", "under ten lines", "older than the issue", "a bot's"],
)
def test_which_pull_requests_resolve(book: Book, pull: dict[str, Any], resolved: int) -> None:
    issue = asked(book)
    asked(book, 7, "insider")
    book.landed(repo(book), 5, **{"by": "outsider", "at": NEXT, "merged_at": CLOSED, "merger": "insider", **pull})
    closed(book, issue, "insider", **by_pull())
    found = the_issue(book)
    assert (found["resolved"], found["resolved_by"]) == (resolved, "pull_request" if resolved else None)


def test_a_pull_request_that_was_not_merged_resolves_nothing(book: Book) -> None:
    book.pull(repo(book), 5, "outsider", NEXT, additions=900)
    closed(book, asked(book), "insider", **by_pull())
    assert not the_issue(book)["resolved"]


def test_a_pull_request_answers_and_resolves_the_same_issue(book: Book) -> None:
    named, other = asked(book, 1), asked(book, 2)
    book.landed(repo(book), 5, "insider", NEXT, CLOSED, closes=[(None, 1)])
    closed(book, other, "insider", **by_pull())
    closed(book, named, "insider", "2026-03-12T12:00:01Z", **by_pull())
    assert [r["resolved"] for r in book.evidence("resolution_90d")] == [1, 0]
    assert [r["answered"] for r in book.evidence("first_response_7d")] == [1, 0]


def test_what_resolved_an_issue_is_the_strongest_of_its_ways(book: Book) -> None:
    issue = asked(book)
    book.landed(repo(book), 5, "insider", NEXT, CLOSED)
    book.comment(repo(book), issue, "insider", NEXT)
    closed(book, issue, "insider", **by_pull())
    assert the_issue(book)["resolved_by"] == "pull_request"


def test_a_pull_request_resolves_one_issue(book: Book) -> None:
    book.landed(repo(book), 5, "insider", NEXT, CLOSED)
    for number in (1, 2, 3):
        closed(book, asked(book, number), "insider", **by_pull())
    assert [r["resolved"] for r in book.evidence("resolution_90d")] == [1, 0, 0]


@pytest.mark.parametrize(("lines", "resolved"), [(10, 1), (9, 0)])
def test_a_substantive_landed_commit_resolves_one_issue(book: Book, lines: int, resolved: int) -> None:
    for number in (1, 2):
        closed(book, asked(book, number), "insider", source_repository="acme/engine", source_oid="fix")
    assert not the_issue(book)["resolved"], "a commit that landed nowhere"
    book.direct(repo(book), "fix", CLOSED, "insider", "base", lines=lines)
    assert [r["resolved"] for r in book.evidence("resolution_90d")] == [resolved, 0]


@pytest.mark.parametrize(
    ("by", "at"), [("asker", "2025-06-01T12:00:00Z"), ("insider", OPENED)], ids=["before the window", "an insider's"]
)
@pytest.mark.parametrize("source", ["pull_request", "commit"])
def test_the_issue_that_is_resolved_is_the_first_of_all_whoever_opened_it_and_whenever(
    book: Book, source: str, by: str, at: str
) -> None:
    """So it does not move to another one when the window goes on."""
    first, second = asked(book, 1, by, at), asked(book, 2)
    if source == "pull_request":
        book.landed(repo(book), 5, "insider", NEXT, CLOSED)
    else:
        book.direct(repo(book), "fix", CLOSED, "insider", "base")
    by_it = by_pull() if source == "pull_request" else {"source_repository": "acme/engine", "source_oid": "fix"}
    for issue in (first, second):
        closed(book, issue, "insider", **by_it)
    for as_of in (date(2026, 5, 4), AS_OF):
        assert not the_issue(book, 2, as_of)["resolved"]
    assert [r["answered"] for r in book.evidence("first_response_7d") if r["number"] == 2] == [0]


def test_who_came_back_after_the_closing_is_shown(book: Book) -> None:
    issue = asked(book)
    book.comment(repo(book), issue, "insider", NEXT)
    book.comment(repo(book), issue, "asker", NEXT)
    closed(book, issue, "insider")
    assert not the_issue(book)["author_came_back"]
    book.comment(repo(book), issue, "asker", "2026-03-13T12:00:00Z")
    assert the_issue(book)["author_came_back"]


def test_only_outsiders_issues_count(book: Book) -> None:
    asked(book, 1)
    asked(book, 2, "insider")
    assert book.reasons("resolution_90d") == {"1": None, "2": "by_insider"}
