"""The batched question, when GitHub cannot answer about some of many repositories, or does not want to."""

import sqlite3
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from collector import clock
from collector.emulator.oddities import POLICIES
from collector.method import compute as method
from collector.sync.fetchers import readable
from tests.lab import Lab

POLICY = (
    "Although you appear to have the correct authorization credentials, the `guarded` organization has an IP allow "
    "list enabled, and your IP address is not permitted to access this resource."
)
BROKEN = {"message": "Something went wrong.", "kind": "SERVICE_UNAVAILABLE"}


@pytest.fixture
def many(lab: Lab) -> Lab:
    """Sixty repositories."""
    lab.repos = [lab.repository(f"example/part{n}") for n in range(60)]
    return lab


def questions(lab: Lab) -> int:
    return len(lab.asked("RepositoryStates"))


def compute(lab: Lab) -> Callable[[sqlite3.Connection], None]:
    def work(db: sqlite3.Connection) -> None:
        method.compute(db, lab.config(), clock.date_of(clock.from_text(lab.world.now)))

    return work


def test_a_question_that_is_too_heavy_is_halved_and_the_size_remembered(many: Lab) -> None:
    lab = many
    lab.server.fail("RepositoryStates", "node_timeout", nodes=500)  # 42 nodes each
    assert lab.sync().exit_code == 0
    assert len(lab.live("repositories")) == 60
    assert lab.query("SELECT value FROM meta WHERE key = 'page_sizes'")[0].count('"repositories": 10') == 1
    failed = [entry for entry in lab.asked("RepositoryStates") if entry.status == 502]
    asked = questions(lab)
    lab.night()
    assert [e.status for e in lab.asked("RepositoryStates")[asked:]].count(502) < len(failed)
    # With less weight it is tried upwards again.
    lab.server.faults.clear()
    for _ in range(2):
        asked = questions(lab)
        lab.night()
    assert questions(lab) - asked == 3


@pytest.mark.parametrize("status", [500, 451])
def test_a_question_that_fails_because_of_one(many: Lab, status: int) -> None:
    lab, handle = many, many.server.front

    def refusing(request: httpx.Request) -> httpx.Response:
        answer = handle(request)
        if b"part33" in answer.content and b"RepositoryStates" in request.content:
            answer = httpx.Response(status, json={"message": "Not this one"}, request=request)
        return answer

    lab.server.front = refusing
    report = lab.sync()
    assert report.exit_code == 3
    assert [(name, kind) for name, kind, _ in report.failures] == [("example/part33", "repository")]
    assert len(lab.live("repositories")) == 59


def test_one_that_github_cannot_answer_about_stops_no_other(many: Lab) -> None:
    lab = many
    lab.world.odd.poison(lab.repos[33])
    report = lab.sync()
    assert report.exit_code == 3
    assert [(name, kind) for name, kind, _ in report.failures] == [("example/part33", "repository")]
    assert len(lab.live("repositories")) == 59
    assert lab.query("SELECT value FROM meta WHERE key = 'page_sizes'")[0].count('"repositories": 20') == 1
    lab.world.odd.active = False
    assert lab.night().exit_code == 0
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("part", ["tags", "discussions"])
def test_one_that_is_too_heavy_alone_is_asked_about_with_less(lab: Lab, part: str) -> None:
    repo = lab.repository()
    repo.tag("v1", at="2025-03-01")
    repo.issue("Broken", lab.bob, "2025-03-01")
    lab.server.fail(r"RepositoryStates (?!.*light)", "502_html", times=None)
    assert lab.sync().exit_code == 0
    assert len(lab.live("issues")) == len(lab.live("tags")) == 1
    lab.night()
    assert len(lab.asked(" Tags ")) == 1
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    assert lab.differences() == {}


# what a token may not see


