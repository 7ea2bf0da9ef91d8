import json
from datetime import date
from typing import Any

import pytest

from tests.made import AS_OF, Book, repo

OPENED = "2026-03-02T12:00:00Z"
NEXT = "2026-03-03T12:00:00Z"
MERGED = "2026-03-05T12:00:00Z"


def the_issue(book: Book, as_of: date = AS_OF) -> dict[str, Any]:
    rows = book.evidence("first_response_7d", as_of)
    assert len(rows) == 1
    return rows[0]


def asked(book: Book, by: str | None = "asker", at: str = OPENED, number: int = 1, **values: Any) -> int:
    return book.issue(repo(book), number, by, at, **values)


def test_an_insiders_comment_is_the_answer(book: Book) -> None:
    issue = asked(book)
    book.comment(repo(book), issue, "outsider", "2026-03-02T13:00:00Z")
    book.comment(repo(book), issue, "insider", "2026-03-09T12:00:00Z")
    found = the_issue(book)
    assert (found["counted"], found["answered"], found["days"]) == (1, 1, 7.0)
    assert not the_issue(book, date(2026, 3, 9))["answered"], "not yet"


@pytest.mark.parametrize(
    ("by", "reason"),
    [("insider", "by_insider"), ("robot[bot]", "by_bot"), ("script", "by_bot"), (None, "by_ghost"), ("asker", None)],
)
def test_who_is_a_qualified_outsider(book: Book, by: str | None, reason: str | None) -> None:
    asked(book, by)
    assert the_issue(book)["reason"] == reason


@pytest.mark.parametrize(
    ("created_at", "reason"),
    [
        ("2025-12-02T12:00:00Z", None),
        ("2025-12-02T12:00:01Z", "account_under_90_days"),
        (None, "account_age_unknown"),
    ],
)
def test_an_account_must_be_90_days_old(book: Book, created_at: str | None, reason: str | None) -> None:
    book.who("asker", created_at=created_at)
    asked(book)
    assert the_issue(book)["reason"] == reason


def test_an_insider_is_one_from_the_first_use_of_power_on(book: Book) -> None:
    asked(book)
    mine = asked(book, "other", number=2)
    asked(book, number=3, at="2026-03-05T12:00:00Z")
    book.push(repo(book), "base", "2026-03-05T12:00:00Z", "asker")
    book.comment(repo(book), mine, "newcomer", NEXT)
    book.push(repo(book), "base", "2026-03-04T00:00:00Z", "newcomer")
    assert book.reasons("first_response_7d") == {"1": None, "2": None, "3": "by_insider"}
    assert [r["answered"] for r in book.evidence("first_response_7d")] == [0, 0, 0]
    book.comment(repo(book), mine, "newcomer", "2026-03-04T00:00:00Z")
    assert [r["answered"] for r in book.evidence("first_response_7d")] == [0, 1, 0]


@pytest.mark.parametrize("by", ["asker", "robot[bot]", "script", "outsider", None])
def test_whose_comment_answers_nothing(book: Book, by: str | None) -> None:
    book.who("robot[bot]")
    for login in ("robot[bot]", "script"):
        book.push(repo(book), "base", "2025-06-01T00:00:00Z", login)
    issue = asked(book)
    book.comment(repo(book), issue, by, NEXT)
    found = the_issue(book)
    assert (found["answered"], found["days"]) == (0, 90.5)


def test_a_text_posted_three_times_is_a_template(book: Book) -> None:
    for number in (1, 2):
        book.comment(repo(book), asked(book, number=number), "insider", NEXT, "Thanks!")
    assert [r["answered"] for r in book.evidence("first_response_7d")] == [1, 1]
    third = asked(book, number=3)
    book.comment(repo(book), third, "insider", NEXT, "Thanks!", gone_at=NEXT)
    assert [r["answered"] for r in book.evidence("first_response_7d")] == [0, 0, 0]
    book.comment(repo(book), third, "insider", NEXT, "In words of my own.")
    assert [r["answered"] for r in book.evidence("first_response_7d")] == [0, 0, 1]


def test_anothers_words_are_no_template(book: Book) -> None:
    book.push(repo(book), "base", "2025-06-01T00:00:00Z", "second")
    for number, by in enumerate(("insider", "insider", "second"), 1):
        book.comment(repo(book), asked(book, number=number), by, NEXT, "Thanks!")
    assert [r["answered"] for r in book.evidence("first_response_7d")] == [1, 1, 1]


@pytest.mark.parametrize(("at", "answered"), [("2026-03-02T12:02:00Z", 0), ("2026-03-02T12:02:01Z", 1)])
def test_what_comes_within_two_minutes_answers_nothing(book: Book, at: str, answered: int) -> None:
    book.comment(repo(book), asked(book), "insider", at)
    assert the_issue(book)["answered"] == answered


