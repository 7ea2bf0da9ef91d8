"""Discussions as threads that wait for an answer, as places where issues go on, and as signs of power and of return."""

import json
from datetime import date
from typing import Any

import pytest

from tests.made import AS_OF, Book, repo

OPENED = "2026-03-02T12:00:00Z"
NEXT = "2026-03-03T12:00:00Z"
LATER = "2026-03-05T12:00:00Z"


def asked(book: Book, by: str | None = "asker", at: str = OPENED, number: int = 1, **values: Any) -> int:
    return book.discussion(repo(book), number, by, at, **values)


def said(book: Book, discussion: int, by: str | None, at: str, text: str = "", **values: Any) -> int:
    book.last += 1
    comment = -book.last
    return book.comment(repo(book), discussion, by, at, text, id=comment, subject_type="Discussion", **values)


def chosen(book: Book, discussion: int, comment: int, at: str, by: str) -> None:
    sql = "UPDATE discussions SET answer_comment = ?, answer_chosen_at = ?, answer_chosen_by = ? WHERE id = ?"
    book.db.execute(sql, [comment, at, book.who(by), discussion])


def the_thread(book: Book, as_of: date = AS_OF) -> dict[str, Any]:
    (row,) = book.evidence("first_response_7d", as_of)
    return row


def test_an_insiders_comment_answers_a_discussion(book: Book) -> None:
    discussion = asked(book)
    said(book, discussion, "outsider", "2026-03-02T13:00:00Z")
    said(book, discussion, "insider", "2026-03-09T12:00:00Z")
    found = the_thread(book)
    assert (found["kind"], found["counted"], found["answered"], found["days"]) == ("discussion", 1, 1, 7.0)
    assert found["url"] == "https://github.com/acme/engine/discussions/1"
    assert found["anyone_days"] == pytest.approx(1 / 24)
    assert not the_thread(book, date(2026, 3, 9))["answered"], "not yet"


@pytest.mark.parametrize(
    ("by", "at", "text"),
    [
        ("insider", "2026-03-02T12:02:00Z", ""),  # within two minutes
        ("asker", NEXT, ""),
        ("outsider", NEXT, ""),
        ("insider", NEXT, "Thank you!"),  # a template
    ],
)
def test_what_answers_no_issue_answers_no_discussion(book: Book, by: str, at: str, text: str) -> None:
    discussion = asked(book)
    for number in (2, 3):
        said(book, asked(book, "other", number=number), "insider", "2026-04-01T00:00:00Z", "Thank you!")
    said(book, discussion, by, at, text)
    found = next(row for row in book.evidence("first_response_7d") if row["number"] == 1)
    assert (found["answered"], found["days"]) == (0, 90.5)


@pytest.mark.parametrize(
    ("by", "reason"), [("insider", "by_insider"), ("robot[bot]", "by_bot"), (None, "by_ghost"), ("asker", None)]
)
def test_whose_discussions_count(book: Book, by: str | None, reason: str | None) -> None:
    asked(book, by)
    assert the_thread(book)["reason"] == reason


@pytest.mark.parametrize(
    ("author", "by", "answered"),
    [
        ("outsider", "asker", 1),
        ("outsider", "insider", 1),
        ("insider", "asker", 1),
        ("asker", "asker", 0),  # their own
        ("asker", "insider", 0),
        ("robot[bot]", "asker", 0),
        (None, "insider", 0),
    ],
)
def test_who_can_choose_whose_comment_as_the_answer(book: Book, author: str | None, by: str, answered: int) -> None:
    discussion = asked(book)
    comment = said(book, discussion, author, "2026-03-20T00:00:00Z" if author == "insider" else NEXT)
    chosen(book, discussion, comment, "2026-03-12T12:00:00Z", by)
    found = the_thread(book)
    assert (found["answered"], found["days"]) == ((1, 10.0) if answered else (0, 90.5))
    assert not the_thread(book, date(2026, 3, 12))["answered"], "not yet"


def test_an_accomplices_mark_is_an_insiders_only_from_then_on(book: Book) -> None:
    """GitHub lets only the author and those with a power of triage choose, so who chooses for another is an insider."""
    discussion = asked(book)
    chosen(book, discussion, said(book, discussion, "outsider", NEXT), LATER, "triager")
    assert the_thread(book)["answered"]
    found = book.rows("SELECT a.login, i.since FROM insiders AS i JOIN accounts AS a ON a.id = i.account ORDER BY 2")
    assert found[-1] == {"login": "triager", "since": LATER}
    assert "asker" not in {row["login"] for row in found}


