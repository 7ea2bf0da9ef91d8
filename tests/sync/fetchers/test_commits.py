"""Which commits are stored, and which of them the head still reaches."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from collector.sync.fetchers import commit_graph
from tests.lab import Lab
from tests.laws import costly


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE commits (repository INTEGER, oid TEXT, gone_at TEXT)")
    connection.execute("CREATE TABLE commit_parents (repository INTEGER, oid TEXT, parent TEXT)")
    connection.execute("CREATE TABLE history_boundaries (repository INTEGER, oid TEXT)")
    yield connection
    connection.close()


def put(db: sqlite3.Connection, graph: dict[str, str], gone: str = "", repository: int = 1) -> None:
    for oid, parents in graph.items():
        db.execute("INSERT INTO commits VALUES (?, ?, ?)", [repository, oid, "then" if oid in gone else None])
        db.executemany("INSERT INTO commit_parents VALUES (?, ?, ?)", [(repository, oid, p) for p in parents])


def test_what_is_unknown(db: sqlite3.Connection) -> None:
    put(db, {"d": "c", "b": "ax"})
    db.execute("INSERT INTO history_boundaries VALUES (1, 'x')")
    put(db, {"c": "", "a": ""}, repository=2)
    assert set(commit_graph.unknown(db, 1, 10)) == {"c", "a"}
    assert set(commit_graph.unknown(db, 1, 10, head="d")) == {"c", "a"}
    assert set(commit_graph.unknown(db, 1, 10, head="e")) == {"c", "a", "e"}
    assert len(commit_graph.unknown(db, 1, 1)) == 1


def test_fast_forward_drops_nothing(db: sqlite3.Connection) -> None:
    put(db, {"a": "", "b": "a", "c": "b"})
    assert commit_graph.reachability(db, 1, "b", "c", resumed=False) == ([], [])


def test_force_push_drops_what_the_new_head_does_not_reach(db: sqlite3.Connection) -> None:
    put(db, {"a": "", "b": "a", "c": "b", "x": "a"})
    gone, back = commit_graph.reachability(db, 1, "c", "x", resumed=False)
    assert (set(gone), back) == ({"b", "c"}, [])


def test_dropped_commits_come_back(db: sqlite3.Connection) -> None:
    put(db, {"a": "", "b": "a", "c": "b", "x": "a"}, gone="bc")
    gone, back = commit_graph.reachability(db, 1, "x", "c", resumed=False)
    assert (gone, set(back)) == (["x"], {"b", "c"})


def test_emptied_repository_keeps_nothing(db: sqlite3.Connection) -> None:
    put(db, {"a": "", "b": "a"})
    assert set(commit_graph.reachability(db, 1, "b", None, resumed=False)[0]) == {"a", "b"}


def test_walk_that_was_cut_short_is_looked_at_again(db: sqlite3.Connection) -> None:
    put(db, {"a": "", "b": "a", "c": "b", "stale": "a"})
    assert commit_graph.reachability(db, 1, "b", "c", resumed=False)[0] == []
    assert commit_graph.reachability(db, 1, "b", "c", resumed=True)[0] == ["stale"]
    assert commit_graph.reachability(db, 1, None, "c", resumed=False)[0] == ["stale"]


def test_octopus_with_more_parents_than_one_answer_holds(lab: Lab) -> None:
    repo = lab.repository()
    base = lab.commit(repo.tip())
    arms = [repo.commit(f"Arm {n}", lab.alice, "2025-03-01", branch=f"arm{n}", parents=[base]) for n in range(14)]
    repo.push(repo.commit("Octopus", lab.alice, "2025-03-02", parents=[base, *arms]), at="2025-03-02")
    lab.sync()
    octopus = repo.head(lab.world.now)
    parents = lab.query("SELECT parent FROM commit_parents WHERE oid = ? ORDER BY position", octopus)
    assert parents == [base.oid, *(arm.oid for arm in arms)]
    assert len(lab.live("commits")) == 16


@costly(6, HealthCheck.function_scoped_fixture)
@given(data=st.data())
def test_any_graph_with_any_dates_is_stored_the_same_by_night_or_at_once(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, empty_database: Path, lab: Lab
) -> None:
    """Commits of any date, on any parents, pushed in any order, with force pushes: night by night equals at once."""
    lab = type(lab)(tmp_path_factory.mktemp("graph"), empty_database)
    repo = lab.repository()
    made = [lab.commit(repo.tip())]
    lab.sync()
    for _ in range(data.draw(st.integers(1, 3))):
        lab.world.move(days=1)
        for n in range(data.draw(st.integers(1, 8))):
            parents = data.draw(st.lists(st.sampled_from(made), min_size=1, max_size=2, unique_by=lambda c: c.oid))
            year = data.draw(st.sampled_from([2019, 2024, 2025]))
            made.append(repo.commit(f"Work {n}", lab.alice, f"{year}-05-05", parents=parents))
        repo.push(data.draw(st.sampled_from(made[-3:])))
        lab.sync()
        fresh = lab.fresh()
        true = {o for o in lab.history(repo) if lab.world.git.commits[o].committed_at >= "2025"}
        young = "SELECT oid FROM commits WHERE gone_at IS NULL AND committed_at >= '2025'"
        assert set(lab.query(young)) == set(lab.query(young, path=fresh)) == true
