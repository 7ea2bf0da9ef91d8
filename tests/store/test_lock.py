"""One sync at a time, and a crash leaves no lock behind."""

from pathlib import Path

import pytest

from collector.errors import AlreadyRunning, DatabaseError
from collector.store import lock
from tests.lab import Lab

NOW = "2026-01-01T00:00:00Z"


def test_second_sync_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    told = pytest.raises(AlreadyRunning, match=r"process \d+ on .*, since 2026-01-01")
    with lock.held(path, NOW), told as raised, lock.held(path, NOW):
        pass
    assert raised.value.exit_code == 75
    with lock.held(path, NOW):
        pass


def test_lock_file_left_behind_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    (tmp_path / "signals.db.lock").write_text("")
    (tmp_path / "signals.db.lock.holder").write_text("process 1, long ago")
    with lock.held(path, NOW):
        pass


def test_lock_is_freed_when_the_run_fails(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    with pytest.raises(RuntimeError, match="broken"), lock.held(path, NOW):
        raise RuntimeError("broken")
    with lock.held(path, NOW):
        pass


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="There is no folder"), lock.held(tmp_path / "no" / "signals.db", NOW):
        pass
    assert not (tmp_path / "no").exists()


def test_sync_while_another_runs(lab: Lab) -> None:
    lab.repository()
    with lock.held(lab.path, NOW), pytest.raises(AlreadyRunning):
        lab.sync()
    assert lab.server.log == []


def test_lock_holds_by_whatever_name_the_database_is_called(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(tmp_path / "signals.db")
    with lock.held(tmp_path / "signals.db", NOW), pytest.raises(AlreadyRunning), lock.held(link, NOW):
        pass


def test_holder_that_could_not_be_written_down(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    (tmp_path / "signals.db.lock.holder").mkdir()  # as unwritable as a file on a full disk
    with lock.held(path, NOW), pytest.raises(AlreadyRunning, match="another process"), lock.held(path, NOW):
        pass
