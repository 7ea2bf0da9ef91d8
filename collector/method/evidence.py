"""Which rows count, and why the others do not: one SQL file per view, the same text for every date.

The views read their date from the one-row table `as_of`. Those in the database speak of the latest date; for another,
the same files make temporary views over a temporary `as_of`.
"""

import sqlite3
from datetime import date
from functools import cache
from importlib.resources import files

from collector import clock
from collector.method.window import Window

_HERE = files(__package__) / "views"


@cache
def definitions() -> tuple[tuple[str, str], ...]:
    """(name, text) of every view, in the order in which they build on each other."""
    out = []
    for path in sorted(_HERE.iterdir(), key=lambda p: p.name):
        if path.name.endswith(".sql"):
            text = path.read_text(encoding="utf-8")
            out.append((text.split("CREATE VIEW ", 1)[1].split()[0], text))
    return tuple(out)


def use(db: sqlite3.Connection, as_of: date, temporary: bool) -> None:
    """Make the views speak of `as_of`: those of the database itself, or temporary ones that hide them."""
    kind = "TEMP " if temporary else ""
    place = "temp." if temporary else "main."
    if temporary:
        _temporary_date(db, as_of)
    else:
        drop_temporary(db)
        db.execute("DELETE FROM main.as_of")
        db.execute("INSERT INTO main.as_of VALUES (?, ?, ?)", _moments(as_of))
    for name, text in definitions():
        stored = db.execute(
            f"SELECT sql FROM {'sqlite_temp_master' if temporary else 'main.sqlite_master'} WHERE name = ?", [name]
        ).fetchone()
        # What SQLite keeps of a view begins at CREATE VIEW; a view that changed is made anew.
        wanted = text[text.index("CREATE VIEW ") :].rstrip().rstrip(";")
        if stored and stored[0] == wanted:
            continue
        db.execute(f"DROP VIEW IF EXISTS {place}{name}")
        db.execute(wanted.replace("CREATE VIEW ", f"CREATE {kind}VIEW ", 1))


def work_out(db: sqlite3.Connection, as_of: date) -> None:
    """Like `use` with temporary views, for reading all of them: what the evidence views build on is worked out once.

    It stands in temporary tables; `drop_temporary` takes them away.
    """
    drop_temporary(db)
    _temporary_date(db, as_of)
    for name, text in definitions():
        wanted = text[text.index("CREATE VIEW ") :]
        kind = "VIEW" if name.startswith("evidence_") else "TABLE"
        db.execute(wanted.replace("CREATE VIEW ", f"CREATE TEMP {kind} ", 1))


def drop_temporary(db: sqlite3.Connection) -> None:
    """Let the database's own views be seen again."""
    for name, kind in db.execute(
        "SELECT name, type FROM sqlite_temp_master WHERE type IN ('table', 'view')"
    ).fetchall():
        if name == "as_of" or any(name == known for known, _ in definitions()):
            db.execute(f"DROP {kind} IF EXISTS temp.{name}")


def _temporary_date(db: sqlite3.Connection, as_of: date) -> None:
    db.execute("CREATE TEMP TABLE IF NOT EXISTS as_of (as_of TEXT, window_start TEXT, window_end TEXT)")
    db.execute("DELETE FROM temp.as_of")
    db.execute("INSERT INTO temp.as_of VALUES (?, ?, ?)", _moments(as_of))


def _moments(as_of: date) -> list[str]:
    window = Window(as_of)
    return [clock.to_text(window.as_of_moment), clock.to_text(window.start), clock.to_text(window.end)]
