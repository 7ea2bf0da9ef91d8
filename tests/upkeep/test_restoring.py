"""A restored backup, older than what GitHub still lists, is brought up to date by one sync."""

from pathlib import Path

import pytest

from collector.errors import DatabaseError
from collector.store import hash_key
from collector.upkeep import backup, forgetting
from tests.lab import Lab


def work(lab: Lab, day: int) -> None:
    repo = lab.repo
    repo.issue(f"Issue of day {day}", lab.bob).comment(lab.alice)
    repo.push(repo.commit(f"Work of day {day}", lab.alice), by=lab.alice)
    repo.release(f"v{day}", lab.alice)


@pytest.fixture
def restored(lab: Lab) -> Lab:
    """A database restored from a backup with its key, after half a year in which much happened."""
    lab.repository()
    for day in range(3):
        work(lab, day)
        lab.night()
    forgetting.forget(lab.path, "bob", "2026-01-04T00:00:00Z")
    copy = lab.folder / "backups" / "copy.db"
    copy.parent.mkdir()
    backup.back_up(lab.path, copy, overwrite=False, with_key=True)
    for day in range(3, 9):
        lab.world.move(days=30)
        work(lab, day)
    lab.repo.threads[1].delete()
    for file in lab.folder.glob("signals.db*"):
        file.unlink()
    lab.path.write_bytes(copy.read_bytes())
    return lab


def test_next_sync_fetches_all_that_happened_since(restored: Lab) -> None:
    key = restored.folder / "backups" / "copy.db.key"
    hash_key.file_of(restored.path).write_bytes(key.read_bytes())
    assert restored.sync().exit_code == 0
    for _ in range(8):
        assert restored.night().exit_code == 0
    numbers = restored.query("SELECT number FROM issues WHERE gone_at IS NULL ORDER BY number")
    assert numbers == [number for number in range(1, 10) if number != 1]
    assert restored.query("SELECT count(*) FROM commits WHERE gone_at IS NULL") == [10]
    assert restored.query("SELECT count(*) FROM pushes") == [10]
    assert restored.query("SELECT * FROM late_arrivals") == []
    # Who was forgotten before the backup stays forgotten.
    logins = restored.query("SELECT login FROM accounts ORDER BY login")
    assert "bob" not in logins
    assert sum(login.startswith("forgotten-") for login in logins) == 1


def test_without_the_key_nothing_is_changed(restored: Lab) -> None:
    before = restored.path.read_bytes()
    hash_key.file_of(restored.path).unlink(missing_ok=True)
    copied = hash_key.file_of(restored.empty)
    assert Path(copied).exists()
    hash_key.file_of(restored.path).write_bytes(copied.read_bytes()[::-1].strip() + b"\n")
    with pytest.raises(DatabaseError, match="but of another database"):
        restored.sync()
    assert restored.path.read_bytes() == before
