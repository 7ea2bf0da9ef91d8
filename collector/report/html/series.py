"""Data of the charts: signal history, releases, shares of the work, and evidence rows."""

import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from collector import clock
from collector.method.constants import QUARTER_WEEKS, TREND_QUARTERS
from collector.method.evidence import materialise
from collector.method.registry import SIGNALS
from collector.method.window import Window
from collector.report import evidence
from collector.report.charts.history import Point
from collector.report.charts.sharing import Quarter
from collector.report.evidence import Row
from collector.report.html.breakdown import last_activity
from collector.store import database

QUARTER = timedelta(weeks=QUARTER_WEEKS)


@dataclass
class Releases:
    """Publication days of counted and of excluded releases."""

    counted: list[date] = field(default_factory=list)
    left_out: list[date] = field(default_factory=list)


@dataclass(frozen=True)
class Series:
    """Chart data by project; `history` and `rows` by (project, signal), `last_activity` by repository.

    `begin` is the start of the previous window, or of the database if that is later. `computed` are all dates since
    then that have signals.
    """

    begin: date
    end: date
    computed: frozenset[date]
    history: dict[tuple[str, str], list[Point]]
    releases: dict[str, Releases]
    quarters: dict[str, list[Quarter]]
    rows: dict[tuple[str, str], list[Row]]
    last_activity: dict[str, str]


def read(db: sqlite3.Connection, as_of: date, method_version: str) -> Series:
    """Read the chart data as of a date. Each view is read once, for all projects."""
    materialise(db, as_of)
    start = database.meta(db, "start") or "0001-01-01"
    window = Window(as_of)
    begin = max(Window(window.start.date()).start.date(), date.fromisoformat(start[:10]))
    rows = {
        (project, info.key): found
        for info in SIGNALS
        if evidence.has_rows(db, info.key)
        for project, found in evidence.by_project(db, info.key).items()
    }
    return Series(
        begin=begin,
        end=as_of,
        computed=_computed(db, begin, as_of, method_version),
        history=_history(db, begin, as_of, method_version),
        releases=_releases(db, begin),
        quarters=_quarters(db, begin, window.end.date()),
        rows=rows,
        last_activity=last_activity(db, as_of),
    )


def _computed(db: sqlite3.Connection, begin: date, as_of: date, method_version: str) -> frozenset[date]:
    found = db.execute(
        "SELECT DISTINCT as_of FROM signals WHERE as_of >= ? AND as_of <= ? AND method_version = ?",
        [begin.isoformat(), as_of.isoformat(), method_version],
    )
    return frozenset(date.fromisoformat(day) for (day,) in found)


def _history(
    db: sqlite3.Connection, begin: date, as_of: date, method_version: str
) -> dict[tuple[str, str], list[Point]]:
    """Return each signal's points, oldest first, keeping only the last date of each ISO week to limit the file size."""
    weekly: dict[tuple[str, str], dict[date, Point]] = defaultdict(dict)
    for project, signal, at, *figures in db.execute(
        "SELECT project, signal, as_of, status, value, low, high FROM signals "
        "WHERE as_of >= ? AND as_of <= ? AND method_version = ? ORDER BY as_of",
        [begin.isoformat(), as_of.isoformat(), method_version],
    ):
        day = date.fromisoformat(at)
        weekly[project, signal][day - timedelta(days=day.weekday())] = Point(day, *figures)
    return {key: list(points.values()) for key, points in weekly.items()}


def _releases(db: sqlite3.Connection, begin: date) -> dict[str, Releases]:
    out: dict[str, Releases] = defaultdict(Releases)
    for project, published_at, reason in db.execute(
        "SELECT project, published_at, reason FROM judged_releases WHERE published_at >= ? ORDER BY published_at",
        [clock.to_text(clock.midnight(begin))],
    ):
        own = out[project]
        (own.counted if reason is None else own.left_out).append(clock.from_text(published_at).date())
    return dict(out)


def _quarters(db: sqlite3.Connection, begin: date, end: date) -> dict[str, list[Quarter]]:
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
        "WHERE b.tracked GROUP BY b.project"
    ).fetchall()
    out = {}
    for project, created in born:
        first = clock.from_text(created).date()
        out[project] = [
            Quarter(b, e, _amounts(days[project], b, e))
            for b, e in spans
            if e > first and b >= begin - QUARTER / QUARTER_WEEKS
        ]
    return out


def _amounts(days: list[tuple[date, int]], begin: date, end: date) -> tuple[int, ...]:
    """Return each person's number of author-days from `begin` until before `end`, largest first."""
    return tuple(sorted(Counter(person for day, person in days if begin <= day < end).values(), reverse=True))
