"""What every test may ask for: a laboratory, a database without rows, and a folder to keep things in."""

import gc
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from collector.store import database, hash_key
from tests import laws
from tests.lab import Lab

laws.register()

# Syncs of tests make many objects and few cycles: looking for cycles as often as Python does by default took a tenth of
# the suite's processor time.
gc.set_threshold(100_000, 10, 3)

_create_file = database.create_file


def pytest_collection_finish() -> None:
    """Keep the garbage collector from going through thousands of collected tests and their modules again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def without_waiting_for_the_disk() -> Iterator[None]:
    """Leave it to the system when it writes to the disk. What a test makes need not outlive a power failure, and each
    sync waited for the disk six times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        patch.setattr(database, "SYNCHRONOUS", "OFF")
        yield


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows: copying it is quicker than making one.

    Its pages are small: it has one for each table and index, and a thousand tests copy it.
    """
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA page_size = 1024")
        db.execute("VACUUM")
    db = database.open_database(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path


@pytest.fixture(scope="session", autouse=True)
def migrated_from_the_start(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let new databases begin with the current schema, without a key: all migrations take twenty times as long.

    Other processes and the fixture `every_migration` make theirs from nothing.
    """
    path = Path(shutil.copy(empty_database, tmp_path_factory.mktemp("migrated")))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM meta WHERE key = ?", [hash_key.FINGERPRINT])
    content = path.read_bytes()

    def create_migrated(path: Path) -> None:
        is_there = path.exists()
        _create_file(path)
        if not is_there and path.exists():
            path.write_bytes(content)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_file", create_migrated)
        yield


@pytest.fixture
def every_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let new databases begin empty, as outside of tests."""
    monkeypatch.setattr(database, "create_file", _create_file)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what the tests of a module make once."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture
def lab(tmp_path: Path, empty_database: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path, empty_database)
    yield lab
    lab.close()
