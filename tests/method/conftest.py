from datetime import date

import pytest

from collector.config import Bot, Config
from tests.made import Book


@pytest.fixture
def book() -> Book:
    """A repository with an insider since 2025."""
    book = Book(config=Config(bots=(Bot("script", "a machine since March", date(2026, 3, 1)),)))
    book.direct(book.repo(), "base", "2025-01-01T00:00:00Z", "insider")
    return book
