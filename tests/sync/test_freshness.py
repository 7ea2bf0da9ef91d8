"""A list that was looked at is complete as of that night, whether or not anything in it was new."""

import sqlite3

import pytest

from collector import clock
from collector.method import compute as method
from tests.lab import Lab


@pytest.mark.parametrize(
    ("threads", "days"), [(0, 1), pytest.param(0, 7, marks=pytest.mark.variants), (60, 7), (260, 1)]
)
def test_a_quiet_list_stays_fresh(lab: Lab, threads: int, days: int) -> None:
    repo = lab.repository()
    for n in range(threads):
        repo.issue(f"Issue {n}", lab.bob, f"2025-{n % 9 + 3:02}-{n % 28 + 1:02}")

    def compute(db: sqlite3.Connection) -> None:
        method.compute(db, lab.config(), clock.date_of(clock.from_text(lab.world.now)))

    fault = lab.server.fail(" Issues ", "node_timeout", nodes=2000)  # small pages: some are due every night
    assert lab.sync().exit_code == 0
    assert bool(fault.struck) == bool(threads)
    for night in range(8):
        lab.world.move(days=days)
        report = lab.sync(after=compute) if night in (0, 7) else lab.sync()
        assert report.exit_code == 0
        lists = "SELECT DISTINCT completed_at FROM sync_state WHERE kind <> 'advisories'"
        assert lab.query(lists) == [report.started_at]
    assert lab.query("SELECT count(DISTINCT as_of), sum(status = 'stale') FROM signals") == [(2, 0)]
