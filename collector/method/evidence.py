"""The SQL views: which rows count for a signal, and why the others do not.

One file is one view: a comment that says what its rows are, and a SELECT. Files in `views/` are building blocks that
several signals use and carry the view's name; `signals/KEY.sql` is the evidence of the signal KEY, the view
`evidence_KEY`.

The views take their date and window from the one-row table `as_of`, and the method's numbers from the one-row table
`rules`. The views stored in the database show the latest computed date; for any other date, temporary views with the
same text hide them, over temporary tables `as_of` and `rules`.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from graphlib import TopologicalSorter
from importlib.resources import files
from itertools import groupby
from operator import itemgetter

from collector import clock
from collector import method_constants as constants
from collector.method.window import Window

_EVIDENCE = "evidence_"
_FOLDERS = {"views": "", "signals": _EVIDENCE}
"""Folder of this package -> what the names of its views begin with."""

_INDEXES = {
    "tracked_repositories": ("id", "project"),
    "project_addresses": ("project, full_name COLLATE NOCASE",),
    "human_insiders": ("account, project, since, until",),
    "former_authors": ("kind, id",),
    "qualified_outsiders": ("account, project, since, until, reason",),
    "moved_issues": ("former", "issue"),
    "issue_of_commit": ("issue",),
    "issue_of_pull_request": ("pull_request", "issue"),
    "substantive_pull_requests": ("pull_request, project",),
    "copied_comments": ("id",),
    "comment_templates": ("project, author, text_hash",),
    "human_comments": ("subject, subject_type",),
    "looks_at_pull_requests": ("pull_request",),
    "reviewed_pull_requests": ("pull_request, project",),
    "explanations": ("failure",),
    "thread_answers": ("id",),
    "author_days": ("project, day, person",),
    "calendar": ("day, week, quarter", "week, day"),
    "watched_lists": ("repository, kind",),
}
"""Materialised view -> the indexes by which others look up its rows.

