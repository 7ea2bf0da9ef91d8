"""Plan a sync (--dry-run): its requests, their cost in points and GitHub's response time. Nothing is stored.

The plan sends the batched query for repositories, and counts the commits of those that were never synced. That shows
the length of lists, but not the length of threads or the number of pushes: figures marked as such are a minimum, and
those for diffs and commit sizes are estimates.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from collector import clock
from collector.config import Config
from collector.derive import needed_accounts
from collector.derive.needed_paths import Declared
from collector.github import queries, response_times
from collector.github.client import GitHub, Meter
from collector.github.models import RepositoryGlance, RepositoryState
from collector.github.page_size import PageSize
from collector.github.price import price
from collector.store import database
from collector.store import state as states
from collector.sync import glances, remembered, repositories, repository_query, vanished_authors
from collector.sync.fetchers import advisories, commit_paths, commits, diffs, pushes, releases_and_tags, threads
from collector.text import plain, plural

# Line counts are fetched for one in this many commits; for the others they follow from pull request files. In the first
# sync of the ten projects it was 17,400 of 49,400 commits.
ONE_IN = 3
# Assumed rows of a page of the push log.
ROWS = 100


@dataclass(frozen=True)
class Step:
    """The planned requests for one kind of one repository; a minimum if `at_least`. `why` is the reason for them."""

    repository: str
    kind: str
    requests: int
    points: int
    seconds: float
    at_least: bool
    why: str


@dataclass
class Plan:
    """The planned requests of a sync. `asked` counts the requests made to compute the plan."""

    repositories: int
    steps: list[Step] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    asked: Meter = field(default_factory=Meter)

    @property
    def requests(self) -> int:
        """Requests of all steps and of the planning."""
        return self.asked.requests + sum(s.requests for s in self.steps)

    @property
    def points(self) -> int:
        """Points of all steps and of the planning."""
        return self.asked.points + sum(s.points for s in self.steps)

    @property
    def seconds(self) -> float:
        """Seconds of GitHub's response time of all steps; GraphQL allows about 60 of them per minute."""
        return round(sum(s.seconds for s in self.steps), 1)


class Cost(NamedTuple):
    """The cost of some requests; `seconds` of GitHub's response time."""

    requests: int = 0
    points: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":  # type: ignore[override]
        return Cost(self.requests + other.requests, self.points + other.points, self.seconds + other.seconds)


def is_first(path: Path) -> bool:
    """Return whether no sync of the database at `path` has finished yet. Raises DatabaseError."""
    if not path.exists():
        return True
    with database.plain_words(path), closing(database.open_database(path)) as db:
        finished = "SELECT 1 FROM sync_runs WHERE exit_code IN (0, 1, 3) LIMIT 1"
        return db.execute(finished).fetchone() is None


def make(github: GitHub, config: Config, path: Path, now: datetime, full: bool) -> Plan:
    """Plan a sync of `config` into the database at `path`, which need not exist and is not changed.

    Raises the errors of a sync: NotAuthorised, GitHubUnreachable, BudgetExhausted, DatabaseError.
    """
    # Without a database, plan with an empty one in memory.
    with database.plain_words(path):
        db = database.open_database(path) if path.exists() else database.in_memory()
        # A plan changes nothing, whatever the functions do that it shares with a sync:
        # https://www.sqlite.org/pragma.html#pragma_query_only
        db.execute("PRAGMA query_only = ON")
        try:
            remembered.recall(db, github, now)
            return asyncio.run(_make(github, config, db, now, full))
        finally:
            db.close()


