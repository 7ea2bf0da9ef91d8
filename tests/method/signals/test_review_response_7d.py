"""Which pull requests wait for a review, and what ends the wait."""

from datetime import date
from typing import Any

import pytest

from collector.store import hash_key
from collector.store.text_hash import text_hash
from tests.made import AS_OF, Book, repo

OPENED = "2026-03-02T12:00:00Z"
NEXT = "2026-03-03T12:00:00Z"


def offered(book: Book, by: str | None = "asker", at: str = OPENED, number: int = 1, **values: Any) -> int:
    return book.pull(repo(book), number, by, at, **values)


def reviewed(book: Book, pull: int, by: str | None, at: str = NEXT, state: str = "COMMENTED") -> None:
    book.add("reviews", pull_request=pull, author=book.who(by), submitted_at=at, state=state)


def turned(book: Book, pull: int, kind: str, at: str, by: str = "asker") -> None:
    book.event(repo(book), pull, kind, at, by, subject_type="PullRequest")


def the_pull(book: Book, as_of: date = AS_OF) -> dict[str, Any]:
    rows = book.evidence("review_response_7d", as_of)
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize("state", ["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"])
def test_an_insiders_review_is_the_answer(book: Book, state: str) -> None:
    pull = offered(book)
    reviewed(book, pull, "insider", "2026-03-09T12:00:00Z", state)
    found = the_pull(book)
    assert (found["counted"], found["answered"], found["days"]) == (1, 1, 7.0)
    assert not the_pull(book, date(2026, 3, 9))["answered"], "not yet"


def test_so_is_an_insiders_comment_that_is_no_template(book: Book) -> None:
    pulls = [offered(book, number=number) for number in (1, 2, 3)]
    for pull in pulls:
        book.comment(repo(book), pull, "insider", NEXT, "Thanks!", subject_type="PullRequest")
    assert [r["answered"] for r in book.evidence("review_response_7d")] == [0, 0, 0]
    book.comment(repo(book), pulls[0], "insider", NEXT, subject_type="PullRequest")
    assert [r["answered"] for r in book.evidence("review_response_7d")] == [1, 0, 0]


@pytest.mark.parametrize("by", ["asker", "robot[bot]", "script", "outsider", None])
def test_whose_review_answers_nothing(book: Book, by: str | None) -> None:
    book.who("robot[bot]")
    for login in ("robot[bot]", "script"):
        book.push(repo(book), "base", "2025-06-01T00:00:00Z", login)
    reviewed(book, offered(book), by)
    assert (the_pull(book)["answered"], the_pull(book)["days"]) == (0, 90.5)


@pytest.mark.parametrize(("at", "answered"), [("2026-03-02T12:02:00Z", 0), ("2026-03-02T12:02:01Z", 1)])
def test_what_comes_within_two_minutes_answers_nothing(book: Book, at: str, answered: int) -> None:
    reviewed(book, offered(book), "insider", at)
    assert the_pull(book)["answered"] == answered


def test_a_merge_without_a_word_is_no_answer(book: Book) -> None:
    pull = offered(book, merged_at=NEXT, merger="insider")
    turned(book, pull, "ClosedEvent", NEXT, "insider")
    assert (the_pull(book)["answered"], the_pull(book)["days"]) == (0, 90.5)


def test_the_authors_own_closing_within_a_day_ends_the_wait_but_a_merge_is_none(book: Book) -> None:
    turned(book, offered(book, number=1), "ClosedEvent", NEXT)
    turned(book, offered(book, number=2, merged_at=NEXT), "ClosedEvent", NEXT)
    turned(book, offered(book, number=3), "ClosedEvent", "2026-03-04T12:00:00Z")
    assert [r["days"] for r in book.evidence("review_response_7d")] == [1.0, 90.5, 90.5]


def test_a_draft_that_another_made_ready_waits_from_its_opening(book: Book) -> None:
    mine, theirs = offered(book, number=1), offered(book, number=2)
    turned(book, mine, "ReadyForReviewEvent", "2026-03-07T12:00:00Z")
    turned(book, theirs, "ReadyForReviewEvent", "2026-03-07T12:00:00Z", "insider")
    assert [r["ready_at"] for r in book.evidence("review_response_7d")] == ["2026-03-07T12:00:00Z", OPENED]


