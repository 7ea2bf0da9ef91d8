"""Each fault with each kind of question: the run ends in good order, and nothing partial is ever stored."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from collector.github.client import Bounds
from tests.lab import Lab
from tests.variants import crossed

QUESTIONS = {
    "RepositoryStates": "RepositoryStates",
    "CommitHistory": "CommitHistory ",
    "CommitHistories": "CommitHistories",
    "Issues": " Issues ",
    "PullRequests": " PullRequests ",
    "Releases": "Releases",
    "Tags": " Tags ",
    "MoreComments": "MoreComments",
    "MoreReviews": "MoreReviews",
    "MoreFiles": "MoreFiles",
    "CommitDetails": "CommitDetails",
    "PullRequestDiffs": "PullRequestDiffs",
    "activity": "/activity",
}
# What such a question does not bring is asked for by another, commits one by one, or noted.
BORNE = ("CommitHistory", "CommitHistories", "CommitDetails")
# Each strikes once, one after the other, as the question is asked again.
PASSING = (
    ("502_html", "null_with_errors", "truncate", "garbage", "resource_limits"),
    ("500", "503", "timeout", "reset", "connect", "html_200"),
    ("secondary", "429", "rate_limited"),
)
# The push log has neither GraphQL's errors nor its limits, and what has no lists is not cut short.
UNFIT = {"activity": ("null_with_errors", "resource_limits"), "CommitDetails": ("resource_limits",)}
# Asked about single objects: what of these is not served costs no list.
ABOUT_ONE = ("MoreComments", "MoreReviews", "MoreFiles", "PullRequestDiffs")
PARTS = [question for question in QUESTIONS if question not in ("RepositoryStates", *ABOUT_ONE)]
A_DAY = 86_400
LASTING = ("502_html", "null_with_errors", "404", "451")


def furnish(lab: Lab) -> None:
    """A repository of which every question is asked, and another."""
    repo = lab.repository()
    base = repo.commit("Base", lab.alice, "2024-02-10")
    side = [
        repo.commit(f"Side {n}", lab.alice, f"2025-02-{n + 11}", branch="side", parents=[base] if not n else None)
        for n in range(9)
    ]
    for n in range(30):
        repo.commit(f"Work {n}", lab.alice, f"2025-{n // 28 + 4:02}-{n % 28 + 1:02}")
    tip = lab.commit(repo.tip())
    repo.push(repo.commit("Merge", lab.alice, "2025-09-01", parents=[tip, side[-1]]), by=lab.alice, at="2025-09-01")
    issue = repo.issue("Long", lab.bob, "2025-03-01")
    for n in range(105):
        issue.comment(lab.alice, f"Word {n}", "2025-03-02")
    files = {f"src/{n}.py": (1, 0) for n in range(105)}
    pull = repo.pull_request("Large", lab.bob, "2025-03-03", files=files)
    for _ in range(105):
        pull.review(lab.alice, "COMMENTED", "2025-03-04")
    pull.merge(lab.alice, "2025-03-05")
    repo.release("v1", lab.alice, "2025-03-05")
    lab.repository("example/other").issue("Fine", lab.bob, "2025-03-01")


@pytest.fixture
def furnished(lab: Lab) -> Lab:
    furnish(lab)
    return lab


@pytest.fixture(scope="module")
def true(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A database of `furnished` as a sync without faults leaves it."""
    lab = Lab(tmp_path_factory.mktemp("true"), empty_database)
    furnish(lab)
    return lab.fresh()