def test_closing_without_a_word_and_deletion_are_waited_for_to_the_date(book: Book) -> None:
    issue = asked(book, gone_at="2026-04-01T00:00:00Z")
    book.event(repo(book), issue, "ClosedEvent", NEXT, "insider")
    found = the_issue(book)
    assert (found["counted"], found["answered"], found["days"]) == (1, 0, 90.5)


def test_a_deleted_comment_did_answer(book: Book) -> None:
    book.comment(repo(book), asked(book), "insider", NEXT, gone_at="2026-04-01T00:00:00Z")
    assert the_issue(book)["answered"]


@pytest.mark.parametrize(
    ("closed_at", "days"),
    [("2026-03-03T12:00:00Z", 1.0), ("2026-03-03T12:00:01Z", 90.5)],
    ids=["within a day", "later"],
)
def test_a_withdrawal_within_a_day_ends_the_wait(book: Book, closed_at: str, days: float) -> None:
    issue = asked(book)
    book.event(repo(book), issue, "ClosedEvent", closed_at, "asker")
    found = the_issue(book)
    assert (found["answered"], found["days"]) == (0, days)


@pytest.mark.parametrize(
    ("by", "withdrawn"),
    [("outsider", False), ("robot[bot]", True), ("asker", True)],
    ids=["a human", "a bot", "its own"],
)
def test_a_withdrawal_after_another_human_wrote_is_none(book: Book, by: str, withdrawn: bool) -> None:
    book.who("robot[bot]", is_bot=1)
    issue = asked(book)
    book.comment(repo(book), issue, by, "2026-03-02T18:00:00Z")
    book.event(repo(book), issue, "ClosedEvent", NEXT, "asker")
    assert the_issue(book)["days"] == (1.0 if withdrawn else 90.5)


def test_a_withdrawal_ends_the_wait_for_an_answer_that_came_later(book: Book) -> None:
    issue = asked(book)
    book.event(repo(book), issue, "ClosedEvent", NEXT, "asker")
    book.comment(repo(book), issue, "insider", "2026-03-05T12:00:00Z")
    found = the_issue(book)
    assert (found["answered"], found["days"], found["answered_at"]) == (0, 1.0, None)


def test_an_answer_by_anyone_is_shown_beside(book: Book) -> None:
    issue = asked(book)
    book.who("robot[bot]", is_bot=1)
    book.comment(repo(book), issue, "robot[bot]", "2026-03-02T13:00:00Z")
    book.comment(repo(book), issue, "outsider", NEXT)
    book.comment(repo(book), issue, "insider", "2026-03-05T12:00:00Z")
    found = the_issue(book)
    assert (found["days"], found["anyone_days"], found["answered_by_anyone"]) == (3.0, 1.0, 1)


def test_a_transferred_issue_counts_from_the_transfer(book: Book) -> None:
    asked(book, number=1)
    moved = asked(book, "other", "2024-01-01T00:00:00Z", number=2)
    book.comment(repo(book), moved, "insider", "2024-01-02T00:00:00Z")
    book.event(repo(book), moved, "ClosedEvent", "2024-01-03T00:00:00Z", "other")
    assert [r["number"] for r in book.evidence("first_response_7d")] == [1], "imported, and long ago"
    book.event(repo(book), moved, "TransferredEvent", OPENED, "insider")
    found = book.evidence("first_response_7d")[1]
    assert (found["counted"], found["opened_at"], found["answered"], found["days"]) == (1, OPENED, 0, 90.5)
    book.comment(repo(book), moved, "insider", NEXT)
    assert book.evidence("first_response_7d")[1]["days"] == 1.0


def test_an_imported_issue_does_not_count(book: Book) -> None:
    asked(book, number=1)
    asked(book, number=2, at="2026-02-01T00:00:00Z")
    assert book.reasons("first_response_7d") == {"1": None, "2": "imported"}


def test_an_issue_answered_where_it_came_from_is_left_out(book: Book) -> None:
    moved = asked(book, "other", "2026-01-01T00:00:00Z")
    book.comment(repo(book), moved, "insider", "2026-01-02T00:00:00Z")
    book.event(repo(book), moved, "TransferredEvent", OPENED, "insider")
    assert the_issue(book)["reason"] == "answered_before_transfer"


