"""A sync from beginning to end: ask what changed, fetch it, store it, and say what was done."""

import asyncio
import signal
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from collector import clock
from collector.config import Config
from collector.errors import CollectError
from collector.github.client import GitHub, Meter
from collector.store import accounts, database, state
from collector.store.batches import Counts
from collector.sync import lock, parts, repositories
from collector.sync.parts import Part, Work
from collector.sync.repositories import Tracked
from collector.sync.storekeeper import Storekeeper

# Pages of answers held at once, and repositories worked on at once.
PAGES_AT_ONCE, REPOSITORIES_AT_ONCE = 8, 6

Progress = Callable[[str, int, int], None]


@dataclass
class Report:
    """What a sync did, for people and machines."""

    started_at: str
    exit_code: int = 0
    message: str = ""
    total: Meter = field(default_factory=Meter)
    counts: Counts = field(default_factory=Counts)
    parts: list[Part] = field(default_factory=list)
    failures: list[tuple[str, str, str]] = field(default_factory=list)  # repository, kind, error
    repositories: int = 0


@dataclass
class Request:
    """What a sync is asked to do: of all that `config` tracks, to fetch what is in `only`, or all when that is None."""

    config: Config
    database: Path
    now: datetime
    since: date | None = None
    full: bool = False
    synthetic: bool = False
    only: Config | None = None
    progress: Progress = lambda name, done, of: None


def run(github: GitHub, request: Request, after: Callable[[sqlite3.Connection], None]) -> Report:
    """Bring the database up to date, then do `after` (the signals of the day). Returns what was done.

    What stops a run (no authorisation, no budget, no network, a signal) ends it in good order: everything stored so
    far stays, and the next run goes on from there. Raises AlreadyRunning and DatabaseError.
    """
    now = clock.to_text(request.now)
    with lock.held(request.database, now):
        db = database.open_database(request.database)
        with database.plain_words(request.database):
            start = _start(db, request)
            keeper = Storekeeper(request.database, db, now, start, database.meta(db, "github_time"))
            report = Report(now)
            run_id = state.begin_run(db, now)
        try:
            asyncio.run(_supervised(github, request, keeper, report))
            asyncio.run(_finish(keeper, request, report, run_id, after))
        finally:
            keeper.close()
    return report


async def _supervised(github: GitHub, request: Request, keeper: Storekeeper, report: Report) -> None:
    """The sync, with whatever stops it turned into the report's exit code and message."""
    task = asyncio.create_task(_sync(github, request, keeper, report))
    stopped_by: list[int] = []

    def stop(number: int) -> None:
        stopped_by.append(number)
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop, number)
    try:
        await task
    except asyncio.CancelledError:
        if not stopped_by:
            raise
        report.exit_code = 128 + stopped_by[0]
        report.message = "Interrupted: what was stored stays, and the next run goes on from there."
    except BaseExceptionGroup as group:
        error = _gravest(group)
        report.exit_code, report.message = error.exit_code, str(error)
    except CollectError as error:
        report.exit_code, report.message = error.exit_code, str(error)
    finally:
        report.total = github.total
        await github.close()


async def _sync(github: GitHub, request: Request, keeper: Storekeeper, report: Report) -> None:
    await keeper.change(repositories.store_projects, request.config)
    tracked = await keeper.read(repositories.tracked, request.only or request.config)
    report.repositories = len(tracked)
    question = Part("*", "what_changed", "done")
    report.parts.append(question)
    await repositories.ask(github, tracked, question.meter)
    newest = repositories.github_time(tracked)
    keeper.github_time = max(filter(None, [newest, keeper.github_time]), default=None)
    for repo in tracked:
        question.counts += await keeper.change(repositories.store, repo, keeper.now)
    report.failures += [(r.name, "repository", r.error or _missing_sentence(r)) for r in tracked if r.state is None]
    if request.full:
        await keeper.change(_forget_progress, [r.id for r in tracked if r.id is not None])
    hash_key = await keeper.read(database.meta, "hash_key")
    assert hash_key is not None
    work = Work(github, keeper, hash_key, asyncio.Semaphore(PAGES_AT_ONCE), report.parts)
    present = [r for r in tracked if r.state is not None]
    await _all(work, present, request.progress, report)


async def _all(work: Work, present: Sequence[Tracked], progress: Progress, report: Report) -> None:
    """Every repository, a few at a time. A limit that is reached ends whatever needs more; all else that stops, all."""
    gate = asyncio.Semaphore(REPOSITORIES_AT_ONCE)
    done = 0

    async def one(repo: Tracked) -> None:
        nonlocal done
        assert repo.state is not None
        async with gate:
            for part in await parts.repository(work, repo.state):
                if part.error:
                    report.failures.append((part.repository, part.kind, part.error))
            done += 1
            progress(repo.state.name_with_owner, done, len(present))

    async with asyncio.TaskGroup() as group:
        for repo in present:
            group.create_task(one(repo))
    if work.stopped:
        raise work.stopped


