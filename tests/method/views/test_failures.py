"""What broke in public, and what of it is one event."""

from datetime import date
from typing import Any

import pytest

from collector.derive import failures
from tests.made import Book, repo
from tests.method.breakages import AT, LONG, advisory, broken, events, incident, revert, reverting


@pytest.fixture
def book() -> Book:
    return broken()


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ('Revert "Change bad"', True),
        ("Revert: the change", True),
        ("revert: the change", True),
        ("Revert the change", False),
        ("REVERT: the change", False),
        ('Reapply "Change bad"', False),
        ("Do not revert: it works", False),
    ],
)
def test_headlines_of_reverts(book: Book, headline: str, expected: bool) -> None:
    revert(book, headline=headline)
    assert events(book) == ({"back": (None, 0)} if expected else {})


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, None),
        ({"lines": 9}, "under_10_lines"),
        ({"headline": 'Revert "Revert "Change bad""'}, "revert_of_a_revert"),
        ({"headline": "revert: Revert: it"}, "revert_of_a_revert"),
        ({"reverts_oid": "bad"}, None),
        ({"reverts_oid": "bas"}, "work_older_than_90_days"),
        ({"reverts_oid": "base"}, "work_older_than_90_days"),
        ({"reverts_oid": "elsewhere"}, None),
        ({"reverts_number": 77}, None),
    ],
)
def test_which_reverts_take_work_back(book: Book, values: dict[str, Any], reason: str | None) -> None:
    revert(book, **values)
    assert events(book) == {"back": (reason, 0 if reason is None else None)}


def test_a_revert_without_its_size_does_not_count(book: Book) -> None:
    revert(book)
    book.db.execute("UPDATE commits SET additions = NULL WHERE oid = 'back'")
    assert events(book) == {"back": ("lines_unknown", None)}


def test_a_revert_of_what_came_with_it_takes_nothing_back(book: Book) -> None:
    made = repo(book)
    book.commit(made, "one", AT, "bad")
    book.commit(made, "two", AT, "one", headline='Revert "Change one"', reverts_oid="one")
    book.push(made, "two", AT, "ann", "bad")
    assert events(book) == {"two": ("reverts_own_work", None)}


def test_a_revert_of_a_stored_revert_is_none(book: Book) -> None:
    revert(book, reverts_oid="bad")
    book.direct(
        repo(book), "again", "2026-03-20T00:00:00Z", "ann", "back", headline="Revert: once more", reverts_oid="back"
    )
    assert events(book) == {"again": ("revert_of_a_revert", None), "back": (None, 0)}


def test_a_pull_request_is_a_revert_by_its_title_or_by_what_it_brought(book: Book) -> None:
    reverting(book, 1)
    reverting(book, 2, "2026-03-12T00:00:00Z", title="Take it back", headline='Revert "Change bad"')
    reverting(book, 3, "2026-03-14T00:00:00Z", title="Another change")
    reverting(book, 4, "2026-03-16T00:00:00Z", base_ref="nowhere")
    book.db.execute("DELETE FROM commits WHERE oid = 'pr4'")
    assert events(book) == {"1": (None, 0), "2": (None, 0)}


def test_a_pull_request_names_what_it_reverts(book: Book) -> None:
    book.landed(repo(book), 1, "ann", "2025-10-01T00:00:00Z", "2025-10-02T00:00:00Z")
    reverting(book, 2, reverts_number=1)
    reverting(book, 3, "2026-03-12T00:00:00Z", reverts_number=1, reverts_repository="acme/engine")
    reverting(book, 4, "2026-03-14T00:00:00Z", reverts_number=1, reverts_repository="someone/else")
    old = ("work_older_than_90_days", None)
    assert events(book) == {"2": old, "3": old, "4": (None, 0)}


