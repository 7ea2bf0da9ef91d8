import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from collector.emulator.server import GitHubEmulator
from tests.command import Collect


def measured(run: Collect, *words: str) -> dict[str, Any]:
    result = run("doctor", "--live-facts", "--json", *words)
    assert result.exit_code == 0, result.stderr
    facts = json.loads(result.stdout)
    assert isinstance(facts, dict)
    return facts


def came(facts: dict[str, Any], question: str) -> list[tuple[int, str]]:
    """(size, what came) of a question, in the order in which it was asked."""
    return [(t["size"], t["came"]) for t in facts["timings"] if t["question"] == question]


@pytest.fixture
def busy(config: Path, server: GitHubEmulator) -> GitHubEmulator:
    """example/two has 120 issues and 120 pull requests, and a history as long."""
    world = server.world
    two, alice = world.find("example/two"), world.user("alice")
    assert two is not None
    for n in range(120):
        two.issue(f"Issue {n}", alice, "2026-07-05T06:00:00Z")
        two.pull_request(f"Change {n}", alice, "2026-07-05T07:00:00Z")
        two.commit(f"Work {n}", alice, "2026-07-05T08:00:00Z")
    two.push(by=alice, at="2026-07-05T08:00:00Z")
    two.release("v1", alice, "2026-07-05T09:00:00Z", name="One")
    return server


def test_where_push_logs_begin(run: Collect, busy: GitHubEmulator, config: Path) -> None:
    one = busy.world.find("example/one")
    assert one is not None
    alice = busy.world.user("alice")
    one.commit("Late", alice, "2026-07-05T12:00:00Z")
    one.push(by=alice, at="2026-07-05T12:00:00Z")
    one.change(activity_from="2026-07-05T10:00:00Z")
    config.write_text(config.read_text() + '[[project.repo]]\nrepo = "example/three"\nrole = "core"\n')
    logs = {log["repository"]: (log["oldest"], log["trouble"]) for log in measured(run)["push_logs"]}
    assert logs == {
        "example/one": ("2026-07-05T12:00:00Z", None),
        "example/two": ("2026-07-05T00:00:00Z", None),
        "example/three": (None, "not found: Not Found"),
    }


def test_seconds_by_size_up_to_the_first_that_is_not_answered(run: Collect, busy: GitHubEmulator) -> None:
    busy.weight = True
    facts = measured(run)
    assert facts["largest"] == "example/two"
    assert came(facts, "RepositoryStates") == [(2, "answered")]
    assert came(facts, "Issues") == [(10, "answered"), (25, "answered"), (49, "answered"), (100, "answered")]
    assert came(facts, "CommitHistory")[-1] == (100, "answered")
    assert came(facts, "CommitDetails")[0] == (10, "answered")
    assert came(facts, "PullRequestDiffs")[0] == (10, "answered")
    busy.fail('PullRequests .*"first": 25', "502_html", times=None)
    facts = measured(run)
    assert came(facts, "PullRequests") == [(10, "answered"), (25, "status 502")]
    assert [size for size, _ in came(facts, "PullRequestDiffs")] == [10]


def test_it_is_cheap(run: Collect, busy: GitHubEmulator) -> None:
    facts = measured(run)
    assert busy.points() == facts["points"] <= 40
    assert len(busy.log) == facts["requests"]
    assert len({(e.operation, str(e.variables)) for e in busy.log if e.operation}) == sum(
        1 for e in busy.log if e.operation
    )


def test_headers_of_limits_by_status(run: Collect, busy: GitHubEmulator) -> None:
    busy.fail("Issues ", "502_html", headers={"x-ratelimit-remaining": None})
    facts = measured(run)
    answered = len([t for t in facts["timings"] if t["came"] == "answered"])
    assert facts["limits"] == {"200": [answered, answered], "502 with errors": [1, 0]}


def test_ids_that_are_null(run: Collect, busy: GitHubEmulator) -> None:
    two = busy.world.find("example/two")
    assert two is not None
    busy.world.odd.says(two.releases[0], databaseId=None)
    facts = measured(run)
    assert facts["ids"]["releases.databaseId"] == [2, 2]  # in the question about repositories, and in the list
    assert facts["ids"]["issues.fullDatabaseId"][1] == 0
    assert "releases.databaseId: 2 of 2" in run("doctor", "--live-facts").stdout


def test_owners_that_refuse_the_token(run: Collect, busy: GitHubEmulator) -> None:
    busy.world.odd.policy("example", "lifetime", days=90)
    facts = measured(run)
    assert facts["refused"]["example"].startswith("The 'example' organization forbids access")
    assert facts["largest"] is None
    assert facts["push_logs"][0]["trouble"].startswith("forbidden: The 'example' organization forbids")


def test_a_server_without_limits_and_push_log(run: Collect, busy: GitHubEmulator) -> None:
    busy.has_limits = busy.has_activity = False
    facts = measured(run)
    assert {log["trouble"] for log in facts["push_logs"]} == {"not found: Not Found"}
    (status,) = facts["limits"]
    assert (status, facts["limits"][status][1]) == ("200", 0)


def test_they_are_kept_where_there_is_a_database(run: Collect, busy: GitHubEmulator) -> None:
    measured(run)
    assert not Path("signals.db").exists()
    assert run("sync").exit_code == 0
    facts = measured(run)
    with closing(sqlite3.connect("signals.db")) as db:
        (kept,) = db.execute("SELECT value FROM meta WHERE key = 'live_facts'").fetchone()
    assert json.loads(kept) == facts
    assert facts["at"] == "2026-07-06T00:00:00Z"
    assert "token-1" not in kept


def test_they_are_not_kept_in_the_demos_database(run: Collect, synced: GitHubEmulator) -> None:
    with closing(sqlite3.connect("signals.db")) as db, db:
        db.execute("UPDATE meta SET value = '1' WHERE key = 'synthetic'")
    measured(run)
    with closing(sqlite3.connect("signals.db")) as db:
        assert db.execute("SELECT value FROM meta WHERE key = 'live_facts'").fetchone() is None


def test_as_a_table(run: Collect, busy: GitHubEmulator) -> None:
    text = run("doctor", "--live-facts").stdout
    assert "as alice (token)" in text
    assert "  example/two  2026-07-05T00:00:00Z" in text
    assert "  CommitHistory       10 " in text


def test_without_a_token_it_ends_with_4(run: Collect, config: Path) -> None:
    assert run("doctor", "--live-facts").exit_code == 4