def test_an_issue_moved_within_the_project_goes_on_from_its_first_opening(book: Book) -> None:
    other = book.repo("acme/other")
    asked(book, "other", OPENED, moved_to=f"/repositories/{other}/issues/7", gone_at="2026-03-11T00:00:00Z")
    moved = book.issue(other, 7, "other", OPENED, first_seen_at="2026-03-11T00:00:00Z")
    book.comment(other, moved, "insider", NEXT)
    book.event(other, moved, "TransferredEvent", "2026-03-10T00:00:00Z", "insider")
    assert book.reasons("first_response_7d") == {"1": "moved_within_project", "7": None}
    found = [r for r in book.evidence("first_response_7d") if r["counted"]]
    assert [(r["number"], r["opened_at"], r["days"]) for r in found] == [(7, OPENED, 1.0)]
    assert book.reasons("first_response_7d", date(2026, 3, 9)) == {"1": None}, "it had not been moved yet"


def test_the_row_left_behind_is_known_before_a_sync_finds_it_gone(book: Book) -> None:
    other = book.repo("acme/other")
    asked(book, "asker", OPENED)
    asked(book, "asker", OPENED, number=2, title="Another of the same second")
    moved = book.issue(other, 7, "asker", OPENED, first_seen_at="2026-03-11T00:00:00Z")
    event = {"from_repository": "acme/engine"}
    book.event(other, moved, "TransferredEvent", "2026-03-10T00:00:00Z", "insider", **event)
    assert book.reasons("first_response_7d") == {"1": "moved_within_project", "2": None, "7": None}
    assert book.reasons("first_response_7d", date(2026, 3, 9)) == {"1": None, "2": None}


def test_before_a_move_that_no_sync_saw_an_issue_is_in_its_new_repository(book: Book) -> None:
    other = book.repo("acme/other")
    for number, came_from in ((7, "acme/engine"), (8, "else/where")):
        moved = book.issue(
            other, number, "asker", OPENED, title=f"Issue {number}", first_seen_at="2026-03-11T00:00:00Z"
        )
        book.event(other, moved, "TransferredEvent", "2026-03-10T00:00:00Z", "insider", from_repository=came_from)
    assert book.reasons("first_response_7d", date(2026, 3, 9)) == {"7": None}


def test_a_transfer_says_whether_an_issue_was_moved_within_the_project(book: Book) -> None:
    other = book.repo("acme/other")
    for number, came_from in ((1, ["acme/engine"]), (2, ["else/where"]), (3, ["else/where", "Acme/Engine"])):
        moved = book.issue(other, number, f"asker{number}", "2026-02-02T12:00:00Z")
        for day, name in enumerate(came_from, 10):
            book.event(other, moved, "TransferredEvent", f"2026-03-{day}T00:00:00Z", "insider", from_repository=name)
    found = {r["number"]: r["opened_at"] for r in book.evidence("first_response_7d") if r["counted"]}
    assert found == {1: "2026-02-02T12:00:00Z", 2: "2026-03-10T00:00:00Z", 3: "2026-03-10T00:00:00Z"}


def test_comments_that_move_along_are_no_new_posts(book: Book) -> None:
    other = book.repo("acme/other")
    for number in (1, 2):
        gone = {"moved_to": f"/repositories/{other}/issues/{number}", "gone_at": "2026-03-11T00:00:00Z"}
        former = asked(book, f"asker{number}", OPENED, number=number, **gone)
        moved = book.issue(other, number, f"asker{number}", OPENED, first_seen_at="2026-03-11T00:00:00Z")
        book.event(other, moved, "TransferredEvent", "2026-03-10T00:00:00Z", "insider")
        for repository, issue in ((repo(book), former), (other, moved)):
            book.comment(repository, issue, "insider", NEXT, "the same text")
    assert [r["answered"] for r in book.evidence("first_response_7d") if r["counted"]] == [1, 1]


def crossed(book: Book, issue: int, number: int, at: str = NEXT, will_close: int = 1, **event: Any) -> None:
    row = {"source_repository": "acme/engine", "source_number": number, "will_close": will_close, **event}
    book.event(repo(book), issue, row.pop("type", "CrossReferencedEvent"), at, **row)


def test_a_pull_request_that_closes_it_answers_at_its_merge(book: Book) -> None:
    issue = asked(book)
    book.landed(repo(book), 5, "insider", NEXT, "2026-03-10T12:00:00Z")
    crossed(book, issue, 5, "2026-03-04T12:00:00Z")
    assert the_issue(book)["days"] == 8.0
    assert not the_issue(book, date(2026, 3, 9))["answered"], "anybody may open a draft"


