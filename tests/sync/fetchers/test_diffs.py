"""The diffs of merged pull requests: asked for once, by id, and never at the cost of anything else."""

import json
from contextlib import suppress
from typing import Any

import httpx
import pytest

from collector.emulator.repository import Repository
from collector.sync.fetchers import diffs as fetcher
from tests.lab import Lab
from tests.variants import crossed

PARTS = ("files", "commits", "mergeCommit")


def merged(lab: Lab, count: int, method: str = "squash", repo: Repository | None = None) -> list[Any]:
    repo = repo or lab.repository()
    out = []
    for n in range(count):
        at = f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}"
        pull = repo.pull_request(f"Change {n}", lab.bob, at, commits=2, lines=n + 1)
        pull.merge(lab.alice, at, method=method)
        out.append(pull)
    return out


def diffs(lab: Lab) -> Any:
    sql = "SELECT number, additions, changed_files, diff_of IS NOT NULL FROM pull_requests ORDER BY number"
    return lab.query(sql)


def noted(lab: Lab) -> set[str]:
    return set(lab.query("SELECT part FROM unreadable WHERE kind = 'pull_requests'"))


def heal(lab: Lab) -> None:
    lab.world.odd.active = False
    if noted(lab):
        assert lab.night(40).exit_code == 0
    assert noted(lab) == set()
    assert lab.differences(whole=True) == {}
    assert lab.query("SELECT * FROM changes") == []


def test_diffs_are_read_of_what_is_merged_and_of_nothing_else(lab: Lab) -> None:
    repo = lab.repository()
    repo.pull_request("Open", lab.bob, "2025-03-01", lines=9)
    repo.pull_request("Closed", lab.bob, "2025-03-01", lines=9).close(lab.bob, "2025-03-02")
    merged(lab, 1, repo=repo)
    lab.sync()
    assert diffs(lab) == [(1, None, None, 0), (2, None, None, 0), (3, 1, None, 1)]
    assert lab.query("SELECT DISTINCT pull_request FROM pull_request_files") == [repo.threads[3].id]
    light = lab.asked(" PullRequests ")[0].query
    assert not any(word in light for word in ("additions", "changedFiles", "files(", "commits("))


@pytest.mark.parametrize(
    ("way", "value", "part"),
    [
        (("diffs", 1, "files", "totalCount"), None, "files"),
        (("diffs", 1, "files", "nodes"), None, "files"),
        (("diffs", 1, "files", "nodes", 0, "additions"), -1, "files"),
        (("own", 1, "commits", "totalCount"), None, "commits"),
        (("own", 1, "commits", "pageInfo"), None, "commits"),
        (("own", 1, "commits", "nodes", 0, "commit", "authoredDate"), None, "commits"),
        (("own", 1, "commits", "nodes", 0, "commit", "committedDate"), None, "commits"),
    ],
)
def test_what_is_odd_of_one_costs_no_other(lab: Lab, way: tuple[Any, ...], value: Any, part: str) -> None:
    merged(lab, 3)

    def odd(body: Any) -> None:
        place = body["data"]
        with suppress(KeyError, IndexError):  # not all questions ask for all of it
            for step in way[:-1]:
                place = place[step]
            place[way[-1]] = value

    lab.server.fail(" PullRequestDiffs ", "change", times=None, change=odd)
    assert lab.night().exit_code == 0
    assert noted(lab) == {part}
    assert [row[3] for row in diffs(lab)].count(1) == 2
    lab.server.faults.clear()
    heal(lab)


def test_diffs_are_read_once(lab: Lab) -> None:
    """Neither by the reconciliation, nor when a thread is touched."""
    pulls = merged(lab, 30)
    lab.sync()
    asked = len(lab.asked("PullRequestDiffs"))
    assert asked == 1 + (30 - 20 > 0)
    for _ in range(9):
        lab.night()
    lab.world.move(days=1)
    pulls[3].comment(lab.alice)
    lab.sync()
    assert len(lab.asked("PullRequestDiffs")) == asked
    assert lab.differences() == {}


def test_what_is_merged_later_is_read_then(lab: Lab) -> None:
    repo = lab.repository()
    pull = repo.pull_request("Slow", lab.bob, "2025-03-01", commits=3, lines=30)
    lab.sync()
    lab.world.move(days=1)
    pull.merge(lab.alice, method="rebase")
    lab.sync()
    assert diffs(lab) == [(1, 30, None, 1)]
    assert lab.query("SELECT count(*) FROM pull_request_commits") == [3]
    assert lab.differences() == {}


def test_own_commits_are_asked_for_only_of_copies(lab: Lab) -> None:
    repo = lab.repository()
    for method in ("merge", "squash", "rebase", "merge"):
        merged(lab, 2, method, repo)
    lab.sync()
    own = [entry.variables["own"] for entry in lab.asked("PullRequestDiffs")]
    copies = [repo.threads[n].node_id for n in (3, 4, 5, 6)]
    assert sorted(node for nodes in own for node in nodes) == sorted(copies)
    assert lab.differences() == {}


def test_a_run_that_was_cut_short_is_made_up_for(lab: Lab) -> None:
    """Own commits too, though the next run no longer lists how the pull requests were merged."""
    merged(lab, 30)
    fault = lab.server.fail("PullRequestDiffs", "404", times=None)
    assert lab.sync().exit_code == 3
    assert fault.struck
    assert lab.query("SELECT completed_at FROM sync_state WHERE kind = 'pull_requests'") == [None]
    lab.server.faults.clear()
    lab.world.move(days=1)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT count(*) FROM pull_request_commits") == [60]
    assert lab.differences() == {}


