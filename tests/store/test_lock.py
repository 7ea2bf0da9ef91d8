"""One sync at a time, and a crash leaves no lock behind."""

import errno
import os
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from collector import atomic_files
from collector.errors import AlreadyRunning, DatabaseError
from collector.store import lock
from tests.lab import Lab

NOW = "2026-01-01T00:00:00Z"


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each wait, which takes no time."""
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


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


def test_holder_that_could_not_be_written_down(tmp_path: Path, naps: list[float]) -> None:
    path = tmp_path / "signals.db"
    (tmp_path / "signals.db.lock.holder").mkdir()  # as unwritable as a file on a full disk
    told = pytest.raises(AlreadyRunning, match=r"Another command is working on .*: another process")
    with lock.held(path, NOW), told, lock.held(path, NOW):
        pass
    assert sum(naps) >= 60


@pytest.mark.parametrize("task", ["upkeep", "forget"])
def test_other_commands_are_waited_for_up_to_a_minute(tmp_path: Path, naps: list[float], task: lock.Task) -> None:
    path = tmp_path / "signals.db"
    told = pytest.raises(
        AlreadyRunning, match=rf"`collect {task}` is working on .*: process \d+ on .*, since 2026-01-01"
    )
    with lock.held(path, NOW, task), told as raised, lock.held(path, NOW):
        pass
    assert "sync" not in str(raised.value)
    assert raised.value.exit_code == 75
    assert 60 <= sum(naps) < 61


def test_it_goes_on_as_soon_as_the_other_command_ends(
    tmp_path: Path, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, upkeep = tmp_path / "signals.db", ExitStack()
    upkeep.enter_context(lock.held(path, NOW, "upkeep"))

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            upkeep.close()

    monkeypatch.setattr(time, "sleep", nap)
    with lock.held(path, NOW):
        pass
    assert len(naps) == 3


def test_sync_is_not_waited_for(tmp_path: Path, naps: list[float]) -> None:
    path = tmp_path / "signals.db"
    told = pytest.raises(AlreadyRunning, match="Another sync of")
    with lock.held(path, NOW), told, lock.held(path, NOW, "upkeep"):
        pass
    assert naps == []


def test_note_of_a_killed_command_does_not_stay_when_the_disk_is_full(
    tmp_path: Path, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "signals.db"
    (tmp_path / "signals.db.lock.holder").write_text("sync: process 1 on nowhere, since 2020-01-01T00:00:00Z\n")

    def full(*values: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(atomic_files, "write_text", full)
    told = pytest.raises(AlreadyRunning, match="another process")
    with lock.held(path, NOW, "upkeep"), told, lock.held(path, NOW):
        pass


def test_lock_file_is_never_replaced_nor_emptied(tmp_path: Path) -> None:
    path, file = tmp_path / "signals.db", tmp_path / "signals.db.lock"
    file.write_text("kept")
    before = file.stat().st_ino
    with lock.held(path, NOW):
        assert file.stat().st_ino == before
    assert (file.stat().st_ino, file.read_text()) == (before, "kept")


def test_lock_file_that_is_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "signals.db.lock").symlink_to("precious")
    with pytest.raises(DatabaseError, match="cannot be written"), lock.held(tmp_path / "signals.db", NOW):
        pass
    assert (tmp_path / "precious").read_text() == "kept"
