"""Times that cannot be true, as earlier versions stored them, do no harm any more."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from collector.store import database, future_times
from collector.store.write import transaction
from tests.lab import Lab

NOW = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture
def synced(lab: Lab) -> Lab:
    repo = lab.repository(has_discussions=True)
    repo.issue("One", lab.bob, "2025-06-01")
    repo.discussion("How?", lab.bob, "2025-06-01")
    lab.sync()
    return lab


@pytest.mark.parametrize("wrong", ["9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "2025-02-30T00:00:00Z", "tomorrow"])
def test_migration_forgets_them(synced: Lab, wrong: str) -> None:
    for column in ("watermark", "witnessed_at", "sweep_witnessed_at"):
        synced.change(f"UPDATE sync_state SET {column} = ? WHERE kind = 'issues'", wrong)
    synced.change("UPDATE sync_state SET witnessed_at = ? WHERE kind = 'commits'", wrong)
    synced.change("INSERT OR REPLACE INTO meta VALUES ('github_time', ?)", wrong)
    oids = synced.query("SELECT watermark FROM sync_state WHERE kind = 'commits'")
    synced.change("DELETE FROM _sqlite_migrations WHERE name = '016_future_times'")
    with time_machine.travel(NOW, tick=False):
        database.open_database(synced.path).close()
    found = synced.query("SELECT watermark, witnessed_at, sweep_witnessed_at FROM sync_state WHERE kind = 'issues'")
    assert found == [(None, None, None)]
    assert synced.query("SELECT witnessed_at FROM sync_state WHERE kind = 'commits'") == [None]
    assert synced.query("SELECT watermark FROM sync_state WHERE kind = 'commits'") == oids
    assert synced.query("SELECT value FROM meta WHERE key = 'github_time'") == []
    synced.repo.issue("Two", synced.bob)
    assert synced.night().exit_code == 0
    assert synced.differences() == {}


def test_true_times_stay(synced: Lab) -> None:
    before = synced.query("SELECT * FROM sync_state"), synced.query("SELECT * FROM meta")
    with closing(sqlite3.connect(synced.path, isolation_level=None)) as db, transaction(db):
        future_times.delete(db, NOW)
        future_times.redate(db, NOW)
    assert (synced.query("SELECT * FROM sync_state"), synced.query("SELECT * FROM meta")) == before


def test_late_arrivals_that_a_witness_of_the_future_made_are_deleted(tmp_path: Path) -> None:
    seen = "2026-01-02T00:00:00Z"
    with closing(database.open_database(tmp_path / "signals.db")) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        for key, witness in (("a", "9999-12-31T23:59:59Z"), ("b", "2026-01-01T00:00:00Z"), ("c", "no time")):
            db.execute(
                "INSERT INTO late_arrivals VALUES ('issues', ?, 1, '2025-01-01T00:00:00Z', ?, ?)", [key, witness, seen]
            )
        future_times.delete(db, NOW)
        assert db.execute("SELECT key FROM late_arrivals").fetchall() == [("b",)]


@pytest.mark.parametrize("kind", ["issues", "discussions"])
def test_watermark_of_the_future_is_repaired_by_the_next_sync(synced: Lab, kind: str) -> None:
    """Also when this machine's clock was as wrong at the migration."""
    synced.change("UPDATE sync_state SET watermark = '2028-01-01T00:00:00Z' WHERE kind = ?", kind)
    synced.world.move(days=1)
    for thread in synced.repo.threads.values():
        thread.comment(synced.alice)
    assert synced.sync().exit_code == 0
    assert synced.differences() == {}
    assert (synced.query("SELECT watermark FROM sync_state WHERE kind = ?", kind)[0] or "") < "2026-01-03"
