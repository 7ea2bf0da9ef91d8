"""A database of three projects, in a file."""

import shutil
from pathlib import Path

import pytest

from collector.store import hash_key
from collector.store.database import open_database
from tests.derive import recorded
from tests.made import Book


def saved(book: Book, path: Path) -> Path:
    """The book's database in a file, with its key beside it."""
    book.db.execute("VACUUM INTO ?", [str(path)])
    open_database(path).close()
    return path


@pytest.fixture(scope="session")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Projects with a little of everything, which share repositories, and of which signals were computed."""
    book = recorded.book()
    more = book.repo("widgets/core", project="widgets")
    book.direct(more, "w1", "2026-02-01T00:00:00Z", "ann", headline="Begin widgets")
    issue = book.issue(more, 1, "zoe", "2026-02-02T00:00:00Z", title="It breaks")
    book.comment(more, issue, "ann", "2026-02-03T00:00:00Z", text="Look at the guide")
    book.event(more, issue, "ClosedEvent", "2026-02-04T00:00:00Z", "ann")
    pull = book.landed(more, 2, "zoe", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", merger="ann")
    book.add("pull_request_files", pull_request=pull, path="src/main.py")
    book.add("reviews", pull_request=pull, author=book.who("ann"), submitted_at="2026-03-02T00:00:00Z")
    book.release(more, "v1", "2026-03-03T00:00:00Z", "pr2", body="What is new")
    book.changed("accounts", str(book.who("zoe")), "created_at", "2020-01-02T00:00:00Z", "x", "2026-01-01T00:00:00Z")
    book.changed("issues", issue, "created_at", "a", "b", "2026-01-01T00:00:00Z", more)
    book.late("issues", issue, more, "2026-02-02T00:00:00Z")
    engine = book.rows("SELECT id FROM repositories WHERE full_name = 'acme/engine'")[0]["id"]
    book.shared(engine, "widgets", "docs")
    book.shared(engine, "third", "examples")
    book.run(("widgets/core", "tags", "e"), ("*", "what_changed", "e"))
    book.meta("start", "2020-01-01T00:00:00Z")
    book.compute()
    return saved(book, tmp_path_factory.mktemp("computed") / "signals.db")


@pytest.fixture
def path(computed: Path, tmp_path: Path) -> Path:
    """A copy of that database, to be changed at will."""
    shutil.copy(hash_key.file_of(computed), tmp_path / "signals.db.key")
    return Path(shutil.copy(computed, tmp_path / "signals.db"))