def test_a_mark_that_was_taken_back_stays_an_answer(book: Book) -> None:
    discussion = asked(book)
    comment = said(book, discussion, "outsider", NEXT)
    other = said(book, discussion, "outsider", "2026-03-04T00:00:00Z")
    for column, old in (
        ("answer_comment", comment),
        ("answer_chosen_at", LATER),
        ("answer_chosen_by", book.who("asker")),
    ):
        book.changed("discussions", discussion, column, old, None, "2026-03-10T00:00:00Z", repo(book))
    assert the_thread(book)["days"] == 3.0
    chosen(book, discussion, other, "2026-03-20T00:00:00Z", "asker")
    assert the_thread(book)["days"] == 3.0
    marks = book.rows("SELECT comment, chosen_at FROM answer_marks ORDER BY chosen_at")
    assert [tuple(row.values()) for row in marks] == [(comment, LATER), (other, "2026-03-20T00:00:00Z")]


def test_only_categories_that_take_answers_count_as_first_seen(book: Book) -> None:
    asked(book, is_answerable=0)
    assert book.evidence("first_response_7d") == []
    moved = asked(book, number=2, is_answerable=0)
    book.changed("discussions", moved, "is_answerable", 1, 0, "2026-03-10T00:00:00Z")
    kept = asked(book, number=3)
    book.changed("discussions", kept, "is_answerable", 0, 1, "2026-03-10T00:00:00Z")
    assert list(book.reasons("first_response_7d")) == ["2"], "moving away hides nothing, moving in adds nothing"


def test_a_closing_is_no_withdrawal_and_a_deletion_no_end(book: Book) -> None:
    asked(book, closed_at="2026-03-02T13:00:00Z", state_reason="OUTDATED", gone_at=NEXT)
    found = the_thread(book)
    assert (found["counted"], found["answered"], found["days"], found["withdrawn_at"]) == (1, 0, 90.5, None)


def test_an_imported_discussion_is_left_out(book: Book) -> None:
    book.issue(repo(book), 1, "other", "2026-03-04T00:00:00Z")
    asked(book, number=2)
    late = asked(book, number=3, at=LATER)
    book.late("discussions", late, repo(book), "2026-03-20T00:00:00Z")
    assert book.reasons("first_response_7d") == {"1": None, "2": "imported", "3": "imported"}
    assert "3" not in book.reasons("first_response_7d", date(2026, 3, 16)), "it was not there yet"


# issues that were turned into discussions


def turned(book: Book, number: int | None = 2, **values: Any) -> tuple[int, int]:
    """An issue that an insider turned into a discussion, named unless the number is None."""
    issue = book.issue(repo(book), 1, "asker", OPENED)
    discussion = asked(book, number=number or 2, **values)
    book.event(
        repo(book), issue, "ConvertedToDiscussionEvent", NEXT, "insider", subject_type="Issue", discussion_number=number
    )
    return issue, discussion


@pytest.mark.parametrize("answerable", [0, 1])
def test_an_issue_turned_into_a_discussion_goes_on_there(book: Book, answerable: int) -> None:
    _, discussion = turned(book, is_answerable=answerable)
    said(book, discussion, "insider", LATER)
    found = the_thread(book)
    assert (found["kind"], found["number"], found["answered"], found["days"]) == ("issue", 1, 1, 3.0)
    assert book.evidence("resolution_90d")[0]["number"] == 1


def test_what_was_said_before_the_conversion_counts(book: Book) -> None:
    issue, discussion = turned(book)
    book.comment(repo(book), issue, "insider", "2026-03-02T18:00:00Z")
    said(book, discussion, "insider", LATER)
    assert the_thread(book)["days"] == 0.25


def test_the_copies_that_a_conversion_makes_of_comments_make_no_template(book: Book) -> None:
    issue, discussion = turned(book)
    other = book.issue(repo(book), 3, "other", OPENED)
    book.comment(repo(book), other, "insider", LATER, "Have a look at the manual.")
    book.comment(repo(book), issue, "insider", "2026-03-02T18:00:00Z", "Have a look at the manual.")
    said(book, discussion, "insider", "2026-03-02T18:00:00Z", "Have a look at the manual.")
    assert [row["days"] for row in book.evidence("first_response_7d")] == [0.25, 3.0]
    said(book, discussion, "insider", NEXT, "Have a look at the manual.")
    assert not any(row["answered"] for row in book.evidence("first_response_7d"))


def test_where_the_event_names_no_discussion_the_issue_waits(book: Book) -> None:
    _, discussion = turned(book, number=None, is_answerable=0)
    said(book, discussion, "insider", LATER)
    found = the_thread(book)
    assert (found["answered"], found["days"]) == (0, 90.5)


# other signals


