"""What the signals of a date take, in seconds of CPU: the tables of evidence that they share, then each by itself.

python -m benchmarks.signals DATABASE [DATE]: nothing is written to the database, which must be derived as
`collect sync` and `collect signals` leave it. Without an argument it is the large database of report.py.
"""

import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import date
from itertools import pairwise
from pathlib import Path

from benchmarks import report
from collector.config import Config
from collector.method import completeness, evidence, preconditions
from collector.method.definition import Context
from collector.method.naive import Dashboard
from collector.method.projects import projects
from collector.method.registry import BY_KEY
from collector.method.window import Window
from collector.store import database


def show(db: sqlite3.Connection, as_of: date) -> None:
    """Print a line for each signal: reading its evidence, the naive figure beside it, and its own computation."""
    config, window = Config(), Window(as_of)
    began = time.process_time()
    evidence.materialise(db, as_of)
    shared = time.process_time() - began
    tracked, dashboard = projects(db, config), Dashboard(db, window)
    missing = completeness.missing(db, config, window, [project.slug for project in tracked])
    print(f"{'':<26}evidence  naive  signal    rows\n{'shared by all':<26}{shared:>8.2f}")
    for key, definition in BY_KEY.items():
        times = [time.process_time()]
        rows = evidence.rows(db, key)
        times.append(time.process_time())
        naive = {project.slug: definition.naive(dashboard, project.slug) for project in tracked}
        times.append(time.process_time())
        for project in tracked:
            found, lacks = rows.get(project.slug, []), missing.get(project.slug, {})
            context = Context(definition, project, window, found, naive[project.slug], lacks)
            if preconditions.obstacle(context) is None:
                definition.compute(context)
        times.append(time.process_time())
        read, beside, computed = (after - before for before, after in pairwise(times))
        print(f"{key:<26}{read:>8.2f}{beside:>7.2f}{computed:>8.2f}{sum(map(len, rows.values())):>8,}")


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "signals.db"
        if len(sys.argv) < 2:
            report.made(path)
        as_of = date.fromisoformat(sys.argv[2]) if len(sys.argv) > 2 else report.LAST
        with closing(database.connect(path, "ro")) as db:
            show(db, as_of)


if __name__ == "__main__":
    main()
