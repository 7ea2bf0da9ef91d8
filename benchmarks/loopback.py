"""Serves a pretend GitHub with repositories of a given size on the loopback, and two nights after it.

python -m benchmarks.loopback COMMITS ISSUES PULLS RELEASES REPOSITORIES DISCUSSIONS RULE_CHANGES [MILLISECONDS]: it
prints its port; each answer takes so long at least. GET /pretend/night moves the world on by a day and answers with the
least pages of 100 that what is new fits on, GET /pretend/pages with those of all there is, GET /pretend/weight with the
answering time that was modelled since it was last asked: what takes more than ten seconds times out, as on GitHub.
GET /pretend/kinds answers with [kind, requests, points, seconds] for each kind of request since it was last asked.
"""

import json
import re
import sys
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import NamedTuple

import httpx

from collector.emulator.pulls import PullRequest
from collector.emulator.repository import Repository
from collector.emulator.server import GitHubEmulator, Logged
from collector.emulator.times import later
from collector.emulator.world import World

BORN, NOW = "2025-01-01T00:00:00Z", "2026-01-01T03:00:00Z"
YEAR = 365 * 24 * 60  # in minutes
# One thread in so many has more comments, or reviews, than fit on a page.
LONG = 250


class Size(NamedTuple):
    """How much a repository holds, and how many such repositories there are."""

    commits: int
    issues: int
    pulls: int
    releases: int
    repositories: int = 1
    discussions: int = 0  # which take answers
    rule_changes: int = 0  # pull requests from branches of the repository, open for 12 days

    def __str__(self) -> str:
        return " ".join(f"{n:,} {name}" for name, n in self._asdict().items() if n or name not in self._field_defaults)


def names(size: Size) -> list[str]:
    """The repositories' full names."""
    return [f"acme/engine-{n}" for n in range(size.repositories)]


def world(size: Size) -> World:
    """A year of each repository, and two nights more: nothing happens in the first, a little of everything in the next.

    A pull request has three files, a comment and two reviews, and is merged as one commit. The other commits are pushed
    five at a time. An issue has two comments. Headlines name their repository, so that no commit is another's copy.
    """
    made = World(now=NOW)
    for name in names(size):
        _year(made, name, size)
    return made


def _year(made: World, name: str, size: Size) -> None:
    ada = made.user("ada", "2016-01-01")
    repo = made.repository(name, BORN).member(ada)
    repo.commit(f"Begin {name}", ada, BORN)
    repo.push(by=ada, at=BORN)
    steps = [(n / max(1, size.commits - size.pulls), "commit", n) for n in range(1, size.commits - size.pulls)]
    steps += [((n + 0.3) / size.issues, "issue", n) for n in range(size.issues)]
    steps += [((n + 0.6) / size.pulls, "pull", n) for n in range(size.pulls)]
    steps += [((n + 0.9) / size.releases, "release", n) for n in range(size.releases)]
    steps += [((n + 0.4) / size.discussions, "discussion", n) for n in range(size.discussions)]
    for n in range(size.rule_changes):
        opened = (n + 0.5) / (size.rule_changes + 1)
        steps += [
            (opened + day / 365, name, n) for day, name in ((0, "draft"), (2, "update"), (4, "update"), (12, "rule"))
        ]
    if size.discussions:
        repo.change(BORN, has_discussions=True)
        for n in range(3):
            repo.advisory(ada, later(BORN, days=100 * n + 5), "What was wrong, and since when. " * 10)
    drafts: dict[int, PullRequest] = {}
    for share, kind, n in sorted(steps):
        at = later(BORN, minutes=60 + int(share * (YEAR - 120)))
        if kind == "commit":
            # Every fortieth commit is to the docs: pushed, so that only its history tells which paths it touched.
            files = {"docs/guide.md": (20, 0)} if n % 40 == 0 else None
            repo.commit(f"Change {n} of {name}", ada, at, lines=20, files=files)
            if n % 5 == 0:
                repo.push(by=ada, at=at, kind="push")
        elif kind == "release":
            repo.release(f"v1.{n}.0", ada, at)
        elif kind == "draft":
            drafts[n] = repo.pull_request(f"Fees {n} of {name}", ada, at, files={"fees/table.toml": (12, 3)})
        elif kind == "update":
            drafts[n].push(files={"fees/table.toml": (4, 1)}, by=ada, at=at)
        elif kind == "rule":
            drafts[n].merge(ada, at, method="squash")
        else:
            _thread(repo, kind, n, at)
    repo.push(by=ada, at=later(NOW, hours=-1), kind="push")
    if size.issues:
        _active_day(repo, later(NOW, days=1, hours=2))


