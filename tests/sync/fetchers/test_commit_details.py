"""Lines of commits where a signal needs them, pull requests that GitHub associates late, and what it cannot count."""

import pytest

from collector.github.client import Bounds
from tests.lab import Lab


def unknown(lab: Lab) -> set[str]:
    """Headlines of commits whose lines are not known."""
    return set(lab.query("SELECT headline FROM commits WHERE additions IS NULL"))


def notes(lab: Lab) -> dict[str, tuple[str, int]]:
    """Headline -> (part, attempts) of what GitHub did not serve of commits."""
    found = lab.query("SELECT key, part, attempts FROM unreadable WHERE kind = 'commits'")
    return {lab.world.git.commits[oid].headline: (part, attempts) for oid, part, attempts in found}


def test_lines_are_asked_for_only_where_a_signal_needs_them(lab: Lab) -> None:
    repo = lab.repository()
    lab.merged(repo, "Squashed", "2025-03-01")
    lab.merged(repo, "Merged", "2025-03-02", "merge")
    lab.merged(repo, "Large", "2025-03-03", files={f"f{n:05}": (1, 0) for n in range(3010)})
    lab.push(repo, "Pushed", "2025-03-04")
    lab.sync()
    known = set(lab.query("SELECT headline FROM commits WHERE additions IS NOT NULL"))
    assert known == {"Begin", "Pushed", "Large (#3)"}
    asked = lab.asked("CommitDetails")
    assert len(asked) == 1
    lab.night()
    assert lab.asked("CommitDetails") == asked


def test_what_may_be_a_copy_is_measured(lab: Lab) -> None:
    """Of the same headline and author date, in the project or among own commits; and what lands with it."""
    repo = lab.repository()
    pull = repo.pull_request("Fix", lab.bob, "2025-03-01", commits=2)
    pull.merge(lab.alice, "2025-03-02", "squash")
    own = pull.latest("commits")[0]
    other = lab.merged(repo, "Other", "2025-03-03", "merge", commits=2)
    picked = repo.commit(own.headline, lab.alice, "2025-04-01", authored_at=own.authored_at)
    repo.push(picked, by=lab.alice, at="2025-04-01")
    lab.sync()
    assert own.oid in lab.query("SELECT oid FROM pull_request_commits WHERE additions IS NOT NULL")
    assert not {"Fix (#1)", picked.headline} & unknown(lab)
    assert {c.headline for c in other.latest("commits")} <= unknown(lab)


@pytest.mark.parametrize("how", ["uncountable", "poison"])
def test_a_commit_that_github_cannot_count(lab: Lab, how: str) -> None:
    repo = lab.repository()
    odd = lab.push(repo, "Vendor", "2025-03-01", lines=10_000_000)
    for n in range(5):
        lab.push(repo, f"Work {n}", f"2025-03-{n + 2:02}")
    if how == "poison":
        lab.world.odd.poison(odd, "additions", until="2026-01-06")
    else:
        lab.world.odd.uncountable(odd, until="2026-01-06")
    report = lab.sync()
    assert (report.exit_code, unknown(lab), notes(lab)) == (0, {"Vendor"}, {"Vendor": ("additions", 1)})
    assert lab.query("SELECT error LIKE '%/commit/' || ? || '%' FROM sync_errors", odd.oid) == [1]
    tries = []
    for _ in range(7):
        lab.night()
        tries.append(notes(lab).get("Vendor", ("", 0))[1])
    assert tries == [2, 2, 3, 3, 3, 3, 0], "after 1, 2 and 4 days"
    assert unknown(lab) == set()
    assert lab.differences() == {}


def test_what_is_dropped_may_be_gone_from_github_too(lab: Lab) -> None:
    repo = lab.repository()
    base = lab.commit(repo.tip())
    lab.push(repo, "Kept", "2025-03-01")
    lab.merged(repo, "Dropped", "2025-03-02")
    lab.sync()
    assert unknown(lab) == {"Dropped (#1)"}
    lab.world.move(days=1)
    lost = lab.commit(repo.tip())
    repo.push(repo.commit("Kept", lab.alice, "2025-03-01", parents=[base]))
    del repo.readable_from[lost.oid]
    assert lab.sync().exit_code == 0
    assert notes(lab) == {"Dropped (#1)": ("additions", 1)}
    assert lab.query("SELECT gone_at IS NOT NULL FROM commits WHERE oid = ?", lost.oid) == [1]


