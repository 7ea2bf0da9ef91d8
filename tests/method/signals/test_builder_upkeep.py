"""Which assets are alive, and the share of them."""

import json
from datetime import date
from typing import Any

import pytest

from collector.method.signal import Status
from collector.method.signals.builder_upkeep import SIGNAL, builder_upkeep
from collector.method.statistics.intervals import wilson
from tests.made import AS_OF, Book
from tests.method.contexts import context, weeks_old

IN_TIME = "2025-12-03T00:00:00Z"  # 180 days before the date
TOO_LATE = "2025-12-02T23:59:59Z"


def asset(book: Book, at: str, role: str = "sdk", name: str = "acme/kit", lines: int = 10, **values: Any) -> int:
    repo = book.repo(name, role=role, **values)
    book.direct(repo, f"c{repo}", at, "ann", lines=lines)
    return repo


def alive(book: Book, as_of: date = AS_OF) -> dict[str, int]:
    return {r["repository"]: r["alive"] for r in book.evidence("builder_upkeep", as_of)}


@pytest.mark.parametrize(
    ("at", "lines", "expected"),
    [(IN_TIME, 10, 1), (TOO_LATE, 10, 0), (IN_TIME, 9, 0)],
    ids=["in time", "late", "small"],
)
def test_an_asset_is_alive_by_an_author_day_of_its_own(book: Book, at: str, lines: int, expected: int) -> None:
    repo = asset(book, at, lines=lines)
    book.direct(repo, "small", at, "bob", f"c{repo}", lines=5)
    book.direct(int(book.rows("SELECT id FROM repositories")[0]["id"]), "elsewhere", IN_TIME, "ann", "base", lines=5)
    assert alive(book) == {"acme/kit": expected}


def test_only_sdks_and_examples_are_assets(book: Book) -> None:
    for role in ("sdk", "examples", "docs", "tools"):
        asset(book, IN_TIME, role, f"acme/{role}")
    assert alive(book) == {"acme/sdk": 1, "acme/examples": 1}


@pytest.mark.parametrize(("status", "expected"), [("archived", 0), ("empty", 0), ("private_or_gone", 0), ("ok", 1)])
def test_what_is_archived_or_gone_is_dead_from_then_on(book: Book, status: str, expected: int) -> None:
    repo = asset(book, "2026-04-01T00:00:00Z", status=status)
    book.changed("repositories", repo, "status", "ok", status, "2026-05-05T00:00:00Z")
    assert alive(book) == {"acme/kit": expected}
    assert alive(book, date(2026, 5, 4)) == {"acme/kit": 1}, "not yet"


@pytest.mark.parametrize(("at", "expected"), [("2026-05-03T23:59:59Z", 0), ("2026-05-04T00:00:00Z", 1)])
def test_it_was_archived_when_github_says(book: Book, at: str, expected: int) -> None:
    asset(book, "2026-04-01T00:00:00Z", status="archived", archived_at=at)
    assert alive(book, date(2026, 5, 4)) == {"acme/kit": expected}
    assert alive(book) == {"acme/kit": 0}


def test_outsiders_who_build_on_it_come_in_two_weeks(book: Book) -> None:
    repo, other = asset(book, IN_TIME), asset(book, IN_TIME, name="acme/other")
    for number, (by, day) in enumerate(
        (("twice", "03-02"), ("twice", "03-09"), ("once", "03-02"), ("once", "03-03")), 1
    ):
        book.issue(repo if number % 2 else other, number, by, f"2026-{day}T12:00:00Z")
    found = book.compute()["builder_upkeep"]
    assert (found["value"], found["n"]) == (1.0, 2)
    assert json.loads(found["companions"]) == {"alive": 2, "external_builders": 1}
    assert json.loads(found["naive"]) == {"commits": 2}


def test_the_share_and_its_interval() -> None:
    signal = builder_upkeep(3, 5, 4, context(SIGNAL))
    assert (signal.status, signal.value, signal.n, signal.score) == (Status.OK, 0.6, 5, 0.6)
    assert (signal.low, signal.high) == wilson(3, 5)


def test_too_few_assets_and_young_projects_are_insufficient() -> None:
    assert builder_upkeep(1, 1, 0, context(SIGNAL)).reason == "2 SDKs or examples are needed, there is 1"
    assert (
        builder_upkeep(2, 2, 0, context(SIGNAL, weeks_old(3))).reason
        == "the oldest repository is 3 weeks old, 26 needed"
    )