def test_diffs_in_another_order_are_not_believed(lab: Lab) -> None:
    merged(lab, 4)
    plain = lab.server.front

    def front(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else {}
        ids = body.get("variables", {}).get("ids", [])
        if body.get("operationName") != "PullRequestDiffs" or len(ids) < 2:
            return plain(request)
        body["variables"]["ids"] = ids[::-1]
        return plain(httpx.Request(request.method, request.url, headers={"authorization": "Bearer token"}, json=body))

    lab.server.front = front
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}


@pytest.mark.parametrize(("part", "way"), crossed(PARTS, ["poison", "fails"]))
def test_a_part_of_a_diff_that_github_never_serves(lab: Lab, part: str, way: str) -> None:
    bad = merged(lab, 25)[11]
    getattr(lab.world.odd, way)(bad, part)
    report = lab.sync()
    assert report.exit_code == 0, report.failures
    assert len(noted(lab)) <= 3
    found = diffs(lab)
    assert [row for row in found if not row[3]] == [row for row in found if row[0] == bad.number]
    if part != "mergeCommit":
        assert all(row[1] for row in found if row[0] != bad.number)
    for _ in range(3):
        assert lab.night().exit_code == 0
    heal(lab)


def test_a_batch_that_is_too_heavy_is_halved_and_grows_again(lab: Lab) -> None:
    merged(lab, 60)
    lab.server.fail("PullRequestDiffs", "node_timeout", nodes=1500)  # 7 pull requests with files and commits
    assert lab.sync().exit_code == 0
    sizes = [len(entry.variables["ids"]) for entry in lab.asked("PullRequestDiffs") if entry.status == 200]
    assert max(sizes) <= 7
    assert sum(sizes) == 60
    assert noted(lab) == set()
    assert lab.differences() == {}


def test_many_files_and_commits(lab: Lab) -> None:
    repo = lab.repository()
    files = {f"src/file{n:03}.py": (n, 1) for n in range(210)}
    repo.pull_request("Large", lab.bob, "2025-03-01", files=files, commits=230).merge(
        lab.alice, "2025-03-02", method="squash"
    )
    lab.sync()
    assert (len(lab.live("pull_request_files")), len(lab.live("pull_request_commits"))) == (210, 230)
    assert lab.differences() == {}


@pytest.mark.parametrize("connection", ["files", "commits"])
@pytest.mark.parametrize("kind", ["ends_early", "null_cursor", "null_node"])
def test_lists_of_a_diff_that_contradict_themselves_once(lab: Lab, connection: str, kind: str) -> None:
    repo = lab.repository()
    files = {f"src/file{n}.py": (n, 1) for n in range(10)}
    for n in range(3):
        pull = repo.pull_request(f"Change {n}", lab.bob, "2025-03-01", files=files, commits=10)
        pull.merge(lab.alice, "2025-03-02", method="squash")
    fault = lab.server.fail("PullRequestDiffs", kind, connection=connection)
    assert lab.sync().exit_code == 0
    assert fault.struck == 1
    heal(lab)


def test_files_beyond_githubs_limit_are_no_contradiction(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    from collector.sync.fetchers import diffs as fetcher

    monkeypatch.setattr(fetcher, "MOST_FILES", 5)
    repo = lab.repository()
    files = {f"src/file{n}.py": (n, 1) for n in range(10)}
    repo.pull_request("Large", lab.bob, "2025-03-01", files=files).merge(lab.alice, "2025-03-02")
    lab.server.fail("PullRequestDiffs", "ends_early", connection="files", times=None)
    assert lab.sync().exit_code == 0
    assert len(lab.live("pull_request_files")) == 5
    assert diffs(lab) == [(1, 45, 10, 1)], "the sizes tell that there are more"
    assert noted(lab) == set()


@pytest.mark.parametrize("part", ["additions", "changedFiles"])
def test_sizes_are_asked_for_only_where_files_do_not_tell_them(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(fetcher, "MOST_FILES", 5)
    repo = lab.repository()
    for count in (3, 8):
        files = {f"src/file{n}.py": (n, 1) for n in range(count)}
        pull = repo.pull_request(f"{count} files", lab.bob, "2025-03-01", files=files)
        pull.merge(lab.alice, "2025-03-02")
        lab.world.odd.poison(pull, part)
    assert lab.sync().exit_code == 0
    assert diffs(lab) == [(1, 3, None, 1), (2, None, None, 0)]
    assert noted(lab) == {"additions", "deletions", "changedFiles"}
    heal(lab)


def test_a_pull_request_that_is_gone_when_its_diff_is_asked_for(lab: Lab) -> None:
    pulls = merged(lab, 3)
    handle = lab.server.front

    def deleting(request: httpx.Request) -> httpx.Response:
        if not pulls[1].get("deleted", lab.world.now) and b'"PullRequestDiffs"' in request.content:
            pulls[1].delete()
        return handle(request)

    lab.server.front = deleting
    assert lab.sync().exit_code == 0
    for _ in range(8):
        assert lab.night().exit_code == 0
    assert lab.query("SELECT number FROM pull_requests WHERE gone_at IS NOT NULL") == [pulls[1].number]
    assert not lab.differences().keys() & {"pull_requests", "pull_request_files", "pull_request_commits"}
