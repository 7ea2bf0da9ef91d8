"""The figures that a dashboard would show instead of the signals, from the same database.

They cover the window and count what had happened by the date. What was gone by then is left out, as on a dashboard.
"""

import re
import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from collector import clock
from collector.method.window import Window
from collector.method_constants import WINDOW_WEEKS

_WORDS = re.compile(r"[^\W\d_]+")
_HALF_YEAR = timedelta(weeks=WINDOW_WEEKS / 2)


@dataclass(frozen=True)
class Releases:
    """Published releases: how many in the window, and days from the last one to the date (None without any)."""

    count: int = 0
    days_since_last: float | None = None


@dataclass(frozen=True)
class Commits:
    """Commits of the window on the default branches, as they describe themselves.

    `verified` is the share with a signature that GitHub verified; None without commits.
    """

    count: int = 0
    authors: int = 0
    authors_this_half_year: int = 0
    authors_half_year_before: int = 0
    verified: float | None = None


class Dashboard:
    """Naive figures of every project, by slug. Each query runs once, when its figure is first asked for."""

    def __init__(self, db: sqlite3.Connection, window: Window) -> None:
        self._db = db
        self._as_of = window.as_of_moment
        self._half = clock.to_text(window.end - _HALF_YEAR)
        self._range = {
            "begin": clock.to_text(window.start),
            "end": clock.to_text(window.end),
            "as_of": clock.to_text(window.as_of_moment),
        }

    def releases(self, project: str) -> Releases:
        """Return the releases of the window."""
        return self._releases.get(project, Releases())

    def commits(self, project: str) -> Commits:
        """Return the commits of the window."""
        return self._commits.get(project, Commits())

    def closed_share(self, project: str) -> float | None:
        """Return the share of the window's issues that were closed by the date; None without issues."""
        return self._closed_shares.get(project)

    def reviewed_share(self, project: str) -> float | None:
        """Return the share of the window's merged pull requests with a review by anybody; None without any."""
        return self._reviewed_shares.get(project)

    def issue_answers(self, project: str) -> list[float]:
        """Return the days to the first comment by anybody else, of the window's issues that got one."""
        return self._issue_answers.get(project, [])

    def pull_request_answers(self, project: str) -> list[float]:
        """Return the days to the first comment or review by anybody else, of the pull requests that got one."""
        return self._pull_request_answers.get(project, [])

    def bugs(self, project: str) -> int:
        """Return the number of the window's issues with a label that contains the word "bug"."""
        return self._bugs.get(project, 0)

    def builder_commits(self, project: str) -> int:
        """Return the commits of the window in repositories that others build with."""
        return self._builder_commits.get(project, 0)

    def docs_commits(self, project: str) -> int:
        """Return the commits of the window that landed with changes of docs."""
        return self._docs_commits.get(project, 0)

    def rule_commits(self, project: str) -> int:
        """Return the commits of the window that landed with changes of economic rules."""
        return self._rule_commits.get(project, 0)

    def returning_share(self, project: str) -> float | None:
        """Return the share of the outsiders with threads in the window who opened two or more; None without any."""
        return self._returning_shares.get(project)

    @cached_property
    def _releases(self) -> dict[str, Releases]:
        # By their first publication: a flip to draft and back gives a release a new date.
        rows = self._db.execute(
            "SELECT r.project, count(*) FILTER (WHERE v.published_at >= :begin AND v.published_at < :end), "
            "max(v.published_at) FROM tracked_repositories AS r "
            "CROSS JOIN release_versions AS v ON v.project = r.project AND v.repository = r.id "
            "JOIN releases AS l ON l.id = v.release "
            f"WHERE v.published_at <> '' AND v.published_at < :as_of AND {_there('l')} "
            "GROUP BY r.project",
            self._range,
        )
        return {
            project: Releases(count, (self._as_of - clock.from_text(last)) / timedelta(days=1))
            for project, count, last in rows
        }

    @cached_property
    def _commits(self) -> dict[str, Commits]:
        rows = self._db.execute(
            "SELECT r.project, count(*), count(DISTINCT c.author), "
            "count(DISTINCT c.author) FILTER (WHERE authored_at >= :half), "
            "count(DISTINCT c.author) FILTER (WHERE authored_at < :half), avg(coalesce(c.signature = 'VALID', 0)) "
            # In this order, so that only landings of the window's commits are looked up.
            "FROM tracked_repositories AS r CROSS JOIN commits AS c ON c.repository = r.id "
            "CROSS JOIN landings AS l USING (project, repository, oid) "
            "WHERE l.reached_at < :as_of AND (l.left_at IS NULL OR l.left_at >= :as_of) "
            "AND authored_at >= :begin AND authored_at < :end GROUP BY r.project",
            {**self._range, "half": self._half},
        )
        return {project: Commits(*figures) for project, *figures in rows}

    @cached_property
    def _closed_shares(self) -> dict[str, float]:
        # Closed by then is what its last event by then says: `closed_at` is of today.
        return dict(
            self._db.execute(
                "SELECT t.project, avg(coalesce((SELECT e.type = 'ClosedEvent' FROM events AS e "
                "WHERE e.subject = t.id AND e.subject_type = 'Issue' AND e.type IN ('ClosedEvent', 'ReopenedEvent') "
                "AND e.created_at < :as_of ORDER BY e.created_at DESC, e.id DESC LIMIT 1), 0)) FROM known_threads AS t "
                f"WHERE t.subject_type = 'Issue' AND t.created_at >= :begin AND t.created_at < :end AND {_there('t')} "
                "GROUP BY t.project",
                self._range,
            ).fetchall()
        )

    @cached_property
    def _reviewed_shares(self) -> dict[str, float]:
        return dict(
            self._db.execute(
                "SELECT r.project, avg(EXISTS (SELECT 1 FROM reviews AS v WHERE v.pull_request = t.id "
                f"AND v.submitted_at < :as_of AND {_there('v')})) "
                "FROM tracked_repositories AS r CROSS JOIN pull_requests AS t ON t.repository = r.id "
                f"WHERE t.merged_at >= :begin AND t.merged_at < :end AND {_there('t')} "
                "GROUP BY r.project",
                self._range,
            ).fetchall()
        )

    @cached_property
    def _bugs(self) -> dict[str, int]:
        rows = self._db.execute(
            "SELECT t.project, t.id, l.name FROM known_threads AS t CROSS JOIN issue_labels AS l ON l.issue = t.id "
            "WHERE t.subject_type = 'Issue' AND t.created_at >= :begin AND t.created_at < :end "
            f"AND l.name LIKE '%bug%' AND {_there('t')} AND {_there('l')}",
            self._range,
        )
        # LIKE also finds words that contain it, such as "debugging".
        found = {(project, issue) for project, issue, name in rows if "bug" in _WORDS.findall(name.lower())}
        return Counter(project for project, _ in found)

    @cached_property
    def _builder_commits(self) -> dict[str, int]:
        return dict(
            self._db.execute(
                "SELECT r.project, count(*) FROM tracked_repositories AS r "
                "CROSS JOIN commits AS c ON c.repository = r.id "
                "CROSS JOIN landings AS l USING (project, repository, oid) "
                "WHERE r.role IN ('sdk', 'examples') AND l.reached_at < :as_of "
                "AND (l.left_at IS NULL OR l.left_at >= :as_of) AND authored_at >= :begin AND authored_at < :end "
                "GROUP BY r.project",
                self._range,
            ).fetchall()
        )

    @cached_property
    def _docs_commits(self) -> dict[str, int]:
        return self._path_commits("touches_docs")

    @cached_property
    def _rule_commits(self) -> dict[str, int]:
        return self._path_commits("touches_rules")

    def _path_commits(self, touches: str) -> dict[str, int]:
        """Return project -> commits of the pull requests and pushes for which a column of `work_paths` is true."""
        return dict(
            self._db.execute(
                "WITH units AS ("
                "  SELECT w.project, w.repository, w.pull_request, w.push, w.oid"
                "  FROM tracked_projects AS t CROSS JOIN work AS w ON w.project = t.project"
                f"  CROSS JOIN work_paths AS p ON p.work = w.id WHERE p.{touches}"
                "), landed AS ("
                f" SELECT u.project, l.repository, l.oid {_LANDED_BY} (project, pull_request) WHERE {_KEPT}"
                f" UNION SELECT u.project, l.repository, l.oid {_LANDED_BY} (project, push) WHERE {_KEPT}"
                f" UNION SELECT u.project, l.repository, l.oid {_LANDED_BY} (project, repository, oid) WHERE {_KEPT}"
                ") SELECT f.project, count(*) FROM landed AS f CROSS JOIN commits AS c USING (repository, oid) "
                "WHERE c.authored_at >= :begin AND c.authored_at < :end GROUP BY f.project",
                self._range,
            ).fetchall()
        )

    @cached_property
    def _returning_shares(self) -> dict[str, float]:
        return dict(
            self._db.execute(
                "SELECT project, avg(threads > 1) FROM ("
                "  SELECT t.project, t.author, count(*) AS threads FROM known_threads AS t"
                "  LEFT JOIN insiders AS s"
                "    ON s.project = t.project AND s.account = t.author AND s.since <= t.created_at"
                "  LEFT JOIN machines AS b ON b.account = t.author"
                "  WHERE t.subject_type <> 'Discussion'"
                "  AND t.author IS NOT NULL AND s.account IS NULL AND b.account IS NULL"
                f"  AND t.created_at >= :begin AND t.created_at < :end AND {_there('t')}"
                "  GROUP BY t.author, t.project"
                ") GROUP BY project",
                self._range,
            ).fetchall()
        )

    @cached_property
    def _issue_answers(self) -> dict[str, list[float]]:
        return self._answers("Issue", "NULL")

    @cached_property
    def _pull_request_answers(self) -> dict[str, list[float]]:
        return self._answers("PullRequest", _FIRST_REVIEW)

    def _answers(self, kind: str, first_review: str) -> dict[str, list[float]]:
        """Return project -> days to the first answer by another account, for the window's threads that have one."""
        out: dict[str, list[float]] = defaultdict(list)
        for project, days in self._db.execute(
            "WITH asked AS ("
            f"  SELECT t.project, t.created_at, {_FIRST_COMMENT} AS commented_at, {first_review} AS reviewed_at"
            "  FROM known_threads AS t"
            f"  WHERE t.subject_type = :kind AND t.created_at >= :begin AND t.created_at < :end AND {_there('t')}"
            "  LIMIT -1"  # materialises the rows, so that the answers of each are looked up once
            "), answered AS ("
            "  SELECT project, created_at, coalesce(min(commented_at, reviewed_at), commented_at, reviewed_at) AS at"
            "  FROM asked"
            ") SELECT project, (strftime('%s', at) - strftime('%s', created_at)) / 86400.0 FROM answered"
            " WHERE at IS NOT NULL",
            {**self._range, "kind": kind},
        ):
            out[project].append(days)
        return out


