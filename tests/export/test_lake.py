"""The partitions hold what the database holds, and only those that changed are written again."""

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from collector.export import exporting, lake
from collector.method import evidence
from collector.method.registry import BY_KEY
from collector.shards import splitting
from collector.store import database, hash_key
from tests.shards.conftest import computed as computed  # a fixture, like the next
from tests.shards.conftest import path as path


def exported(folder: Path, *sources: tuple[Path, str]) -> lake.Manifest:
    made = lake.Lake(folder)
    for source, shard in sources:
        with closing(database.open_database(source)) as db:
            made.add(db, shard, lambda *_: None)
    return made.finish()


@pytest.fixture(scope="module")
def whole(computed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, lake.Manifest]:
    """An export of the whole database, which no test changes, and its manifest."""
    folder = tmp_path_factory.mktemp("whole")
    source = Path(shutil.copy(computed, folder / "signals.db"))
    shutil.copy(hash_key.file_of(computed), hash_key.file_of(source))
    return folder / "out", exported(folder / "out", (source, lake.WHOLE))


@pytest.fixture
def out(whole: tuple[Path, lake.Manifest], tmp_path: Path) -> Path:
    """A copy of that export."""
    return Path(shutil.copytree(whole[0], tmp_path / "out"))


def read(folder: Path, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    found = f"read_parquet('{folder}/{table}/**/*.parquet', hive_partitioning = true)"
    return duckdb.execute(f"SELECT {columns} FROM {found} ORDER BY ALL").fetchall()


def changed(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(sql)


def test_every_row_is_there_by_project_and_date(path: Path, whole: tuple[Path, lake.Manifest]) -> None:
    out, manifest = whole
    with closing(database.open_database(path)) as db:
        # A repository of several projects is in the partition of each.
        members = "JOIN project_repositories AS b ON b.repository = "
        for table, columns, join in (
            ("commits", "project, repository, oid, headline", f"{members} t.repository"),
            (
                "pull_request_files",
                "project, pull_request, path",
                f"JOIN pull_requests AS p ON p.id = t.pull_request {members} p.repository",
            ),
            ("issues", "project, id, title", f"{members} t.repository"),
            ("repositories", "project, id, role", f"{members} t.id"),
            ("project_repositories", "project, repository, role", ""),
            ("landings", "project, repository, oid, exclusion", ""),
            ("accounts", "id, login", ""),
            ("changes", "id, key", ""),
            ("signals", "project, signal, status, value, score", ""),
            ("scores", "project, family, score", ""),
            ("score_letters", "project, family, letters", ""),
        ):
            named = ", ".join(f"b.{c}" if join and c in ("project", "role") else f"t.{c}" for c in columns.split(", "))
            rows = db.execute(f"SELECT {named} FROM {table} AS t {join}").fetchall()
            assert sorted(map(repr, read(out, table, columns))) == sorted(map(repr, rows)), table
            assert manifest.tables[table].rows == len(rows)
    assert (out / "signals" / "project=acme" / "as_of=2026-06-01" / "data.parquet").exists()
    assert manifest.as_of == "2026-06-01"


def test_the_evidence_of_the_latest_date_is_there_with_its_types(path: Path, whole: tuple[Path, lake.Manifest]) -> None:
    out, manifest = whole
    with closing(database.open_database(path)) as db:
        evidence.materialise(db, date(2026, 6, 1))
        for key in BY_KEY:
            name = f"evidence_{key}"
            (count,) = db.execute(f"SELECT count(*) FROM {name}").fetchone()
            assert manifest.tables[name].rows == count
    described = {
        row[0]: row[1]
        for row in duckdb.execute(f"DESCRIBE SELECT * FROM '{out}/evidence_active_weeks/*/data.parquet'").fetchall()
    }
    assert (described["counted"], described["reason"]) == ("BIGINT", "VARCHAR")


def test_only_what_changed_is_written_again(path: Path, out: Path, whole: tuple[Path, lake.Manifest]) -> None:
    again = exported(out, (path, lake.WHOLE))
    assert (again.written, again.unchanged, again.deleted) == (0, whole[1].written, 0)
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*.parquet")}
    changed(path, "UPDATE issues SET title = 'other' WHERE repository = (SELECT id FROM repositories "
                  "WHERE project = 'widgets')")  # fmt: skip
    assert exported(out, (path, lake.WHOLE)).written == 1
    after = {p: p.stat().st_mtime_ns for p in out.rglob("*.parquet")}
    assert [str(p.relative_to(out)) for p in after if after[p] != before[p]] == ["issues/project=widgets/data.parquet"]


def test_what_is_no_more_is_deleted(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with closing(sqlite3.connect(path)) as db, db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(signals)")]
        values = ", ".join("'2026-05-25'" if column == "as_of" else column for column in columns)
        db.execute(f"INSERT INTO signals SELECT {values} FROM signals")
    exported(out, (path, lake.WHOLE))
    changed(path, "DELETE FROM signals WHERE as_of = '2026-05-25' AND project = 'acme'")
    changed(path, "DELETE FROM reviews")
    assert exported(out, (path, lake.WHOLE)).deleted >= 2
    assert {p.parent.name for p in (out / "signals" / "project=acme").rglob("*.parquet")} == {"as_of=2026-06-01"}
    assert not list((out / "reviews").rglob("*.parquet"))


def test_a_damaged_partition_is_written_again(path: Path, out: Path) -> None:
    (out / "commits" / "project=acme" / "data.parquet").write_bytes(b"half")
    assert exported(out, (path, lake.WHOLE)).written == 1


def test_a_set_of_shards_is_read_as_one(path: Path, tmp_path: Path, whole: tuple[Path, lake.Manifest]) -> None:
    shards = splitting.split(path, tmp_path / "shards", 2, datetime(2026, 6, 1, tzinfo=UTC), lambda *_: None)
    exported(tmp_path / "set", *((one.path, f"{one.shard.number}-of-2") for one in shards))
    for table in ("commits", "issues", "signals", "scores", "evidence_active_weeks", "evidence_first_response_7d"):
        assert read(tmp_path / "set", table) == read(whole[0], table)
    assert not (tmp_path / "set" / "score_letters").exists()


def test_an_export_of_other_shards_leaves_nothing_of_the_earlier_ones(path: Path, tmp_path: Path, out: Path) -> None:
    shards = splitting.split(path, tmp_path / "shards", 2, datetime(2026, 6, 1, tzinfo=UTC), lambda *_: None)
    as_one = [(one.path, f"{one.shard.number}-of-2") for one in shards]
    exported(tmp_path / "set", *as_one)

    def files(folder: Path) -> set[Path]:
        return {found.relative_to(folder) for found in folder.rglob("*.parquet")}

    before = files(out)
    with closing(database.open_database(path)) as db:
        exporting.export(db, "parquet", out, lambda *_: None)
    exported(out, *as_one)
    assert files(out) == files(tmp_path / "set")
    exported(out, (path, lake.WHOLE))
    assert files(out) == before


def test_the_full_disk_of_a_partition_is_told(path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {p: p.read_bytes() for p in out.rglob("*.parquet")}

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lake, "parquet", full)
    changed(path, "UPDATE issues SET title = 'other'")
    with pytest.raises(OSError, match="No space left"):
        exported(out, (path, lake.WHOLE))
    assert {p: p.read_bytes() for p in out.rglob("*.parquet")} == before


def test_the_questions_of_the_page_have_answers(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")
    questions = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(out)
    assert len(questions) == 6
    for question in questions:
        assert duckdb.execute(question).fetchall(), question


def test_a_project_is_not_looked_for_in_the_rows_of_all(path: Path, tmp_path: Path) -> None:
    """An export would otherwise take time in proportion to the square of the projects."""
    asked: list[str] = []
    with closing(database.open_database(path)) as db:
        db.set_trace_callback(asked.append)
        lake.Lake(tmp_path / "out").add(db, lake.WHOLE, lambda *_: None)
        db.set_trace_callback(None)
        scanned = set()
        for statement in asked:
            found = re.search(r'FROM "(\w+)" WHERE (?!TRUE)', statement)
            if found and statement.startswith("SELECT"):
                plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
                scanned |= {found[1] for step in plan if step.startswith(f"SCAN {found[1]}")}
    assert scanned <= {"late_arrivals"}  # few, and no index has their repository