async def _finish(
    keeper: Storekeeper,
    request: Request,
    report: Report,
    run_id: int,
    after: Callable[[sqlite3.Connection], None],
) -> None:
    """Mark bots, compute what follows from the facts, and write down what the run did."""

    def marks(db: sqlite3.Connection) -> None:
        accounts.mark_bots(db, request.config)
        values = {"github_time": keeper.github_time} if keeper.github_time else {}
        for key, value in values.items():
            db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [key, value])

    await keeper.change(marks)
    for part in report.parts:
        report.counts += part.counts
    if report.exit_code == 0 and report.failures:
        report.exit_code = 3
        names = sorted({name for name, _, _ in report.failures})
        report.message = f"{len(names)} of {report.repositories} repositories failed: {', '.join(names)}."
    await keeper.change(_write_down, keeper, report, run_id)
    if report.exit_code in (0, 3, 5):
        await keeper.read(after)


def _write_down(db: sqlite3.Connection, keeper: Storekeeper, report: Report, run_id: int) -> None:
    unchanged = [(p.repository, p.kind) for p in report.parts if p.outcome == "unchanged"]
    state.confirm(db, unchanged, keeper.now, keeper.github_time)
    for name, kind, error in report.failures:
        state.record_error(db, run_id, name, kind, error, keeper.now)
    if report.exit_code not in (0, 3):
        state.record_error(db, run_id, "*", "run", report.message, keeper.now)
    values = {
        "finished_at": clock.to_text(clock.utc_now()),
        "exit_code": report.exit_code,
        "requests": report.total.requests,
        "points": report.total.points,
        "bytes": report.total.bytes,
        "retries": report.total.retries,
        "waited_seconds": round(report.total.waited, 3),
        "inserted": report.counts.inserted,
        "updated": report.counts.updated,
        "gone": report.counts.gone,
        "message": report.message,
    }
    rows = [
        {
            "repository": p.repository,
            "kind": p.kind,
            "outcome": p.outcome,
            "requests": p.meter.requests,
            "points": p.meter.points,
            "inserted": p.counts.inserted,
            "updated": p.counts.updated,
            "gone": p.counts.gone,
        }
        for p in report.parts
    ]
    state.end_run(db, run_id, values, rows)


def _start(db: sqlite3.Connection, request: Request) -> str:
    """The first moment of the database: fixed by the first sync, moved back by an earlier --since."""
    row = db.execute("SELECT value FROM meta WHERE key = 'start'").fetchone()
    stored = str(row[0]) if row else None
    asked = clock.to_text(clock.midnight(request.since)) if request.since else None
    if stored is None:
        first = clock.midnight((request.now - timedelta(days=request.config.lookback_days)).date())
        stored = asked or clock.to_text(first)
    elif asked is not None and asked < stored:
        stored = asked
        _forget_progress(db, [row[0] for row in db.execute("SELECT id FROM repositories")])
        db.execute("DELETE FROM history_boundaries WHERE committed_at IS NOT NULL")
    else:
        return stored
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('start', ?)", [stored])
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('synthetic', ?)", [str(int(request.synthetic))])
    return stored


def _forget_progress(db: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Read everything of these again: what is stored stays, and is compared."""
    forgotten = ("fingerprint", "watermark", "target", "cursor", "hidden", "completed_at", "sweep_at", "sweep_cursor")
    sets = ", ".join(f"{c} = NULL" for c in forgotten)
    db.executemany(f"UPDATE sync_state SET {sets} WHERE repository = ?", [[ident] for ident in ids])


def _missing_sentence(repo: Tracked) -> str:
    if repo.missing == "blocked":
        return f"GitHub blocks access to {repo.name}."
    if repo.id is None:
        return f"GitHub has no public repository {repo.name}: correct its name in the configuration, or take it out."
    return f"{repo.name} is private or deleted by now; what is stored of it stays."


def _gravest(group: BaseExceptionGroup[BaseException]) -> CollectError:
    """The error that decides the exit code: the highest below 75. Anything that is no CollectError is a defect."""
    found: list[CollectError] = []
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            found.append(_gravest(error))
        elif isinstance(error, CollectError):
            found.append(error)
        elif not isinstance(error, asyncio.CancelledError):
            raise error
    return max(found, key=lambda e: e.exit_code)
