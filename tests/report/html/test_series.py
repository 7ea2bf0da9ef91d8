from datetime import date, timedelta

import pytest

from collector.config import Config
from collector.config.model import Mirror
from collector.report.html import series, tables
from collector.report.html.tables import link_text
from tests.made import AS_OF, Book
from tests.report.acme import acme


@pytest.fixture(scope="module")
def book() -> Book:
    return acme(dates=2)


@pytest.fixture(scope="module")
def read(book: Book) -> series.Series:
    return series.read(book.db, AS_OF, "1")


def test_two_years_or_what_the_database_covers(book: Book, read: series.Series) -> None:
    assert (read.begin, read.end) == (AS_OF - timedelta(weeks=104), AS_OF)
    late = Book(start="2025-11-01T00:00:00Z")
    late.repo()
    late.compute()
    assert series.read(late.db, AS_OF, "1").begin == date(2025, 11, 1)


def test_history_is_oldest_first_and_one_a_week() -> None:
    book = acme(dates=1)
    for days in (3, 5, 7, 20):
        book.compute(AS_OF - timedelta(days=days))
    book.compute(AS_OF + timedelta(days=1))
    points = series.read(book.db, AS_OF + timedelta(days=1), "2").history["acme", "release_weeks"]
    assert [p.as_of for p in points] == [AS_OF + timedelta(days=d) for d in (-20, -3, 1)]
    assert points[-1].known
    assert series.read(book.db, AS_OF, "another method").history == {}


def test_what_was_computed_for_later_dates_is_not_shown(book: Book) -> None:
    earlier = AS_OF - timedelta(weeks=1)
    found = series.read(book.db, earlier, "2")
    assert {p.as_of for points in found.history.values() for p in points} == {earlier}
    assert all(day < earlier for r in found.releases.values() for day in r.counted + r.left_out)


def test_releases_that_count_and_those_left_out(read: series.Series) -> None:
    found = read.releases["acme"]
    assert len(found.counted) == 15
    assert len(found.left_out) == 13
    assert found.counted == sorted(found.counted)


def test_quarters_hold_everyones_author_days(read: series.Series) -> None:
    quarters = read.quarters["acme"]
    assert [q.end for q in quarters] == [AS_OF - timedelta(weeks=13 * n) for n in range(7, -1, -1)]
    assert sum(sum(q.author_days) for q in quarters) == 90
    assert quarters[-2].author_days == (7, 3, 3)
    assert read.quarters["young"][0].author_days == ()
    assert len(read.quarters["young"]) == 1


def test_rows_are_limited_and_the_newest_come_first(read: series.Series) -> None:
    rows = read.rows["acme", "first_response_7d"]
    found = tables.table(rows)
    assert (found.counted, found.left_out) == (20, 1)
    assert [line.counted for line in found.lines] == [True] * tables.MOST_COUNTED + [False]
    assert found.more == 21 - len(found.lines)
    assert found.lines[0].text == "engine#20"
    assert found.lines[-1].reason == "by insiders"
    assert "author" not in found.head
    assert tables.table([]).lines == []


def test_cells_are_short() -> None:
    row: dict[str, object] = {
        "counted": 1,
        "reason": None,
        "url": "https://github.com/a/b/pull/1",
        "day": "2026-01-01",
        "merged_at": None,
    }
    found = tables.table(
        [row | {"newest_work": "2026-01-02T03:04:05Z", "answered": 0, "days": 3.14159, "version": "a_1"}]
    )
    assert dict(zip(found.head, found.lines[0].cells, strict=True)) == {
        "day": "2026-01-01",
        "newest work": "2026-01-02",
        "answered": "no",
        "days": "3.1",
        "version": "a_1",
    }
    assert [head for head, is_figure in zip(found.head, found.numeric, strict=True) if is_figure] == ["days"]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://github.com/acme/engine/issues/12", "engine#12"),
        ("https://github.com/acme/engine/pull/3", "engine#3"),
        ("https://github.com/acme/engine/releases/tag/core@1.2", "engine core@1.2"),
        ("https://github.com/acme/engine/tree/v1/2", "engine v1/2"),
        ("https://github.com/acme/engine/compare/0123456789...abcdef0123", "engine abcdef0"),
        ("https://github.com/acme/engine/commit/abcdef0123", "engine abcdef0"),
        ("https://github.com/acme/engine/security/advisories", "engine security advisories"),
        ("https://github.com/acme", "acme"),
    ],
)
def test_links_say_where_they_lead(url: str, text: str) -> None:
    assert link_text(url) == text


def test_only_links_to_the_web_become_links() -> None:
    row: dict[str, object] = {
        "counted": 1,
        "reason": None,
        "url": "javascript:alert(1)",
        "repository": "a/b",
        "day": "2026-01-01",
    }
    assert tables.table([row]).lines[0].url is None


def test_work_that_a_mirror_brought_is_nobodys_share() -> None:
    mirror = Mirror(login="login-mirror", repo="acme/engine", reason="brings others' work")
    book = Book(config=Config(mirrors=(mirror,)))
    repo = book.repo()
    book.direct(repo, "c1", f"{AS_OF - timedelta(days=9)}T10:00:00Z", "login-mirror")
    book.direct(repo, "c2", f"{AS_OF - timedelta(days=8)}T10:00:00Z", "login-one", "c1")
    book.compute()
    assert series.read(book.db, AS_OF, "1").quarters["acme"][-1].author_days == (1,)