@pytest.mark.parametrize(
    ("tag", "hours", "values", "expected"),
    [
        ("v1.0.1", 72, {}, True),
        ("v1.0.1", 73, {}, False),
        ("v1.0.2", 5, {}, False),
        ("v1.1.0", 5, {}, False),
        ("kit@1.0.1", 5, {}, False),
        ("v1.0.1", 5, {"is_prerelease": 1}, False),
        ("v1.0.1-rc.1", 5, {}, False),
    ],
)
def test_a_hotfix_is_the_next_patch_soon(
    book: Book, tag: str, hours: int, values: dict[str, int], expected: bool
) -> None:
    book.release(repo(book), "v1.0.0", "2026-03-02T00:00:00Z", "bad", author=book.who("ann"))
    day, hour = divmod(hours, 24)
    book.release(repo(book), tag, f"2026-03-{2 + day:02}T{hour:02}:00:00Z", "bad", **values)
    assert events(book) == ({tag: (None, 0)} if expected else {})


def test_the_next_patch_of_a_short_version() -> None:
    book = Book()
    made = book.repo()
    book.direct(made, "work", "2026-03-01T00:00:00Z", "ann")
    book.release(made, "v1.0", "2026-03-02T00:00:00Z", "work")
    book.release(made, "v1.0.1", "2026-03-03T00:00:00Z", "work")
    assert list(events(book)) == ["v1.0.1"]


def test_a_release_that_does_not_count_has_no_hotfix(book: Book) -> None:
    book.release(repo(book), "v1.0.0", "2026-03-02T00:00:00Z", "bad")
    book.release(repo(book), "v1.0.1", "2026-03-03T00:00:00Z", "bad")
    book.release(repo(book), "v1.0.2", "2026-03-04T00:00:00Z", "bad")
    assert events(book) == {"v1.0.1": (None, 0)}


@pytest.mark.parametrize(("days", "expected"), [(13, {"v1.0.1"}), (12, set())])
def test_continuous_delivery_is_no_string_of_failures(days: int, expected: set[str]) -> None:
    """A median gap of 12 days leaves no room for three days."""
    book = Book()
    made = book.repo()
    book.direct(made, "w", "2025-12-31T00:00:00Z", "ann")
    book.release(made, "v1.0.0", "2026-01-01T00:00:00Z", "w")
    book.release(made, "v1.0.1", "2026-01-03T00:00:00Z", "w")
    at = date(2026, 1, 3).toordinal()
    for n in range(1, 3):
        book.release(made, f"v1.{n}.0", f"{date.fromordinal(at + n * days)}T00:00:00Z", "w")
    assert set(events(book)) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("incident", True),
        ("kind/Incident", True),
        ("security-fix", True),
        ("Regression 2.0", True),
        ("insecurity", False),
        ("bug", False),
        ("postmortems", False),
        ("P1_outage", True),
    ],
)
def test_words_of_labels(book: Book, label: str, expected: bool) -> None:
    assert failures.is_of_incident(label) == expected
    book.comment(repo(book), incident(book, 1, label), "ann", AT)
    assert events(book) == ({"1": (None, 0)} if expected else {})


def test_an_incident_happens_when_an_insider_looks_at_it(book: Book) -> None:
    made = repo(book)
    book.comment(made, incident(book, 1), "asker", AT)
    book.comment(made, incident(book, 2), "ann", AT)
    for number, reason, by in ((3, "COMPLETED", "ann"), (4, "NOT_PLANNED", "ann"), (5, "COMPLETED", "asker")):
        issue = incident(book, number)
        book.event(made, issue, "ClosedEvent", f"2026-03-{10 + number}T00:00:00Z", by, state_reason=reason)
    found = {r["url"].rpartition("/")[2]: r["happened_at"] for r in book.evidence("failure_disclosure")}
    assert found == {"2": AT, "3": "2026-03-13T00:00:00Z"}


