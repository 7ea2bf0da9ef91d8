"""Repositories that are renamed, replaced, hidden, emptied or archived, or whose issues are switched off."""

from typing import Any

import pytest

from tests.lab import Lab


def test_rename_keeps_the_history_under_its_number(lab: Lab) -> None:
    repo, other = lab.repository(), lab.repository("example/other")
    issue = other.issue("There", lab.bob, "2025-03-01")
    pull = repo.pull_request("Here", lab.alice, "2025-03-02")
    issue.refer(pull, "2025-03-02", will_close=True)
    repo.issue("A sign of life", lab.bob)
    lab.sync()
    lab.world.move(days=1)
    repo.change(name="example/motor")
    repo.issue("After", lab.bob)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT full_name FROM repositories WHERE id = ?", repo.id) == ["example/motor"]
    assert lab.query("SELECT old, new FROM changes WHERE \"column\" = 'full_name'") == [
        ("example/engine", "example/motor")
    ]
    assert lab.query("SELECT count(*) FROM issues WHERE repository = ?", repo.id) == [2]
    assert lab.differences() == {}


def test_name_taken_over_by_another_repository(lab: Lab) -> None:
    repo = lab.repository()
    repo.issue("Ours", lab.bob, "2025-03-01")
    lab.sync()
    lab.world.move(days=1)
    repo.change(name="elsewhere/engine")
    lab.world.repository("example/engine").issue("Theirs", lab.bob)
    lab.sync()
    assert lab.query("SELECT id, full_name FROM repositories") == [(repo.id, "elsewhere/engine")]
    assert lab.query("SELECT title FROM issues") == ["Ours"]


def test_name_of_a_deleted_repository_given_to_another(lab: Lab) -> None:
    repo = lab.repository()
    repo.issue("Ours", lab.bob, "2025-03-01")
    lab.sync()
    lab.world.move(days=1)
    repo.change(deleted=True)
    lab.world.repository("example/engine").issue("Theirs", lab.bob)
    assert lab.sync().exit_code == 3
    assert lab.query("SELECT id, status FROM repositories") == [(repo.id, "private_or_gone")]
    assert lab.query("SELECT title FROM issues") == ["Ours"]


def test_private_repository_keeps_its_history_and_goes_on_when_it_is_back(lab: Lab) -> None:
    repo, other = lab.repository(), lab.repository("example/other")
    repo.issue("Before", lab.bob, "2025-03-01")
    lab.sync()
    lab.world.move(days=1)
    repo.change(private=True)
    repo.issue("Unseen", lab.bob)
    other.issue("Meanwhile", lab.bob)
    report = lab.sync()
    assert report.exit_code == 3
    assert "example/engine" in report.message
    assert lab.query("SELECT status, gone_at IS NULL FROM repositories WHERE id = ?", repo.id) == [
        ("private_or_gone", 0)
    ]
    assert set(lab.query("SELECT title FROM issues WHERE gone_at IS NULL")) == {"Before", "Meanwhile"}
    lab.world.move(days=30)
    repo.change(private=False)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT status FROM repositories WHERE id = ?", repo.id) == ["ok"]
    assert lab.differences() == {}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"blocked": True}, "blocked", 3),
        ({"deleted": True}, "private_or_gone", 3),
        ({"archived": True}, "archived", 0),
        ({"disabled": True}, "disabled", 0),
    ],
)
def test_each_fate_has_a_status(lab: Lab, change: dict[str, Any], status: str, code: int) -> None:
    repo = lab.repository()
    lab.repository("example/other")
    lab.sync()
    lab.world.move(days=1)
    repo.change(**change)
    assert lab.sync().exit_code == code
    assert lab.query("SELECT status FROM repositories WHERE id = ?", repo.id) == [status]
    assert lab.query("SELECT count(*) FROM commits WHERE repository = ?", repo.id) == [1]
    lab.world.move(days=1)
    lab.sync()
    assert lab.query("SELECT key, old, new FROM changes WHERE \"column\" = 'status'") == [(str(repo.id), "ok", status)]


def test_empty_repository_fills_is_emptied_and_filled_again(lab: Lab) -> None:
    repo = lab.world.repository("example/new", "2025-02-01")
    lab.tracked.append("example/new")
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT status, head_oid FROM repositories") == [("empty", None)]
    lab.world.move(days=1)
    first = repo.commit("First", lab.alice)
    repo.push(by=lab.alice)
    lab.sync()
    assert lab.differences() == {}
    lab.world.move(days=1)
    repo.delete_branch("main", lab.alice)
    lab.sync()
    assert lab.query("SELECT status FROM repositories") == ["empty"]
    assert lab.live("commits") == set()
    lab.world.move(days=1)
    repo.push(first)
    lab.sync()
    assert lab.query("SELECT oid FROM commits WHERE gone_at IS NULL") == [first.oid]
    assert lab.differences() == {}


def test_issues_switched_off_and_on_again(lab: Lab) -> None:
    repo = lab.repository()
    repo.issue("One", lab.bob, "2025-03-01").comment(lab.alice, at="2025-03-02")
    lab.sync()
    lab.world.move(days=1)
    repo.change(has_issues=False)
    lab.sync()
    assert lab.live("issues") == set()
    assert lab.live("comments") == set()
    assert lab.differences() == {}
    lab.world.move(days=1)
    repo.change(has_issues=True)
    lab.sync()
    assert lab.differences() == {}
    assert len(lab.live("comments")) == 1
