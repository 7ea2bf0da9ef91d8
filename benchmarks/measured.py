"""Runs `collect sync` against a pretend GitHub in a process of its own, and measures it."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.loopback import Size, names

CONFIG = """
[[project]]
slug = "acme"
name = "Acme"
category = "benchmark"
"""
PATHS = """
docs_paths = ["docs/**"]
rule_paths = ["fees/**"]
"""
REPOSITORY = """
[[project.repo]]
repo = "{}"
role = "core"
"""
# The command line as it is, on the world's day; the highest resident size that the kernel saw before the signals of the
# day are computed, and at the end, goes to the standard error stream.
RUN = """
import resource, sys
from datetime import datetime
from collector import clock
from collector.cli import main
from collector.github import page_size
from collector.method import compute as method
first = int(sys.argv.pop(2))
if first:  # all lists in pages of that size, from the start
    page_size.SIZES.update({kind: page_size.Sizes(first, first) for kind in page_size.SIZES if kind != "repositories"})
now, compute = datetime.fromisoformat(sys.argv.pop(1)), method.compute
clock.utc_now = lambda: now
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def watched(*arguments):
    print("fetched", peak(), file=sys.stderr)
    compute(*arguments)
method.compute = watched
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print("computed", peak(), file=sys.stderr)
    print("cpu", used.ru_utime + used.ru_stime, file=sys.stderr)
"""


@dataclass(frozen=True)
class Figures:
    """What a sync took."""

    requests: int
    points: int
    bytes: int
    seconds: float
    cpu: float
    answering: float  # seconds that GitHub would have worked on the questions, by the model of the pretend one
    timeouts: int
    fetching: float  # MiB at most before the signals are computed
    peak: float  # MiB at most


@dataclass(frozen=True)
class Served:
    """A pretend GitHub that is running, and where `collect` is to keep what it gets from it."""

    address: str
    folder: Path
    size: Size

    def control(self, name: str) -> dict[str, Any]:
        """Ask the pretend GitHub itself: `pages`, `night`, `weight` or `kinds`, see loopback.py."""
        with urllib.request.urlopen(f"{self.address}/pretend/{name}") as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def sync(self, now: str, first: int = 0) -> Figures:
        """A sync into the one database; with `first`, all lists are asked for in pages of that size."""
        config = self.folder / "repos.toml"
        tracked = "".join(REPOSITORY.format(name) for name in names(self.size))
        config.write_text(CONFIG + (PATHS if self.size.rule_changes else "") + tracked, encoding="utf-8")
        env = {
            **os.environ,
            "GITHUB_TOKEN": "benchmark",
            "GITHUB_API_URL": self.address,
            "COLLECT_CONFIG": str(config),
            "COLLECT_DB": str(self.folder / "signals.db"),
        }
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", RUN, now, str(first), "sync", "--json"],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - began
        if done.returncode:
            raise SystemExit(done.stderr)
        words = [line.split() for line in done.stderr.splitlines()]
        said = {w[0]: float(w[1]) for w in words if len(w) == 2 and w[0] in ("fetched", "computed", "cpu")}
        total, weight = json.loads(done.stdout)["total"], self.control("weight")
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return Figures(
            total["requests"],
            total["points"],
            total["bytes"],
            seconds,
            said["cpu"],
            weight["seconds"],
            weight["timeouts"],
            said["fetched"] / unit,
            said["computed"] / unit,
        )


@contextmanager
def serve(size: Size, folder: Path, milliseconds: int = 0) -> Iterator[Served]:
    """A pretend GitHub with repositories of that size, of which each answer takes so long at least."""
    arguments = [str(n) for n in (*size, milliseconds)]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.loopback", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
    )
    try:
        assert process.stdout is not None
        yield Served(f"http://127.0.0.1:{process.stdout.readline().strip()}", folder, size)
    finally:
        process.terminate()
        process.wait()