def test_discussions_are_asked_for_no_resolution_nor_counted_by_dashboards(book: Book) -> None:
    before = book.compute()
    discussion = asked(book)
    said(book, discussion, "outsider", NEXT)
    after = book.compute()
    assert book.evidence("resolution_90d") == []
    assert {key: row["naive"] for key, row in after.items()} == {key: row["naive"] for key, row in before.items()}


def came_back(book: Book) -> int:
    (row,) = (r for r in book.evidence("returning_builders") if r["author"] == book.accounts["newcomer"])
    return int(row["came_back"])


@pytest.mark.parametrize(("answerable", "back"), [(1, 1), (0, 0)])
def test_a_discussion_is_a_return_but_no_beginning(book: Book, answerable: int, back: int) -> None:
    asked(book, "newcomer", "2025-08-01T00:00:00Z")
    assert book.evidence("returning_builders") == []
    book.issue(repo(book), 2, "newcomer", "2025-09-01T12:00:00Z")
    assert not came_back(book)
    asked(book, "newcomer", "2025-11-01T12:00:00Z", number=3, is_answerable=answerable)
    assert came_back(book) == back


@pytest.mark.parametrize(("by", "back"), [("other", 1), ("newcomer", 0)])
def test_so_is_a_comment_on_the_discussion_of_another(book: Book, by: str, back: int) -> None:
    book.issue(repo(book), 2, "newcomer", "2025-09-01T12:00:00Z")
    discussion = asked(book, by, "2025-09-02T12:00:00Z", is_answerable=0)
    said(book, discussion, "newcomer", "2025-11-01T12:00:00Z", length=40)
    assert came_back(book) == back


def test_no_comment_on_a_discussion_is_an_object_of_the_record(book: Book) -> None:
    discussion = asked(book)
    said(book, discussion, "outsider", NEXT, gone_at=LATER)
    assert book.evidence("history_integrity") == [
        row for row in book.evidence("history_integrity") if row["kind"] in ("work", "version")
    ]


def test_external_builders_are_those_with_issues_and_pull_requests(book: Book) -> None:
    book.db.execute("UPDATE project_repositories SET role = 'sdk'")
    for number, day in enumerate(("2026-03-02", "2026-03-12"), 1):
        asked(book, "asker", f"{day}T12:00:00Z", number=number)
    assert [row["external_builders"] for row in book.evidence("builder_upkeep")] == [0]


# what must have been read


def with_threads(book: Book) -> None:
    """Enough threads of enough accounts, half of them discussions."""
    book.db.execute("UPDATE repositories SET has_discussions = 1")
    for number in range(1, 21):
        if number % 2:
            book.issue(repo(book), number, f"asker{number}", OPENED)
        else:
            said(book, asked(book, f"asker{number}", number=number), "insider", NEXT)


def test_without_a_complete_sync_of_discussions_nothing_is_said(book: Book) -> None:
    with_threads(book)
    found = book.compute()["first_response_7d"]
    assert (found["status"], found["value"], found["n"]) == ("ok", 0.5, 20)
    companions = json.loads(found["companions"])
    assert (companions["issues"], companions["discussions"]) == (10, 10)
    book.synced(repo(book), "discussions", None)
    found = book.compute()
    for key in ("first_response_7d", "returning_builders"):
        assert found[key]["status"] == "insufficient"
        assert found[key]["reason"].startswith("facts_incomplete: ")
    assert "facts_incomplete" not in found["resolution_90d"]["reason"]


@pytest.mark.parametrize("why", ["none", "not served"])
def test_where_there_are_no_discussions_or_they_are_not_served_nothing_is_waited_for(book: Book, why: str) -> None:
    with_threads(book)
    book.synced(repo(book), "discussions", None)
    if why == "none":
        book.db.execute("UPDATE repositories SET has_discussions = 0")
    else:
        values = ["repository", "key", "discussions", "url", "refused", NEXT, NEXT, 1, NEXT]
        book.db.execute(f"INSERT INTO unreadable VALUES ({repo(book)}, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    assert book.compute()["first_response_7d"]["status"] == "ok"


def test_discussions_that_were_last_read_long_ago_are_stale(book: Book) -> None:
    with_threads(book)
    book.synced(repo(book), "discussions", "2026-05-20T00:00:00Z")
    found = book.compute()
    assert found["first_response_7d"]["reason"] == "discussions were last complete on 2026-05-20"
    assert found["first_response_7d"]["status"] == "stale"
    assert found["resolution_90d"]["status"] == "insufficient"


def test_a_project_with_discussions_in_place_of_issues_can_be_observed(book: Book) -> None:
    with_threads(book)
    book.db.execute("UPDATE repositories SET has_issues = 0")
    found = book.compute()
    assert found["first_response_7d"]["status"] == "ok"
    assert found["resolution_90d"]["status"] == "not_observable"