def test_a_label_counts_from_its_event_on_and_stays(book: Book) -> None:
    made = repo(book)
    for number in (1, 2, 3):
        book.comment(made, incident(book, number), "ann", f"2026-03-{10 + number}T00:00:00Z")
    off, later, deleted = (r["id"] for r in book.rows("SELECT id FROM issues ORDER BY number"))
    book.db.execute("UPDATE issue_labels SET gone_at = '2026-04-15T00:00:00Z' WHERE issue = ?", [off])
    book.event(made, later, "LabeledEvent", "2026-04-15T00:00:00Z", "ann", label="incident")
    book.db.execute("UPDATE issues SET gone_at = '2026-04-15T00:00:00Z' WHERE id = ?", [deleted])
    book.db.execute("UPDATE issue_labels SET gone_at = '2026-04-15T00:00:00Z' WHERE issue = ?", [deleted])
    never_seen = book.issue(made, 4, "asker", "2026-03-14T00:00:00Z")
    book.event(made, never_seen, "LabeledEvent", "2026-03-14T00:00:00Z", "ann", label="outage")
    book.comment(made, never_seen, "ann", "2026-03-14T00:00:00Z")
    assert set(events(book, date(2026, 4, 13))) == {"1", "3", "4"}
    assert set(events(book, date(2026, 4, 20))) == {"1", "2", "3", "4"}


def test_an_advisory_that_was_seen_later_was_not_known_then(book: Book) -> None:
    advisory(book, "GHSA-1", "2026-03-10T00:00:00Z", first_seen_at="2026-03-18T00:00:00Z")
    assert set(events(book, date(2026, 3, 16))) == set()
    assert set(events(book, date(2026, 3, 23))) == {"GHSA-1"}
    book.db.execute("DELETE FROM looks WHERE kind = 'advisories'")
    assert set(events(book, date(2026, 3, 16))) == {"GHSA-1"}, "nobody had looked before"


def test_a_hotfix_is_part_of_what_it_fixes(book: Book) -> None:
    made = repo(book)
    book.release(made, "v1.0.0", "2026-03-02T00:00:00Z", "bad")
    book.release(made, "v1.0.1", "2026-03-04T00:00:00Z", "bad")
    revert(book, at="2026-03-07T00:00:00Z")
    assert events(book) == {"back": ("same_event", 0), "v1.0.1": (None, 0)}
    book.db.execute("UPDATE commits SET message_prose_length = 200 WHERE oid = 'back'")
    assert events(book) == {"back": ("same_event", 1), "v1.0.1": (None, 1)}
    book.db.execute("UPDATE pushes SET pushed_at = '2026-03-07T00:00:01Z' WHERE after_oid = 'back'")
    assert events(book) == {"back": (None, 1), "v1.0.1": (None, 0)}


def test_a_hotfix_near_the_closing_of_an_incident_is_part_of_it(book: Book) -> None:
    made = repo(book)
    issue = incident(book, 1)
    book.comment(made, issue, "ann", "2026-03-09T01:00:00Z", prose_length=LONG)
    book.event(made, issue, "ClosedEvent", "2026-03-21T00:00:00Z", "ann", state_reason="COMPLETED")
    book.direct(made, "fix", "2026-03-17T00:00:00Z", "ann", "bad")
    book.release(made, "v1.0.0", "2026-03-17T00:00:00Z", "fix")
    book.release(made, "v1.0.1", "2026-03-18T00:00:00Z", "fix")
    assert events(book) == {"1": (None, 1), "v1.0.1": ("same_event", 1)}


def test_what_broke_in_one_repository_on_one_day_is_one_event(book: Book) -> None:
    advisory(book, "GHSA-1", "2026-03-10T00:00:00Z", prose_length=0)
    advisory(book, "GHSA-2", "2026-03-10T23:59:59Z")
    advisory(book, "GHSA-3", "2026-03-11T00:00:00Z", prose_length=0)
    advisory(book, "GHSA-4", "2026-03-10T00:00:00Z", repository=book.repo("acme/kit"))
    expected = {"GHSA-1": (None, 1), "GHSA-2": ("same_event", 1), "GHSA-3": (None, 0), "GHSA-4": (None, 1)}
    assert events(book) == expected


def test_an_event_that_began_before_the_window_is_not_in_it(book: Book) -> None:
    made = repo(book)
    revert(book, at="2025-06-01T00:00:00Z")
    book.direct(made, "fix", "2025-06-01T12:00:00Z", "ann", "back")
    book.release(made, "v1.0.0", "2025-06-01T13:00:00Z", "fix")
    book.release(made, "v1.0.1", "2025-06-02T01:00:00Z", "fix")
    assert events(book) == {}
