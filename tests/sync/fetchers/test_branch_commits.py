"""What pushes brought to the branches of pull requests that change economic rules."""

from dataclasses import replace

import pytest

from collector.config.model import Project, TrackedRepository
from collector.emulator.pulls import PullRequest
from collector.method import compute
from tests.lab import Lab

RULES = {"fees/table.toml": (12, 0)}


@pytest.fixture
def acme(lab: Lab) -> Lab:
    lab.repository()
    config = lab.config()
    repos = (TrackedRepository("example/engine", "core"),)
    lab.configured = replace(
        config, projects=(Project("acme", "Acme", ("tests",), rule_paths=("fees/**",), repos=repos),)
    )
    lab.world.move("2025-11-01")
    return lab


def opened(lab: Lab, path: str = "fees/table.toml") -> PullRequest:
    """A pull request from a branch of the repository itself."""
    return lab.repo.pull_request("Change", lab.alice, files={path: (12, 0)})


def update(lab: Lab, pull: PullRequest) -> None:
    """Merge the base into its branch, as the button "Update branch" does."""
    lab.repo.commit("On main", lab.bob)
    lab.repo.push(by=lab.bob)
    heads = [lab.commit(lab.repo.tip(pull.head)), lab.commit(lab.repo.tip())]
    merge = lab.repo.commit("Merge main", lab.alice, branch=pull.head, parents=heads, files={})
    lab.repo.push(merge, branch=pull.head, by=lab.alice)
    pull.set_commits(lab.world.now, (*pull.latest("commits"), merge))


def landed(lab: Lab, pull: PullRequest, method: str = "squash") -> tuple[str, str]:
    """Merge it two days later, sync, and say what its last change was."""
    lab.world.move(days=2)
    pull.merge(lab.alice, method=method)
    lab.world.move(days=1)
    report = lab.sync(after=lambda db: compute.prepare(db, lab.config()))
    assert report.exit_code == 0
    (found,) = lab.query("SELECT changed_at, change FROM last_changes")
    return (str(found[0]), str(found[1]))


@pytest.mark.parametrize("method", ["squash", "merge"])
def test_an_update_from_the_base_is_no_change(acme: Lab, method: str) -> None:
    pull = opened(acme)
    acme.world.move(days=8)
    update(acme, pull)
    assert landed(acme, pull, method)[1] == "opened"
    assert len(acme.asked("BranchHistories")) == (1 if method == "squash" else 0)


@pytest.mark.parametrize("method", ["squash", "merge"])
def test_a_pushed_commit_is_a_change(acme: Lab, method: str) -> None:
    pull = opened(acme)
    acme.world.move(days=8)
    at = acme.world.now
    pull.push(files=RULES)
    assert landed(acme, pull, method) == (at, "push")


@pytest.mark.parametrize(("lines", "changed"), [(12, False), (13, True)])
def test_a_rebase_is_no_change_and_an_amended_commit_is_one(acme: Lab, lines: int, changed: bool) -> None:
    pull = opened(acme)
    (own,) = pull.latest("commits")
    acme.world.move(days=8)
    acme.repo.commit("On main", acme.bob)
    acme.repo.push(by=acme.bob)
    again = acme.repo.commit(
        own.headline,
        acme.alice,
        branch=pull.head,
        parents=[acme.commit(acme.repo.tip())],
        files={"fees/table.toml": (lines, 0)},
        authored_at=own.authored_at,
    )
    acme.repo.push(again, branch=pull.head, by=acme.alice)
    pull.set_commits(acme.world.now, (again,))
    assert (landed(acme, pull)[1] == "force_push") is changed


def test_nothing_is_asked_of_short_or_other_pull_requests(acme: Lab) -> None:
    pull = opened(acme, "src/a.py")
    acme.world.move(days=8)
    pull.push(files={"src/a.py": (12, 0)})
    short = opened(acme)
    acme.world.move(days=2)
    short.push(files=RULES)
    pull.merge(acme.alice, method="squash")
    short.merge(acme.alice, method="squash")
    acme.sync()
    acme.night()
    assert acme.asked("BranchHistories") == []


def test_what_github_does_not_serve_is_a_change_and_asked_again(acme: Lab) -> None:
    pull = opened(acme)
    acme.world.move(days=8)
    update(acme, pull)
    head = acme.commit(acme.repo.tip(pull.head))
    acme.repo.readable_from[head.oid] = "2030-01-01"
    assert landed(acme, pull)[1] == "push"
    assert acme.query("SELECT kind, key FROM unreadable") == [("branch_commits", head.oid)]
    acme.repo.readable_from[head.oid] = "2025-01-01"
    acme.night()
    acme.night()
    assert acme.query("SELECT kind, key FROM unreadable") == []
    assert acme.query("SELECT count(*) FROM branch_commits WHERE oid = ?", head.oid) == [1]
