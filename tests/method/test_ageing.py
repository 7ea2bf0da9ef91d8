"""What waits has waited longer on a later date."""

import sqlite3
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from collector.method.ageing import days_later, waiting
from collector.method.window import Window
from tests.made import AS_OF

LATER = Window(AS_OF)


@given(st.integers(0, 4_000_000_000), st.integers(1, 6))
def test_a_time_is_the_same_float_as_that_between_the_two_moments(seconds: int, days: int) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        before, after = db.execute("SELECT ?1 / 86400.0, (?1 + ?2 * 86400) / 86400.0", [seconds, days]).fetchone()
    assert days_later(before, days) == after


def test_only_what_still_waits_has_waited_longer() -> None:
    row = waiting({"days": "answered", "anyone_days": "answered_by_anyone"}).row
    half = {"days": 2.5, "answered": 0, "anyone_days": 1.5, "answered_by_anyone": 1, "author": 7}
    assert row(half, 3, LATER) == half | {"days": 5.5}
    for over in ({"answered": 1}, {"withdrawn_at": "2026-05-01T00:00:00Z"}):
        assert row(half | over, 3, LATER) == half | over
    assert row(half | {"withdrawn_at": None}, 3, LATER) == half | {"withdrawn_at": None, "days": 5.5}
