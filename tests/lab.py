"""A laboratory: a pretend GitHub, databases synced from it, and time that passes only when someone waits for it."""

import asyncio
import shutil
import sqlite3
import weakref
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate
from unittest.mock import patch

import httpx

from collector.config import Config
from collector.config.model import Project, TrackedRepository
from collector.emulator.accounts import Account
from collector.emulator.git import Commit
from collector.emulator.pulls import PullRequest
from collector.emulator.repository import Repository
from collector.emulator.server import GitHubEmulator, Logged
from collector.emulator.times import epoch
from collector.emulator.world import World
from collector.github.client import Bounds, GitHub
from collector.github.http import Http
from collector.github.rate_limits import Viewer
from collector.store import database, hash_key
from collector.sync import run as syncing
from collector.sync.storekeeper import Asked, Result, Storekeeper

Row = tuple[Any, ...]
START = date(2025, 1, 1)
FACTS = (
    "repositories",
    "releases",
    "tags",
    "commits",
    "issues",
    "issue_labels",
    "pull_requests",
    "pull_request_files",
    "pull_request_commits",
    "discussions",
    "comments",
    "reviews",
    "events",
    "pushes",
    "tagged_commits",
    "advisories",
)
# What differs between two databases of one world: when a row was first seen, and what GitHub keeps recomputing.
ASIDE = {"first_seen_at", "gone_at", "author_association"}
# Asked for only where a signal needs them, which may once have been so: two databases agree where both know them.
LINES = {
    "commits": ("additions", "deletions", "changed_files"),
    "pull_request_commits": ("additions", "deletions"),
    "tagged_commits": ("additions", "deletions"),
}
# How many files a pull request changes is asked for where GitHub does not list all of them, or did not once. Of a
# release's prose the length at first sight is kept.
HIDDEN = {**LINES, "pull_requests": ("changed_files",), "releases": ("prose_length",)}


Handle = Callable[[httpx.Request], httpx.Response]


class Server(GitHubEmulator):
    """A pretend GitHub that a test can stand in front of: `front` answers each request, by default as GitHub would."""

    front: Handle

    def __init__(self, world: World, tokens: dict[str, str] | None = None, **values: Any) -> None:
        super().__init__(world, tokens, **values)
        self.front = super().handle

    def handle(self, request: httpx.Request) -> httpx.Response:
        return self.front(request)


class OneThread(Storekeeper):
    """A storekeeper without a thread of its own: the order of requests is always the same, and nobody waits for it."""

    async def read(
        self, question: Callable[Concatenate[sqlite3.Connection, Asked], Result], *args: Asked.args, **kw: Asked.kwargs
    ) -> Result:
        """Run a function on the event loop's thread, after letting others run."""
        await asyncio.sleep(0)
        with database.plain_words(self.path):
            return question(self.connection, *args, **kw)


