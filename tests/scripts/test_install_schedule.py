"""What is installed starts the night from any folder, once, and goes again without a trace."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scripts.project import Project

Tools = Callable[..., "subprocess.CompletedProcess[str]"]
CRONTAB = """\
#!/bin/sh
table=$HOME/table
case $1 in
-l) if [ -e "$HOME/locked" ]; then echo "you may not use this program" >&2; exit 1; fi
    if [ ! -e "$table" ]; then echo "no crontab for nobody" >&2; exit 1; fi
    cat "$table" ;;
-) cat >"$table" ;;
esac
"""
SYSTEMCTL = '#!/bin/sh\necho "$*" >>"$HOME/systemctl"\n'


@pytest.fixture
def tools(project: Project) -> Tools:
    """The project, with a crontab and a systemctl that keep to its folder; `tools(WORDS)` runs the script."""
    for name, text in (("crontab", CRONTAB), ("systemctl", SYSTEMCTL)):
        path = project.folder / "tools" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def call(*words: str) -> "subprocess.CompletedProcess[str]":
        path = f"{project.folder / 'tools'}:{os.environ['PATH']}"
        return project.run("install-schedule", *words, PATH=path)

    return call


def as_cron_runs(line: str, home: Path) -> "subprocess.CompletedProcess[bytes]":
    """Cron takes five fields away, an unescaped % for a line end, and gives the rest to sh."""
    command = line.split(" ", 5)[5]
    assert "%" not in command.replace("\\%", "")
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    return subprocess.run(["sh", "-c", command.replace("\\%", "%")], env=environment, capture_output=True, check=False)


def test_the_crontab_line_starts_the_night(project: Project, tools: Tools) -> None:
    done = tools("--cron", "--at", "04:05")
    assert done.returncode == 0
    marker, line = done.stdout.splitlines()
    assert marker.startswith("# ")
    assert line.startswith("5 4 * * * ")
    ran = as_cron_runs(line, project.folder)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
    assert project.words()[1] == "sync"


def test_cron_is_told_of_a_failure(project: Project, tools: Tools) -> None:
    project.when("sync", 'echo "Error: Nobody there." >&2; exit 6')
    ran = as_cron_runs(tools("--cron").stdout.splitlines()[1], project.folder)
    assert ran.returncode == 6
    assert b"ended with 6: Nobody there." in ran.stderr


def test_the_crontab_of_others_stays(project: Project, tools: Tools) -> None:
    table = project.folder / "table"
    mine = "MAILTO=me\n# mine\n1 2 * * * echo '100\\%'\n"
    table.write_text(mine)
    assert tools("--cron", "--install").returncode == 0
    first = table.read_text()
    assert first.startswith(mine)
    assert first.count("nightly'") == 1
    tools("--cron", "--install")
    assert table.read_text() == first
    tools("--cron", "--install", "--at", "05:06")
    assert table.read_text().count("nightly'") == 1
    assert "\n6 5 * * * " in table.read_text()
    assert tools("--cron", "--remove").returncode == 0
    assert table.read_text() == mine
    tools("--cron", "--remove")
    assert table.read_text() == mine


def test_without_a_crontab_there_is_one_after(project: Project, tools: Tools) -> None:
    tools("--cron", "--install")
    assert len((project.folder / "table").read_text().splitlines()) == 2
    tools("--cron", "--remove")
    assert (project.folder / "table").read_text() == ""


def test_a_crontab_that_cannot_be_read_is_left_alone(project: Project, tools: Tools) -> None:
    (project.folder / "locked").touch()
    done = tools("--cron", "--install")
    assert done.returncode == 2
    assert "left as it is: you may not use this program" in done.stderr
    assert not (project.folder / "table").exists()


def test_the_units(project: Project, tools: Tools) -> None:
    units = project.folder / ".config" / "systemd" / "user"
    assert tools("--systemd", "--install", "--at", "04:05").returncode == 0
    service, timer = (units / f"collect-nightly.{kind}" for kind in ("service", "timer"))
    assert f'ExecStart=/bin/sh "{project.folder}/scripts/nightly"'.replace("%", "%%") in service.read_text()
    assert "OnCalendar=*-*-* 04:05:00\n" in timer.read_text()
    before = service.read_text()
    tools("--systemd", "--install", "--at", "05:06")
    assert service.read_text() == before
    assert "OnCalendar=*-*-* 05:06:00\n" in timer.read_text()
    assert "--user enable --now collect-nightly.timer" in (project.folder / "systemctl").read_text()
    assert tools("--systemd", "--remove").returncode == 0
    assert list(units.iterdir()) == []
    assert tools("--systemd", "--remove").returncode == 0


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze to ask")
def test_systemd_can_read_the_units(project: Project, tools: Tools) -> None:
    units = project.folder / ".config" / "systemd" / "user"
    tools("--systemd", "--install")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *map(str, units.iterdir())],
        env=project.environment(XDG_RUNTIME_DIR=str(project.folder)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "collect-nightly" not in done.stderr, done.stderr


def test_the_units_of_another_folder_stay(project: Project, tools: Tools) -> None:
    units = project.folder / ".config" / "systemd" / "user"
    units.mkdir(parents=True)
    (units / "collect-nightly.service").write_text('[Service]\nExecStart="/elsewhere/scripts/nightly"\n')
    for word in ("--install", "--remove"):
        done = tools("--systemd", word)
        assert done.returncode == 2
        assert "another folder's" in done.stderr
    assert "/elsewhere/" in (units / "collect-nightly.service").read_text()


def test_a_unit_that_cannot_be_written_stays_as_it_was(project: Project, tools: Tools) -> None:
    units = project.folder / ".config" / "systemd" / "user"
    assert tools("--systemd", "--install").returncode == 0
    timer = units / "collect-nightly.timer"
    before = timer.read_text()
    (units / "collect-nightly.timer.part").symlink_to("/dev/full")
    done = tools("--systemd", "--install", "--at", "05:06")
    assert done.returncode == 2
    assert "collect-nightly.timer cannot be written" in done.stderr
    assert timer.read_text() == before
    assert sorted(p.name for p in units.iterdir()) == ["collect-nightly.service", "collect-nightly.timer"]


def test_printing_changes_nothing(project: Project, tools: Tools) -> None:
    before = sorted(project.folder.rglob("*"))
    for words in ((), ("--cron",), ("--systemd",), ("--help",)):
        assert tools(*words).returncode == 0
    assert [p for p in sorted(project.folder.rglob("*")) if p.name != "systemctl"] == [
        p for p in before if p.name != "systemctl"
    ]


@pytest.mark.parametrize(
    "words", [["--at", "24:00"], ["--at", "4:05"], ["--at"], ["--nightly"], ["--at", "04:05; reboot"]]
)
def test_what_means_nothing_is_refused(tools: Tools, words: list[str]) -> None:
    assert tools(*words).returncode == 2
