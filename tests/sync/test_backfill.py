"""A database of an earlier version gets the facts that it lacks within a week, and tells until then what it lacks."""

import pytest

from collector.sync.fetchers.reconciling import PERIOD
from tests.lab import Lab

EARLIER = "UPDATE sync_state SET backfill = 'due' WHERE kind IN ('issues', 'pull_requests')"


def upgraded(lab: Lab, issues: int) -> None:
    """A database that was synced before labels, and the association of comments, were stored."""
    repo = lab.repository()
    for n in range(issues):
        issue = repo.issue(f"Issue {n}", lab.bob, f"2025-{n // 28 % 10 + 2:02}-{n % 28 + 1:02}", labels=("bug",))
        issue.comment(lab.alice, at=f"2025-{n // 28 % 10 + 2:02}-{n % 28 + 1:02}")
    lab.sync()
    lab.change("DELETE FROM issue_labels")
    lab.change("UPDATE comments SET length = NULL")
    lab.change(EARLIER)


def backfill(lab: Lab) -> list[str | None]:
    """The state of the backfill of issues and pull requests."""
    found: list[str | None] = lab.query(
        "SELECT backfill FROM sync_state WHERE kind IN ('issues', 'pull_requests') ORDER BY kind"
    )
    return found


def test_seven_nights_fetch_what_is_missing(lab: Lab) -> None:
    upgraded(lab, issues=210)
    nightly = []
    for night in range(8):
        asked = len(lab.asked("POST /graphql Issues "))
        lab.night()
        nightly.append(len(lab.asked("POST /graphql Issues ")) - asked)
        if night == 0:
            assert backfill(lab)[0] == "running"
        if backfill(lab) == [None, None]:
            break
    assert len(nightly) <= 7
    assert max(nightly) <= 2
    assert lab.differences() == {}
    assert lab.query("SELECT count(*) FROM late_arrivals") == [0]
    assert lab.query("SELECT count(*) FROM changes") == [0]


def test_it_begins_at_the_newest_thread_also_when_a_list_was_being_reconciled(lab: Lab) -> None:
    upgraded(lab, issues=120)
    for _ in range(3):
        lab.night()
    lab.change("DELETE FROM issue_labels")
    lab.change("UPDATE comments SET length = NULL")
    lab.change(EARLIER)
    for _ in range(7):
        lab.night()
    assert backfill(lab) == [None, None]
    assert lab.differences() == {}


def test_a_full_sync_fetches_everything_at_once(lab: Lab) -> None:
    upgraded(lab, issues=120)
    lab.world.move(days=1)
    lab.sync(full=True)
    assert backfill(lab) == [None, None]
    assert lab.differences() == {}


@pytest.mark.parametrize("limit", [1, pytest.param(2, marks=pytest.mark.variants), 3])
def test_a_small_budget_only_makes_it_take_longer(lab: Lab, limit: int) -> None:
    from collector.github.client import Bounds

    upgraded(lab, issues=120)
    for _ in range(30):
        lab.world.move(days=1)
        lab.sync(bounds=Bounds(points=limit))
        if backfill(lab) == [None, None]:
            break
    lab.night()
    assert backfill(lab) == [None, None]
    assert lab.differences() == {}


def test_a_week_of_one_night_is_enough(lab: Lab) -> None:
    upgraded(lab, issues=120)
    lab.night()
    lab.night(days=PERIOD.days + 1)
    assert backfill(lab) == [None, None]
    assert lab.differences() == {}