class Lab:
    """One world and its databases. `sync` brings `path` up to date, `fresh` makes a new one of the same moment."""

    def __init__(self, folder: Path, empty: Path) -> None:
        self.folder, self.empty, self.path = folder, empty, folder / "signals.db"
        self.world = World("2026-01-01")
        self.waited = 0.0
        self.astray = timedelta()  # by how much this machine's clock is ahead of GitHub's
        self.runs = 0
        self.server = Server(self.world, clock=self.seconds)
        self.tracked: list[str] = []
        self.repos: list[Repository] = []
        self.configured: Config | None = None  # in place of a project for each tracked repository
        self.only: Config | None = None  # what of it is synced
        self.waiting: Callable[[float], Awaitable[None]] = self.sleep
        self.storekeeper: type[Storekeeper] = OneThread
        self.reports: list[syncing.SyncResult] = []
        self.alice: Account = self.world.user("alice")
        self.bob: Account = self.world.user("bob")
        self._readers: dict[tuple[Path, int], sqlite3.Connection] = {}
        # Call it at the end of a test. A lab that nobody closes does so itself.
        self.close = weakref.finalize(self, _close, self._readers)

    def reader(self, path: Path | None = None) -> sqlite3.Connection:
        """A connection to read a database with, until the end of the test.

        To open one for each question would take longer than the answers: SQLite parses the whole schema.
        """
        path = path or self.path
        key = (path, path.stat().st_ino)  # a test may put another file in its place
        if key not in self._readers:
            # Of a lab that nobody closes, the garbage collector closes it, in any thread.
            self._readers[key] = sqlite3.connect(path, check_same_thread=False)
        return self._readers[key]

    def repository(self, name: str = "example/engine", **values: Any) -> Repository:
        """A tracked repository with one commit."""
        repo = self.world.repository(name, "2025-02-01", **values).member(self.alice)
        repo.commit("Begin", self.alice, "2025-02-02")
        repo.push(by=self.alice, at="2025-02-02")
        self.tracked.append(name)
        self.repos.append(repo)
        return repo

    @property
    def repo(self) -> Repository:
        """The first tracked repository."""
        return self.repos[0]

    def push(self, repo: Repository, headline: str, at: str, **values: Any) -> Commit:
        """Return a commit by alice that she pushes at once."""
        commit = repo.commit(headline, self.alice, at, **values)
        repo.push(by=self.alice, at=at)
        return commit

    def merged(self, repo: Repository, title: str, at: str, how: str = "squash", **values: Any) -> PullRequest:
        """Return a pull request of bob that alice merges at once."""
        pull = repo.pull_request(title, self.bob, at, **values)
        pull.merge(self.alice, at, how)
        return pull

    def commit(self, oid: str | None) -> Commit:
        """The commit of an oid."""
        assert oid is not None
        return self.world.git.commits[oid]

    def history(self, repo: Repository) -> list[str]:
        """The oids of the default branch, newest first."""
        return self.world.git.history(self.commit(repo.head(self.world.now)).oid)

    def seconds(self) -> float:
        """The time that the limits are reckoned by: the world's, and what was waited for."""
        return epoch(self.world.now) + self.waited

    async def sleep(self, seconds: float) -> None:
        """Waits without waiting."""
        self.waited += seconds
        await asyncio.sleep(0)

    def github(self, bounds: Bounds | None = None) -> GitHub:
        """A client of the pretend GitHub."""
        return GitHub(
            Http("test", self.server.transport()),
            "https://api.github.com",
            "https://api.github.com/graphql",
            [Viewer(["token"])],
            bounds or Bounds(),
            clock=lambda: self.seconds() + self.astray.total_seconds(),
            monotonic=self.seconds,
            sleep=self.waiting,
        )

    def config(self) -> Config:
        """All tracked repositories, a project each, unless a test says otherwise."""
        if self.configured is not None:
            return self.configured
        projects = [
            Project(name.replace("/", "-"), name, ("tests",), repos=(TrackedRepository(name, "core"),))
            for name in self.tracked
        ]
        return Config(projects=tuple(projects))

    def sync(
        self,
        path: Path | None = None,
        bounds: Bounds | None = None,
        since: date | None = START,
        full: bool = False,
        after: Callable[[sqlite3.Connection], None] = lambda db: None,
    ) -> syncing.SyncResult:
        """A sync at the world's now."""
        path = path or self.path
        if not path.exists():
            shutil.copy(self.empty, path)
        if not hash_key.file_of(path).exists():
            shutil.copy(hash_key.file_of(self.empty), hash_key.file_of(path))
        self.runs += 1
        now = datetime.fromisoformat(self.world.now).astimezone(UTC) + timedelta(seconds=self.runs) + self.astray
        request = syncing.SyncRequest(self.config(), path, now, since=since, full=full, only=self.only)
        with patch.object(syncing, "Storekeeper", self.storekeeper):
            report = syncing.run(self.github(bounds), request, after)
        self.reports.append(report)
        return report

    def night(self, days: float = 1) -> syncing.SyncResult:
        """Move the clock and sync."""
        self.world.move(days=days)
        return self.sync()

    def fresh(self, since: date = START, whole: bool = False) -> Path:
        """A full sync of this moment into a database of its own, by a GitHub without faults; `whole`: and oddities."""
        path = self.folder / f"fresh-{self.runs}.db"
        server, self.server = self.server, Server(self.world, clock=self.seconds)
        self.world.odd.active = not whole
        try:
            report = self.sync(path, since=since)
        finally:
            self.server = server
            self.world.odd.active = True
            self.reports.pop()
        assert report.exit_code in (0, 3), report.message
        return path

    def asked(self, match: str = "") -> list[Logged]:
        """The requests so far whose description contains `match`."""
        return [entry for entry in self.server.log if match in str(entry)]

    def query(self, sql: str, *values: Any, path: Path | None = None) -> list[Any]:
        """Rows of the database; a single column as a plain list."""
        found = self.reader(path).execute(sql, values).fetchall()
        return [row[0] for row in found] if found and len(found[0]) == 1 else found

    def change(self, sql: str, *values: Any) -> None:
        """Change the database behind the program's back, as an earlier version might have left it."""
        with closing(sqlite3.connect(self.path)) as db, db:
            db.execute(sql, values)

    def unreadable(self, kind: str) -> list[Any]:
        """Return (key, part) of what is recorded as unreadable of a kind of activity."""
        return self.query("SELECT key, part FROM unreadable WHERE kind = ? ORDER BY key, part", kind)

    def differences(self, since: date = START, whole: bool = False) -> dict[str, tuple[int, int]]:
        """Table -> (rows too many, rows too few), against a fresh full sync of this moment (see `fresh`)."""
        return self.compared(self.fresh(since, whole))

    def compared(self, other: Path) -> dict[str, tuple[int, int]]:
        """Table -> (rows too many, rows too few), against another database."""
        out = {}
        here, there = self.reader(), self.reader(other)
        for table in FACTS:
            mine, true = _live(here, table), _live(there, table)
            if mine != true:
                out[table] = (len(mine - true), len(true - mine))
        for table in LINES:
            mine_known, true_known = _lines(here, table), _lines(there, table)
            wrong = [key for key in mine_known if mine_known[key] != true_known.get(key, mine_known[key])]
            if wrong:
                out[f"lines of {table}"] = (len(wrong), len(wrong))
        return out

    def live(self, table: str, path: Path | None = None) -> set[Row]:
        """The rows that GitHub still lists, without what differs between two databases of one world."""
        return _live(self.reader(path), table)


