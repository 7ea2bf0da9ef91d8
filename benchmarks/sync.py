"""What a sync takes, beside the least that it could: a first one, a night on which nothing happened, an active one.

python -m benchmarks.sync [MILLISECONDS]: how long each answer takes at least.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.loopback import NOW, Size
from benchmarks.measured import Figures, serve

TABLE = Size(2153, 400, 600, 23)
SIZES = (
    Size(200, 40, 60, 5),
    TABLE,
    Size(10000, 2000, 3000, 100),
    TABLE._replace(repositories=4),
    Size(3, 0, 0, 0, 60),
)
# Pages as large as GitHub allows: why they are not asked for.
LARGEST = 100


def show(name: str, took: Figures, least: int) -> None:
    """One line: the least is that many pages, and the question what changed."""
    print(
        f"  {name:<12}{took.requests:>9}{least:>7}{took.requests / least:>7.2f}{took.points:>8}{took.answering:>11.1f}"
        f"{took.timeouts:>10}{took.bytes / 1e6:>8.2f}{took.seconds:>9.1f}{took.cpu:>7.1f}{took.peak:>6.0f}"
    )


def main() -> None:
    """Print the figures."""
    milliseconds = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    print(f"{'':<14}requests  least  ratio  points  answering  timeouts      MB  seconds    CPU   MiB")
    for size in SIZES:
        print(size)
        with tempfile.TemporaryDirectory() as folder, serve(size, Path(folder), milliseconds) as served:
            asked = -(-size.repositories // 20)
            show("first", served.sync(NOW), asked + served.control("pages")["pages"])
            for name in ("idle", "active"):
                night = served.control("night")
                show(name, served.sync(night["now"]), asked + night["pages"])
        if size == TABLE:
            with tempfile.TemporaryDirectory() as folder, serve(size, Path(folder), milliseconds) as served:
                show("pages of 100", served.sync(NOW, LARGEST), 1 + served.control("pages")["pages"])


if __name__ == "__main__":
    main()
