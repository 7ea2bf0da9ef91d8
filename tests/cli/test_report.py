import csv
import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from collector.demo import stories
from collector.method.registry import BY_KEY, SIGNALS
from collector.store.database import open_database
from tests.command import Collect

ROOT = Path(__file__).parents[2]


def test_the_terminal_and_the_json_agree(run: Collect, database: Path) -> None:
    report = json.loads(run("report", "--format", "json").stdout)
    text = run("report").stdout
    for project in report["projects"]:
        ok = sum(s["status"] == "ok" for s in project["signals"])
        # The second time after the table, the name stands before the verdict.
        verdict = " ".join(text.split(f"\n{project['name']}")[2].split())
        assert f"{ok} of {len(SIGNALS)} signals known." in verdict
        assert verdict.startswith(project["verdict"])
    heron = next(p for p in report["projects"] if p["slug"] == "heron")
    weeks = next(s for s in heron["signals"] if s["signal"] == "release_weeks")
    assert f"{weeks['value']:.0f} of 52 weeks" in text.split("Steady Heron")[2]


def test_results_and_logs_go_their_own_ways(run: Collect, database: Path) -> None:
    result = run("report")
    assert "Database:" in result.stderr
    assert "Database:" not in result.stdout


@pytest.mark.parametrize("columns", ["20", "80", "200", "500"])
def test_widths(run: Collect, database: Path, columns: str) -> None:
    widest = max(map(len, run("report", COLUMNS=columns).stdout.splitlines()))
    assert widest <= min(200, max(80, int(columns)))


def test_piped_it_is_plain(run: Collect, database: Path) -> None:
    assert "\x1b" not in run("report").stdout


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_only_where_it_is_wanted(
    database: Path, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], coloured: bool
) -> None:
    from collector.cli import options

    monkeypatch.setenv("TERM", "xterm")
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    assert options.colour() is coloured
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert options.colour() is False


def test_one_project_in_detail(run: Collect, database: Path) -> None:
    result = run("report", "--project", "peacock")
    assert "LEFT OUT" in result.stdout
    assert "Steady Heron" not in result.stdout


def test_one_category(run: Collect, database: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("report", "--category", "models", "--format", "csv").stdout)))
    assert {r["project"] for r in rows} == {"dormouse", "mole"}


def test_into_a_file(run: Collect, database: Path) -> None:
    result = run("report", "--format", "markdown", "--output", "report.md")
    assert (result.exit_code, result.stdout) == (0, "")
    assert Path("report.md").read_text().startswith("# Signals as of 2026-07-06")


