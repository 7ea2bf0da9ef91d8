"""The token is in no file, log, error, traceback, database, list of processes or report, whatever goes wrong."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from collector.github import responses
from tests.command import Collect
from tests.lab import Server


def found(token: str, folder: Path, *texts: str) -> list[str]:
    """Where the token stands: files, or the number of a text."""
    places = [str(n) for n, text in enumerate(texts) if token in text]
    return places + [str(p) for p in folder.rglob("*") if p.is_file() and token.encode() in p.read_bytes()]


COMMANDS = (
    ("sync", "--dry-run"),
    ("sync",),
    ("sync", "--full", "--json"),
    ("report", "--output", "report.txt"),
    ("report", "--format", "json", "--output", "report.json"),
    ("explain", "uno", "active_weeks"),
)


@pytest.mark.parametrize(
    "kind",
    [
        *("none", "401", "connect", "garbage"),
        *(pytest.param(kind, marks=pytest.mark.variants) for kind in ("500", "timeout", "null_with_errors", "451")),
    ],
)
def test_it_is_nowhere_whatever_fails(run: Collect, server: Server, token: str, tmp_path: Path, kind: str) -> None:
    if kind != "none":
        server.fail("PullRequests|activity", kind, times=None)
    for words in COMMANDS:
        result = run(*words, COLLECT_DEBUG="1")
        assert found(token, tmp_path, result.stdout, result.stderr) == [], words
    asked = [entry for entry in server.log if entry.status == 401 and kind != "401"]
    assert asked == []  # it was sent, all the same


def test_it_is_not_in_the_traceback_of_a_defect(
    run: Collect, server: Server, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(responses, "of_graphql", broken)
    result = run("sync", COLLECT_DEBUG="1")
    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert found(token, tmp_path, result.stdout, result.stderr) == []


def test_a_server_that_repeats_it_brings_it_nowhere(run: Collect, server: Server, token: str, tmp_path: Path) -> None:
    handle = server.front

    def echoing(request: httpx.Request) -> httpx.Response:
        if b"PullRequests" in request.content:
            return httpx.Response(400, json={"message": f"not with {request.headers['authorization']}"})
        return handle(request)

    server.front = echoing
    result = run("sync")
    assert result.exit_code == 3
    assert "not with Bearer [token]" in result.stderr
    assert found(token, tmp_path, result.stdout, result.stderr, run("report").stdout) == []


@pytest.mark.parametrize("way", ["redirect", "next page", "downgrade"])
def test_it_goes_to_no_other_server(run: Collect, server: Server, token: str, way: str) -> None:
    handle, sent = server.front, []
    elsewhere = "http://api.github.com/activity" if way == "downgrade" else "https://evil.example/activity"

    def leading_astray(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        if request.url.path.endswith("/activity") and request.url.host == "api.github.com":
            if way == "next page":
                answer = handle(request)
                answer.headers["link"] = f'<{elsewhere}>; rel="next"'
                return answer
            return httpx.Response(301, headers={"location": elsewhere})
        return handle(request)

    server.front = leading_astray
    assert run("sync").exit_code == 3
    run("sync")
    assert {(r.url.scheme, r.url.host) for r in sent} == {("https", "api.github.com")}
    server.front = handle
    assert run("sync").exit_code == 0


def test_an_address_with_a_password_is_refused_and_not_shown(run: Collect, server: Server) -> None:
    for name in ("GITHUB_API_URL", "GITHUB_GRAPHQL_URL"):
        result = run("sync", **{name: "https://someone:hush-hush@git.example/api/v3"})
        assert result.exit_code == 2
        assert name in result.stderr
        assert "hush-hush" not in result.output


# Runs the command and prints all that is started, first something of its own, and then how it is listed itself.
# https://docs.python.org/3/library/audit_events.html
WATCHED = """
import atexit, subprocess, sys
from pathlib import Path

STARTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system")

def told(event, words):
    if event in STARTS: # the environment comes last, which others may not read
        print(event, words if event == "os.system" else words[:-1], flush=True)

sys.addaudithook(told)
subprocess.run([sys.executable, "-c", "'seen'"])
atexit.register(lambda: print(Path("/proc/self/cmdline").read_bytes()))
from collector.cli import main
main()
"""


def test_it_is_in_no_list_of_processes(tmp_path: Path, token: str) -> None:
    """Everything that a sync starts has a command line that others on the machine may read."""
    (tmp_path / "repos.toml").write_text(
        '[[project]]\nslug = "a"\nname = "a"\ncategory = "c"\n[[project.repo]]\nrepo = "a/b"\nrole = "core"\n'
    )
    environment = {**os.environ, "GITHUB_TOKEN": token, "GITHUB_API_URL": "http://127.0.0.1:9"}
    words = ["sync", "--config", str(tmp_path / "repos.toml"), "--db", str(tmp_path / "s.db")]
    watched = subprocess.run(
        [sys.executable, "-c", WATCHED, *words],
        cwd=Path(__file__).parents[2], env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert watched.returncode == 6
    started = watched.stdout.splitlines()
    assert "seen" in started[0]
    assert token not in watched.stdout + watched.stderr
