"""Rows are new, changed, the same, gone or back; writing them twice or in another order changes nothing."""

import copy
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.store import database, state
from collector.store.batch import TABLES, Batch, CompleteList, Counts, Row, Unreadable, Witness
from collector.store.write import mark_gone, transaction, write

T1, T2, T3 = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"


def furnish(db: sqlite3.Connection) -> sqlite3.Connection:
    db.execute("INSERT INTO projects (slug, name, category) VALUES ('p', 'P', 'c')")
    values: Row = dict.fromkeys((r[1] for r in db.execute("PRAGMA table_info(repositories)") if r[3]), 0)
    values |= {"id": 1, "project": "p", "created_at": "2025-01-01T00:00:00Z", "first_seen_at": T1}
    values |= dict.fromkeys(("node_id", "full_name", "role", "configured_as", "status"), "x")
    db.execute(
        f"INSERT INTO repositories ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", list(values.values())
    )
    return db


@pytest.fixture
def db(tmp_path: Path, empty_database: Path) -> Iterator[sqlite3.Connection]:
    connection = database.open_database(Path(shutil.copy(empty_database, tmp_path / "signals.db")))
    yield furnish(connection)
    connection.close()


def account(number: int, login: str = "alice", created_at: str | None = "2020-01-01T00:00:00Z") -> Row:
    return {"id": number, "login": login, "type": "User", "created_at": created_at}


def issue(number: int, **values: Any) -> Row:
    row: Row = {
        "id": number,
        "node_id": f"I_{number}",
        "repository": 1,
        "number": number,
        "title": "Title",
        "body_length": 0,
        "author": None,
        "author_association": "NONE",
        "state": "OPEN",
        "state_reason": None,
        "locked": 0,
        "created_at": "2025-12-01T00:00:00Z",
        "updated_at": "2025-12-01T00:00:00Z",
        "closed_at": None,
        "closed_by": None,
    }
    return row | values


def comment(number: int, subject: int) -> Row:
    return {
        "id": number,
        "repository": 1,
        "subject": subject,
        "subject_type": "Issue",
        "author": None,
        "author_association": "NONE",
        "created_at": T1,
        "updated_at": T1,
        "length": 1,
        "text_hash": "x",
    }


def put(db: sqlite3.Connection, batch: Batch, now: str) -> Counts:
    with transaction(db):
        return write(db, batch, now, 1)


