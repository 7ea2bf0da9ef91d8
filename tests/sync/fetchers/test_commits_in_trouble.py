"""Commits that GitHub does not serve whole, histories that contradict themselves, heads that are shown wrongly."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from collector.emulator.git import Commit
from collector.emulator.repository import Repository
from tests.lab import Lab
from tests.variants import crossed

ODD_DATES = [
    "10889-08-02T05:06:07Z",
    "2018-05-04T12:00:00+518:00",
    "0001-01-01T00:00:00+12:00",
    "9999-12-31T23:59:59-14:00",
]
PARTS = {
    "signature": {"signature", "signed_by_github", "signer", "verified_at"},
    "author": {"author"},
    "associatedPullRequests": {"pull_request"},
}


@pytest.fixture
def repo(lab: Lab) -> Repository:
    """A repository with six commits pushed one by one, and one of a merged pull request."""
    from collector.emulator.git import Signature

    made = lab.repository()
    signed = Signature(signer=lab.bob, verified_at="2025-03-01T00:00:00Z")
    for n in range(1, 6):
        made.commit(f"Work {n}", lab.alice, f"2025-03-{n:02}", signature=signed)
        made.push(by=lab.alice, at=f"2025-03-{n:02}")
    pull = made.pull_request("Help", lab.bob, "2025-03-06")
    pull.merge(lab.alice, "2025-03-07", "squash")
    return made


def notes(lab: Lab) -> set[tuple[str, str]]:
    """(oid, part) of what GitHub did not serve of commits."""
    return set(lab.query("SELECT key, part FROM unreadable WHERE kind = 'commits'"))


def named(lab: Lab, headline: str) -> Commit:
    return next(c for c in lab.world.git.commits.values() if c.headline == headline)


def without(lab: Lab, oid: str, columns: set[str], path: Path | None = None) -> dict[str, Any]:
    """A stored commit but for some columns."""
    names = [r[1] for r in lab.query("PRAGMA table_info(commits)", path=path)]
    aside = columns | {"first_seen_at", "additions", "deletions", "changed_files"}
    (row,) = lab.query("SELECT * FROM commits WHERE oid = ?", oid, path=path)
    return {k: v for k, v in zip(names, row, strict=True) if k not in aside}


@pytest.mark.parametrize(("part", "how"), crossed([*PARTS], ["fails", "poison"]))
def test_a_part_of_a_commit_that_is_not_served_is_null_until_it_is(
    lab: Lab, repo: Repository, part: str, how: str
) -> None:
    odd = named(lab, "Help (#1)" if part == "associatedPullRequests" else "Work 3")
    until = "2026-01-03"
    getattr(lab.world.odd, how)(odd, part, until=until)
    report = lab.sync()
    assert (report.exit_code, notes(lab)) == (0, {(odd.oid, part)})
    whole = lab.fresh(whole=True)
    assert without(lab, odd.oid, PARTS[part]) == without(lab, odd.oid, PARTS[part], whole)
    assert {row for row in lab.live("commits") if odd.oid not in row} == {
        row for row in lab.live("commits", whole) if odd.oid not in row
    }
    lab.night()  # it is asked for again, in vain
    assert notes(lab) == {(odd.oid, part)}
    for _ in range(2):
        lab.night()
    assert notes(lab) == set()
    assert lab.differences() == {}


def test_a_commit_that_graphql_never_answers_is_read_over_rest(lab: Lab, repo: Repository) -> None:
    odd = named(lab, "Work 3")
    lab.world.odd.poison(odd, until="2026-01-02")
    report = lab.sync()
    assert report.exit_code == 0, report.failures
    assert notes(lab) == {(odd.oid, part) for part in (*PARTS, "additions")}
    columns = set().union(*PARTS.values())
    assert without(lab, odd.oid, columns) == without(lab, odd.oid, columns, lab.fresh(whole=True))
    assert lab.query("SELECT count(*) FROM commits") == [7]
    lab.night()
    assert (notes(lab), lab.differences()) == (set(), {})


def test_a_head_whose_history_is_never_answered_hides_nothing(lab: Lab, repo: Repository) -> None:
    lab.world.odd.poison(named(lab, "Help (#1)"), "history", "signature")
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT count(*) FROM commits") == [7]
    assert notes(lab) == {(named(lab, "Help (#1)").oid, "signature")}


def test_a_history_that_comes_as_null_with_an_error_hides_nothing(lab: Lab, repo: Repository) -> None:
    """That of the one before a commit that no list serves, which is asked for by its oid."""
    lab.world.odd.poison(named(lab, "Work 3"), "signature")

    def change(answer: Any) -> None:
        answer["data"]["node"]["c0"]["history"] = None
        answer["errors"] = [{"message": "No.", "type": "FORBIDDEN", "path": ["node", "c0", "history"]}]

    fault = lab.server.fail(" CommitHistories ", "change", change=change, times=None)
    report = lab.sync()
    assert fault.struck
    assert report.exit_code == 0, report.failures
    assert lab.query("SELECT count(*) FROM commits") == [7]


def test_a_commit_that_nothing_answers_leaves_the_list_open(lab: Lab, repo: Repository) -> None:
    """What is behind it cannot be known: nothing is marked gone, and the next head is not taken for complete."""
    lab.sync()
    head = repo.head(lab.world.now)
    lab.world.move(days=1)
    odd = repo.commit("Odd", lab.alice, "2026-01-01")
    repo.push(repo.commit("After", lab.alice, "2026-01-02"))
    lab.world.odd.poison(odd, until="2026-01-04")
    fault = lab.server.fail("/commits", "404", times=None)
    report = lab.sync()
    assert report.exit_code == 3
    assert [(kind, "so their ancestors cannot be read" in error) for _, kind, error in report.failures] == [
        ("commits", True)
    ]
    assert lab.query("SELECT watermark FROM sync_state WHERE kind = 'commits'") == [head]
    assert lab.query("SELECT count(*) FROM commits WHERE gone_at IS NOT NULL") == [0]
    assert (odd.oid, "") in notes(lab)
    asked = len(lab.asked("CommitByOid"))
    lab.world.move(hours=1)
    assert lab.sync().exit_code == 3
    assert len(lab.asked("CommitByOid")) == asked, "not asked again before it is due"
    lab.server.faults.remove(fault)
    for _ in range(2):
        lab.night()
    assert (notes(lab), lab.differences()) == (set(), {})


@pytest.mark.parametrize("message", ["Broken.", None])
def test_a_field_error_in_a_history_is_read_over_rest(lab: Lab, repo: Repository, message: str | None) -> None:
    """Also where GitHub says that there is no such commit, though it lists the parent of one."""
    odd = named(lab, "Work 3")
    lab.world.odd.hides(odd, message=message, kind=None, until="2026-01-02")
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT count(*) FROM commits") == [7]
    assert {oid for oid, _ in notes(lab)} == {odd.oid}
    lab.night()
    assert (notes(lab), lab.differences()) == (set(), {})


def test_a_commit_that_is_denied_behind_a_gap_is_not_the_end_of_the_history(lab: Lab, repo: Repository) -> None:
    """That it is an ancestor of the head cannot be seen there, and REST fails, which denies nothing."""
    for headline in ("Work 5", "Work 3"):
        lab.world.odd.hides(named(lab, headline), message=None, kind=None, until="2026-01-02")
    fault = lab.server.fail("/commits", "500", times=None)
    assert lab.sync().exit_code == 3
    assert lab.query("SELECT * FROM history_boundaries") == []
    lab.server.faults.remove(fault)
    for _ in range(2):
        lab.night()
    assert (notes(lab), lab.differences()) == (set(), {})


@pytest.mark.parametrize("raw", ODD_DATES)
def test_a_date_that_no_calendar_has_is_null(lab: Lab, repo: Repository, raw: str) -> None:
    both, one = named(lab, "Work 3"), named(lab, "Work 5")
    lab.world.odd.says(both, authoredDate=raw, committedDate=raw)
    lab.world.odd.says(one, authoredDate=raw)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT headline FROM commits WHERE committed_at IS NULL") == ["Work 3"]
    assert set(lab.query("SELECT headline FROM commits WHERE authored_at IS NULL")) == {"Work 3", "Work 5"}
    assert lab.query("SELECT count(*) FROM commits") == [7]
    assert notes(lab) == {(both.oid, "authoredDate"), (both.oid, "committedDate"), (one.oid, "authoredDate")}
    lab.night()
    assert lab.differences() == {}


def test_what_the_schema_promises_may_be_null(lab: Lab, repo: Repository) -> None:
    odd = named(lab, "Work 3")
    lab.world.odd.says(odd, tree=None, messageHeadline=None, signature=None, author=None)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT tree_oid, headline, signature FROM commits WHERE oid = ?", odd.oid) == [(None, None, None)]
    assert notes(lab) == {(odd.oid, "tree"), (odd.oid, "messageHeadline")}


def test_any_number_of_commits_is_read_again_as_long_as_github_serves_them(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(45):
        odd = repo.commit(f"Work {n}", lab.alice, f"2025-03-{n % 28 + 1:02}")
        lab.world.odd.says(odd, authoredDate=None, until="2026-01-02T12:00:00Z")
    repo.push(by=lab.alice, at="2025-04-01")
    assert lab.sync().exit_code == 0
    assert len(notes(lab)) == 45
    lab.night()
    assert lab.query("SELECT count(*) FROM unreadable WHERE attempts = 2") == [20], "each costs some requests"
    lab.night(2)
    assert (notes(lab), lab.differences()) == (set(), {})


@pytest.mark.parametrize("raw", ODD_DATES)
def test_a_merge_at_a_time_that_no_calendar_has_is_asked_for_again(lab: Lab, repo: Repository, raw: str) -> None:
    pull = repo.threads[1]
    lab.world.odd.says(pull, mergedAt=raw, closedAt=raw, until="2026-01-01T12:00:00Z")
    assert lab.sync().exit_code == 0
    assert notes(lab) == {(named(lab, "Help (#1)").oid, "associatedPullRequests")}
    of_pull = set(lab.query("SELECT part FROM unreadable WHERE kind = 'pull_requests'"))
    assert {"mergedAt", "closedAt"} <= of_pull
    assert lab.night(2).exit_code == 0
    assert (notes(lab), lab.differences()) == (set(), {})


def test_a_pull_request_without_the_name_of_its_base_is_asked_for_again(lab: Lab, repo: Repository) -> None:
    """Whether it was merged into the default branch is unknown then, which is not the same as no."""
    lab.world.odd.says(repo.threads[1], baseRefName=None, until="2026-01-01T12:00:00Z")
    assert lab.sync().exit_code == 0
    assert notes(lab) == {(named(lab, "Help (#1)").oid, "associatedPullRequests")}
    assert lab.night(2).exit_code == 0
    assert (notes(lab), lab.differences()) == (set(), {})


@pytest.mark.parametrize("field", ["state", "isValid", "wasSignedByGitHub"])
def test_a_signature_without_what_the_schema_promises_is_asked_for_again(
    lab: Lab, repo: Repository, field: str
) -> None:
    odd = named(lab, "Work 3")
    signature = {"state": "VALID", "isValid": True, "wasSignedByGitHub": False, "verifiedAt": None, "signer": None}
    lab.world.odd.says(odd, signature=signature | {field: None}, until="2026-01-01T12:00:00Z")
    assert lab.sync().exit_code == 0
    assert notes(lab) == {(odd.oid, "signature")}
    assert lab.night(2).exit_code == 0
    assert (notes(lab), lab.differences()) == (set(), {})


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("repeat_cursor", {}),
        ("null_cursor", {}),
        ("duplicate_row", {}),
        ("empty_page", {"cursor": "repeats"}),
    ],
)
def test_a_history_that_contradicts_itself(lab: Lab, kind: str, details: dict[str, Any]) -> None:
    """Commits are asked for by oid then: no list can hide one."""
    repo = lab.repository()
    for n in range(120):
        repo.commit(f"Work {n}", lab.alice, f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
    repo.push()
    lab.sync()
    lab.world.move(days=1)
    base = lab.commit(repo.tip())
    for n in range(120):
        repo.commit(f"Topic {n}", lab.alice, "2026-01-01")
    repo.push(repo.commit("Merge", lab.alice, "2026-01-02", parents=[base, lab.commit(repo.tip())]))
    true = lab.fresh()
    for times in (1, None):
        lab.path = lab.folder / f"{times}.db"
        fault = lab.server.fail("CommitHistory ", kind, times=times, **details)
        assert lab.sync().exit_code == 0
        assert fault.struck >= 1
        assert lab.compared(true) == {}
        lab.server.faults.clear()


@pytest.mark.parametrize("trouble", ["repeat_cursor", "duplicate_row", "ends_early"])
def test_a_comparison_that_contradicts_itself(lab: Lab, trouble: str) -> None:
    """It is asked for where a branch is merged that is older than the database."""
    repo = lab.world.repository("example/old", "2020-01-01")
    lab.tracked.append("example/old")
    repo.commit("Begin", lab.alice, "2025-05-05")
    side = [
        repo.commit(f"Side {n}", lab.alice, "2021-06-01", branch="side", parents=None if n else []) for n in range(120)
    ]
    repo.push(at="2025-05-05")
    lab.sync()
    lab.world.move(days=1)
    tip = lab.commit(repo.tip())
    repo.push(repo.commit("Merge", lab.alice, parents=[tip, side[-1]]))
    passing = lab.folder / "passing.db"
    passing.write_bytes(lab.path.read_bytes())
    fault = lab.server.fail("/compare/", trouble)
    assert lab.sync(passing).exit_code == (3 if trouble == "ends_early" else 0)  # only its end shows what is missing
    fault.times = None
    report = lab.sync()
    assert (report.exit_code, [kind for _, kind, _ in report.failures]) == (3, ["commits"])
    lab.server.faults.remove(fault)
    assert lab.night().exit_code == 0
    assert lab.query("SELECT count(*) FROM commits WHERE gone_at IS NULL") == [122]


def shown_wrongly(lab: Lab, questions: tuple[str, ...], old: str, new: str) -> None:
    """Let the answers to these questions name another oid, once each."""
    handle = lab.server.front
    left = set(questions)

    def changed(request: httpx.Request) -> httpx.Response:
        answer = handle(request)
        name = json.loads(request.content or b"{}").get("operationName")
        if name not in left:
            return answer
        left.discard(name)
        return httpx.Response(answer.status_code, text=answer.text.replace(old, new))

    lab.server.front = changed


def rewritten(lab: Lab) -> tuple[Repository, str, str]:
    """A repository with thirty commits, its head, and an older commit."""
    repo = lab.repository()
    for n in range(30):
        repo.commit(f"Work {n}", lab.alice, "2025-03-01")
        repo.push(by=lab.alice, at=f"2025-03-{n + 1:02}")
    history = lab.history(repo)
    return repo, history[0], history[20]


def test_a_head_that_is_shown_wrongly_drops_nothing(lab: Lab) -> None:
    _, head, old = rewritten(lab)
    lab.sync()
    lab.world.move(days=1)
    shown_wrongly(lab, ("RepositoryStates",), head, old)
    report = lab.sync()
    assert report.exit_code == 3
    assert "moved while it was read, and 20 commits would count as dropped" in report.failures[0][2]
    assert lab.query("SELECT count(*) FROM commits WHERE gone_at IS NOT NULL") == [0]
    assert lab.night().exit_code == 0
    assert lab.query("SELECT count(*) FROM commits WHERE gone_at IS NOT NULL") == [0]
    assert lab.query("SELECT count(*) FROM changes") == [0]


def test_a_history_that_is_dropped_is_marked_after_a_second_look(lab: Lab) -> None:
    repo, _, old = rewritten(lab)
    lab.sync()
    lab.world.move(days=1)
    repo.push(lab.world.git.commits[old])
    assert lab.sync().exit_code == 0
    assert len(lab.asked("DefaultBranch")) == 1
    assert lab.query("SELECT count(*) FROM commits WHERE gone_at IS NOT NULL") == [20]


def test_a_default_branch_that_is_not_there_is_looked_for_again(lab: Lab) -> None:
    repo = lab.repository()
    repo.push(repo.commit("Work", lab.alice, "2025-03-01"), by=lab.alice, at="2025-03-01")
    lab.sync()

    def without(body: Any) -> None:
        body["data"]["i0"]["defaultBranchRef"] = None

    lab.server.fail(" RepositoryStates ", "change", times=None, change=without)
    report = lab.night()
    assert (report.exit_code, [kind for _, kind, _ in report.failures]) == (3, ["commits"])
    assert lab.query("SELECT count(*) FROM commits WHERE gone_at IS NOT NULL") == [0]
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    assert lab.query("SELECT count(*) FROM changes WHERE \"column\" NOT IN ('status', 'default_branch')") == [0]


def test_a_few_dropped_commits_are_not_doubted(lab: Lab) -> None:
    repo, head, _ = rewritten(lab)
    lab.sync()
    lab.world.move(days=1)
    repo.push(lab.world.git.commits[lab.world.git.history(head)[2]])
    assert lab.sync().exit_code == 0
    assert lab.asked("DefaultBranch") == []
    assert lab.query("SELECT count(*) FROM commits WHERE gone_at IS NOT NULL") == [2]
