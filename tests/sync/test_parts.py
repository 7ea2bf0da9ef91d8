"""What the parts of a sync hold in memory."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from collector.store import write
from collector.store.batch import Batch, Counts
from collector.sync import run
from collector.sync.fetchers import commit_details, commits, pushes, releases_and_tags, tag_ancestry, threads
from tests.lab import Lab


def test_nothing_of_a_page_is_held_while_the_next_one_is_waited_for(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = lab.repository()
    for n in range(250):
        repo.issue(f"Issue {n}", lab.bob, "2025-03-01")
    held: list[tuple[int, int]] = []
    written: list[Batch] = []
    store = write.write

    def watched(db: sqlite3.Connection, batch: Batch, *values: Any) -> Counts:
        issues = [b for b in written if "issues" in b.rows]
        held.append((len(batch.rows.get("issues", ())), len(issues)))
        written.append(batch)
        return store(db, batch, *values)

    monkeypatch.setattr(write, "write", watched)
    lab.sync()
    assert sum(new for new, _ in held) == 250
    assert {before for new, before in held if new} == {0}


def test_so_many_parts_are_at_work_at_once_and_no_more(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        lab.repository(f"example/part{n}")
    at_work = most = 0

    def counted(fetch: Callable[..., AsyncIterator[Batch]]) -> Callable[..., AsyncIterator[Batch]]:
        async def batches(*arguments: Any) -> AsyncIterator[Batch]:
            nonlocal at_work, most
            at_work += 1
            most = max(most, at_work)
            async for batch in fetch(*arguments):
                yield batch
            at_work -= 1

        return batches

    for fetcher in (releases_and_tags, commits, commit_details, threads, pushes, tag_ancestry):
        monkeypatch.setattr(fetcher, "fetch", counted(fetcher.fetch))
    lab.sync()
    assert most == run.PARTS_AT_ONCE
    assert lab.differences() == {}
