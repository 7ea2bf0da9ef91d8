"""An account that was forgotten is nowhere in the file, never comes back, and goes on to count."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collector.config import Bot, Config
from collector.emulator.accounts import Account
from collector.errors import AlreadyRunning, UsageError
from collector.store import bots, lock, privacy
from collector.store.database import open_database
from collector.upkeep import forgetting
from tests.lab import Lab

NOW = "2026-03-01T00:00:00Z"
# Every column that refers to an account -> how many rows do, by account.
REFERENCES = (
    'SELECT m.name AS t, f."from" AS c FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f '
    "WHERE f.\"table\" = 'accounts'"
)


def in_file(path: Path, word: str) -> int:
    """How often a word stands in the database's files, letter case aside."""
    beside = [path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")]
    return sum(p.read_bytes().lower().count(word.lower().encode()) for p in beside if p.exists())


def counts(path: Path) -> list[tuple[str, str, list[int]]]:
    """How many rows each account has in each column, without saying which account."""
    with closing(sqlite3.connect(path)) as db:
        return sorted(
            (t, c, sorted(r[0] for r in db.execute(f"SELECT count(*) FROM {t} WHERE {c} IS NOT NULL GROUP BY {c}")))
            for t, c in db.execute(REFERENCES).fetchall()
        )


@pytest.fixture
def carol(lab: Lab) -> Account:
    """Someone who did everything that one can do, and is spoken of everywhere."""
    carol = lab.world.user("Carol-Doe", "2016-05-04T03:02:01Z")
    repo = lab.repository(has_discussions=True)
    repo.change("2025-02-01", description="By Carol-Doe and friends")
    asked = repo.discussion("How would carol-doe do it?", carol, "2025-02-03")
    said = asked.comment(carol, "Thus", "2025-02-04")
    asked.comment(carol, "Or thus, says carol-doe", "2025-02-05", reply_to=said)
    asked.choose(said, carol, "2025-02-06")
    issue = repo.issue("carol-doe asks", carol, "2025-03-01")
    issue.comment(carol, "Me again", "2025-03-02")
    issue.comment(lab.alice, "Thanks @Carol-Doe", "2025-03-03")
    issue.close(carol, "2025-03-04")
    pull = repo.pull_request("Work of @Carol-Doe", carol, "2025-04-01", head=None)
    pull.review(carol, "COMMENTED", "2025-04-02")
    pull.merge(carol, "2025-04-03")
    repo.commit("Merge branch 'x' of github.com/Carol-Doe/engine", carol, "2025-05-01")
    repo.push(by=carol, at="2025-05-01")
    repo.commit("Edit", carol, "2025-05-02", branch="carol-doe/topic")
    repo.push(branch="carol-doe/topic", by=carol, at="2025-05-02")
    repo.release("v1", carol, "2025-06-01", name="By carol-doe", body="* A fix by @Carol-Doe in #2, not by Carol-Doe-2")
    return carol


def test_nothing_is_left_in_the_file_and_all_counts_stay(lab: Lab, carol: Account) -> None:
    lab.sync()
    before = counts(lab.path)
    assert in_file(lab.path, "carol-doe") > 5
    found = forgetting.forget(lab.path, "carol-doe", NOW)
    assert found.accounts == 1
    assert found.rows > 8
    assert in_file(lab.path, "Carol-Doe") == in_file(lab.path, "Carol-Doe-2") == 1
    assert lab.query("SELECT body FROM releases") == [f"* A fix by @{found.name} in #2, not by Carol-Doe-2"]
    assert counts(lab.path) == before
    assert lab.query("PRAGMA foreign_key_check") == []
    for table, column in lab.query(REFERENCES):
        assert lab.query(f"SELECT count(*) FROM {table} WHERE {column} = ?", carol.id) == [0]
    assert lab.query("SELECT count(*) FROM accounts WHERE id = ?", carol.id) == [0]
    stored = lab.query("SELECT login, created_at, node_id FROM accounts WHERE id < 0")[0]
    assert stored == (found.name, "2016-05-04T00:00:00Z", None)
    assert lab.query("SELECT count(*) FROM issues_fts_data WHERE instr(block, CAST('carol' AS BLOB))") == [0]
    assert lab.query("SELECT rowid FROM issues_fts WHERE issues_fts MATCH 'asks'") == lab.query("SELECT id FROM issues")


def test_nothing_is_left_in_pages_that_hold_nothing(lab: Lab, carol: Account) -> None:
    lab.sync()
    with closing(sqlite3.connect(lab.path)) as db:
        db.execute("PRAGMA secure_delete = OFF")
        db.executemany("INSERT INTO meta VALUES (?, ?)", [[f"key {n}", "carol-doe " * 90] for n in range(200)])
        db.commit()
        db.execute("DELETE FROM meta WHERE key GLOB 'key *'")
        db.commit()
    assert in_file(lab.path, "carol-doe") > 1000
    forgetting.forget(lab.path, "carol-doe", NOW)
    assert in_file(lab.path, "carol-doe") == 1  # Carol-Doe-2


def test_no_later_sync_brings_it_back_and_nothing_counts_as_changed_or_gone(lab: Lab, carol: Account) -> None:
    lab.sync()
    forgetting.forget(lab.path, "carol-doe", NOW)
    before = counts(lab.path)
    report = lab.sync(full=True)
    assert (report.counts.inserted, report.counts.gone) == (0, 0)
    assert lab.query("SELECT * FROM changes") == []
    assert counts(lab.path) == before
    assert in_file(lab.path, "carol-doe") == 1  # Carol-Doe-2
    assert in_file(lab.path, carol.node_id) == 0


def test_names_of_their_repositories_go_too(lab: Lab, carol: Account) -> None:
    repo, theirs = lab.repo, lab.world.repository("carol-doe/fork", "2025-02-01")
    repo.pull_request("Theirs", carol, "2025-04-04", body="Fixes carol-doe/fork#1, closes #1.")
    theirs.transfer(theirs.issue("Moves", carol, "2025-04-04"), repo, carol, "2025-04-05")
    lab.sync()
    name = forgetting.forget(lab.path, "carol-doe", NOW).name
    lab.sync(full=True)
    found = lab.query("SELECT closes FROM pull_requests WHERE title = 'Theirs'")
    assert found == [f'[["{name}/fork", 1], [null, 1]]']
    assert lab.query("SELECT from_repository FROM events WHERE type = 'TransferredEvent'") == [f"{name}/fork"]
    assert in_file(lab.path, "carol-doe") == 1  # Carol-Doe-2


def test_it_stays_forgotten_under_a_new_login(lab: Lab, carol: Account) -> None:
    lab.sync()
    name = forgetting.forget(lab.path, "carol-doe", NOW).name
    carol.login = "Caroline"
    lab.world.move(days=1)
    repo = lab.world.repositories[0]
    repo.issue("Caroline asks again", carol)
    repo.release("v2", lab.alice, body="Thanks to @caroline")
    lab.sync()
    assert in_file(lab.path, "Caroline") == 0
    own = "SELECT title FROM issues WHERE author = (SELECT id FROM accounts WHERE login = ?) ORDER BY id"
    assert lab.query(own, name) == [f"{name} asks", f"{name} asks again"]
    assert lab.query("SELECT body FROM releases WHERE tag_name = 'v2'") == [f"Thanks to @{name}"]
    assert forgetting.preview(lab.path, "CAROLINE").already


def test_whoever_takes_the_login_later_is_not_named_either(lab: Lab, carol: Account) -> None:
    dave = lab.world.user("Dave")
    lab.world.repositories[0].issue("By Dave", dave, "2025-07-01")
    lab.sync()
    forgetting.forget(lab.path, "carol-doe", NOW)
    carol.login = "Caroline"
    dave.login = "Carol-Doe"
    lab.world.move(days=1)
    lab.world.repositories[0].issue("Another", dave)
    lab.sync()
    assert in_file(lab.path, "carol-doe") == 1
    assert lab.query("SELECT count(DISTINCT author) FROM issues WHERE number > 2") == [1]
    assert lab.query("SELECT * FROM changes") == []


def test_a_login_can_be_forgotten_before_it_is_ever_seen(lab: Lab, carol: Account) -> None:
    open_database(lab.path).close()
    found = forgetting.forget(lab.path, "Carol-Doe", NOW)
    assert (found.accounts, found.rows) == (0, 0)
    lab.sync()
    assert in_file(lab.path, "carol-doe") == 1
    assert lab.query(
        "SELECT count(*) FROM issues JOIN accounts ON accounts.id = author WHERE login = ?", found.name
    ) == [1]


def test_a_listed_bot_stays_one(lab: Lab, carol: Account) -> None:
    lab.sync()
    name = forgetting.forget(lab.path, "carol-doe", NOW).name
    with closing(open_database(lab.path)) as db:
        config = Config(bots=(Bot("Carol-Doe", "Carol-Doe is a script"),))
        bots.mark_bots(db, config)
        marked = db.execute("SELECT login, bot_reason FROM accounts WHERE is_bot").fetchall()
    assert marked == [(name, f"listed: {name} is a script")]


def test_twice_is_as_good_as_once(lab: Lab, carol: Account) -> None:
    lab.sync()
    first = forgetting.forget(lab.path, "carol-doe", NOW)
    again = forgetting.forget(lab.path, "Carol-Doe", NOW)
    assert (again.name, again.already, again.accounts) == (first.name, True, 0)
    assert lab.query("SELECT count(*) FROM forgotten") == [2]


def test_another_database_has_another_name_for_it(lab: Lab, carol: Account, tmp_path: Path) -> None:
    lab.sync()
    other = tmp_path / "other.db"
    open_database(other).close()
    assert forgetting.forget(other, "carol-doe", NOW).name != forgetting.forget(lab.path, "carol-doe", NOW).name


def test_not_while_a_sync_is_at_work(lab: Lab, carol: Account) -> None:
    lab.sync()
    with lock.held(lab.path, NOW), pytest.raises(AlreadyRunning):
        forgetting.forget(lab.path, "carol-doe", NOW)
    assert in_file(lab.path, "carol-doe") > 5


def test_what_a_reader_keeps_in_the_files_is_told_and_gone_the_next_time(
    lab: Lab, carol: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a long backup: SQLite cannot write over what it reads."""
    lab.sync()
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.0)
    with closing(sqlite3.connect(lab.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM accounts").fetchone()
        with pytest.raises(AlreadyRunning, match="forgotten, but another process still reads"):
            forgetting.forget(lab.path, "carol-doe", NOW)
        assert in_file(lab.path, "carol-doe") > 1
    assert forgetting.forget(lab.path, "carol-doe", NOW).already
    assert in_file(lab.path, "carol-doe") == 1  # Carol-Doe-2


@pytest.mark.parametrize("login", ["", "two words", "-x", "a/b", "'; DROP TABLE accounts; --", "%"])
def test_what_is_no_login(lab: Lab, carol: Account, login: str) -> None:
    lab.sync()
    with pytest.raises(UsageError, match="is not a GitHub login"):
        forgetting.preview(lab.path, login)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("by @ann", "by @X"),
        ("ANN's and (ann).", "X's and (X)."),
        ("https://github.com/Ann/tool and ann@example.org", "https://github.com/X/tool and X@example.org"),
        ("Merge pull request #1 from org/ann-patch-12", "Merge pull request #1 from org/X-patch-12"),
        ("ann-lee, anna, joann, an_ann", "ann-lee, anna, joann, an_ann"),
        ("", ""),
        (None, None),
    ],
)
def test_a_login_is_replaced_where_it_is_a_word(lab: Lab, text: str | None, cleaned: str | None) -> None:
    with closing(open_database(lab.path)) as db:
        name = privacy.forget(db, "Ann", NOW).name
        assert (privacy._Known(db).clean_words(text) or "") == (cleaned or "").replace("X", name)


def test_a_default_branch_and_a_tracked_repository_keep_their_names(lab: Lab) -> None:
    lab.repository("dev/engine")
    lab.sync()
    with closing(open_database(lab.path)) as db:
        db.execute("UPDATE repositories SET default_branch = 'dev/main'")
        name = privacy.forget(db, "dev", NOW).name
        known = privacy._Known(db)
        assert known.clean_ref("refs/heads/dev/main") == "refs/heads/dev/main"
        assert known.clean_ref("refs/heads/dev/topic") == f"refs/heads/{name}/topic"
        assert known.clean_name("Dev/engine") == "Dev/engine"
        assert known.clean_name("Dev/fork") == f"{name}/fork"
        assert privacy.look(db, "dev").repositories == ("dev/engine",)
