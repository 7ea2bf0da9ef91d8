"""What doctor finds out about what the token may see of each owner."""

import json
from pathlib import Path

import pytest

from collector.emulator.server import GitHubEmulator
from tests.command import Collect
from tests.doctor.checks import told


@pytest.mark.parametrize("deep", [False, True])
def test_an_owner_that_refuses_the_token(run: Collect, config: Path, server: GitHubEmulator, deep: bool) -> None:
    """All others are shown, and nothing is said of theirs."""
    config.write_text(config.read_text().replace("example/two", "other/two"))
    server.world.repository("other/two", "2025-01-01")
    server.world.odd.policy("Example", "lifetime", days=90, deep=deep)
    result = run("doctor", "--json")
    status, text = told(result)["access"]
    assert (status, result.exit_code) == ("error", 3)
    assert "example refuses this token: The 'example' organization forbids access" in text
    assert "below 90 days is safe" in text
    assert len([c for c in json.loads(result.stdout)["checks"] if c["check"] == "access"]) == 1
    server.world.odd.active = False
    status, text = told(run("doctor", "--json"))["access"]
    assert status == "ok"
    assert "2 owners checked, one repository each" in text


def test_an_owner_that_refuses_a_whole_question(run: Collect, config: Path, server: GitHubEmulator) -> None:
    config.write_text(config.read_text().replace("example/two", "other/two"))
    server.world.repository("other/two", "2025-01-01")
    said = "Resource protected by organization SAML enforcement."
    server.fail("Access .*other", "answer", times=None, status=403, body={"message": said})
    result = run("doctor", "--json")
    checks = [(c["status"], c["message"]) for c in json.loads(result.stdout)["checks"] if c["check"] == "access"]
    assert checks == [("error", f"other refuses this token: {said}")]
    assert result.exit_code == 3


def test_a_push_log_that_is_refused_or_not_there(run: Collect, config: Path, server: GitHubEmulator) -> None:
    said = "Resource not accessible by personal access token"
    server.fail("activity", "answer", times=None, status=403, body={"message": said})
    status, text = told(run("doctor", "--json"))["access"]
    assert status == "error"
    assert f"The push log of example/one is refused: {said}. Use another kind of token" in text
    server.faults.clear()
    server.has_activity = False
    result = run("doctor", "--json")
    status, text = told(result)["access"]
    assert (status, result.exit_code) == ("warning", 0)
    assert "No push log of example/one (not found)" in text


def test_the_push_log_of_somebody_else_is_asked_for(run: Collect, config: Path, server: GitHubEmulator) -> None:
    config.write_text(config.read_text().replace("example/one", "alice/one"))
    server.world.repository("alice/one", "2025-01-01")
    assert run("doctor").exit_code == 0
    asked = [str(entry) for entry in server.log if "activity" in entry.path]
    assert asked == ["GET /repos/example/two/activity?per_page=1"]


def test_a_repository_that_is_gone_says_nothing_of_its_owner(
    run: Collect, config: Path, server: GitHubEmulator
) -> None:
    server.world.repository("other/three", "2025-01-01")
    config.write_text(config.read_text().replace("example/one", "gone/one"))
    result = run("doctor", "--json")
    assert told(result)["access"][0] == "ok"
    assert result.exit_code == 0
