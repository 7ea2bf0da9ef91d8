"""What a project last did in public, and the state that it is in."""

from datetime import date, timedelta

import pytest

from collector.config import Config
from collector.config.model import Project, TrackedRepository
from tests.made import AS_OF, Book, Row


def working(days: list[int], start: str = "2020-01-01T00:00:00Z") -> Book:
    """A project with an author-day on each of the days before the date, counted back from it (1 is the day before)."""
    book = Book(start)
    repo = book.repo()
    head = book.direct(repo, "base", "2020-01-01T12:00:00Z", "ann", lines=1)
    for back in sorted(set(days), reverse=True):
        head = book.direct(repo, f"c{back}", f"{AS_OF - timedelta(days=back)}T12:00:00Z", "ann", head)
    return book


def facts(book: Book, as_of: date = AS_OF) -> Row:
    book.compute(as_of)
    (row,) = book.rows("SELECT * FROM project_facts WHERE as_of = ?", as_of.isoformat())
    return row


@pytest.mark.parametrize(
    ("days", "state"),
    [
        ([*range(1, 364, 3)], "active"),
        ([*range(183, 500)], "silent"),
        ([1000], "never_published"),
        ([*range(1000, 1009)], "never_published"),
        ([*range(1000, 1010)], "silent"),
        ([1, *range(1000, 1010)], "sporadic"),
        ([*range(1, 10), *range(1000, 1010)], "sporadic"),
        ([*range(1, 11), *range(1000, 1010)], "waking"),
        ([*range(1, 11)], "active"),
        ([*range(1, 11), 183, *range(1000, 1010)], "active"),
        ([*range(1, 183, 9), *range(183, 364, 2)], "slowing"),
        ([*range(1, 183, 2), *range(183, 364, 9)], "active"),
        ([*range(1, 15, 1), *range(183, 200)], "active"),
    ],
)
def test_the_state(days: list[int], state: str) -> None:
    assert facts(working(days))["state"] == state


def test_a_release_long_ago_is_one() -> None:
    book = working([1000])
    repo = int(book.rows("SELECT id FROM repositories")[0]["id"])
    published = f"{AS_OF - timedelta(days=990)}T12:00:00Z"
    book.release(repo, "v1.0.0", published, "c1000")
    found = facts(book)
    assert (found["state"], found["last_release"]) == ("silent", published)
    assert found["last_release_url"] == "https://github.com/acme/engine/releases/tag/v1.0.0"


def test_the_last_change_and_the_author_days() -> None:
    book = working([1, 91, 92, 182, 183, 364, 365, 728, 729])
    found = facts(book)
    assert found["last_change"] == f"{AS_OF - timedelta(days=1)}T12:00:00Z"
    assert found["last_change_url"] == "https://github.com/acme/engine/compare/c91...c1" or found["last_change_url"]
    amounts = [found[f"author_days_{n}"] for n in ("13", "26", "52", "before")]
    assert amounts == [2, 4, 6, 2]
    before = facts(book, AS_OF - timedelta(days=1))
    assert before["last_change"] == f"{AS_OF - timedelta(days=91)}T12:00:00Z", "as of then"


def test_what_stands_in_the_way() -> None:
    young = Book()
    young.repo(created_at="2026-03-01T00:00:00Z")
    assert facts(young)["state"] == "too_young"
    stale = working([1])
    stale.db.execute("UPDATE sync_state SET completed_at = '2026-05-01T00:00:00Z'")
    assert facts(stale)["state"] == "stale"
    elsewhere = Book(config=Config(projects=(Project("elsewhere", "Elsewhere", ("compute",), note="none found"),)))
    elsewhere.db.execute("INSERT INTO projects (slug, name, category) VALUES ('elsewhere', 'Elsewhere', 'compute')")
    assert facts(elsewhere)["state"] == "not_on_github"
    tracked = (TrackedRepository("acme/engine", "core"),)
    unseen = Book(config=Config(projects=(Project("acme", "Acme", ("compute",), repos=tracked),)))
    unseen.db.execute("INSERT INTO projects (slug, name, category) VALUES ('acme', 'Acme', 'compute')")
    assert facts(unseen)["state"] == "not_synced"


def test_adding_a_project_changes_no_others_facts() -> None:
    book = working([*range(1, 364, 3)])
    alone = facts(book)
    book.direct(book.repo("rival/engine", "rival"), "r", "2026-05-01T12:00:00Z", "eve")
    book.compute()
    assert book.rows("SELECT * FROM project_facts WHERE project = 'acme'") == [alone]
