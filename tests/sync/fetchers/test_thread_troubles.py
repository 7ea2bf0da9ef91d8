"""Threads that GitHub does not serve whole: what it does serve is stored, and nothing else suffers from it."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from collector.emulator.pulls import PullRequest
from collector.emulator.threads import Issue
from tests.lab import Lab
from tests.variants import crossed

SAML = "Resource protected by organization SAML enforcement."
ISSUE_PARTS = ("title", "author", "stateReason", "createdAt", "labels", "comments", "timelineItems")
PULL_REQUEST_PARTS = ("body", "mergedBy", "mergeCommit", "baseRefName", "updatedAt", "reviews", "timelineItems")
TABLES = {"Issue": "issues", "PullRequest": "pull_requests"}
SIZES = ("issues", "pulls")


def furnished(lab: Lab, issues: int = 4, pulls: int = 4) -> tuple[Issue, PullRequest]:
    """A repository with so many issues and pull requests, of which it returns those in the middle."""
    repo = lab.repository()
    days = [f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}" for n in range(max(issues, pulls))]
    asked = [repo.issue(f"Issue {n}", lab.bob, days[n], labels=("bug", "ui")) for n in range(issues)]
    for issue in asked:
        issue.comment(lab.alice, "Thanks", issue.created_at)
        issue.close(lab.alice, issue.created_at)
    changes = [repo.pull_request(f"Change {n}", lab.bob, days[n]) for n in range(pulls)]
    for pull in changes:
        pull.review(lab.alice, at=pull.created_at)
        pull.merge(lab.alice, pull.created_at, method="squash")
    return asked[issues // 2], changes[pulls // 2]


def noted(lab: Lab) -> set[tuple[str, str]]:
    """(last part of the address, part) of what is noted of threads as not served."""
    found = lab.query("SELECT url, part FROM unreadable WHERE kind IN ('issues', 'pull_requests')")
    return {(url.rpartition("/")[2], part) for url, part in found}


def heal(lab: Lab) -> None:
    """GitHub serves everything again; once it is time to ask again for all that is noted, and nothing was charged."""
    lab.world.odd.active = False
    if noted(lab):
        assert lab.night(40).exit_code == 0
    assert noted(lab) == set()
    assert lab.differences(whole=True) == {}
    assert lab.query("SELECT * FROM late_arrivals") == []
    assert lab.query("SELECT * FROM changes") == []


def rows_of(lab: Lab, table: str, number: int) -> dict[str, Any]:
    columns = [row[1] for row in lab.query(f"PRAGMA table_info({table})")]
    (row,) = lab.query(f"SELECT * FROM {table} WHERE number = ? AND gone_at IS NULL", number)
    return dict(zip(columns, row, strict=True))


def test_what_an_enterprise_server_does_not_serve_has_that_servers_address(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_github = lab.github
    monkeypatch.setattr(
        lab,
        "github",
        lambda bounds=None: replace(
            of_github(bounds),
            api_url="https://git.example/api/v3",
            graphql_url="https://git.example/api/graphql",
        ),
    )
    bad, _ = furnished(lab)
    lab.world.odd.fails(bad, "title")
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT url FROM unreadable") == [f"https://git.example/example/engine/issues/{bad.number}"]


@pytest.mark.parametrize(
    ("place", "way"),
    crossed([*((0, part) for part in ISSUE_PARTS), *((1, part) for part in PULL_REQUEST_PARTS)], ["poison", "fails"]),
)
def test_a_part_that_github_never_serves(lab: Lab, place: tuple[int, str], way: str) -> None:
    """By a time-out at any size, or by an error in its place; in the list, and when it is there already."""
    which, part = place
    table = ("issues", "pull_requests")[which]
    bad = furnished(lab, **{SIZES[which]: 12})[which]
    at = "2026-01-03" if part == "title" else None  # of one the thread is stored already
    if at:
        lab.sync()
        lab.world.move(days=3)
        bad.comment(lab.bob, "Well")
    getattr(lab.world.odd, way)(bad, part, at=at)
    report = lab.sync()
    assert report.exit_code == 0, report.failures
    assert (str(bad.number), part) in noted(lab)
    assert len(noted(lab)) <= 2
    assert any(f"/{bad.number} is not served" in error for error in lab.query("SELECT error FROM sync_errors"))
    assert len(lab.live(table)) == 12
    row = rows_of(lab, table, bad.number)
    assert row["node_id"] == bad.node_id
    if part not in ("title", "createdAt"):
        assert row["created_at"] == bad.created_at
    heal(lab)


@pytest.mark.parametrize("which", [0, 1])
def test_a_thread_of_which_not_even_the_number_comes_is_stepped_over(lab: Lab, which: int) -> None:
    bad = furnished(lab, **{SIZES[which]: 30})[which]
    table = ("issues", "pull_requests")[which]
    lab.world.odd.poison(bad)
    assert lab.sync().exit_code == 0
    assert len(lab.live(table)) == 29
    assert len(noted(lab)) == 1
    for _ in range(9):  # it is met again by the reconciliation, and counts as nothing that is missing
        assert lab.night().exit_code == 0
        nightly = "SELECT completed_at FROM sync_state WHERE completed_at IS NOT NULL AND kind <> 'advisories'"
        assert set(lab.query(nightly)) == {lab.reports[-1].started_at}
    heal(lab)
    assert len(lab.live(table)) == 30


def test_a_thread_that_was_stored_is_not_gone_when_github_does_not_serve_it(lab: Lab) -> None:
    bad = furnished(lab, issues=30)[0]
    lab.sync()
    lab.world.odd.poison(bad, at="2026-01-02")
    for _ in range(10):
        assert lab.night().exit_code == 0
    assert len(lab.live("issues")) == 30
    heal(lab)


@pytest.mark.parametrize("kind", ["FORBIDDEN", "NOT_FOUND", "SERVICE_UNAVAILABLE"])
def test_a_field_error_in_a_timeline_costs_one_event(lab: Lab, kind: str) -> None:
    issue, pull = furnished(lab, 8, 8)
    lab.sync()
    lab.world.odd.hides(issue.events[0], SAML, kind, at="2026-01-02")
    lab.world.odd.hides(pull.events[0], SAML, kind, at="2026-01-02")
    lab.world.move(days=1)
    for thread in (issue, pull):
        thread.comment(lab.bob, "News")
        thread.event("ReopenedEvent", lab.bob)
    asked = len(lab.server.log)
    assert lab.sync().exit_code == 0
    assert noted(lab) == {(str(issue.number), "timelineItems"), (str(pull.number), "timelineItems")}
    assert SAML in lab.query("SELECT error FROM unreadable")[0]
    events = lab.query("SELECT type FROM events WHERE subject = ? AND gone_at IS NULL", issue.id)
    assert sorted(events) == ["ClosedEvent", "ReopenedEvent"], "the hidden one was stored before, and stays"
    if kind in ("FORBIDDEN", "NOT_FOUND"):
        assert len(lab.server.log) - asked < 8, "asking again would not help"
    heal(lab)


def test_what_is_not_served_is_asked_for_ever_more_seldom(lab: Lab) -> None:
    bad = furnished(lab)[0]
    lab.world.odd.hides(bad.events[0])
    lab.sync()
    asked = []
    for night in range(1, 40):
        before = len(lab.asked("IssuesById"))
        lab.night()
        if len(lab.asked("IssuesById")) > before:
            asked.append(night)
    steps = [b - a for a, b in pairwise(asked)]
    assert asked[0] == 1
    assert len(asked) <= 7
    assert steps == sorted(steps)


def test_the_author_of_a_comment_behind_saml_is_kept(lab: Lab) -> None:
    issue, _ = furnished(lab)
    lab.sync()
    lab.world.odd.fails(issue.comments[0], "author", message=SAML, kind="FORBIDDEN", at="2026-01-02")
    lab.world.move(days=1)
    issue.comment(lab.bob, "News")
    assert lab.sync().exit_code == 0
    authors = lab.query("SELECT author FROM comments WHERE subject = ? ORDER BY id", issue.id)
    assert authors == [lab.alice.id, lab.bob.id]
    assert noted(lab) == {(str(issue.number), "comments")}
    heal(lab)


def test_odd_values_cost_only_themselves(lab: Lab) -> None:
    issue, pull = furnished(lab, 30, 30)
    lab.world.odd.says(issue, createdAt="9999-12-31T23:59:59-14:00", state="PAUSED", authorAssociation=None)
    lab.world.odd.says(issue.comments[0], createdAt="10889-01-01T00:00:00Z")
    lab.world.odd.says(pull, headRefOid=None, title=7, mergedAt="2025-03-05T12:00:00.5+02:00")
    report = lab.sync()
    assert report.exit_code == 0, report.failures
    row = rows_of(lab, "issues", issue.number)
    assert (row["created_at"], row["state"], row["author_association"]) == (None, "PAUSED", None)
    assert lab.query("SELECT created_at FROM comments WHERE subject = ?", issue.id) == [None]
    row = rows_of(lab, "pull_requests", pull.number)
    assert (row["head_oid"], row["merged_at"]) == (None, "2025-03-05T10:00:00Z")
    assert {part for _, part in noted(lab)} >= {"createdAt", "authorAssociation", "comments", "headRefOid"}
    assert len(lab.live("issues")) == len(lab.live("pull_requests")) == 30


def test_an_update_in_the_far_future_hides_no_news(lab: Lab) -> None:
    issue, _ = furnished(lab, issues=30)
    lab.world.odd.says(issue, updatedAt="9999-12-31T23:59:59Z", until="2026-01-02")
    lab.sync()
    for night in range(1, 9):
        lab.world.move(days=1)
        lab.world.repositories[0].issue("News", lab.bob)
        lab.sync()
        assert lab.query("SELECT count(*) FROM issues WHERE title = 'News'") == [night]
    assert lab.differences(whole=True) == {}


def test_a_thread_in_place_of_which_the_list_has_an_explained_null(lab: Lab) -> None:
    bad = furnished(lab, issues=30)[0]
    lab.world.odd.hides(bad)
    assert lab.sync().exit_code == 0
    assert len(lab.live("issues")) == 29
    assert len(noted(lab)) == 1
    heal(lab)


def test_an_unexplained_null_in_the_list_is_a_field_error_that_is_refused(lab: Lab) -> None:
    bad = furnished(lab, issues=30)[0]
    lab.world.odd.hides(bad, None)
    report = lab.sync()
    assert report.exit_code == 3
    assert "has a null row without a reason" in report.failures[0][2]
    assert lab.query("SELECT completed_at FROM sync_state WHERE kind = 'issues'") == [None]
    lab.world.odd.active = False
    assert lab.night().exit_code == 0
    assert lab.differences(whole=True) == {}


def test_a_row_within_a_long_list_of_a_thread_is_stepped_over(lab: Lab) -> None:
    repo = lab.repository()
    issue = repo.issue("Long", lab.bob, "2025-03-01")
    for n in range(230):
        issue.comment(lab.alice, f"Word {n}", f"2025-04-{n % 28 + 1:02}")
    bad = sorted(issue.comments, key=lambda c: (c.at, c.id))[150]
    lab.world.odd.poison(bad)
    assert lab.sync().exit_code == 0
    assert len(lab.live("comments")) == 229
    assert noted(lab) == {("1", "comments")}
    heal(lab)
    assert len(lab.live("comments")) == 230


def test_a_page_is_as_large_as_before_behind_a_bad_thread(lab: Lab) -> None:
    bad = furnished(lab, issues=90)[0]
    lab.world.odd.poison(bad, "comments")
    lab.sync()
    assert lab.query("SELECT page_size FROM sync_state WHERE kind = 'issues'")[0] > 24


def test_a_thread_that_does_not_say_which_it_is_hides_no_other(lab: Lab) -> None:
    issue, _ = furnished(lab, issues=8)
    lab.world.odd.says(issue, id=None, fullDatabaseId=None, number=None)
    for _ in range(2):
        assert lab.night().exit_code == 0
    assert len(lab.live("issues")) == 7
    assert [part for _, part in noted(lab)] == [""]
    heal(lab)


def test_a_thread_whose_id_comes_as_a_number_is_asked_for_by_the_one_that_is_known(lab: Lab) -> None:
    """And does not count as deleted."""
    issue, pull = furnished(lab)
    assert lab.sync().exit_code == 0

    def change(answer: Any) -> None:
        for node in answer["data"]["nodes"]:
            node["id"] = 7

    lab.world.move(days=1)
    for thread in (issue, pull):
        thread.comment(lab.bob, "News")
        lab.world.odd.poison(thread, "author")  # so that no list serves it
    lab.server.fail("sById ", "change", change=change, times=None)
    assert lab.sync().exit_code == 0
    assert len(lab.live("issues")) == len(lab.live("pull_requests")) == 4
    assert lab.query("SELECT count(*) FROM comments WHERE subject = ?", issue.id) == [2]
    lab.server.faults.clear()
    heal(lab)


@pytest.mark.parametrize("fields", [(), ("fullDatabaseId",)], ids=["all of it", "its number"])
def test_stored_threads_that_github_never_answers_for_any_more_end_no_run(lab: Lab, fields: tuple[str, ...]) -> None:
    issue, pull = furnished(lab)
    assert lab.sync().exit_code == 0
    for thread in (issue, pull):
        lab.world.odd.poison(thread, *fields)
    for n in range(5):
        lab.world.move(days=1)
        issue.comment(lab.bob, f"News {n}")
        assert lab.sync().exit_code == 0
    assert {part for _, part in noted(lab)} == {""}
    assert len(lab.live("issues")) == len(lab.live("pull_requests")) == 4
    heal(lab)


def test_a_null_in_the_batched_question_costs_a_look_at_the_list_and_nothing_else(lab: Lab) -> None:
    issue, _ = furnished(lab, issues=30)
    lab.sync()
    newest = max(
        (t for t in lab.world.repositories[0].threads.values() if t.prefix == "I"),
        key=lambda t: t.updated_at(lab.world.now),
    )
    lab.world.odd.hides(newest, None)
    lab.world.odd.fails(newest, "id")
    for _ in range(3):
        lab.world.move(days=1)
        issue.comment(lab.bob, "News")
        assert lab.sync().exit_code in (0, 3)
    assert lab.query("SELECT count(*) FROM comments WHERE subject = ?", issue.id) == [4]
