"""What a night does, keeps, says and ends with, whatever the steps in it do."""

import gzip
import json
import os
import re
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.project import Project

TELL = 'cat >told; echo "$COLLECT_EXIT_CODE" >>told'


def fail(code: int, sentence: str) -> str:
    return f'echo "Error: {sentence}" >&2; exit {code}'


def test_a_night(project: Project) -> None:
    done = project.run("nightly")
    assert done.returncode == 0, done.stderr
    (day,) = project.nights()
    night = project.folder / "nights" / day
    said = "2 repositories: 5 rows inserted, 0 updated, 0 marked gone."
    assert done.stdout == f"{day} done: {said} 0 news. See {night}\n"
    assert done.stderr == ""
    assert {p.name for p in night.iterdir()} == {"log", "report.html", "report.json", "report.md", "signals.db.gz"}
    assert gzip.decompress((night / "signals.db.gz").read_bytes()) == b"a database\n"
    assert (project.folder / "nights" / "latest").resolve() == night.resolve()
    assert [word.split()[0] for word in project.words()] == [
        "--version",
        "sync",
        "report",
        "report",
        "report",
        "upkeep",
        "backup",
    ]
    assert project.log().splitlines()[-1] == done.stdout.strip()


def test_again_on_the_same_day(project: Project) -> None:
    project.run("nightly")
    assert project.run("nightly").returncode == 0
    assert len(project.nights()) == 1
    assert project.log().count(" done: ") == 2


@pytest.mark.parametrize(
    ("code", "reports", "copies"),
    [
        (1, True, True),
        (2, False, False),
        (3, True, True),
        (4, False, False),
        (5, True, True),
        (6, False, False),
        (7, False, False),
        (75, False, False),
    ],
)
def test_a_sync_that_did_not_end_well(project: Project, code: int, reports: bool, copies: bool) -> None:
    project.when("sync", fail(code, "Something is so."))
    done = project.run("nightly", COLLECT_TELL=TELL)
    assert done.returncode == code
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert f" ended with {code}: Something is so. See " in line
    there = {p.name for p in (project.folder / "nights" / project.nights()[0]).iterdir()}
    assert ("report.html" in there, "signals.db.gz" in there) == (reports, copies)
    assert (project.folder / "told").read_text() == f"{line}\n{code}\n"


def test_the_gravest_of_several_decides(project: Project) -> None:
    project.when("sync", fail(3, "Two failed."))
    project.when("backup", fail(7, "The disk is full."))
    done = project.run("nightly")
    assert done.returncode == 7
    assert "ended with 7: The disk is full." in done.stderr


def test_upkeep_that_fails_leaves_the_copy(project: Project) -> None:
    project.when("upkeep", fail(7, "The disk is full."))
    assert project.run("nightly").returncode == 7
    assert (project.folder / "nights" / "latest" / "signals.db.gz").exists()


def test_a_report_that_fails_leaves_the_copy_and_the_old_report(project: Project) -> None:
    project.run("nightly")
    before = (project.folder / "nights" / "latest" / "report.html").read_text()
    project.when("report", 'for last; do :; done; echo half >"$last"; ' + fail(1, "A defect."))
    assert project.run("nightly").returncode == 1
    assert (project.folder / "nights" / "latest" / "report.html").read_text() == before
    assert "backup" in project.words()[-1]
    assert not list((project.folder / "nights").rglob(".*"))


def test_only_the_user_can_read_a_night(project: Project) -> None:
    project.run("nightly")
    nights = project.folder / "nights"
    assert [folder.stat().st_mode & 0o777 for folder in (nights, nights / project.nights()[0])] == [0o700] * 2


def test_what_a_killed_night_left_goes_and_what_a_running_one_uses_stays(project: Project) -> None:
    night = project.folder / "nights" / "2026-01-01"
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    killed, running = (night / f".work.{number}" for number in (ended.pid, os.getpid()))
    for folder in (killed, running):
        folder.mkdir(parents=True)
        (folder / "part").write_text("half")
    assert project.run("nightly").returncode == 0
    assert not killed.exists()
    assert (running / "part").exists()


def test_an_environment_that_cannot_be_made(project: Project) -> None:
    (project.folder / ".venv" / ".complete").unlink()
    done = project.run("nightly", PYTHON="/nowhere/python3", COLLECT_TELL=TELL)
    assert done.returncode == 2
    assert "No Python 3.11 or newer" in project.log()
    assert "ended with 2: " in (project.folder / "told").read_text()


def test_a_folder_whose_name_pip_cannot_bear(project: Project) -> None:
    folder = project.folder / "a $HOME of mine"
    folder.mkdir()
    inner = type(project)(folder)
    (folder / ".venv" / ".complete").unlink()
    done = inner.run("nightly")
    assert done.returncode == 2
    assert "rename it" in done.stderr


