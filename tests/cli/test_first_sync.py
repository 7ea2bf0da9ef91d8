"""A first sync says how long it takes, what it is doing, and what to do next; a later one says none of it."""

from pathlib import Path

import pytest

from collector.cli import first_sync, logs
from collector.config import load
from collector.config.shards import Shard
from collector.emulator.server import GitHubEmulator
from collector.sync.plan import Plan, Step
from tests.command import Collect


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody looks at the terminal."""
    monkeypatch.setattr(first_sync, "is_watched", lambda: True)


@pytest.mark.usefixtures("watched")
def test_it_explains_itself_once(run: Collect, config: Path, server: GitHubEmulator) -> None:
    first = run("sync")
    assert first.exit_code == 0
    assert "First sync of 2 repositories: at least " in first.stderr
    assert "points of GitHub's rate limit (4," in first.stderr
    assert f"{len(server.log)} requests to GitHub" in first.stdout
    assert [line.split("Next: ")[1].split("`")[1] for line in first.stderr.splitlines() if "Next: " in line] == [
        "collect report --format html --output report.html",
        "collect signals --history 104 --every week",
        "collect sync",
    ]
    asked = len(server.log)
    second = run("sync")
    assert "First sync" not in second.stderr
    assert "Next:" not in second.stderr
    assert len(server.log) - asked == 1


def test_a_first_night_that_nobody_watches_asks_nothing_to_estimate_it(
    run: Collect, config: Path, server: GitHubEmulator
) -> None:
    said = run("sync").stderr
    assert "`collect sync --dry-run` estimates" in said
    assert "Next: " in said
    assert not [one for one in server.log if "Glance" in str(one)]


def test_the_next_steps_are_of_the_files_that_were_named(run: Collect, config: Path, server: GitHubEmulator) -> None:
    said = run("sync", "--db", "my own.db").stderr
    assert "`collect report --db 'my own.db' --format html" in said
    assert "--db" not in run("sync", COLLECT_DB="other.db").stderr
    config.rename("mine.toml")
    assert (
        "--db 'third.db' --config 'mine.toml' --history"
        in run("sync", "--db", "third.db", "--config", "mine.toml").stderr
    )


def test_a_shard_is_synced_every_night_as_that_shard(run: Collect, config: Path, server: GitHubEmulator) -> None:
    (slug,) = (project.slug for project in load(config).projects[:1])
    shard = next(shard for shard in (Shard(1, 2), Shard(2, 2)) if shard.holds(slug))
    said = run("sync", "--db", "shard.db", "--shard", str(shard), COLLECT_COMMAND="./scripts/collect").stderr
    assert f"sync --db 'shard.db' --shard {shard}` every night" in said


def test_a_clone_has_a_schedule(run: Collect, config: Path, server: GitHubEmulator) -> None:
    assert "`./scripts/install-schedule --install`" in run("sync", COLLECT_COMMAND="./scripts/collect").stderr


def test_a_sync_that_cannot_be_estimated_is_begun_all_the_same(
    run: Collect, config: Path, server: GitHubEmulator
) -> None:
    result = run("sync", GITHUB_TOKEN="unknown")
    assert result.exit_code == 4
    assert "First sync" not in result.stderr


@pytest.mark.parametrize(
    ("seconds", "points", "left", "said"),
    [
        (20.0, 30, 4970, "about 1 minute."),
        (5400.0, 2300, 4970, "2,301 points of GitHub's rate limit (4,970 are left in this hour), about 100 minutes."),
        (5400.0, 2300, 900, "it will end with exit code 5. Run it again in the next hour."),
        (5400.0, 2300, None, "rate limit, about 100 minutes."),
        (5400.0, 2300, None, "`collect repos list` shows what is complete"),
    ],
)
def test_the_estimate(seconds: float, points: int, left: int | None, said: str) -> None:
    plan = Plan(80, [Step("example/one", "issues", 9, points, seconds, True, "")])
    plan.asked.points = 1
    assert any(said in line for line in first_sync.estimate(plan, left))


@pytest.mark.usefixtures("watched")
def test_what_is_being_asked_is_shown_with_the_points(
    run: Collect, config: Path, server: GitHubEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "HEARTBEAT", 0.0)
    said = run("sync").stderr
    assert "Syncing: example/one, pull requests (" in said
    assert " of about " in said
