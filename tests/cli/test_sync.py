import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from collector import clock
from collector.demo import run
from collector.emulator.server import GitHubEmulator
from collector.store import lock
from collector.store.database import open_database
from tests.command import Collect
from tests.waiting import wait_at_once

Files = set[str]


def there(folder: Path) -> Files:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def repositories(path: Path) -> set[str]:
    db = sqlite3.connect(path)
    try:
        return {row[0] for row in db.execute("SELECT full_name FROM repositories")}
    finally:
        db.close()


def test_without_a_token_it_says_how_to_get_one(run: Collect, config: Path) -> None:
    result = run("sync")
    assert result.exit_code == 4
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error:")]
    assert "https://github.com/settings/tokens" in line
    assert "no scopes" in line
    assert "`collect demo`" in line
    assert not Path("signals.db").exists()


def test_a_sync_stores_computes_and_reports(run: Collect, config: Path, server: GitHubEmulator) -> None:
    result = run("sync")
    assert (result.exit_code, result.stdout.splitlines()[0][:16]) == (0, "2 repositories: ")
    assert repositories(Path("signals.db")) == {"example/one", "example/two"}
    assert f"Database: {Path('signals.db').absolute()}" in result.stderr
    assert f"Configuration: {config}" in result.stderr
    assert "Syncing 2 of 2: example/" in result.stderr
    report = json.loads(run("report", "--format", "json").stdout)
    assert [p["slug"] for p in report["projects"]] == ["due", "uno"]
    assert all(p["signals"] for p in report["projects"])
    assert report["synthetic"] is False


def test_a_log_has_times_and_the_token_is_nowhere(run: Collect, config: Path, server: GitHubEmulator) -> None:
    result = run("sync", "--json")
    assert all(line[4] == "-" and line[19:26] == "Z INFO " for line in result.stderr.splitlines())
    assert "token-1" not in result.output + Path("signals.db").read_bytes().decode("latin-1")


def test_json_says_what_was_done(run: Collect, config: Path, server: GitHubEmulator) -> None:
    done = json.loads(run("sync", "--json").stdout)
    assert (done["exit_code"], done["repositories"], done["failures"]) == (0, 2, [])
    assert done["total"]["requests"] == len(server.log)
    assert done["counts"]["inserted"] > 0


def test_only_what_is_named_is_asked_for(run: Collect, config: Path, server: GitHubEmulator) -> None:
    assert run("sync", "--project", "uno").exit_code == 0
    assert repositories(Path("signals.db")) == {"example/one"}
    assert run("sync", "--repo", "EXAMPLE/two").exit_code == 0
    assert repositories(Path("signals.db")) == {"example/one", "example/two"}


def test_a_part_leaves_the_others_as_they_are(run: Collect, config: Path, server: GitHubEmulator) -> None:
    run("sync")
    before = json.loads(run("report", "--format", "json").stdout)
    assert run("sync", "--project", "uno", "--full").exit_code == 0
    assert json.loads(run("report", "--format", "json").stdout) == before


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["--project", "unu"], 'did you mean "uno"?'),
        (["--repo", "example/on"], 'did you mean "example/one"?'),
        (["--since", "2026-13-01"], "not a valid date"),
        (["--since", "2027-01-01"], "in the future"),
        (["--max-points", "0"], "0 is not in the range"),
        (["--config", "nowhere.toml"], "no configuration at nowhere.toml"),
    ],
)
def test_what_means_nothing_ends_with_2(
    run: Collect, config: Path, server: GitHubEmulator, words: list[str], meant: str
) -> None:
    result = run("sync", *words)
    assert result.exit_code == 2
    assert meant in result.stderr
    assert server.log == []


@pytest.mark.parametrize("url", ["api.github.com", "ftp://example.org", "https://", "http://host:port"])
def test_an_address_that_is_none_ends_with_2(run: Collect, config: Path, server: GitHubEmulator, url: str) -> None:
    result = run("sync", GITHUB_API_URL=url)
    assert result.exit_code == 2
    assert "GITHUB_API_URL" in result.stderr


def test_an_unknown_key_in_the_configuration_ends_with_2(run: Collect, config: Path, server: GitHubEmulator) -> None:
    config.write_text(config.read_text() + 'rolle = "core"\n')
    result = run("sync")
    assert result.exit_code == 2
    assert 'did you mean "role"?' in result.stderr


