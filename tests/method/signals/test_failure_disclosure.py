"""Who explained in time what broke in public."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.signal import Status
from collector.method.signals.failure_disclosure import SIGNAL, failure_disclosure
from collector.method.statistics.intervals import shrunk, wilson
from tests.made import Book, repo
from tests.method.breakages import AT, LONG, SHORT, advisory, broken, events, incident, revert, reverting
from tests.method.contexts import context, weeks_old


@pytest.fixture
def book() -> Book:
    return broken()


@pytest.mark.parametrize(
    ("at", "by", "values", "expected"),
    [
        ("2026-03-24T12:00:00Z", "ann", {}, 1),
        ("2026-03-24T12:00:01Z", "ann", {}, 0),
        ("2026-03-10T12:00:00Z", "ann", {"prose_length": SHORT}, 0),
        ("2026-03-10T12:00:00Z", "asker", {}, 0),
        ("2026-03-10T12:00:00Z", "clockwork", {}, 0),
    ],
)
def test_who_explains_an_incident_when(book: Book, at: str, by: str, values: dict[str, Any], expected: int) -> None:
    made = repo(book)
    issue = incident(book, 1)
    book.comment(made, issue, "ann", AT)
    book.who("clockwork", type="Bot", is_bot=1)
    book.comment(made, issue, by, at, **{"prose_length": LONG, **values})
    assert events(book)["1"] == (None, expected)


def test_a_template_explains_nothing(book: Book) -> None:
    made = repo(book)
    for number in (1, 2, 3):
        issue = incident(book, number)
        book.comment(made, issue, "ann", f"2026-03-{10 + number}T00:00:00Z", "We are sorry", prose_length=LONG)
    assert [explained for _, explained in events(book).values()] == [0, 0, 0]


def test_what_is_said_at_the_opening_explains_nothing(book: Book) -> None:
    made = repo(book)
    for number, seconds in ((1, 59), (2, 61)):
        issue = incident(book, number, by="ann")
        book.db.execute("UPDATE issues SET created_at = ? WHERE id = ?", [f"2026-03-1{number}T00:00:00Z", issue])
        book.comment(
            made, issue, "ann", f"2026-03-1{number}T00:0{1 + seconds // 60}:{seconds % 60:02}Z", prose_length=LONG
        )
    assert events(book) == {"1": (None, 0), "2": (None, 1)}


def test_the_author_of_a_revert_explains_it(book: Book) -> None:
    reverting(book, 1, prose_length=LONG)
    reverting(book, 2, "2026-03-12T00:00:00Z", prose_length=SHORT)
    reverting(book, 3, "2026-03-14T00:00:00Z", "outsider", prose_length=LONG)
    assert events(book) == {"1": (None, 1), "2": (None, 0), "3": (None, 0)}


def test_a_revert_is_explained_in_its_thread_or_in_the_one_that_it_names(book: Book) -> None:
    made = repo(book)
    first = book.landed(made, 1, "ann", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z")
    own = reverting(book, 2, reverts_number=1)
    reverting(book, 3, "2026-03-20T00:00:00Z", reverts_number=1)
    book.comment(made, first, "ann", "2026-03-18T00:00:00Z", subject_type="PullRequest", prose_length=LONG)
    assert events(book) == {"2": (None, 1), "3": (None, 1)}
    book.db.execute("DELETE FROM comments")
    book.comment(made, own, "ann", "2026-03-18T00:00:00Z", subject_type="PullRequest", prose_length=LONG)
    assert events(book) == {"2": (None, 1), "3": (None, 0)}


def test_a_text_that_was_edited_counts_from_its_edit(book: Book) -> None:
    reverting(book, 1, prose_length=LONG, body_edited_at="2026-03-24T12:00:00Z")
    reverting(book, 2, "2026-03-12T00:00:00Z", prose_length=LONG, body_edited_at="2026-04-12T00:00:00Z")
    later = reverting(book, 3, "2026-03-14T00:00:00Z", prose_length=0, body_edited_at="2026-04-12T00:00:00Z")
    book.changed("pull_requests", later, "prose_length", LONG, 0, "2026-04-13T00:00:00Z")
    assert events(book) == {"1": (None, 1), "2": (None, 0), "3": (None, 1)}


def test_the_message_of_a_pushed_revert_explains_it(book: Book) -> None:
    revert(book, message_prose_length=LONG)
    assert events(book) == {"back": (None, 1)}
    book.db.execute("UPDATE pushes SET actor = NULL")
    assert events(book) == {"back": (None, 0)}


def test_notes_of_a_hotfix_explain_it(book: Book) -> None:
    made = repo(book)
    book.release(made, "v1.0.0", "2026-03-02T00:00:00Z", "bad", author=book.who("ann"))
    book.release(made, "v1.0.1", "2026-03-03T00:00:00Z", "bad", author=book.who("ann"), prose_length=LONG)
    assert events(book) == {"v1.0.1": (None, 1)}
    bot = book.who("clockwork", type="Bot", is_bot=1)
    book.db.execute("UPDATE releases SET author = ?", [bot])
    assert events(book) == {"v1.0.1": (None, 0)}


def test_the_signal_of_a_project(book: Book) -> None:
    for n in range(6):
        advisory(book, f"GHSA-{n}", f"2026-03-1{n}T00:00:00Z", prose_length=LONG if n < 4 else 0)
    found = book.compute()["failure_disclosure"]
    assert (found["status"], found["value"], found["n"]) == ("ok", 4 / 6, 6)
    assert found["companions"] == '{"advisories": 6, "explained": 4}'


def test_missing_looks_at_advisories_are_told(book: Book) -> None:
    for n in range(6):
        advisory(book, f"GHSA-{n}", f"2026-03-1{n}T00:00:00Z")
    book.synced(repo(book), "advisories", None)
    found = book.compute()
    assert found["failure_disclosure"]["status"] == "insufficient"
    assert found["failure_disclosure"]["reason"].startswith("facts_incomplete")
    assert found["active_weeks"]["status"] == "ok"
    book.synced(repo(book), "advisories", "2026-05-24T00:00:00Z")
    book.db.execute("UPDATE sync_state SET sweep_at = NULL WHERE kind = 'releases'")
    assert book.compute()["failure_disclosure"]["reason"].startswith("facts_incomplete")
    book.db.execute("UPDATE sync_state SET sweep_at = completed_at")
    assert book.compute()["failure_disclosure"]["status"] == "ok"
    book.synced(repo(book), "advisories", "2026-05-23T23:59:59Z")
    found = book.compute()
    assert (found["failure_disclosure"]["status"], found["active_weeks"]["status"]) == ("stale", "ok")


def test_issues_labelled_bug_are_the_naive_figure(book: Book) -> None:
    made = repo(book)
    for number, label in enumerate(("bug", "kind/Bug", "debug", "type:bug"), 1):
        issue = book.issue(made, number, "asker", AT)
        book.add("issue_labels", issue=issue, name=label)
    assert book.compute()["failure_disclosure"]["naive"] == '{"issues_labelled_bug": 3}'


@given(st.integers(5, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_share_with_its_interval_and_drawn_score(counts: tuple[int, int]) -> None:
    k, n = counts
    signal = failure_disclosure(k, n, context(SIGNAL))
    assert (signal.status, signal.value, signal.n) == (Status.OK, k / n, n)
    assert (signal.low, signal.high) == wilson(k, n)
    assert signal.low is not None
    assert signal.high is not None
    assert signal.low <= k / n <= signal.high
    assert signal.score == shrunk(k / n, n)


@pytest.mark.parametrize(("n", "status"), [(0, Status.NOT_OBSERVABLE), (4, Status.INSUFFICIENT), (5, Status.OK)])
def test_least_n(n: int, status: Status) -> None:
    assert failure_disclosure(0, n, context(SIGNAL)).status is status


def test_a_young_project_cannot_be_judged() -> None:
    assert failure_disclosure(5, 5, context(SIGNAL, weeks_old(25))).status is Status.INSUFFICIENT
