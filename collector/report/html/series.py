"""Data of the charts: signal history, releases, shares of the work, and evidence rows."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from collector import clock
from collector.method.evidence import behind, building_blocks, drop_temporary
from collector.method.registry import BY_KEY
from collector.method.window import Window
from collector.method_constants import QUARTER_WEEKS, TREND_QUARTERS
from collector.report import evidence
from collector.report.charts.history import Point
from collector.report.charts.sharing import Quarter
from collector.report.evidence import Row
from collector.report.html.breakdown import last_activity
from collector.report.model import ProjectRow, Report
from collector.store import database, website

QUARTER = timedelta(weeks=QUARTER_WEEKS)
# More would take more memory at once, fewer more time to plan the statements.
PROJECTS_AT_ONCE = 5
# The views that are read here beside the evidence.
_READS = ("author_days", "judged_releases")


@dataclass
class ReleaseDays:
    """Publication days of counted and of excluded releases."""

    counted: list[date] = field(default_factory=list)
    left_out: list[date] = field(default_factory=list)


@dataclass(frozen=True)
class Span:
    """The time of the charts: from the start of the previous window, or of the database if that is later.

    Only figures of the same version of the method are comparable.
    """

    begin: date
    end: date
    method_version: str


@dataclass(frozen=True)
class Series:
    """Chart data by project; `history` and `rows` by (project, signal), `last_activity` by repository.

    `website` is that of the GitHub which the repositories are on, with a slash at its end.
    """

    span: Span
    history: dict[tuple[str, str], list[Point]]
    releases: dict[str, ReleaseDays]
    quarters: dict[str, list[Quarter]]
    rows: dict[tuple[str, str], list[Row]]
    last_activity: dict[str, str]
    website: str


def span(db: sqlite3.Connection, report: Report) -> Span:
    """Return the time of a report's charts."""
    end = date.fromisoformat(report.as_of)
    start = database.meta(db, "start") or "0001-01-01"
    begin = max(Window(Window(end).start.date()).start.date(), date.fromisoformat(start[:10]))
    return Span(begin, end, report.method_version)


def by_project(db: sqlite3.Connection, report: Report) -> Iterator[tuple[ProjectRow, Series]]:
    """Yield each project in the report's order, with the data of its charts: of few projects at a time."""
    within = span(db, report)
    ordered = [project for _, projects in report.in_order() for project in projects]
    for first in range(0, len(ordered), PROJECTS_AT_ONCE):
        some = ordered[first : first + PROJECTS_AT_ONCE]
        drawn = _read(db, within, some)
        for project in some:
            yield project, drawn
    drop_temporary(db)


def computed(db: sqlite3.Connection, within: Span) -> frozenset[date]:
    """Return all dates of the time that have signals."""
    found = db.execute(
        "SELECT DISTINCT as_of FROM signals WHERE as_of >= ? AND as_of <= ? AND method_version = ?",
        [within.begin.isoformat(), within.end.isoformat(), within.method_version],
    )
    return frozenset(date.fromisoformat(day) for (day,) in found)


def history(
    db: sqlite3.Connection, within: Span, slugs: Sequence[str], signals: Collection[str]
) -> dict[tuple[str, str], list[Point]]:
    """Return the points of these signals of these projects, oldest first.

    Only the last date of each ISO week is kept, to limit the size of the page.
    """
    weekly: dict[tuple[str, str], dict[date, Point]] = defaultdict(dict)
    for project, signal, at, *figures in db.execute(
        "SELECT project, signal, as_of, status, value, low, high FROM signals "
        "WHERE project IN (SELECT value FROM json_each(?)) AND signal IN (SELECT value FROM json_each(?)) "
        "AND as_of >= ? AND as_of <= ? AND method_version = ? ORDER BY as_of",
        [
            json.dumps(slugs),
            json.dumps(sorted(signals)),
            within.begin.isoformat(),
            within.end.isoformat(),
            within.method_version,
        ],
    ):
        day = date.fromisoformat(at)
        weekly[project, signal][day - timedelta(days=day.weekday())] = Point(day, *figures)
    return {key: list(points.values()) for key, points in weekly.items()}


def _read(db: sqlite3.Connection, within: Span, projects: Sequence[ProjectRow]) -> Series:
    slugs = [project.slug for project in projects]
    building_blocks(db, within.end, slugs, behind(BY_KEY.keys(), _READS))
    rows = {(project, key): found for key in BY_KEY for project, found in evidence.by_project(db, key).items()}
    return Series(
        span=within,
        history=history(db, within, slugs, {s.signal for project in projects for s in project.signals}),
        releases=_releases(db, within.begin),
        quarters=_quarters(db, within.begin, Window(within.end).end.date(), slugs),
        rows=rows,
        last_activity=last_activity(db, within.end, slugs),
        website=website.read(db),
    )


def _releases(db: sqlite3.Connection, begin: date) -> dict[str, ReleaseDays]:
    out: dict[str, ReleaseDays] = defaultdict(ReleaseDays)
    for project, published_at, reason in db.execute(
        "SELECT project, published_at, reason FROM judged_releases WHERE published_at >= ? ORDER BY published_at",
        [clock.to_text(clock.midnight(begin))],
    ):
        own = out[project]
        (own.counted if reason is None else own.left_out).append(clock.from_text(published_at).date())
    return dict(out)


def _quarters(db: sqlite3.Connection, begin: date, end: date, slugs: Sequence[str]) -> dict[str, list[Quarter]]:
    """Return the last eight 13-week periods that the database covers, from the project's first repository on."""
    spans = [(end - (n + 1) * QUARTER, end - n * QUARTER) for n in reversed(range(TREND_QUARTERS))]
    days: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for project, day, person in db.execute(
        "SELECT project, day, person FROM author_days "
        "WHERE substantive AND person IS NOT NULL AND weeks_only IS NULL AND day >= ? AND day < ?",
        [spans[0][0].isoformat(), end.isoformat()],
    ):
        days[project].append((date.fromisoformat(day), person))
    born = db.execute(
        "SELECT b.project, min(r.created_at) "
        "FROM project_repositories AS b JOIN repositories AS r ON r.id = b.repository "
        "WHERE b.tracked AND b.project IN (SELECT value FROM json_each(?)) GROUP BY b.project",
        [json.dumps(slugs)],
    ).fetchall()
    out = {}
    for project, created in born:
        first = clock.from_text(created).date()
        # A database begins on any day, a quarter on a Monday: up to a week of its first one may be missing.
        out[project] = [
            Quarter(b, e, _amounts(days[project], b, e))
            for b, e in spans
            if e > first and b >= begin - QUARTER / QUARTER_WEEKS
        ]
    return out


def _amounts(days: list[tuple[date, int]], begin: date, end: date) -> tuple[int, ...]:
    """Return each person's number of author-days from `begin` until before `end`, largest first."""
    return tuple(sorted(Counter(person for day, person in days if begin <= day < end).values(), reverse=True))