@pytest.mark.parametrize("deep", [False, True], ids=["all of it", "its threads"])
@pytest.mark.parametrize("kind", POLICIES)
def test_what_the_token_may_not_see_is_not_gone(lab: Lab, kind: str, deep: bool) -> None:
    refused, open_ = lab.repository("guarded/engine"), lab.repository("example/engine")
    for repo in (refused, open_):
        repo.issue("Broken", lab.bob, "2025-03-01").comment(lab.alice, at="2025-03-02")
        repo.release("v1", lab.alice, "2025-03-06")
    assert lab.sync(after=compute(lab)).exit_code == 0
    true = {table: lab.live(table) for table in ("issues", "comments", "releases", "tags", "commits", "pushes")}
    before = lab.query("SELECT * FROM sync_state WHERE repository = ?", refused.id)
    signals = lab.query("SELECT signal, status, value FROM signals WHERE project = 'guarded-engine'")
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
    # Its signals are as before while eight days have not passed, then they are stale.
    lab.sync(after=compute(lab))
    sql = "SELECT signal, status, value FROM signals WHERE project = ? AND as_of = ?"
    now = lab.query(sql, "guarded-engine", "2026-01-04")
    assert {row[:2] for row in now} == {row[:2] for row in signals}
    lab.world.move(days=6)
    lab.sync(after=compute(lab))
    assert {status for _, status, _ in lab.query(sql, "guarded-engine", "2026-01-10")} == {"stale"}
    assert "stale" not in {status for _, status, _ in lab.query(sql, "example-engine", "2026-01-10")}
    # When it answers again, it is as it was, and nothing is charged.
    refused.issue("While refused", lab.bob, "2026-01-05")
    lab.world.move(days=3)
    assert lab.sync(after=compute(lab)).exit_code == 0
    assert lab.query("SELECT status FROM repositories WHERE id = ?", refused.id) == ["ok"]
    assert lab.query("SELECT * FROM late_arrivals") == []
    assert lab.query("SELECT old, new FROM changes ORDER BY id") == [("ok", "not_authorised"), ("not_authorised", "ok")]
    assert lab.compared(lab.fresh(whole=True)) == {}


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


def test_a_null_without_a_word_is_not_gone(lab: Lab) -> None:
    repo, handle = lab.repository(), lab.server.front
    lab.sync()

    def silent(request: httpx.Request) -> httpx.Response:
        answer = handle(request)
        if b"RepositoryStates" in request.content:
            answer = httpx.Response(200, json={"data": {"i0": None}}, request=request)
        return answer

    lab.server.front = silent
    report = lab.night()
    assert (report.exit_code, report.failures[0][2]) == (
        3,
        "GitHub returns nothing for example/engine and gives no reason.",
    )
    assert lab.query("SELECT status, gone_at FROM repositories WHERE id = ?", repo.id) == [("ok", None)]
    lab.server.front = handle
    assert lab.night().exit_code == 0


@pytest.mark.parametrize("row", [None, {}, "text"], ids=["null", "empty", "text"])
@pytest.mark.parametrize("glance", ["issues", "releases", "tags"])
def test_an_odd_row_of_a_glance_costs_no_repository(lab: Lab, glance: str, row: Any) -> None:
    repo, handle = lab.repository(), lab.server.front
    repo.issue("Broken", lab.bob, "2025-03-01")
    repo.release("v1", lab.alice, "2025-03-06")

    def odd(request: httpx.Request) -> httpx.Response:
        answer = handle(request)
        if b"RepositoryStates" not in request.content:
            return answer
        body = answer.json()
        for state in (state for key, state in body["data"].items() if key != "rateLimit"):
            state[glance]["nodes"][0] = row
        return httpx.Response(200, json=body, request=request)

    lab.server.front = odd
    assert lab.sync().exit_code == 0
    repo.issue("News", lab.bob, "2026-01-01T06:00:00Z")
    assert lab.night().exit_code == 0
    lab.server.front = handle
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


# what is odd about a repository