@pytest.mark.parametrize(
    ("pull", "event", "answered"),
    [
        ({}, {"will_close": 0}, 0),
        ({}, {"type": "ConnectedEvent", "will_close": None}, 1),
        ({"closes": [(None, 1)]}, {"will_close": 0}, 1),
        ({"closes": [("ACME/Engine", 1)]}, {"will_close": 0}, 1),
        ({"closes": [("acme/motor", 1)]}, {"will_close": 0}, 1),
        ({"closes": [("acme/other", 1)]}, {"will_close": 0}, 0),
        ({"lines": 9}, {}, 0),
        ({"at": "2026-03-01T00:00:00Z"}, {}, 0),
        ({"by": None}, {}, 0),
        ({"by": "outsider"}, {}, 0),
    ],
    ids=[
        "a mention", "linked by hand", "in its text", "in its text, by name", "by a former name", "another's number",
        "under ten lines", "older than the issue", "by a ghost", "by an outsider",
    ],
)  # fmt: skip
def test_which_pull_requests_answer(book: Book, pull: dict[str, Any], event: dict[str, Any], answered: int) -> None:
    book.changed("repositories", repo(book), "full_name", "acme/motor", "acme/engine", NEXT)
    issue = asked(book)
    book.landed(repo(book), 5, **{"by": "insider", "at": NEXT, "merged_at": MERGED, **pull})
    crossed(book, issue, 5, **event)
    assert the_issue(book)["answered"] == answered


def test_a_text_may_name_foreign_issues_before_the_projects(book: Book) -> None:
    first, second = asked(book), asked(book, "other", number=2)
    named = [("else/where", 9), (None, 99), (None, 2), (None, 1)]
    book.landed(repo(book), 5, "insider", NEXT, MERGED, closes=named)
    crossed(book, first, 5)
    crossed(book, second, 5)
    assert [r["answered"] for r in book.evidence("first_response_7d")] == [0, 1]


def test_a_pull_request_answers_nothing_where_it_landed_nowhere(book: Book) -> None:
    issue = asked(book)
    book.pull(repo(book), 5, "insider", NEXT, MERGED, closes=[(None, 1)])
    book.pull(repo(book), 6, "insider", NEXT, closed_at=MERGED, closes=[(None, 1)])
    crossed(book, issue, 5)
    assert not the_issue(book)["answered"]


def test_a_link_that_was_taken_back_before_the_merge_is_none(book: Book) -> None:
    issue = asked(book)
    book.landed(repo(book), 5, "insider", NEXT, MERGED)
    crossed(book, issue, 5, type="ConnectedEvent")
    crossed(book, issue, 5, "2026-03-04T12:00:00Z", type="DisconnectedEvent")
    assert not the_issue(book)["answered"]


def test_one_pull_request_answers_one_issue_the_first_that_its_text_names(book: Book) -> None:
    first, second = asked(book), asked(book, "other", number=2)
    book.landed(repo(book), 5, "insider", NEXT, MERGED)
    crossed(book, second, 5, "2026-03-04T12:00:00Z")
    crossed(book, first, 5, "2026-03-04T13:00:00Z")
    assert [r["answered"] for r in book.evidence("first_response_7d")] == [0, 1]
    book.db.execute("UPDATE pull_requests SET closes = '[[null, 1]]'")
    assert [r["answered"] for r in book.evidence("first_response_7d")] == [1, 0]
    book.db.execute("UPDATE pull_requests SET closes = '[[null, 99]]'")
    assert [r["answered"] for r in book.evidence("first_response_7d")] == [0, 1], "its text names no issue"


def test_which_issue_it_answers_does_not_depend_on_the_window(book: Book) -> None:
    insiders, long_ago = asked(book, "insider"), asked(book, "other", "2024-06-01T00:00:00Z", number=2)
    asked(book, number=3)
    book.landed(repo(book), 5, "insider", NEXT, MERGED, closes=[(None, 1)])
    book.landed(repo(book), 6, "insider", NEXT, MERGED)
    for number, issue in enumerate((insiders, long_ago), 5):
        crossed(book, issue, number, "2026-03-04T12:00:00Z")
    for number in (5, 6):
        crossed(book, 3, number, "2026-03-04T13:00:00Z")
    assert not [r for r in book.evidence("first_response_7d") if r["number"] == 3 and r["answered"]]


def test_another_projects_insider_answers_nothing_here(book: Book) -> None:
    other = book.repo("rival/engine", "rival")
    book.direct(other, "r", "2025-01-01T00:00:00Z", "stranger")
    issue = asked(book)
    book.landed(other, 5, "stranger", NEXT, MERGED)
    crossed(book, issue, 5, source_repository="rival/engine")
    assert not the_issue(book)["answered"]


def test_the_naive_figures_are_what_a_dashboard_would_show(book: Book) -> None:
    book.who("robot[bot]")
    for number, (by, at) in enumerate(
        [("robot[bot]", "2026-03-02T12:00:01Z"), ("outsider", "2026-03-12T12:00:00Z")], 1
    ):
        book.comment(repo(book), asked(book, number=number), by, at)
    naive = json.loads(book.compute()["first_response_7d"]["naive"])
    assert naive["answered_in_7_days_of_answered"] == 0.5
    assert naive["median_days_of_answered"] == pytest.approx(5, abs=1e-4)
