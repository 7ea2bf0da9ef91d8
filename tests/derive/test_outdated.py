"""The derived tables of a project are made again when its facts, its configuration or the rules changed."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from collector.config import Bot, Config, Mirror
from collector.config.model import Project, TrackedRepository
from collector.derive import failures
from collector.derive.tables import DERIVED
from collector.method import compute
from collector.store import changed
from tests.made import Book

BUILT = Config(
    projects=tuple(
        Project(slug, slug.title(), ("c",), repos=(TrackedRepository(f"{slug}/engine", "core"),))
        for slug in ("acme", "rival")
    )
)


@pytest.fixture
def two() -> Book:
    """Two projects with work, releases and threads."""
    book = Book(config=BUILT)
    for slug in ("acme", "rival"):
        repo = book.repo(f"{slug}/engine", slug)
        book.direct(repo, f"{slug}1", "2026-05-01T00:00:00Z", "ann")
        book.landed(repo, 1, "bob", "2026-05-02T00:00:00Z", "2026-05-03T00:00:00Z", merger="ann")
        book.landed(repo, 2, "dependabot[bot]", "2026-05-04T00:00:00Z", "2026-05-05T00:00:00Z", merger="ann")
        book.release(repo, "v1.0.0", "2026-05-06T00:00:00Z", f"{slug}1")
        issue = book.issue(repo, 3, "eve", "2026-05-07T00:00:00Z")
        book.add("issue_labels", issue=issue, name=f"outage of {slug}")
        book.event(repo, issue, "ClosedEvent", "2026-05-08T00:00:00Z", "ann")
    compute.prepare(book.db, book.config)
    return book


def derived(db: sqlite3.Connection) -> dict[str, list[Any]]:
    """All derived rows, without the ids that number them."""
    out = {}
    for table in sorted(set(DERIVED) - {"release_ranges", "release_days"}):
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in ("id", "work")]
        out[table] = sorted(map(repr, db.execute(f"SELECT {', '.join(columns)} FROM {table}")))
    out["release_days"] = sorted(map(repr, db.execute("SELECT day, person, newest_work FROM release_days")))
    out["release_work"] = sorted(map(repr, db.execute("SELECT release_key, oid, lines FROM release_work")))
    return out


def made_anew(book: Book) -> list[str]:
    """The projects that are derived when the tables are prepared; afterwards all rows are as if all were."""
    book.db.executescript(
        "CREATE TEMP TABLE IF NOT EXISTS made (project); DELETE FROM made; "
        "CREATE TEMP TRIGGER IF NOT EXISTS note AFTER INSERT ON main.derived_projects "
        "BEGIN INSERT INTO made VALUES (NEW.project); END"
    )
    compute.prepare(book.db, book.config)
    made = [row["project"] for row in book.rows("SELECT project FROM made ORDER BY project")]
    found = derived(book.db)
    book.db.execute("DELETE FROM derived_projects")
    compute.prepare(book.db, book.config)
    assert derived(book.db) == found
    return made


def engine(book: Book, slug: str) -> int:
    return int(book.rows("SELECT id FROM repositories WHERE project = ?", slug)[0]["id"])


def a_push(book: Book) -> None:
    book.direct(engine(book, "acme"), "acme2", "2026-05-20T00:00:00Z", "bob", "acme1")


def a_review(book: Book) -> None:
    pull = book.rows("SELECT id FROM pull_requests WHERE repository = ?", engine(book, "acme"))[0]["id"]
    book.add("reviews", pull_request=pull, author=book.who("zoe"), submitted_at="2026-05-02T12:00:00Z")


def a_lost_label(book: Book) -> None:
    book.db.execute("DELETE FROM issue_labels WHERE name = 'outage of acme'")


def another_role(book: Book) -> None:
    book.db.execute("UPDATE project_repositories SET role = 'docs' WHERE project = 'acme'")


def a_declared_path(book: Book) -> None:
    acme, rival = BUILT.projects
    book.config = Config(projects=(Project("acme", "Acme", ("c",), docs_paths=("guide/**",), repos=acme.repos), rival))


def another_name(book: Book) -> None:
    acme, rival = BUILT.projects
    book.config = Config(projects=(Project("acme", "Another name", ("c",), repos=acme.repos), rival))


def a_listed_bot(book: Book) -> None:
    book.config = Config(projects=BUILT.projects, bots=(Bot("ann", "a script"),))


def a_mirror(book: Book) -> None:
    book.config = Config(projects=BUILT.projects, mirrors=(Mirror("ann", "acme/engine", "mirrors"),))


def an_account_that_github_calls_a_bot(book: Book) -> None:
    book.db.execute("UPDATE accounts SET type = 'Bot', is_bot = 1 WHERE login = 'ann'")


def a_bot_of_one_project(book: Book) -> None:
    book.direct(engine(book, "rival"), "rival2", "2026-05-20T00:00:00Z", "machine", "rival1")
    compute.prepare(book.db, book.config)
    book.db.execute("UPDATE accounts SET type = 'Bot', is_bot = 1 WHERE login = 'machine'")


def a_project_that_left(book: Book) -> None:
    book.db.execute("UPDATE projects SET tracked = 0 WHERE slug = 'rival'")


def a_repository_that_moved(book: Book) -> None:
    book.db.execute("UPDATE project_repositories SET project = 'acme' WHERE project = 'rival'")


def what_only_a_sync_sees(book: Book) -> None:
    book.db.execute("UPDATE repositories SET stars = 9, pushed_at = '2026-05-30T00:00:00Z'")
    book.db.execute("UPDATE sync_state SET completed_at = '2026-05-30T00:00:00Z'")


@pytest.mark.parametrize(
    ("change", "projects"),
    [
        (a_push, ["acme"]),
        (a_review, ["acme"]),
        (a_lost_label, ["acme"]),
        (another_role, ["acme"]),
        (a_declared_path, ["acme"]),
        (another_name, []),
        (a_listed_bot, ["acme", "rival"]),
        (a_mirror, ["acme", "rival"]),
        (an_account_that_github_calls_a_bot, ["acme", "rival"]),
        (a_bot_of_one_project, ["rival"]),
        (a_project_that_left, []),
        (a_repository_that_moved, ["acme", "rival"]),
        (what_only_a_sync_sees, []),
    ],
)
def test_only_what_changed_is_made_anew_and_all_is_as_if_it_were(
    two: Book, change: Callable[[Book], None], projects: list[str]
) -> None:
    change(two)
    assert made_anew(two) == projects


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_derivation_that_is_interrupted_is_done_again(two: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    a_push(two)
    with monkeypatch.context() as patch:
        patch.setattr(failures, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            compute.prepare(two.db, two.config)
    assert made_anew(two) == ["acme"]


def test_every_fact_of_a_repository_is_watched() -> None:
    """Tables with a repository, a pull request or an issue, without those that say how a sync went."""
    db = Book().db
    of_syncs = {"looks", "unreadable", "changed_repositories"}
    found = set()
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        columns = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        if columns & {"repository", "pull_request", "issue"} and not table.startswith("sync_"):
            found.add(table)
    assert found - of_syncs - set(DERIVED) == set(changed.REPOSITORY) - {"repositories", "sync_state"}
