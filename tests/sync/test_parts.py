"""What the parts of a sync hold in memory."""

from typing import Any

import pytest

from collector.store.batch import Batch, Counts
from collector.sync import parts, run
from collector.sync.storekeeper import Storekeeper


def test_nothing_of_a_page_is_held_while_the_next_one_is_waited_for(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = lab.repository()
    for n in range(250):
        repo.issue(f"Issue {n}", lab.bob, "2025-03-01")
    held: list[tuple[int, int]] = []
    written: list[Batch] = []
    write = Storekeeper.write

    async def watched(keeper: Storekeeper, batch: Batch, progress: Any) -> Counts:
        issues = [b for b in written if "issues" in b.rows]
        held.append((len(batch.rows.get("issues", ())), len(issues)))
        written.append(batch)
        return await write(keeper, batch, progress)

    monkeypatch.setattr(Storekeeper, "write", watched)
    lab.sync()
    assert sum(new for new, _ in held) == 250
    assert {before for new, before in held if new} == {0}


def test_so_many_parts_are_at_work_at_once_and_no_more(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        lab.repository(f"example/part{n}")
    batches, at_work, most = parts._batches, 0, 0

    async def watched(*arguments: Any) -> Any:
        found = await batches(*arguments)

        async def counted() -> Any:
            nonlocal at_work, most
            at_work += 1
            most = max(most, at_work)
            async for batch in found:
                yield batch
            at_work -= 1

        return counted()

    monkeypatch.setattr(parts, "_batches", watched)
    lab.sync()
    assert most == run.PARTS_AT_ONCE
    assert lab.differences() == {}