def rows(db: sqlite3.Connection, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    return db.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()


def test_new_row(db: sqlite3.Connection) -> None:
    counts = write(db, Batch(rows={"issues": [issue(1)]}), T1)
    assert (counts.inserted, counts.updated, counts.gone) == (1, 0, 0)
    assert rows(db, "issues", "id, first_seen_at, gone_at") == [(1, T1, None)]


def test_row_that_is_the_same(db: sqlite3.Connection) -> None:
    write(db, Batch(rows={"issues": [issue(1)]}), T1)
    before = db.total_changes
    counts = write(db, Batch(rows={"issues": [issue(1)]}), T2)
    assert (counts.inserted, counts.updated) == (0, 0)
    assert db.total_changes == before


def test_change_keeps_when_it_was_first_seen(db: sqlite3.Connection) -> None:
    write(db, Batch(rows={"issues": [issue(1)]}), T1)
    counts = write(db, Batch(rows={"issues": [issue(1, title="Another")]}), T2)
    assert counts.updated == 1
    assert rows(db, "issues", "title, first_seen_at") == [("Another", T1)]
    assert rows(db, "changes") == []


def test_what_should_never_change_is_written_down(db: sqlite3.Connection) -> None:
    write(db, Batch(rows={"issues": [issue(1)]}), T1, repository=1)
    write(db, Batch(rows={"issues": [issue(1, created_at="2025-11-01T00:00:00Z")]}), T2, repository=1)
    assert rows(db, "changes", '"table", key, repository, "column", old, new, seen_at') == [
        ("issues", "1", 1, "created_at", "2025-12-01T00:00:00Z", "2025-11-01T00:00:00Z", T2)
    ]


def test_what_is_known_only_later_is_no_change(db: sqlite3.Connection) -> None:
    write(db, Batch(rows={"accounts": [account(1, created_at=None)]}), T1)
    write(db, Batch(rows={"accounts": [account(1)]}), T2)
    write(db, Batch(rows={"accounts": [account(1, created_at=None)]}), T3)
    assert rows(db, "accounts", "created_at") == [("2020-01-01T00:00:00Z",)]
    assert rows(db, "changes") == []


def test_gone_and_back(db: sqlite3.Connection) -> None:
    batch = Batch(rows={"issues": [issue(1)], "comments": [comment(5, 1)]})
    write(db, batch, T1)
    assert write(db, Batch(gone={"issues": [(1,)]}), T2).gone == 2
    assert rows(db, "issues", "first_seen_at, gone_at") == [(T1, T2)]
    assert rows(db, "comments", "first_seen_at, gone_at") == [(T1, T2)]
    assert write(db, Batch(gone={"issues": [(1,)]}), T3).gone == 0
    assert rows(db, "issues", "first_seen_at, gone_at") == [(T1, T2)]
    assert write(db, copy.deepcopy(batch), T3).updated == 2
    assert rows(db, "issues", "first_seen_at, gone_at") == [(T1, None)]
    assert ("issues", "gone_at", T2, None) in rows(db, "changes", '"table", "column", old, new')


def test_count_of_the_gone_is_that_of_rows(db: sqlite3.Connection) -> None:
    """Full-text search has triggers, whose writes are not ours."""
    write(db, Batch(rows={"issues": [issue(n) for n in range(5)]}), T1)
    assert mark_gone(db, TABLES["issues"], [(1,), (2,), (99,)], T2) == 2


def test_whole_list_marks_what_is_missing(db: sqlite3.Connection) -> None:
    write(db, Batch(rows={"issues": [issue(1), issue(2)], "comments": [comment(n, 1 + n % 2) for n in range(6)]}), T1)
    whole = CompleteList("comments", {"subject": 1, "subject_type": "Issue"}, frozenset({0, 2}))
    assert write(db, Batch(complete_lists=[whole]), T2).gone == 1
    assert db.execute("SELECT id FROM comments WHERE gone_at IS NOT NULL").fetchall() == [(4,)]


def test_commits_that_are_reachable_again(db: sqlite3.Connection) -> None:
    commit: Row = dict.fromkeys((r[1] for r in db.execute("PRAGMA table_info(commits)")), 0)
    del commit["first_seen_at"], commit["gone_at"]
    commit |= {"repository": 1, "author": None, "signer": None}
    commit |= dict.fromkeys(("oid", "tree_oid", "authored_at", "committed_at", "headline"), "x")
    write(db, Batch(rows={"commits": [commit]}, immutable={"commit_parents": []}), T1, 1)
    write(db, Batch(gone={"commits": [(1, "x")]}, rewritten=("x", "y")), T2, 1)
    write(db, Batch(reachable_again=[(1, "x")]), T3, 1)
    assert rows(db, "commits", "oid, first_seen_at, gone_at") == [("x", T1, None)]
    assert rows(db, "changes", '"table", "column", old, new') == [
        ("commits", "gone_at", T2, None),
        ("repositories", "head_oid", "x", "y"),
    ]


def test_late_arrivals(db: sqlite3.Connection) -> None:
    witness = Witness(at="2026-01-01T12:00:00Z", since="2025-06-01T00:00:00Z")
    late = issue(1, created_at="2025-12-01T00:00:00Z")
    fresh, edge = issue(2, created_at="2026-01-01T13:00:00Z"), issue(3, created_at="2026-01-01T00:00:00Z")
    before_the_start = issue(4, created_at="2025-05-31T00:00:00Z")
    write(db, Batch(rows={"issues": [late, fresh, edge, before_the_start]}), T2, 1, witness)
    assert rows(db, "late_arrivals", "key, dated, previous_sync, seen_at") == [
        ("1", "2025-12-01T00:00:00Z", "2026-01-01T12:00:00Z", T2)
    ]


def test_rows_and_state_are_stored_together_or_not_at_all(db: sqlite3.Connection) -> None:
    progress = state.State(1, "issues", cursor="here")

    def half() -> None:
        with transaction(db):
            write(db, Batch(rows={"issues": [issue(1)]}), T1)
            state.save(db, progress)
            write(db, Batch(rows={"issues": [issue(2, repository=77)]}), T1)

    with pytest.raises(sqlite3.IntegrityError):
        half()
    assert rows(db, "issues") == []
    assert state.load(db, 1, "issues") == state.State(1, "issues")
    with transaction(db):
        state.save(db, progress)
    assert state.load(db, 1, "issues") == progress


def test_many_rows_at_once(db: sqlite3.Connection) -> None:
    found = [issue(n) for n in range(1000)]
    assert write(db, Batch(rows={"issues": found}), T1).inserted == 1000
    assert write(db, Batch(rows={"issues": found + found[:5]}), T2).updated == 0


titles = st.sampled_from(["one", "two", "three"])
pages = st.lists(st.tuples(st.integers(1, 12), titles), max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.dictionaries(st.integers(1, 30), titles, max_size=20), data=st.data())
def test_order_repetition_and_division_change_nothing(
    found: dict[int, str], data: st.DataObject, tmp_path: Path, empty_database: Path
) -> None:
    """The rows of one moment give one database, however they come."""
    whole = [issue(n, title=title) for n, title in found.items()]
    shuffled = data.draw(st.permutations(whole + whole[: data.draw(st.integers(0, 5))]))
    cut = data.draw(st.integers(0, len(shuffled)))
    results = []
    for divided in ([whole], [shuffled[:cut], shuffled[cut:]], [[row] for row in shuffled]):
        path = tmp_path / "law.db"
        shutil.copy(empty_database, path)
        db = furnish(database.open_database(path))
        for part in divided:
            write(db, Batch(rows={"issues": copy.deepcopy(part)}), T1)
        results.append((rows(db, "issues"), rows(db, "changes")))
        db.close()
    assert results[0] == results[1] == results[2]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nights=st.lists(pages, max_size=5))
