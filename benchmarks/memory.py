"""Peak memory of a first sync as the repository grows tenfold: of fetching and storing, and with the signals."""

import tempfile
from pathlib import Path

from benchmarks.loopback import NOW, Size
from benchmarks.measured import serve

SIZES = (Size(2000, 400, 0, 0), Size(20000, 4000, 0, 0))


def main() -> None:
    """Print the figures."""
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder, serve(size, Path(folder)) as served:
            took = served.sync(NOW)
        print(f"{size.commits:>6} commits, {size.issues:>5} issues: fetching {took.fetching:.0f} MiB, ", end="")
        print(f"with the signals {took.peak:.0f} MiB, {took.seconds:.1f} s")


if __name__ == "__main__":
    main()
