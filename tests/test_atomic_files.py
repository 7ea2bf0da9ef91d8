"""A file that is replaced is the old one or the new one, whole, at any moment."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from collector.atomic_files import replacing, write_text

ENDED = 99_999_999  # greater than the number of any process


def test_old_file_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text("old")
    with replacing(path) as beside:
        beside.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


def test_old_file_stays_on_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text("new")

    def fill(beside: Path) -> None:
        beside.write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space"), replacing(path) as beside:
        fill(beside)
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["report.md"]


def test_what_was_written_is_on_the_disk_before_the_old_file_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.md"
    told: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_sync(fd: int) -> None:
        told.append("sync")
        fsync(fd)

    def noted_replace(self: Path, target: Path) -> Path:
        told.append("replace")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    write_text(path, "new")
    assert told == ["sync", "replace", "sync"]


def test_permissions(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    umask = os.umask(0o022)
    try:
        write_text(path, "new")
        assert path.stat().st_mode & 0o777 == 0o644
        path.chmod(0o640)
        write_text(path, "newer")
        assert path.stat().st_mode & 0o777 == 0o640
        write_text(path, "newest", private=True)
        assert path.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(umask)


def test_own_symbolic_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link.md").symlink_to("there/report.md")
    write_text(tmp_path / "link.md", "new")
    write_text(tmp_path / "link.md", "newer")
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "there" / "report.md").read_text() == "newer"


def test_symbolic_link_of_another_user_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "precious").write_text("old")
    link = tmp_path / "report.md"
    link.symlink_to("precious")
    owner = 4_000
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    lstat = Path.lstat
    monkeypatch.setattr(
        Path, "lstat", lambda self: os.stat_result([*lstat(self)[:4], owner, *lstat(self)[5:]])
    )  # as if `owner` had placed it
    with pytest.raises(PermissionError, match="belongs to another user"):
        write_text(link, "new")
    assert (tmp_path / "precious").read_text() == "old"


def test_loop_of_symbolic_links(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError) as raised:  # noqa: PT011 - the number is checked
        write_text(tmp_path / "a", "new")
    assert raised.value.errno == errno.ELOOP


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write_text(tmp_path, "new")
    with pytest.raises(FileNotFoundError):
        write_text(tmp_path / "no" / "report.md", "new")


def test_pipe_is_written_to(tmp_path: Path) -> None:
    words = (
        "from pathlib import Path; from collector.atomic_files import write_text; write_text(Path('/dev/stdout'), 'x')"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", words], cwd=root, capture_output=True, check=True)
    assert done.stdout == b"x"
    write_text(Path(os.devnull), "new")
    assert not Path(os.devnull).is_file()


def test_leftovers_of_killed_runs_go_and_those_of_running_ones_stay(tmp_path: Path) -> None:
    path = tmp_path / "report [1].md"
    names = [f".report [1].md.{process}.0123abcd.part" for process in (ENDED, os.getpid())]
    left = [tmp_path / name for name in (*names, f"{names[0]}-wal")]
    kept = [
        tmp_path / name
        for name in (
            f".report [1].md.{os.getppid()}.0123abcd.part",
            f".report 1.md.{ENDED}.0123abcd.part",
            ".report [1].md.notes.0123abcd.part",
        )
    ]
    for file in (*left, *kept):
        file.write_text("half")
    write_text(path, "whole")
    assert path.read_text() == "whole"
    assert [file.name for file in left if file.exists()] == []
    assert all(file.exists() for file in kept)
