"""What a token may not see is not gone: the stored data is kept, and the report says what GitHub said."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from collector import clock
from collector.emulator.oddities import POLICIES
from collector.method import compute as method
from tests.lab import Lab
from tests.variants import crossed

POLICY = (
    "Although you appear to have the correct authorization credentials, the `guarded` organization has an IP allow "
    "list enabled, and your IP address is not permitted to access this resource."
)


def compute(lab: Lab) -> Callable[[sqlite3.Connection], None]:
    def work(db: sqlite3.Connection) -> None:
        method.compute(db, lab.config(), clock.date_of(clock.from_text(lab.world.now)))

    return work


@pytest.mark.parametrize(("kind", "deep"), crossed([*POLICIES], [False, True]))
def test_what_the_token_may_not_see_is_not_gone(lab: Lab, kind: str, deep: bool) -> None:
    refused, open_ = lab.repository("guarded/engine"), lab.repository("example/engine")
    for repo in (refused, open_):
        repo.issue("Broken", lab.bob, "2025-03-01").comment(lab.alice, at="2025-03-02")
        repo.release("v1", lab.alice, "2025-03-06")
    assert lab.sync().exit_code == 0
    true = {table: lab.live(table) for table in ("issues", "comments", "releases", "tags", "commits", "pushes")}
    before = lab.query("SELECT * FROM sync_state WHERE repository = ?", refused.id)
    lab.world.odd.policy("guarded", kind, at="2026-01-01T12:00:00Z", until="2026-01-12", deep=deep)
    for _ in range(3):
        report = lab.night()
        assert report.exit_code == 3
        (failure,) = report.failures
        assert failure[:2] == ("guarded/engine", "repository")
        assert lab.world.odd.policies[0].sentence("guarded").rstrip(".") in failure[2]
        assert "its stored data is kept" in failure[2]
    assert lab.query("SELECT status, gone_at, tracked FROM repositories WHERE id = ?", refused.id) == [
        ("not_authorised", None, 1)
    ]
    assert {table: lab.live(table) for table in true} == true
    assert lab.query("SELECT * FROM sync_state WHERE repository = ?", refused.id) == before
    # When it answers again, it is as it was, and nothing is charged.
    refused.issue("While refused", lab.bob, "2026-01-05")
    lab.world.move(days=9)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT status FROM repositories WHERE id = ?", refused.id) == ["ok"]
    assert lab.query("SELECT * FROM late_arrivals") == []
    assert lab.query("SELECT old, new FROM changes ORDER BY id") == [("ok", "not_authorised"), ("not_authorised", "ok")]
    assert lab.compared(lab.fresh(whole=True)) == {}


def test_signals_of_what_the_token_may_not_see_become_stale_after_eight_days(lab: Lab) -> None:
    lab.repository("guarded/engine")
    lab.repository("example/engine")

    def signals(project: str) -> set[tuple[str, str]]:
        asked = "SELECT signal, status FROM signals WHERE project = ? AND as_of = ?"
        return set(lab.query(asked, project, lab.world.now[:10]))

    lab.sync(after=compute(lab))
    before = signals("guarded-engine")
    lab.world.odd.policy("guarded", next(iter(POLICIES)), at="2026-01-01T12:00:00Z")
    lab.world.move(days=3)
    assert lab.sync(after=compute(lab)).exit_code == 3
    assert signals("guarded-engine") == before
    lab.world.move(days=6)
    lab.sync(after=compute(lab))
    assert {status for _, status in signals("guarded-engine")} == {"stale"}
    assert "stale" not in {status for _, status in signals("example-engine")}


FORMS: dict[str, dict[str, Any]] = {
    "status 403": {"status": 403, "body": {"message": POLICY}},
    "no data": {"status": 200, "body": {"data": None, "errors": [{"type": "FORBIDDEN", "message": POLICY}]}},
    "no type": {"status": 200, "body": {"data": None, "errors": [{"message": POLICY}]}},
}


@pytest.mark.parametrize("form", FORMS)
def test_a_policy_that_refuses_whole_questions_is_one_owners(lab: Lab, form: str) -> None:
    guarded, _ = lab.repository("guarded/engine"), lab.repository()
    lab.sync()
    fault = lab.server.fail(f"guarded|{guarded.node_id}", "answer", times=None, **FORMS[form])
    for _ in range(2):
        report = lab.night()
        assert report.exit_code == 3
        ((name, kind, error),) = report.failures
        assert (name, kind) == ("guarded/engine", "repository")
        assert POLICY.rstrip(".") in error
        assert "Run this from an address that the organisation allows." in error
    assert lab.query("SELECT status, gone_at FROM repositories ORDER BY full_name") == [
        ("ok", None),
        ("not_authorised", None),
    ]
    lab.server.faults.remove(fault)
    assert lab.night().exit_code == 0
    assert lab.compared(lab.fresh()) == {}


def test_a_policy_that_begins_in_the_middle_of_a_list(lab: Lab) -> None:
    guarded, open_ = lab.repository("guarded/engine"), lab.repository()
    for repo in (guarded, open_):
        for n in range(60):
            repo.issue(f"Issue {n}", lab.bob, "2025-03-01")
    fault = lab.server.fail(f" Issues .*{guarded.node_id}", "answer", nth=2, times=None, **FORMS["status 403"])
    report = lab.sync()
    assert report.exit_code == 3
    assert [failure[:2] for failure in report.failures] == [("guarded/engine", "issues")]
    assert POLICY.rstrip(".") in report.failures[0][2]
    assert lab.query("SELECT count(*) FROM issues") == [25 + 60]
    lab.server.faults.remove(fault)
    assert lab.night().exit_code == 0
    assert lab.compared(lab.fresh()) == {}


def test_one_that_was_never_seen_is_no_mistake_in_the_configuration(lab: Lab) -> None:
    lab.repository("guarded/engine")
    lab.world.odd.policy("guarded", "saml")
    report = lab.sync()
    assert report.exit_code == 3
    assert "correct its name" not in report.failures[0][2]
    assert "Configure SSO" in report.failures[0][2]
    assert lab.query("SELECT count(*) FROM repositories") == [0]


def test_a_push_log_that_the_token_may_not_see(lab: Lab) -> None:
    lab.repository()
    lab.server.fail(
        "/activity", "answer", times=None, status=403, body={"message": "Resource not accessible by integration"}
    )
    report = lab.sync()
    assert report.exit_code == 3
    assert [kind for _, kind, _ in report.failures] == ["pushes"]
    assert "Resource not accessible by integration" in report.failures[0][2]
    assert lab.query("SELECT status FROM repositories") == ["ok"]


@pytest.mark.parametrize("kind", ["FORBIDDEN", "SERVICE_UNAVAILABLE"])
def test_discussions_that_are_not_shown_hide_no_repository(lab: Lab, kind: str) -> None:
    """An Actions token with permissions of its own: GitHub's schema has them never null, so they take all along."""
    repo = lab.repository()
    lab.world.odd.fails(repo, "discussions", message="Resource not accessible by integration", kind=kind)
    for _ in range(2):
        repo.issue("News", lab.bob)
        assert lab.night().exit_code == 0
    assert len(lab.live("issues")) == 2
    assert lab.query("SELECT status FROM repositories") == ["ok"]
    if kind == "FORBIDDEN":
        assert lab.query("SELECT part, error FROM unreadable") == [
            ("discussions", "Resource not accessible by integration")
        ]
