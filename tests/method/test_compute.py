"""From facts to signals: what holds whatever the facts are, and what holds of dates."""

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector import clock
from collector.config import Bot, Config
from collector.config.model import Project, TrackedRepository
from collector.emulator.server import PretendGitHub
from collector.emulator.world import World
from collector.github.client import GitHub
from collector.github.http import Http
from collector.github.rate_limits import Viewer
from collector.method import compute
from collector.method.registry import COMPUTED
from collector.store.database import open_database
from collector.sync.run import Request
from collector.sync.run import run as sync_run
from tests.made import AS_OF, Book

FIRST = date(2025, 6, 2)  # the window's first day
VALUES = ("status", "value", "low", "high", "n", "score")


def weeks_before(day: date, count: int) -> list[date]:
    return [day - timedelta(weeks=n) for n in range(count, 0, -1)]


# Laws on made-up histories.

Landing = tuple[int, int, int]
"""Who (0 to 3), on which day of the window, how many lines."""
LANDINGS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 363), st.integers(1, 40)), min_size=1, max_size=70)
LAW = settings(max_examples=20, deadline=None, derandomize=True)


def moment(day: int, n: int) -> str:
    return f"{FIRST + timedelta(days=day)}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z"


def told(
    landings: list[Landing], parts: int = 1, repos: int = 1, shuffle: int | None = None, machines: bool = False
) -> Book:
    """A history: each landing is a push of one commit, or of that in `parts`; a release each 20 of them, and issues."""
    book = Book()
    ids = [book.repo(f"acme/r{n}") for n in range(repos)]
    logins = ["ann", "bob", "cat", "dan"]
    for n, login in enumerate([*logins, "robot[bot]", *(f"asker{n}" for n in range(12))], 100):
        book.accounts[login] = book.add("accounts", id=n, login=login, is_bot=int(login == "robot[bot]"))
    heads = dict.fromkeys(ids, "")
    calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []
    ordered = sorted((day, n, who, lines) for n, (who, day, lines) in enumerate(landings))
    for day, n, who, lines in ordered:
        repo, at = ids[n % repos], moment(day, 3 * n)
        before = heads[repo]
        pieces = min(parts, lines)
        for piece in range(pieces):
            oid = f"c{n}.{piece}"
            share = lines // pieces + (piece < lines % pieces)
            calls.append((book.commit, (repo, oid, at, *filter(None, [heads[repo]])), {"lines": share}))
            heads[repo] = oid
        by = logins[who]
        calls.append((book.push, (repo, heads[repo], at, by), {"before": before or "0" * 40, "id": 5000 + n}))
        if n % 20 == 7:
            calls.append((book.release, (repo, f"v1.{n}.0", moment(day, 3 * n + 1), heads[repo]), {"id": 6000 + n}))
        if machines:
            oid, before = f"b{n}", heads[repo]
            calls.append((book.commit, (repo, oid, moment(day, 3 * n + 2), before), {"lines": 500}))
            calls.append((book.push, (repo, oid, moment(day, 3 * n + 2), "robot[bot]", before), {"id": 7000 + n}))
            heads[repo] = oid
    for n in range(20):
        at = moment(14 * n, 0)
        calls.append((book.issue, (ids[0], 2 * n + 1, f"asker{n % 12}", at), {"id": 8000 + n}))
        if n % 3:
            calls.append(
                (book.comment, (ids[0], 8000 + n, logins[n % 4], moment(14 * n + n % 9, 999)), {"id": 8100 + n})
            )
        if machines:
            calls.append((book.issue, (ids[0], 2 * n + 2, "robot[bot]", at), {"id": 8200 + n}))
            calls.append((book.comment, (ids[0], 8000 + n, "robot[bot]", moment(14 * n, 300)), {"id": 8300 + n}))
    if shuffle is not None:
        random.Random(shuffle).shuffle(calls)
    book.db.execute("PRAGMA foreign_keys = OFF")
    for call, args, values in calls:
        call(*args, **values)
    return book


def values(book: Book) -> dict[str, tuple[Any, ...]]:
    return {key: tuple(row[v] for v in VALUES) for key, row in book.compute().items()}


