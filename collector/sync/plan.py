"""What a sync would ask for, and its price: the batched question is asked, nothing is stored.

The question shows how long lists are, not how long threads are nor how many commits and pushes there are, so the
figures are the least that a sync asks for where they are marked so.
"""

import asyncio
import json
import sqlite3
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from collector import clock
from collector.config import Config
from collector.fetchers import commits, listings, pushes, threads
from collector.github import documents
from collector.github.client import GitHub, Meter
from collector.github.models import Page, RepositoryState, Touched
from collector.github.pages import PageSize
from collector.plain import plain, plural
from collector.store import database
from collector.store import state as states
from collector.sync import asking, repositories
from collector.sync.parts import KINDS


@dataclass(frozen=True)
class Step:
    """One kind of one repository: requests and points, `at_least` when there may be more, and why."""

    repository: str
    kind: str
    requests: int
    points: int
    at_least: bool
    why: str


@dataclass
class Plan:
    """What a sync would ask for. `asked` is what the batched question itself took."""

    repositories: int
    steps: list[Step] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    asked: Meter = field(default_factory=Meter)

    @property
    def requests(self) -> int:
        """Requests of all steps, and of the batched question."""
        return self.asked.requests + sum(s.requests for s in self.steps)

    @property
    def points(self) -> int:
        """Points of all steps, and of the batched question."""
        return self.asked.points + sum(s.points for s in self.steps)


def make(github: GitHub, config: Config, path: Path, now: datetime, full: bool) -> Plan:
    """The plan of a sync of `config` into the database at `path`, which need not exist and is not changed.

    Raises what a sync raises: NotAuthorised, GitHubUnreachable, BudgetExhausted, DatabaseError.
    """
    # Where there is no database, an empty one in memory answers the same questions.
    where = path if path.exists() else Path(":memory:")
    with database.plain_words(path):
        db = database.open_database(where)
        db.execute("PRAGMA query_only = ON")
        try:
            return asyncio.run(_make(github, config, db, clock.to_text(now), full))
        finally:
            db.close()


async def _make(github: GitHub, config: Config, db: sqlite3.Connection, now: str, full: bool) -> Plan:
    tracked = repositories.tracked(db, config)
    plan = Plan(len(tracked))
    try:
        await asking.ask(github, tracked, plan.asked)
    finally:
        await github.close()
    github_time = asking.newest_time(tracked, database.meta(db, "github_time"), clock.to_text(github.now()))
    for repo in tracked:
        if repo.state is None:
            plan.problems.append((repo.name, repo.problem))
            continue
        for kind in KINDS:
            if kind == "issues" and not repo.state.has_issues_enabled:
                continue
            stored = states.load(db, repo.state.database_id, kind)
            state = states.State(stored.repository, kind, page_size=stored.page_size) if full else stored
            plan.steps.append(_step(db, repo.state, state, now, github_time))
    return plan


def _step(
    db: sqlite3.Connection, shown: RepositoryState, state: states.State, now: str, github_time: str | None
) -> Step:
    match state.kind:
        case "releases":
            requests, at_least, why = _listing(shown.releases, state, now, github_time)
        case "tags":
            requests, at_least, why = _listing(shown.tags, state, now, github_time)
        case "commits":
            requests, at_least, why = _commits(shown, state)
        case "pushes":
            requests, at_least, why = _pushes(shown, state)
        case "issues":
            requests, at_least, why = _threads(shown.issues, "issues", db, state, now, github_time)
        case _:
            requests, at_least, why = _threads(shown.pull_requests, "pull_requests", db, state, now, github_time)
    points = requests * _price(state.kind, _size(state))
    return Step(shown.name_with_owner, state.kind, requests, points, at_least, why)


_Need = tuple[int, bool, str]


def _listing(seen: Page[Any], state: states.State, now: str, github_time: str | None) -> _Need:
    total = seen.total_count
    if listings.whole_is_due(seen, state, now, github_time):
        return (
            _pages(total, state),
            False,
            f"reading all {total}" if state.completed_at else f"first sync, {total} listed",
        )
    if state.fingerprint != listings.fingerprint(seen):
        return min(1, total), True, "changed"
    return 0, False, "unchanged"


