import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from collector import clock
from collector.emulator.older_schemas import OLD_SERVERS
from collector.emulator.server import GitHubEmulator
from collector.store import migrations
from tests.command import Collect, sync_once

NIGHTS_LATER = clock.from_text("2026-07-20T00:00:00Z")


def told(result: Any) -> dict[str, tuple[str, str]]:
    """check -> (status, message and mending together), of the worst line of each."""
    order = ("ok", "warning", "error")
    found: dict[str, tuple[str, str]] = {}
    for c in json.loads(result.stdout)["checks"]:
        line = (c["status"], f"{c['message']} {c['mend'] or ''}")
        if c["check"] not in found or order.index(line[0]) > order.index(found[c["check"]][0]):
            found[c["check"]] = line
    return found


@pytest.fixture
def synced(run: Collect, config: Path, server: GitHubEmulator, shelf: Path) -> GitHubEmulator:
    sync_once(run, shelf)
    return server


def test_all_is_well_after_a_sync(run: Collect, synced: GitHubEmulator) -> None:
    result = run("doctor", "--json")
    assert {name: status for name, (status, _) in told(result).items()} == dict.fromkeys(
        ("versions", "configuration", "api", "clock", "token", "limits", "schema", "access", "database", "last sync",
         "repositories", "signals", "disk"), "ok"
    )  # fmt: skip
    assert result.exit_code == json.loads(result.stdout)["exit_code"] == 0
    text = run("doctor").stdout
    assert "ok       token" in text
    assert "of alice" in text
    assert "token-1" not in result.output + text


def test_before_anything_is_set_up(run: Collect) -> None:
    result = run("doctor", "--json")
    found = told(result)
    assert found["configuration"][0] == "error"
    assert "There is no configuration" in found["configuration"][1]
    assert found["token"][0] == "error"
    assert "https://github.com/settings/tokens" in found["token"][1]
    assert found["database"] == ("warning", "There is no database at signals.db yet. Run `collect sync`.")
    assert result.exit_code == 4
    assert not Path("signals.db").exists()


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


def test_nights_that_were_left_out(run: Collect, synced: GitHubEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: NIGHTS_LATER)
    found = told(run("doctor", "--json"))
    assert found["last sync"][0] == "warning"
    assert "14 days ago" in found["last sync"][1]
    assert "example/one, example/two" in found["repositories"][1]


def test_a_sync_that_failed_and_a_repository_never_read(run: Collect, synced: GitHubEmulator, config: Path) -> None:
    config.write_text(config.read_text() + '[[project.repo]]\nrepo = "example/three"\nrole = "core"\n')
    assert run("sync").exit_code == 3
    found = told(run("doctor", "--json"))
    assert "exited with 3" in found["last sync"][1]
    assert "Never synced: example/three" in found["repositories"][1]


def test_a_database_that_is_none(run: Collect, config: Path, server: GitHubEmulator) -> None:
    content = b"Dear diary, " * 500
    Path("signals.db").write_bytes(content)
    result = run("doctor", "--json")
    status, text = told(result)["database"]
    assert (status, result.exit_code) == ("error", 7)
    assert "not a SQLite database" in text
    assert Path("signals.db").read_bytes() == content


def test_another_programs_database(run: Collect, config: Path, server: GitHubEmulator) -> None:
    with closing(sqlite3.connect("signals.db")) as db:
        db.execute("CREATE TABLE photos (id INTEGER)")
    result = run("doctor", "--json")
    assert "belongs to another program" in told(result)["database"][1]
    assert result.exit_code == 7


def test_a_database_with_nothing_in_it(run: Collect, config: Path, server: GitHubEmulator) -> None:
    Path("signals.db").write_bytes(b"")
    result = run("doctor", "--json")
    assert told(result)["database"] == ("warning", "signals.db is empty. Run `collect sync`.")
    assert result.exit_code == 0
    assert Path("signals.db").read_bytes() == b""


def test_missing_key(run: Collect, synced: GitHubEmulator) -> None:
    key = Path("signals.db.key")
    key.chmod(0o644)
    result = run("doctor", "--json")
    assert (told(result)["hash key"][0], result.exit_code) == ("warning", 0)
    assert "chmod 600" in told(result)["hash key"][1]
    key.unlink()
    result = run("doctor", "--json")
    assert (told(result)["hash key"][0], result.exit_code) == ("error", 7)
    assert "is missing" in told(result)["hash key"][1]


