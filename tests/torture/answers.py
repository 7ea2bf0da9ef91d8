"""Syncs against a GitHub whose responses are mutated, each compared with a database that was never disturbed."""

import random
import shutil
import sqlite3
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from collector.errors import CollectError
from collector.github.client import Bounds, GitHub
from collector.store import database
from collector.sync import run as syncing
from tests.lab import ASIDE, FACTS, HIDDEN, Lab, Server
from tests.torture import world
from tests.torture.proxy import Proxy
from tests.torture.verdict import LONGEST, Hang, Verdict, at_most

MOST_MEMORY = 200  # MiB beyond those that the process has before a sync: a run of the program begins with about 100
Snapshot = dict[str, set[tuple[Any, ...]]]


class SmallPages(Lab):
    """A lab whose lists have several pages in spite of few rows."""

    def github(self, bounds: Bounds | None = None) -> GitHub:
        """Return a client that begins with small pages."""
        client = super().github(bounds)
        client.sizes |= world.SIZES
        return client


class Bench:
    """A world, and the databases to begin from and to compare with. Runs are independent of each other."""

    since: date | None = world.START
    full = False  # whether the undisturbed sync at the end reads everything again

    def __init__(self, folder: Path, make: Callable[[int], Proxy] = Proxy.of_any_kind) -> None:
        self.folder = folder
        self.make = make
        self.lab = SmallPages(folder, _empty(folder))
        world.furnish(self.lab)
        # What an undisturbed night leaves, beginning with nothing, or with the database of an earlier night.
        self.begun = {"nothing": self.lab.empty, "a database": self._synced(self.lab.empty, "begun", world.FIRST)}
        self.true = {name: snapshot(self._twice(path, f"true {name}")) for name, path in self.begun.items()}

    def _twice(self, path: Path, name: str) -> Path:
        return self._synced(self._synced(path, name, world.SECOND), name, world.THIRD, self.full)

    def _synced(self, path: Path, name: str, day: str, full: bool = False) -> Path:
        own = self.folder / f"{name}.db"
        if own != path:
            shutil.copy(path, own)
        report = self.sync(own, day, full=full)
        assert report.exit_code == 0, (report.message, report.failures)
        return own

    def begin(self, name: str) -> Path:
        """Return a new copy of the database to begin from."""
        path = self.folder / "run.db"
        shutil.copy(self.begun[name], path)
        return path

    @contextmanager
    def astray(self, jump: timedelta) -> Iterator[None]:
        """Let this machine's clock be ahead of GitHub's inside the block."""
        self.lab.astray = jump
        try:
            yield
        finally:
            self.lab.astray = timedelta()

    def sync(self, path: Path, day: str, proxy: Proxy | None = None, full: bool = False) -> syncing.SyncResult:
        """Sync a database on a day."""
        lab = self.lab
        lab.world.now, lab.runs, lab.waited = f"{day}T00:00:00Z", 0, 0.0
        lab.server = Server(lab.world, clock=lab.seconds)
        if proxy is not None:
            plain = lab.server.front

            def front(request: httpx.Request) -> httpx.Response:
                return proxy(_operation(lab.server, request), lambda: plain(request), request)

            lab.server.front = front
        return lab.sync(path, since=self.since, full=full)

    def run(self, seed: int) -> Verdict:
        """Run one seed: a disturbed sync, an undisturbed one two days later, and the comparison."""
        random.seed(seed)  # the waits between attempts, too
        proxy, name = self.make(seed), random.choice(sorted(self.begun))
        path = self.begin(name)
        verdict = Verdict(seed, f"from {name}")
        _forget_memory()
        memory_before = _memory()
        try:
            with at_most(LONGEST):
                report = self.sync(path, world.SECOND, proxy)
            verdict.exit_code = report.exit_code
            verdict.findings += [f"defect: {where}" for *_, where in report.defects]
            verdict.findings += ["exit 1"] if report.exit_code == 1 and not report.defects else []
        except CollectError as error:
            verdict.exit_code = error.exit_code
        except Hang:
            verdict.findings.append(f"a hang of more than {LONGEST} s")
        except Exception as error:
            verdict.findings.append(f"traceback: {traceback.format_exc(limit=-3)}")
            verdict.exit_code = getattr(error, "exit_code", 1)
        verdict.disturbances = len(proxy.done)
        with closing(sqlite3.connect(path)) as db:
            (recorded,) = db.execute("SELECT count(*) FROM sync_errors").fetchone()
        found = differences(snapshot(path), self.true[name])
        if found and not recorded:
            verdict.findings.append(f"wrong without a record: {found}")
        healed = self.sync(path, world.THIRD, full=self.full)
        if healed.exit_code:
            verdict.findings.append(f"exit {healed.exit_code} of the undisturbed run: {healed.message}")
        left = differences(snapshot(path), self.true[name])
        if left:
            verdict.findings.append(f"wrong after an undisturbed run: {left}")
        memory = _memory() - memory_before
        if memory > MOST_MEMORY:
            verdict.findings.append(f"{memory} MiB more memory")
        if verdict.findings:
            verdict.findings.append(", ".join(sorted(set(proxy.done)))[:300])
        return verdict


def snapshot(path: Path) -> Snapshot:
    """Return what a database says: every fact, whether it is gone, and what was remarked on it."""
    out: Snapshot = {}
    with closing(sqlite3.connect(path)) as db:
        for table in FACTS:
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            aside = {*ASIDE, *HIDDEN.get(table, ()), "page_size"}
            shown = [c for c in columns if c not in aside] + ["gone_at IS NOT NULL"]
            out[table] = set(db.execute(f"SELECT {', '.join(shown)} FROM {table}"))
        out["changes"] = set(db.execute('SELECT "table", key, "column", old IS NULL, new IS NULL FROM changes'))
        out["late_arrivals"] = set(db.execute("SELECT * FROM late_arrivals"))
        out["history_boundaries"] = set(db.execute("SELECT oid FROM history_boundaries"))
    return out


def differences(mine: Snapshot, true: Snapshot) -> dict[str, list[str]]:
    """Return by table how rows differ: "-" begins those too few, "+" those too many."""
    return {
        table: [
            f"{sign}{row}"
            for sign, rows in (("-", true[table] - mine[table]), ("+", mine[table] - true[table]))
            for row in sorted(rows, key=repr)[:3]
        ]
        for table in true
        if mine[table] != true[table]
    }


def runs(first: int, count: int, make: Callable[[int], Proxy] = Proxy.of_any_kind) -> Iterator[Verdict]:
    """Run seeds one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), make)
        for seed in range(first, first + count):
            yield bench.run(seed)


def forms(first: int, count: int) -> Iterator[Verdict]:
    """Run seeds whose mutations stay close to what GitHub sends."""
    return runs(first, count, Proxy.of_forms)


def _forget_memory() -> None:
    """Let the process's peak of memory begin anew: https://www.kernel.org/doc/html/latest/filesystems/proc.html"""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _memory() -> int:
    """Return the process's peak of memory in MiB; 0 where that cannot be known."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def _operation(server: Server, request: httpx.Request) -> str:
    entry, _ = server.parse(request)
    return entry.operation or entry.path.partition("?")[0].rpartition("/")[2]


def _empty(folder: Path) -> Path:
    path = folder / "empty.db"
    db = database.open_database(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path
