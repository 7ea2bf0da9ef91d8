"""Each project's signals as of a date: rows of the evidence views in, the pure functions of `signals/` over them."""

import sqlite3
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from collector import clock
from collector.config import Config
from collector.signals import commit_frequency, contributors, issue_responsiveness, release_cadence
from collector.signals.signal import Signal
from collector.signals.survival import Observation
from collector.signals.window import Window

MEASURED = (
    "release_weeks",
    "longest_release_silence",
    "active_weeks",
    "contributor_days",
    "first_response_7d",
    "effective_contributors",
)
# A project whose last complete sync is older than the date by more is stale.
STALE_AFTER = timedelta(days=8)
# What says something about people, whom the pushes of a mirror hide.
ABOUT_PEOPLE = ("contributor_days", "effective_contributors")
# The filters that a signal's function applies itself, as its evidence view names them.
BEYOND_CAP, TOO_FEW_WEEKS = "over_5_days_a_week", "active_in_under_3_weeks"


_NAIVE_WITHOUT_ROWS: dict[str, dict[str, object]] = {
    "release_weeks": {"releases": 0},
    "longest_release_silence": {"days_since_last_release": None},
    "active_weeks": {"commits": 0},
    "contributor_days": {"commits": 0},
    "first_response_7d": {"answered_in_7_days_of_answered": None, "median_days_of_answered": None},
    "effective_contributors": {"commit_authors": 0},
}


@dataclass(frozen=True)
class Project:
    """A tracked project, and what holds for all its signals."""

    slug: str
    note: str | None
    configured: int  # how many repositories the configuration tracks
    created_at: datetime | None  # of the oldest tracked repository
    synced_at: datetime | None  # the oldest last complete sync of its repositories; None: there was none
    incomplete: tuple[str, ...]  # repositories whose first sync is not complete
    start: datetime  # of the database
    has_issues: bool


def projects(db: sqlite3.Connection, config: Config) -> list[Project]:
    """All tracked projects; none before the first sync."""
    row = db.execute("SELECT value FROM meta WHERE key = 'start'").fetchone()
    if row is None:
        return []
    configured = {p.slug: len(p.repos) for p in config.projects}
    start = clock.from_text(row[0])
    out = []
    for slug, note in db.execute("SELECT slug, note FROM projects WHERE tracked ORDER BY slug").fetchall():
        repos = db.execute(
            "SELECT id, full_name, created_at, has_issues, status FROM repositories WHERE project = ? AND tracked",
            [slug],
        ).fetchall()
        synced, lost, incomplete = [], [], []
        for ident, name, _, has_issues, status in repos:
            done = dict(
                db.execute("SELECT kind, completed_at FROM sync_state WHERE repository = ?", [ident]).fetchall()
            )
            kinds = ["releases", "tags", "commits", "pull_requests", "pushes", *(["issues"] if has_issues else [])]
            times = [done.get(k) for k in kinds]
            complete = [t for t in times if t is not None]
            if status in ("private_or_gone", "blocked"):
                # It is not asked any more: that makes its project stale only when nothing else is left of it.
                lost.append(min(complete, default=""))
            elif len(complete) < len(times):
                incomplete.append(name)
            else:
                synced.append(min(complete))
        last = min(synced) if synced else max(lost, default="")
        created = min((r[2] for r in repos), default=None)
        out.append(
            Project(
                slug=slug,
                note=note,
                configured=configured.get(slug, 0),
                created_at=clock.from_text(created) if created else None,
                synced_at=clock.from_text(last) if last else None,
                incomplete=tuple(incomplete),
                start=start,
                has_issues=any(r[3] for r in repos),
            )
        )
    return out


def signals(db: sqlite3.Connection, tracked: list[Project], window: Window) -> Iterator[tuple[Project, Signal]]:
    """All signals of all projects, by the evidence views' date. Each view is read once."""
    for key in MEASURED:
        rows = _evidence(db, key)
        naive = _naive(db, key, window)
        for project in tracked:
            figure = naive.get(project.slug, dict(_NAIVE_WITHOUT_ROWS[key]))
            case = Case(project, window, key, rows.get(project.slug, []), figure)
            yield project, _unmeasurable(case) or _measure(case)


@dataclass(frozen=True)
class Case:
    """One signal of one project: the rows looked at and the figure that a dashboard would show."""

    project: Project
    window: Window
    key: str
    rows: list[sqlite3.Row]
    naive: dict[str, object]

    @property
    def counted(self) -> list[sqlite3.Row]:
        """The rows that count."""
        return [r for r in self.rows if r["counted"]]

    @property
    def excluded(self) -> dict[str, int]:
        """Why the others do not, and how many each."""
        return dict(Counter(str(r["reason"]) for r in self.rows if not r["counted"]))


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
    if key == "first_response_7d" and not project.has_issues:
        return Signal.not_observable(key, "issues are switched off", naive=case.naive, excluded=case.excluded)
    if key in ABOUT_PEOPLE and any(r["reason"] == "by_mirror" for r in case.rows):
        # However small its part: what is left of the people would pass for all of them.
        why = "others' work is pushed here by a mirror, so the people behind it cannot be seen"
        return Signal.not_observable(key, why, naive=case.naive, excluded=case.excluded)
    return None