@LAW
@given(LANDINGS, st.integers(2, 4))
def test_splitting_or_squashing_commits_changes_nothing(landings: list[Landing], parts: int) -> None:
    assert values(told(landings, parts=parts)) == values(told(landings))


@LAW
@given(LANDINGS, st.integers())
def test_the_order_of_rows_changes_nothing(landings: list[Landing], seed: int) -> None:
    assert values(told(landings, shuffle=seed)) == values(told(landings))


@LAW
@given(LANDINGS)
def test_renaming_accounts_changes_nothing(landings: list[Landing]) -> None:
    renamed = told(landings)
    renamed.db.execute("UPDATE accounts SET login = 'z' || id WHERE NOT is_bot")
    assert values(renamed) == values(told(landings))


@LAW
@given(LANDINGS)
def test_splitting_a_repository_in_two_changes_nothing(landings: list[Landing]) -> None:
    one, two = values(told(landings)), values(told(landings, repos=2))
    for key in ("active_weeks", "contributor_days", "effective_contributors"):
        assert one[key] == two[key]


@LAW
@given(LANDINGS)
def test_adding_bots_changes_nothing(landings: list[Landing]) -> None:
    assert values(told(landings, machines=True)) == values(told(landings))


@LAW
@given(LANDINGS, LANDINGS)
def test_more_author_days_never_lower_contributor_days(landings: list[Landing], more: list[Landing]) -> None:
    assert values(told(landings + more))["contributor_days"][4] >= values(told(landings))["contributor_days"][4]


# Statuses.


@pytest.fixture
def book() -> Book:
    """A project with a landing and a release a week by two people."""
    book = Book()
    repo = book.repo()
    last: list[str] = []
    for n, day in enumerate(weeks_before(AS_OF, 60)):
        last = [book.direct(repo, f"c{n}", f"{day}T12:00:00Z", "ann" if n % 2 else "bob", *last)]
        book.release(repo, f"v1.{n}.0", f"{day}T13:00:00Z", last[0])
    return book


def reasons(found: dict[str, dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["status"], row["reason"]) for row in found.values()}


def test_the_signals_of_a_steady_project(book: Book) -> None:
    found = book.compute()
    assert {k: r["value"] for k, r in found.items() if r["status"] == "ok"} == {
        "release_weeks": 52, "longest_release_silence": pytest.approx(7, abs=0.6), "active_weeks": 52,
        "contributor_days": 52, "effective_contributors": 2, "independent_review": 0, "server_evidence": 1,
        "history_integrity": 1,
    }  # fmt: skip
    assert found["first_response_7d"]["status"] == "insufficient"
    assert list(COMPUTED) == list(found)


def test_a_database_with_no_rows_has_no_signals() -> None:
    book = Book()
    assert book.compute() == {}
    book.db.execute("DELETE FROM meta WHERE key = 'start'")
    assert book.compute() == {}


def test_a_project_without_a_repository_cannot_be_observed() -> None:
    book = Book()
    book.db.execute(
        "INSERT INTO projects (slug, name, category, note) VALUES ('acme', 'Acme', 'compute', 'Not there.')"
    )
    assert reasons(book.compute()) == {("not_observable", "Not there.")}


def test_a_project_whose_repositories_were_never_synced_is_not_called_unobservable() -> None:
    book = Book()
    book.db.execute("INSERT INTO projects (slug, name, category, note) VALUES ('p', 'P', 'c', 'About its name.')")
    tracked = (TrackedRepository("p/one", "core"), TrackedRepository("p/two", "sdk"))
    compute.compute(book.db, Config(projects=(Project("p", "P", "c", repos=tracked),)), AS_OF)
    found = set(book.db.execute("SELECT status, reason FROM signals").fetchall())
    assert found == {("insufficient", "none of its 2 repositories has been synced yet")}


def test_a_project_whose_last_sync_is_old_is_stale(book: Book) -> None:
    assert book.compute(AS_OF + timedelta(days=8))["active_weeks"]["status"] == "ok"
    assert reasons(book.compute(AS_OF + timedelta(days=9))) == {("stale", "last complete sync on 2026-06-01")}
    book.db.execute("UPDATE sync_state SET completed_at = '2026-05-01T00:00:00Z' WHERE kind = 'pushes'")
    assert reasons(book.compute()) == {("stale", "last complete sync on 2026-05-01")}


