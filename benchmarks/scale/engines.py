"""Prints what each engine takes to compute the signals of the same shards, its start-up apart.

    python -m benchmarks.scale.engines          # 40 projects in four shards
    python -m benchmarks.scale.engines 200

Start-up is what the engine takes for shards with which nothing is done. Dask is measured where it is installed.
"""

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from benchmarks.scale import facts, steps
from collector import clock
from collector.shards import engines, splitting
from collector.shards.computing import Computation

SHARDS = 4
RUN = """
import resource, sys
from pathlib import Path
from benchmarks.scale.engines import run
run(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(sum(u.ru_utime + u.ru_stime for u in used))
"""


def nothing(path: Path) -> None:
    """Do nothing with a shard."""


def run(engine: str, what: str, folder: Path) -> None:
    """Run an engine on the shards in `folder`; `what` is "start-up" or "signals". "one process" is no engine."""
    with steps.opened(folder / "signals.db") as (_, config):
        work = Computation(config, [facts.LAST]) if what == "signals" else nothing
    shards = sorted((folder / "shards").glob("*.db"))
    if engine == "one process":
        for path in shards:
            work(path)
        return
    engines.run(cast(engines.Engine, engine), None, work, shards, lambda path, result: None)


def measured(engine: str, what: str, folder: Path) -> float:
    """Return the seconds of CPU, also of the engine's own processes."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, engine, what, str(folder)],
        env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    return float(done.stdout.splitlines()[-1])


def main() -> None:
    """Print the figures."""
    projects = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        facts.write(folder / "signals.db", projects)
        steps.derive(folder / "signals.db")
        splitting.split(folder / "signals.db", folder / "shards", SHARDS, clock.utc_now(), lambda *_: None)
        print(f"{projects} projects in {SHARDS} shards, seconds of CPU", flush=True)
        for engine in ("one process", "processes", *(["dask"] if find_spec("distributed") else [])):
            start, all_of_it = (measured(engine, what, folder) for what in ("start-up", "signals"))
            print(f"  {engine:12} start-up {start:5.1f}, signals {all_of_it - start:6.1f}", flush=True)


if __name__ == "__main__":
    main()