def test_lines_of_what_is_gone_bring_it_not_back(lab: Lab) -> None:
    repo = lab.repository()
    base = lab.commit(repo.tip())
    lab.merged(repo, "Dropped", "2025-03-02")
    lab.sync()
    lab.world.move(days=1)
    repo.push(repo.commit("Instead", lab.alice, "2025-03-01", parents=[base]))
    lab.sync()
    assert lab.query("SELECT headline FROM commits WHERE gone_at IS NOT NULL") == ["Dropped (#1)"]
    assert unknown(lab) == set()
    assert lab.query("SELECT count(*) FROM changes WHERE \"column\" = 'gone_at'") == [0]


def test_the_next_run_goes_on_where_a_budget_ended(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(150):
        lab.push(repo, f"Work {n}", f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
    lab.sync(lab.folder / "whole.db")
    needed = len(lab.asked("CommitDetails"))
    (total,) = lab.query("SELECT points FROM sync_runs", path=lab.folder / "whole.db")
    report = lab.sync(bounds=Bounds(points=total - 1))
    assert report.exit_code == 5
    assert 0 < len(unknown(lab)) < 150
    assert lab.sync().exit_code == 0
    assert unknown(lab) == set()
    assert len(lab.asked("CommitDetails")) <= 2 * needed + 1


# the pull request of a commit


def test_a_forks_pull_request_is_not_taken_for_ours(lab: Lab) -> None:
    repo = lab.repository()
    lab.merged(repo, "Ours", "2025-03-01")
    fork = lab.world.fork(repo, "bob/engine", "2025-03-31")
    pushed = lab.push(repo, "Pushed", "2025-04-01")
    fork.push(pushed, branch="upstream", at="2025-04-02")
    fork.pull_request("Theirs", at="2025-04-02", head="upstream").merge(lab.bob, "2025-04-03")
    lab.sync()
    assert lab.query("SELECT headline, pull_request FROM commits WHERE pull_request IS NOT NULL") == [("Ours (#1)", 1)]


def test_what_an_earlier_version_took_from_forks_is_asked_for_again_once(lab: Lab) -> None:
    repo = lab.repository()
    lab.merged(repo, "Ours", "2025-03-01", "merge")
    lab.merged(repo, "Squashed", "2025-03-02")
    lab.push(repo, "Pushed", "2025-04-01")
    lab.sync()
    true = lab.live("commits")
    lab.change("UPDATE commits SET pull_request = 1 WHERE headline = 'Pushed'")
    lab.change("UPDATE sync_state SET target = '' WHERE kind = 'commit_sizes'")
    lab.night()
    assert lab.live("commits") == true
    asked = len(lab.asked("CommitDetails"))
    lab.night()
    assert len(lab.asked("CommitDetails")) == asked


@pytest.mark.parametrize("late", [False, True], ids=["a young commit", "an old commit on a branch merged now"])
def test_a_pull_request_that_github_names_late_is_found(lab: Lab, late: bool) -> None:
    repo = lab.repository()
    lab.sync()
    lab.world.move(days=1)
    pull = repo.pull_request("Help", lab.bob, "2025-03-01" if late else "2026-01-01")
    pull.merge(lab.alice, method="merge" if late else "squash")
    lab.world.odd.lag(pull, 30)
    lab.sync()
    assert lab.query("SELECT count(pull_request) FROM commits") == [0]
    lab.night()
    assert lab.query("SELECT count(pull_request) FROM commits") == [0]
    lab.night()
    assert lab.query("SELECT count(pull_request) FROM commits") == [2 if late else 1]
    assert lab.differences() == {}


def test_a_commit_without_a_pull_request_is_asked_about_for_three_days(lab: Lab) -> None:
    repo, other = lab.repository(), lab.repository("example/other")
    lab.sync()
    lab.night()
    lab.world.move(hours=1)
    for n in range(3):
        lab.push(repo, f"Pushed {n}", lab.world.now)
    lab.sync()
    nightly = []
    for _ in range(6):
        asked = len(lab.asked("CommitDetails"))
        lab.night()
        nightly.append(len(lab.asked("CommitDetails")) - asked)
    assert nightly == [1, 1, 0, 0, 0, 0]
    assert other.node_id not in str(lab.asked("CommitDetails")[-1])


def test_all_young_commits_are_asked_about_however_many_were_pushed_since(lab: Lab) -> None:
    repo = lab.repository()
    lab.sync()
    lab.world.move(days=1)
    pull = repo.pull_request("Help", lab.bob, "2026-01-01")
    pull.merge(lab.alice, method="squash")
    lab.world.odd.lag(pull, 20)
    lab.sync()
    lab.world.move(hours=2)
    for n in range(70):
        lab.push(repo, f"Pushed {n}", lab.world.now)
    lab.sync()
    lab.night()
    assert lab.query("SELECT count(pull_request) FROM commits") == [1]


def test_what_a_first_sync_finds_of_old_is_not_asked_about(lab: Lab) -> None:
    repo = lab.repository()
    lab.push(repo, "Old", "2025-03-01")
    lab.sync()
    asked = len(lab.asked("CommitDetails"))
    lab.night()
    assert len(lab.asked("CommitDetails")) == asked


def test_a_commit_of_many_pull_requests_belongs_to_the_first_merged(lab: Lab) -> None:
    repo = lab.repository()
    repo.commit("Shared", lab.bob, "2025-03-01", branch="shared")
    repo.push(branch="shared", by=lab.bob, at="2025-03-01")
    pulls = [repo.pull_request(f"Try {n}", lab.bob, f"2025-03-{n + 2:02}", head="shared") for n in range(7)]
    for pull in pulls:
        pull.take_branch("2025-03-20")
    pulls[6].merge(lab.alice, "2025-04-01")
    pulls[2].merge(lab.alice, "2025-04-02")
    lab.sync()
    assert lab.query("SELECT pull_request FROM commits WHERE headline = 'Shared'") == [pulls[6].number]
    assert len(lab.asked("PullRequestsOfCommit")) >= 1


# one account, one name


def test_a_bot_keeps_the_login_that_graphql_says(lab: Lab) -> None:
    robot = lab.world.bot("agent-of-code", rest_login="Agent")
    repo = lab.repository()
    lab.push(repo, "Work", "2025-03-01")
    repo.commit("By a robot", None, "2025-03-02")
    repo.push(by=robot, at="2025-03-02")
    lab.sync()
    assert lab.query("SELECT login FROM accounts WHERE id = ?", robot.id) == ["Agent[bot]"], "only REST named it"
    repo.issue("Beep", robot, "2025-03-03")
    for _ in range(3):
        lab.world.move(days=1)
        repo.commit("By a robot", None)
        repo.push(by=robot)
        lab.sync()
        assert lab.query("SELECT login, type FROM accounts WHERE id = ?", robot.id) == [("agent-of-code[bot]", "Bot")]
    fresh = lab.fresh()
    assert lab.query("SELECT login FROM accounts WHERE id = ?", robot.id, path=fresh) == ["agent-of-code[bot]"]


def test_a_person_who_only_pushes_may_change_the_name(lab: Lab) -> None:
    repo = lab.repository()
    repo.commit("Work", None, "2025-03-01")
    repo.push(by=lab.bob, at="2025-03-01")
    lab.sync()
    lab.change("UPDATE accounts SET login = 'robert' WHERE id = ?", lab.bob.id)
    lab.world.move(days=1)
    repo.commit("More", None)
    repo.push(by=lab.bob)
    lab.sync()
    assert lab.query("SELECT login FROM accounts WHERE id = ?", lab.bob.id) == ["bob"]