@pytest.mark.parametrize(("question", "kinds"), crossed([*QUESTIONS], PASSING))
def test_faults_that_pass_lose_nothing(furnished: Lab, true: Path, question: str, kinds: Sequence[str]) -> None:
    lab, details = furnished, {"resource_limits": {"nodes": 40}, "secondary": {"retry_after": 7}}
    fitting = [kind for kind in kinds if kind not in UNFIT.get(question, ())]
    faults = [lab.server.fail(QUESTIONS[question], kind, **details.get(kind, {})) for kind in fitting]
    report = lab.sync()
    struck = [fault.struck for fault in faults]
    # Of what is asked by id, so few questions are enough that not every fault meets one.
    asked = 1 if question in ("CommitDetails", "PullRequestDiffs") else len(faults)
    assert struck[:asked] == [1] * asked
    assert report.exit_code == 0, report.failures
    if report.counts.unreadable:  # one object was given up for this night
        assert question in (*ABOUT_ONE, "CommitDetails")
        lab.runs += A_DAY
        lab.sync()
    assert lab.compared(true) == {}


@pytest.mark.parametrize(
    ("question", "kind"),
    # A push log that is not there is one that the server does not have (tests/sync/fetchers/test_pushes.py).
    [pair for pair in crossed(PARTS, LASTING) if tuple(pair.values) != ("activity", "404")],
)
def test_faults_that_last_fail_one_part_and_no_other(furnished: Lab, true: Path, question: str, kind: str) -> None:
    lab = furnished
    fault = lab.server.fail(QUESTIONS[question], kind, times=None)
    report = lab.sync()
    if fault.struck == 0:
        return
    if report.exit_code == 0 and question in BORNE:
        assert lab.compared(true) == {}
        return
    assert report.exit_code == 3
    assert lab.query("SELECT count(*) FROM sync_errors") != [0]
    failed = {(part.repository, part.kind) for part in report.parts if part.outcome == "failed"}
    assert len({kind for _, kind in failed}) == 1, failed
    whole = set(lab.live("issues")) | set(lab.live("pull_requests"))
    for row in whole:  # a thread is stored with all that belongs to it, or not at all
        number = row[0]
        comments = lab.query("SELECT count(*) FROM comments WHERE subject = ?", number)[0]
        reviews = lab.query("SELECT count(*) FROM reviews WHERE pull_request = ?", number)[0]
        assert (comments, reviews) in {(0, 0), (105, 0), (0, 105)}
    lab.server.faults.clear()
    assert lab.sync().exit_code == 0
    assert lab.compared(true) == {}


@pytest.mark.parametrize("question", ABOUT_ONE)
def test_faults_that_last_in_questions_about_one_object_cost_a_part_of_it(
    furnished: Lab, true: Path, question: str
) -> None:
    lab = furnished
    for n, kind in enumerate(("502_html", "null_with_errors")):
        lab.path = lab.folder / f"{n}.db"
        lab.server.fail(QUESTIONS[question], kind, times=None)
        report = lab.sync()
        assert report.exit_code == 0, report.failures
        assert report.counts.unreadable
        lab.server.faults.clear()
        lab.runs += A_DAY
        assert lab.sync().exit_code == 0
        assert lab.query("SELECT * FROM unreadable") == []
        assert lab.compared(true) == {}, kind


def test_nothing_is_sent_while_told_to_wait(furnished: Lab) -> None:
    lab = furnished
    sent: list[float] = []
    handle = lab.server.front

    def noting(request: httpx.Request) -> httpx.Response:
        sent.append(lab.waited)
        return handle(request)

    lab.server.front = noting
    lab.server.fail("Issues", "secondary", retry_after=90)
    assert lab.sync().exit_code == 0
    told = next(n for n, entry in enumerate(lab.server.log) if entry.fault)
    under_way = [at for at in sent[told + 1 :] if at < sent[told] + 90]
    assert len(under_way) <= 8
    assert all(at == sent[told] for at in under_way)


def test_token_refused_in_the_middle(furnished: Lab) -> None:
    lab = furnished
    lab.server.fail("PullRequests", "401", times=None)
    report = lab.sync()
    assert report.exit_code == 4
    assert "refuses the token" in report.message
    lab.server.faults.clear()
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}


def test_no_network_at_all(lab: Lab) -> None:
    lab.repository()
    lab.server.fail("", "connect", times=None)
    report = lab.sync()
    assert report.exit_code == 6
    assert len(lab.server.log) <= 4
    assert "cannot be reached" in report.message


