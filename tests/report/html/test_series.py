from dataclasses import replace
from datetime import date, timedelta

import pytest

from collector.config import Config
from collector.config.model import Mirror
from collector.report import reading
from collector.report.html import series, tables
from collector.report.html.tables import link_text
from tests.made import AS_OF, Book
from tests.report.acme import acme


@pytest.fixture(scope="module")
def book() -> Book:
    return acme(dates=2)


@pytest.fixture(scope="module")
def read(book: Book) -> dict[str, series.Series]:
    return series_of(book)


def series_of(book: Book, day: date = AS_OF) -> dict[str, series.Series]:
    return {project.slug: drawn for project, drawn in series.by_project(book.db, reading.build(book.db, day))}


def test_two_years_or_what_the_database_covers(book: Book) -> None:
    span = series.span(book.db, reading.build(book.db, AS_OF))
    assert (span.begin, span.end) == (AS_OF - timedelta(weeks=104), AS_OF)
    late = Book(start="2025-11-01T00:00:00Z")
    late.repo()
    late.compute()
    assert series.span(late.db, reading.build(late.db, AS_OF)).begin == date(2025, 11, 1)


def test_few_projects_are_read_at_once_in_the_order_of_the_report() -> None:
    book = Book()
    for n in range(2 * series.PROJECTS_AT_ONCE + 1):
        repo = book.repo(f"acme-{n}/engine", f"acme-{n}")
        book.direct(repo, f"c{n}", f"{AS_OF - timedelta(days=9)}T10:00:00Z", "login-one")
    book.compute()
    report = reading.build(book.db, AS_OF)
    found = list(series.by_project(book.db, report))
    assert [project for project, _ in found] == [p for _, projects in report.in_order() for p in projects]
    assert all(drawn.rows[project.slug, "active_weeks"] for project, drawn in found)
    assert {len(drawn.quarters) for _, drawn in found} == {series.PROJECTS_AT_ONCE, 1}
    # Afterwards the views show all projects again.
    assert len(book.rows("SELECT DISTINCT project FROM author_days")) == len(found)


def test_history_is_oldest_first_and_one_a_week() -> None:
    book = acme(dates=1)
    for days in (3, 5, 7, 20):
        book.compute(AS_OF - timedelta(days=days))
    book.compute(AS_OF + timedelta(days=1))
    report = reading.build(book.db, AS_OF + timedelta(days=1))
    found = series.history(book.db, series.span(book.db, report), ["acme"], ["release_weeks"])
    assert found.keys() == {("acme", "release_weeks")}
    points = found["acme", "release_weeks"]
    assert [p.as_of for p in points] == [AS_OF + timedelta(days=d) for d in (-20, -3, 1)]
    assert points[-1].known
    other = series.span(book.db, replace(report, method_version="another method"))
    assert series.history(book.db, other, ["acme"], ["release_weeks"]) == {}


def test_what_was_computed_for_later_dates_is_not_shown(book: Book) -> None:
    earlier = AS_OF - timedelta(weeks=1)
    found = series_of(book, earlier)["acme"]
    assert {p.as_of for points in found.history.values() for p in points} == {earlier}
    assert all(day < earlier for r in found.releases.values() for day in r.counted + r.left_out)


def test_releases_that_count_and_those_left_out(read: dict[str, series.Series]) -> None:
    found = read["acme"].releases["acme"]
    assert len(found.counted) == 15
    assert len(found.left_out) == 13
    assert found.counted == sorted(found.counted)


def test_quarters_hold_everyones_author_days(read: dict[str, series.Series]) -> None:
    quarters = read["acme"].quarters["acme"]
    assert [q.end for q in quarters] == [AS_OF - timedelta(weeks=13 * n) for n in range(7, -1, -1)]
    assert sum(sum(q.author_days) for q in quarters) == 90
    assert quarters[-2].author_days == (7, 3, 3)
    (young,) = read["young"].quarters["young"]
    assert young.author_days == ()


def test_rows_are_limited_and_the_newest_come_first(read: dict[str, series.Series]) -> None:
    rows = read["acme"].rows["acme", "first_response_7d"]
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
    assert series_of(book)["acme"].quarters["acme"][-1].author_days == (1,)
