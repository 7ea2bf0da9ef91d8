"""Why no signal of a project can be computed."""

from datetime import date, timedelta
from typing import Any

from collector.config import Config
from collector.config.model import Project, TrackedRepository
from collector.method import compute
from tests.made import AS_OF, Book, repo


def reasons(found: dict[str, dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["status"], row["reason"]) for row in found.values()}


def test_a_project_without_a_repository_cannot_be_observed() -> None:
    book = Book()
    book.project("acme", note="Not there.")
    assert reasons(book.compute()) == {("not_observable", "Not there.")}


def test_a_project_whose_repositories_were_never_synced_is_not_called_unobservable() -> None:
    book = Book()
    book.project("p", category="c", note="About its name.")
    tracked = (TrackedRepository("p/one", "core"), TrackedRepository("p/two", "sdk"))
    compute.compute(book.db, Config(projects=(Project("p", "P", ("c",), repos=tracked),)), AS_OF)
    found = set(book.db.execute("SELECT status, reason FROM signals").fetchall())
    assert found == {("insufficient", "none of its 2 repositories has been synced yet")}


def test_a_project_whose_last_sync_is_old_is_stale(steady: Book) -> None:
    assert steady.compute(AS_OF + timedelta(days=8))["active_weeks"]["status"] == "ok"
    assert reasons(steady.compute(AS_OF + timedelta(days=9))) == {("stale", "last complete sync on 2026-06-01")}
    steady.db.execute("UPDATE sync_state SET completed_at = '2026-05-01T00:00:00Z' WHERE kind = 'pushes'")
    assert reasons(steady.compute()) == {("stale", "last complete sync on 2026-05-01")}


def test_a_repository_that_went_private_makes_its_project_stale_when_it_was_the_last(steady: Book) -> None:
    steady.db.execute("UPDATE repositories SET status = 'private_or_gone'")
    assert steady.compute()["active_weeks"]["status"] == "ok"
    assert reasons(steady.compute(AS_OF + timedelta(days=9))) == {("stale", "last complete sync on 2026-06-01")}
    steady.repo("acme/other", synced="2026-06-09T00:00:00Z")
    assert steady.compute(AS_OF + timedelta(days=9))["active_weeks"]["status"] == "ok"


def test_before_the_first_complete_sync_nothing_is_said(steady: Book) -> None:
    repo = steady.repo("acme/new")
    steady.db.execute("UPDATE sync_state SET completed_at = NULL WHERE repository = ? AND kind = 'issues'", [repo])
    assert reasons(steady.compute()) == {("insufficient", "the first sync of acme/new is not complete")}


def test_facts_that_an_earlier_version_did_not_store_are_waited_for_by_the_signals_that_need_them(steady: Book) -> None:
    before = steady.compute()
    steady.db.execute("UPDATE sync_state SET backfill = 'running' WHERE kind = 'issues'")
    found = steady.compute()
    waiting = {key for key, row in found.items() if (row["reason"] or "").startswith("facts_incomplete: ")}
    assert {"first_response_7d", "resolution_90d", "review_response_7d", "independent_review"} <= waiting
    assert {found[key]["status"] for key in waiting} == {"insufficient"}
    assert {k: v for k, v in found.items() if k not in waiting} == {k: v for k, v in before.items() if k not in waiting}
    steady.db.execute("UPDATE repositories SET has_issues = 0")
    assert not any((row["reason"] or "").startswith("facts_incomplete") for row in steady.compute().values())


def test_a_repository_that_github_does_not_show_is_not_waited_for(steady: Book) -> None:
    steady.db.execute("UPDATE sync_state SET backfill = 'running'")
    steady.db.execute("UPDATE repositories SET status = 'not_authorised'")
    assert not any((row["reason"] or "").startswith("facts_incomplete") for row in steady.compute().values())


def test_a_window_that_begins_before_the_database_is_not_judged(steady: Book) -> None:
    steady.db.execute("UPDATE meta SET value = '2025-06-09T00:00:00Z' WHERE key = 'start'")
    (status, reason), *others = reasons(steady.compute())
    assert status == "insufficient"
    assert reason.startswith("before_lookback: ")
    assert not others
    steady.db.execute("UPDATE repositories SET created_at = '2025-06-09T00:00:00Z'")
    assert steady.compute()["active_weeks"]["status"] == "ok", "nothing of it is missing"


def test_a_project_younger_than_26_weeks_is_not_judged(steady: Book) -> None:
    steady.db.execute("UPDATE repositories SET created_at = '2025-12-02T00:00:00Z'")
    assert {status for status, _ in reasons(steady.compute())} == {"insufficient"}


def test_issues_switched_off_cannot_be_observed(steady: Book) -> None:
    steady.db.execute("UPDATE repositories SET has_issues = 0")
    for key in ("first_response_7d", "resolution_90d"):
        found = steady.compute()[key]
        assert (found["status"], found["reason"]) == ("not_observable", "issues are switched off")


def test_what_was_switched_off_after_the_date_was_on_then(steady: Book) -> None:
    """So that a project cannot make the answers of past years disappear."""
    before = steady.compute()
    steady.db.execute("UPDATE repositories SET has_issues = 0, has_pull_requests = 0")
    for column in ("has_issues", "has_pull_requests"):
        steady.changed("repositories", repo(steady), column, 1, 0, "2026-06-02T00:00:00Z", repo(steady))
    after = steady.compute()
    keys = ("first_response_7d", "resolution_90d", "review_response_7d", "independent_review")
    assert [after[key]["reason"] for key in keys] == [before[key]["reason"] for key in keys]
    assert {steady.compute(date(2026, 6, 8))[key]["status"] for key in keys} == {"not_observable"}


def test_pull_requests_switched_off_cannot_be_observed(steady: Book) -> None:
    steady.db.execute("UPDATE repositories SET has_pull_requests = 0")
    steady.db.execute("UPDATE sync_state SET completed_at = NULL WHERE kind = 'pull_requests'")
    found = steady.compute()
    for key in ("review_response_7d", "independent_review"):
        assert (found[key]["status"], found[key]["reason"]) == ("not_observable", "pull requests are switched off")
    assert found["active_weeks"]["status"] == "ok"
