"""The database file: made, opened, refused with a clear sentence."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from collector.errors import DatabaseError
from collector.store import database, hash_key, lock, migrations


def names(db: sqlite3.Connection) -> set[str]:
    return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_new_database_has_the_whole_schema(tmp_path: Path) -> None:
    with closing(database.open_database(tmp_path / "signals.db")) as db:
        assert {"commits", "issues", "sync_state", "signals", "releases_fts", "issues_fts"} <= names(db)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_the_program_waits_for_the_disk_as_the_tests_do_not(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from collector.store.database import open_database
print(*open_database(Path(sys.argv[1])).execute("PRAGMA synchronous").fetchone())
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "signals.db")],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    normal = 1  # with 0, a power failure may damage the file: https://www.sqlite.org/pragma.html#pragma_synchronous
    assert int(done.stdout) >= normal


def test_opening_again_changes_nothing_and_keeps_the_key(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    with closing(database.open_database(path)) as db:
        key, schema = hash_key.read(db), names(db)
    with closing(database.open_database(path)) as db:
        assert hash_key.read(db) == key
        assert names(db) == schema
    with closing(database.open_database(tmp_path / "other.db")) as db:
        assert hash_key.read(db) != key


def test_only_its_owner_can_read_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    umask = os.umask(0o022)
    try:
        with closing(database.open_database(path)) as db:
            db.execute("INSERT INTO meta VALUES ('a', 'b')")
            assert {p.name: p.stat().st_mode & 0o777 for p in tmp_path.iterdir()} == {
                "signals.db": 0o600,
                "signals.db-wal": 0o600,
                "signals.db-shm": 0o600,
                "signals.db.key": 0o600,
            }
    finally:
        os.umask(umask)


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="is a folder"):
        database.open_database(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be opened"):
        database.open_database(tmp_path / "no" / "signals.db")


def test_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="There is no database"):
        database.open_database(tmp_path / "signals.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    path.write_text("Dear diary, " * 100)
    with pytest.raises(DatabaseError, match="is not a SQLite database"):
        database.open_database(path)
    assert path.read_text().startswith("Dear diary")


def test_damaged(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    database.open_database(path).close()
    content = bytearray(path.read_bytes())
    content[100:] = b"\x5a" * (len(content) - 100)
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match="is damaged"):
        database.open_database(path)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    """SQLite's error message repeats what the file says, which Python then cannot decode."""
    path = tmp_path / "signals.db"
    database.open_database(path).close()
    with pytest.raises(DatabaseError, match="is damaged"), database.plain_words(path):
        b"\xb0".decode("utf-8")


