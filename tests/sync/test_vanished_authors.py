"""GitHub is asked whether authors of vanished objects are still there: once, later seldom, and about nobody else."""

import pytest

from collector.derive import needed_accounts
from collector.emulator.server import Logged
from collector.emulator.threads import Issue
from tests.lab import Lab


@pytest.fixture
def flooded(lab: Lab) -> tuple[Lab, list[Issue]]:
    """A lab with five issues: of bob, of a spammer with bob's comment, of a critic, of a newcomer, and of a bot."""
    repo = lab.repository()
    by = [lab.bob, lab.world.user("spammer"), lab.world.user("critic"), lab.world.user("newcomer", "2025-11-25")]
    by.append(lab.world.bot("helper"))
    issues = [repo.issue(f"Issue {n}", author, f"2025-12-0{n + 1}") for n, author in enumerate(by)]
    issues[1].comment(lab.bob, at="2025-12-05")
    lab.sync()
    lab.world.move(days=1)
    return lab, issues


def vanish(lab: Lab, *issues: Issue) -> None:
    """Delete issues, and sync until they are known to be gone."""
    for issue in issues:
        issue.delete()
    for _ in range(8):
        lab.night()
    assert lab.query("SELECT count(*) FROM issues WHERE gone_at IS NOT NULL") == [len(issues)]


def asked(lab: Lab) -> list[Logged]:
    return lab.asked("AccountsById")


def gone(lab: Lab) -> list[str]:
    return [str(login) for login in lab.query("SELECT login FROM accounts WHERE gone_at IS NOT NULL")]


def test_an_author_is_asked_about_once_and_who_is_gone_is_marked(flooded: tuple[Lab, list[Issue]]) -> None:
    lab, issues = flooded
    assert lab.world.accounts["spammer"].id != lab.world.accounts["critic"].id
    lab.world.delete_account(lab.world.accounts["spammer"])
    vanish(lab, *issues[1:])
    # The newcomer's issue is charged to nobody, and bots' neither. Bob's comment went with the spammer's issue.
    assert sum(len(entry.variables["ids"]) for entry in asked(lab)) == 3
    assert gone(lab) == ["spammer"]
    (since,) = lab.query(
        "SELECT DISTINCT gone_at FROM issues WHERE author IN (SELECT id FROM accounts WHERE gone_at > '')"
    )
    assert lab.query("SELECT gone_at FROM accounts WHERE login = 'spammer'") == [since], "known with the loss itself"
    price = "SELECT sum(requests), sum(points), sum(gone) FROM sync_run_parts WHERE kind = 'vanished_authors'"
    assert lab.query(price) == [(len(asked(lab)), len(asked(lab)), 1)]


def test_it_is_asked_again_seldom_and_an_account_may_come_back(flooded: tuple[Lab, list[Issue]]) -> None:
    lab, issues = flooded
    spammer = lab.world.accounts["spammer"]
    lab.world.delete_account(spammer)
    vanish(lab, issues[1], issues[2])
    first = len(asked(lab))
    lab.world.move(days=needed_accounts.ASK_AGAIN.days - 9)
    lab.sync()
    assert len(asked(lab)) == first
    del lab.world.deleted[spammer]
    lab.world.move(days=9)
    lab.sync()
    assert len(asked(lab)) == first + 1
    assert gone(lab) == []


def test_a_name_on_an_object_brings_no_account_back(flooded: tuple[Lab, list[Issue]]) -> None:
    """GitHub hides what a closed account has on its own page, and may still name it elsewhere."""
    lab, issues = flooded
    spammer = lab.world.accounts["spammer"]
    lab.world.delete_account(spammer)
    vanish(lab, issues[1])
    del lab.world.deleted[spammer]
    lab.repo.issue("Hidden until now", spammer)
    lab.sync()
    assert lab.query("SELECT count(*) FROM issues WHERE title = 'Hidden until now'") == [1]
    assert gone(lab) == ["spammer"]


def test_nothing_is_asked_where_nothing_vanished(flooded: tuple[Lab, list[Issue]]) -> None:
    lab, _ = flooded
    lab.world.delete_account(lab.world.accounts["spammer"])
    for _ in range(3):
        lab.night()
    assert asked(lab) == []


def test_an_account_without_a_node_id_is_asked_about_by_its_number(flooded: tuple[Lab, list[Issue]]) -> None:
    """As an earlier version stored it."""
    lab, issues = flooded
    lab.change("UPDATE accounts SET node_id = NULL WHERE login IN ('spammer', 'critic')")
    lab.world.delete_account(lab.world.accounts["spammer"])
    vanish(lab, issues[1], issues[2])
    assert len(lab.asked("/user/")) == 2
    assert gone(lab) == ["spammer"]


def test_a_request_that_fails_is_recorded_and_made_in_the_next_run(flooded: tuple[Lab, list[Issue]]) -> None:
    lab, issues = flooded
    lab.world.delete_account(lab.world.accounts["spammer"])
    fault = lab.server.fail("AccountsById", "500", times=None)
    vanish(lab, issues[1])
    assert gone(lab) == []
    assert "vanished_authors" in lab.query("SELECT kind FROM sync_errors")
    lab.server.faults.remove(fault)
    lab.night()
    assert gone(lab) == ["spammer"]