Short rows that are looked up often are in the index as a whole. Numbers come first, because they are compared faster
than the names of projects; for the same reason they come first where views join and group.
A view casts an expression to its type: SQLite uses no index to compare a column that has a type with one that has none
(https://www.sqlite.org/datatype3.html#affinity).
"""

_TEMPORARY_KIB = 32 * 1024
"""How much of the temporary tables stays in memory. SQLite's own limit is 2 MB: more goes to a file and back.

https://www.sqlite.org/pragma.html#pragma_cache_size
"""

_AS_VIEWS = frozenset(
    {
        "account_ages",
        "arrived_threads",
        "counted_releases",
        "landed_work",
        "people_work",
        "substantive_days",
        "two_years_work",
        "work_links",
    }
)
"""Building blocks that are not materialised: few of their rows are read, or they only select rows of another one."""

_FORMER_NAMES = ("credited_commits", "credited_pull_requests")
"""Views that earlier versions stored, and that have another name now."""


@dataclass(frozen=True)
class View:
    """A view: its name, the comment at the head of its file, and its SELECT."""

    name: str
    description: str
    select: str

    @property
    def is_evidence(self) -> bool:
        """Whether it is the evidence of a signal, not a building block."""
        return self.name.startswith(_EVIDENCE)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The names of the tables and views that it reads."""
        return frozenset(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", self.select))

    @property
    def statement(self) -> str:
        """The statement that stores the view."""
        return f"CREATE VIEW {self.name} AS\n{self.select}"

    def temporary(self, kind: str) -> str:
        """Return the statement that creates it as a temporary `kind` (VIEW or TABLE)."""
        return f"CREATE TEMP {kind} {self.name} AS\n{self.select}"


@cache
def views() -> tuple[View, ...]:
    """Return all views, each after those that it reads."""
    found = {}
    for folder, prefix in _FOLDERS.items():
        for path in sorted((files(__package__) / folder).iterdir(), key=lambda path: path.name):
            if path.name.endswith(".sql"):
                name = prefix + path.name.removesuffix(".sql")
                found[name] = _parse(name, path.read_text(encoding="utf-8"))
    order = TopologicalSorter({name: sorted(view.reads & found.keys()) for name, view in found.items()})
    return tuple(found[name] for name in order.static_order())


def store_views(db: sqlite3.Connection, as_of: date) -> None:
    """Make the stored views show `as_of`, and replace those whose text changed. Runs in the caller's transaction."""
    drop_temporary(db)
    _set_dates(db, "main", as_of)
    for view in views():
        stored = db.execute("SELECT sql FROM main.sqlite_master WHERE name = ?", [view.name]).fetchone()
        if stored is None or stored[0] != view.statement:
            db.execute(f"DROP VIEW IF EXISTS main.{view.name}")
            db.execute(view.statement)
    for name in _FORMER_NAMES:
        db.execute(f"DROP VIEW IF EXISTS main.{name}")


def set_date(db: sqlite3.Connection, as_of: date) -> None:
    """Make the views show a date; if the database's own have another date, create temporary ones."""
    latest = db.execute("SELECT as_of FROM as_of").fetchone()
    if latest is None or latest[0] != clock.to_text(clock.midnight(as_of)):
        use_temporary_views(db, as_of)


def use_temporary_views(db: sqlite3.Connection, as_of: date) -> None:
    """Make the views of this connection show `as_of`, without writing to the database."""
    drop_temporary(db)
    _set_dates(db, "temp", as_of)
    for view in views():
        db.execute(view.temporary("VIEW"))


def materialise(
    db: sqlite3.Connection,
    as_of: date,
    projects: Sequence[str] | None = None,
    signals: Collection[str] | None = None,
) -> None:
    """Like `use_temporary_views`, but with the building blocks as tables, which is faster for reading all evidence.

    With `projects`, the views show only these: the work is then that of their facts, however large the database is.
    With `signals`, only the evidence of these can be read, and only the building blocks behind it are created.
    """
    wanted = [v for v in views() if v.is_evidence and (signals is None or v.name.removeprefix(_EVIDENCE) in signals)]
    building_blocks(db, as_of, projects, None if signals is None else _behind(name for v in wanted for name in v.reads))
    for view in wanted:
        db.execute(view.temporary("VIEW"))


def building_blocks(
    db: sqlite3.Connection, as_of: date, projects: Sequence[str] | None = None, names: Container[str] | None = None
) -> None:
    """Create the building blocks, or those of these names, as temporary tables. All of them are enough for `rows`.

    With `projects`, they show only these.
    """
    db.execute(f"PRAGMA temp.cache_size = -{_TEMPORARY_KIB}")
    drop_temporary(db)
    _set_dates(db, "temp", as_of)
    for view in views():
        if view.is_evidence or (names is not None and view.name not in names):
            continue
        if view.name == "tracked_projects" and projects is not None:
            db.execute(f"CREATE TEMP TABLE {view.name} (project TEXT PRIMARY KEY)")
            _track(db, projects)
            continue
        db.execute(view.temporary("VIEW" if view.name in _AS_VIEWS else "TABLE"))
        for number, columns in enumerate(_INDEXES.get(view.name, ())):
            db.execute(f"CREATE INDEX temp.{view.name}_{number} ON {view.name} ({columns})")


def refill(db: sqlite3.Connection, projects: Sequence[str]) -> None:
    """Make all building blocks, which were created for some projects, show others at the same date.

    Tables that are emptied and filled keep the schema as it is, so that SQLite need not plan every statement again.
    """
    for view in _of_projects():
        db.execute(f"DELETE FROM temp.{view.name}")
    for view in _of_projects():
        if view.name == "tracked_projects":
            _track(db, projects)
        else:
            db.execute(f"INSERT INTO temp.{view.name}\n{view.select}")


def behind(signals: Collection[str], also: Iterable[str] = ()) -> set[str]:
    """Return the building blocks that the evidence of these signals needs, and those of the names `also`."""
    evidence = {f"{_EVIDENCE}{signal}" for signal in signals}
    return _behind({*also, *(name for view in views() if view.name in evidence for name in view.reads)})


def drop_temporary(db: sqlite3.Connection) -> None:
    """Make this connection use the stored views again."""
    ours = {"as_of", "rules", *(view.name for view in views())}
    for name, kind in db.execute(
        "SELECT name, type FROM sqlite_temp_master WHERE type IN ('table', 'view')"
    ).fetchall():
        if name in ours:
            db.execute(f"DROP {kind} temp.{name}")


def rows(db: sqlite3.Connection, signal: str, columns: Collection[str] | None = None) -> dict[str, list[sqlite3.Row]]:
    """Return project -> the candidate rows of a signal, at the date of the building blocks, in no particular order.

    With `columns`, only these beside `project`, `counted` and `reason`: URLs, which reports show, take time to write.
    Its view is not needed: to create the views of all signals would take longer than to read a small project's rows.
    """
    cursor = db.cursor()
    cursor.row_factory = sqlite3.Row
    out: dict[str, list[sqlite3.Row]] = defaultdict(list)
    (view,) = (view for view in views() if view.name == f"{_EVIDENCE}{signal}")
    select, place = view.select, 0  # `project` comes first in each; to look it up by name takes three times as long
    if columns is not None:
        # A row looks up a name among its columns one after the other: those that signals ask for come first.
        select, place = f"SELECT {', '.join(('counted', *columns, 'reason', 'project'))} FROM ({view.select})", -1
    for project, found in groupby(cursor.execute(select), itemgetter(place)):
        out[project] += found
    return out


def _track(db: sqlite3.Connection, projects: Sequence[str]) -> None:
    """Write the temporary table `tracked_projects`: those of the projects that are tracked."""
    db.executemany(
        "INSERT INTO temp.tracked_projects SELECT slug FROM projects WHERE slug = ? AND tracked",
        [(slug,) for slug in projects],
    )


@cache
def _of_projects() -> tuple[View, ...]:
    """Return the building blocks that are tables and read `tracked_projects`, each after those that it reads."""
    tables = (view for view in views() if not view.is_evidence and view.name not in _AS_VIEWS)
    return tuple(view for view in tables if "tracked_projects" in _behind([view.name]))


def _behind(read: Iterable[str]) -> set[str]:
    """Return these names of tables and views, and those of all that they read, directly or through others."""
    names = set(read)
    for view in reversed(views()):  # each comes after those that it reads
        if view.name in names:
            names |= view.reads
    return names


def _parse(name: str, text: str) -> View:
    lines = text.splitlines()
    head = next(place for place, line in enumerate(lines) if not line.startswith("--"))
    description = " ".join(line.removeprefix("--").strip() for line in lines[:head])
    return View(name, description, "\n".join(lines[head:]))


def _set_dates(db: sqlite3.Connection, schema: str, as_of: date) -> None:
    """Write the tables `as_of` and `rules` of a schema (main or temp)."""
    window = Window(as_of)
    dates = {"as_of": window.as_of_moment, "window_start": window.start, "window_end": window.end}
    _set_row(db, schema, "as_of", {column: clock.to_text(moment) for column, moment in dates.items()})
    _set_row(db, schema, "rules", {**constants.FOR_SQL, "far_future": clock.FAR_FUTURE})


def _set_row(db: sqlite3.Connection, schema: str, table: str, row: Mapping[str, str | int]) -> None:
    """Make this the only row of a table. The table is created, or replaced when it has other columns."""
    columns = [column for _, column, *_ in db.execute(f"PRAGMA {schema}.table_info({table})")]
    if columns != list(row):
        types = (
            f"{column} {'TEXT' if isinstance(value, str) else 'INTEGER'} NOT NULL" for column, value in row.items()
        )
        db.execute(f"DROP TABLE IF EXISTS {schema}.{table}")
        db.execute(f"CREATE TABLE {schema}.{table} ({', '.join(types)})")
    db.execute(f"DELETE FROM {schema}.{table}")
    db.execute(f"INSERT INTO {schema}.{table} VALUES ({', '.join('?' * len(row))})", list(row.values()))
