"""Rows are inserted as they are given, however many, and wherever they have NULLs."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.sql import Value, insert

COLUMNS = ("a", "b", "c", "d")
values = st.none() | st.integers(-5, 5) | st.sampled_from(["", "0", "text"]) | st.booleans()
ranges = st.tuples(st.integers(0, 120), st.lists(values, min_size=4, max_size=4))


@given(st.lists(ranges, max_size=4))
def test_all_rows_are_there_in_their_order(given: list[tuple[int, list[Value]]]) -> None:
    rows = [row for times, row in given for _ in range(times)]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE numbers (a, b, c, d)")
        insert(db, "INSERT OR FAIL INTO numbers", COLUMNS, (tuple(row) for row in rows))
        assert db.execute("SELECT * FROM numbers ORDER BY rowid").fetchall() == [tuple(row) for row in rows]


def test_the_callers_transaction_undoes_the_rows_before_one_that_is_refused() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("CREATE TABLE numbers (a UNIQUE)")
        db.execute("BEGIN")
        with pytest.raises(sqlite3.IntegrityError):
            insert(db, "INSERT OR FAIL INTO numbers", ("a",), ((n % 30,) for n in range(60)))
        db.execute("ROLLBACK")
        assert db.execute("SELECT count(*) FROM numbers").fetchone() == (0,)
