"""How the re-reading of issues and pull requests is spread over a week, and what becomes of what is gone."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import clock
from collector.github import models as m
from collector.github import page_size
from collector.store.state import State
from collector.sync.fetchers import threads
from tests.lab import Lab

START = datetime.fromisoformat("2026-01-01T03:00:00Z")


def swept(total: int, nights: int, minutes: list[int]) -> list[int]:
    """Pages read each night, at about the same hour."""
    state, read = State(1, "issues", sweep_at=clock.to_text(START)), []
    pages = max(1, -(-total // 100))
    for night in range(1, nights + 1):
        now = clock.to_text(START + timedelta(days=night, minutes=minutes[night % len(minutes)]))
        due = threads.pages_due(state, total, 100, now, None)
        read.append(due)
        state.sweep_done += 100 * due
        if state.sweep_done >= 100 * pages:
            state.sweep_at, state.sweep_done = now, 0
    return read


@given(st.integers(0, 5000), st.lists(st.integers(-60, 60), min_size=1, max_size=9))
def test_every_page_is_read_once_in_a_week(total: int, minutes: list[int]) -> None:
    pages = max(1, -(-total // 100))
    for weeks in (1, 2, 3):
        assert sum(swept(total, 7 * weeks, minutes)) == weeks * pages


@given(st.integers(0, 5000))
def test_no_night_has_much_more_than_its_share(total: int) -> None:
    pages = max(1, -(-total // 100))
    assert max(swept(total, 14, [0])) <= pages / 6.5 + 1


def test_small_lists_are_read_once_a_week() -> None:
    assert swept(80, 14, [0]) == [0, 0, 0, 0, 0, 0, 1] * 2
    assert swept(600, 7, [0]) == [0, 1, 1, 1, 1, 1, 1]


def test_nothing_is_due_before_all_was_read_once() -> None:
    assert threads.pages_due(State(1, "issues"), 500, 100, "2026-01-01T00:00:00Z", None) == 0


def test_weeks_that_were_missed_are_made_up_for() -> None:
    state = State(1, "issues", sweep_at="2026-01-01T00:00:00Z", sweep_done=200)
    assert threads.pages_due(state, 500, 100, "2026-03-01T00:00:00Z", None) == 3


def test_githubs_clock_counts_where_ours_stands_still() -> None:
    now = "2026-01-01T00:00:00Z"
    state = State(1, "issues", sweep_at=now, sweep_witnessed_at="2026-01-01T00:00:00Z")
    assert threads.pages_due(state, 50, 100, now, "2026-01-05T00:00:00Z") == 0
    assert threads.pages_due(state, 50, 100, now, "2026-01-08T00:00:00Z") == 1


def page(total: int, *nodes: tuple[str, str]) -> m.Page[m.Touched | None]:
    return m.Page[m.Touched | None](total_count=total, nodes=[m.Touched(id=i, updated_at=at) for i, at in nodes])


def test_fingerprint_changes_with_any_news() -> None:
    at, later = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
    seen = [page(0), page(1, ("a", at)), page(2, ("a", at)), page(2, ("b", at)), page(2, ("a", later))]
    assert len({threads.fingerprint(p) for p in seen}) == len(seen)


def moved(lab: Lab) -> dict[str, str | None]:
    """Title -> where it went, of the issues that are gone."""
    return dict(lab.query("SELECT title, moved_to FROM issues WHERE gone_at IS NOT NULL"))


def test_of_issues_that_are_gone_it_is_asked_once_whether_they_moved(lab: Lab) -> None:
    here, there = lab.repository("example/here"), lab.repository("example/there")
    titles = {1: "Kept", 2: "Transferred", 3: "Deleted", 4: "Hidden"}
    issues = {number: here.issue(title, lab.bob, f"2025-03-0{number}") for number, title in titles.items()}
    dropped = here.pull_request("Dropped", lab.bob, "2025-03-05")
    here.pull_request("Kept", lab.bob, "2025-03-06")
    lab.sync()
    lab.world.move(days=1)
    secret = lab.world.repository("example/secret", "2025-02-01")
    here.transfer(issues[2], there, lab.alice)
    here.transfer(issues[4], secret, lab.alice)
    secret.change(private=True)
    here.threads[3].delete()
    dropped.delete()
    for _ in range(15):
        lab.night()
    there_now = f"https://api.github.com/repositories/{there.id}/issues/1"
    assert moved(lab) == {"Transferred": there_now, "Deleted": None, "Hidden": None}
    assert len(lab.asked(f"/repositories/{here.id}/issues/")) == 3
    assert lab.differences() == {}


def test_a_repository_that_was_renamed_moved_none_of_its_issues(lab: Lab) -> None:
    here = lab.repository("example/here")
    here.issue("Deleted", lab.bob, "2025-03-01")
    lab.sync()
    here.threads[1].delete()
    handle = lab.server.front

    def renamed_meanwhile(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/issues/1"):
            here.change(name="example/elsewhere")
        return handle(request)

    lab.server.front = renamed_meanwhile
    lab.night(8)
    assert lab.asked("/issues/1")
    assert moved(lab) == {"Deleted": None}


@pytest.mark.parametrize("kind", ["502_html", "404", "451", "garbage"])
def test_an_issue_of_which_it_cannot_be_found_out_has_not_moved(lab: Lab, kind: str) -> None:
    here, there = lab.repository("example/here"), lab.repository("example/there")
    issue = here.issue("Transferred", lab.bob, "2025-03-01")
    lab.sync()
    here.transfer(issue, there, lab.alice)
    lab.server.fail(r"/issues/1\b", kind, times=None)
    report = lab.night(8)
    assert report.exit_code == 0, report.message
    assert moved(lab) == {"Transferred": None}


def own_commits(lab: Lab) -> list[Any]:
    """(title of the pull request, headline)"""
    return list(
        lab.query(
            "SELECT p.title, o.headline FROM pull_request_commits AS o "
            "JOIN pull_requests AS p ON p.id = o.pull_request WHERE o.gone_at IS NULL ORDER BY 1, 2"
        )
    )


def test_own_commits_are_kept_of_what_was_squashed_or_rebased(lab: Lab) -> None:
    repo = lab.repository()
    for n, (title, how) in enumerate({"A": "squash", "B": "rebase", "C": "merge", "D": "", "E": "squash"}.items(), 1):
        pull = repo.pull_request(title, lab.bob, f"2025-03-0{n}", commits=230 if title == "E" else 2)
        if how:
            pull.merge(lab.alice, f"2025-04-0{n}", method=how)
    large = repo.pull_request("F", lab.bob, "2025-03-06", commits=120)
    lab.sync()
    found = own_commits(lab)
    assert [own for own in found if own[0] != "E"] == [(t, f"{t}, part {n}") for t in "AB" for n in (1, 2)]
    assert len(found) == 4 + 230
    assert len(lab.asked("MoreCommits")) == 2, "of what is not merged, the first page is enough"
    lab.world.move(days=1)
    large.merge(lab.alice, method="squash")
    lab.sync()
    assert len(own_commits(lab)) == 4 + 230 + 120
    assert lab.differences() == {}


@pytest.mark.parametrize("days", [1, 7])
def test_quiet_lists_stay_complete(lab: Lab, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Of long lists only a few pages are re-read a night, of short ones none: all were complete at every sync."""
    small = {kind: page_size.Sizes(4, 4) for kind in page_size.SIZES}
    monkeypatch.setattr(page_size, "SIZES", small)
    for size in (0, 3, 4, 5, 40):
        repo = lab.repository(f"example/with-{size}")
        for n in range(size):
            repo.issue(f"Issue {n}", lab.bob, "2025-03-01")
        for n in range(size // 5):
            repo.pull_request(f"Change {n}", lab.bob, "2025-03-01")
    lab.sync()
    for _ in range(8 if days == 1 else 4):
        lab.night(days)
        now = lab.reports[-1].started_at
        assert set(lab.query("SELECT completed_at FROM sync_state WHERE kind <> 'advisories'")) == {now}
    assert lab.query("SELECT count(*) FROM sync_errors") == [0]
