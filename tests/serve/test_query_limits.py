"""What one query of a visitor can compute and return at most. benchmarks/serve.py measures memory and time."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

# datasette opens databases in memory that it leaves to be closed.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")

SERIES = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) "


@pytest.fixture
def ask(get: Callable[..., Any]) -> Callable[[str], Any]:
    """The answer of datasette to a query."""
    return lambda sql: get("/signals.json", sql=sql, _shape="array")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT zeroblob(100000000)",
        "SELECT hex(randomblob(1000000))",
        "SELECT replace(hex(zeroblob(100000)), '0', '0123456789')",
        SERIES + "SELECT group_concat(hex(randomblob(1000))) FROM n",
        SERIES + "SELECT json_group_array(hex(randomblob(1000))) FROM n",
        SERIES + "SELECT hex(randomblob(20000)) FROM n",
        SERIES + "SELECT " + ", ".join(f"hex(randomblob(200)) AS c{n}" for n in range(90)) + " FROM n",
        "SELECT hex(zeroblob(100000)) LIKE '" + "%0" * 5000 + "1'",
        "ATTACH ':memory:' AS other",
        "SELECT printf('%.*c', 2000000000, 'x')",
        "SELECT FORMAT('%.2000000000c', 'x')",
    ],
)
def test_a_query_that_wants_too_much_is_refused(ask: Callable[[str], Any], sql: str) -> None:
    answer = ask(sql)
    assert answer.status_code == 400
    assert len(answer.content) < 200_000


def test_a_query_of_usual_size_is_answered(ask: Callable[[str], Any]) -> None:
    assert len(ask(SERIES + "SELECT i, hex(randomblob(2000)) AS x FROM n").json()) == 1000
    assert ask("SELECT length(hex(zeroblob(125000))) AS n").json() == [{"n": 250_000}]


def test_each_query_is_measured_by_itself(ask: Callable[[str], Any]) -> None:
    for _ in range(6):
        assert ask(SERIES + "SELECT hex(randomblob(4000)) FROM n").status_code == 200


@pytest.mark.parametrize("is_any", [False, True], ids=["the visitor's query", "any query"])
def test_a_lack_of_memory_is_an_error_of_the_query_and_no_traceback(
    get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], is_any: bool
) -> None:
    def row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        if is_any or values == ("much",):
            raise MemoryError
        return make(cursor, values)

    make = sqlite3.Row
    monkeypatch.setattr(sqlite3, "Row", row)
    for page in ("/signals.json", "/signals"):
        answer = get(page, sql="SELECT 'much'")
        assert answer.status_code == 400
        assert "needs more memory than one query may use" in answer.text
    assert "Traceback" not in capsys.readouterr().err
