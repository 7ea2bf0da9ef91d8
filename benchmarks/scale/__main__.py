"""Prints CPU, memory and bytes of each step for databases of several sizes, and how they grow.

    python -m benchmarks.scale                 # 10, 100 and 300 projects
    python -m benchmarks.scale 10 100 1000     # about 2.6 MB of disk for each project, in the system's temporary folder

A slope is that of the line through (log projects, log CPU): 1 is linear.
"""

import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

# Each step runs in a process of its own, which prints seconds of CPU, also of its own processes, and the MiB of the
# largest. Linux lets a process inherit the peak of the one that starts it, so the facts are made in one of their own.
# pandas, which the environment of the tests has, is hidden: sqlite-utils and pyarrow import it where they find it.
WRITE = """
import sys
from pathlib import Path
from benchmarks.scale import facts
facts.write(Path(sys.argv[1]), int(sys.argv[2]))
"""
RUN = """
import resource, sys
from pathlib import Path
class WithoutPandas:
    def find_spec(self, name, *more):
        if name == "pandas":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, WithoutPandas())
from benchmarks.scale.steps import STEPS
STEPS[sys.argv[1]](Path(sys.argv[2]))
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(sum(u.ru_utime + u.ru_stime for u in used), max(u.ru_maxrss for u in used) / 1024)
"""
NAMES = (
    "start", "derive", "signals", "idle night", "history", "report", "json", "html", "site", "export", "lake",
    "lake again",
)  # fmt: skip


def measured(step: str, path: Path) -> tuple[float, float]:
    """Run a step on a database. Returns seconds of CPU and peak MiB."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, step, str(path)], env=os.environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    cpu, peak = done.stdout.splitlines()[-1].split()
    return float(cpu), float(peak)


def size(output: Path) -> int:
    """Return the bytes of a file, or of all in a folder; 0 if there is none."""
    return sum(path.stat().st_size for path in (output, *output.rglob("*")) if path.is_file())


def slope(sizes: Sequence[int], figures: Sequence[float]) -> float:
    """Return the slope of the least-squares line through the logarithms."""
    xs, ys = [math.log(n) for n in sizes], [math.log(max(f, 0.001)) for f in figures]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def main() -> None:
    """Print the figures."""
    sizes = [int(arg) for arg in sys.argv[1:]] or [10, 100, 300]
    cpu: dict[str, list[float]] = {name: [] for name in NAMES}
    for projects in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "signals.db"
            subprocess.run([sys.executable, "-c", WRITE, str(path), str(projects)], env=os.environ, check=True)
            print(f"{projects} projects, {path.stat().st_size / 1e6:.0f} MB", flush=True)
            for name in NAMES:
                seconds, peak = measured(name, path)
                start = cpu["start"][-1] if name != "start" else 0
                cpu[name].append(max(seconds - start, 0.0))
                each = cpu[name][-1] / projects
                line = f"  {name:10} {cpu[name][-1]:8.2f} s of CPU, {each:.4f} a project, {peak:4.0f} MiB"
                wrote = size(path.with_name(name))
                print(f"{line}, {wrote / 1e6:.2f} MB written" if wrote else line, flush=True)
    if len(sizes) > 1:
        print("slopes: " + ", ".join(f"{name} {slope(sizes, cpu[name]):.2f}" for name in NAMES[1:]))


if __name__ == "__main__":
    main()
