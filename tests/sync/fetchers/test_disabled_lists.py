"""Issues and pull requests that a repository's owner switches off, and on again."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from collector import clock
from collector.emulator.repository import Repository
from collector.method import compute
from tests.lab import Lab


def signals(lab: Lab) -> Callable[[sqlite3.Connection], None]:
    def after(db: sqlite3.Connection) -> None:
        compute.compute(db, lab.config(), clock.date_of(clock.from_text(lab.world.now)))

    return after


def signal(lab: Lab, key: str) -> tuple[str, str | None, dict[str, Any]]:
    """Status, reason and companions of a signal, as it was computed last."""
    sql = "SELECT status, reason, companions FROM signals WHERE signal = ? ORDER BY as_of DESC LIMIT 1"
    status, reason, companions = lab.query(sql, key)[0]
    return status, reason, json.loads(companions)


def furnished(lab: Lab) -> Repository:
    repo = lab.repository()
    for n in range(30):
        repo.issue(f"Issue {n}", lab.bob, f"2025-03-{n % 28 + 1:02}")
        pull = repo.pull_request(f"Change {n}", lab.bob, f"2025-04-{n % 28 + 1:02}", fork=True)
        pull.comment(lab.alice, at=f"2025-05-{n % 28 + 1:02}")
        if n % 2:
            pull.merge(lab.alice, f"2025-06-{n % 28 + 1:02}", method="squash")
    for _ in range(8):
        lab.night()
    return repo


@pytest.mark.parametrize(
    ("switch", "table", "key", "reason"),
    [
        ("has_issues", "issues", "first_response_7d", "issues are switched off"),
        ("has_pull_requests", "pull_requests", "review_response_7d", "pull requests are switched off"),
    ],
)
def test_switched_off_and_on_again(lab: Lab, switch: str, table: str, key: str, reason: str) -> None:
    repo = furnished(lab)
    lab.world.move(days=1)
    repo.change(None, **{switch: False})
    for _ in range(8):
        assert lab.night().exit_code == 0
    assert lab.sync(after=signals(lab)).exit_code == 0
    assert lab.live(table) == set()
    assert lab.query(f"SELECT {switch} FROM repositories") == [0]
    recorded = 'SELECT CAST(old AS INTEGER), CAST(new AS INTEGER) FROM changes WHERE "column" = ?'
    assert lab.query(recorded, switch) == [(1, 0)]
    assert lab.differences() == {}
    assert signal(lab, key)[:2] == ("not_observable", reason)
    status, _, companions = signal(lab, "history_integrity")
    assert (status, "vanished" in companions) == ("ok", False)
    lab.world.move(days=1)
    repo.change(None, **{switch: True})
    true = lab.fresh()  # nothing happens from now on
    for _ in range(8):
        assert lab.sync().exit_code == 0
        assert lab.compared(true) == {}
        lab.world.move(days=1)
    assert lab.sync(after=signals(lab)).exit_code == 0
    assert lab.query(f"SELECT {switch} FROM repositories") == [1]
    assert signal(lab, key)[1] != reason
    assert "vanished" not in signal(lab, "history_integrity")[2]
    assert lab.query("SELECT * FROM late_arrivals") == []


def test_a_night_without_news_asks_nothing_of_what_is_switched_off(lab: Lab) -> None:
    repo = furnished(lab)
    repo.change(has_pull_requests=False)
    lab.night()
    asked = len(lab.server.log)
    lab.night()
    assert {entry.operation for entry in lab.server.log[asked:]} <= {"RepositoryStates", "Issues"}


def test_a_list_that_is_empty_by_mistake_is_not_switched_off(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where GitHub does not say that pull requests are switched off, those that it shows by their ids are there."""
    furnished(lab)
    lab.world.move(days=1)
    empty = {"totalCount": 0, "nodes": []}

    def change(answer: Any) -> None:
        for key, repository in answer["data"].items():
            if key != "rateLimit":
                repository["pullRequests"] = empty

    lab.server.fail(" RepositoryStates ", "change", times=None, change=change)
    lab.server.fail(r"GET /repositories/\d+$", "answer", status=200, body={"id": 1}, times=None)
    assert lab.sync().exit_code == 0
    lab.server.faults.clear()
    assert len(lab.live("pull_requests")) == 30
    assert lab.query("SELECT has_pull_requests FROM repositories") == [1]
    lab.night()
    assert lab.differences() == {}
    assert lab.query("SELECT * FROM changes") == []


def test_a_repository_that_never_had_pull_requests_is_complete(lab: Lab) -> None:
    lab.repository().issue("One", lab.bob, "2025-03-01")
    lab.sync()
    lab.night()
    assert lab.query("SELECT completed_at IS NOT NULL FROM sync_state WHERE kind = 'pull_requests'") == [1]
    assert lab.query("SELECT has_pull_requests FROM repositories") == [1]


@pytest.mark.parametrize("answer", [{"has_pull_requests": 0}, {"has_pull_requests": "no"}, [7], "x"])
def test_an_odd_answer_switches_nothing_off(lab: Lab, answer: object) -> None:
    lab.repository()
    lab.server.fail("GET /repositories/", "answer", times=None, status=200, body=answer)
    report = lab.sync()
    assert (report.exit_code, [kind for _, kind, _ in report.failures]) == (3, ["pull_requests"])
    assert lab.query("SELECT has_pull_requests FROM repositories") == [1]
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    assert lab.differences() == {}
