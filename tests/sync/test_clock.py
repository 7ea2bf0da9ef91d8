"""This machine's clock may be wrong or jump: nothing is lost, and it is said."""

import sqlite3
from datetime import date, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import httpx
import pytest

from collector import clock
from collector.config import Config
from collector.emulator.repository import Repository
from tests.lab import Lab

JUMPS = [
    timedelta(days=-400),
    pytest.param(timedelta(hours=-3), marks=pytest.mark.variants),
    timedelta(hours=3),
    pytest.param(timedelta(days=400), marks=pytest.mark.variants),
]


def work(lab: Lab, repo: Repository, name: str) -> None:
    repo.issue(name, lab.bob).comment(lab.alice)
    repo.push(repo.commit(name, lab.alice))
    repo.tag(name)
    repo.release(name, lab.alice)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_jump_between_runs_and_back(lab: Lab, jump: timedelta) -> None:
    repo = lab.repository()
    work(lab, repo, "v1")
    assert lab.sync().exit_code == 0
    for night in range(2, 9):
        lab.astray = jump if night in (3, 4) else timedelta()
        lab.world.move(days=1)
        work(lab, repo, f"v{night}")
        if night == 5:
            repo.threads[1].delete()
        assert lab.sync().exit_code == 0
        ahead = lab.reports[-1].clock_ahead
        assert ahead is not None
        assert abs(ahead - lab.astray.total_seconds()) < 60
        assert len(lab.query("SELECT id FROM issues")) == night
    lab.night(8)
    assert lab.differences() == {}


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_jump_within_a_run_and_a_limit_after_it(lab: Lab, jump: timedelta) -> None:
    repo = lab.repository()
    work(lab, repo, "v1")
    handle, seen = lab.server.front, []

    def jumping(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if len(seen) == 3:
            lab.astray = jump
        return handle(request)

    lab.server.front = jumping
    lab.server.fail(" Issues ", "rate_limited", reset_in=60)
    assert lab.sync().exit_code == 0
    assert lab.waited < 300
    lab.astray = timedelta()
    assert lab.night().exit_code == 0
    assert lab.differences() == {}


def test_a_time_that_has_not_come_is_no_time_of_githubs(lab: Lab) -> None:
    repo = lab.repository()
    lab.world.odd.says(repo, pushedAt="9999-12-31T23:59:59Z")
    lab.sync()
    assert lab.query("SELECT value FROM meta WHERE key = 'github_time'")[0] < "2026-01-02"
    assert max(lab.query("SELECT witnessed_at FROM sync_state WHERE witnessed_at IS NOT NULL")) < "2026-01-02"
    for _ in range(2):
        lab.world.move(days=2)
        for n in range(3):
            repo.issue(f"News {n}", lab.bob)
        assert lab.sync().exit_code == 0
    assert lab.query("SELECT * FROM late_arrivals") == []


@pytest.mark.parametrize("days", [-1100, 1100])
def test_the_database_begins_by_githubs_clock(lab: Lab, days: int) -> None:
    lab.repository().issue("Broken", lab.bob, "2025-12-01")
    lab.astray = timedelta(days=days)
    assert lab.sync(since=None).exit_code == 0
    lookback = lab.config().lookback_days
    start = clock.to_text(clock.midnight(clock.date_of(clock.from_text(lab.world.now) - timedelta(days=lookback))))
    assert lab.query("SELECT value FROM meta WHERE key = 'start'") == [start]
    assert len(lab.live("issues")) == 1


def test_a_beginning_in_the_future_is_mended(lab: Lab) -> None:
    lab.repository().issue("Broken", lab.bob, "2025-12-01")
    lab.sync()
    with sqlite3.connect(lab.path) as db:
        db.execute("UPDATE meta SET value = '2028-01-01T00:00:00Z' WHERE key = 'start'")
    db.close()
    assert lab.night().exit_code == 0
    assert lab.query("SELECT value FROM meta WHERE key = 'start'") == ["2025-01-01T00:00:00Z"]


FAR = [timedelta(days=-4000), timedelta(days=-400), timedelta(days=400), timedelta(days=4000)]


@pytest.mark.parametrize("jump", FAR, ids=str)
def test_every_date_is_githubs_while_the_clock_is_wrong(lab: Lab, jump: timedelta) -> None:
    repo = lab.repository()
    work(lab, repo, "v1")
    lab.astray = jump
    report = lab.sync(since=None)
    assert report.exit_code == 0
    assert report.started_at[:10] == "2026-01-01"
    assert lab.query("SELECT value FROM meta WHERE key = 'start'") == [
        clock.to_text(clock.midnight(date(2026, 1, 1) - timedelta(days=Config().lookback_days)))
    ]
    times = [
        *lab.query("SELECT started_at FROM sync_runs"),
        *lab.query("SELECT first_seen_at FROM issues"),
        *lab.query("SELECT at FROM looks"),
        *lab.query("SELECT completed_at FROM sync_state"),
    ]
    assert {time[:10] for time in times} == {"2026-01-01"}


@pytest.mark.parametrize("was", ["2025-11-01T00:00:00Z", "2028-03-01T00:00:00Z"])
def test_start_that_a_wrong_clock_set_is_moved_back_and_what_is_missing_is_fetched(lab: Lab, was: str) -> None:
    repo = lab.repository()
    work(lab, repo, "v1")
    repo.issue("Before the start", lab.bob, "2025-06-01")
    lab.sync()
    lab.change("UPDATE meta SET value = ? WHERE key = 'start'", was)
    lab.change("DELETE FROM meta WHERE key = 'start_asked'")
    lab.change("DELETE FROM issues WHERE title = 'Before the start'")
    lab.world.move(days=1)
    assert lab.sync(since=None).exit_code == 0
    usual = date(2026, 1, 2) - timedelta(days=Config().lookback_days)
    assert lab.query("SELECT value FROM meta WHERE key = 'start'") == [clock.to_text(clock.midnight(usual))]
    assert lab.compared(lab.fresh(since=usual)) == {}


def test_later_start_that_was_asked_for_stays(lab: Lab) -> None:
    lab.repository()
    lab.sync(since=date(2025, 11, 1))
    for _ in range(2):
        lab.world.move(days=1)
        assert lab.sync(since=None).exit_code == 0
    assert lab.query("SELECT value FROM meta WHERE key = 'start'") == ["2025-11-01T00:00:00Z"]


def test_start_of_an_earlier_version_stays_if_it_is_asked_for_again(lab: Lab) -> None:
    lab.repository()
    lab.sync(since=date(2025, 11, 1))
    lab.change("DELETE FROM meta WHERE key = 'start_asked'")
    lab.world.move(days=1)
    lab.sync(since=date(2025, 11, 1))
    assert len(lab.asked("CommitHistory")) == 1
    lab.world.move(days=1)
    lab.sync(since=None)
    assert lab.query("SELECT value FROM meta WHERE key = 'start'") == ["2025-11-01T00:00:00Z"]


@pytest.mark.parametrize("since", [date(2025, 12, 1), date(2030, 1, 1)])
def test_later_day_never_moves_a_start_forward(lab: Lab, since: date) -> None:
    lab.repository()
    lab.sync(since=None)
    before = lab.query("SELECT value FROM meta WHERE key = 'start'")
    lab.world.move(days=1)
    lab.sync(since=since)
    assert lab.query("SELECT value FROM meta WHERE key = 'start'") == before


def test_times_that_a_wrong_clock_stored_are_dated_by_github(lab: Lab) -> None:
    """As an earlier version stored them: signals would leave out what was first seen in 2029."""
    repo = lab.repository()
    work(lab, repo, "v1")
    lab.sync()
    future = "2029-01-01T00:00:00Z"
    for table in ("issues", "commits", "releases", "tags", "comments"):
        lab.change(f"UPDATE {table} SET first_seen_at = ?", future)
    lab.change("UPDATE sync_state SET completed_at = ?, first_complete_at = ?", future, future)
    lab.change("UPDATE looks SET at = ?", future)
    lab.change("UPDATE sync_runs SET started_at = ?, finished_at = ?", future, future)
    assert lab.night().exit_code == 0
    for table, column in (("issues", "first_seen_at"), ("looks", "at"), ("sync_state", "first_complete_at")):
        assert {time[:10] for time in lab.query(f"SELECT {column} FROM {table}")} == {"2026-01-02"}
    assert lab.differences() == {}


@pytest.mark.parametrize("odd", ["9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z"])
def test_push_of_the_future_is_no_witness(lab: Lab, odd: str) -> None:
    repo = lab.repository()
    work(lab, repo, "v1")

    def of_the_future(body: Any) -> None:
        for found in body["data"].values():
            if "pushedAt" in found:
                found["pushedAt"] = odd

    lab.server.fail(" RepositoryStates ", "change", times=None, change=of_the_future)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT value FROM meta WHERE key = 'github_time'")[0] < "2026-01-02"
    lab.server.faults.clear()
    lab.world.move(days=1)
    work(lab, repo, "v2")
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT * FROM late_arrivals") == []
    assert lab.differences() == {}


def quiet_weeks(lab: Lab) -> Repository:
    """A repository in which nothing has happened for weeks, and that was complete at the last sync."""
    repo = lab.repository()
    work(lab, repo, "v1")
    for _ in range(2):
        assert lab.sync().exit_code == 0
        lab.world.move(days=20)
    assert lab.sync().exit_code == 0
    lab.world.move(days=1)
    return repo


def test_import_into_a_quiet_repository_arrives_late(lab: Lab) -> None:
    """Nothing that GitHub showed was newer than the imported issue: its clock alone says that we had looked."""
    repo = quiet_weeks(lab)
    repo.issue("Imported", lab.bob, "2026-01-20")
    repo.issue("Honest", lab.bob, "2026-02-10T12:00:00Z")
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT dated, substr(previous_sync, 1, 10) FROM late_arrivals") == [
        ("2026-01-20T00:00:00Z", "2026-02-10")
    ]


@pytest.mark.parametrize("days", [-40, 40])
def test_date_header_that_this_machine_contradicts_is_no_witness(lab: Lab, days: int) -> None:
    repo = lab.repository()
    work(lab, repo, "v1")
    handle = lab.server.front

    def dated(request: httpx.Request) -> httpx.Response:
        answer = handle(request)
        wrong = format_datetime(parsedate_to_datetime(answer.headers["date"]) + timedelta(days=days), usegmt=True)
        answer.headers["date"] = wrong
        return answer

    lab.server.front = dated
    assert lab.sync().exit_code == 0
    lab.server.front = handle
    for _ in range(2):
        lab.world.move(days=3)
        repo.issue("Honest", lab.bob)
        lab.world.move(hours=30)
        assert lab.sync().exit_code == 0
    assert lab.query("SELECT * FROM late_arrivals") == []
    assert lab.differences() == {}