def test_a_repository_that_went_private_makes_its_project_stale_when_it_was_the_last(book: Book) -> None:
    book.db.execute("UPDATE repositories SET status = 'private_or_gone'")
    assert book.compute()["active_weeks"]["status"] == "ok"
    assert reasons(book.compute(AS_OF + timedelta(days=9))) == {("stale", "last complete sync on 2026-06-01")}
    book.repo("acme/other")
    book.db.execute("UPDATE sync_state SET completed_at = '2026-06-09T00:00:00Z' WHERE repository = ?", [book.last])
    assert book.compute(AS_OF + timedelta(days=9))["active_weeks"]["status"] == "ok"


def test_before_the_first_complete_sync_nothing_is_said(book: Book) -> None:
    repo = book.repo("acme/new")
    book.db.execute("UPDATE sync_state SET completed_at = NULL WHERE repository = ? AND kind = 'issues'", [repo])
    assert reasons(book.compute()) == {("insufficient", "the first sync of acme/new is not complete")}


def test_a_window_that_begins_before_the_database_is_not_judged(book: Book) -> None:
    book.db.execute("UPDATE meta SET value = '2025-06-09T00:00:00Z' WHERE key = 'start'")
    (status, reason), *others = reasons(book.compute())
    assert status == "insufficient"
    assert reason.startswith("before_lookback: ")
    assert not others
    book.db.execute("UPDATE repositories SET created_at = '2025-06-09T00:00:00Z'")
    assert book.compute()["active_weeks"]["status"] == "ok", "nothing of it is missing"


def test_a_project_younger_than_26_weeks_is_not_judged(book: Book) -> None:
    book.db.execute("UPDATE repositories SET created_at = '2025-12-02T00:00:00Z'")
    assert {status for status, _ in reasons(book.compute())} == {"insufficient"}


def test_issues_switched_off_cannot_be_observed(book: Book) -> None:
    book.db.execute("UPDATE repositories SET has_issues = 0")
    for key in ("first_response_7d", "resolution_90d"):
        found = book.compute()[key]
        assert (found["status"], found["reason"]) == ("not_observable", "issues are switched off")


def test_pull_requests_switched_off_cannot_be_observed(book: Book) -> None:
    book.db.execute("UPDATE repositories SET has_pull_requests = 0")
    book.db.execute("UPDATE sync_state SET completed_at = NULL WHERE kind = 'pull_requests'")
    found = book.compute()
    for key in ("review_response_7d", "independent_review"):
        assert (found[key]["status"], found[key]["reason"]) == ("not_observable", "pull requests are switched off")
    assert found["active_weeks"]["status"] == "ok"


# Dates and runs.


def dump(db: sqlite3.Connection, where: str = "1") -> list[Any]:
    return db.execute(f"SELECT * FROM signals WHERE {where} ORDER BY project, signal, as_of").fetchall()


def test_the_same_date_twice_gives_the_same_bytes(book: Book) -> None:
    book.compute()
    first = dump(book.db)
    book.compute(date(2026, 3, 1))
    book.compute()
    assert dump(book.db, f"as_of = '{AS_OF}'") == first


def test_adding_a_project_changes_no_others_value(book: Book) -> None:
    alone = book.compute()
    other = book.repo("rival/engine", "rival")
    book.direct(other, "c59", f"{AS_OF - timedelta(days=1)}T12:00:00Z", "ann")
    book.release(other, "v1.0.0", f"{AS_OF - timedelta(days=1)}T13:00:00Z", "c59")
    assert {k: r for k, r in book.compute().items() if ":" not in k} == alone


def test_a_project_taken_out_leaves_the_date_when_it_is_computed_anew(book: Book) -> None:
    book.repo("rival/engine", "rival")
    book.compute()
    book.db.execute("UPDATE projects SET tracked = 0 WHERE slug = 'rival'")
    assert {row["project"] for row in book.compute().values()} == {"acme"}


def test_a_bot_listed_since_the_sync_is_left_out(book: Book) -> None:
    book.compute()
    book.config = Config(bots=(Bot("ANN", "seen to be a script"),))
    compute.compute(book.db, book.config, AS_OF)
    excluded = book.rows("SELECT excluded FROM signals WHERE signal = 'contributor_days'")[0]["excluded"]
    assert json.loads(excluded) == {"bot": 26}


