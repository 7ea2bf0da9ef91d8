"""What counts in a fork of another project's repository."""

from collector.derive.forks import forks
from tests.made import Book

DAY = "2026-03-02T12:00:00Z"
LATER = "2026-03-03T12:00:00Z"


def test_in_a_fork_only_its_own_pull_requests_count() -> None:
    book = Book()
    fork = book.repo("acme/fork", is_fork=1, parent="elsewhere/engine")
    book.direct(fork, "synced", DAY, "dev")
    book.commit(fork, "s", LATER, "synced")
    book.pull(fork, 1, "dev", DAY, LATER, oid="s")
    assert {oid: row["exclusion"] for oid, row in book.landings().items()} == {"synced": "fork_push", "s": None}


def test_a_fork_of_the_projects_own_repository_is_no_fork() -> None:
    book = Book()
    fork = book.repo("acme/fork", is_fork=1, parent="elsewhere/engine")
    own = book.repo("acme/own-fork", is_fork=1, parent="ACME/fork")
    book.direct(own, "o", DAY, "dev")
    assert forks(book.db, "acme") == {fork}
    assert {oid: row["exclusion"] for oid, row in book.landings().items()} == {"o": None}


def test_a_fork_of_a_repository_that_is_tracked_no_more_is_one() -> None:
    book = Book()
    book.repo("acme/engine", tracked=0)
    fork = book.repo("acme/fork", is_fork=1, parent="acme/engine")
    assert forks(book.db, "acme") == {fork}
