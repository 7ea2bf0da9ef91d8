"""A project in which something broke: reverts, hotfixes, incidents and advisories."""

from datetime import date
from typing import Any

from tests.made import AS_OF, Book, repo

AT = "2026-03-10T12:00:00Z"
LONG, SHORT = 200, 199


def broken() -> Book:
    """A repository in which `ann` is an insider and `bad` landed on 2026-03-01."""
    book = Book()
    made = book.repo()
    book.direct(made, "base", "2025-01-01T00:00:00Z", "ann")
    book.direct(made, "bad", "2026-03-01T00:00:00Z", "ann", "base")
    return book


def events(book: Book, as_of: date = AS_OF) -> dict[str, tuple[str | None, int | None]]:
    """The last part of each row's URL -> (why it does not count, whether it is explained)."""
    found = book.evidence("failure_disclosure", as_of)
    return {r["url"].rpartition("/")[2]: (r["reason"], r["explained"]) for r in found}


def revert(book: Book, oid: str = "back", at: str = AT, by: str | None = "ann", **values: Any) -> None:
    """A revert pushed to the default branch."""
    row = {"headline": 'Revert "Change bad"', "message_prose_length": 0, **values}
    book.direct(repo(book), oid, at, by, "bad", **row)


def reverting(book: Book, number: int, at: str = AT, by: str = "ann", **values: Any) -> int:
    """A squashed pull request that reverts."""
    title = values.pop("title", 'Revert "Change bad"')
    book.commit(repo(book), f"pr{number}", at, headline=values.pop("headline", f"{title} (#{number})"))
    row = {"prose_length": 0, "oid": f"pr{number}", "title": title, **values}
    return book.pull(repo(book), number, by, "2026-03-09T00:00:00Z", at, **row)


def incident(book: Book, number: int, label: str = "incident", by: str = "asker", **values: Any) -> int:
    """An issue of the day before with that label."""
    issue = book.issue(repo(book), number, by, "2026-03-09T00:00:00Z", **values)
    book.add("issue_labels", issue=issue, name=label)
    return issue


def advisory(book: Book, name: str, at: str = AT, **values: Any) -> None:
    row = {"repository": repo(book), "ghsa_id": name, "published_at": at, "prose_length": LONG, **values}
    book.add("advisories", **row)
