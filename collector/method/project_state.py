"""The state of a project (active, slowing, silent, ...), and its last release and change: facts without a score."""

import sqlite3
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from collector.method.projects import TrackedProject
from collector.method.statistics import bootstrap
from collector.method.window import Window
from collector.method_constants import (
    LEAST_STATE_DAYS,
    METHOD_VERSION,
    SILENT_WEEKS,
    SLOWING_PERCENT,
    STATE_BLOCK_WEEKS,
)
from collector.sql import statement

HALF = timedelta(weeks=SILENT_WEEKS)
BLOCK = timedelta(weeks=STATE_BLOCK_WEEKS)
READS = ("tracked_projects", "judged_releases", "substantive_days", "work_links")
"""The views that the facts are read from."""


@dataclass(frozen=True)
class ProjectFacts:
    """The facts of a project as of a date; the columns of the table `project_facts`.

    `last_release` is the last that counts, `last_change` the last landing of a substantive author-day, both by GitHub's
    clock. `author_days_N` are those of the N weeks before the date, `author_days_before` those of the year before that.
    """

    project: str
    as_of: str
    state: str
    last_release: str | None
    last_release_url: str | None
    last_change: str | None
    last_change_url: str | None
    author_days_13: int
    author_days_26: int
    author_days_52: int
    author_days_before: int
    method_version: str = METHOD_VERSION


def read(
    db: sqlite3.Connection, projects: Sequence[TrackedProject], window: Window
) -> list[dict[str, str | int | float | None]]:
    """Return the facts of the projects, from the views at the date of the window."""
    releases = _newest(db, "SELECT project, published_at, url FROM judged_releases WHERE reason IS NULL")
    changes = {project: (at, url) for project, at, url in db.execute(statement(__package__, "last_changes"))}
    days = {
        project: sorted(map(date.fromisoformat, text.split()))
        for project, text in db.execute(
            # In one text: to fetch a row for each day would take longer than to find them.
            "SELECT project, group_concat(day, ' ') FROM substantive_days GROUP BY project"
        )
    }
    return [
        asdict(
            _facts(project, window, days.get(project.slug, []), releases.get(project.slug), changes.get(project.slug))
        )
        for project in projects
    ]


def state(project: TrackedProject, window: Window, days: Sequence[date], releases: bool) -> str:
    """Return the state of a project, by its author-days until the date and whether any of its releases counts.

    `days` are in order.
    """
    if project.created_at is None:
        return "not_synced" if project.configured else "not_on_github"
    if project.synced_at is None or project.incomplete:
        return "not_synced"
    if window.is_stale(project.synced_at):
        return "stale"
    if window.too_young(project.created_at):
        return "too_young"
    if not releases and len(days) < LEAST_STATE_DAYS:
        return "never_published"
    half, year = _since(days, window, HALF), _since(days, window, 2 * HALF)
    before = year[: len(year) - len(half)]
    if not half:
        return "silent"
    if len(year) < LEAST_STATE_DAYS:
        return "sporadic"
    if _is_slowing(project, window, half, before):
        return "slowing"
    return "waking" if len(half) >= LEAST_STATE_DAYS and not before and len(days) > len(year) else "active"


def _facts(
    project: TrackedProject,
    window: Window,
    days: Sequence[date],
    release: tuple[str, str] | None,
    change: tuple[str, str] | None,
) -> ProjectFacts:
    year = len(_since(days, window, 2 * HALF))
    last_release, last_release_url = release or (None, None)
    last_change, last_change_url = change or (None, None)
    return ProjectFacts(
        project=project.slug,
        as_of=window.as_of.isoformat(),
        state=state(project, window, days, release is not None),
        last_release=last_release,
        last_release_url=last_release_url,
        last_change=last_change,
        last_change_url=last_change_url,
        author_days_13=len(_since(days, window, HALF / 2)),
        author_days_26=len(_since(days, window, HALF)),
        author_days_52=year,
        author_days_before=len(_since(days, window, 4 * HALF)) - year,
    )


def _since(days: Sequence[date], window: Window, span: timedelta) -> Sequence[date]:
    """Return which of the days, in order, lie within that time before the date."""
    return days[bisect_left(days, window.as_of - span) : bisect_left(days, window.as_of)]


def _is_slowing(project: TrackedProject, window: Window, half: Sequence[date], before: Sequence[date]) -> bool:
    """Return whether a half-year has significantly fewer author-days than the one before it."""
    import numpy as np

    if len(half) * 100 > len(before) * (100 - SLOWING_PERCENT):
        return False
    blocks = HALF // BLOCK
    counts = np.zeros((2, blocks))
    for place, (days, end) in enumerate(((half, window.as_of), (before, window.as_of - HALF))):
        for day in days:
            counts[place, (end - day - timedelta(days=1)) // BLOCK] += 1
    rng = bootstrap.generator(project.slug, "state", window)
    now, then = (bootstrap.block_draws(rng, blocks) @ of for of in counts)
    difference = len(half) - len(before)
    return bootstrap.percentile_interval(now - then, difference)[1] < 0


def _newest(db: sqlite3.Connection, sql: str) -> dict[str, tuple[str, str]]:
    """Return project -> (time, url) of the newest row of a query."""
    out: dict[str, tuple[str, str]] = {}
    for project, at, url in db.execute(sql):
        out[project] = max(out.get(project, ("", "")), (at, url))
    return out
