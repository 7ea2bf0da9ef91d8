"""Splitting, listing, merging, computing and syncing shards, as typed."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from collector.config.shards import Shard
from collector.demo import stories
from collector.emulator.server import GitHubEmulator
from tests.command import Collect


@pytest.fixture
def config(config: Path) -> Path:
    """A project in each of two shards."""
    config.write_text(config.read_text().replace('"due"', '"quattro"'))
    assert Shard(1, 2).holds("uno")
    assert Shard(2, 2).holds("quattro")
    return config


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def test_shards_are_computed_like_the_whole(run: Collect, own_database: Path, tmp_path: Path) -> None:
    config = tmp_path / "config" / "repos.toml"
    config.parent.mkdir()
    config.write_text(stories.demo_config())
    assert run("shard", "split", "shards", "--into", 2).stdout.startswith("5 projects in 2 shards in shards: ")
    listed = json.loads(run("shard", "list", "shards", "--json").stdout)
    assert [one["shard"] for one in listed] == ["1/2", "2/2"]
    assert sum(len(one["projects"]) for one in listed) == 5
    assert run("shard", "list", "shards").stdout.splitlines()[1].startswith("1/2    shard-1-of-2.db  ")
    result = run("signals", "--db", "shards", "--as-of", "2026-06-08")
    assert result.stdout.startswith("SYNTHETIC 2026-06-08: 85 signals, ")
    assert run("signals", "--as-of", "2026-06-08").stdout == result.stdout
    assert run("shard", "merge", "shards", "--db", "merged.db").stdout.startswith("5 projects merged into merged.db: ")
    for table in ("signals", "scores", "score_letters"):
        computed = f"SELECT * FROM {table} ORDER BY project, as_of, 2, 3"
        assert rows(tmp_path / "merged.db", computed) == rows(own_database, computed)


def test_bad_input(run: Collect, database: Path, config: Path, tmp_path: Path) -> None:
    run("shard", "split", "shards", "--into", 2)
    (tmp_path / "shards" / "shard-1-of-2.db").unlink()
    for words, code, meant in (
        (["shard", "split", "other", "--into", 0], 2, "not in the range"),
        (["shard", "split", "shards", "--into", 2], 2, "not an empty folder"),
        (["shard", "split", "other", "--into", 2, "--db", "nowhere.db"], 7, "no database at nowhere.db"),
        (["shard", "list", "nowhere"], 7, "no folder nowhere"),
        (["shard", "list", "shards"], 7, "lacks shard 1 of 2"),
        (["shard", "merge", "shards", "--db", "merged.db"], 7, "lacks shard 1 of 2"),
        (["signals", "--db", "shards"], 7, "lacks shard 1 of 2"),
        (["signals", "--scheduler", "tcp://127.0.0.1:9"], 2, "is for --engine dask"),
        (["sync", "--shard", "3/2"], 2, "write the first of three as 1/3"),
    ):
        result = run(*words)
        assert (result.exit_code, meant in result.stderr) == (code, True), result.stderr
    assert {p.name for p in tmp_path.iterdir()} >= {"shards", "signals.db"}
    assert not [p.name for p in tmp_path.iterdir() if p.name in ("other", "merged.db") or ".part" in p.name]


def test_installations_sync_a_list_side_by_side(
    run: Collect, server: GitHubEmulator, config: Path, tmp_path: Path
) -> None:
    tracked = {"uno": "example/one", "quattro": "example/two"}
    (tmp_path / "all").mkdir()
    for number in (1, 2):
        path = tmp_path / "all" / f"{number}.db"
        (path.parent / f"{path.name}.key").write_text("0" * 32 + "\n")
        result = run("sync", "--shard", f"{number}/2", "--db", path)
        assert result.exit_code == 0, result.stderr
        own = {slug: name for slug, name in tracked.items() if Shard(number, 2).holds(slug)}
        assert {slug for (slug,) in rows(path, "SELECT slug FROM projects")} == own.keys()
        assert {name for (name,) in rows(path, "SELECT full_name FROM repositories")} == set(own.values())
    assert run("shard", "merge", "all", "--db", "merged.db").exit_code == 0
    assert run("sync").exit_code == 0  # everything, into signals.db
    for sql in ("SELECT * FROM commits", "SELECT * FROM pushes", "SELECT id, login FROM accounts"):
        whole, merged = (sorted(map(repr, rows(tmp_path / name, sql))) for name in ("signals.db", "merged.db"))
        assert merged == whole
    hashes = "SELECT DISTINCT config_hash FROM signals"
    assert rows(tmp_path / "merged.db", hashes) == rows(tmp_path / "signals.db", hashes)


@pytest.mark.parametrize(
    ("first", "then", "meant"),
    [
        (["--shard", "1/2"], ["--shard", "2/2"], "is shard 1/2, not 2/2"),
        (["--shard", "1/2"], [], "is shard 1/2."),
        ([], ["--shard", "1/2"], "which is not in shard 1/2"),
        (["--shard", "1/2"], ["--shard", "1/2", "--project", "quattro"], "is in shard 1/2"),
    ],
)
def test_a_database_stays_the_shard_that_it_is(
    run: Collect, server: GitHubEmulator, config: Path, first: list[str], then: list[str], meant: str
) -> None:
    assert run("sync", *first).exit_code == 0
    result = run("sync", *then)
    assert result.exit_code == 2
    assert meant in result.stderr
