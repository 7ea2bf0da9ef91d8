"""Peak memory of a first sync as the repository grows tenfold: it must not grow with it."""

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
# The peak of a process, printed by itself when it ends: the highest resident size that the kernel saw.
RUN = """
import resource, sys
from collector.cli import main
try:
    main()
finally:
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def peak(commits: int) -> tuple[float, float]:
    """(MiB, seconds) of a first sync of a repository with that many commits."""
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
        if "peak" not in done.stderr or done.returncode:
            raise SystemExit(done.stderr)
        return int(done.stderr.rsplit("peak", 1)[1]) / 1024, seconds
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Print the figures."""
    for commits in SIZES:
        mebibytes, seconds = peak(commits)
        print(f"{commits:>6} commits, {commits // 5:>5} issues: peak {mebibytes:.0f} MiB, {seconds:.1f} s")


if __name__ == "__main__":
    main()
