"""What the news reports, by project: events dated by GitHub, changes that a sync saw, and states."""

import sqlite3
from datetime import date
from importlib.resources import files

from collector import clock
from collector.method.window import Window
from collector.report import evidence
from collector.report.news_model import Altered, NewRelease, RepositoryChange, RuleChange, StateChange

# (table, column) that should not change on GitHub -> name of the change.
ALTERED = {
    ("repositories", "head_oid"): "history_rewritten",
    ("tags", "oid"): "tag_moved",
    ("releases", "tag_oid"): "tag_moved",
    ("releases", "published_at"): "release_redated",
}
LATE, VANISHED = "arrived_late", "vanished"
WORKING = frozenset({"active", "slowing", "sporadic", "waking"})
"""States between which a project that works passes as the weeks go by."""
YOUNG = "too_young"
"""The state that ends with time alone."""


def releases(db: sqlite3.Connection, since: date, as_of: date) -> dict[str, list[NewRelease]]:
    """Return project -> its releases that count and were published from `since` until before `as_of`, newest first."""
    out: dict[str, list[NewRelease]] = {}
    for row in reversed(evidence.releases(db, since, as_of)):
        if row["reason"] is None:
            name, tag, at, url = (str(row[column]) for column in ("repository", "tag_name", "published_at", "url"))
            out.setdefault(str(row["project"]), []).append(NewRelease(name, tag, at, url))
    return out


def without_release(db: sqlite3.Connection, as_of: date) -> set[str]:
    """Return the projects of which no release counted as of a computed date."""
    sql = "SELECT project FROM project_facts WHERE as_of = ? AND last_release IS NULL AND state <> 'not_synced'"
    return {project for (project,) in db.execute(sql, [as_of.isoformat()])}


def states(db: sqlite3.Connection, as_of: date) -> dict[str, tuple[str, str | None]]:
    """Return project -> (state, last change) as of a computed date, for projects that had been synced by then."""
    found = db.execute(
        "SELECT project, state, last_change FROM project_facts WHERE as_of = ? AND state <> 'not_synced'",
        [as_of.isoformat()],
    )
    return {project: (state, last_change) for project, state, last_change in found}


def silent(db: sqlite3.Connection, as_of: date) -> set[str]:
    """Return the projects that are silent as of a computed date."""
    return {project for project, (state, _) in states(db, as_of).items() if state == "silent"}


def state_changes(db: sqlite3.Connection, since: date, as_of: date) -> dict[str, list[StateChange]]:
    """Return project -> the change of its state between two computed dates, unless only time passed."""
    before = states(db, since)
    return {
        project: [StateChange(before[project][0], state, last_change)]
        for project, (state, last_change) in states(db, as_of).items()
        if project in before and before[project][0] not in (state, YOUNG) and not {before[project][0], state} <= WORKING
    }


def rule_changes(db: sqlite3.Connection, since: date, as_of: date) -> dict[str, list[RuleChange]]:
    """Return project -> changes of its rules that landed without notice, oldest first.

    Windows end on a Monday: a change is reported as of the first date whose window contains it.
    """
    if not evidence.has_rows(db, "rule_change_notice"):
        return {}
    out: dict[str, list[RuleChange]] = {}
    day, begin = as_of, Window(since).end
    while Window(day).end > begin:
        evidence.set_date(db, day)
        for project, name, url, at, lines, days, commented in db.execute(
            "SELECT project, repository, url, landed_at, iif(rule_lines > 0, rule_lines, lines), "
            "coalesce(notice_days, 0), commented FROM evidence_rule_change_notice "
            "WHERE counted AND NOT noticed AND landed_at >= ?",
            [clock.to_text(begin)],
        ):
            out.setdefault(project, []).append(RuleChange(name, url, at, lines, days, bool(commented)))
        day = Window(day).start.date()
    evidence.set_date(db, as_of)
    return {project: sorted(found, key=lambda change: (change.landed_at, change.url)) for project, found in out.items()}


def repository_changes(db: sqlite3.Connection, first: str, last: str) -> dict[str, list[RepositoryChange]]:
    """Return project -> repositories that syncs from `first` to before `last` found renamed or with another status."""
    out: dict[str, list[RepositoryChange]] = {}
    for project, name, url, column, old, new, at in db.execute(
        'SELECT b.project, r.full_name, (SELECT url FROM github_website) || r.full_name, c."column", c.old, c.new, '
        "c.seen_at FROM changes AS c "
        "JOIN project_repositories AS b ON b.repository = c.repository AND b.tracked "
        "JOIN repositories AS r ON r.id = b.repository "
        "WHERE c.\"table\" = 'repositories' AND c.\"column\" IN ('full_name', 'status') "
        "AND c.seen_at >= ? AND c.seen_at < ? ORDER BY c.seen_at, c.id",
        [first, last],
    ):
        change = "renamed" if column == "full_name" else "status"
        out.setdefault(project, []).append(RepositoryChange(name, url, change, old, new, at))
    return out


def altered(db: sqlite3.Connection, first: str, last: str) -> dict[str, list[Altered]]:
    """Return project -> how its public record was altered, as seen by syncs from `first` to before `last`."""
    statement = (files(__package__) / "altered.sql").read_text(encoding="utf-8")
    found: dict[tuple[str, str, str, str], tuple[int, str]] = {}
    for project, name, table, column, count, at in db.execute(statement, {"first": first, "last": last}):
        kind = column if column in (LATE, VANISHED) else ALTERED.get((table, column))
        if kind is not None:
            key = (project, name, kind, table)
            known, seen = found.get(key, (0, ""))
            found[key] = known + count, max(seen, at)
    out: dict[str, list[Altered]] = {}
    for (project, name, kind, table), (count, at) in sorted(found.items()):
        out.setdefault(project, []).append(Altered(name, kind, table, count, at))
    return out
