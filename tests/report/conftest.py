"""Small databases of signals that were not computed."""

from datetime import date

import pytest

from tests.made import Book


@pytest.fixture
def made() -> Book:
    book = Book(day=date(2026, 1, 5), synced="2026-01-05T06:00:00Z")
    book.meta("synthetic", "0")
    return book


@pytest.fixture
def little(made: Book) -> Book:
    """A project of which hardly anything is public, though enough families are known for an overall score."""
    made.project("oyster")
    made.repo("example/oyster", "oyster")
    for key in ("release_weeks", "active_weeks"):
        made.signal("oyster", key, 0.0, score=0.01, score_low=0.0, score_high=0.1)
    made.signal("oyster", "contributor_days", None, n=2)
    return made


@pytest.fixture
def two(made: Book) -> Book:
    """A project with figures and one without a repository."""
    made.project("heron", "Steady Heron")
    made.repo("example/heron", "heron")
    made.signal(
        "heron",
        "release_weeks",
        14.0,
        low=8.0,
        high=22.0,
        naive={"releases": 41},
        companions={"releases": 15},
        excluded={"pre_release": 3},
    )
    made.signal("heron", "first_response_7d", 0.41, low=0.27, high=0.56)
    made.signal("heron", "contributor_days", None)
    made.project("mole", "Hidden Mole", "models", "Nothing was found.")
    for key in ("release_weeks", "contributor_days"):
        made.signal("mole", key, None, status="not_observable", reason="Nothing was found.")
    return made
