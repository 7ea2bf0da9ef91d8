"""A database that is split and merged is what it was, and odd sets are refused with nothing half."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.config import Config
from collector.config.model import Project
from collector.config.shards import Shard, of_shard
from collector.derive import outdated
from collector.errors import CollectError, DatabaseError, UsageError
from collector.method import compute
from collector.shards import found, splitting
from collector.store import database, hash_key, privacy, shard_rows
from collector.store.write import transaction
from tests.alone import said_of
from tests.derive.recorded import CONFIG
from tests.made import AS_OF

NOW = datetime(2026, 6, 1, tzinfo=UTC)
# Numbers that merging gives anew.
NUMBERS = {
    "work": {"id"},
    "work_paths": {"work"},
    "released_pieces": {"id", "work"},
    "release_ranges": {"release_version", "first", "last"},
    "release_days": {"release_version"},
    "release_versions": {"id"},
    "release_work": {"work"},
    "changes": {"id"},
    "sync_errors": {"id", "run"},
    "sync_runs": {"id"},
    "sync_run_parts": {"run"},
}


def quiet(name: str, done: int, of: int) -> None:
    """No progress is shown."""


def split(path: Path, folder: Path, count: int = 3) -> list[found.ShardFile]:
    return splitting.split(path, folder, count, NOW, quiet)


@pytest.fixture
def shards(path: Path, shelf: Path, tmp_path: Path) -> Path:
    """A folder with the database in three shards, split once for all tests."""
    if not (shelf / "shards").exists():
        split(path, shelf / "shards")
    return Path(shutil.copytree(shelf / "shards", tmp_path / "shards"))


def contents(path: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    """Table or view -> its rows, without numbers that merging gives anew."""
    with closing(database.open_database(path, create=False)) as db:
        out = {}
        for name in sorted(n for n in {*database.tables(db), "release_work"} if "_fts" not in n and n[0] != "_"):
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
            kept = ", ".join(f'"{c}"' for c in columns if c not in NUMBERS.get(name, ()))
            out[name] = Counter(db.execute(f"SELECT {kept or 'NULL'} FROM {name}").fetchall())
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return out


def test_what_is_split_and_merged_is_what_it_was(path: Path, tmp_path: Path) -> None:
    shards = split(path, tmp_path / "shards")
    assert sorted(slug for one in shards for slug in one.projects) == ["acme", "other", "third", "widgets"]
    assert sum("acme/engine" in one.repositories for one in shards) == 2
    assert splitting.merge(tmp_path / "shards", tmp_path / "merged.db", NOW, quiet) == 4
    before, after = contents(path), contents(tmp_path / "merged.db")
    before["meta"] = Counter({row: n for row, n in before["meta"].items() if row[0] != "derived_from"})
    # Nothing refers to the account of a bot that did nothing.
    used = {row[0] for row in after["accounts"]}
    before["accounts"] = Counter({row: n for row, n in before["accounts"].items() if row[0] in used})
    # After a split or merge, signals are computed anew.
    notes = {"changed_accounts", "computed_projects"}
    assert {name for name in before if before[name] != after[name]} - notes == set()
    assert all(rows for name, rows in before.items() if name in ("commits", "release_work", "signals", "changes"))
    assert hash_key.file_of(path).read_text() == hash_key.file_of(tmp_path / "merged.db").read_text()


def test_a_shard_holds_its_projects_as_they_were(path: Path, tmp_path: Path) -> None:
    shards = split(path, tmp_path / "shards")
    whole = said(path, [slug for one in shards for slug in one.projects])
    for one in shards:
        assert said(one.path, one.projects) == {slug: whole[slug] for slug in one.projects}


def said(path: Path, slugs: Collection[str]) -> dict[str, dict[str, list[str]]]:
    with closing(database.open_database(path, create=False)) as db:
        return said_of(db, CONFIG, slugs, [date(2025, 6, 9), AS_OF])


def test_of_a_shared_repository_the_facts_that_were_read_last_are_merged(path: Path, tmp_path: Path) -> None:
    shards = {slug: one.path for one in split(path, tmp_path / "shards") for slug in one.projects}
    with closing(database.open_database(shards["third"])) as db, transaction(db):
        (engine,) = db.execute("SELECT id FROM repositories WHERE full_name = 'acme/engine'").fetchone()
        outdated.remove(db, "third")
        db.execute("DELETE FROM pushes WHERE id = (SELECT max(id) FROM pushes WHERE repository = ?)", [engine])
        later = "UPDATE sync_state SET completed_at = '2026-07-01T00:00:00Z' WHERE kind = 'commits' AND repository = ?"
        db.execute(later, [engine])
        db.execute("UPDATE repositories SET stars = 77 WHERE id = ?", [engine])
    splitting.merge(tmp_path / "shards", tmp_path / "merged.db", NOW, quiet)
    before, after = contents(path), contents(tmp_path / "merged.db")
    assert len(before["pushes"]) - len(after["pushes"]) == 1
    assert before["project_repositories"] == after["project_repositories"]
    assert before["signals"] == after["signals"]
    with closing(database.open_database(tmp_path / "merged.db")) as db:
        assert db.execute("SELECT stars, project FROM repositories WHERE id = ?", [engine]).fetchone() == (77, "acme")
        # What was derived in the other shard from facts that are gone is derived again.
        assert db.execute("SELECT project FROM derived_projects ORDER BY 1").fetchall() == [("other",)]
        compute.prepare(db, CONFIG)
        assert db.execute("SELECT count(*) FROM landings WHERE project = 'acme'").fetchone()[0] > 9


def test_a_merged_database_finds_its_words(path: Path, tmp_path: Path) -> None:
    split(path, tmp_path / "shards")
    splitting.merge(tmp_path / "shards", tmp_path / "merged.db", NOW, quiet)
    with closing(sqlite3.connect(tmp_path / "merged.db")) as db:
        assert db.execute("SELECT count(*) FROM issues_fts WHERE issues_fts MATCH 'breaks'").fetchone() == (1,)


@given(st.lists(st.from_regex(r"[a-z0-9]{1,9}", fullmatch=True), unique=True, max_size=20), st.integers(1, 9))
def test_a_project_is_in_one_shard_of_a_set(slugs: list[str], count: int) -> None:
    config = Config(projects=tuple(Project(slug, slug, ("tests",)) for slug in slugs))
    parts = [of_shard(config, Shard(number, count)).projects for number in range(1, count + 1)]
    assert sorted(p.slug for part in parts for p in part) == sorted(slugs)


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "-1/2", "a/b", "1/2/3"])
def test_what_is_no_shard(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Shard.parse(text)


def test_an_account_that_one_shard_forgot_is_forgotten_in_all(path: Path, tmp_path: Path) -> None:
    with closing(database.open_database(path)) as db:
        shards = {slug: one.path for one in split(path, tmp_path / "shards") for slug in one.projects}
        (ann,) = db.execute("SELECT id FROM accounts WHERE login = 'ann'").fetchone()
    with closing(database.open_database(shards["widgets"])) as db, transaction(db):
        pseudonym = privacy.forget(db, "ann", "2026-06-01T00:00:00Z").name
    splitting.merge(tmp_path / "shards", tmp_path / "merged.db", NOW, quiet)
    with closing(database.open_database(tmp_path / "merged.db")) as db:
        assert db.execute("SELECT login FROM accounts WHERE id = ? OR login = 'ann'", [ann]).fetchall() == []
        (ident,) = db.execute("SELECT id FROM accounts WHERE login = ?", [pseudonym]).fetchone()
        assert db.execute("SELECT count(DISTINCT repository) FROM pushes WHERE actor = ?", [ident]).fetchone()[0] > 1
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def a_whole_database(folder: Path) -> None:
    database.open_database(folder / "zzz.db").close()


def a_missing_shard(folder: Path) -> None:
    (folder / "shard-2-of-3.db").unlink()


def a_shard_twice(folder: Path) -> None:
    shutil.copy(folder / "shard-2-of-3.db", folder / "copy.db")


def an_older_shard(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "shard-2-of-3.db")) as db, db:
        db.execute("DELETE FROM _sqlite_migrations WHERE name = (SELECT max(name) FROM _sqlite_migrations)")


def a_newer_shard(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "shard-2-of-3.db")) as db, db:
        (newest,) = db.execute("SELECT max(name) FROM _sqlite_migrations").fetchone()
        db.execute("UPDATE _sqlite_migrations SET name = '999_future' WHERE name = ?", [newest])


def a_project_twice(folder: Path) -> None:
    for n in (1, 2):
        with closing(sqlite3.connect(folder / f"shard-{n}-of-3.db")) as db, db:
            db.execute("INSERT INTO projects (slug, name, category) VALUES ('twice', 'T', 'c')")


def another_set(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "shard-2-of-3.db")) as db, db:
        db.execute("UPDATE meta SET value = '2/5' WHERE key = 'shard'")


def another_key(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "shard-2-of-3.db")) as db, db:
        db.execute("UPDATE meta SET value = 'x' WHERE key = 'hash_key_fingerprint'")


def no_database(folder: Path) -> None:
    (folder / "shard-2-of-3.db").write_text("not a database, but long enough to be looked at " * 9)


@pytest.mark.parametrize(
    ("spoil", "meant"),
    [
        (a_whole_database, "is a whole database, not a shard"),
        (a_missing_shard, "lacks shard 2 of 3"),
        (a_shard_twice, "Shard 2/3 is in .* twice"),
        (an_older_shard, "of an older version of collect"),
        (a_newer_shard, "of a newer version of collect"),
        (a_project_twice, "twice is in two shards, shard-1-of-3.db and shard-2-of-3.db. It belongs to shard-"),
        (another_set, "several sets: of 3 and of 5"),
        (another_key, "different hash keys"),
        (no_database, "is not a SQLite database"),
    ],
)
def test_an_odd_set_is_not_merged(shards: Path, tmp_path: Path, spoil: Any, meant: str) -> None:
    spoil(shards)
    before = {p.name for p in tmp_path.iterdir()}
    with pytest.raises(DatabaseError, match=meant):
        splitting.merge(shards, tmp_path / "merged.db", NOW, quiet)
    assert {p.name for p in tmp_path.iterdir()} == before


def test_what_is_there_is_not_overwritten(path: Path, tmp_path: Path) -> None:
    split(path, tmp_path / "shards")
    for error in (
        lambda: split(path, tmp_path / "shards"),
        lambda: splitting.merge(tmp_path / "shards", path, NOW, quiet),
        lambda: split(tmp_path / "shards" / "shard-1-of-3.db", tmp_path / "again"),
    ):
        with pytest.raises(UsageError):
            error()
    assert not (tmp_path / "again").exists()


COMMANDS: dict[str, Callable[[Path, Path], object]] = {
    "split": lambda path, folder: split(path, folder / "other"),
    "merge": lambda path, folder: splitting.merge(folder / "shards", folder / "merged.db", NOW, quiet),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_leaves_nothing_half(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    split(path, tmp_path / "shards")
    before = {p.name for p in tmp_path.iterdir()}
    calls = []

    def full(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(shard_rows, "copy_projects" if command == "split" else "add", full)
    with pytest.raises(CollectError, match=r"disk is full: \S+/(other|merged\.db) cannot grow") as caught:
        COMMANDS[command](path, tmp_path)
    assert caught.value.exit_code == 7
    assert {p.name for p in tmp_path.iterdir()} == before
