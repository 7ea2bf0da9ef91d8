"""Kill a command in its first second, or let its disk fill up, and check that the next run goes on.

Each trial runs in a child process: it creates a database, migrates that of the first release, syncs a small world or
makes the demo's database. It is killed with SIGKILL at a random moment, or meets a disk with room for so many bytes (a
small tmpfs where mounting is allowed, else a limit on the size of a file). Then it is run undisturbed, and compared.
"""

import gzip
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from unittest.mock import patch

from collector.demo import run as demo
from collector.demo import stories
from collector.emulator.world import World
from collector.errors import CollectError
from collector.store import database, hash_key
from tests.lab import Lab
from tests.torture.verdict import Verdict

RELEASED = Path(__file__).parents[1] / "store" / "data" / "0.1.0.sqlite.gz"
CONFIG = """\
[[project]]
slug = "heron"
name = "Heron"
category = "chain"
[[project.repo]]
repo = "example/heron"
role = "core"
"""
# Longer than any trial takes, apart from what it waits for a processor; and how much of an undisturbed run's time a
# kill may wait, since a trial's time varies.
PATIENCE_SECONDS, STRETCH = 60, 1.2
# Sizes of disks in MB, and bytes beyond what a command needs.
SMALLEST, LARGEST, MARGIN = 1, 8, 100_000


def _open(folder: Path) -> None:
    database.open_database(folder / "signals.db").close()


def _migrate(folder: Path) -> None:
    database.open_database(folder / "signals.db", create=False).close()


def _prepare(kind: str, folder: Path) -> None:
    """Put what a command begins with into a folder."""
    if kind == "migrate":
        (folder / "signals.db").write_bytes(gzip.decompress(RELEASED.read_bytes()))


def _lab(folder: Path) -> Lab:
    lab = Lab(folder, folder / "unused.db")
    lab.world.now = "2026-01-01T00:00:00Z"
    repo = lab.repository()
    for n in range(1, 13):
        repo.issue(f"Issue {n}", lab.bob, f"2025-03-{n:02}").comment(lab.alice, at=f"2025-04-{n:02}")
        repo.commit(f"Work {n}", lab.alice, f"2025-05-{n:02}")
        repo.push(by=lab.alice, at=f"2025-05-{n:02}")
    repo.release("v1", lab.alice, "2025-06-01")
    return lab


def _sync(folder: Path) -> None:
    lab = _lab(folder)
    _open(folder)
    done = lab.sync()
    if done.exit_code:
        error = CollectError(done.message)
        error.exit_code = done.exit_code
        raise error


def _demo(folder: Path) -> None:
    world = World(stories.DEMO_NOW)
    repo = world.repository("example/heron", "2025-01-01")
    repo.commit("Begin", world.user("alice"), "2025-02-01")
    with patch.object(stories, "demo_world", lambda: world), patch.object(stories, "demo_config", lambda: CONFIG):
        demo.run(folder / "signals.db", lambda name, done, of: None)


# Modules that commands import when they need them: loaded beforehand, so that the first second is not spent on it.
for _name in ("sqlite_utils", "collector.method.compute", "collector.emulator.server"):
    import_module(_name)

COMMANDS: dict[str, Callable[[Path], None]] = {"open": _open, "migrate": _migrate, "sync": _sync, "demo": _demo}


