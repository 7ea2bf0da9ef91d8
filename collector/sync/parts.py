"""Sync one repository in parts: one kind of activity each, fetched and stored page by page."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

from collector.derive.history import is_null
from collector.errors import BudgetExhausted, CollectError
from collector.github.client import GitHub, Meter, NotAccepted, NotThere, RequestFailed
from collector.github.models import OddAnswer, RepositoryState
from collector.store import state as states
from collector.store.batch import Batch, Counts
from collector.sync import defects
from collector.sync.fetchers import (
    advisories,
    branch_commits,
    commit_details,
    commit_paths,
    commits,
    pushes,
    releases_and_tags,
    tag_ancestry,
    threads,
)
from collector.sync.fetchers.needs import Needs
from collector.sync.fetchers.pagination import Incomplete
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.texts import Texts
from collector.sync.storekeeper import Storekeeper

# Parts that use the page size of another kind.
_SIZES = {
    "rewritten_history": "commits",
    "tag_ancestry": "commits",
    "commit_sizes": "sizes",
    "commit_paths": "paths",
    "branch_commits": "branches",
}


@dataclass
class Part:
    """The result of syncing one kind of activity of one repository."""

    repository: str
    kind: str
    outcome: str = "unchanged"  # done | unchanged | failed | stopped
    meter: Meter = field(default_factory=Meter)
    counts: Counts = field(default_factory=Counts)
    error: str | None = None
    defect: bool = False  # whether `error` is a defect of this program


@dataclass
class Work:
    """Resources shared by all parts of a run.

    `slots` limits the parts that run at once, and thereby the pages in memory.
    """

    github: GitHub
    store: Storekeeper
    texts: Mapping[int, Texts]  # by repository
    slots: asyncio.Semaphore
    parts: list[Part] = field(default_factory=list)
    needs: Needs = field(default_factory=Needs)
    fully_read: set[int] = field(default_factory=set)  # repositories of which this run read every list to its end
    asking: Callable[[str], None] = lambda what: None
    stopped: BudgetExhausted | None = None  # the first limit of the run that was reached


async def repository(work: Work, shown: RepositoryState) -> list[Part]:
    """Sync all kinds of activity of one repository. A part that fails is recorded and does not stop the others."""
    # Whatever GitHub did not serve in the batched query is recorded there, and not fetched in this run.
    kinds = [kind for kind in states.KINDS if kind != "discussions" or shown.discussions is not None]
    progress = await _progress(work, shown)
    if advisories.is_due(progress(advisories.KIND), work.store.now, work.store.github_time):
        kinds.append(advisories.KIND)
    done = await asyncio.gather(*(_part(work, shown, progress(kind)) for kind in kinds))
    # These follow oids that pushes, releases and tags name. Advisories name none.
    if all(p.outcome in ("done", "unchanged") for p in done if p.kind != advisories.KIND):
        for kind in ("rewritten_history", "tag_ancestry"):
            done.append(await _part(work, shown, progress(kind)))
        work.fully_read.add(shown.database_id)
    return list(done)


async def backfill_commits(work: Work, shown: RepositoryState) -> list[Part]:
    """Backfill missing details of single commits. Call it after everything else of all repositories is stored.

    Paths are fetched only after complete lists: otherwise a pull request's commit would be taken for a direct push.
    """
    kinds = ["commit_sizes", *(["commit_paths", "branch_commits"] if shown.database_id in work.fully_read else [])]
    progress = await _progress(work, shown)
    return [await _part(work, shown, progress(kind)) for kind in kinds]


async def _progress(work: Work, shown: RepositoryState) -> Callable[[str], states.State]:
    """Return a function that returns the stored progress of a kind of activity. Each part changes only its own."""
    stored = await work.store.read(states.load_all, shown.database_id)
    return lambda kind: stored.get(kind) or states.State(shown.database_id, kind)


async def _part(work: Work, shown: RepositoryState, progress: states.State) -> Part:
    """Fetch and store one kind of activity from its progress on. Raises only errors that stop the whole run."""
    part = Part(shown.name_with_owner, progress.kind, outcome="stopped")
    work.parts.append(part)
    try:
        stored = await _fetch(work, shown, part, progress)
        part.outcome = "done" if stored else "unchanged"
    except BudgetExhausted as error:
        # The other parts continue: they may need no more of this limit, or have requests in flight.
        work.stopped = work.stopped or error
    except (RequestFailed, OddAnswer, NotThere, Incomplete) as error:
        part.outcome, part.error = "failed", str(error)
    except CollectError:
        raise
    except Exception as error:
        part.outcome, part.error, part.defect = "failed", defects.describe(error, work.github), True
    return part


async def _fetch(work: Work, shown: RepositoryState, part: Part, progress: states.State) -> bool:
    """Fetch a part and store it batch by batch. Returns whether there was anything to store.

    A cursor of an earlier run may have expired: when GitHub refuses it, the pass restarts from the beginning, once.
    """
    held = (progress.cursor, progress.sweep_cursor)
    try:
        return await _pass(work, shown, part, progress)
    except (NotAccepted, NotThere) as error:
        if isinstance(error, NotAccepted):
            await work.store.write(Batch(state={"cursor": None, "sweep_cursor": None, "sweep_edge": None}), progress)
        now = (progress.cursor, progress.sweep_cursor)
        if not any(before is not None and after is None for before, after in zip(held, now, strict=True)):
            raise
    await _pass(work, shown, part, progress)
    return True


async def _pass(work: Work, shown: RepositoryState, part: Part, progress: states.State) -> bool:
    """Fetch a part once, from its stored progress on. Returns whether there was anything to store."""
    source = Source(
        github=work.github,
        repository=shown,
        start=work.store.start,
        now=work.store.now,
        github_time=work.store.github_time,
        texts=work.texts[shown.database_id],
        meter=part.meter,
        pages=work.github.pages(_SIZES.get(part.kind, part.kind), progress.page_size),
        read=work.store.read,
    )
    stored = False
    async with work.slots:
        work.asking(f"{part.repository}, {part.kind.replace('_', ' ')}")
        async for batch in await _batches(work, source, progress, part.kind):
            # Kept for each list: one with a heavy object must not slow down all others of its kind.
            batch.state.setdefault("page_size", source.pages.size)
            part.counts += await work.store.write(batch, progress)
            # Free the memory of this page before waiting for the next one.
            batch.clear()
            stored = True
    if stored:
        work.github.learn_size(source.pages)
    return stored


async def _batches(work: Work, source: Source, progress: states.State, kind: str) -> AsyncIterator[Batch]:
    match kind:
        case "releases":
            return releases_and_tags.fetch(source, progress, releases_and_tags.RELEASES)
        case "tags":
            return releases_and_tags.fetch(source, progress, releases_and_tags.TAGS)
        case "commits":
            return commits.fetch(source, progress)
        case "commit_sizes":
            return commit_details.fetch(source, progress, work.needs)
        case "commit_paths":
            return commit_paths.fetch(source, progress, work.needs)
        case "branch_commits":
            return branch_commits.fetch(source, progress, work.needs)
        case "issues":
            return threads.fetch(source, progress, threads.ISSUES)
        case "pull_requests":
            return threads.fetch(source, progress, threads.PULL_REQUESTS)
        case "discussions":
            return threads.fetch(source, progress, threads.DISCUSSIONS)
        case "pushes":
            return pushes.fetch(source, progress)
        case "advisories":
            return advisories.fetch(source, progress)
        case "rewritten_history":
            return commits.fetch_rewritten(source, await source.read(_dropped_heads, source))
        case "tag_ancestry":
            return tag_ancestry.fetch(source)
    raise CollectError(f"There is no kind {kind}.")


def _dropped_heads(db: sqlite3.Connection, source: Source) -> list[str]:
    """Return former heads of the default branch that are not stored yet.

    They were removed by a force push or with the branch, or are the last ones of a former default branch, which may
    have moved after the last sync that saw it as the default.
    """
    branch = source.repository.default_branch_ref
    found = db.execute(
        "SELECT head FROM (SELECT before_oid AS head FROM pushes WHERE repository = :repository AND ref = :ref "
        "AND kind IN ('force_push', 'branch_deletion') AND pushed_at >= :start "
        "UNION SELECT (SELECT p.after_oid FROM pushes AS p WHERE p.repository = :repository "
        "AND p.ref = 'refs/heads/' || c.old AND p.pushed_at >= :start AND p.pushed_at <= c.seen_at "
        "AND p.kind <> 'branch_deletion' ORDER BY p.pushed_at DESC, p.id DESC LIMIT 1) FROM changes AS c "
        "WHERE c.\"table\" = 'repositories' AND c.key = CAST(:repository AS TEXT) "
        "AND c.\"column\" = 'default_branch') "
        "WHERE NOT EXISTS (SELECT 1 FROM commits AS c WHERE c.repository = :repository AND c.oid = head) "
        "AND NOT EXISTS (SELECT 1 FROM history_boundaries AS b WHERE b.repository = :repository AND b.oid = head)",
        {"repository": source.id, "ref": f"refs/heads/{branch.name if branch else ''}", "start": source.start},
    )
    return [head for (head,) in found if head is not None and not is_null(head)]
