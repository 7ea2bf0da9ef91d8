"""What a plan says beside what the sync then takes, with GitHub's weight."""

from pathlib import Path

import pytest

from collector import clock
from collector.sync import plan
from tests.lab import Lab, Server


@pytest.fixture
def heavy(lab: Lab) -> Lab:
    """A repository of 400 commits, half pushed straight, 90 issues, 120 merged pull requests and 150 discussions."""
    repo = lab.repository(has_discussions=True)
    for n in range(150):
        repo.discussion(f"Question {n}", lab.bob, f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}").comment(lab.alice)
    lab.server = Server(lab.world, clock=lab.seconds, weight=True)
    for n in range(200):
        repo.commit(f"Work {n}", lab.alice, f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
    repo.push(by=lab.alice, at="2025-11-01")
    for n in range(120):
        repo.pull_request(f"Change {n}", lab.bob, "2025-11-02").merge(lab.alice, f"2025-11-{n % 27 + 3:02}")
    for n in range(90):
        repo.issue(f"Issue {n}", lab.bob, f"2025-03-{n % 28 + 1:02}")
    for n in range(30):
        repo.release(f"v{n}", lab.alice, f"2025-12-{n % 28 + 1:02}")
    return lab


def planned(lab: Lab, full: bool = False) -> plan.Plan:
    now = clock.from_text(lab.world.now)
    return plan.make(lab.github(), lab.config(), lab.path if lab.path.exists() else Path("none.db"), now, full)


def test_a_first_sync_and_a_full_one_are_foreseen(heavy: Lab) -> None:
    for full in (False, True):
        said = planned(heavy, full)
        asked, seconds = said.asked.requests, heavy.server.modelled_seconds
        report = heavy.sync(full=full)
        assert said.requests - asked == pytest.approx(report.total.requests - 1, rel=0.25)
        assert said.points - asked == pytest.approx(report.total.points - 1, rel=0.25)
        assert said.seconds == pytest.approx(heavy.server.modelled_seconds - seconds, rel=0.35)
        assert ({"commit_sizes", "diffs"} <= {step.kind for step in said.steps}) != full


def test_a_quiet_night_costs_nothing(heavy: Lab) -> None:
    heavy.sync()
    heavy.world.move(hours=3)
    said = planned(heavy)
    assert {step.why for step in said.steps} == {"unchanged"}
    assert (said.requests, said.seconds) == (1, 0)


def test_pages_are_planned_in_the_sizes_that_were_learnt(heavy: Lab) -> None:
    heavy.server.fail(" Issues ", "node_timeout", nodes=1000)
    heavy.sync()
    heavy.server.faults.clear()
    said = planned(heavy, full=True)
    (issues,) = [step for step in said.steps if step.kind == "issues"]
    assert issues.requests > 4


def test_what_the_token_may_not_see_is_said(heavy: Lab) -> None:
    heavy.world.odd.policy("example", "saml")
    said = planned(heavy)
    assert said.steps == []
    ((name, why),) = said.problems
    assert name == "example/engine"
    assert "Configure SSO" in why
    assert why in plan.to_text(said)