def _run(command: Callable[[Path], None], folder: Path, after: float | None = None, room: int | None = None) -> int:
    """Run a command in a child process, killed after so many seconds, or with so many bytes of room in each file.

    Returns its exit code: 1 after a traceback, -9 if it was killed.
    """
    child = os.fork()
    if child == 0:
        code = 1
        with suppress(BaseException), (folder / "said").open("w") as said, redirect_stdout(said), redirect_stderr(said):
            if room is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
            try:
                command(folder)
                code = 0
            except CollectError as error:
                code = error.exit_code
                said.write(str(error))
            except BaseException:
                traceback.print_exc()
        os._exit(code)

    granted = 0.0

    def end(*_: object) -> None:
        nonlocal granted
        more = _starved(child) - granted if after is None else 0.0
        if more > 1:  # the machine is busy, which is no hang
            granted += more
            signal.setitimer(signal.ITIMER_REAL, more)
            return
        with suppress(ProcessLookupError):  # it ended by itself just now
            os.kill(child, signal.SIGKILL)

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, after if after is not None else PATIENCE_SECONDS)
    try:
        _, status = os.waitpid(child, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return os.waitstatus_to_exitcode(status)


def _starved(process: int) -> float:
    """Return for how many seconds a process has waited for a processor; 0 where that cannot be known.

    https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
    """
    with suppress(OSError):
        threads = Path(f"/proc/{process}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[1]) for thread in threads) / 1e9
    return 0.0


def _contents(path: Path) -> dict[str, object]:
    """What must be the same after a disturbed and an undisturbed run."""
    with closing(sqlite3.connect(path)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
        found: dict[str, object] = {"integrity": db.execute("PRAGMA integrity_check").fetchall()}
        found |= {"schema": sorted(str(row) for row in db.execute("SELECT type, name, sql FROM sqlite_master"))}
        for name in ("repositories", "issues", "comments", "commits", "releases", "pushes", "signals"):
            if name in names:
                rows = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
                columns = [row for row in rows if row not in ("first_seen_at", "text_hash", "node_id")]
                found[name] = sorted(map(str, db.execute(f"SELECT {', '.join(columns)} FROM {name}")))
        found["key"] = len(hash_key.read(db))
        found["synthetic"] = database.meta(db, "synthetic")
    return found


def _left(folder: Path) -> list[str]:
    """Temporary files, and files that others may read."""
    wrong = [p.name for p in folder.iterdir() if p.name.endswith(".part")]
    private = [folder / "signals.db.key"]
    return wrong + [f"{p.name} is not private" for p in private if p.exists() and p.stat().st_mode & 0o077]


def _check(verdict: Verdict, kind: str, folder: Path) -> None:
    """Run the command again, undisturbed, and note what is wrong."""
    said = (folder / "said").read_text() if (folder / "said").exists() else ""
    if verdict.exit_code not in (0, 7, -signal.SIGKILL):
        verdict.findings.append(f"exit {verdict.exit_code}: {said[-400:]}")
    again = _run(COMMANDS[kind], folder)
    if again:
        verdict.findings.append(f"the next run ended with {again}: {(folder / 'said').read_text()[-400:]}")
        return
    found, true = _contents(folder / "signals.db"), _undisturbed(kind).contents
    verdict.findings += [f"{name} differs" for name in true if found[name] != true[name]]
    verdict.findings += _left(folder)


@dataclass(frozen=True)
class Undisturbed:
    """What a command makes when it runs alone, its time in seconds, and the size of its largest file in bytes."""

    contents: dict[str, object]
    seconds: float
    size: int


@cache
def _undisturbed(kind: str) -> Undisturbed:
    with _folder() as folder:
        _prepare(kind, folder)
        began = time.monotonic()
        code = _run(COMMANDS[kind], folder)
        took = time.monotonic() - began
        assert code == 0, (folder / "said").read_text()
        size = max(p.stat().st_size for p in folder.iterdir())
        return Undisturbed(_contents(folder / "signals.db"), took, size)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        yield Path(folder)


def kills(first: int, count: int) -> Iterator[Verdict]:
    """Kill commands at moments spread over their run, at most a second after its begin."""
    for seed in range(first, first + count):
        random = Random(seed)
        kind = random.choice(sorted(COMMANDS))
        after = max(0.0005, random.uniform(0, min(1.0, _undisturbed(kind).seconds * STRETCH)))
        verdict = Verdict(seed, f"{kind} killed after {after:.4f} s")
        with _folder() as folder:
            _prepare(kind, folder)
            verdict.exit_code = _run(COMMANDS[kind], folder, after)
            verdict.disturbances = int(verdict.exit_code == -signal.SIGKILL)
            _check(verdict, kind, folder)
        yield verdict


def disks(first: int, count: int) -> Iterator[Verdict]:
    """Run commands with room for so many bytes, from none to more than they need."""
    for seed in range(first, first + count):
        random = Random(seed)
        kind = random.choice(sorted(COMMANDS))
        room, megabytes = random.randrange(_undisturbed(kind).size + MARGIN), random.randint(SMALLEST, LARGEST)
        with _folder() as folder, _small_disk(folder, megabytes) as is_mounted:
            how = f"a disk of {megabytes} MB" if is_mounted else "a limit on each file"
            verdict = Verdict(seed, f"{kind} with {room:,} bytes of room by {how}")
            _prepare(kind, folder)
            if is_mounted:
                ballast = folder / "ballast"
                ballast.write_bytes(bytes(max(0, shutil.disk_usage(folder).free - room)))
                verdict.exit_code = _run(COMMANDS[kind], folder)
                subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)
                ballast.unlink()
            else:
                verdict.exit_code = _run(COMMANDS[kind], folder, room=room)
            verdict.disturbances = int(verdict.exit_code != 0)
            _check(verdict, kind, folder)
        yield verdict


@contextmanager
def _small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Mount a file system of its own at a folder inside the block; yield whether that is allowed."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    is_mounted = shutil.which("mount") is not None and not subprocess.run(words, capture_output=True).returncode
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", str(folder)], check=True)
