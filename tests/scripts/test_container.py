"""What runs in the container, in a plain folder: the clock and `sleep` are those that a test puts on PATH."""

import gzip
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.scripts.project import Project

ROOT = Path(__file__).parents[2]
NIGHT = "nights/2026-01-31/signals.db.gz"
# Ends what waits for it, once `slept` has as many lines as `naps`.
SLEEP = """\
echo "$1" >>slept
[ ! -e nap ] || . ./nap
[ "$(wc -l <slept)" -lt "$(cat naps)" ] || kill -TERM "$PPID"
"""
# 2026-01-31 22:15:00 UTC for `date +%s`; otherwise the machine's.
DATE = 'case $* in *+%s) echo 1769897700 ;; *) exec /bin/date "$@" ;; esac'


@pytest.fixture
def container(project: Project) -> Project:
    for name, does in {"sleep": SLEEP, "date": DATE}.items():
        tool = project.folder / "tools" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f"#!/bin/sh\n{does}\n")
        tool.chmod(0o755)
    (project.folder / "naps").write_text("1")
    return project


def run(container: Project, *words: str) -> "subprocess.CompletedProcess[str]":
    path = f"{container.folder / 'tools'}:{os.environ['PATH']}"
    return container.run("container", *words, PATH=path, COLLECT_DATA=str(container.folder))


def slept(container: Project) -> list[str]:
    return (container.folder / "slept").read_text().split()


def backup(container: Project, text: str) -> None:
    path = container.folder / NIGHT
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()))


def test_a_night_at_once_and_the_next_at_its_time(container: Project) -> None:
    done = run(container, "nightly", "03:15")
    assert done.returncode == 143, done.stderr
    assert [word.split()[0] for word in container.words()][:3] == ["init", "--version", "sync"]
    assert container.words()[0] == f"init {container.folder}"
    assert slept(container) == [str(5 * 3600)]
    assert len(container.nights()) == 1


def test_a_list_that_is_there_is_kept_and_every_night_comes(container: Project) -> None:
    (container.folder / "config").mkdir()
    (container.folder / "config" / "repos.toml").write_text("")
    (container.folder / "naps").write_text("3")
    assert run(container, "nightly", "22:15").returncode == 143
    assert "init" not in " ".join(container.words())
    assert slept(container) == [str(24 * 3600)] * 3  # the clock stands still
    assert container.words().count("sync") == 3


def test_a_first_sync_goes_on_in_the_next_hour(container: Project) -> None:
    container.when("sync", 'echo "Error: The hour is used up." >&2; exit 5')
    run(container, "nightly", "03:15")
    assert slept(container) == ["3600"]


@pytest.mark.parametrize("words", [("nightly", "3:15"), ("nightly", "24:00"), ("nothing",), (), ("health", "nothing")])
def test_what_means_nothing(container: Project, words: tuple[str, ...]) -> None:
    assert run(container, *words).returncode == 2
    assert container.words() == []


def test_the_newest_backup_is_served_and_then_a_newer_one(container: Project) -> None:
    backup(container, "one")
    (container.folder / "naps").write_text("3")
    (container.folder / "new.gz").write_bytes(gzip.compress(b"two"))
    # Beyond the first minute there is another backup, put in place at once as a night does.
    # A minute passes only once the server of that moment has begun.
    os.mkfifo(container.folder / "begun")
    container.when("serve", 'cat "$3" >>served; echo >>served; echo >begun; exec tail -f /dev/null')
    (container.folder / "nap").write_text(
        f'[ "$(wc -l <slept)" -gt 2 ] || read -r _ <begun\n[ ! -e new.gz ] || mv new.gz {NIGHT}\n'
    )
    done = run(container, "serve", "--allow-host", "example.org")
    assert done.returncode == 143, done.stderr
    assert (container.folder / "served").read_text().split() == ["one", "two"]
    for words in container.words():
        assert re.fullmatch(r"serve --db \S+/signals.db --host 0.0.0.0 --port 8001 --allow-host example.org", words)
    assert not Path(container.words()[0].split()[2]).exists()


def test_without_a_backup_it_waits_for_one(container: Project) -> None:
    done = run(container, "serve")
    assert done.returncode == 143
    assert "There is no backup yet" in done.stderr
    assert container.words() == []


def test_a_server_that_ends_ends_the_service(container: Project) -> None:
    backup(container, "one")
    (container.folder / "naps").write_text("9")
    container.when("serve", "exit 7")
    assert run(container, "serve").returncode == 7


def test_health(container: Project) -> None:
    assert run(container, "health", "nightly").returncode == 1
    assert run(container, "health", "serve").returncode == 0  # it waits for the first backup
    run(container, "nightly")
    assert run(container, "health", "nightly").returncode == 0
    backup(container, "one")
    assert run(container, "health", "serve").returncode == 1  # nothing answers


def test_the_image_has_what_it_copies_and_the_context_lets_it_through() -> None:
    text = (ROOT / "Containerfile").read_text()
    copied = [word for line in re.findall(r"(?m)^COPY (.+)$", text) for word in line.split()[:-1]]
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) == allowed
    assert all((ROOT / name).exists() for name in copied)
    assert re.search(r"(?m)^USER (?!root)", text)
