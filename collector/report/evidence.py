"""The rows behind a number: what counted, and what was left out and why."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from collector import clock
from collector.errors import UsageError
from collector.method.registry import BY_KEY
from collector.method.window import Window
from collector.report.as_of_date import is_synthetic
from collector.report.model import SignalRow, named, project_named, signals_of

Row = dict[str, object]

# Columns whose numbers are accounts.
ACCOUNTS = frozenset({"author", "bucket", "person"})
# Columns that the link, the mark or what stands around the rows says to a reader.
SAID_BY_THE_LINK = frozenset({"project", "repository", "counted", "reason", "url", "number", "tag_name"})


@dataclass(frozen=True)
class Evidence:
    """All rows looked at for a signal of a project as of a date: those that count first, each part newest first.

    `signal_row` is the number itself, if it is computed; `logins` are the names of the accounts in the rows.
    """

    project: str
    name: str
    signal: str
    as_of: str
    synthetic: bool
    signal_row: SignalRow | None
    rows: list[Row]
    logins: dict[int, str]

    @property
    def counted(self) -> int:
        """How many rows count."""
        return sum(bool(row["counted"]) for row in self.rows)

    @property
    def excluded(self) -> dict[str, int]:
        """How many rows were left out for each reason, most first."""
        return dict(Counter(str(row["reason"]) for row in self.rows if not row["counted"]).most_common())


def rows(db: sqlite3.Connection, project: str, signal: str, as_of: date) -> Evidence:
    """The evidence of a signal. Raises UsageError for a project or signal that is not there, with the nearest one."""
    names = dict(db.execute("SELECT slug, name FROM projects").fetchall())
    slug = project_named(project, names)
    key = named(signal, list(BY_KEY), "signal")
    speak_of(db, as_of)
    if not has_rows(db, key):
        raise UsageError(f"This version does not compute {key} yet, so there are no rows behind it.")
    found = by_project(db, key, slug).get(slug, [])
    own = next((s for s in signals_of(db, as_of).get(slug, []) if s.signal == key), None)
    return Evidence(slug, names[slug], key, as_of.isoformat(), is_synthetic(db), own, found, _logins(db, found))


def speak_of(db: sqlite3.Connection, as_of: date) -> None:
    """Make the evidence views speak of a date; where the database's own speak of another, temporary ones do."""
    from collector.method.evidence import use_temporary_views

    latest = db.execute("SELECT as_of FROM as_of").fetchone()
    if latest is None or latest[0] != clock.to_text(clock.midnight(as_of)):
        use_temporary_views(db, as_of)


def releases(db: sqlite3.Connection, begin: date, as_of: date) -> list[Row]:
    """The rows of `counted_releases` published from `begin` until before `as_of`, oldest first.

    The view holds a window of a year, so longer times are read a window at a time: what was published before the
    window of a date is as the earlier window, which ends there, has it.
    """
    found: list[Row] = []
    day = as_of
    while day > begin:
        speak_of(db, day)
        cursor = db.execute(
            "SELECT * FROM counted_releases WHERE published_at >= ?", [clock.to_text(clock.midnight(begin))]
        )
        columns = [column[0] for column in cursor.description]
        found += (dict(zip(columns, row, strict=True)) for row in cursor)
        day = Window(day).start.date()
    speak_of(db, as_of)
    return sorted(found, key=lambda row: (str(row["published_at"]), str(row["url"])))


def has_rows(db: sqlite3.Connection, signal: str) -> bool:
    """Whether this version has an evidence view for a signal."""
    sql = "SELECT 1 FROM sqlite_master WHERE name = ?1 UNION SELECT 1 FROM sqlite_temp_master WHERE name = ?1"
    return db.execute(sql, [f"evidence_{signal}"]).fetchone() is not None


def by_project(db: sqlite3.Connection, signal: str, slug: str | None = None) -> dict[str, list[Row]]:
    """The rows of a signal at the views' date, by project: what counts first, and of each part the newest."""
    where, wanted = ("", []) if slug is None else (" WHERE project = ?", [slug])
    cursor = db.execute(f"SELECT * FROM evidence_{signal}{where}", wanted)
    columns = [column[0] for column in cursor.description]
    when = next((c for c in columns if c in ("at", "day") or c.endswith("_at")), "url")
    out: dict[str, list[Row]] = {}
    for row in cursor:
        found = dict(zip(columns, row, strict=True))
        out.setdefault(str(found["project"]), []).append(found)
    for found_rows in out.values():
        found_rows.sort(key=lambda row: (bool(row["counted"]), str(row[when] or ""), str(row["url"])), reverse=True)
    return out


def heading(column: str, columns: Collection[str]) -> str:
    """A column's name for a reader: "answered_at" is "answered", unless there is a column of that name, too."""
    short = column.removesuffix("_at")
    name = column if short in columns and short != column else short
    return "person" if name == "bucket" else name.replace("_", " ")


def is_yes_or_no(column: str, value: object) -> bool:
    """Whether the 0 or 1 of a column stands for no or yes."""
    return isinstance(value, int) and column.endswith(("ed", "_back"))


def _logins(db: sqlite3.Connection, found: list[Row]) -> dict[int, str]:
    values = {str(row[column]) for row in found for column in ACCOUNTS & row.keys()}
    wanted = [int(value) for value in values if value.isdigit()]
    sql = "SELECT id, login FROM accounts WHERE id IN (SELECT value FROM json_each(?))"
    return dict(db.execute(sql, [json.dumps(wanted)]).fetchall())


def to_json(evidence: Evidence, limit: int) -> str:
    """For a program; `limit` rows at most, 0 for all."""
    from dataclasses import asdict

    shown = {
        "project": evidence.project,
        "signal": evidence.signal,
        "as_of": evidence.as_of,
        "synthetic": evidence.synthetic,
        "result": asdict(evidence.signal_row) if evidence.signal_row else None,
        "counted": evidence.counted,
        "excluded": evidence.excluded,
        "rows": evidence.rows[: limit or None],
    }
    return json.dumps(shown, indent=2)