def test_what_the_disk_does_not_take(project: Project) -> None:
    (project.folder / "nights").write_text("in the way")
    done = project.run("nightly", COLLECT_TELL=TELL)
    assert done.returncode == 7
    assert "cannot be written" in done.stderr
    assert "cannot be written" in (project.folder / "told").read_text()


class TestKeeping:
    def old(self, project: Project, *days: str, copied: bool = True) -> None:
        for day in days:
            folder = project.folder / "nights" / day
            folder.mkdir(parents=True)
            (folder / "log").touch()
            if copied:
                (folder / "signals.db.gz").touch()

    def test_the_newest_copies_are_kept_and_all_since(self, project: Project) -> None:
        self.old(project, "2025-01-01", "2025-01-02", "2025-01-04", "2025-01-05")
        self.old(project, "2025-01-03", "2025-01-06", copied=False)
        (project.folder / "nights" / "notes of mine").mkdir()
        project.run("nightly", COLLECT_KEEP_NIGHTS="3")
        assert project.nights()[:-2] == ["2025-01-04", "2025-01-05", "2025-01-06"]
        assert project.nights()[-1] == "notes of mine"

    def test_nothing_goes_before_a_new_copy_is_there(self, project: Project) -> None:
        self.old(project, "2025-01-01", "2025-01-02")
        project.when("backup", fail(7, "The disk is full."))
        project.run("nightly", COLLECT_KEEP_NIGHTS="1")
        assert project.nights()[:2] == ["2025-01-01", "2025-01-02"]

    def test_a_clock_that_was_ahead_costs_one_place_only(self, project: Project) -> None:
        self.old(project, "2025-01-01", "2025-01-02", "2999-01-01")
        project.run("nightly", COLLECT_KEEP_NIGHTS="3")
        assert len(project.nights()) == 3
        assert project.nights()[0] == "2025-01-02"


class TestSettings:
    def test_they_are_read_from_a_file(self, project: Project) -> None:
        file = project.folder / "nightly.env"
        file.write_text("COLLECT_NIGHTS='my nights'\nGITHUB_TOKEN=ghp_of_nobody\n")
        file.chmod(0o600)
        project.when("sync", 'echo "$GITHUB_TOKEN" >token')
        assert project.run("nightly").returncode == 0
        assert (project.folder / "my nights" / "latest" / "report.md").exists()
        assert (project.folder / "token").read_text() == "ghp_of_nobody\n"

    @pytest.mark.parametrize("mode", [0o640, 0o604])
    def test_a_file_that_others_may_read_is_refused(self, project: Project, mode: int) -> None:
        file = project.folder / "nightly.env"
        file.write_text("GITHUB_TOKEN=ghp_of_nobody\n")
        file.chmod(mode)
        done = project.run("nightly")
        assert done.returncode == 2
        assert "chmod 600" in done.stderr
        assert project.words() == []

    @pytest.mark.parametrize(
        ("values", "meant"),
        [
            ({"COLLECT_KEEP_NIGHTS": "0"}, "COLLECT_KEEP_NIGHTS"),
            ({"COLLECT_KEEP_NIGHTS": "all"}, "COLLECT_KEEP_NIGHTS"),
            ({"COLLECT_TELL_ON": "sometimes"}, "COLLECT_TELL_ON"),
            ({"COLLECT_SETTINGS": "nowhere.env"}, "nowhere.env"),
        ],
    )
    def test_what_means_nothing_is_refused(self, project: Project, values: dict[str, str], meant: str) -> None:
        done = project.run("nightly", COLLECT_TELL=TELL, **values)
        assert done.returncode == 2
        assert meant in done.stderr
        assert meant in (project.folder / "told").read_text()

    def test_a_file_that_is_no_settings(self, project: Project) -> None:
        file = project.folder / "nightly.env"
        file.write_text("NAME='an open quote\n")
        file.chmod(0o600)
        done = project.run("nightly")
        assert done.returncode == 2
        assert "NAME='value'" in done.stderr