def test_a_sqlite_that_is_too_old(run: Collect, synced: GitHubEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 33, 0))
    result = run("doctor", "--json")
    assert told(result)["versions"][0] == "error"
    assert "needs SQLite 3.34 or later" in told(result)["versions"][1]
    assert result.exit_code == 7


def test_a_damaged_database(run: Collect, synced: GitHubEmulator) -> None:
    content = bytearray(Path("signals.db").read_bytes())
    content[20_000:60_000] = b"\x5a" * 40_000
    Path("signals.db").write_bytes(content)
    result = run("doctor", "--json")
    assert told(result)["database"][0] == "error"
    assert "damaged" in told(result)["database"][1]
    assert result.exit_code == 7


def test_an_older_database_is_not_changed_and_a_newer_one_refused(run: Collect, synced: GitHubEmulator) -> None:
    newest = max(migrations.known())
    with closing(sqlite3.connect("signals.db")) as db:
        db.execute("DELETE FROM _sqlite_migrations WHERE name = '006_own_commits'")
        db.execute("DROP TABLE pull_request_commits")
        db.commit()
        status, text = told(run("doctor", "--json"))["database"]
        assert status == "ok"
        assert f"to be migrated to {newest}" in text
        assert db.execute("SELECT name FROM sqlite_master WHERE name = 'pull_request_commits'").fetchone() is None
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('collect', '999_x', '')")
        db.commit()
    assert "newer version of collect (999_x)" in told(run("doctor", "--json"))["database"][1]


def test_the_demos_database_is_called_so(run: Collect, database: Path, config: Path, server: GitHubEmulator) -> None:
    assert "its projects are invented" in told(run("doctor", "--json"))["database"][1]


def test_what_the_token_was_not_shown_and_what_github_could_not_serve(run: Collect, synced: GitHubEmulator) -> None:
    synced.world.odd.policy("example", "lifetime", days=90)
    assert run("sync").exit_code == 3
    synced.world.odd.active = False
    status, text = told(run("doctor", "--json"))["repositories"]
    assert status == "warning"
    assert "Not readable with the token of the last sync: example/one, example/two." in text
    with closing(sqlite3.connect("signals.db")) as db:
        db.execute(
            "INSERT INTO unreadable (repository, kind, key, part, url, error, first_seen_at, last_asked_at, attempts, "
            "ask_again_at) SELECT id, 'commits', 'oid', '', 'https://', 'no', '', '', 1, '2026-07-07T00:00:00Z' "
            "FROM repositories"
        )
        db.commit()
    status, text = told(run("doctor", "--json"))["unserved"]
    assert (status, text.strip()) == (
        "ok",
        "2 parts that GitHub could not serve (table unreadable) will be requested again from 2026-07-07T00:00:00Z.",
    )


def test_pull_requests_that_are_switched_off_are_not_waited_for(run: Collect, synced: GitHubEmulator) -> None:
    with closing(sqlite3.connect("signals.db")) as db:
        db.execute("DELETE FROM sync_state WHERE kind = 'pull_requests'")
        db.commit()
        assert told(run("doctor", "--json"))["repositories"][0] == "warning"
        db.execute("UPDATE repositories SET has_pull_requests = 0")
        db.commit()
    assert told(run("doctor", "--json"))["repositories"][0] == "ok"


def test_names_from_github_cannot_steer_a_terminal(run: Collect, synced: GitHubEmulator) -> None:
    with closing(sqlite3.connect("signals.db")) as db:
        db.execute("UPDATE repositories SET full_name = 'example/\x1b[31mred', status = 'blocked'")
        db.commit()
    text = run("doctor").stdout
    assert "example/[31mred" in text
    assert "\x1b" not in text


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


def test_it_stays_cheap_and_changes_nothing(run: Collect, synced: GitHubEmulator) -> None:
    before = Path("signals.db").read_bytes()
    synced.log.clear()
    assert run("doctor").exit_code == 0
    assert len(synced.log) <= 5
    assert synced.points() <= 3
    assert Path("signals.db").read_bytes() == before


def test_a_repository_that_is_gone_says_nothing_of_its_owner(
    run: Collect, config: Path, server: GitHubEmulator
) -> None:
    server.world.repository("other/three", "2025-01-01")
    config.write_text(config.read_text().replace("example/one", "gone/one"))
    result = run("doctor", "--json")
    assert told(result)["access"][0] == "ok"
    assert result.exit_code == 0
