"""From facts to signals: runs and dates."""

import json
import shutil
import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collector import clock
from collector.config import Bot, Config
from collector.config.model import Project, TrackedRepository
from collector.derive import DERIVATION_VERSION, outdated
from collector.emulator.server import GitHubEmulator
from collector.emulator.world import World
from collector.github.client import GitHub
from collector.github.http import Http
from collector.github.rate_limits import Viewer
from collector.method import compute
from collector.method.registry import BY_KEY
from collector.store import hash_key
from collector.store.database import open_database
from collector.sync.run import SyncRequest
from collector.sync.run import run as sync_run
from tests.made import AS_OF, Book


def weeks_before(day: date, count: int) -> list[date]:
    return [day - timedelta(weeks=n) for n in range(count, 0, -1)]


def test_the_signals_of_a_steady_project(steady: Book) -> None:
    found = steady.compute()
    expected = {
        "release_weeks": 52, "longest_release_silence": pytest.approx(7, abs=0.6), "active_weeks": 52,
        "contributor_days": 52, "effective_contributors": 2, "independent_review": 0, "server_evidence": 1,
        "history_integrity": 1,
    }  # fmt: skip
    assert {key: found[key]["value"] for key in expected} == expected
    assert found["first_response_7d"]["status"] == "insufficient"
    assert list(BY_KEY) == list(found)


def test_a_database_with_no_rows_has_no_signals() -> None:
    book = Book()
    assert book.compute() == {}
    book.db.execute("DELETE FROM meta WHERE key = 'start'")
    assert book.compute() == {}


def dump(db: sqlite3.Connection, where: str = "1") -> list[Any]:
    return db.execute(f"SELECT * FROM signals WHERE {where} ORDER BY project, signal, as_of").fetchall()


def test_the_same_date_twice_gives_the_same_bytes(steady: Book) -> None:
    steady.compute()
    first = dump(steady.db)
    steady.compute(date(2026, 3, 1))
    steady.compute()
    assert dump(steady.db, f"as_of = '{AS_OF}'") == first


def test_adding_a_project_changes_no_others_value(steady: Book) -> None:
    alone = steady.compute()
    other = steady.repo("rival/engine", "rival")
    steady.direct(other, "c59", f"{AS_OF - timedelta(days=1)}T12:00:00Z", "ann")
    steady.release(other, "v1.0.0", f"{AS_OF - timedelta(days=1)}T13:00:00Z", "c59")
    assert {k: r for k, r in steady.compute().items() if ":" not in k} == alone


def test_a_project_taken_out_leaves_the_date_when_it_is_computed_anew(steady: Book) -> None:
    steady.repo("rival/engine", "rival")
    steady.compute()
    steady.db.execute("UPDATE projects SET tracked = 0 WHERE slug = 'rival'")
    assert {row["project"] for row in steady.compute().values()} == {"acme"}


def test_a_bot_listed_since_the_sync_is_left_out(steady: Book) -> None:
    steady.compute()
    steady.config = Config(bots=(Bot("ANN", "seen to be a script"),))
    compute.compute(steady.db, steady.config, AS_OF)
    excluded = steady.rows("SELECT excluded FROM signals WHERE signal = 'contributor_days'")[0]["excluded"]
    assert json.loads(excluded) == {"bot": 26}


def test_a_new_version_of_the_rules_derives_anew(steady: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    compute.prepare(steady.db, steady.config)
    steady.db.execute("UPDATE landings SET tier = 'T3'")
    compute.prepare(steady.db, steady.config)
    assert steady.rows("SELECT DISTINCT tier FROM landings") == [{"tier": "T3"}], "nothing changed"
    monkeypatch.setattr(outdated, "DERIVATION_VERSION", DERIVATION_VERSION + 1)
    compute.prepare(steady.db, steady.config)
    assert steady.rows("SELECT DISTINCT tier FROM landings") == [{"tier": "T1"}]


def test_many_dates_at_once_are_computed_as_one_by_one(tmp_path: Path, steady: Book) -> None:
    dates = compute.series(AS_OF, 2 * compute.LEAST_DATES_PER_PROCESS, "week")
    for day in dates:
        compute.compute(steady.db, steady.config, day)
    one_by_one = dump(steady.db)
    path = tmp_path / "signals.db"
    steady.db.execute("DELETE FROM signals")
    steady.db.execute("VACUUM INTO ?", [str(path)])
    stored = open_database(path)
    assert list(compute.compute_series(stored, steady.config, dates)) == dates
    assert dump(stored) == one_by_one
    assert stored.execute("SELECT as_of FROM as_of").fetchone()[0] == f"{AS_OF}T00:00:00Z"
    stored.close()


def test_series() -> None:
    assert compute.series(date(2026, 6, 4), 3, "week") == [date(2026, 5, 18), date(2026, 5, 25), date(2026, 6, 1)]
    assert compute.series(date(2026, 1, 31), 3, "month") == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]