def test_a_misspelt_repository_ends_with_3_and_is_named(run: Collect, config: Path, server: GitHubEmulator) -> None:
    config.write_text(config.read_text().replace("example/two", "example/tow"))
    result = run("sync")
    assert result.exit_code == 3
    assert "Failed: example/tow (repository): GitHub has no public repository example/tow" in result.stderr
    assert repositories(Path("signals.db")) == {"example/one"}
    assert "example/tow" in run("report").stdout


@pytest.mark.parametrize("token", ["gho-refused", "two words", "wörter"])
def test_a_wrong_token_ends_with_4_and_is_not_shown(
    run: Collect, config: Path, server: GitHubEmulator, token: str
) -> None:
    result = run("sync", GITHUB_TOKEN=token)
    assert result.exit_code == 4
    assert "token" in result.stderr
    assert token not in result.output


def test_used_up_points_end_with_5_and_the_next_run_goes_on(run: Collect, config: Path, server: GitHubEmulator) -> None:
    result = run("sync", "--max-points", 1)
    assert result.exit_code == 5
    assert "--max-points" in result.stderr
    assert run("sync").exit_code == 0


def test_no_network_ends_with_6(
    run: Collect, config: Path, server: GitHubEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_at_once(monkeypatch)
    server.fail("POST", "connect", times=None)
    result = run("sync")
    assert result.exit_code == 6
    assert "cannot be reached" in result.stderr


def test_a_folder_in_place_of_the_database_ends_with_7(run: Collect, config: Path, server: GitHubEmulator) -> None:
    Path("folder").mkdir()
    result = run("sync", "--db", "folder")
    assert result.exit_code == 7
    assert "is a folder" in result.stderr


def test_a_file_that_is_no_database_stays_as_it_is(run: Collect, config: Path, server: GitHubEmulator) -> None:
    Path("signals.db").write_text("notes, not a database " * 50)
    assert run("sync").exit_code == 7
    assert Path("signals.db").read_text() == "notes, not a database " * 50


def test_a_running_sync_ends_another_with_75(run: Collect, config: Path, server: GitHubEmulator) -> None:
    with lock.held(Path("signals.db"), "2026-01-01T00:00:00Z"):
        result = run("sync")
    assert result.exit_code == 75
    assert "Another sync" in result.stderr


def test_real_data_never_goes_into_the_demos_database(
    run: Collect, config: Path, server: GitHubEmulator, database: Path
) -> None:
    result = run("sync", "--db", database)
    assert result.exit_code == 2
    assert "collect demo" in result.stderr
    assert server.log == []


def test_tokens_of_one_user_are_one_budget(
    run: Collect, config: Path, server: GitHubEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collector.github import environment

    monkeypatch.setenv("GITHUB_TOKENS", "token-1, token-2,token-3")
    assert [len(viewer.tokens) for viewer in environment.github().viewers] == [2, 1]
    result = run("sync", GITHUB_TOKENS="token-1,token-9")
    assert result.exit_code == 4
    assert "Token 2 of GITHUB_TOKENS" in result.stderr
    assert "token-9" not in result.output


def test_one_token_needs_no_question(server: GitHubEmulator) -> None:
    from collector.github import environment

    environment.github()
    assert server.log == []


@pytest.mark.parametrize(
    ("api", "graphql", "expected"),
    [
        ("", "", ("https://api.github.com", "https://api.github.com/graphql")),
        ("http://localhost:8080/", "", ("http://localhost:8080", "http://localhost:8080/graphql")),
        ("https://git.example/api/v3", "", ("https://git.example/api/v3", "https://git.example/api/graphql")),
        ("https://a.example", "https://b.example/q", ("https://a.example", "https://b.example/q")),
    ],
)
def test_the_addresses(monkeypatch: pytest.MonkeyPatch, api: str, graphql: str, expected: tuple[str, str]) -> None:
    from collector.github import environment

    monkeypatch.setenv("GITHUB_API_URL", api)
    monkeypatch.setenv("GITHUB_GRAPHQL_URL", graphql)
    assert environment.addresses() == expected


class TestDryRun:
    def test_it_makes_nothing(self, run: Collect, config: Path, server: GitHubEmulator, tmp_path: Path) -> None:
        before = there(tmp_path)
        result = run("sync", "--dry-run")
        assert result.exit_code == 0
        assert "Nothing was stored" in result.stdout
        assert there(tmp_path) == before
        assert [entry.operation for entry in server.log] == ["RepositoryStates", "RepositoryGlances"]

    def test_a_first_sync_reads_all_and_a_second_nothing(
        self, run: Collect, config: Path, server: GitHubEmulator
    ) -> None:
        first = json.loads(run("sync", "--dry-run", "--json").stdout)
        kinds = {(s["repository"], s["kind"]): s for s in first["steps"]}
        assert kinds["example/one", "commits"]["requests"] == 1
        assert kinds["example/one", "commits"]["at_least"] is True
        assert kinds["example/one", "issues"]["requests"] == 0
        assert kinds["example/one", "pushes"]["points"] == 0
        assert first["points"] == first["asked"]["points"] + sum(s["points"] for s in first["steps"])
        run("sync")
        second = json.loads(run("sync", "--dry-run", "--json").stdout)
        assert {s["why"] for s in second["steps"]} == {"unchanged"}
        assert second["requests"] == second["asked"]["requests"] == 1

    def test_what_changed_and_what_full_means(self, run: Collect, config: Path, server: GitHubEmulator) -> None:
        from collector.demo.actions import push

        run("sync")
        world = server.world
        world.move(hours=1)
        repo = world.find("example/two")
        assert repo is not None
        push(repo, world.user("alice"), world.now, lines=5)
        world.move(hours=1)
        steps = json.loads(run("sync", "--dry-run", "--json").stdout)["steps"]
        asked = {(s["repository"], s["kind"]) for s in steps if s["requests"]}
        assert asked == {("example/two", "commits"), ("example/two", "pushes")}
        full = json.loads(run("sync", "--dry-run", "--full", "--json").stdout)["steps"]
        assert {s["repository"] for s in full if s["requests"]} == {"example/one", "example/two"}

    def test_the_database_keeps_every_byte(self, run: Collect, config: Path, server: GitHubEmulator) -> None:
        run("sync")
        before = Path("signals.db").read_bytes()
        run("sync", "--dry-run", "--full")
        assert Path("signals.db").read_bytes() == before

    def test_a_missing_repository_is_named(self, run: Collect, config: Path, server: GitHubEmulator) -> None:
        config.write_text(config.read_text().replace("example/two", "example/tow"))
        result = run("sync", "--dry-run")
        assert result.exit_code == 0
        assert "example/tow: GitHub has no public repository example/tow" in result.stdout


def test_an_empty_database_is_filled(run: Collect, config: Path, server: GitHubEmulator) -> None:
    open_database(Path("signals.db")).close()
    assert run("sync").exit_code == 0


class TestWrongClock:
    @pytest.fixture
    def at(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
        """Sets this machine's clock so many days ahead of GitHub's."""

        def set_ahead(days: float) -> None:
            monkeypatch.setattr(clock, "utc_now", lambda: run.now() + timedelta(days=days))

        return set_ahead

    def days(self) -> list[str]:
        with closing(sqlite3.connect("signals.db")) as db:
            return [row[0] for row in db.execute("SELECT DISTINCT as_of FROM signals ORDER BY as_of")]

    def test_it_is_said(self, run: Collect, config: Path, server: GitHubEmulator, at: Callable[[int], None]) -> None:
        for days, words in ((3, "3 days, 0:00:00 ahead of"), (-2, "2 days, 0:00:00 behind"), (0, "")):
            at(days)
            result = run("sync")
            assert result.exit_code == 0
            assert ("correct the clock" in result.stderr) == bool(words)
            assert words in result.stderr

    @pytest.mark.parametrize("days", [-2000, -3, 3, 400, 2000])
    def test_todays_signals_are_of_githubs_day(
        self, run: Collect, config: Path, server: GitHubEmulator, at: Callable[[int], None], days: int
    ) -> None:
        at(days)
        result = run("sync")
        assert result.exit_code == 0
        assert "whose date this sync used: correct the clock" in result.stderr
        assert self.days() == ["2026-07-06"]
        at(0)
        run("sync")
        assert self.days() == ["2026-07-06"]
        assert "as of 2026-07-06" in run("report").stdout

    def test_days_that_have_not_come_go(
        self, run: Collect, config: Path, server: GitHubEmulator, at: Callable[[int], None]
    ) -> None:
        """As an earlier version computed them, or `collect signals` while the clock was wrong."""
        run("sync")
        at(400)
        assert run("signals").exit_code == 0
        assert self.days() == ["2026-07-06", "2027-08-10"]
        run("sync")
        assert self.days() == ["2026-07-06"]

    def test_a_clock_that_is_a_little_behind_takes_nothing_away(
        self, run: Collect, config: Path, server: GitHubEmulator, at: Callable[[float], None]
    ) -> None:
        run("sync")
        at(-0.9)
        assert "decides today's date: correct the clock" in run("sync").stderr
        assert self.days() == ["2026-07-05", "2026-07-06"]
