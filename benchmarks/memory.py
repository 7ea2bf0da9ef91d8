"""Peak memory of a first sync as the repository grows tenfold.

Fetching and storing must not grow with it. Working out the landings holds one project's history, so it may; both are
shown.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (2000, 20000)
CONFIG = """
[[project]]
slug = "acme"
name = "Acme"
category = "benchmark"
[[project.repo]]
repo = "acme/engine"
role = "core"
"""
# The highest resident size that the kernel saw: before the signals of the day are computed, and at the end.
RUN = """
import resource, sys
from collector import assess
from collector.cli import main
compute = assess.compute
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def watched(*arguments):
    print("fetched", peak(), file=sys.stderr)
    compute(*arguments)
assess.compute = watched
try:
    main()
finally:
    print("computed", peak(), file=sys.stderr)
"""


def peak(commits: int) -> tuple[float, float, float]:
    """(MiB of fetching, MiB in all, seconds) of a first sync of a repository with that many commits."""
    server = subprocess.Popen(
        [sys.executable, "benchmarks/loopback.py", str(commits)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "repos.toml"
            config.write_text(CONFIG, encoding="utf-8")
            env = {
                **os.environ,
                "GITHUB_TOKEN": "benchmark",
                "GITHUB_API_URL": f"http://127.0.0.1:{port}",
                "COLLECT_CONFIG": str(config),
                "COLLECT_DB": str(Path(folder) / "signals.db"),
            }
            began = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-c", RUN, "sync"], env=env, capture_output=True, text=True, check=False
            )
            seconds = time.monotonic() - began
        if done.returncode:
            raise SystemExit(done.stderr)
        said = dict(line.split() for line in done.stderr.splitlines() if line.startswith(("fetched", "computed")))
        return int(said["fetched"]) / 1024, int(said["computed"]) / 1024, seconds
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Print the figures."""
    for commits in SIZES:
        fetching, whole, seconds = peak(commits)
        size = f"{commits:>6} commits, {commits // 5:>5} issues"
        print(f"{size}: fetching {fetching:.0f} MiB, with the signals {whole:.0f} MiB, {seconds:.1f} s")


if __name__ == "__main__":
    main()
