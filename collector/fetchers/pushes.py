"""The push log (REST: a repository's activity): who moved which branch from where to where, by GitHub's clock.

It only grows, so it is read newest first down to what is known; a walk that was cut short goes on from its cursor.
Source: docs.github.com, "List repository activities".
"""

from collections.abc import AsyncIterator
from datetime import timedelta

from collector import clock
from collector.fetchers import rows
from collector.fetchers.source import Source
from collector.github.models import Activity, parse
from collector.store.batches import Batch
from collector.store.state import State

OVERLAP = timedelta(hours=1)


def fingerprint(source: Source) -> str:
    """Changes with every push: to any branch, and to the default one."""
    branch = source.repository.default_branch_ref
    return f"{source.repository.pushed_at}:{branch.target.oid if branch and branch.target else None}"


async def fetch(source: Source, state: State) -> AsyncIterator[Batch]:
    """The rows of the log that are not stored yet."""
    mark = fingerprint(source)
    if state.fingerprint == mark and not state.cursor:
        return
    while True:
        resumed = state.cursor is not None
        async for batch in _walk(source, state, mark):
            yield batch
        if not resumed:
            return


async def _walk(source: Source, state: State, mark: str) -> AsyncIterator[Batch]:
    floor = ""
    if state.watermark:
        floor = clock.to_text(clock.from_text(state.watermark) - OVERLAP)
    while True:
        if state.cursor:
            found, following = await source.github.rest(state.cursor, {}, source.meter)
        else:
            path = f"/repos/{source.repository.name_with_owner}/activity"
            found, following = await source.github.rest(path, {"per_page": "100"}, source.meter)
        batch = Batch()
        moves = [parse(Activity, row, "the activity log") for row in found]
        for move in moves:
            rows.push(batch, move, source.id)
        target = state.target or (moves[0].timestamp if moves else state.watermark)
        if following is None or moves[-1].timestamp < floor:
            batch.state = {
                "fingerprint": mark,
                "watermark": target,
                "target": None,
                "cursor": None,
                "completed_at": source.now,
            }
            yield batch
            return
        batch.state = {"target": target, "cursor": following}
        yield batch
