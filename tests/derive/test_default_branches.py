"""What landed where the default branch was exchanged for another."""

from datetime import date

from tests.made import Book


def exchanged() -> Book:
    """The default branch `master` (base, old) was exchanged for `main` (base, new): a sync saw it on 2026-04-01."""
    book = Book()
    repo = book.repo()
    book.direct(repo, "base", "2026-03-01T12:00:00Z", "ann")
    book.commit(repo, "old", "2026-03-09T12:00:00Z", "base", gone_at="2026-04-01T03:00:00Z")
    book.commit(repo, "new", "2026-03-16T12:00:00Z", "base")
    book.push(repo, "old", "2026-03-09T12:00:00Z", "bob", "base", ref="refs/heads/master")
    book.push(repo, "new", "2026-03-16T12:00:00Z", "cat", "base")
    book.db.execute("UPDATE pushes SET ref = 'refs/heads/master' WHERE after_oid = 'base'")
    book.changed("repositories", repo, "default_branch", "master", "main", "2026-04-01T03:00:00Z")
    return book


def test_what_a_former_default_branch_had_has_landed_there() -> None:
    found = exchanged().landings()
    assert (found["old"]["landed_at"], found["old"]["left_at"]) == ("2026-03-09T12:00:00Z", "2026-04-01T03:00:00Z")
    assert (found["base"]["tier"], found["old"]["tier"]) == ("T1", "T1")


def test_what_the_other_branch_had_reached_the_default_one_by_the_exchange() -> None:
    book = exchanged()
    found = book.landings()["new"]
    assert (found["landed_at"], found["reached_at"]) == ("2026-03-16T12:00:00Z", "2026-04-01T03:00:00Z")
    weeks = [book.compute(day)["active_weeks"]["value"] for day in (date(2026, 3, 30), date(2026, 4, 6))]
    assert weeks == [2, 3], "not yet; and what was dropped stays landed"


def test_pushing_to_a_former_default_branch_was_a_power_while_it_was_it() -> None:
    book = exchanged()
    repo = int(book.rows("SELECT id FROM repositories")[0]["id"])
    book.push(repo, "late", "2026-05-01T12:00:00Z", "dan", ref="refs/heads/master")
    assert {"ann", "bob"} <= book.insiders().keys()
    assert "dan" not in book.insiders()