def test_first_seen_is_the_first_night_and_the_rest_the_last(
    nights: list[list[tuple[int, str]]], tmp_path: Path, empty_database: Path
) -> None:
    path = tmp_path / "law.db"
    shutil.copy(empty_database, path)
    db = furnish(database.open_database(path))
    first: dict[int, str] = {}
    last: dict[int, str] = {}
    for n, night in enumerate(nights):
        now = f"2026-02-{n + 1:02}T00:00:00Z"
        write(db, Batch(rows={"issues": [issue(i, title=title) for i, title in night]}), now)
        for i, title in night:
            first.setdefault(i, now)
            last[i] = title
    assert rows(db, "issues", "id, title, first_seen_at") == [(i, last[i], first[i]) for i in sorted(first)]
    db.close()


def unreadable(db: sqlite3.Connection, batch: Batch, now: str) -> list[tuple[Any, ...]]:
    with transaction(db):
        write(db, batch, now, 1)
    return db.execute("SELECT key, part, error, first_seen_at, attempts, ask_again_at FROM unreadable").fetchall()


def test_what_github_does_not_serve_is_asked_for_ever_more_seldom(db: sqlite3.Connection) -> None:
    hole = Unreadable("issues", "I_1", "comments", "https://github.com/x/y/issues/1", "timed out")
    found = [unreadable(db, Batch(unreadable=[hole]), now)[0][3:] for now in (T1, T2, T3)]
    assert found == [
        (T1, 1, "2026-01-02T00:00:00Z"),
        (T1, 2, "2026-01-04T00:00:00Z"),
        (T1, 3, "2026-01-07T00:00:00Z"),
    ]