async def _make(github: GitHub, config: Config, db: sqlite3.Connection, now: datetime, full: bool) -> Plan:
    tracked = repositories.tracked(db, config)
    plan = Plan(len(tracked))
    try:
        await repository_query.ask(github, tracked, plan.asked)
        new = [r.state.name_with_owner for r in tracked if r.state and not _was_read(db, r.state.database_id)]
        start = database.meta(db, "start")
        since = clock.from_text(start) if start else github.now() - timedelta(days=config.lookback_days)
        shown, _ = await glances.by_name(github, new, since, plan.asked)
    finally:
        await github.close()
    moment = clock.to_text(clock.corrected(now, github.ahead))
    github_time = repository_query.github_time(github, tracked, database.meta(db, "github_time"))
    for repo in tracked:
        if repo.state is None:
            plan.problems.append((repo.name, repo.problem))
            continue
        counted = shown.get(repo.state.name_with_owner)
        paths = tuple(sorted({p for of, e in repo.members for p in Declared.by(config, of.slug).of(e.role)}))
        plan.steps += _Planner(github, db, repo.state, counted, paths, moment, github_time, full).steps()
    if authors := needed_accounts.needed(db, moment):
        variables = {"ids": list(authors.values())}
        query = queries.load("AccountsById")
        cost = Cost(1, price(query, variables).points, response_times.seconds(query, variables))
        plan.steps.append(Step("*", vanished_authors.KIND, *cost, True, "authors of vanished objects"))
    return plan


def _was_read(db: sqlite3.Connection, repository: int) -> bool:
    return states.load(db, repository, "commits").first_complete_at is not None


