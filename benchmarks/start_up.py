"""Start-up: `collect --help`, and `collect report` on a database with ten projects and two years of weekly signals."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from collector.method.registry import SIGNALS
from collector.store import database

RUNS = 9


def timed(arguments: list[str], env: dict[str, str], runs: int = RUNS) -> float:
    """The median of several runs, in milliseconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "collector", *arguments], env=env, capture_output=True, check=False
        )
        times.append((time.perf_counter() - began) * 1000)
        if done.returncode:
            raise SystemExit(done.stderr.decode())
    return statistics.median(times)


def large(path: Path) -> None:
    """A database with the signals of ten projects over 104 weeks."""
    db = database.open_database(path)
    last = date(2026, 1, 5)
    database.set_meta(db, {"start": "2022-01-01T00:00:00Z", "synthetic": 0})
    for p in range(10):
        db.execute("INSERT INTO projects (slug, name, category) VALUES (?, ?, ?)", [f"p{p}", f"Project {p}", "c"])
        for week in range(104):
            db.executemany(
                "INSERT INTO signals (project, signal, as_of, window_days, status, value, low, high, unit, n, score, "
                "score_low, score_high, naive, companions, excluded, method_version, config_hash) "
                "VALUES (?, ?, ?, 364, 'ok', 1, 0, 2, ?, 52, 0.5, 0.4, 0.6, '{}', '{}', '{}', '1', 'x')",
                [(f"p{p}", s.key, (last - timedelta(weeks=week)).isoformat(), s.unit) for s in SIGNALS],
            )


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signals.db"
        large(path)
        env = {**os.environ, "COLLECT_DB": str(path)}
        bare = timed(["--version"], env)
        print(f"collect --version: {bare:.0f} ms")
        print(f"collect --help:    {timed(['--help'], env):.0f} ms")
        print(f"collect report:    {timed(['report'], env):.0f} ms")


if __name__ == "__main__":
    main()
