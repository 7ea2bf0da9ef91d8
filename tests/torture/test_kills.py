"""A short form of kills.py: killed or out of space in its first second, a command goes on in the next run."""

import random
import sqlite3

import pytest

from collector.store import migrations
from tests.torture import kills
from tests.torture.kills import Tally

OLD = pytest.mark.skipif(
    sqlite3.sqlite_version_info < migrations.STRICT_SINCE, reason="this SQLite cannot open what a newer one wrote"
)


@pytest.mark.parametrize("kind", ["open", pytest.param("migrate", marks=OLD), "sync"])
def test_killed(kind: str) -> None:
    tally = Tally()
    kills.kill(tally, kind, 4, random.Random(1))
    assert tally.wrong == []


@pytest.mark.parametrize("kind", ["open", pytest.param("migrate", marks=OLD), "sync"])
def test_full_disk(kind: str) -> None:
    tally = Tally()
    kills.fill(tally, kind, 4)
    assert tally.wrong == []
    assert tally.struck[f"limit {kind}"] > 0
