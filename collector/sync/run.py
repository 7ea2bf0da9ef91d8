"""Run a sync from start to end: detect changes, fetch and store them, and record the result."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from collector import clock, interrupts
from collector.config import Config
from collector.config.shards import Shard, of_shard
from collector.errors import STORED_FACTS, CollectError, SomeRepositoriesFailed
from collector.github.client import GitHub, Meter
from collector.store import bots, database, future_times, hash_key, lock, state, synthetic, website
from collector.store.batch import Counts
from collector.store.repositories import write_memberships, write_projects
from collector.store.shard_rows import SHARD
from collector.store.write import transaction
from collector.sync import defects, parts, remembered, repositories, repository_query, vanished_authors
from collector.sync.fetchers.needs import Needs
from collector.sync.fetchers.texts import Texts
from collector.sync.parts import Part, Work
from collector.sync.repository_query import Tracked
from collector.sync.storekeeper import Storekeeper

# Concurrent parts, each with at most one page in memory, and concurrent repositories.
PARTS_AT_ONCE, REPOSITORIES_AT_ONCE = 8, 6

INTERRUPTED = "Interrupted: everything stored so far is kept, and the next run resumes from here."

Progress = Callable[[str, int, int], None]


@dataclass
class SyncResult:
    """The result of a sync."""

    started_at: str
    exit_code: int = 0
    message: str = ""
    total: Meter = field(default_factory=Meter)
    counts: Counts = field(default_factory=Counts)
    parts: list[Part] = field(default_factory=list)
    failures: list[tuple[str, str, str]] = field(default_factory=list)  # repository, kind, error
    defects: list[tuple[str, str, str]] = field(default_factory=list)  # the same, for defects of this program
    repositories: int = 0
    unreadable: int = 0  # parts of objects that GitHub does not serve, of this run or an earlier one
    clock_ahead: float | None = None  # seconds by which this machine's clock is ahead of GitHub's


@dataclass
class SyncRequest:
    """The options of a sync. It fetches the repositories of `only`, or all of `config` when that is None.

    With a `shard`, only its projects are written to the database; signals still need the whole configuration.
    """

    config: Config
    database: Path
    now: datetime
    since: date | None = None
    full: bool = False
    synthetic: bool = False
    only: Config | None = None
    shard: Shard | None = None
    progress: Progress = lambda name, done, of: None
    asking: Callable[[str], None] = lambda what: None  # called with each list of a repository that is read


def run(github: GitHub, request: SyncRequest, after: Callable[[sqlite3.Connection], None]) -> SyncResult:
    """Sync the database with GitHub, then call `after` (to compute the day's signals). Returns the result.

    A refused token, an exhausted budget, an unreachable GitHub or a signal ends the run with an exit code and a
    message in the result; everything stored so far is kept, and the next run resumes from there. Raises AlreadyRunning
    and DatabaseError.
    """
    now = clock.to_text(request.now)
    path = request.database
    # The lock comes first, because to open the file may migrate it.
    with lock.held(path, now), closing(database.open_database(path)) as db, database.plain_words(path):
        keeper = Storekeeper(path, db, now, database.meta(db, "github_time"))
        result = SyncResult(now)
        key = hash_key.read(db)
        with transaction(db):
            # Committed before anything is fetched: a run that is killed leaves a row without an end.
            run_id = keeper.run = state.begin_run(db, now)
            synthetic.mark(db, request.synthetic)
            if request.shard is not None:
                database.set_meta(db, {SHARD: request.shard})
        remembered.recall(db, github, request.now)
        stopped_by: list[int] = []
        with interrupts.on_signals(stopped_by.append):
            try:
                asyncio.run(_supervised(github, request, keeper, result, key, stopped_by))
            except Exception as error:
                keeper.close()
                _record(db, run_id, result, f"A defect: {type(error).__name__}: {error}", CollectError.exit_code)
                raise
            finally:
                keeper.close()
            if stopped_by:
                result.exit_code, result.message = interrupts.exit_code(stopped_by[0]), INTERRUPTED
            with transaction(db):
                # However the run ended: page sizes that worked and what the server lacks are true all the same.
                remembered.keep(db, github, clock.corrected(request.now, github.ahead))
            _finish(db, keeper, request, result, run_id)
            if result.exit_code in STORED_FACTS:
                _call_after(db, path, result, run_id, after, stopped_by)
    return result


async def _supervised(
    github: GitHub, request: SyncRequest, keeper: Storekeeper, result: SyncResult, key: str, stopped_by: list[int]
) -> None:
    """Run the sync; an error becomes the result's exit code and message, a signal is appended to `stopped_by`."""
    task = asyncio.create_task(_sync(github, request, keeper, result, key))
    loop = asyncio.get_running_loop()

    def stop(number: int) -> None:
        stopped_by.append(number)
        # A handler of `signal.signal` may run between any two steps of the loop, so it only schedules:
        # https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.add_signal_handler
        loop.call_soon_threadsafe(task.cancel)

    with interrupts.on_signals(stop):
        try:
            await task
        except asyncio.CancelledError:
            if not stopped_by:
                raise  # it was not cancelled by a signal
        except BaseExceptionGroup as group:
            error = _most_severe(group)
            result.exit_code, result.message = error.exit_code, str(error)
        except CollectError as error:
            result.exit_code, result.message = error.exit_code, str(error)
        finally:
            result.total, result.clock_ahead = github.total, github.ahead
            await github.close()


async def _sync(github: GitHub, request: SyncRequest, keeper: Storekeeper, result: SyncResult, key: str) -> None:
    config = of_shard(request.config, request.shard) if request.shard else request.config
    await keeper.change(write_projects, config, request.config)
    tracked = await keeper.read(repositories.tracked, config, request.only)
    result.repositories = len(tracked)
    question = Part("*", "what_changed", "done")
    result.parts.append(question)
    await repository_query.ask(github, tracked, question.meter)
    # The first response told GitHub's clock: what is stored from here on is dated by it.
    await _correct_clock(github, request, keeper, result)
    await keeper.change(website.record, github.web_url)
    keeper.start = await keeper.change(_start, request, clock.date_of(github.now()))
    keeper.github_time = repository_query.github_time(github, tracked, keeper.github_time)
    for repo in tracked:
        await _store(github, keeper, repo, question)
    await keeper.change(write_memberships, request.config)
    for repo in tracked:
        if repo.state is None:
            found = result.defects if repo.defect else result.failures
            found.append((repo.name, "repository", repo.problem))
    if request.full:
        await keeper.change(state.reset, [r.id for r in tracked if r.id is not None])
    present = [r for r in tracked if r.state is not None]
    texts = {r.state.database_id: Texts(key, r.project.review_commands) for r in present if r.state}
    needs = Needs.of(request.config)
    work = Work(github, keeper, texts, asyncio.Semaphore(PARTS_AT_ONCE), result.parts, needs, asking=request.asking)
    await _sync_all(work, present, request.progress, result)
    # Last, because only complete lists show whose objects are gone.
    await vanished_authors.ask(github, keeper, result.parts)


async def _correct_clock(github: GitHub, request: SyncRequest, keeper: Storekeeper, result: SyncResult) -> None:
    """Let GitHub's clock decide the times of this run if ours is wrong, and repair what a wrong one left earlier."""
    keeper.now = result.started_at = clock.to_text(clock.corrected(request.now, github.ahead))
    present = github.now()

    def repair(db: sqlite3.Connection) -> None:
        assert keeper.run is not None
        state.date_run(db, keeper.run, keeper.now)
        future_times.redate(db, present)
        future_times.delete(db, present)
        keeper.github_time = database.meta(db, "github_time")

    if github.ahead is not None:
        await keeper.change(repair)


async def _store(github: GitHub, keeper: Storekeeper, repo: Tracked, question: Part) -> None:
    """Store the state of one repository. An unexpected exception excludes only this repository from the run."""
    try:
        question.counts += await keeper.change(repositories.store, repo, keeper.now, github.web_url, keeper.run)
    except CollectError:
        raise
    except Exception as error:
        repo.state, repo.error, repo.defect = None, defects.describe(error, github), True


async def _sync_all(work: Work, present: Sequence[Tracked], progress: Progress, result: SyncResult) -> None:
    """Sync all repositories, a few at a time.

    BudgetExhausted is raised at the end, after the parts that do not need more of the budget; other errors at once.
    """
    gate = asyncio.Semaphore(REPOSITORIES_AT_ONCE)
    done = 0

    def note(part: Part) -> None:
        if part.error:
            found = result.defects if part.defect else result.failures
            found.append((part.repository, part.kind, part.error))

    async def lists(repo: Tracked) -> None:
        nonlocal done
        assert repo.state is not None
        async with gate:
            for part in await parts.repository(work, repo.state):
                note(part)
            done += 1
            progress(repo.state.name_with_owner, done, len(present))

    async def details(repo: Tracked) -> None:
        assert repo.state is not None
        async with gate:
            for part in await parts.backfill_commits(work, repo.state):
                note(part)

    # Details come after all lists: which commits need them follows from what landed anywhere in their project.
    for phase in (lists, details):
        async with asyncio.TaskGroup() as group:
            for repo in present:
                group.create_task(phase(repo))
    if work.stopped:
        raise work.stopped


def _finish(db: sqlite3.Connection, keeper: Storekeeper, request: SyncRequest, result: SyncResult, run_id: int) -> None:
    """Mark bots, determine the exit code and message, and store the result of the run."""
    for part in result.parts:
        result.counts += part.counts
    (result.unreadable,) = db.execute(
        "SELECT count(*) FROM unreadable AS u JOIN repositories AS r ON r.id = u.repository WHERE r.tracked"
    ).fetchone()
    if result.exit_code == 0 and result.failures:
        result.exit_code = SomeRepositoriesFailed.exit_code
        names = sorted({name for name, _, _ in result.failures})
        result.message = f"{len(names)} of {result.repositories} repositories failed: {', '.join(names)}."
    if result.defects:
        names = sorted({name for name, _, _ in result.defects})
        defect = f"A defect in collect stopped {', '.join(names)}: please report it."
        result.exit_code = result.exit_code or CollectError.exit_code
        result.message = f"{result.message} {defect}".lstrip()
    with transaction(db):
        # Also after a run that ended early: accounts that it stored may be bots.
        bots.mark_bots(db, request.config)
        if keeper.github_time:
            database.set_meta(db, {"github_time": keeper.github_time})
        _store_result(db, keeper, result, run_id)


def _call_after(
    db: sqlite3.Connection,
    path: Path,
    result: SyncResult,
    run_id: int,
    after: Callable[[sqlite3.Connection], None],
    stopped_by: list[int],
) -> None:
    """Call `after` on the stored facts. An error or signal there becomes the run's result; the facts are kept."""
    try:
        with interrupts.on_signals(interrupts.stop), database.plain_words(path):
            # A signal that came while the run's result was stored.
            if stopped_by:
                interrupts.stop(stopped_by[0])
            after(db)
    except interrupts.Stopped as stopped:
        message = "Interrupted: everything is stored; `collect signals` or the next run computes the missing signals."
        _record(db, run_id, result, message, stopped.exit_code)
    except CollectError as error:
        _record(db, run_id, result, str(error), error.exit_code)
    except Exception as error:
        _record(db, run_id, result, f"A defect: {type(error).__name__}: {error}", CollectError.exit_code)
        raise


def _record(db: sqlite3.Connection, run_id: int, result: SyncResult, message: str, exit_code: int) -> None:
    """Set the result of the run, also in the database if it can still be written."""
    result.exit_code, result.message = exit_code, message
    with suppress(sqlite3.Error), transaction(db):
        state.end_run(db, run_id, {"exit_code": exit_code, "message": message}, [])
        state.record_error(db, run_id, "*", "run", message, _present(result))


def _present(result: SyncResult) -> str:
    return clock.to_text(clock.corrected(clock.utc_now(), result.clock_ahead))


def _store_result(db: sqlite3.Connection, keeper: Storekeeper, result: SyncResult, run_id: int) -> None:
    complete = [(p.repository, p.kind) for p in result.parts if p.outcome in ("done", "unchanged")]
    state.confirm(db, complete, keeper.now, keeper.github_time)
    for name, kind, error in result.failures:
        state.record_error(db, run_id, name, kind, error, keeper.now)
    for name, kind, error in result.defects:
        state.record_error(db, run_id, name, kind, f"A defect: {error}", keeper.now)
    # With these three codes, what failed is recorded above, by repository.
    if result.exit_code not in (0, 1, 3):
        state.record_error(db, run_id, "*", "run", result.message, keeper.now)
    values = {
        "finished_at": _present(result),
        "exit_code": result.exit_code,
        "requests": result.total.requests,
        "points": result.total.points,
        "bytes": result.total.bytes,
        "retries": result.total.retries,
        "timeouts": result.total.timeouts,
        "penalty_points": result.total.penalty_points,
        "waited_seconds": round(result.total.waited, 3),
        "inserted": result.counts.inserted,
        "updated": result.counts.updated,
        "gone": result.counts.gone,
        "message": result.message,
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
        for p in result.parts
    ]
    state.end_run(db, run_id, values, rows)


def _start(db: sqlite3.Connection, request: SyncRequest, today: date) -> str:
    """Return the start of the database: set by the first sync, moved back by an earlier --since or a longer lookback.

    `today` is by GitHub's clock, so that a wrong clock on this machine cannot set a start in the future. A start later
    than today less the lookback that no --since asked for was set by a wrong clock: it is moved back, too.
    """
    stored, was_asked = database.meta(db, "start"), database.meta(db, "start_asked") == "1"
    usual, latest = (clock.to_text(clock.midnight(day)) for day in (_usual_start(request, today), today))
    asked = clock.to_text(clock.midnight(request.since)) if request.since and request.since <= today else None
    if stored is None or stored > latest:
        start = asked or usual
    elif asked is not None and asked <= stored:
        start = asked
    elif stored > usual and not was_asked:
        start = usual
    else:
        return stored
    if stored not in (None, start):
        state.move_start(db)
    database.set_meta(db, {"start": start, "start_asked": int(start == asked)})
    return start


def _usual_start(request: SyncRequest, today: date) -> date:
    return today - timedelta(days=request.config.lookback_days)


def _most_severe(group: BaseExceptionGroup[BaseException]) -> CollectError:
    """Return the error with the highest exit code. Raises any exception that is not a CollectError: it is a defect."""
    found: list[CollectError] = []
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            found.append(_most_severe(error))
        elif isinstance(error, CollectError):
            found.append(error)
        elif not isinstance(error, asyncio.CancelledError):
            raise error
    return max(found, key=lambda e: e.exit_code)
