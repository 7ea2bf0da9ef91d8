"""The rows behind a signal: those counted, and those excluded with the reason."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from collector import clock
from collector.errors import UsageError
from collector.method.evidence import materialise
from collector.method.evidence import rows as candidates
from collector.method.evidence import set_date as set_date
from collector.method.registry import BY_KEY
from collector.method.window import Window
from collector.report.model import SignalRow
from collector.report.reading import named, project_named, signals_of
from collector.store.synthetic import is_synthetic

Row = dict[str, object]

# Columns that hold account ids.
ACCOUNTS = frozenset({"author", "bucket", "person"})
# The signals about paths -> which of the declared patterns they look at.
PATHS = {"docs_months": "docs", "rule_change_notice": "rules"}
# Columns not shown, because the link, the "counted" column or the surrounding text has the same information.
SAID_BY_THE_LINK = frozenset({"project", "repository", "counted", "reason", "url", "number", "tag_name"})


@dataclass(frozen=True)
class Evidence:
    """All rows of a signal of a project as of a date: counted ones first, each part newest first.

    `signal_row` is the signal itself, if computed; `logins` maps the account ids in the rows to logins. `paths` are the
    declared patterns of a signal about paths, with what was found by each.
    """

    project: str
    name: str
    signal: str
    as_of: str
    synthetic: bool
    signal_row: SignalRow | None
    rows: list[Row]
    logins: dict[int, str]
    paths: list[Row]

    @property
    def counted(self) -> int:
        """The number of rows that count."""
        return sum(bool(row["counted"]) for row in self.rows)

    @property
    def excluded(self) -> dict[str, int]:
        """The number of excluded rows by reason, largest first."""
        return dict(Counter(str(row["reason"]) for row in self.rows if not row["counted"]).most_common())


def rows(db: sqlite3.Connection, project: str, signal: str, as_of: date) -> Evidence:
    """Return the evidence of a signal. Raises UsageError, with a suggestion, for an unknown project or signal."""
    names = dict(db.execute("SELECT slug, name FROM projects").fetchall())
    slug = project_named(project, names)
    key = named(signal, list(BY_KEY), "signal")
    materialise(db, as_of, [slug], [key])
    if not has_rows(db, key):
        raise UsageError(f"This database has no rows of {key} yet.", "Run `collect signals` first.")
    found = by_project(db, key).get(slug, [])
    own = next((s for s in signals_of(db, as_of).get(slug, []) if s.signal == key), None)
    paths = declared_paths(db, slug, PATHS[key]) if key in PATHS else []
    return Evidence(slug, names[slug], key, as_of.isoformat(), is_synthetic(db), own, found, _logins(db, found), paths)


def declared_paths(db: sqlite3.Connection, slug: str, kind: str) -> list[Row]:
    """Return the patterns of a project's docs or rules, in their order, with what was found by each to this day."""
    cursor = db.execute(
        "SELECT pattern, path, files, commits_asked, commits_touched FROM declared_paths "
        "WHERE project = ? AND kind = ? ORDER BY position",
        [slug, kind],
    )
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def releases(db: sqlite3.Connection, begin: date, as_of: date) -> list[Row]:
    """Return the rows of `counted_releases` published from `begin` until before `as_of`, oldest first.

    The view covers one year, so longer periods are read one window at a time, each from the view as of its end.
    """
    found: list[Row] = []
    day = as_of
    while day > begin:
        set_date(db, day)
        cursor = db.execute(
            "SELECT * FROM counted_releases WHERE published_at >= ?", [clock.to_text(clock.midnight(begin))]
        )
        columns = [column[0] for column in cursor.description]
        found += (dict(zip(columns, row, strict=True)) for row in cursor)
        day = Window(day).start.date()
    set_date(db, as_of)
    return sorted(found, key=lambda row: (str(row["published_at"]), str(row["url"])))


def has_rows(db: sqlite3.Connection, signal: str) -> bool:
    """Return whether a signal has an evidence view in this version."""
    sql = "SELECT 1 FROM sqlite_master WHERE name = :view UNION SELECT 1 FROM sqlite_temp_master WHERE name = :view"
    return db.execute(sql, {"view": f"evidence_{signal}"}).fetchone() is not None


def by_project(db: sqlite3.Connection, signal: str) -> dict[str, list[Row]]:
    """Return a signal's rows in the building blocks by project: counted first, each part newest first."""
    out: dict[str, list[Row]] = {}
    for project, of_project in candidates(db, signal).items():
        columns = of_project[0].keys()
        when = next((c for c in columns if c in ("at", "day") or c.endswith("_at")), "url")
        found = [dict(zip(columns, row, strict=True)) for row in of_project]
        found.sort(key=lambda row: (bool(row["counted"]), str(row[when] or ""), str(row["url"])), reverse=True)
        out[project] = found
    return out


def heading(column: str, columns: Collection[str]) -> str:
    """Return a column's heading: "answered_at" becomes "answered", unless there is also a column of that name."""
    short = column.removesuffix("_at")
    name = column if short in columns and short != column else short
    return "person" if name == "bucket" else name.replace("_", " ")


def is_yes_or_no(column: str, value: object) -> bool:
    """Return whether a column's 0 or 1 means no or yes."""
    return isinstance(value, int) and column.endswith(("ed", "_back"))


def _logins(db: sqlite3.Connection, found: list[Row]) -> dict[int, str]:
    values = {str(row[column]) for row in found for column in ACCOUNTS & row.keys()}
    wanted = [int(value) for value in values if value.isdigit()]
    sql = "SELECT id, login FROM accounts WHERE id IN (SELECT value FROM json_each(?))"
    return dict(db.execute(sql, [json.dumps(wanted)]).fetchall())


def to_json(evidence: Evidence, limit: int) -> str:
    """Format as JSON, with at most `limit` rows; 0 means all."""
    from dataclasses import asdict

    shown: dict[str, object] = {
        "project": evidence.project,
        "signal": evidence.signal,
        "as_of": evidence.as_of,
        "synthetic": evidence.synthetic,
        "result": asdict(evidence.signal_row) if evidence.signal_row else None,
        "counted": evidence.counted,
        "excluded": evidence.excluded,
        "rows": evidence.rows[: limit or None],
    }
    if evidence.signal in PATHS:
        shown["paths"] = evidence.paths
    return json.dumps(shown, indent=2)