def test_where_others_make_most_drafts_ready_all_wait_from_their_opening(book: Book) -> None:
    for number, by in enumerate(("asker", "insider", "insider"), 1):
        turned(book, offered(book, number=number), "ReadyForReviewEvent", "2026-03-07T12:00:00Z", by)
    offered(book, number=4, is_draft=1)
    found = book.evidence("review_response_7d")
    assert [r["ready_at"] for r in found] == [OPENED] * 4
    assert [r["reason"] for r in found] == [None, None, None, "draft"]


def test_insiders_drafts_do_not_hide_that(book: Book) -> None:
    for number in (1, 2, 3):
        pull = offered(book, number=number, by="insider")
        turned(book, pull, "ReadyForReviewEvent", "2026-03-07T12:00:00Z", "insider")
    for number, by in ((4, "asker"), (5, "insider"), (6, "insider")):
        turned(book, offered(book, number=number), "ReadyForReviewEvent", "2026-03-07T12:00:00Z", by)
    assert {r["ready_at"] for r in book.evidence("review_response_7d") if r["counted"]} == {OPENED}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, None),
        ({"is_cross_repository": 0}, "from_inside"),
        ({"by": "insider"}, "by_insider"),
        ({"by": "robot[bot]"}, "by_bot"),
        ({"by": None}, "by_ghost"),
        ({"by": "young"}, "account_under_90_days"),
        ({"is_draft": 1}, "draft"),
    ],
)
def test_which_count(book: Book, values: dict[str, Any], reason: str | None) -> None:
    book.who("young", created_at="2026-02-01T00:00:00Z")
    offered(book, **values)
    assert the_pull(book)["reason"] == reason


def test_an_imported_pull_request_does_not_count(book: Book) -> None:
    offered(book, number=1)
    offered(book, number=2, at="2026-02-01T00:00:00Z")
    assert book.reasons("review_response_7d") == {"1": None, "2": "imported"}


def test_a_draft_waits_from_when_it_was_first_ready(book: Book) -> None:
    pull = offered(book)
    turned(book, pull, "ReadyForReviewEvent", "2026-03-10T12:00:00Z")
    turned(book, pull, "ConvertToDraftEvent", "2026-03-11T12:00:00Z", "insider")
    turned(book, pull, "ReadyForReviewEvent", "2026-03-12T12:00:00Z")
    reviewed(book, pull, "insider", "2026-03-13T12:00:00Z")
    found = the_pull(book)
    assert (found["ready_at"], found["days"]) == ("2026-03-10T12:00:00Z", 3.0)
    reviewed(book, pull, "insider", NEXT)
    assert (the_pull(book)["answered"], the_pull(book)["days"]) == (1, 0.0), "a look at the draft was one"


@pytest.mark.parametrize("by", ["asker", "insider"])
def test_what_became_ready_or_a_draft_only_later_changes_nothing_before(book: Book, by: str) -> None:
    for number, kind, is_draft in ((1, "ReadyForReviewEvent", 0), (2, "ConvertToDraftEvent", 1)):
        turned(book, offered(book, number=number, is_draft=is_draft), kind, "2026-03-10T12:00:00Z", by)
    found = {r["number"]: r["reason"] for r in book.evidence("review_response_7d", date(2026, 3, 9))}
    assert found.get(1, "draft") == "draft", "it was a draft by then"
    assert found[2] is None, "it was none by then"


def test_being_made_a_draft_does_not_stop_the_clock(book: Book) -> None:
    pull = offered(book, is_draft=1)
    turned(book, pull, "ConvertToDraftEvent", "2026-03-03T12:00:00Z", "insider")
    assert (the_pull(book)["ready_at"], the_pull(book)["counted"], the_pull(book)["days"]) == (OPENED, 1, 90.5)


def test_a_comment_with_a_command_of_review_is_no_template(book: Book) -> None:
    for number in (1, 2, 3):
        values = {"subject_type": "PullRequest", "is_review_command": int(number < 3)}
        book.comment(repo(book), offered(book, number=number), "insider", NEXT, "Looks good.\n/lgtm", **values)
    assert [r["answered"] for r in book.evidence("review_response_7d")] == [1, 1, 0]


@pytest.mark.parametrize(("text", "answered"), [("/lgtm", 1), ("Thanks!", 0)])
def test_commands_of_review_are_no_templates(book: Book, text: str, answered: int) -> None:
    hashed = text_hash(text, hash_key.read(book.db))
    for number in (1, 2, 3):
        book.comment(repo(book), offered(book, number=number), "insider", NEXT, hashed, subject_type="PullRequest")
    assert [r["answered"] for r in book.evidence("review_response_7d")] == [answered] * 3
