"""The figure that a dashboard would show in a signal's place, from the same database."""

import sqlite3
import statistics
from collections import defaultdict
from datetime import timedelta

from collector import clock
from collector.method.signals.issue_responsiveness import FIRST_RESPONSE
from collector.method.window import Window

Figures = dict[str, dict[str, object]]
"""Project -> the figure by name."""

WITHOUT_ROWS: dict[str, dict[str, object]] = {
    "release_weeks": {"releases": 0},
    "longest_release_silence": {"days_since_last_release": None},
    "active_weeks": {"commits": 0},
    "contributor_days": {"commits": 0},
    "first_response_7d": {"answered_in_7_days_of_answered": None, "median_days_of_answered": None},
    "resolution_90d": {"closed_share": None},
    "review_response_7d": {"median_days_of_answered": None},
    "independent_review": {"merged_with_a_review": None},
    "effective_contributors": {"commit_authors": 0},
    "concentration_trend": {"commit_authors_this_half_year": 0, "commit_authors_the_one_before": 0},
    "server_evidence": {"verified_commits": None},
    "history_integrity": {},
}
"""What is shown for a project without a single row."""

_HALF_YEAR = timedelta(weeks=26)


def figures(db: sqlite3.Connection, window: Window) -> dict[str, Figures]:
    """Signal -> the naive figures of every project that has rows."""
    closed = "sum(coalesce(closed_at, '9999') < ?2) * 1.0 / count(*)"
    reviewed = "avg(EXISTS (SELECT 1 FROM reviews AS v WHERE v.pull_request = t.id AND v.submitted_at < ?2))"
    return {
        **_releases(db, window),
        **_commits(db, window),
        "first_response_7d": _answered(db, "issues", "Issue", window, with_share=True),
        "resolution_90d": _share(db, "closed_share", closed, "issues", window),
        "review_response_7d": _answered(db, "pull_requests", "PullRequest", window, with_share=False),
        "independent_review": _share(db, "merged_with_a_review", reviewed, "pull_requests", window, "merged_at"),
        "history_integrity": {},
    }


def _scope(window: Window) -> list[str]:
    return [clock.to_text(window.start), clock.to_text(window.as_of_moment)]


def _releases(db: sqlite3.Connection, window: Window) -> dict[str, Figures]:
    weeks, silence = Figures(), Figures()
    for project, count, last in db.execute(
        "SELECT r.project, count(*) FILTER (WHERE published_at >= ?1), max(published_at) FROM releases AS l "
        "JOIN repositories AS r ON r.id = l.repository "
        "WHERE r.tracked AND NOT is_draft AND published_at < ?2 GROUP BY r.project",
        _scope(window),
    ):
        days = (window.as_of_moment - clock.from_text(last)).total_seconds() / 86400
        weeks[project], silence[project] = {"releases": count}, {"days_since_last_release": days}
    return {"release_weeks": weeks, "longest_release_silence": silence}


def _commits(db: sqlite3.Connection, window: Window) -> dict[str, Figures]:
    """What the commits that the default branches had say of themselves."""
    out: dict[str, Figures] = defaultdict(dict)
    middle = clock.to_text(window.as_of_moment - _HALF_YEAR)
    for project, count, authors, later, earlier, verified in db.execute(
        "SELECT r.project, count(*), count(DISTINCT c.author), "
        "count(DISTINCT c.author) FILTER (WHERE authored_at >= ?3), "
        "count(DISTINCT c.author) FILTER (WHERE authored_at < ?3), avg(coalesce(c.signature = 'VALID', 0)) "
        "FROM commits AS c JOIN repositories AS r ON r.id = c.repository JOIN landings AS l USING (repository, oid) "
        "WHERE r.tracked AND l.reached_at < ?2 AND coalesce(l.left_at, '9999') >= ?2 "
        "AND authored_at >= ?1 AND authored_at < ?2 GROUP BY r.project",
        [*_scope(window), middle],
    ):
        out["active_weeks"][project] = out["contributor_days"][project] = {"commits": count}
        out["effective_contributors"][project] = {"commit_authors": authors}
        out["concentration_trend"][project] = {
            "commit_authors_this_half_year": later,
            "commit_authors_the_one_before": earlier,
        }
        out["server_evidence"][project] = {"verified_commits": verified}
    return out


def _share(
    db: sqlite3.Connection, name: str, share: str, table: str, window: Window, dated: str = "created_at"
) -> Figures:
    """A share over the rows `t` of a table of threads that are dated in the window."""
    rows = db.execute(
        f"SELECT r.project, {share} FROM {table} AS t JOIN repositories AS r ON r.id = t.repository "
        f"WHERE r.tracked AND t.{dated} >= ?1 AND t.{dated} < ?2 GROUP BY r.project",
        _scope(window),
    )
    return {project: {name: value} for project, value in rows}


def _answered(db: sqlite3.Connection, table: str, subject_type: str, window: Window, with_share: bool) -> Figures:
    """How soon somebody other than the author commented, over those threads of the window where somebody did."""
    words = f"SELECT subject, author, created_at FROM comments WHERE subject_type = '{subject_type}'"
    if table == "pull_requests":
        words += " UNION ALL SELECT pull_request, author, submitted_at FROM reviews"
    answered: dict[str, list[float]] = defaultdict(list)
    for project, days in db.execute(
        "SELECT project, (strftime('%s', answered_at) - strftime('%s', created_at)) / 86400.0 FROM ("
        f"SELECT r.project, t.created_at, min(w.created_at) AS answered_at FROM {table} AS t "
        f"JOIN repositories AS r ON r.id = t.repository JOIN ({words}) AS w ON w.subject = t.id "
        "WHERE r.tracked AND t.created_at >= ?1 AND t.created_at < ?2 AND w.created_at < ?2 "
        "AND w.author IS NOT t.author GROUP BY t.id)",
        _scope(window),
    ):
        answered[project].append(days)
    out: Figures = {}
    for project, times in answered.items():
        out[project] = {"median_days_of_answered": statistics.median(times)}
        if with_share:
            within = sum(1 for d in times if d <= FIRST_RESPONSE.days)
            out[project]["answered_in_7_days_of_answered"] = within / len(times)
    return out
