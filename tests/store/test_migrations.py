"""A database that any release wrote can be gone on with."""

import gzip
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collector.config import Config
from collector.method import compute, evidence
from collector.store import database, hash_key, migrations
from tests.made import AS_OF

pytestmark = pytest.mark.skipif(
    sqlite3.sqlite_version_info < migrations.STRICT_SINCE, reason="this SQLite cannot open what a newer one wrote"
)
STORED = sorted((Path(__file__).parent / "data").glob("*.sqlite.gz"))


@pytest.fixture(params=STORED, ids=lambda path: path.name.removesuffix(".sqlite.gz"))
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The database of a release, as it was written then."""
    path = tmp_path / "stored.db"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    return path


def schema(db: sqlite3.Connection) -> dict[str, str]:
    """Name -> the statement that made it, blanks and comments aside."""
    found = db.execute("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY 1").fetchall()
    return {name: " ".join(re.sub(r"--[^\n]*", "", sql).split()) for name, sql in found}


def lengths(db: sqlite3.Connection) -> dict[str, int]:
    """Table, or the view that one became -> how many rows it has."""
    found = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' OR name IN ("
        "'release_work', 'released_work', 'release_contents')"
    )
    names = [row[0] for row in found]
    return {n: db.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names}


def test_each_migration_has_a_number_of_its_own() -> None:
    numbers = [name.split("_")[0] for name in migrations.known()]
    assert sorted(numbers) == sorted(set(numbers)), "the number is the order in which they are applied"


def test_there_is_one_of_the_first_release() -> None:
    assert "0.1.0.sqlite.gz" in {path.name for path in STORED}


@pytest.mark.usefixtures("every_migration")
def test_it_gets_the_schema_of_a_new_one(stored: Path, tmp_path: Path) -> None:
    with closing(database.open_database(stored)) as old, closing(database.open_database(tmp_path / "new.db")) as new:
        for db in (old, new):
            evidence.store_views(db, AS_OF)
        assert schema(old) == schema(new), (
            "A statement that was released is changed only by a new migration. "
            "Before its first release: python -m tests.store.released VERSION"
        )
        assert old.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert old.execute("PRAGMA foreign_key_check").fetchall() == []


def test_it_keeps_every_row_and_its_key(stored: Path) -> None:
    with closing(sqlite3.connect(stored)) as db:
        before, key = lengths(db), database.meta(db, "hash_key")
        (new_kinds,) = db.execute("SELECT count(*) FROM sync_state WHERE kind = 'commits'").fetchone()
        before["sync_state"] += new_kinds  # the lines of commits were read with them
        before["meta"] -= 1  # what the derived tables were made by is noted per project now
    with closing(database.open_database(stored)) as db:
        after = lengths(db)
        # An update of a searched row adds blocks to its index.
        kept = [name for name in before if not re.search(r"^_sqlite|_fts_(data|idx)$", name)]
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
        assert hash_key.read(db) == key
        # Which pull request brought a commit is asked for again, from the first oid on.
        assert db.execute("SELECT target FROM sync_state WHERE kind = 'commit_sizes'").fetchall() == [("",)] * new_kinds
        assert db.execute("SELECT count(*) FROM releases_fts WHERE releases_fts MATCH 'new'").fetchone() == (1,)


def test_its_rows_stay_in_less_space(stored: Path) -> None:
    tables = ("release_versions", "release_work", "pull_request_files", "commit_parents")
    with closing(sqlite3.connect(stored)) as db:
        columns = {t: ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({t})")) for t in tables}
        before = {t: sorted(map(repr, db.execute(f"SELECT {columns[t]} FROM {t}"))) for t in tables}
    with closing(database.open_database(stored)) as db:
        assert {t: sorted(map(repr, db.execute(f"SELECT {columns[t]} FROM {t}"))) for t in tables} == before
    assert all(before.values())


def test_what_a_text_closes_becomes_a_list(stored: Path) -> None:
    with closing(sqlite3.connect(stored)) as db, db:
        db.execute("UPDATE pull_requests SET closes_repository = 'acme/x', closes_number = 1")
    with closing(database.open_database(stored)) as db:
        assert db.execute("SELECT closes FROM pull_requests").fetchall() == [('[["acme/x",1]]',)]


def test_texts_of_releases_are_measured(stored: Path) -> None:
    with closing(database.open_database(stored)) as db:
        assert db.execute("SELECT body, prose_length FROM releases").fetchall() == [("What is new", 11)]


def test_its_threads_are_to_be_read_again(stored: Path) -> None:
    with closing(database.open_database(stored)) as db:
        found = db.execute("SELECT DISTINCT kind FROM sync_state WHERE backfill = 'due' ORDER BY kind").fetchall()
        assert found == [("issues",), ("pull_requests",)]


def test_its_signals_can_be_computed(stored: Path) -> None:
    with closing(database.open_database(stored)) as db:
        db.execute("DELETE FROM derived_projects")
        compute.compute(db, Config(), AS_OF)
        found = db.execute("SELECT count(*) FROM signals WHERE as_of = ?", [AS_OF.isoformat()]).fetchone()
        assert found[0] > 0
