"""Kill a command in its first second, or let its disk fill up, and check that the next run goes on.

    python -m tests.torture.kills --kills 400 --disks 40 --seed 1

Each trial runs in a child process: it creates a database, migrates that of the first release, syncs a small world or
makes the demo's database. It is killed with SIGKILL at a random moment, or meets a disk with room for so many bytes (a
small tmpfs where mounting is allowed, else a limit on the size of a file). Then it is run undisturbed, and compared.
"""

import argparse
import gzip
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

from collector.demo import run as demo
from collector.demo import stories
from collector.emulator.world import World
from collector.errors import CollectError
from collector.store import database, hash_key
from tests.lab import Lab

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
# Longer than any trial takes, and how much of an undisturbed run's time a kill may wait, since a trial's time varies.
PATIENCE_SECONDS, STRETCH = 60, 1.2
SMALLEST_DISK, LARGEST_DISK = 1, 8  # MB


@dataclass
class Tally:
    """What was tried, and what went wrong."""

    tried: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)  # killed before the end, or refused by the disk
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """A line for each kind of trial, and each thing that went wrong."""
        lines = [f"{kind}: {count} tried, {self.struck[kind]} before the end" for kind, count in self.tried.items()]
        return "\n".join([*lines, f"{len(self.wrong)} went wrong", *self.wrong])


def _open(folder: Path) -> None:
    database.open_database(folder / "signals.db").close()


def _migrate(folder: Path) -> None:
    path = folder / "signals.db"
    if not path.exists():
        path.write_bytes(gzip.decompress(RELEASED.read_bytes()))
    database.open_database(path, create=False).close()


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
            except BaseException:
                traceback.print_exc()
        os._exit(code)

    def end(*_: object) -> None:
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


def _check(tally: Tally, what: str, kind: str, folder: Path, code: int, true: dict[str, object]) -> None:
    """Run the command again, undisturbed, and note what is wrong."""
    said = (folder / "said").read_text() if (folder / "said").exists() else ""
    if code not in (0, 7, -signal.SIGKILL):
        tally.wrong.append(f"{what}: exit {code}: {said[-400:]}")
    again = _run(COMMANDS[kind], folder)
    said = (folder / "said").read_text()
    if again:
        tally.wrong.append(f"{what}: the next run ended with {again}: {said[-400:]}")
        return
    found = _contents(folder / "signals.db")
    tally.wrong += [f"{what}: {name} differs" for name in true if found[name] != true[name]]
    tally.wrong += [f"{what}: {left}" for left in _left(folder)]


def _undisturbed(kind: str, folder: Path) -> tuple[dict[str, object], float, int]:
    """Run a command alone; return what it made, its time in seconds, and the size of its largest file in bytes."""
    began = time.monotonic()
    code = _run(COMMANDS[kind], folder)
    took = time.monotonic() - began
    assert code == 0, (folder / "said").read_text()
    true = _contents(folder / "signals.db")
    return true, took, max(p.stat().st_size for p in folder.iterdir())


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        yield Path(folder)


def kill(tally: Tally, kind: str, count: int, rng: random.Random) -> None:
    """Kill a command `count` times, at moments spread over its run and at most a second after its begin."""
    with _folder() as alone:
        true, took, _ = _undisturbed(kind, alone)
    for _ in range(count):
        after = max(0.0005, rng.uniform(0, min(1.0, took * STRETCH)))
        with _folder() as folder:
            code = _run(COMMANDS[kind], folder, after)
            tally.tried[f"kill {kind}"] += 1
            tally.struck[f"kill {kind}"] += code == -signal.SIGKILL
            _check(tally, f"kill {kind} after {after:.4f} s", kind, folder, code, true)


def fill(tally: Tally, kind: str, count: int) -> None:
    """Run a command with `count` limits on the size of a file, from nothing to more than it needs."""
    with _folder() as alone:
        true, _, size = _undisturbed(kind, alone)
    for step in range(count):
        room = step * (size + 100_000) // count
        with _folder() as folder:
            if kind == "migrate":
                (folder / "signals.db").write_bytes(gzip.decompress(RELEASED.read_bytes()))
            code = _run(COMMANDS[kind], folder, room=room)
            tally.tried[f"limit {kind}"] += 1
            tally.struck[f"limit {kind}"] += code != 0
            _check(tally, f"limit {kind} at {room} bytes", kind, folder, code, true)


def fill_disks(tally: Tally, kind: str) -> None:
    """Run a command on disks of 1 to 8 MB that are filled but for some pages; skipped where mounting is not allowed."""
    with _folder() as alone:
        true, _, size = _undisturbed(kind, alone)
    for megabytes in range(SMALLEST_DISK, LARGEST_DISK + 1):
        with _folder() as folder:
            words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
            if subprocess.run(words, capture_output=True, check=False).returncode:
                return
            try:
                if kind == "migrate":
                    (folder / "signals.db").write_bytes(gzip.decompress(RELEASED.read_bytes()))
                free = shutil.disk_usage(folder).free
                wanted = size * megabytes // LARGEST_DISK
                ballast = folder / "ballast"
                ballast.write_bytes(bytes(max(0, free - wanted)))
                code = _run(COMMANDS[kind], folder)
                tally.tried[f"disk {kind}"] += 1
                tally.struck[f"disk {kind}"] += code != 0
                subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)
                ballast.unlink()
                _check(tally, f"disk {kind} of {megabytes} MB, {wanted} bytes free", kind, folder, code, true)
            finally:
                subprocess.run(["umount", str(folder)], check=True)


def main() -> None:
    """Run the trials of the arguments and print their counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=400)
    parser.add_argument("--disks", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng, tally = random.Random(asked.seed), Tally()
    share = partial(divmod, asked.kills)
    for number, kind in enumerate(COMMANDS):
        whole, rest = share(len(COMMANDS))
        kill(tally, kind, whole + (number < rest), rng)
    for kind in ("open", "migrate", "sync"):
        fill(tally, kind, -(-asked.disks // 3))
        fill_disks(tally, kind)
    sys.stdout.write(f"{tally}\n")
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()
