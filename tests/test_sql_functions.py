import sqlite3
import statistics
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import sql_functions

# datasette, once imported by another test, has sqlite3 report each error of a function also as unraisable.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

NUMBERS = st.lists(st.floats(-1e6, 1e6) | st.integers(-1000, 1000) | st.none(), max_size=40)


@pytest.fixture(scope="module")
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        sql_functions.register(connection)
        connection.execute("CREATE TABLE numbers (x)")
        yield connection


def asked(db: sqlite3.Connection, expression: str, values: list[float | None]) -> float | None:
    db.execute("DELETE FROM numbers")
    db.executemany("INSERT INTO numbers VALUES (?)", [(v,) for v in values])
    (found,) = db.execute(f"SELECT {expression} FROM numbers").fetchone()
    return None if found is None else float(found)


@given(values=NUMBERS, percent=st.integers(0, 100))
def test_they_are_those_of_numpy(db: sqlite3.Connection, values: list[float | None], percent: int) -> None:
    known = [v for v in values if v is not None]
    expected = float(np.percentile(known, percent)) if known else None
    assert asked(db, f"percentile(x, {percent})", values) == pytest.approx(expected)
    assert asked(db, f"percentile_cont(x, {percent / 100})", values) == pytest.approx(expected)
    assert asked(db, "median(x)", values) == pytest.approx(statistics.median(known) if known else None)
    spread = statistics.stdev(known) if len(known) > 1 else None
    assert asked(db, "stddev(x)", values) == pytest.approx(spread)


@pytest.mark.parametrize(
    "expression", ["median('much')", "percentile(x, 101)", "percentile_cont(x, 50)", "percentile(x, x * 10)"]
)
def test_what_they_do_not_take(db: sqlite3.Connection, expression: str) -> None:
    with pytest.raises(sqlite3.OperationalError, match="aggregate"):
        asked(db, expression, [1.0, 2.0])


def test_a_group_has_a_largest_size(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_functions, "MOST_VALUES", 3)
    with pytest.raises(sqlite3.OperationalError, match="aggregate"):
        asked(db, "median(x)", [1.0] * 4)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("days_between('2026-01-01T12:00:00Z', '2026-01-03T00:00:00Z')", 1.5),
        ("days_between('2026-01-01', '2026-01-03T12:00:00Z')", 2.5),
        ("days_between('2026-01-01', NULL)", None),
        ("week_of('2026-01-01T23:59:59Z')", "2025-12-29"),
        ("week_of(NULL)", None),
        ("quarter_of('2026-03-31')", "2026-Q1"),
        ("quarter_of('2026-12-01T00:00:00Z')", "2026-Q4"),
        ("quarter_of(NULL)", None),
    ],
)
def test_times(db: sqlite3.Connection, expression: str, expected: object) -> None:
    assert db.execute(f"SELECT {expression}").fetchone() == (expected,)
