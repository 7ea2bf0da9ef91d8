"""What a run learns of GitHub holds for the next one: sizes, and what another server lacks."""

import json

import pytest

from collector.emulator.older_schemas import OLD_SERVERS
from collector.emulator.repository import Repository
from tests.lab import Lab


def furnish(lab: Lab) -> Repository:
    """A repository with something of each kind that older servers show less of."""
    repo = lab.repository()
    repo.commit("Work", lab.alice, "2025-03-01")
    repo.push(by=lab.alice, at="2025-03-01")
    issue = repo.issue("It breaks", lab.bob, "2025-03-02")
    issue.comment(lab.alice, "Why", "2025-03-03")
    pull = repo.pull_request("Mend", lab.bob, "2025-03-04")
    pull.review(lab.alice, at="2025-03-05")
    pull.merge(lab.alice, "2025-03-06")
    return repo


@pytest.mark.parametrize("age", sorted(OLD_SERVERS))
def test_an_older_server_is_looked_at_once_in_a_week(lab: Lab, age: str) -> None:
    furnish(lab)
    true = lab.fresh()
    lab.server.without = OLD_SERVERS[age]
    assert lab.sync().exit_code == 0
    assert lab.compared(true).keys() <= {"commits"}, "commits lack when their signature was verified"
    assert len(lab.asked(" Schema ")) == 1
    kept = json.loads(lab.query("SELECT value FROM meta WHERE key = 'schema_lacks'")[0])
    assert kept["server"] == "https://api.github.com/graphql"
    assert "GitSignature.verifiedAt" in kept["lacks"]
    lab.night(days=6)
    assert len(lab.asked(" Schema ")) == 1
    lab.world.repositories[0].commit("More", lab.alice)
    lab.world.repositories[0].push()
    lab.night(days=2)
    assert len(lab.asked(" Schema ")) == 2, "it may have been updated"


def test_a_server_of_today_is_not_looked_at(lab: Lab) -> None:
    furnish(lab)
    assert lab.sync().exit_code == 0
    assert lab.asked(" Schema ") == []
    assert lab.query("SELECT value FROM meta WHERE key = 'schema_lacks'") == []


def test_a_field_that_cannot_be_done_without_ends_the_run_and_names_it(lab: Lab) -> None:
    furnish(lab)
    assert lab.sync().exit_code == 0
    before = len(lab.server.log)
    lab.server.without = frozenset({"Repository.nameWithOwner"})
    report = lab.sync()
    assert report.exit_code == 1
    assert "no Repository.nameWithOwner" in report.message
    assert len(lab.server.log) - before == 2
    lab.server.without = frozenset()
    assert lab.sync().exit_code == 0, "and the next run finds it again"


def test_the_sizes_at_which_lists_ended_are_kept(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(60):
        repo.issue(f"Issue {n}", lab.bob, f"2025-0{n // 28 + 3}-{n % 28 + 1:02}")
    assert lab.sync().exit_code == 0
    sizes = json.loads(lab.query("SELECT value FROM meta WHERE key = 'page_sizes'")[0])
    assert sizes["issues"] == 49
    assert lab.github().sizes == {}
    lab.repository("example/other").issue("One", lab.bob, "2025-03-01")
    asked = len(lab.server.log)
    assert lab.sync().exit_code == 0
    firsts = [e.variables["first"] for e in lab.server.log[asked:] if e.operation == "Issues"]
    assert firsts == [49]


@pytest.mark.parametrize("text", ["x", "[7]", '{"issues": "x", "commits": -1, "unheard-of": 7}'])
def test_sizes_that_are_none_are_learned_again(lab: Lab, text: str) -> None:
    furnish(lab)
    lab.sync()
    lab.change("INSERT OR REPLACE INTO meta VALUES ('page_sizes', ?)", text)
    furnish(lab)
    assert lab.night().exit_code == 0
    assert lab.differences() == {}