# The past stays what it was, whatever happens later.

THEN, NOW = date(2026, 3, 2), date(2026, 6, 8)
CONFIG = Config(
    projects=(Project("acme", "Acme", ("compute",), repos=(TrackedRepository("acme/engine", "core"),)),),
)


def world_with_a_turn() -> World:
    """A repository that changes its ways after THEN: rewrites, deletes, promotes, and makes its first full release."""
    world = World("2025-01-01")
    ann, bob, cat = (world.user(login) for login in ("ann", "bob", "cat"))
    repo = world.repository("acme/engine", "2025-01-01")
    repo.commit("Begin", ann, "2025-01-01")
    first = repo.push(by=ann, at="2025-01-01")
    dev = world.git.commits[first.after]
    repo.push(dev, branch="dev", by=ann, at="2025-01-01T01:00:00")
    answers = 0
    for n, day in enumerate(weeks_before(date(2026, 6, 1), 64)):
        after = day >= THEN
        if n % 2:
            pull = repo.pull_request(f"Work {n}", bob, f"{day}T08:00:00", base="dev")
            pull.merge(ann, f"{day}T10:00:00", "squash")
        else:
            repo.commit(f"Direct {n}", cat, f"{day}T09:00:00")
            repo.push(by=cat, at=f"{day}T09:00:00")
        if n % 13 == 12:
            promotion = repo.pull_request(f"Promote {n}", ann, f"{day}T12:00:00", head="dev")
            promotion.merge(ann, f"{day}T13:00:00", "merge")
        tag = f"v0.{n}.0" if after else f"v0.{n}.0-rc.1"
        repo.release(tag, ann, f"{day}T14:00:00")
        issue = repo.issue(f"Question {n}", world.user(f"asker{n % 11}"), f"{day}T15:00:00")
        if n % 3:
            answers += 1
            # The words that some answers share are posted for the third time after THEN.
            shared = day in weeks_before(THEN, 2) or day in weeks_before(date(2026, 6, 1), 3)
            words = "We have seen it, thank you." if shared else f"About {'x' * answers}: done."
            issue.comment(ann, words, f"{day + timedelta(days=2)}T15:00:00")
        elif day >= THEN - timedelta(weeks=12):
            issue.delete("2026-04-01")
    tip = world.git.commits[repo.tip() or ""]
    fresh = repo.commit("Another end", ann, "2026-06-02", parents=[world.git.commits[p] for p in tip.parents[:1]])
    repo.push(fresh, by=ann, at="2026-06-02", kind="force_push")
    return world


def synced(world: World, path: Path, day: date) -> None:
    world.now = clock.to_text(clock.midnight(day))
    now = datetime.fromisoformat(world.now)
    github = GitHub(
        Http("test", GitHubEmulator(world).transport()),
        "https://api.github.example",
        "https://api.github.example/graphql",
        [Viewer(["token"])],
        clock=now.timestamp,
    )
    report = sync_run(github, SyncRequest(CONFIG, path, now), lambda db: None)
    assert report.exit_code == 0, (report.message, report.failures)


def computed(path: Path, day: date) -> list[Any]:
    db = open_database(path)
    try:
        compute.compute(db, CONFIG, day)
        return dump(db, f"as_of = '{day}'")
    finally:
        db.close()


def test_a_past_date_is_computed_as_it_was_then(tmp_path: Path) -> None:
    world, path, kept = world_with_a_turn(), tmp_path / "later.db", tmp_path / "then.db"
    synced(world, path, THEN)
    shutil.copy(path, kept)
    shutil.copy(hash_key.file_of(path), hash_key.file_of(kept))
    synced(world, path, date(2026, 4, 27))
    synced(world, path, NOW)
    latest = computed(path, NOW)
    then = computed(kept, THEN)
    assert computed(path, THEN) == then
    assert [row[3:] for row in latest] != [row[3:] for row in then], "the world did change"
    assert {row[1] for row in then if row[4] == "ok"} >= {"release_weeks", "active_weeks", "first_response_7d"}