@pytest.mark.parametrize("which", ["tag", "issue"])
def test_a_row_of_a_glance_that_github_never_answers_for(lab: Lab, which: str) -> None:
    repo = lab.repository()
    first, second = (repo.issue(title, lab.bob, "2025-03-01") for title in ("Broken", "Newest"))
    tag = repo.tag("v1", at="2025-03-01")
    lab.world.odd.poison(tag if which == "tag" else second, "target" if which == "tag" else "updatedAt")
    assert lab.sync().exit_code == 0
    for n in (1, 2):
        lab.world.move(days=1)
        first.comment(lab.bob, "News")
        if which == "issue":
            second.comment(lab.bob, "Newer still")
        assert lab.sync().exit_code == 0
        assert lab.query("SELECT count(*) FROM comments WHERE subject = ?", first.id) == [n]
    lab.world.odd.active = False
    for _ in range(5):
        assert lab.night().exit_code == 0
    assert lab.compared(lab.fresh(whole=True)) == {}


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


@pytest.mark.parametrize("form", ["of today", "of no known form"])
def test_a_number_that_is_null(lab: Lab, form: str) -> None:
    repo = lab.repository()
    repo.issue("Broken", lab.bob, "2025-03-01")
    lab.world.odd.says(repo, databaseId=None)
    if form == "of no known form":
        lab.world.nodes["R_unheard-of"] = repo
        repo.node_id = "R_unheard-of"
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT id FROM repositories") == [repo.id]
    asked = len(lab.asked("GET /repos/example/engine"))
    assert lab.night().exit_code == 0
    assert len(lab.asked("GET /repos/example/engine")) == asked
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("field", ["description", "homepageUrl", "licenseInfo", "primaryLanguage", "pushedAt"])
def test_a_part_that_is_not_served_stays_as_it_was_known(lab: Lab, field: str) -> None:
    values = {"description": "An engine", "homepage": "https://example.org", "license": "MIT", "language": "Rust"}
    repo = lab.repository(**values)
    lab.sync()
    repo.issue("Broken", lab.bob, "2026-01-01T06:00:00Z")
    lab.world.odd.fails(repo, field, message=BROKEN["message"], kind=BROKEN["kind"])
    for _ in range(2):
        assert lab.night().exit_code == 0
    assert lab.query("SELECT kind, part, url, attempts FROM unreadable") == [
        ("repository", field, "https://github.com/example/engine", 2)
    ]
    assert len(lab.live("issues")) == 1
    assert lab.night().exit_code == 0  # not noted anew every night
    assert lab.query("SELECT attempts FROM unreadable") == [2]
    lab.world.odd.active = False
    assert lab.night().exit_code == 0
    assert lab.query("SELECT * FROM unreadable") == []
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("kind", ["SERVICE_UNAVAILABLE", "FORBIDDEN"])
def test_a_default_branch_that_is_not_served_is_no_empty_repository(lab: Lab, kind: str) -> None:
    repo = lab.repository()
    lab.sync()
    lab.world.odd.fails(repo, "defaultBranchRef", message="Something went wrong.", kind=kind)
    report = lab.night()
    assert report.exit_code == 3
    assert "does not return all required fields of example/engine" in report.failures[0][2]
    assert lab.query("SELECT count(*) FROM commits WHERE gone_at IS NOT NULL") == [0]
    assert lab.query("SELECT status FROM repositories") == ["ok"]
    lab.world.odd.active = False
    assert lab.night().exit_code == 0
    assert lab.compared(lab.fresh(whole=True)) == {}


def test_a_defect_in_reading_the_answer_is_one_repositorys(many: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    read = readable.read

    def raising(model: Any, raw: Any, *args: Any) -> Any:
        if raw.get("nameWithOwner") == "example/part7":
            raise ZeroDivisionError("unforeseen")
        return read(model, raw, *args)

    monkeypatch.setattr(readable, "read", raising)
    report = many.sync()
    assert report.exit_code == 1
    assert [name for name, _, _ in report.defects] == ["example/part7"]
    assert len(many.live("repositories")) == 59


# clocks


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
    from datetime import timedelta

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
