import json
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from collector.export import exporting
from collector.store.database import open_database
from tests.command import Collect


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_every_table_of_the_demo_comes_back_as_long_as_it_was(run: Collect, form: str, database: Path) -> None:
    result = run("export", "--format", form, "out", "--json")
    assert result.exit_code == 0, result.stderr
    written = json.loads(result.stdout)
    assert {"signals", "commits", "accounts", "landings"} <= {w["table"] for w in written}
    assert {p.name for p in Path("out").glob(f"*.{form}")} == {Path(w["file"]).name for w in written}
    assert Path("out/manifest.json").exists() == (form == "parquet")
    with closing(sqlite3.connect(database)) as db:
        for w in written:
            (wanted,) = db.execute(f"SELECT count(*) FROM {w['table']}").fetchone()
            assert w["rows"] == wanted, w["table"]
            if wanted:
                found = duckdb.execute(f"SELECT count(*) FROM '{w['file']}'").fetchall()
                assert found == [(wanted,)], w["table"]


def test_again_in_place_of_the_last_and_in_words(run: Collect, database: Path) -> None:
    for _ in range(2):
        result = run("export", "--format", "csv", "out")
        assert result.exit_code == 0
    assert "tables with" in result.stdout
    assert "written to out" in result.stdout
    assert [p.name for p in Path().iterdir() if "part" in p.name] == []


def test_it_needs_a_format_and_a_database(run: Collect) -> None:
    assert run("export", "out").exit_code == 2
    assert run("export", "--format", "csv", "out").exit_code == 7


def test_one_moment_for_all_tables(own_database: Path, tmp_path: Path) -> None:
    path = own_database
    with closing(open_database(path)) as db, closing(sqlite3.connect(path, isolation_level=None)) as writer:

        def meanwhile(name: str, done: int, of: int) -> None:
            if name == "accounts":
                writer.execute("UPDATE signals SET value = -1")

        exporting.export(db, "csv", tmp_path / "out", meanwhile)
        assert writer.execute("SELECT count(*) FROM signals WHERE value = -1").fetchone()[0] > 0
    assert ",-1.0," not in (tmp_path / "out" / "signals.csv").read_text()