def _close(readers: dict[tuple[Path, int], sqlite3.Connection]) -> None:
    for reader in readers.values():
        reader.close()


def _live(db: sqlite3.Connection, table: str) -> set[Row]:
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    shown = ", ".join(c for c in columns if c not in ASIDE and c not in HIDDEN.get(table, ()))
    there = "SELECT id FROM repositories WHERE gone_at IS NULL"
    where = {
        "repositories": "TRUE",
        "issue_labels": f"issue IN (SELECT id FROM issues WHERE repository IN ({there}))",
        "pull_request_files": f"pull_request IN (SELECT id FROM pull_requests WHERE repository IN ({there}))",
        "pull_request_commits": f"pull_request IN (SELECT id FROM pull_requests WHERE repository IN ({there}))",
        "reviews": f"pull_request IN (SELECT id FROM pull_requests WHERE repository IN ({there}))",
    }.get(table, f"repository IN ({there})")
    return set(db.execute(f"SELECT {shown} FROM {table} WHERE gone_at IS NULL AND {where}"))


def _lines(db: sqlite3.Connection, table: str) -> dict[Row, Row]:
    """(owner, oid) -> the known lines of commits."""
    owner = "pull_request" if table == "pull_request_commits" else "repository"
    found = db.execute(f"SELECT {owner}, oid, {', '.join(LINES[table])} FROM {table} WHERE additions IS NOT NULL")
    return {row[:2]: row[2:] for row in found}