def test_newer(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    with closing(database.open_database(path)) as db:
        columns = "migration_set, name, applied_at"
        db.execute(f"INSERT INTO _sqlite_migrations ({columns}) VALUES ('collect', '099_from_the_future', '')")
    with pytest.raises(DatabaseError, match="newer version of collect \\(099_from_the_future\\)"):
        database.open_database(path)


def test_another_programs(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE photos (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="another program"):
        database.open_database(path)
    assert path.read_bytes() == before


@pytest.mark.usefixtures("every_migration")
def test_creation_is_one_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails, nothing is left but an empty database, which the next command fills."""
    path = tmp_path / "signals.db"

    def fail(*values: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(hash_key, "establish", fail)
        with pytest.raises(DatabaseError, match="disk is full"):
            database.open_database(path)
    with closing(sqlite3.connect(path)) as db:
        assert names(db) == set()
    with closing(database.open_database(path, create=False)) as db:
        assert migrations.applied(db) == migrations.known()


@pytest.mark.parametrize("content", [b"", None])
def test_empty_file_is_filled(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "signals.db"
    if content is None:
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA journal_mode = WAL")  # writes the header alone
    else:
        path.write_bytes(content)
    with closing(database.open_database(path, create=False)) as db:
        assert migrations.applied(db) == migrations.known()


@pytest.mark.parametrize("rest", [set(), {"001_facts"}, migrations.known()])
def test_interrupted_creation_of_an_earlier_version_is_completed(tmp_path: Path, rest: set[str]) -> None:
    """Killed, or a full disk, after the last of `rest` was applied and before the key was made."""
    path = tmp_path / "signals.db"
    only = Migrations("collect")
    with closing(sqlite3.connect(":memory:")) as none:
        for migration in migrations.migrations().pending(Database(none)):
            if migration.name in rest:
                only(name=migration.name)(migration.fn)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        only.apply(Database(db))
    with closing(database.open_database(path)) as db:
        assert migrations.applied(db) == migrations.known()
        assert hash_key.read(db)
        assert db.execute("SELECT count(*) FROM issues").fetchone() == (0,)


def test_a_sqlite_that_is_too_old_touches_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 33, 0))
    path = tmp_path / "signals.db"
    with pytest.raises(DatabaseError, match=r"needs SQLite 3\.34 or later"):
        database.open_database(path)
    with pytest.raises(DatabaseError, match=r"needs SQLite 3\.34 or later"), lock.held(path, "now"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("every_migration")
def test_an_older_sqlite_gets_no_strict_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with closing(database.open_database(tmp_path / "old.db")) as db:
        assert db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%STRICT%'").fetchall() == []
        assert {"commits", "issues", "sync_state", "signals", "releases_fts", "issues_fts"} <= names(db)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anything")
def test_read_only(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    database.open_database(path).close()
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(DatabaseError, match="cannot be written"), database.plain_words(path):
            database.open_database(path).execute("INSERT INTO meta VALUES ('a', 'b')")
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("database or disk is full", "The disk is full"),
        ("attempt to write a readonly database", "cannot be written"),
        ("disk I/O error", "Reading or writing the database .* failed"),
        ("unsupported file format", "is damaged"),
        ("Could not decode to UTF-8 column 'title' with text 'a'", "is damaged"),
        ("database is locked", "locked by another program"),
        ('malformed database schema (meta) - near "STRICT": syntax error', r"created with SQLite 3\.37 or later"),
    ],
)
def test_sqlite_errors_become_messages_with_a_next_step(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DatabaseError, match=sentence) as raised, database.plain_words(tmp_path / "signals.db"):
        raise sqlite3.OperationalError(text)
    assert raised.value.exit_code == 7
    assert raised.value.next_step


def test_defect_stays_a_defect(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError), database.plain_words(tmp_path / "signals.db"):
        raise sqlite3.OperationalError("no such column: x")


def test_words_are_found_in_titles_and_release_notes(tmp_path: Path) -> None:
    with closing(database.open_database(tmp_path / "signals.db")) as db:
        db.execute("INSERT INTO projects (slug, name, category) VALUES ('p', 'P', 'c')")
        columns = "id, node_id, full_name, project, role, configured_as, status, created_at, is_fork, is_archived"
        more = "is_disabled, has_issues, has_discussions, discussions, stars, forks, first_seen_at"
        db.execute(
            f"INSERT INTO repositories ({columns}, {more}) "
            "VALUES (1, 'R', 'a/b', 'p', 'core', 'a/b', 'ok', '2025', 0, 0, 0, 1, 0, 0, 0, 0, '2025')"
        )
        db.execute(
            "INSERT INTO releases (id, repository, tag_name, name, body, is_draft, is_prerelease, created_at, "
            "first_seen_at) VALUES (1, 1, 'v1', 'First', 'Mends the wallet', 0, 0, '2025', '2025')"
        )
        found = db.execute("SELECT rowid FROM releases_fts WHERE releases_fts MATCH 'wallet'").fetchall()
        assert found == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM _sqlite_migrations",
        "DELETE FROM _sqlite_migrations WHERE id = (SELECT min(id) FROM _sqlite_migrations)",
        "DROP TABLE meta",
    ],
)
def test_lost_tables_and_lost_records_of_migrations_are_told(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "signals.db"
    database.open_database(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)
    with pytest.raises(DatabaseError, match="does not have the tables of this program"):
        database.open_database(path)


def test_another_programs_meta_is_told(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE meta (name TEXT, other INTEGER)")
    with pytest.raises(DatabaseError, match="another program's"):
        database.open_database(path)
