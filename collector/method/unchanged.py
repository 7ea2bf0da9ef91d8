"""Which projects' signals of an earlier date are the same on a later one, so that they are copied and not computed.

A signal depends on facts, rules and configuration, on the week that its window ends with, on which facts had happened
by the date, and a daily one on the date itself, as its definition says (`SignalDefinition.ageing`). So within a week,
while nothing of these changed and no time in the facts lies between the two dates, daily signals follow from the
evidence that is stored with the former date (collector/method/carried.py), and others stay the same. Derived tables are
made anew when facts, rules or configuration change, and a trigger then deletes the project's row in
`computed_projects`. What else signals depend on is in that row's mark, or noted by triggers in `changed_accounts`
(collector/store/changed.py).
"""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from collector import clock
from collector.method import evidence
from collector.method.projects import TrackedProject
from collector.method.registry import SIGNALS
from collector.method.window import Window
from collector.method_constants import METHOD_VERSION
from collector.store import privacy

_BLOCKS = frozenset({"tracked_projects", "tracked_repositories", "watched_lists"})
_READ = {signal.key: signal.reads for signal in SIGNALS if signal.ageing is not None}
# Column of a table -> which of its rows `x` are of a tracked repository `r`. The first that a table has decides.
_OF_REPOSITORY = {
    "repository": "{table} AS x ON x.repository = r.id",
    "project": "{table} AS x ON x.project = r.project",
    "pull_request": "pull_requests AS p ON p.repository = r.id CROSS JOIN {table} AS x ON x.pull_request = p.id",
    "issue": "issues AS p ON p.repository = r.id CROSS JOIN {table} AS x ON x.issue = p.id",
    "discussion": "discussions AS p ON p.repository = r.id CROSS JOIN {table} AS x ON x.discussion = p.id",
    "full_name": "{table} AS x ON x.id = r.id",
}
# Table -> the times that views compare with the date. `old` is one where it is the time of a former tombstone.
TIMES: Mapping[str, tuple[str, ...]] = {
    "repositories": ("created_at", "archived_at"),
    "issues": ("created_at", "first_seen_at", "gone_at"),
    "issue_labels": ("gone_at",),
    "pull_requests": ("created_at", "merged_at", "body_edited_at", "first_seen_at", "gone_at"),
    "discussions": ("created_at", "gone_at"),
    "comments": ("created_at", "first_seen_at", "gone_at"),
    "reviews": ("submitted_at", "gone_at"),
    "events": ("created_at",),
    "releases": ("published_at", "first_seen_at", "gone_at"),
    "release_versions": ("published_at",),
    "tags": ("gone_at",),
    "commits": ("gone_at",),
    "landings": ("landed_at", "reached_at", "left_at"),
    "work": ("landed_at", "reached_at", "altered_at"),
    "insiders": ("since",),
    "answer_marks": ("chosen_at",),
    "advisories": ("published_at", "first_seen_at"),
    "changes": ("seen_at", "old"),
    "late_arrivals": ("seen_at",),
}


def find(db: sqlite3.Connection, marks: Mapping[str, str], window: Window, weekly: Collection[str]) -> set[str]:
    """Return the projects whose signals follow from those that were computed on an earlier date of the week.

    `marks` are those of the date of the window, and the views are at that date. A project in doubt is left out.
    """
    day, monday = window.as_of.isoformat(), window.end.date().isoformat()
    computed = db.execute(
        "SELECT project, as_of, mark FROM computed_projects WHERE as_of >= ? AND as_of < ? AND evidence IS NOT NULL",
        [monday, day],
    ).fetchall()
    touched = _touched(db) if computed else set()
    by_date: dict[str, set[str]] = {}
    for slug, as_of, mark in computed:
        if marks.get(slug) == mark and slug not in touched:
            by_date.setdefault(as_of, set()).add(slug)
    found: set[str] = set()
    for as_of, slugs in by_date.items():
        former = Window(date.fromisoformat(as_of)).as_of_moment
        found |= (slugs & _stored(db, as_of, weekly)) - _with_times(db, slugs, former, window)
    return found