def test_budget_that_ends_is_no_failure_and_the_next_run_goes_on(furnished: Lab) -> None:
    lab = furnished
    lab.server.budget().limit = lab.server.budget("core").limit = 8
    codes = []
    for _ in range(12):
        codes.append(lab.sync().exit_code)
        if codes[-1] == 0:
            break
        lab.world.move(hours=1)
    assert codes[0] == 5
    assert codes[-1] == 0
    assert len(codes) > 2
    assert not any(entry.status == 403 for entry in lab.server.log)
    assert lab.differences() == {}


def test_points_that_may_be_spent_are_not_exceeded(furnished: Lab) -> None:
    lab = furnished
    report = lab.sync(bounds=Bounds(points=8))
    assert report.exit_code == 5
    assert "--max-points" in report.message
    assert lab.server.points() <= 8
    while lab.sync(bounds=Bounds(points=12)).exit_code == 5:
        assert len(lab.reports) < 20
    assert lab.differences() == {}


def test_run_that_only_ever_fails_ends(furnished: Lab) -> None:
    lab = furnished
    lab.server.fail("", "500", times=None)
    assert lab.sync(bounds=Bounds(retries=30)).exit_code in (3, 5)
    assert len(lab.server.log) < 100


def test_time_of_a_run_is_bounded(furnished: Lab) -> None:
    lab = furnished
    lab.server.fail(" Issues ", "500", times=None)
    assert lab.sync(bounds=Bounds(seconds=3)).exit_code == 5


def test_page_that_is_too_heavy_is_halved_and_the_size_remembered(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(60):
        repo.issue(f"Issue {n}", lab.bob, f"2025-0{n // 28 + 3}-{n % 28 + 1:02}")
    repo.issue("A sign of life", lab.bob)
    lab.server.fail(" Issues ", "node_timeout", nodes=5000)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT page_size FROM sync_state WHERE kind = 'issues'") == [24], "49 is too heavy"
    assert lab.differences() == {}
    lab.world.move(seconds=60)
    repo.issue("New", lab.bob)
    asked = len(lab.asked(" Issues "))
    lab.sync()
    assert len(lab.asked(" Issues ")) == asked + 1


def test_batched_question_that_is_too_heavy_is_split(lab: Lab) -> None:
    for n in range(12):
        lab.repository(f"example/part{n}")
    fault = lab.server.fail("RepositoryStates", "node_timeout", nodes=500)
    assert lab.sync().exit_code == 0
    assert fault.struck
    assert len(lab.live("repositories")) == 12


@pytest.mark.parametrize("cursor", ["bygone", ""])
def test_cursor_that_github_knows_no_more_is_dropped_and_the_list_read_at_once(lab: Lab, cursor: str) -> None:
    repo = lab.repository()
    for n in range(150):
        repo.issue(f"Issue {n}", lab.bob, f"2025-0{n // 28 + 3}-{n % 28 + 1:02}")
    lab.server.fail(" Issues ", "500", nth=2, times=None)
    assert lab.sync().exit_code == 3
    lab.server.faults.clear()
    assert lab.query("SELECT cursor FROM sync_state WHERE kind = 'issues'") != [None]
    with closing(sqlite3.connect(lab.path)) as db, db:
        db.execute("UPDATE sync_state SET cursor = ? WHERE kind = 'issues'", [cursor])
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}


def test_thread_deleted_while_its_pages_are_read(lab: Lab) -> None:
    repo = lab.repository()
    issue = repo.issue("Long", lab.bob, "2025-03-01")
    for n in range(105):
        issue.comment(lab.alice, f"Word {n}", "2025-03-02")
    handle = lab.server.front

    def deleting(request: httpx.Request) -> httpx.Response:
        if b"MoreComments" in request.content:
            issue.delete()
        return handle(request)

    lab.server.front = deleting
    assert lab.sync().exit_code == 0
    assert lab.live("issues") == set()
    assert lab.live("comments") == set()
