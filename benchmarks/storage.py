"""Bytes per commit and per repository of each table with its indexes, in a database after VACUUM.

With databases as arguments it is those, which are not changed; otherwise it is one synced from a pretend GitHub. The
sizes are SQLite's own (https://www.sqlite.org/dbstat.html); where Python's SQLite lacks dbstat, only the totals are
printed.
"""

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks.loopback import NOW, Size
from benchmarks.measured import serve
from collector.store import database

MADE = Size(2_000, 300, 600, 24, 2)
LEAST = 0.002  # smaller shares are summed up


def compacted(source: Path, folder: Path) -> Path:
    """A copy of the database without free pages."""
    target = folder / "compacted.db"
    with closing(database.connect(source, "ro")) as db:
        db.execute("VACUUM INTO ?", [str(target)])
    return target


def sizes(db: sqlite3.Connection) -> list[tuple[str, str, int, int]]:
    """(table, what of it, bytes, rows) of each table and index, the largest table first. Empty without dbstat.

    Tables of a full-text index count as an index of the table whose texts they hold.
    """
    try:
        stored = dict(db.execute("SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE").fetchall())
    except sqlite3.OperationalError:
        return []
    found = []
    for name, of in db.execute("SELECT name, tbl_name FROM sqlite_master WHERE name IN (SELECT name FROM dbstat)"):
        table, _, text = of.partition("_fts")
        rows = 0 if name != table else db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
        found.append((table, "rows" if name == table else "full text" if text else name, stored[name], rows))
    found.append(("sqlite_schema", "rows", stored["sqlite_schema"], 0))
    whole: dict[str, int] = {}
    for table, _, size, _ in found:
        whole[table] = whole.get(table, 0) + size
    return sorted(found, key=lambda one: (-whole[one[0]], one[0], one[1] != "rows", -one[2]))


def show(path: Path) -> None:
    """Print the figures of a compacted database."""
    with closing(database.connect(path, "ro")) as db:
        commits = max(1, db.execute("SELECT count(*) FROM commits").fetchone()[0])
        repositories = max(1, db.execute("SELECT count(*) FROM repositories").fetchone()[0])
        total, parts = path.stat().st_size, sizes(db)
    print(f"{commits:,} commits in {repositories:,} repositories: {total / 1e6:,.1f} MB")
    print(f"{'':<64}{'bytes/commit':>14}{'KB/repository':>15}{'bytes/row':>11}")

    def line(name: str, size: int, rows: int = 0) -> None:
        a_row = f"{size / rows:>11,.0f}" if rows else ""
        print(f"{name:<64}{size / commits:>14,.1f}{size / repositories / 1e3:>15,.1f}{a_row}")

    line("all", total)
    few = 0
    for table, what, size, rows in parts:
        if size < LEAST * total:
            few += size
        else:
            line(table if what == "rows" else f"    {table}: {what}", size, rows)
    if parts:
        line("all others", few)


def main() -> None:
    """Print the figures of the databases, or of one made here."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sources = [Path(name) for name in sys.argv[1:]]
        if not sources:
            with serve(MADE, folder) as served:
                served.sync(NOW)
            sources = [folder / "signals.db"]
        for number, source in enumerate(sources):
            (folder / str(number)).mkdir()
            show(compacted(source, folder / str(number)))


if __name__ == "__main__":
    main()
