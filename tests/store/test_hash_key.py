"""The key of the hashes is beside the database, not in it: a copy of the database alone says nothing."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collector.errors import DatabaseError
from collector.store import database, hash_key
from tests.lab import Lab

KEY = "00112233445566778899aabbccddeeff"


@pytest.fixture
def path(tmp_path: Path, empty_database: Path) -> Path:
    shutil.copy(hash_key.file_of(empty_database), tmp_path / "signals.db.key")
    return Path(shutil.copy(empty_database, tmp_path / "signals.db"))


@pytest.fixture
def embedded(path: Path) -> Path:
    """A database as an earlier version left it, with the key in `meta`, and copies of it in free space."""
    hash_key.file_of(path).unlink()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("DELETE FROM meta WHERE key = 'hash_key_fingerprint'")
        db.executemany("INSERT INTO meta VALUES (?, ?)", [[f"old {n}", KEY] for n in range(100)])
        db.execute("DELETE FROM meta WHERE key GLOB 'old *'")
        db.execute("INSERT INTO meta VALUES ('hash_key', ?)", [KEY])
    assert in_files(path) > 1
    return path


def in_files(path: Path) -> int:
    """How often the key stands in the database's files."""
    files = [path, path.with_name(path.name + "-wal")]
    return sum(file.read_bytes().count(KEY.encode()) for file in files if file.exists())


def key_of(path: Path) -> str:
    with closing(database.open_database(path, create=False)) as db:
        return hash_key.read(db)


def test_key_is_not_in_the_database(path: Path) -> None:
    key = key_of(path)
    assert hash_key.file_of(path).read_text() == f"{key}\n"
    assert hash_key.file_of(path).stat().st_mode & 0o777 == 0o600
    assert key.encode() not in path.read_bytes()


def test_key_of_an_earlier_version_is_moved_out(embedded: Path) -> None:
    assert key_of(embedded) == KEY
    assert hash_key.file_of(embedded).read_text() == f"{KEY}\n"
    assert in_files(embedded) == 0
    assert key_of(embedded) == KEY


def test_move_that_was_interrupted_is_completed(embedded: Path) -> None:
    with closing(sqlite3.connect(embedded, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM meta").fetchall()
        database.open_database(embedded).close()  # the write-ahead log cannot be emptied meanwhile
        assert key_of(embedded) == KEY
    assert key_of(embedded) == KEY
    assert in_files(embedded) == 0


def test_missing_key_is_refused_when_it_is_needed(path: Path) -> None:
    hash_key.file_of(path).unlink()
    with closing(database.open_database(path, create=False)) as db:
        with pytest.raises(
            DatabaseError, match=r"hash key of .* is missing: there is no file signals\.db\.key"
        ) as told:
            hash_key.read(db)
        assert told.value.exit_code == 7
        assert "where you keep it" in str(told.value)
    assert not hash_key.file_of(path).exists()


def test_key_of_another_database_is_refused(path: Path, tmp_path: Path) -> None:
    database.open_database(tmp_path / "other.db").close()
    shutil.copy(tmp_path / "other.db.key", hash_key.file_of(path))
    with pytest.raises(DatabaseError, match="but of another database"):
        key_of(path)


@pytest.mark.parametrize("content", [b"", b"secret", b"\xff" * 32, KEY.encode() * 2])
def test_file_that_holds_no_key_is_refused(path: Path, content: bytes) -> None:
    hash_key.file_of(path).write_bytes(content)
    with pytest.raises(DatabaseError, match="does not hold a hash key"):
        key_of(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_key_file_that_is_a_pipe_is_not_waited_for(path: Path) -> None:
    hash_key.file_of(path).unlink()
    os.mkfifo(hash_key.file_of(path))
    with pytest.raises(DatabaseError, match=r"key cannot be read \(is a pipe\)"):
        key_of(path)


def test_key_of_another_database_is_not_replaced_by_an_embedded_one(embedded: Path) -> None:
    hash_key.write(hash_key.file_of(embedded), KEY[::-1])
    with pytest.raises(DatabaseError, match="but of another database"):
        database.open_database(embedded)
    assert hash_key.file_of(embedded).read_text() == f"{KEY[::-1]}\n"
    hash_key.file_of(embedded).unlink()
    assert key_of(embedded) == KEY


def test_renamed_database_is_told_where_its_key_is(path: Path, tmp_path: Path) -> None:
    database.open_database(tmp_path / "other.db").close()
    path.rename(tmp_path / "new.db")
    with pytest.raises(DatabaseError, match=r"signals\.db\.key, beside it, is the right one: rename or copy it to new"):
        key_of(tmp_path / "new.db")
    hash_key.file_of(path).rename(tmp_path / "new.db.key")
    key_of(tmp_path / "new.db")


def test_symbolic_link_to_a_database_shares_its_key(path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(path)
    assert key_of(link) == key_of(path)
    assert os.listdir(link.parent) == ["link.db"]


def test_database_in_memory_holds_its_key_itself() -> None:
    with closing(database.in_memory()) as first, closing(database.in_memory()) as second:
        assert hash_key.read(first) != hash_key.read(second)


def test_key_left_by_a_killed_creation_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    hash_key.write(hash_key.file_of(path), KEY)
    path.touch()
    assert key_of(path) == KEY


def test_sync_without_its_key_asks_github_nothing(lab: Lab) -> None:
    lab.repository()
    lab.sync()
    asked = len(lab.server.log)
    hash_key.write(hash_key.file_of(lab.path), KEY)
    with pytest.raises(DatabaseError, match="but of another database"):
        lab.sync()
    assert len(lab.server.log) == asked