def _thread(repo: Repository, kind: str, n: int, at: str) -> None:
    ada, bob = repo.world.user("ada"), repo.world.user("bob")
    more = 120 if n % LONG == LONG - 1 else 0
    if kind == "discussion":
        discussion = repo.discussion(f"How to {n}", bob, at, body="How does this work? " * 20)
        answer = discussion.comment(ada, f"So {n}. " * 20, later(at, minutes=1))
        discussion.comment(bob, f"Thank you {n}. " * 5, later(at, minutes=2), reply_to=answer)
        discussion.choose(answer, bob, later(at, minutes=3))
        return
    if kind == "issue":
        issue = repo.issue(f"Question {n}", bob, at, body="How does this work? " * 20)
        for i in range(2 + more):
            issue.comment(ada if i % 2 else bob, f"Answer {i}. " * 20, later(at, minutes=1 + i))
        return
    files = {f"src/part{n % 7}/file{i}.py": (30, 5) for i in range(3)}
    pull = repo.pull_request(
        f"Feature {n} of {repo.name}", bob, at, files=files, fork=True, body="This makes it better. " * 20
    )
    pull.comment(ada, "Thank you. " * 10, later(at, minutes=1))
    for i in range(2 + more):
        pull.review(ada, "APPROVED" if i % 2 else "COMMENTED", later(at, minutes=2 + i), "Please mind this. " * 5)
    pull.merge(ada, later(at, minutes=5 + more), method="squash")


def _active_day(repo: Repository, at: str) -> None:
    """Seven commits, three issues, two pull requests, a release."""
    ada = repo.world.user("ada")
    for n in range(5):
        repo.commit(f"News {n} of {repo.name}", ada, later(at, minutes=n))
    repo.push(by=ada, at=later(at, minutes=5), kind="push")
    for n in range(3):
        _thread(repo, "issue", n, later(at, minutes=10 + n))
    for n in range(2):
        _thread(repo, "pull", n, later(at, minutes=20 + 10 * n))
    repo.release("v2.0.0", ada, later(at, hours=1))


def pages(made: World, since: str) -> int:
    """The least pages of 100 of what is new `since` then: commits, issues, pull requests, releases, tags, pushes, and
    further pages of threads with more than one."""
    return sum(_pages(made, repo, since) for repo in made.repositories)


def _pages(made: World, repo: Repository, since: str) -> int:
    now = made.now
    head, before = repo.head(now), repo.head(since)
    threads = [t for t in repo.threads.values() if since < t.updated_at(now) and t.at <= now]
    pulls = [t for t in threads if hasattr(t, "reviews")]
    lists = [
        len(made.git.reachable([head] if head else [], [before] if before else [])),
        len(threads) - len(pulls),
        len(pulls),
        sum(1 for r in repo.releases if since < r.at <= now),
        sum(1 for t in repo.tags.values() if since < t.at <= now),
        sum(1 for p in repo.pushes if since < p.at <= now),
    ]
    further = [len(t.comments) for t in threads] + [len(getattr(t, "reviews", [])) for t in threads]
    return sum(-(-n // 100) for n in lists) + sum(max(0, -(-n // 100) - 1) for n in further)


def kinds(log: Iterable[Logged]) -> list[tuple[str, int, int, float]]:
    """Return (kind, requests, points, modelled seconds): a kind is an operation, or a REST path without its names."""
    out: dict[str, tuple[int, int, float]] = {}
    for entry in log:
        kind = (
            entry.operation or re.sub(r"^/(repos/[^/]+/[^/]+|repositories/\d+)|\?.*$", "", entry.path) or "repository"
        )
        requests, points, seconds = out.get(kind, (0, 0, 0.0))
        out[kind] = requests + 1, points + (entry.points if entry.operation else 0), seconds + entry.seconds
    return [(kind, *numbers) for kind, numbers in out.items()]


def main() -> None:
    """Serve until ended."""
    numbers, count = [int(argument) for argument in sys.argv[1:]], len(Size._fields)
    made, seconds = world(Size(*numbers[:count])), sum(numbers[count:]) / 1000
    server = GitHubEmulator(made, weight=True)
    lock = Lock()

    def control(path: str) -> httpx.Response:
        if path.endswith("weight"):
            weighed = {"seconds": server.modelled_seconds, "timeouts": server.timeouts}
            server.modelled_seconds, server.timeouts = 0.0, 0
            return httpx.Response(200, content=json.dumps(weighed).encode())
        if path.endswith("kinds"):
            found = kinds(server.log)
            server.log.clear()
            return httpx.Response(200, content=json.dumps({"kinds": found}).encode())
        since = "" if path.endswith("pages") else made.now
        if path.endswith("night"):
            made.now = later(made.now, days=1)
            server.budgets.clear()
        return httpx.Response(200, content=json.dumps({"now": made.now, "pages": pages(made, since)}).encode())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            """Hand the request to the pretend GitHub."""
            began = time.monotonic()
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            url = f"http://{self.headers['host']}{self.path}"
            with lock:
                if self.path.startswith("/pretend/"):
                    response = control(self.path)
                else:
                    response = server.handle(httpx.Request(self.command, url, headers=dict(self.headers), content=body))
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))
            self.send_response(response.status_code)
            for name, value in response.headers.items():
                if name.lower() not in ("content-length", "content-encoding", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("content-length", str(len(response.content)))
            self.end_headers()
            self.wfile.write(response.content)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(listening.server_address[1], flush=True)
    listening.serve_forever()


if __name__ == "__main__":
    main()
