from datetime import date, timedelta

import pytest

from collector.config import Bot, Config
from tests.made import AS_OF, Book


@pytest.fixture
def book() -> Book:
    """A repository with an insider since 2025."""
    book = Book(config=Config(bots=(Bot("script", "a machine since March", date(2026, 3, 1)),)))
    book.direct(book.repo(), "base", "2025-01-01T00:00:00Z", "insider")
    return book


@pytest.fixture
def steady() -> Book:
    """A project with a landing and a release a week by two people."""
    book = Book()
    repo = book.repo()
    last: list[str] = []
    for n in range(60):
        day = AS_OF - timedelta(weeks=60 - n)
        last = [book.direct(repo, f"c{n}", f"{day}T12:00:00Z", "ann" if n % 2 else "bob", *last)]
        book.release(repo, f"v1.{n}.0", f"{day}T13:00:00Z", last[0])
    return book