class TestTelling:
    def night_before(self, project: Project, day: str, *files: str) -> None:
        folder = project.folder / "nights" / day
        folder.mkdir(parents=True)
        for name in ("log", *files):
            (folder / name).touch()

    @pytest.mark.parametrize(("on", "told"), [("failure", False), ("news", True), ("always", True)])
    def test_news(self, project: Project, on: str, told: bool) -> None:
        self.night_before(project, "2026-01-01", "report.json")
        text = "# What changed\n\n## Uno\n\n- example/one is archived\n- example/two is now example/due\n"
        (project.folder / "news.md").write_text(text)
        done = project.run("nightly", COLLECT_TELL=TELL, COLLECT_TELL_ON=on)
        assert done.stdout.count("\n") == 1
        assert " 2 news. " in done.stdout
        assert (project.folder / "nights" / "latest" / "news.md").read_text() == text
        assert (project.folder / "told").exists() == told
        if told:
            assert (project.folder / "told").read_text() == f"{done.stdout}{text}0\n"

    def test_news_are_those_since_the_last_night_with_reports(self, project: Project) -> None:
        self.night_before(project, "2025-12-31", "report.json")
        self.night_before(project, "2026-01-01", "report.json")
        self.night_before(project, "2026-01-02")
        self.night_before(project, "2999-01-01", "report.json")
        for _ in range(2):  # a second run of a day tells of the same time
            assert project.run("nightly").returncode == 0
            assert "--since 2026-01-01 " in next(w for w in reversed(project.words()) if "--since" in w)

    def test_a_first_night_has_no_news(self, project: Project) -> None:
        assert project.run("nightly").returncode == 0
        assert not any("--since" in words for words in project.words())

    @pytest.mark.parametrize(("on", "told"), [("failure", False), ("news", False), ("always", True)])
    def test_a_quiet_night(self, project: Project, on: str, told: bool) -> None:
        project.run("nightly", COLLECT_TELL=TELL, COLLECT_TELL_ON=on)
        assert (project.folder / "told").exists() == told

    def test_a_command_that_fails_changes_nothing_else(self, project: Project) -> None:
        done = project.run("nightly", COLLECT_TELL="exit 9", COLLECT_TELL_ON="always")
        assert done.returncode == 0
        assert "COLLECT_TELL ended with 9." in project.log()

    def test_a_command_whose_words_stay_secret(self, project: Project) -> None:
        command = "tr '\\0' ' ' </proc/$$/cmdline >told; : s3cr3t"
        project.run("nightly", COLLECT_TELL=command, COLLECT_TELL_ON="always")
        assert "eval" in (project.folder / "told").read_text()
        assert "s3cr3t" not in (project.folder / "told").read_text()

    def test_a_webhook_whose_address_stays_secret(self, project: Project) -> None:
        got: list[Any] = []

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                got.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
                self.send_response(500 if len(got) > 1 else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        with HTTPServer(("127.0.0.1", 0), Hook) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_port}/s3cr3t-hook"
            project.when("sync", fail(6, "Nobody there."))
            project.run("nightly", COLLECT_WEBHOOK=address)
            project.run("nightly", COLLECT_WEBHOOK=address)
            server.shutdown()
        project.run("nightly", COLLECT_WEBHOOK=address)
        assert [path for path, _ in got] == ["/s3cr3t-hook"] * 2
        assert got[0][1]["exit_code"] == 6
        assert "ended with 6: Nobody there." in got[0][1]["text"]
        assert got[0][1]["content"] == got[0][1]["text"]
        assert "COLLECT_WEBHOOK could not be reached: 500." in project.log()
        assert "COLLECT_WEBHOOK could not be reached: URLError." in project.log()
        assert "s3cr3t" not in project.log()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 143)])
def test_a_signal_goes_on_to_what_runs_and_ends_the_night(project: Project, number: int, code: int) -> None:
    begun = project.folder / "begun"
    os.mkfifo(begun)
    project.when("sync", "trap 'echo Interrupted. >&2; exit 143' TERM; echo >begun; while :; do sleep 0.1; done")
    with subprocess.Popen(
        [str(project.folder / "scripts" / "nightly")],
        env=project.environment(COLLECT_TELL=TELL),
        stderr=subprocess.PIPE,
        text=True,
    ) as night:
        try:
            begun.read_text()  # until the sync is at work
            night.send_signal(number)
            _, said = night.communicate(timeout=30)
        finally:
            night.kill()
    assert night.returncode == code
    assert f"ended with {code}: Interrupted." in said
    assert project.words()[-1] == "sync"
    assert (project.folder / "told").read_text().splitlines()[-1] == str(code)


def test_the_sync_stops_by_itself_when_only_it_is_ended(project: Project) -> None:
    project.when("sync", "kill -TERM $$")
    done = project.run("nightly")
    assert done.returncode == 143
    assert project.words()[-1] == "sync"


def test_a_sync_that_the_system_killed(project: Project) -> None:
    project.when("sync", "echo at work >&2; kill -KILL $$")
    done = project.run("nightly")
    assert done.returncode == 137
    assert "ended with 137: It was killed, often for want of memory" in done.stderr


def test_every_setting_is_documented() -> None:
    root = Path(__file__).parents[2]
    text = (root / "scripts" / "nightly").read_text() + (root / "scripts" / "tell").read_text()
    page = (root / "docs" / "operations.md").read_text()
    for name in set(re.findall(r"\bCOLLECT_[A-Z_]+", text)):
        assert f"`{name}`" in page, name
