"""Makes the stored database of a release, with a row or more of nearly every kind.

    python -m tests.store.released 0.1.0

writes tests/store/data/0.1.0.sqlite.gz. It is run once, when a release is made; afterwards the file never changes.
"""

import gzip
import sqlite3
import sys
import tempfile
from pathlib import Path

from tests.made import Book

DATA = Path(__file__).parent / "data"


def fill(book: Book) -> None:
    """A project with a little of everything."""
    repo = book.repo()
    book.direct(repo, "a", "2025-07-01T00:00:00Z", "ann")
    book.direct(repo, "b", "2025-08-01T00:00:00Z", "bob", "a")
    issue = book.issue(repo, 1, "cat", "2025-08-02T00:00:00Z", title="It breaks")
    book.comment(repo, issue, "ann", "2025-08-03T00:00:00Z")
    book.event(repo, issue, "ClosedEvent", "2025-08-04T00:00:00Z", "ann")
    pull = book.pull(repo, 2, "bob", "2025-09-01T00:00:00Z", "2025-09-02T00:00:00Z", oid="b", merger="ann")
    book.add("pull_request_files", pull_request=pull, path="src/main.py")
    book.add("reviews", pull_request=pull, author=book.who("ann"), submitted_at="2025-09-02T00:00:00Z")
    book.release(repo, "v1", "2025-10-01T00:00:00Z", "b", body="What is new")
    book.add("tags", repository=repo, name="v1", oid="b", target_oid="b")
    book.changed("issues", issue, "created_at", "2025-08-01T00:00:00Z", "2025-08-02T00:00:00Z", "2025-08-05T00:00:00Z")
    book.run(("acme/x", "tags", "e"))
    book.compute()


def make(version: str) -> Path:
    """Write the file of a version; returns its path."""
    book = Book()
    fill(book)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.db"
        with sqlite3.connect(path) as copy:
            copy.execute("PRAGMA page_size = 512")
        book.db.execute("VACUUM INTO ?", [str(path)])
        content = path.read_bytes()
    DATA.mkdir(exist_ok=True)
    target = DATA / f"{version}.sqlite.gz"
    target.write_bytes(gzip.compress(content, mtime=0))
    return target


if __name__ == "__main__":
    sys.stdout.write(f"{make(sys.argv[1])}\n")