def _measure(case: Case) -> Signal:
    created_at, slug = case.project.created_at, case.project.slug
    assert created_at is not None
    window, naive, excluded = case.window, case.naive, case.excluded
    match case.key:
        case "release_weeks" | "longest_release_silence":
            times = [clock.from_text(r["published_at"]) for r in case.counted]
            if case.key == "release_weeks":
                return release_cadence.release_weeks(times, window, created_at, naive, excluded)
            return release_cadence.longest_release_silence(times, window, created_at, naive, excluded)
        case "active_weeks":
            days = [(None if r["person"] is None else str(r["person"]), _day(r)) for r in case.counted]
            reviewed = {_day(r) for r in case.counted if r["reviewed"]}
            return commit_frequency.active_weeks(days, reviewed, window, created_at, naive, excluded)
        case "contributor_days":
            return commit_frequency.contributor_days(
                _author_days(case, BEYOND_CAP), window, created_at, slug, naive, excluded
            )
        case "effective_contributors":
            return contributors.effective_contributors(
                _author_days(case, TOO_FEW_WEEKS), window, created_at, slug, naive, excluded
            )
        case _:
            observations = [Observation(str(r["author"]), r["days"], bool(r["answered"])) for r in case.counted]
            return issue_responsiveness.first_response_7d(observations, window, created_at, naive, excluded)


def _day(row: sqlite3.Row) -> date:
    return date.fromisoformat(row["day"])


def _author_days(case: Case, own_filter: str) -> list[tuple[str | None, date]]:
    """Everyone's substantive author-days, in a fixed order. The signal's own filter is its function's to apply: the
    bootstrap applies it anew in each draw."""
    rows = [r for r in case.rows if r["counted"] or r["reason"] == own_filter]
    return sorted({(str(r["person"]), _day(r)) for r in rows}, key=lambda pair: (pair[1], pair[0]))


def _evidence(db: sqlite3.Connection, key: str) -> dict[str, list[sqlite3.Row]]:
    """The rows of a view by project, in a fixed order."""
    cursor = db.cursor()
    cursor.row_factory = sqlite3.Row
    out: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in cursor.execute(f"SELECT * FROM evidence_{key} ORDER BY project, url"):
        out[row["project"]].append(row)
    return out


def _naive(db: sqlite3.Connection, key: str, window: Window) -> dict[str, dict[str, object]]:
    """Project -> the figure that a dashboard would show."""
    scope = [clock.to_text(window.start), clock.to_text(window.as_of_moment)]
    if key in ("release_weeks", "longest_release_silence"):
        rows = db.execute(
            "SELECT r.project, count(*) FILTER (WHERE published_at >= ?1), max(published_at) FROM releases AS l "
            "JOIN repositories AS r ON r.id = l.repository "
            "WHERE r.tracked AND NOT is_draft AND published_at < ?2 GROUP BY r.project",
            scope,
        ).fetchall()
        if key == "release_weeks":
            return {project: {"releases": count} for project, count, _ in rows}
        return {
            project: {"days_since_last_release": (window.as_of_moment - clock.from_text(last)).total_seconds() / 86400}
            for project, _, last in rows
        }
    if key in ("active_weeks", "contributor_days", "effective_contributors"):
        rows = db.execute(
            "SELECT r.project, count(*), count(DISTINCT c.author) FROM commits AS c "
            "JOIN repositories AS r ON r.id = c.repository JOIN landings AS l USING (repository, oid) "
            "WHERE r.tracked AND l.reached_at < ?2 AND coalesce(l.left_at, '9999') >= ?2 "
            "AND authored_at >= ?1 AND authored_at < ?2 GROUP BY r.project",
            scope,
        ).fetchall()
        if key == "effective_contributors":
            return {project: {"commit_authors": authors} for project, _, authors in rows}
        return {project: {"commits": count} for project, count, _ in rows}
    out: dict[str, dict[str, object]] = {}
    answered: dict[str, list[float]] = defaultdict(list)
    for project, days in db.execute(
        "SELECT project, (strftime('%s', answered_at) - strftime('%s', created_at)) / 86400.0 FROM ("
        "SELECT r.project, i.created_at, min(c.created_at) AS answered_at FROM issues AS i "
        "JOIN repositories AS r ON r.id = i.repository "
        "JOIN comments AS c ON c.subject = i.id AND c.subject_type = 'Issue' "
        "WHERE r.tracked AND i.created_at >= ?1 AND i.created_at < ?2 AND c.created_at < ?2 "
        "AND c.author IS NOT i.author GROUP BY i.id)",
        scope,
    ):
        answered[project].append(days)
    for project, times in answered.items():
        within = sum(1 for d in times if d <= issue_responsiveness.RESPONSE_DAYS)
        out[project] = {
            "answered_in_7_days_of_answered": within / len(times),
            "median_days_of_answered": statistics.median(times),
        }
    return out
