"""What a sync would ask for, and its price: the batched question is asked, nothing is stored.

The question shows how long lists are, not how long threads are nor how many commits and pushes there are, so the
figures are the least that a sync asks for where they are marked so.
"""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from collector import clock
from collector.config import Config
from collector.fetchers import commits, listings, pushes, threads
from collector.fetchers.source import Source
from collector.github import documents
from collector.github.client import GitHub, Meter
from collector.github.models import RepositoryState
from collector.github.pages import LARGEST, PageSize
from collector.store import database
from collector.store import state as states
from collector.sync import repositories
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
        await repositories.ask(github, tracked, plan.asked)
    finally:
        await github.close()
    for repo in tracked:
        if repo.state is None:
            plan.problems.append((repo.name, repo.error or "GitHub shows no such public repository."))
            continue
        for kind in KINDS:
            if kind == "issues" and not repo.state.has_issues_enabled:
                continue
            stored = states.load(db, repo.state.database_id, kind)
            state = states.State(stored.repository, kind, page_size=stored.page_size) if full else stored
            plan.steps.append(_step(github, db, repo.state, state, now))
    return plan


def _step(github: GitHub, db: sqlite3.Connection, shown: RepositoryState, state: states.State, now: str) -> Step:
    async def read(question: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        return question(db, *args, **kw)

    asked: Callable[..., Awaitable[Any]] = read
    source = Source(github, shown, "", now, "", Meter(), PageSize(state.page_size), asked)
    match state.kind:
        case "releases":
            requests, at_least, why = _listing(source, state, listings.RELEASES)
        case "tags":
            requests, at_least, why = _listing(source, state, listings.TAGS)
        case "commits":
            requests, at_least, why = _commits(source, state)
        case "pushes":
            requests, at_least, why = _pushes(source, state)
        case _:
            issues = state.kind == "issues"
            requests, at_least, why = _threads(source, db, state, threads.ISSUES if issues else threads.PULL_REQUESTS)
    points = requests * _price(state.kind, state.page_size)
    return Step(shown.name_with_owner, state.kind, requests, points, at_least, why)


_Need = tuple[int, bool, str]


def _listing(source: Source, state: states.State, kind: listings.Kind) -> _Need:
    total = (source.repository.releases if kind is listings.RELEASES else source.repository.tags).total_count
    if state.fingerprint is None:
        return _pages(total, source), False, f"first sync, {total} listed"
    if _passed(source, state.sweep_at, listings.READ_WHOLE_EVERY):
        return _pages(total, source), False, f"weekly reading of all {total}"
    if state.fingerprint != listings.fingerprint(source.repository, kind):
        return min(1, total), True, "changed"
    return 0, False, "unchanged"


def _commits(source: Source, state: states.State) -> _Need:
    head = commits.head_of(source.repository)
    if head is None:
        return 0, False, "empty"
    if state.completed_at is None:
        return 1, True, "first sync"
    return (0, False, "unchanged") if head == state.watermark and not state.target else (1, True, "new commits")


def _pushes(source: Source, state: states.State) -> _Need:
    if state.completed_at is None:
        return 1, True, "first sync"
    if state.fingerprint == pushes.fingerprint(source) and not state.cursor:
        return 0, False, "unchanged"
    return 1, True, "new pushes"


def _threads(source: Source, db: sqlite3.Connection, state: states.State, kind: threads.Kind[Any]) -> _Need:
    seen = threads.glance(source, kind)
    total = seen.total_count
    if state.completed_at is None:
        return _pages(total, source), True, f"first sync, {total} listed"
    requests, reasons = 0, []
    if state.cursor or state.fingerprint != threads.fingerprint(seen):
        stored = db.execute(
            f"SELECT count(*) FROM {kind.table} WHERE repository = ? AND gone_at IS NULL", [source.id]
        ).fetchone()[0]
        new = max(0, total - int(stored) - (state.hidden or 0))
        requests += max(1, _pages(new, source))
        reasons.append(f"{new} new, others changed")
    if total and _passed(source, state.sweep_at, threads.NEXT_PART):
        requests += max(1, -(-total // (source.pages.size * threads.SWEEP_NIGHTS)))
        reasons.append(f"tonight's part of re-reading all {total}")
    return requests, bool(reasons), "; ".join(reasons) or "unchanged"


def _pages(rows: int, source: Source) -> int:
    return -(-rows // source.pages.size)


def _passed(source: Source, at: str | None, interval: timedelta) -> bool:
    return at is None or clock.from_text(source.now) - clock.from_text(at) >= interval


_DOCUMENTS = {
    "releases": "Releases",
    "tags": "Tags",
    "commits": "CommitHistory",
    "issues": "Issues",
    "pull_requests": "PullRequests",
}


def _price(kind: str, size: int) -> int:
    """Points of one page, by GitHub's published formula; the push log is REST, which takes none."""
    from collector.pretend.execution import price

    if kind not in _DOCUMENTS:
        return 0
    return price(documents.load(_DOCUMENTS[kind]), {"first": min(size, LARGEST)}).points


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
    """The plan for a reader. Kinds that cost nothing are left out."""
    dear = [step for step in plan.steps if step.requests]
    space = max((len(step.repository) for step in dear), default=0)
    lines = [
        f"{step.repository:{space}}  {step.kind:13} {_least(step.requests, step):>6} requests "
        f"{_least(step.points, step):>6} points  {step.why}"
        for step in dear
    ]
    lines += [f"{name}: {error}" for name, error in plan.problems]
    free = len(plan.steps) - len(dear)
    least = "at least " if any(step.at_least for step in dear) else ""
    if free:
        lines.append(f"{free} lists of {plan.repositories} repositories did not change and cost nothing.")
    lines.append(
        f"In all {least}{plan.requests:,} requests and {plan.points:,} points, of them {plan.asked.requests} and "
        f"{plan.asked.points} for the question what changed. Nothing was stored."
    )
    if least:
        lines.append(
            "+: more where threads are long, or where there are many commits and pushes, which GitHub tells later."
        )
    return "\n".join(lines)


def _least(figure: int, step: Step) -> str:
    return f"{figure:,}{'+' if step.at_least and figure else ''}"