def _commits(shown: RepositoryState, state: states.State) -> _Need:
    head = commits.head_of(shown)
    if state.completed_at is None:
        return (0, False, "empty") if head is None else (1, True, "first sync")
    return (0, False, "unchanged") if head == state.watermark and not state.target else (1, True, "new commits")


def _pushes(shown: RepositoryState, state: states.State) -> _Need:
    if state.completed_at is None:
        return 1, True, "first sync"
    mark = pushes.fingerprint(shown)
    return (0, False, "unchanged") if state.fingerprint == mark and not state.cursor else (1, True, "new pushes")


def _threads(
    seen: Page[Touched], table: str, db: sqlite3.Connection, state: states.State, now: str, github_time: str | None
) -> _Need:
    total = seen.total_count
    if state.completed_at is None:
        return _pages(total, state), bool(total), f"first sync, {total} listed"
    requests, reasons = 0, []
    if state.cursor or state.fingerprint != threads.fingerprint(seen):
        stored = db.execute(
            f"SELECT count(*) FROM {table} WHERE repository = ? AND gone_at IS NULL", [state.repository]
        ).fetchone()[0]
        new = max(0, total - int(stored) - (state.hidden or 0))
        requests += min(1, total) + _pages(max(0, new - _size(state)), state)
        reasons.append(f"{new} new" if new else "changed")
    due = threads.pages_due(state, total, _size(state), now, github_time)
    if due:
        requests += due
        reasons.append(f"re-reading a part of all {total}")
    return requests, bool(reasons), "; ".join(reasons) or "unchanged"


def _pages(rows: int, state: states.State) -> int:
    return -(-rows // _size(state))


def _size(state: states.State) -> int:
    return PageSize(state.kind, state.page_size or 0).size


_DOCUMENTS = {
    "releases": "Releases",
    "tags": "Tags",
    "commits": "CommitHistory",
    "issues": "Issues",
    "pull_requests": "PullRequests",
}


def _price(kind: str, size: int) -> int:
    """Points of one page, by GitHub's published formula; the push log is REST, which takes none."""
    from collector.github.price import price

    if kind not in _DOCUMENTS:
        return 0
    return price(documents.load(_DOCUMENTS[kind]), {"first": size}).points


def to_json(plan: Plan) -> str:
    """The plan for a program."""
    return json.dumps(
        {
            "repositories": plan.repositories,
            "requests": plan.requests,
            "points": plan.points,
            "asked": {"requests": plan.asked.requests, "points": plan.asked.points},
            "steps": [asdict(step) for step in plan.steps],
            "problems": [{"repository": name, "error": error} for name, error in plan.problems],
        },
        indent=2,
    )


def to_text(plan: Plan) -> str:
    """The plan for a reader. What costs nothing is left out."""
    dear = [step for step in plan.steps if step.requests]
    space = max((len(step.repository) for step in dear), default=0)
    lines = [f"{'repository':{space}}  kind           requests  points  why"] if dear else []
    lines += [
        f"{plain(step.repository):{space}}  {step.kind:13}  {_least(step.requests, step):>8}  "
        f"{_least(step.points, step):>6}  {step.why}"
        for step in dear
    ]
    lines += [f"{plain(name)}: {plain(error)}" for name, error in plan.problems]
    free = len(plan.steps) - len(dear)
    if free:
        lines.append(f"{plural(free, 'more list')} cost nothing: nothing is new in them.")
    some = any(step.at_least for step in dear)
    lines.append(
        f"In all {'at least ' if some else ''}{plural(plan.requests, 'request')} and {plural(plan.points, 'point')}; "
        f"{plan.asked.requests} and {plan.asked.points} of them for the question what changed. Nothing was stored."
    )
    if some:
        lines.append(
            "+: more where threads are long and where there are many commits or pushes, which GitHub tells later."
        )
    return "\n".join(lines)


def _least(figure: int, step: Step) -> str:
    return f"{figure:,}{'+' if step.at_least and figure else ''}"
