"""Each project's signals as of a date: rows of the evidence views in, the pure functions of `signals/` over them."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from collector.method import naive
from collector.method.binding import MEASURES
from collector.method.case import Case
from collector.method.projects import Project, projects
from collector.method.signal import Signal
from collector.method.window import Window

__all__ = ["MEASURED", "Project", "projects", "signals"]

MEASURED = tuple(MEASURES)
# A project whose last complete sync is older than the date by more is stale.
STALE_AFTER = timedelta(days=8)
# What says something about people, whom the pushes of a mirror hide.
ABOUT_PEOPLE = ("contributor_days", "independent_review", "effective_contributors", "concentration_trend")
ABOUT_ISSUES = ("first_response_7d", "resolution_90d")
ABOUT_PULL_REQUESTS = ("review_response_7d", "independent_review")


def signals(db: sqlite3.Connection, tracked: list[Project], window: Window) -> Iterator[tuple[Project, Signal]]:
    """All signals of all projects, by the evidence views' date. Each view is read once."""
    figures = naive.figures(db, window)
    for key, measure in MEASURES.items():
        rows = _evidence(db, key)
        for project in tracked:
            figure = figures.get(key, {}).get(project.slug, dict(naive.WITHOUT_ROWS[key]))
            case = Case(project, window, key, rows.get(project.slug, []), figure)
            yield project, _unmeasurable(case) or measure(case)


def _unmeasurable(case: Case) -> Signal | None:
    """What stands in the way of any measurement, if something does."""
    project, window, key = case.project, case.window, case.key
    if project.created_at is None and project.configured:
        why = f"none of its {project.configured} repositories has been synced yet"
        return Signal.insufficient(key, why)
    if project.created_at is None:
        return Signal.not_observable(key, project.note or "no public repository")
    if project.incomplete:
        names = ", ".join(project.incomplete[:3]) + (" and others" if len(project.incomplete) > 3 else "")
        why = f"the first sync of {names} is not complete"
        return Signal.insufficient(key, why, naive=case.naive, excluded=case.excluded)
    if project.synced_at is None:
        return Signal.not_observable(key, "no repository can be seen")
    if window.as_of_moment - project.synced_at > STALE_AFTER:
        return Signal.stale(key, f"last complete sync on {project.synced_at:%Y-%m-%d}")
    if window.start < project.start and project.created_at < project.start:
        why = f"before_lookback: the database begins on {project.start:%Y-%m-%d}, the window on {window.start:%Y-%m-%d}"
        return Signal.insufficient(key, why, naive=case.naive, excluded=case.excluded)
    if key in ABOUT_ISSUES and not project.has_issues:
        return Signal.not_observable(key, "issues are switched off", naive=case.naive, excluded=case.excluded)
    if key in ABOUT_PULL_REQUESTS and not project.has_pull_requests:
        why = "pull requests are switched off"
        return Signal.not_observable(key, why, naive=case.naive, excluded=case.excluded)
    if key in ABOUT_PEOPLE and any(r["reason"] == "by_mirror" for r in case.rows):
        # However small its part: what is left of the people would pass for all of them.
        why = "others' work is pushed here by a mirror, so the people behind it cannot be seen"
        return Signal.not_observable(key, why, naive=case.naive, excluded=case.excluded)
    return None


def _evidence(db: sqlite3.Connection, key: str) -> dict[str, list[sqlite3.Row]]:
    """The rows of a view by project, in no order: nothing is computed from one."""
    cursor = db.cursor()
    cursor.row_factory = sqlite3.Row
    out: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in cursor.execute(f"SELECT * FROM evidence_{key}"):
        out[row["project"]].append(row)
    return out