def forget_changed_accounts(db: sqlite3.Connection, window: Window) -> None:
    """Note that the signals of the latest date know the accounts that changed. Runs in the caller's transaction."""
    # An account that is gone since the date still changes what is known at a later one.
    db.execute(
        "DELETE FROM changed_accounts WHERE account NOT IN (SELECT id FROM accounts WHERE gone_at >= ?)",
        [clock.to_text(window.as_of_moment)],
    )


def marks(db: sqlite3.Connection, tracked: Sequence[TrackedProject], window: Window) -> dict[str, str]:
    """Return slug -> a text that changes with everything but facts and accounts that signals depend on at the date.

    Leaves temporary views at that date.
    """
    evidence.building_blocks(db, window.as_of, None, _BLOCKS)
    repositories: dict[str, list[object]] = {}
    for project, *columns in db.execute(
        "SELECT project, id, full_name, role, status, has_issues, has_pull_requests, created_at, archived_at, "
        "(SELECT group_concat(w.kind || w.long_enough) FROM watched_lists AS w WHERE w.repository = r.id) "
        "FROM tracked_repositories AS r ORDER BY project, id"
    ):
        repositories.setdefault(project, []).append(columns)
    return {p.slug: repr((METHOD_VERSION, _READ, _at(p, window), repositories.get(p.slug))) for p in tracked}


def _at(project: TrackedProject, window: Window) -> tuple[object, ...]:
    """Return what signals see of a project at the date. Of its syncs, only those that are stale make a difference."""

    def seen(at: datetime | None) -> object:
        return at if at is None or window.is_stale(at) else "recent"

    apart = {kind: seen(at) for kind, at in project.apart.items()}
    return (
        replace(project, synced_at=None, apart={}),
        seen(project.synced_at),
        apart,
        project.created_at and window.too_young(project.created_at),
    )


def _touched(db: sqlite3.Connection) -> set[str]:
    """Return the projects in whose facts an account occurs of which a date changed."""
    if db.execute("SELECT 1 FROM changed_accounts").fetchone() is None:
        return set()
    former = {"changes": ["CASE WHEN x.\"column\" IN ('author', 'actor', 'merged_by') THEN CAST(x.old AS INTEGER) END"]}
    named = {table: [f"x.{column}" for column in columns] for table, columns in privacy.references(db).items()}
    return {
        slug
        for table, values in (named | former).items()
        if (source := _source(db, table)) is not None
        for (slug,) in db.execute(
            f"SELECT DISTINCT r.project FROM tracked_repositories AS r CROSS JOIN {source} "
            f"AND ({' OR '.join(f'{value} IN (SELECT account FROM changed_accounts)' for value in values)})"
        )
    }


def _with_times(db: sqlite3.Connection, slugs: Collection[str], since: datetime, window: Window) -> set[str]:
    """Return which of the projects have a time in their facts from a moment to the date."""
    found: set[str] = set()
    until = clock.to_text(window.as_of_moment)
    for table, times in TIMES.items():
        rows = db.execute(
            f"SELECT DISTINCT r.project FROM tracked_repositories AS r CROSS JOIN {_source(db, table)} "
            f"AND ({' OR '.join(f'x.{column} BETWEEN :since AND :until' for column in times)}) "
            "WHERE r.project IN (SELECT value FROM json_each(:slugs))",
            {"since": clock.to_text(since), "until": until, "slugs": json.dumps(sorted(slugs))},
        )
        found |= {slug for (slug,) in rows}
    return found


def _stored(db: sqlite3.Connection, as_of: str, weekly: Collection[str]) -> set[str]:
    """Return the projects that have all these signals of a date, of this method."""
    rows = db.execute(
        "SELECT project FROM signals WHERE as_of = ? AND method_version = ? "
        "AND signal IN (SELECT value FROM json_each(?)) GROUP BY project HAVING count(*) = ?",
        [as_of, METHOD_VERSION, json.dumps(sorted(weekly)), len(weekly)],
    )
    return {slug for (slug,) in rows}


def _source(db: sqlite3.Connection, table: str) -> str | None:
    """Return how the rows `x` of a table are found from a tracked repository `r`; None if they are of none."""
    columns = _columns(db, table)
    return next((sql.format(table=table) for column, sql in _OF_REPOSITORY.items() if column in columns), None)


def _columns(db: sqlite3.Connection, table: str) -> Mapping[str, None]:
    return {row[1]: None for row in db.execute(f"PRAGMA main.table_info({table})")}
