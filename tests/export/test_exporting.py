"""What goes out comes back the same in another engine."""

import gc
import json
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from collector.errors import DatabaseError, UsageError
from collector.export import exporting, writers
from collector.export.shapes import Shape, shapes
from collector.store import database, hash_key
from tests.made import Book

NASTY = [
    "",
    "plain",
    'a "quoted", one',
    "two\nlines\r\nthree",
    "\ttab",
    "NULL",
    "=1+1",
    "naïve 漢字 🚀",
    "'; --",
    "\\N",
]
READERS = {
    "parquet": "SELECT * FROM read_parquet('{}')",
    # Quoted is text, also when it is empty; what is not quoted and empty is NULL.
    "csv": "SELECT * FROM read_csv('{}', header = true, all_varchar = true, allow_quoted_nulls = false, "
    "quote = '\"', escape = '\"', delim = ',', new_line = '\\n', strict_mode = false)",
    "jsonl": "SELECT * FROM read_json('{}', format = 'newline_delimited', maximum_object_size = 10000000)",
}


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    book = Book()
    repo = book.repo()
    for number, title in enumerate(NASTY, start=1):
        at = f"2026-01-{number:02}T03:04:05Z"
        book.issue(repo, number, None if number % 3 else "ann", at, title=title, closed_at=at if number % 2 else None)
    book.db.execute("UPDATE issues SET body_length = 9007199254740993 WHERE number = 1")
    book.release(repo, "v1", "2026-01-01T00:00:00Z", None, name=None, body="x")
    book.signal("acme", "release_weeks", 0.1, low=0.05, high=None, score=1e-9, companions={"a": 1})
    return book.db


def exported(db: sqlite3.Connection, form: str, folder: Path) -> list[exporting.WrittenFile]:
    return exporting.export(db, form, folder, lambda name, done, of: None)


