"""The naive figures: over the window, as things stood at the date."""

import json
from datetime import date
from typing import Any

from tests.made import Book, repo

THEN = date(2026, 6, 4)  # three days after the window's end


def naive(book: Book, signal: str, as_of: date = THEN) -> Any:
    return json.loads(book.compute(as_of)[signal]["naive"])


def test_an_issue_is_closed_when_it_was_closed_by_the_date(book: Book) -> None:
    for number, events in enumerate(
        (
            [],
            [("ClosedEvent", "2026-06-02T00:00:00Z")],
            [("ClosedEvent", "2026-06-06T00:00:00Z")],
            [("ClosedEvent", "2026-06-07T00:00:00Z")],
            [("ClosedEvent", "2026-05-02T00:00:00Z"), ("ReopenedEvent", "2026-06-05T00:00:00Z")],
        )
    ):
        issue = book.issue(repo(book), number, "asker", "2026-05-01T00:00:00Z")
        for kind, at in events:
            book.event(repo(book), issue, kind, at, "insider")
    book.db.execute("UPDATE issues SET closed_at = '2026-06-06T00:00:00Z' WHERE number IN (2, 3)")
    book.issue(repo(book), 6, "asker", "2026-06-02T00:00:00Z")  # after the window
    assert naive(book, "resolution_90d") == {"closed_share": 0.4}
    book.db.execute("UPDATE issues SET gone_at = '2026-06-03T00:00:00Z' WHERE number = 0")
    assert naive(book, "resolution_90d") == {"closed_share": 0.5}
    book.db.execute("UPDATE issues SET gone_at = '2026-06-05T00:00:00Z' WHERE number = 0")
    assert naive(book, "resolution_90d") == {"closed_share": 0.4}, "it was there still"


def test_releases_of_the_window_that_are_still_there(book: Book) -> None:
    book.release(repo(book), "v1.0.0", "2026-05-04T00:00:00Z", "base")
    book.release(repo(book), "v1.1.0", "2026-06-02T00:00:00Z", "base")
    gone = book.release(repo(book), "v1.2.0", "2026-05-05T00:00:00Z", "base", gone_at="2026-06-03T00:00:00Z")
    assert naive(book, "release_weeks") == {"releases": 1}
    assert naive(book, "longest_release_silence") == {"days_since_last_release": 2}
    assert naive(book, "release_weeks", date(2026, 6, 3)) == {"releases": 2}, "not deleted yet"
    book.changed(
        "releases", gone, "published_at", "2026-05-05T00:00:00Z", "2026-06-01T00:00:00Z", "2026-06-09T00:00:00Z"
    )
    book.db.execute("UPDATE releases SET published_at = '2026-06-08T00:00:00Z', gone_at = NULL WHERE id = ?", [gone])
    assert naive(book, "release_weeks") == {"releases": 2}, "what a later flip says of it changes nothing of the past"


def test_answers_and_reviews_count_while_they_are_there(book: Book) -> None:
    issue = book.issue(repo(book), 1, "asker", "2026-05-31T00:00:00Z")
    answer = book.comment(repo(book), issue, "helper", "2026-06-02T00:00:00Z")
    pull = book.pull(repo(book), 2, "asker", "2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z")
    review = book.add(
        "reviews", pull_request=pull, author=book.who("helper"), submitted_at="2026-06-02T00:00:00Z", state="COMMENTED"
    )
    assert naive(book, "first_response_7d")["median_days_of_answered"] == 2
    assert naive(book, "independent_review") == {"merged_with_a_review": 1}
    book.db.execute("UPDATE comments SET gone_at = '2026-06-03T00:00:00Z' WHERE id = ?", [answer])
    book.db.execute("UPDATE reviews SET gone_at = '2026-06-03T00:00:00Z' WHERE id = ?", [review])
    assert naive(book, "first_response_7d")["median_days_of_answered"] is None
    assert naive(book, "independent_review") == {"merged_with_a_review": 0}