def _there(table: str) -> str:
    """Return the SQL condition for rows that were still listed at the date, the parameter `as_of`."""
    return f"({table}.gone_at IS NULL OR {table}.gone_at >= :as_of)"


_LANDED_BY = "FROM units AS u CROSS JOIN landings AS l USING"
_KEPT = "l.reached_at < :as_of AND (l.left_at IS NULL OR l.left_at >= :as_of)"

# The first answers to a thread `t` by another account than its author's.
_FIRST_COMMENT = (
    "(SELECT w.created_at FROM comments AS w LEFT JOIN former_authors AS h ON h.kind = 'comments' AND h.id = w.id "
    "WHERE w.subject = t.id AND w.subject_type = :kind AND w.created_at < :as_of "
    f"AND {_there('w')} AND coalesce(h.author, w.author) IS NOT t.author ORDER BY w.created_at LIMIT 1)"
)
_FIRST_REVIEW = (
    "(SELECT w.submitted_at FROM reviews AS w LEFT JOIN former_authors AS h ON h.kind = 'reviews' AND h.id = w.id "
    "WHERE w.pull_request = t.id AND w.submitted_at < :as_of "
    f"AND {_there('w')} AND coalesce(h.author, w.author) IS NOT t.author ORDER BY w.submitted_at LIMIT 1)"
)
