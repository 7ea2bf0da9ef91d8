import gzip
import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from collector.errors import DatabaseError, UsageError
from collector.store import database, hash_key, migrations
from collector.store.database import open_database
from collector.store.write import transaction
from collector.upkeep import backup


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "signals.db"
    with closing(open_database(path)) as db, transaction(db):
        db.executemany("INSERT INTO meta VALUES (?, 'x')", [[f"key {n}"] for n in range(5000)])
    return path


def meta(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM meta").fetchone()[0])


def test_the_copy_is_whole_and_alone(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    done = backup.back_up(path, folder / "a.db", overwrite=False)
    assert [p.name for p in folder.iterdir()] == ["a.db"]
    assert done.size == (folder / "a.db").stat().st_size
    assert meta(folder / "a.db") == meta(path)
    open_database(folder / "a.db", create=False).close()


@pytest.fixture
def little_room() -> Iterator[None]:
    """No file can grow beyond 40,000 bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_fills_up_is_left_as_it_was(path: Path, tmp_path: Path, little_room: None) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(DatabaseError, match="disk"):
        backup.back_up(path, folder / "a.db", overwrite=False)
    assert list(folder.iterdir()) == []


def test_what_is_not_committed_is_not_in_it_and_what_is_only_in_the_log_is(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        before = meta(path)
        writer.execute("INSERT INTO meta VALUES ('committed', '')")
        assert path.with_name(path.name + "-wal").stat().st_size > 0
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM meta")
        backup.back_up(path, tmp_path / "copy.db", overwrite=False)
        writer.execute("ROLLBACK")
    assert meta(tmp_path / "copy.db") == before + 1


def test_a_writer_at_work_neither_waits_nor_spoils_it(path: Path, tmp_path: Path) -> None:
    """Two rows are always written together: no copy may hold one without the other."""
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as db:
            n = 0
            while not stop.is_set():
                n += 1
                db.execute("BEGIN IMMEDIATE")
                db.execute("INSERT INTO meta VALUES (?, '')", [f"left {n}"])
                db.execute("INSERT INTO meta VALUES (?, '')", [f"right {n}"])
                db.execute("COMMIT")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(5):
            backup.back_up(path, tmp_path / f"{n}.db", overwrite=False)
    finally:
        stop.set()
        writer.join()
    for n in range(5):
        with closing(sqlite3.connect(tmp_path / f"{n}.db")) as db:
            count = "SELECT count(*) FROM meta WHERE key GLOB '{} *'"
            left, right = (db.execute(count.format(side)).fetchone() for side in ("left", "right"))
            assert left == right


def test_nothing_is_overwritten_unasked(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(UsageError, match="already exists"):
        backup.back_up(path, target, overwrite=False)
    assert target.read_text() == "precious"
    backup.back_up(path, target, overwrite=True)
    assert meta(target) == meta(path)


def test_the_database_itself_is_no_target(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(path)
    for target in (path, tmp_path / "link.db"):
        with pytest.raises(UsageError, match="is the database itself"):
            backup.back_up(path, target, overwrite=True)
    with pytest.raises(UsageError, match="is the hash key of the database"):
        backup.back_up(path, hash_key.file_of(path), overwrite=True)
    with pytest.raises(UsageError, match="is a folder"):
        backup.back_up(path, tmp_path, overwrite=True)
    with pytest.raises(UsageError, match="There is no folder"):
        backup.back_up(path, tmp_path / "no" / "copy.db", overwrite=True)


def test_a_damaged_database_leaves_the_old_copy(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    backup.back_up(path, target, overwrite=False)
    good = target.read_bytes()
    content = bytearray(path.read_bytes())
    content[30_000:90_000] = b"\x5a" * 60_000
    path.write_bytes(content)
    with pytest.raises(DatabaseError):
        backup.back_up(path, target, overwrite=True)
    assert target.read_bytes() == good
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.db", "signals.db", "signals.db.key"]


def test_a_copy_that_is_not_sound_is_thrown_away(path: Path, tmp_path: Path) -> None:
    loosen = "UPDATE sqlite_master SET sql = replace(sql, '{}', '{}') WHERE name = 'meta'"
    strict, loose = "value TEXT NOT NULL", "value TEXT         "
    for sql in (loosen.format(strict, loose), "INSERT INTO meta VALUES ('odd', NULL)", loosen.format(loose, strict)):
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA writable_schema = ON")
            db.execute(sql)
            db.commit()
    with pytest.raises(DatabaseError, match=r"is damaged \(NULL value in meta"):
        backup.back_up(path, tmp_path / "copy.db", overwrite=False)
    assert not (tmp_path / "copy.db").exists()


def test_a_loop_of_symbolic_links_is_no_target(path: Path, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for with_key in (False, True):
        with pytest.raises(DatabaseError, match="cannot be written"):
            backup.back_up(path, tmp_path / "loop", overwrite=False, with_key=with_key)


def test_what_is_no_database_of_ours(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="There is no database"):
        backup.back_up(tmp_path / "none.db", tmp_path / "copy.db", overwrite=False)
    with closing(sqlite3.connect(tmp_path / "photos.db")) as db:
        db.execute("CREATE TABLE photos (id INTEGER)")
    with pytest.raises(DatabaseError, match="is not a database of collect"):
        backup.back_up(tmp_path / "photos.db", tmp_path / "copy.db", overwrite=False)


def test_only_the_owner_can_read_a_copy_also_in_place_of_another(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("old")
    target.chmod(0o644)
    backup.back_up(path, target, overwrite=True)
    assert target.stat().st_mode & 0o777 == 0o600


def test_the_key_is_copied_on_request_alone(path: Path, tmp_path: Path) -> None:
    key = hash_key.file_of(path).read_text()
    assert backup.back_up(path, tmp_path / "without.db", overwrite=False).key is None
    assert not (tmp_path / "without.db.key").exists()
    assert key.strip().encode() not in (tmp_path / "without.db").read_bytes()
    done = backup.back_up(path, tmp_path / "with.db", overwrite=False, with_key=True)
    assert done.key == str(tmp_path / "with.db.key")
    assert (tmp_path / "with.db.key").read_text() == key
    assert (tmp_path / "with.db.key").stat().st_mode & 0o777 == 0o600
    with closing(open_database(tmp_path / "with.db")) as db:
        assert hash_key.read(db) == key.strip()
    with pytest.raises(UsageError, match=r"without\.db already exists"):
        backup.back_up(path, tmp_path / "without.db", overwrite=False, with_key=True)
    (tmp_path / "third.db.key").write_text("precious")
    with pytest.raises(UsageError, match=r"third\.db\.key already exists"):
        backup.back_up(path, tmp_path / "third.db", overwrite=False, with_key=True)


@pytest.mark.skipif(sqlite3.sqlite_version_info < migrations.STRICT_SINCE, reason="written by a newer SQLite")
def test_a_copy_of_an_earlier_versions_database_has_its_key_on_request_alone(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    old.write_bytes(gzip.decompress((Path(__file__).parents[1] / "store" / "data" / "0.1.0.sqlite.gz").read_bytes()))
    before = old.read_bytes()
    with closing(sqlite3.connect(old)) as db:
        key = database.meta(db, "hash_key")
    assert key is not None
    backup.back_up(old, tmp_path / "without.db", overwrite=False)
    backup.back_up(old, tmp_path / "with.db", overwrite=False, with_key=True)
    assert key.encode() not in (tmp_path / "without.db").read_bytes()
    hash_key.write(hash_key.file_of(tmp_path / "without.db"), key)
    for name in ("without.db", "with.db"):
        with closing(open_database(tmp_path / name)) as db:
            assert hash_key.read(db) == key
    assert old.read_bytes() == before


def test_what_a_killed_backup_left_is_deleted_by_the_next(path: Path, tmp_path: Path) -> None:
    left = [tmp_path / f".copy.db.99999999.0123abcd.part{end}" for end in ("", "-journal")]
    for file in left:
        file.write_text("half")
    backup.back_up(path, tmp_path / "copy.db", overwrite=False)
    assert not any(file.exists() for file in left)


def test_a_database_that_lost_a_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    with closing(open_database(path)) as db:
        db.execute("DROP TABLE meta")
    with pytest.raises(DatabaseError, match="lacks a table of this program"):
        backup.back_up(path, tmp_path / "copy.db", overwrite=False)