def test_one_file_of_html(run: Collect, database: Path) -> None:
    result = run("report", "--format", "html", "--output", "report.html")
    assert (result.exit_code, result.stdout) == (0, "")
    text = Path("report.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "SYNTHETIC" in text
    assert run("report", "--format", "html").stdout == text
    one = run("report", "--format", "html", "--project", "peacock").stdout
    assert 'id="peacock"' in one
    assert "Steady Heron" not in one


def test_a_site_in_a_folder(run: Collect, database: Path) -> None:
    result = run("report", "--format", "html", "--output", "site/", "--base-url", "https://example.com/signals")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "begin with site/index.html" in result.stderr
    assert {"index.html", "project-heron.html", "signal-release-weeks.html", "news.atom", "report.json"} <= {
        path.name for path in Path("site").iterdir()
    }
    assert "https://example.com/signals/" in Path("site/news.atom").read_text(encoding="utf-8")
    again = run("report", "--format", "html", "--output", "site", "--project", "peacock")
    assert again.exit_code == 0, "a folder that is there needs no slash"


def test_a_base_url_without_a_site_is_refused(run: Collect, database: Path) -> None:
    for more in (["--output", "report.html"], [], ["--output", "site/", "--base-url", "example.com"]):
        result = run("report", "--format", "html", "--base-url", "https://example.com", *more)
        assert result.exit_code == 2
        assert "--base-url is the web address of a site." in result.stderr


def test_only_html_imports_the_template_library(database: Path) -> None:
    code = """
import sys; from collector.cli import collect
for form in ("table", "json", "html"):
    collect(["report", "--db", sys.argv[1], "--format", form], standalone_mode=False)
    print(form, "jinja2" in sys.modules, file=sys.stderr)
"""
    words = [sys.executable, "-c", code, str(database)]
    done = subprocess.run(words, capture_output=True, cwd=ROOT, check=True, text=True)
    assert [line for line in done.stderr.splitlines() if " INFO " not in line] == [
        "table False",
        "json False",
        "html True",
    ]


def test_what_changed_since_a_date(run: Collect, database: Path, tmp_path: Path) -> None:
    (tmp_path / "repos.toml").write_text(stories.demo_config())
    words = ["report", "--since", "2026-06-01", "--config", "repos.toml"]
    found = json.loads(run(*words, "--format", "json").stdout)
    assert (found["since"], found["as_of"], found["synthetic"]) == ("2026-06-01", "2026-07-06", True)
    heron = next(p for p in found["projects"] if p["slug"] == "heron")
    assert heron["releases"]
    assert all("2026-06-01" <= r["published_at"] < "2026-07-06" for r in heron["releases"])
    for form, start in (("table", "SYNTHETIC"), ("markdown", "# What changed"), ("html", "<!DOCTYPE html>")):
        text = run(*words, "--format", form).stdout
        assert text.startswith(start)
        assert heron["releases"][0]["tag_name"] in text
    only = json.loads(run(*words, "--format", "json", "--category", "models").stdout)
    assert {p["slug"] for p in only["projects"]} == {"dormouse", "mole"}
    assert run(*words, "--format", "csv").exit_code == 2


def test_a_date_that_was_not_computed_is_computed(run: Collect, own_database: Path, tmp_path: Path) -> None:
    (tmp_path / "repos.toml").write_text(stories.demo_config())
    report = json.loads(run("report", "--as-of", "2026-03-02", "--format", "json", "--config", "repos.toml").stdout)
    assert report["as_of"] == "2026-03-02"
    assert sum(len(p["signals"]) for p in report["projects"]) == 5 * len(BY_KEY)
    again = run("report", "--as-of", "2026-03-02", "--format", "json")
    assert json.loads(again.stdout) == report
    assert json.loads(run("report", "--format", "json").stdout)["as_of"] == "2026-07-06"


@pytest.mark.parametrize(
    ("words", "code", "meant"),
    [
        (["--as-of", "2026-02-30"], 2, "not a valid date"),
        (["--as-of", "2027-02-01"], 2, "in the future"),
        (["--as-of", "2026-03-02"], 2, "no configuration at config/repos.toml"),
        (["--project", "herom"], 2, 'did you mean "heron"?'),
        (["--category", "modles"], 2, 'did you mean "models"?'),
        (["--format", "pdf"], 2, "'markdown'"),
        (["--since", "2026-07-06"], 2, "nothing between"),
        (["--since", "2026-03-02"], 2, "no configuration at config/repos.toml"),
        (["--output", "nowhere/report.txt"], 2, "cannot be written"),
        (["--output", "."], 2, "is a folder"),
        (["--output", "pages/"], 2, "pages/ is a folder, which only the HTML report"),
        (["--output", "pages/", "--format", "html", "--since", "1w"], 2, "without --since"),
        (["--db", "nowhere.db"], 7, "collect sync"),
        (["--db", "."], 7, "is a folder"),
        (["--colour"], 2, "No such option"),
    ],
)
def test_bad_input(run: Collect, database: Path, words: list[str], code: int, meant: str) -> None:
    result = run("report", *words)
    assert result.exit_code == code
    assert meant in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_that_is_no_database(run: Collect) -> None:
    Path("signals.db").write_text("notes, not a database " * 50)
    result = run("report")
    assert result.exit_code == 7
    assert "not a SQLite database" in result.stderr


def test_a_damaged_database(run: Collect, own_database: Path) -> None:
    data = bytearray(own_database.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    own_database.write_bytes(data)
    result = run("report")
    assert result.exit_code == 7
    assert "damaged" in result.stderr


def test_a_database_of_a_newer_version(run: Collect, own_database: Path) -> None:
    db = sqlite3.connect(own_database)
    db.execute("UPDATE _sqlite_migrations SET name = '999_later' WHERE name LIKE '001%'")
    db.commit()
    db.close()
    result = run("report")
    assert result.exit_code == 7
    assert "newer version" in result.stderr


def test_an_empty_database(run: Collect) -> None:
    open_database(Path("signals.db")).close()
    result = run("report")
    assert result.exit_code == 7
    assert "nothing has been synced yet" in result.stderr


def test_the_environment_names_the_database(run: Collect, database: Path, tmp_path: Path) -> None:
    moved = database.rename(tmp_path / "elsewhere.db")
    assert run("report").exit_code == 7
    assert run("report", COLLECT_DB=str(moved)).exit_code == 0


def test_days_are_counted_back(run: Collect, own_database: Path) -> None:
    newest = date.fromisoformat(json.loads(run("report", "--format", "json").stdout)["as_of"])
    with closing(sqlite3.connect(own_database)) as db, db:
        for weeks in (1, 2):
            earlier = str(newest - timedelta(weeks=weeks))
            db.execute("DELETE FROM signals WHERE as_of = ?", [earlier])
            columns = ", ".join(row[1] for row in db.execute("PRAGMA table_info(signals)") if row[1] != "as_of")
            db.execute(
                f"INSERT INTO signals (as_of, {columns}) SELECT ?, {columns} FROM signals WHERE as_of = ?",
                [earlier, str(newest)],
            )

    def since(words: str) -> str:
        return run("report", "--since", words).stdout

    assert since("2w").startswith("SYNTHETIC")
    assert f"What changed from {newest - timedelta(weeks=2)} to {newest}" in since("2w")
    assert since("14d") == since("2w")
    assert f"What changed from {newest - timedelta(weeks=1)} to {newest}" in since("last-week")
    assert f'"as_of": "{newest - timedelta(weeks=1)}"' in run("report", "--as-of", "7d", "--format", "json").stdout
    assert "nothing between" in run("report", "--since", "today").stderr
    assert "yesterday, last-week, 7d or 2w" in run("report", "--since", "fortnight").stderr