@pytest.mark.parametrize("finished_at", [None, "2026-06-01T00:00:00Z"])
def test_what_a_run_brought_is_derived_even_if_it_was_killed(book: Book, finished_at: str | None) -> None:
    compute.prepare(book.db, book.config)
    book.direct(int(book.rows("SELECT id FROM repositories")[0]["id"]), "new", "2026-05-31T12:00:00Z", "ann", "c59")
    compute.prepare(book.db, book.config)
    assert not book.rows("SELECT * FROM landings WHERE oid = 'new'"), "no run said that anything changed"
    book.db.execute(
        "INSERT INTO sync_runs (started_at, finished_at, inserted) VALUES ('2026-06-01', ?, ?)",
        [finished_at, 2 if finished_at else 0],
    )
    compute.prepare(book.db, book.config)
    assert book.rows("SELECT * FROM landings WHERE oid = 'new'")


def test_what_a_run_at_work_had_not_brought_yet_is_derived_when_it_is_done(book: Book) -> None:
    book.db.execute("INSERT INTO sync_runs (started_at) VALUES ('2026-06-01')")
    compute.prepare(book.db, book.config)
    book.direct(int(book.rows("SELECT id FROM repositories")[0]["id"]), "new", "2026-05-31T12:00:00Z", "ann", "c59")
    book.db.execute("UPDATE sync_runs SET finished_at = '2026-06-01', inserted = 2")
    compute.prepare(book.db, book.config)
    assert book.rows("SELECT * FROM landings WHERE oid = 'new'")


def test_a_new_version_of_the_rules_derives_anew(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    compute.prepare(book.db, book.config)
    book.db.execute("UPDATE landings SET tier = 'T3'")
    compute.prepare(book.db, book.config)
    assert book.rows("SELECT DISTINCT tier FROM landings") == [{"tier": "T3"}], "nothing changed"
    monkeypatch.setattr(compute, "DERIVATION_VERSION", compute.DERIVATION_VERSION + 1)
    compute.prepare(book.db, book.config)
    assert book.rows("SELECT DISTINCT tier FROM landings") == [{"tier": "T1"}]


def test_many_dates_at_once_are_computed_as_one_by_one(tmp_path: Path, book: Book) -> None:
    dates = compute.series(AS_OF, 2 * compute.LEAST_DATES_PER_PROCESS, "week")
    for day in dates:
        compute.compute(book.db, book.config, day)
    one_by_one = dump(book.db)
    path = tmp_path / "signals.db"
    book.db.execute("DELETE FROM signals")
    book.db.execute("VACUUM INTO ?", [str(path)])
    stored = open_database(path)
    assert list(compute.compute_series(stored, book.config, dates)) == dates
    assert dump(stored) == one_by_one
    assert stored.execute("SELECT as_of FROM as_of").fetchone()[0] == f"{AS_OF}T00:00:00Z"
    stored.close()


def test_series() -> None:
    assert compute.series(date(2026, 6, 4), 3, "week") == [date(2026, 5, 18), date(2026, 5, 25), date(2026, 6, 1)]
    assert compute.series(date(2026, 1, 31), 3, "month") == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]


# The past stays what it was, whatever happens later.

THEN, NOW = date(2026, 3, 2), date(2026, 6, 8)
CONFIG = Config(
    projects=(Project("acme", "Acme", "compute", repos=(TrackedRepository("acme/engine", "core"),)),),
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
        Http("test", PretendGitHub(world).transport()),
        "https://api.github.example",
        "https://api.github.example/graphql",
        [Viewer(["token"])],
        clock=now.timestamp,
    )
    report = sync_run(github, Request(CONFIG, path, now), lambda db: None)
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
    synced(world, path, date(2026, 4, 27))
    synced(world, path, NOW)
    latest = computed(path, NOW)
    then = computed(kept, THEN)
    assert computed(path, THEN) == then
    assert [row[3:] for row in latest] != [row[3:] for row in then], "the world did change"
    assert {row[1] for row in then if row[4] == "ok"} >= {"release_weeks", "active_weeks", "first_response_7d"}