@dataclass
class _Planner:
    """Plans one repository.

    `counted` has its number of commits and merged pull requests if it was never synced, `paths` are the declared ones.
    """

    github: GitHub
    db: sqlite3.Connection
    shown: RepositoryState
    counted: RepositoryGlance | None
    paths: tuple[str, ...]
    now: str
    github_time: str | None
    full: bool

    def steps(self) -> Iterator[Step]:
        """Yield the steps of each kind of activity."""
        for kind in (*states.KINDS, advisories.KIND):
            if kind in self._not_asked():
                continue
            stored = states.load(self.db, self.shown.database_id, kind)
            state = stored
            if self.full:
                first = stored.first_complete_at
                state = states.State(stored.repository, kind, page_size=stored.page_size, first_complete_at=first)
            match kind:
                case advisories.KIND:
                    if advisories.is_due(state, self.now, self.github_time):
                        requests = 1 if state.fingerprint else 2  # a list that changed is read twice
                        seconds = requests * response_times.rest_seconds(1)
                        yield self._step(state.kind, Cost(requests, 0, seconds), False, "weekly")
                case "releases" | "tags":
                    yield self._listing(state)
                case "commits":
                    yield from self._commits(state)
                    yield from self._paths(stored)
                case "pushes":
                    yield self._pushes(state)
                case _:
                    yield from self._threads(state)

    def _not_asked(self) -> set[str]:
        """Return the lists that are disabled or that GitHub does not serve."""
        shown = self.shown
        asked = {
            "issues": shown.has_issues_enabled,
            "discussions": shown.has_discussions_enabled and shown.discussions is not None,
        }
        return {kind for kind, is_asked in asked.items() if not is_asked}

    def _step(self, kind: str, cost: Cost, at_least: bool, why: str) -> Step:
        return Step(self.shown.name_with_owner, kind, cost.requests, cost.points, round(cost.seconds, 1), at_least, why)

    def _listing(self, state: states.State) -> Step:
        document, seen = ("Releases", self.shown.releases) if state.kind == "releases" else ("Tags", self.shown.tags)
        total = seen.total_count
        text, pages = queries.load(document), self._sizes(state)
        if releases_and_tags.whole_is_due(seen, state, self.now, self.github_time):
            why = f"reading all {total}" if state.completed_at else f"first sync, {total} listed"
            return self._step(state.kind, _pages(text, total, pages), False, why)
        if state.fingerprint != releases_and_tags.fingerprint(seen):
            return self._step(state.kind, _pages(text, min(total, pages.size), pages), True, "changed")
        return self._step(state.kind, Cost(), False, "unchanged")

    def _commits(self, state: states.State) -> Iterator[Step]:
        head, text, pages = commits.head_of(self.shown), queries.load("CommitHistory"), self._sizes(state)
        if state.completed_at is None and state.first_complete_at is not None and head is not None:
            count = self._stored("commits")
            yield self._step("commits", _pages(text, count, pages), True, f"reading all {count}")
        elif state.completed_at is None and head is not None:
            count = max(1, self.counted.commits if self.counted else 1)
            yield self._step("commits", _pages(text, count, pages), True, f"first sync, {count} since the beginning")
            cost = _batches(_lines, -(-count // ONE_IN), self.github.pages("sizes"))
            yield self._step("commit_sizes", cost, True, f"lines of about one in {ONE_IN} commits")
        elif state.completed_at is None:
            yield self._step("commits", Cost(), False, "empty")
        elif head == state.watermark and not state.target:
            yield self._step("commits", Cost(), False, "unchanged")
        else:
            yield self._step("commits", _pages(text, 1, pages), True, "new commits")

    def _paths(self, commits_state: states.State) -> Iterator[Step]:
        """Plan the queries for paths that direct pushes touched. Only the first sync finds out if there are such."""
        known = [path for path in self.paths if self._has_answer(path)] if commits_state.completed_at else []
        asked = [path for path in self.paths if path not in known]
        if asked and commits.head_of(self.shown) is not None:
            text = queries.path_histories(min(len(asked), commit_paths.MOST_PATHS))
            variables = {"first": 1}  # few commits touch a path; a page lists up to 100 of them
            cost = Cost(1, price(text, variables).points, response_times.seconds(text, variables))
            yield self._step("commit_paths", cost, True, f"{plural(len(asked), 'path')} of direct pushes")

    def _has_answer(self, path: str) -> bool:
        """Return whether a path was asked about, or no direct commit is stored that it could be asked about."""
        sql = (
            "SELECT 1 FROM landings AS l WHERE repository = :repository AND pull_request IS NULL "
            "AND exclusion IS NOT 'merge' AND exclusion IS NOT 'fork_push' "
            "AND NOT EXISTS (SELECT 1 FROM commit_paths AS p "
            "WHERE p.repository = :repository AND p.oid = l.oid AND p.path = :path) LIMIT 1"
        )
        return self.db.execute(sql, {"repository": self.shown.database_id, "path": path}).fetchone() is None

    def _pushes(self, state: states.State) -> Step:
        page = Cost(1, 0, response_times.rest_seconds(ROWS))
        if state.completed_at is None:
            return self._step("pushes", page, True, "first sync")
        if state.fingerprint == pushes.fingerprint(self.shown) and not state.cursor:
            return self._step("pushes", Cost(), False, "unchanged")
        return self._step("pushes", page, True, "new pushes")

    def _threads(self, state: states.State) -> Iterator[Step]:
        seen, pages = threads.glance(self.shown, state.kind), self._sizes(state)
        total = seen.total_count
        if state.completed_at is None and state.first_complete_at:
            # Once by time of update, then by time of creation, to find what is gone.
            cost = self._rows(state.kind, total, pages) + self._rows(state.kind, total, pages)
            yield self._step(state.kind, cost, bool(total), f"reading all {total} again")
            return
        if state.completed_at is None:
            yield self._step(
                state.kind, self._rows(state.kind, total, pages), bool(total), f"first sync, {total} listed"
            )
            if state.kind == "pull_requests":
                yield from self._diffs(self.counted.pull_requests.total_count if self.counted else 0)
            return
        cost, reasons = Cost(), []
        if state.cursor or state.fingerprint != threads.fingerprint(seen):
            new = max(0, total - self._stored(state.kind) - (state.hidden or 0))
            cost += self._rows(state.kind, min(total, max(1, new)), pages)
            reasons.append(f"{new} new" if new else "changed")
        due = threads.pages_due(state, total, pages.size, self.now, self.github_time)
        if due:
            cost += self._rows(state.kind, min(total, due * pages.size), pages)
            reasons.append(f"re-reading a part of all {total}")
        yield self._step(state.kind, cost, bool(reasons), "; ".join(reasons) or "unchanged")

    def _rows(self, kind: str, rows: int, pages: PageSize) -> Cost:
        """Return the cost of reading `rows` rows of a list of threads."""
        documents = {"issues": "Issues", "pull_requests": "PullRequests", "discussions": "Discussions"}
        cost = _pages(queries.load(documents[kind]), rows, pages)
        if kind == "discussions":
            cost += _batches(_replies, rows, self.github.pages("replies"))
        return cost

    def _diffs(self, merged: int) -> Iterator[Step]:
        """Plan the files and line counts of merged pull requests."""
        cost = _batches(_diff, merged, self.github.pages("diffs"))
        if merged:
            yield self._step("diffs", cost, True, f"of {merged} merged pull requests")

    def _stored(self, table: str) -> int:
        sql = f"SELECT count(*) FROM {table} WHERE repository = ? AND gone_at IS NULL"
        return int(self.db.execute(sql, [self.shown.database_id]).fetchone()[0])

    def _sizes(self, state: states.State) -> PageSize:
        return self.github.pages(state.kind, state.page_size)


def _lines(count: int) -> tuple[str, dict[str, Any]]:
    """Return the query for the line counts of `count` commits, and its variables."""
    return queries.commit_details(count, 0), {}


def _replies(count: int) -> tuple[str, dict[str, Any]]:
    """Return the query for the replies in `count` discussions with a comment each, and its variables."""
    return queries.load("Replies"), {"ids": ["id"] * count}


def _diff(count: int) -> tuple[str, dict[str, Any]]:
    """Return the query for the diffs of `count` pull requests, and its variables."""
    return queries.load(diffs.DOCUMENT), {"ids": ["id"] * count, "own": []}


def _pages(text: str, rows: int, pages: PageSize) -> Cost:
    """Return the cost of reading `rows` rows of a list, with page sizes that grow as in a sync."""
    cost = Cost()
    while rows > 0:
        points, expected = price(text, {"first": pages.size}).points, min(rows, pages.size)
        cost += Cost(1, points, response_times.seconds(text, {"first": expected}))
        rows -= expected
        pages.worked()
    return cost


def _batches(compose: Callable[[int], tuple[str, dict[str, Any]]], things: int, pages: PageSize) -> Cost:
    """Return the cost of fetching `things` objects in batched queries."""
    cost = Cost()
    while things > 0:
        part = min(things, pages.size)
        text, variables = compose(part)
        cost += Cost(1, price(text, variables).points, response_times.seconds(text, variables))
        things -= part
        pages.worked()
    return cost


def to_json(plan: Plan) -> str:
    """Format the plan as JSON."""
    return json.dumps(
        {
            "repositories": plan.repositories,
            "requests": plan.requests,
            "points": plan.points,
            "seconds": plan.seconds,
            "asked": {"requests": plan.asked.requests, "points": plan.asked.points},
            "steps": [asdict(step) for step in plan.steps],
            "problems": [{"repository": name, "error": error} for name, error in plan.problems],
        },
        indent=2,
    )


def to_text(plan: Plan) -> str:
    """Format the plan as text, without the steps that cost nothing."""
    costly = [step for step in plan.steps if step.requests]
    space = max((len(step.repository) for step in costly), default=0)
    lines = [f"{'repository':{space}}  kind           requests  points  seconds  why"] if costly else []
    lines += [
        f"{plain(step.repository):{space}}  {step.kind:13}  {_figure(step.requests, step):>8}  "
        f"{_figure(step.points, step):>6}  {_figure(round(step.seconds), step):>7}  {step.why}"
        for step in costly
    ]
    lines += [f"{plain(name)}: {plain(error)}" for name, error in plan.problems]
    free = len(plan.steps) - len(costly)
    if free:
        lines.append(f"{plural(free, 'more list')} cost nothing: nothing is new in them.")
    some = any(step.at_least for step in costly)
    lines.append(
        f"In all {'at least ' if some else ''}{plural(plan.requests, 'request')}, {plural(plan.points, 'point')} and "
        f"{plan.seconds:,.0f} s of GitHub's response time; it allows about 60 s per minute. Nothing was stored."
    )
    asked = f"{plural(plan.asked.requests, 'request')} and {plural(plan.asked.points, 'point')}"
    lines.append(f"This includes {asked} used to make this plan.")
    if some:
        lines.append("+: an estimate; long threads and many pushes cost more, which is known only once they are read.")
    return "\n".join(lines)


def _figure(figure: int, step: Step) -> str:
    return f"{figure:,}{'+' if step.at_least and figure else ''}"
