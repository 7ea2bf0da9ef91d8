"""What doctor finds out about the database and the last sync."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collector import clock
from collector.emulator.server import GitHubEmulator
from collector.store import migrations
from tests.command import Collect
from tests.doctor.checks import NIGHTS_LATER, told


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


def test_the_demos_database_is_called_so(run: Collect, synced: GitHubEmulator) -> None:
    with closing(sqlite3.connect("signals.db")) as db, db:
        db.execute("UPDATE meta SET value = '1' WHERE key = 'synthetic'")
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