def test_what_became_readable_is_noted_no_longer(db: sqlite3.Connection) -> None:
    hole = Unreadable("issues", "I_1", "comments", "https://github.com/x/y/issues/1", "timed out")
    unreadable(db, Batch(unreadable=[hole]), T1)
    assert unreadable(db, Batch(readable=[("issues", "I_1")]), T2) == []


def test_what_was_read_once_stays_when_it_is_not_served_again_and_is_no_change(db: sqlite3.Connection) -> None:
    for now, title in ((T1, None), (T2, "Title"), (T3, None)):
        with transaction(db):
            write(db, Batch(rows={"issues": [issue(1, title=title)]}), now, 1)
    assert db.execute("SELECT title FROM issues").fetchall() == [("Title",)]
    assert db.execute("SELECT * FROM changes").fetchall() == []


def commit_row(oid: str, **values: Any) -> Row:
    row: Row = dict.fromkeys(("tree_oid", "authored_at", "committed_at", "headline", "pull_request"))
    return {"repository": 1, "oid": oid, "is_merge": 0, "signed_by_github": 0, **row, **values}


def test_amending_a_row_is_no_sign_that_github_lists_it(db: sqlite3.Connection) -> None:
    put(db, Batch(rows={"commits": [commit_row("a", pull_request=3), commit_row("b")]}), T1)
    put(db, Batch(gone={"commits": [(1, "a")]}), T2)
    lines = {"repository": 1, "additions": 5, "deletions": 0}
    counts = put(db, Batch(amended={"commits": [{**lines, "oid": "a"}, {**lines, "oid": "c"}]}), T3)
    assert counts.updated == 1
    assert db.execute("SELECT oid, additions, gone_at FROM commits ORDER BY 1").fetchall() == [
        ("a", 5, T2),
        ("b", None, None),
    ]
    unknown = {"repository": 1, "oid": "a", "additions": None, "pull_request": None}
    put(db, Batch(amended={"commits": [unknown]}), T3)
    assert db.execute("SELECT additions, pull_request FROM commits WHERE oid = 'a'").fetchone() == (5, None)
    assert put(db, Batch(amended={"commits": [unknown]}), T3).updated == 0
    assert db.execute("SELECT count(*) FROM changes").fetchone() == (0,)


@pytest.mark.parametrize(
    ("stored", "said", "kept"),
    [
        (("agent[bot]", "Bot"), ("Copilot", "Bot"), ("agent[bot]", "Bot")),
        (("agent[bot]", "Bot"), ("agent", "User"), ("agent[bot]", "Bot")),
        (("agent", "User"), ("agent[bot]", "Bot"), ("agent", "User")),
        (("alice", "User"), ("alicia", "User"), ("alicia", "User")),
        (None, ("Copilot", "Bot"), ("Copilot", "Bot")),
    ],
    ids=["a bot", "a bot that REST calls a user", "a user that REST calls a bot", "a person", "nobody yet"],
)
def test_rest_names_no_bot_that_graphql_has_named(
    db: sqlite3.Connection, stored: tuple[str, str] | None, said: tuple[str, str], kept: tuple[str, str]
) -> None:
    if stored:
        put(db, Batch(rows={"accounts": [account(1, stored[0]) | {"type": stored[1]}]}), T1)
    by_rest = Batch(rows={"accounts": [account(1, said[0]) | {"type": said[1]}]}, named_by_rest={1})
    put(db, by_rest, T2)
    assert db.execute("SELECT login, type FROM accounts").fetchone() == kept
    put(db, Batch(rows={"accounts": [account(1, "agent[bot]") | {"type": "Bot"}]}), T3)
    assert db.execute("SELECT login, type FROM accounts").fetchone() == ("agent[bot]", "Bot")


def test_a_part_that_is_served_again_is_no_longer_noted(db: sqlite3.Connection) -> None:
    notes = [Unreadable("commits", "a", part, "url", "no") for part in ("additions", "signature")]
    put(db, Batch(unreadable=notes), T1)
    put(db, Batch(readable_parts=[("commits", "a", "signature"), ("commits", "b", "additions")]), T2)
    assert db.execute("SELECT key, part FROM unreadable").fetchall() == [("a", "additions")]
