"""The state of a project (active, slowing, silent, ...), and its last release and change: facts without a score."""

import sqlite3
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Activity:
    """What the facts of a project follow from on each date of a week in which none of it changes.

    `release` and `change` are the last of each, a time and where it can be seen.
    """

    days: Sequence[str] = ()  # of the author-days by the date, in order
    release: Sequence[str] | None = None
    change: Sequence[str] | None = None


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


def activities(db: sqlite3.Connection) -> dict[str, Activity]:
    """Return project -> its activity, from the views at their date. Projects without any may be left out."""
    releases = _newest(db, "SELECT project, published_at, url FROM judged_releases WHERE reason IS NULL")
    changes = {project: (at, url) for project, at, url in db.execute(statement(__package__, "last_changes"))}
    days = {
        project: sorted(text.split())
        for project, text in db.execute(
            # In one text: to fetch a row for each day would take longer than to find them.
            "SELECT project, group_concat(day, ' ') FROM substantive_days GROUP BY project"
        )
    }
    return {
        project: Activity(days.get(project, ()), releases.get(project), changes.get(project))
        for project in days.keys() | releases.keys() | changes.keys()
    }


def facts(project: TrackedProject, window: Window, activity: Activity) -> ProjectFacts:
    """Return the facts of a project as of the window's date."""
    days = activity.days
    year = len(_since(days, window, 2 * HALF))
    last_release, last_release_url = activity.release or (None, None)
    last_change, last_change_url = activity.change or (None, None)
    return ProjectFacts(
        project=project.slug,
        as_of=window.as_of.isoformat(),
        state=_state(project, window, days, activity.release is not None),
        last_release=last_release,
        last_release_url=last_release_url,
        last_change=last_change,
        last_change_url=last_change_url,
        author_days_13=len(_since(days, window, HALF / 2)),
        author_days_26=len(_since(days, window, HALF)),
        author_days_52=year,
        author_days_before=len(_since(days, window, 4 * HALF)) - year,
    )


def _state(project: TrackedProject, window: Window, days: Sequence[str], releases: bool) -> str:
    """Return the state of a project, by its author-days until the date and whether any of its releases counts."""
    # In this order: first why nothing can be known, then why little follows from what is.
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


def _since(days: Sequence[str], window: Window, span: timedelta) -> Sequence[str]:
    """Return which of the days, in order, lie within that time before the date."""
    begin, end = (window.as_of - span).isoformat(), window.as_of.isoformat()
    return days[bisect_left(days, begin) : bisect_left(days, end)]


def _is_slowing(project: TrackedProject, window: Window, half: Sequence[str], before: Sequence[str]) -> bool:
    """Return whether a half-year has significantly fewer author-days than the one before it."""
    import numpy as np

    # A decline must be large enough to matter, not only larger than chance explains.
    if len(half) * 100 > len(before) * (100 - SLOWING_PERCENT):
        return False
    blocks = HALF // BLOCK
    counts = np.zeros((2, blocks))
    for place, (days, end) in enumerate(((half, window.as_of), (before, window.as_of - HALF))):
        for day in days:
            counts[place, (end - date.fromisoformat(day) - timedelta(days=1)) // BLOCK] += 1
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