def read(form: str, folder: Path, table: str, order: str) -> list[dict[str, Any]]:
    file = str(folder / f"{table}.{form}")
    found = duckdb.execute(f"{READERS[form].format(file)} ORDER BY {order}")
    columns = [column[0] for column in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def stored(db: sqlite3.Connection, table: str, order: str) -> list[dict[str, Any]]:
    cursor = db.execute(f"SELECT * FROM {table} ORDER BY {order}")
    return [dict(zip([c[0] for c in cursor.description], row, strict=True)) for row in cursor]


def test_parquet_has_the_right_types_and_every_value(db: sqlite3.Connection, tmp_path: Path) -> None:
    exported(db, "parquet", tmp_path / "out")
    rows = read("parquet", tmp_path / "out", "issues", "number")
    for row in rows:
        for column, value in row.items():
            if isinstance(value, datetime):
                row[column] = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert rows == stored(db, "issues", "number")
    described = duckdb.execute(f"DESCRIBE SELECT * FROM '{tmp_path}/out/issues.parquet'").fetchall()
    types = {row[0]: row[1] for row in described}
    assert (types["id"], types["title"], types["created_at"]) == ("BIGINT", "VARCHAR", "TIMESTAMP WITH TIME ZONE")
    (signal,) = read("parquet", tmp_path / "out", "signals", "signal")
    assert (signal["as_of"], signal["value"], signal["score"], signal["high"]) == (date(2026, 6, 1), 0.1, 1e-9, None)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_texts_and_numbers_come_back_from_other_forms(db: sqlite3.Connection, tmp_path: Path, form: str) -> None:
    exporting.export(db, form, tmp_path / "out", lambda *_: None, verbatim=form == "csv")
    rows = read(form, tmp_path / "out", "issues", "CAST(number AS INTEGER)")
    wanted = stored(db, "issues", "number")
    assert [(r["title"], r["closed_at"] is None, r["author"] is None) for r in rows] == [
        (r["title"], r["closed_at"] is None, r["author"] is None) for r in wanted
    ]
    assert [int(r["body_length"]) for r in rows] == [r["body_length"] for r in wanted]
    (signal,) = read(form, tmp_path / "out", "signals", "signal")
    assert (float(signal["score"]), signal["high"]) == (1e-9, None)


def test_json_lines_are_json(db: sqlite3.Connection, tmp_path: Path) -> None:
    db.execute("UPDATE signals SET low = 9e999")
    exported(db, "jsonl", tmp_path / "out")
    lines = (tmp_path / "out" / "issues.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert [json.loads(line) for line in lines] == stored(db, "issues", "rowid")
    assert json.loads((tmp_path / "out" / "signals.jsonl").read_text())["low"] is None


def test_the_forgotten_and_the_indexes_of_words_stay_here(db: sqlite3.Connection, tmp_path: Path) -> None:
    db.execute("INSERT INTO forgotten VALUES ('h', 'n', 'at')")
    exported(db, "csv", tmp_path / "out")
    names = {p.stem for p in (tmp_path / "out").iterdir()}
    assert names - {"release_work"} <= {n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert not {n for n in names if "fts" in n or n.startswith(("sqlite", "_"))} | {"forgotten"} & names


def test_the_key_of_the_hashes_is_not_exported(tmp_path: Path) -> None:
    path = tmp_path / "signals.db"
    with closing(database.open_database(path)) as db:
        exported(db, "csv", tmp_path / "out")
        key = hash_key.read(db)
    assert "hash_key_fingerprint" in (tmp_path / "out" / "meta.csv").read_text()
    assert all(key not in p.read_text(encoding="utf-8") for p in (tmp_path / "out").iterdir())


def test_what_a_killed_export_left_is_deleted_by_the_next(db: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".issues.csv.99999999.0123abcd.part").write_text("half")
    exported(db, "csv", tmp_path / "out")
    assert not [p.name for p in (tmp_path / "out").iterdir() if p.name.startswith(".")]


def test_a_tables_name_cannot_lead_out_of_the_folder(db: sqlite3.Connection, tmp_path: Path) -> None:
    for name in ("../evil", "/tmp/evil", "a b", 'x"; DROP TABLE issues; --', "Upper"):
        quoted = name.replace('"', '""')
        db.execute(f'CREATE TABLE "{quoted}" (a TEXT, "b""; --" INTEGER)')
    db.execute('CREATE TABLE odd (a TEXT, "b""; --" INTEGER)')
    db.execute("INSERT INTO odd VALUES ('x', 1)")
    names = {s.name for s in shapes(db)}
    assert "odd" in names
    assert all(name.isidentifier() and name.islower() for name in names)
    exported(db, "csv", tmp_path / "out")
    assert (tmp_path / "out" / "odd.csv").read_text() == '"a","b""; --"\n"x",1\n'
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_export_that_fails_leaves_the_last_one(db: sqlite3.Connection, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    exported(db, "csv", folder)
    (folder / "mine.txt").write_text("keep")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    db.execute("DELETE FROM issues")

    def fail(name: str, done: int, of: int) -> None:
        if name == "signals":
            raise OSError(28, "No space left on device")

    with pytest.raises(Exception, match="is full"):
        exporting.export(db, "csv", folder, fail)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    exported(db, "csv", folder)
    assert (folder / "issues.csv").read_text().count("\n") == 1
    assert (folder / "mine.txt").read_text() == "keep"


def test_a_disk_that_fills_up_within_a_table_leaves_nothing_open(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(shape: Shape, rows: Iterable[object], path: Path) -> int:
        for _ in rows:
            raise OSError(28, "No space left on device")
        return 0

    monkeypatch.setitem(writers.WRITERS, "csv", full)
    with pytest.raises(DatabaseError, match="is full") as told:
        exported(db, "csv", tmp_path / "out")
    db.close()
    del told
    gc.collect()  # an error here becomes a warning, and so a failure


def test_a_file_is_no_folder(db: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(UsageError, match="is a file"):
        exported(db, "csv", tmp_path / "out")
    with pytest.raises(UsageError, match="cannot be written"):
        exported(db, "csv", tmp_path / "no" / "out")


def test_without_pyarrow_it_says_how_to_get_it(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "executable", "/my project/bin/python")
    with pytest.raises(UsageError, match="'/my project/bin/python' -m pip install 'pyarrow>=18' "):
        exported(db, "parquet", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "title", ['=HYPERLINK("https://example.org")', "+1", "-1", "@SUM(A1)", "\tx", "\rx", "plain =x", ""]
)
def test_csv_has_no_formulas_unless_it_is_for_programs(tmp_path: Path, title: str) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("CREATE TABLE odd (title TEXT)")
        db.execute("INSERT INTO odd VALUES (?)", [title])
        quoted = title.replace('"', '""')
        exporting.export(db, "csv", tmp_path, lambda *_: None)
        guard = "'" if title and title[0] in "=+-@\t\r" else ""
        assert (tmp_path / "odd.csv").read_bytes().decode() == f'"title"\n"{guard}{quoted}"\n'
        exporting.export(db, "csv", tmp_path, lambda *_: None, verbatim=True)
        assert (tmp_path / "odd.csv").read_bytes().decode() == f'"title"\n"{quoted}"\n'
