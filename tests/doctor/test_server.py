"""What doctor finds out about GitHub and the tokens: answers, limits, versions and the clock."""

from pathlib import Path

import pytest

from collector import clock
from collector.emulator.older_schemas import OLD_SERVERS
from collector.emulator.server import GitHubEmulator
from tests.command import Collect
from tests.doctor.checks import NIGHTS_LATER, told


def test_a_token_that_github_refuses(run: Collect, synced: GitHubEmulator) -> None:
    result = run("doctor", "--json", GITHUB_TOKEN="token-of-nobody")
    assert told(result)["token"][0] == "error"
    assert result.exit_code == 4
    assert "token-of-nobody" not in result.output


def test_an_account_that_github_has_suspended(run: Collect, synced: GitHubEmulator) -> None:
    """As of the whole of an answer, by status 403."""
    body = {"message": "Sorry. Your account was suspended."}
    synced.fail("Viewer", "answer", times=None, status=403, body=body)
    result = run("doctor", "--json")
    status, text = told(result)["token"]
    assert (status, result.exit_code) == ("error", 4)
    assert "Your account was suspended" in text


def test_a_github_that_cannot_be_reached(run: Collect, synced: GitHubEmulator) -> None:
    synced.fail(".", "connect", times=None)
    result = run("doctor", "--json")
    assert told(result)["api"][0] == "error"
    assert told(result)["database"][0] == "ok"
    assert result.exit_code == 6


def test_what_a_token_may_do_and_when_it_ends(run: Collect, synced: GitHubEmulator) -> None:
    synced.token_headers["token-1"] = {"x-oauth-scopes": "repo, workflow"}
    status, text = told(run("doctor", "--json"))["token"]
    assert status == "warning"
    assert "scopes that are not needed: repo, workflow" in text
    synced.token_headers["token-1"] = {"x-oauth-scopes": ""}
    assert "without scopes" in told(run("doctor", "--json"))["token"][1]
    synced.token_headers["token-1"] = {"github-authentication-token-expiration": "2026-07-10 00:00:00 UTC"}
    status, text = told(run("doctor", "--json"))["token"]
    assert status == "warning"
    assert "until 2026-07-10: it expires soon" in text


def test_tokens_of_one_user_share_a_budget(run: Collect, synced: GitHubEmulator) -> None:
    found = told(run("doctor", "--json", GITHUB_TOKENS="token-1,token-2,token-3"))
    assert "same user as token 1" in found["token 2"][1]
    assert found["token 1"][0] == found["token 3"][0] == "ok"


def test_little_is_left_of_the_hour(run: Collect, synced: GitHubEmulator) -> None:
    synced.budget("graphql", "alice").used = 4900
    status, text = told(run("doctor", "--json"))["limits"]
    assert status == "warning"
    assert "of 5,000 GraphQL points are left for the next 60 minutes" in text


def test_a_clock_that_is_wrong(run: Collect, synced: GitHubEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: NIGHTS_LATER)
    assert told(run("doctor", "--json"))["clock"][0] == "warning"


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_graphql_api_that_has_moved(run: Collect, config: Path, server: GitHubEmulator, status: int) -> None:
    server.graphql_moved = status
    result = run("doctor", "--json")
    state, text = told(result)["api"]
    assert (state, result.exit_code) == ("error", 2)
    assert "has moved to https://api.github.com/api/graphql. Set GITHUB_GRAPHQL_URL to that." in text
    result = run("doctor", "--json", GITHUB_GRAPHQL_URL="https://api.github.com/api/graphql")
    assert told(result)["api"][0] == "ok"


def test_a_version_of_the_rest_api_that_has_ended_or_will(run: Collect, config: Path, server: GitHubEmulator) -> None:
    server.deprecated_versions["2022-11-28"] = ("2026-01-01", "2028-03-10")
    result = run("doctor", "--json")
    status, text = told(result)["api"]
    assert (status, result.exit_code) == ("warning", 0)
    assert "version 2022-11-28 of its REST API ends on Fri, 10 Mar 2028 00:00:00 GMT" in text
    server.sunset_versions.add("2022-11-28")
    result = run("doctor", "--json")
    status, text = told(result)["api"]
    assert (status, result.exit_code) == ("error", 1)
    assert "API version 2022-11-28 is no longer supported" in text


def test_a_server_whose_schema_is_older(run: Collect, config: Path, server: GitHubEmulator) -> None:
    server.without, server.has_limits = OLD_SERVERS["2024-01"], False
    result = run("doctor", "--json")
    status, text = told(result)["schema"]
    assert (status, result.exit_code) == ("warning", 0)
    assert "it lacks when GitHub verified a signature" in text
    server.without = frozenset({"Issue.authorAssociation"})
    result = run("doctor", "--json")
    status, text = told(result)["schema"]
    assert (status, result.exit_code) == ("error", 1)
    assert "no Issue.authorAssociation" in text
