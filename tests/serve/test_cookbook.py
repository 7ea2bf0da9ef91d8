"""Every question of docs/cookbook.md has the same answer as SQL, with pandas and in DuckDB."""

import ast
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collector.method.registry import FAMILIES
from collector.report import words
from collector.serve import descriptions
from tests.made import AS_OF
from tests.serve.conftest import book

duckdb = pytest.importorskip("duckdb")
pd = pytest.importorskip("pandas")

TEXT = (Path(__file__).parents[2] / "docs" / "cookbook.md").read_text(encoding="utf-8")
NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"
BLOCK = re.compile(r"```(?:sql|python)\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """A question in its three forms."""

    title: str
    sql: str
    pandas: str
    duckdb: str


def questions() -> list[Question]:
    parts = re.split(r"^## \d+\. ", TEXT, flags=re.MULTILINE)[1:]
    return [Question(part.splitlines()[0], *BLOCK.findall(part)) for part in parts]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where signals.db is: with signals of two dates, a year apart."""
    path = tmp_path_factory.mktemp("cookbook")
    made = book()
    made.compute(AS_OF - timedelta(weeks=52))
    made.db.execute("UPDATE scores SET score_high = 0, score_low = 0 WHERE as_of < ?", [AS_OF.isoformat()])
    made.db.execute("UPDATE scores SET score = 0 WHERE score IS NOT NULL AND as_of < ?", [AS_OF.isoformat()])
    made.db.execute("UPDATE repositories SET primary_language = 'Rust'")
    with closing(sqlite3.connect(path / "signals.db")) as stored:
        made.db.backup(stored)
    made.db.close()
    return path


@pytest.fixture
def names(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page's first lines of Python define."""
    monkeypatch.chdir(folder)
    found: dict[str, Any] = {}
    exec(BLOCK.findall(TEXT)[0], found)
    return found


def plain(rows: Any) -> list[tuple[object, ...]]:
    """Rows that compare: numbers rounded, whatever stands for nothing as None."""
    return [tuple(None if pd.isna(v) else v if isinstance(v, str) else round(float(v), 3) for v in row) for row in rows]


def test_there_are_twenty() -> None:
    assert len(questions()) == 20


@pytest.mark.parametrize("question", questions(), ids=lambda q: q.title)
def test_three_forms_have_one_answer(names: dict[str, Any], question: Question) -> None:
    db = names["db"]
    rows = plain(db.execute(question.sql))
    exec(question.pandas, names)
    assert plain(names["answer"].itertuples(index=False)) == rows
    views = set(descriptions.names(db)) & set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", question.duckdb))
    assert plain(names["in_duckdb"](question.duckdb, *sorted(views)).itertuples(index=False)) == rows
    assert rows
    db.close()


def test_as_many_people_do_half_of_the_work_as_in_the_reports(names: dict[str, Any]) -> None:
    (sql,) = (question.sql for question in questions() if question.title == "How many people do half of the work?")
    found = {project: people for project, people, _ in names["db"].execute(sql)}
    stored = names["db"].execute(
        "SELECT project, json_extract(companions, '$.contributor_absence_factor') AS people "
        "FROM latest_signals WHERE signal = 'effective_contributors' AND status = 'ok'"
    )
    reported = dict(stored.fetchall())
    assert reported
    assert {project: found.get(project) for project in reported} == reported
    names["db"].close()


def test_a_median_without_the_function_is_one(names: dict[str, Any]) -> None:
    (plain_sql,) = re.findall(r"(SELECT avg\(days\).*?\(n \+ 2\) / 2\))", TEXT, re.DOTALL)
    sql = "SELECT median(days) FROM evidence_first_response_7d WHERE counted AND answered"
    assert names["db"].execute(plain_sql).fetchone() == names["db"].execute(sql).fetchone()
    names["db"].close()


def source() -> str:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_the_notebook_draws_three_charts(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    from scripts.notebook import run

    monkeypatch.setenv("COLLECT_DB", str(folder / "signals.db"))
    drawn = run(NOTEBOOK, tmp_path)
    assert [path.read_bytes()[:4] for path in drawn] == [b"\x89PNG"] * 3
    (shown,) = re.findall(r"^WORDS = (\{.*?^\})", source(), re.DOTALL | re.MULTILINE)
    assert ast.literal_eval(shown) == {family: words.family(family) for family in FAMILIES}
    # What was drawn is of somebody's own database.
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert [cell for cell in cells if cell.get("outputs")] == []
