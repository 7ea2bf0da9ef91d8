import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collector import clock
from collector.errors import AlreadyRunning
from collector.store import lock
from collector.store.database import open_database
from collector.upkeep import cleanup

NOW = clock.from_text("2026-07-01T00:00:00Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Five runs, the second of which was the last that changed anything."""
    path = tmp_path / "signals.db"
    with closing(open_database(path)) as db:
        for n, (at, inserted) in enumerate(
            [("2024-01-01", 5), ("2024-02-01", 7), ("2024-03-01", 0), ("2026-06-01", 0), ("2026-06-02", 0)], start=1
        ):
            db.execute(
                "INSERT INTO sync_runs (id, started_at, finished_at, inserted) VALUES (?, ?, ?, ?)",
                [n, f"{at}T00:00:00Z", f"{at}T00:01:00Z", inserted],
            )
            db.execute(
                "INSERT INTO sync_errors (run, repository, kind, error, at) VALUES (?, 'a/b', 'x', 'y', 'z')", [n]
            )
            db.execute("INSERT INTO sync_run_parts VALUES (?, 'a/b', 'tags', 'done', 0, 0, 0, 0, 0)", [n])
    return path


def runs(path: Path, table: str = "sync_runs", column: str = "id") -> list[int]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute(f"SELECT {column} FROM {table} ORDER BY 1")]


def test_old_records_go_but_the_last_and_the_last_that_changed_anything(path: Path) -> None:
    assert cleanup.clean_up(path, NOW, keep_days=100).runs == 2
    assert runs(path) == runs(path, "sync_errors", "run") == runs(path, "sync_run_parts", "run") == [2, 4, 5]
    assert cleanup.clean_up(path, NOW, keep_days=1).runs == 1
    assert runs(path) == [2, 5]
    assert cleanup.clean_up(path, NOW, keep_days=1).runs == 0


def test_the_file_is_compacted_only_when_that_pays(path: Path) -> None:
    with closing(open_database(path)) as db:
        db.executemany("INSERT INTO meta VALUES (?, ?)", [[f"key {n}", "x" * 900] for n in range(3000)])
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert not cleanup.clean_up(path, NOW, keep_days=400).compacted
    full = path.stat().st_size
    with closing(open_database(path)) as db:
        db.execute("DELETE FROM meta WHERE key GLOB 'key *'")
    done = cleanup.clean_up(path, NOW, keep_days=400)
    assert done.compacted
    assert done.size_after == path.stat().st_size < full / 2
    assert not path.with_name(path.name + "-wal").exists()


def test_not_while_a_sync_is_at_work(path: Path) -> None:
    with lock.held(path, "2026-07-01T00:00:00Z"), pytest.raises(AlreadyRunning):
        cleanup.clean_up(path, NOW, keep_days=1)
    assert runs(path) == [1, 2, 3, 4, 5]
