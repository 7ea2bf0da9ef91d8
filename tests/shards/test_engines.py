"""Shards that are computed side by side have the signals that one database has, also when workers die."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from collector.errors import CollectError, UsageError
from collector.method import compute
from collector.shards import engines, splitting
from collector.shards.computing import Computation
from collector.store import database
from tests.derive.recorded import CONFIG
from tests.made import AS_OF
from tests.shards.workers import DiesOnce

DATES = (date(2026, 4, 6), AS_OF)
ENGINES = [
    "processes",
    pytest.param("dask", marks=[pytest.mark.filterwarnings("default"), pytest.mark.dask]),
]


@pytest.fixture(autouse=True)
def _installed(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("dask"):
        pytest.importorskip("distributed", reason="Dask is not installed")


@pytest.fixture
def shards(path: Path, tmp_path: Path) -> list[Path]:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    made = splitting.split(path, tmp_path / "shards", 3, now, lambda *_: None)
    paths = [one.path for one in made if one.projects]
    for one in paths:
        with closing(sqlite3.connect(one)) as db, db:
            db.execute("DELETE FROM signals")
            db.execute("DELETE FROM meta WHERE key = 'derived_from'")
    return paths


def signals(paths: Sequence[Path]) -> list[tuple[Any, ...]]:
    rows = []
    for path in paths:
        with closing(database.connect(path, "ro")) as db:
            rows += db.execute("SELECT * FROM signals").fetchall()
            rows += db.execute("SELECT * FROM project_facts").fetchall()
    return sorted(rows, key=repr)


def whole(path: Path) -> list[tuple[Any, ...]]:
    """The signals of the undivided database."""
    with closing(database.open_database(path)) as db:
        db.execute("DELETE FROM meta WHERE key = 'derived_from'")
        for day in DATES:
            compute.compute(db, CONFIG, day)
    return signals([path])


@pytest.mark.parametrize("engine", ENGINES)
def test_the_signals_are_those_of_one_database(
    engine: engines.Engine, path: Path, shards: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    done: list[Path] = []
    engines.run(engine, None, Computation(CONFIG, DATES), shards, lambda path, _: done.append(path))
    assert sorted(done) == sorted(shards)
    assert signals(shards) == whole(path)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_shard_whose_worker_dies_is_done_again(
    engine: engines.Engine, path: Path, shards: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    counts: dict[Path, int] = {}
    work = DiesOnce(Computation(CONFIG, DATES), (shards[0].name,))
    engines.run(engine, None, work, shards, counts.__setitem__)
    assert sorted(counts) == sorted(shards)
    assert signals(shards) == whole(path)


def test_a_shard_whose_workers_all_die_is_named_and_the_others_are_done(shards: list[Path]) -> None:
    done: list[Path] = []
    work = DiesOnce(Computation(CONFIG, DATES), (shards[0].name,), always=True)
    with pytest.raises(
        CollectError, match=rf"1 of {len(shards)} shards failed. {shards[0].name}: its worker"
    ) as caught:
        engines.run("processes", None, work, shards, lambda path, _: done.append(path))
    assert caught.value.exit_code == 3
    assert sorted(done) == sorted(shards[1:])


def test_the_error_of_a_shard_is_told_and_the_others_are_done(shards: list[Path]) -> None:
    shards[0].write_bytes(b"no database" * 99)
    done: list[Path] = []
    with pytest.raises(CollectError, match="is not a SQLite database") as caught:
        engines.run("processes", None, Computation(CONFIG, DATES), shards, lambda path, _: done.append(path))
    assert caught.value.exit_code == 7
    assert sorted(done) == sorted(shards[1:])


def test_a_worker_of_another_version_computes_nothing(shards: list[Path]) -> None:
    with pytest.raises(CollectError, match="version 2 of the method, this command 1"):
        Computation(CONFIG, DATES, method_version="1")(shards[0])
    assert signals(shards[:1]) == [row for row in signals(shards[:1]) if len(row) < 19]


@pytest.mark.dask
@pytest.mark.filterwarnings("default")
def test_a_scheduler_that_is_not_there(shards: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "PATIENCE", 0.2)
    with pytest.raises(UsageError, match=r"scheduler tcp://127\.0\.0\.1:9 does not answer"):
        engines.run("dask", "tcp://127.0.0.1:9", Computation(CONFIG, DATES), shards, lambda *_: None)


@pytest.mark.dask
@pytest.mark.filterwarnings("default")
def test_a_scheduler_without_workers(shards: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(engines, "PATIENCE_FOR_WORKERS", 0.2)
    with distributed.LocalCluster(n_workers=0, dashboard_address=None, processes=False) as local:
        address = local.scheduler_address
        with pytest.raises(UsageError, match=f"scheduler {address} has no workers"):
            engines.run("dask", address, Computation(CONFIG, DATES), shards, lambda *_: None)


def test_without_dask_it_says_how_to_get_it(shards: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"Install it: .*install .*(distributed|dask)"):
        engines.run("dask", None, Computation(CONFIG, DATES), shards, lambda *_: None)
