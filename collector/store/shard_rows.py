"""Copy the rows of whole projects into another database, and add the rows of one database to another.

Both databases have the current schema and the same hash key. A row belongs to the project, the repository or the row of
another table that its columns name. Ids that are not GitHub's, such as `work.id`, are assigned anew. The facts of a
repository that belongs to projects of several databases are in each of them.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from collector.store import migrations, privacy, settings
from collector.store.database import tables
from collector.store.repositories import write_firsts
from collector.store.write import transaction

# The key in `meta` that says which shard a database is, such as "2/3".
SHARD = "shard"

# Column -> the stored rows that it refers to. The first of them that a table has says which of its rows are copied; a
# table without any is copied whole.
_OWNERS = (
    ("project", "SELECT slug FROM main.projects"),
    ("repository", "SELECT id FROM main.repositories"),
    ("pull_request", "SELECT id FROM main.pull_requests"),
    ("issue", "SELECT id FROM main.issues"),
    ("discussion", "SELECT id FROM main.discussions"),
    ("release_version", "SELECT id FROM main.release_versions"),
    ("work", "SELECT id FROM main.work"),
    ("account", "SELECT id FROM main.accounts"),
)
_OF_REPOSITORIES = "repository = '*' OR repository IN (SELECT full_name FROM main.repositories)"
# Table -> which of its rows are copied, where no column says so.
_CONDITIONS = {
    "projects": "slug IN (SELECT slug FROM temp.chosen)",
    "repositories": "id IN (SELECT repository FROM other.project_repositories "
    "WHERE project IN (SELECT slug FROM temp.chosen))",
    "sync_run_parts": _OF_REPOSITORIES,
    "sync_errors": _OF_REPOSITORIES,
    "changes": "CASE WHEN repository IS NOT NULL THEN repository IN (SELECT id FROM main.repositories) "
    "ELSE \"table\" <> 'accounts' OR CAST(key AS INTEGER) IN (SELECT id FROM main.accounts) END",
}
# What others refer to comes first, and `accounts`, of which only those are copied that others refer to, after them.
_FIRST, _LAST = ("projects", "repositories"), ("accounts", "machines", "changes")
# `evidence.store_views` writes the first two, triggers the next two. Without the last, all signals are computed again.
_NOT_COPIED = {"as_of", "rules", "changed_repositories", "changed_accounts", "computed_projects"}

# (table, column) -> the table that numbers it.
_NUMBERS = {
    ("work", "id"): "work",
    ("work_paths", "work"): "work",
    ("released_pieces", "id"): "released_pieces",
    ("released_pieces", "work"): "work",
    ("release_ranges", "first"): "released_pieces",
    ("release_ranges", "last"): "released_pieces",
    ("release_ranges", "release_version"): "release_versions",
    ("release_days", "release_version"): "release_versions",
    ("release_versions", "id"): "release_versions",
    ("changes", "id"): "changes",
    ("sync_errors", "id"): "sync_errors",
}
_RUNS = {("sync_run_parts", "run"), ("sync_errors", "run")}
# Tables of which two databases may have the same row: it is of no project, or of what both were split from.
_SHARED = {"machines", "review_commands", "incident_labels", "forgotten", "sync_run_parts"}
# Table -> which of its rows are added. Those of a repository whose facts are taken from another database are not.
_ELSEWHERE = "SELECT repository FROM temp.elsewhere"
_NEW = {
    "repositories": f"id NOT IN ({_ELSEWHERE})",
    "changes": f"(repository IS NOT NULL AND repository NOT IN ({_ELSEWHERE})) OR (repository IS NULL AND NOT EXISTS ("
    'SELECT 1 FROM main.changes AS m WHERE m."table" = o."table" '
    'AND m.key = o.key AND m."column" = o."column" AND m.seen_at = o.seen_at AND m.new IS o.new))',
    "sync_errors": "NOT EXISTS (SELECT 1 FROM main.sync_errors AS m JOIN temp.runs AS r ON r.former = o.run "
    "WHERE m.run = r.number AND m.repository = o.repository AND m.at = o.at AND m.kind = o.kind AND m.error = o.error)",
}
_OF_FACTS = {
    "repository": f"repository NOT IN ({_ELSEWHERE})",
    **{
        column: f"{column} NOT IN (SELECT id FROM other.{table} WHERE repository IN ({_ELSEWHERE}))"
        for column, table in (("pull_request", "pull_requests"), ("issue", "issues"), ("discussion", "discussions"))
    },
}
_ACCOUNT = {
    "created_at": "coalesce(excluded.created_at, accounts.created_at)",
    "node_id": "coalesce(excluded.node_id, accounts.node_id)",
    "first_seen_at": "min(excluded.first_seen_at, accounts.first_seen_at)",
    "asked_at": "nullif(max(coalesce(excluded.asked_at, ''), coalesce(accounts.asked_at, '')), '')",
    "gone_at": "CASE WHEN coalesce(excluded.asked_at, '') >= coalesce(accounts.asked_at, '') "
    "THEN excluded.gone_at ELSE accounts.gone_at END",
}


def copy_projects(source: Path, target: sqlite3.Connection, slugs: Iterable[str]) -> None:
    """Copy these projects, with all that belongs to them, from the database at `source` to an empty one."""
    with _attached(target, source), transaction(target):
        target.execute("PRAGMA defer_foreign_keys = ON")
        target.execute("CREATE TEMP TABLE chosen (slug TEXT PRIMARY KEY)")
        target.executemany("INSERT INTO temp.chosen VALUES (?)", [(slug,) for slug in slugs])
        for table in _in_order(target):
            names = ", ".join(_columns(target, table))
            target.execute(
                f"INSERT INTO main.{table} ({names}) SELECT {names} FROM other.{table} "
                f"WHERE {_condition(target, table)}"
            )
            if table == "repositories":  # their first project may be none of these
                target.execute("DELETE FROM main.project_repositories")
        target.execute("DROP TABLE temp.chosen")
        write_firsts(target)
        _copy_changed(target, [])
        _copy_settings(target)


def add(source: Path, target: sqlite3.Connection, elsewhere: Iterable[int] = ()) -> None:
    """Add all rows of the database at `source`, except the facts of the repositories `elsewhere`.

    Those come from another database. Otherwise the two share no project and no repository. Of an account in both, the
    row that is added last stays: add the database with the latest sync last. Foreign keys are not checked.
    """
    # Before the transaction, within which it has no effect: https://www.sqlite.org/pragma.html#pragma_foreign_keys
    target.execute("PRAGMA foreign_keys = OFF")
    with _attached(target, source), transaction(target):
        target.execute("CREATE TEMP TABLE elsewhere (repository INTEGER PRIMARY KEY)")
        target.executemany("INSERT INTO temp.elsewhere VALUES (?)", [(ident,) for ident in elsewhere])
        noted = target.execute("SELECT repository FROM main.changed_repositories").fetchall()
        numbers = {
            table: target.execute(f"SELECT coalesce(max(id), 0) FROM main.{table}").fetchone()[0]
            for table in set(_NUMBERS.values())
        }
        # Runs first: the rows of other tables refer to them by their new numbers.
        _add_runs(target)
        for table in _in_order(target):
            if table != "sync_runs":
                _add_rows(target, table, numbers)
        write_firsts(target)
        _copy_changed(target, noted)
        target.execute("DROP TABLE temp.runs")
        target.execute("DROP TABLE temp.elsewhere")
        _copy_settings(target)


def forget_again(db: sqlite3.Connection, now: str) -> None:
    """Pseudonymise what rows from one database still say about accounts that were forgotten in another."""
    with transaction(db):
        changed = privacy.apply_to_stored(db, now)
        if changed:
            migrations.rebuild_search(db)
    if changed:
        db.execute("VACUUM")


@contextmanager
def _attached(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Attach the database at `path` as `other`, to read it."""
    # Writable, because even a reader of a database in WAL mode may have to create its -shm file:
    # https://www.sqlite.org/wal.html
    db.execute("ATTACH ? AS other", [f"{path.absolute().as_uri()}?mode=rw"])
    try:
        yield
    finally:
        db.execute("DETACH other")


def _in_order(db: sqlite3.Connection) -> list[str]:
    """Return the tables with rows to copy, each after those that say which of its rows are copied."""
    own = {
        name
        for name in tables(db)
        if "_fts" not in name and not name.startswith(("sqlite_", "_")) and name not in _NOT_COPIED | {"meta"}
    }
    first = [name for name in own if {"project", "repository"}.intersection(_columns(db, name))]
    rest = own.difference(first, _FIRST, _LAST)
    return [*_FIRST, *sorted(set(first).difference(_FIRST, _LAST)), *sorted(rest), *_LAST]


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [
        f'"{row[1]}"' if row[1] in ("table", "column") else row[1] for row in db.execute(f"PRAGMA table_info({table})")
    ]


def _condition(db: sqlite3.Connection, table: str) -> str:
    """Return which rows of a table belong to the projects that are copied."""
    if table == "accounts":
        found = {one: columns for one, columns in privacy.references(db).items() if one != "machines"}
        named = (f"SELECT {column} FROM main.{one}" for one, columns in found.items() for column in columns)
        return f"id IN ({' UNION '.join(named)})"
    if table in _CONDITIONS:
        return _CONDITIONS[table]
    there = _columns(db, table)
    return next((f"{column} IN ({owners})" for column, owners in _OWNERS if column in there), "TRUE")


def _add_rows(db: sqlite3.Connection, table: str, numbers: dict[str, int]) -> None:
    columns = _columns(db, table)
    values = [_value(table, column, numbers) for column in columns]
    # A trigger has made the rows of `project_repositories` for the first project of each repository.
    how = "OR IGNORE " if table in _SHARED else "OR REPLACE " if table == "project_repositories" else ""
    sql = (
        f"INSERT {how}INTO main.{table} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM other.{table} AS o WHERE {_new(db, table, columns)}"
    )
    if table == "accounts":
        sets = (f"{c} = {_ACCOUNT.get(c, f'excluded.{c}')}" for c in columns if c != "id")
        sql += f" ON CONFLICT (id) DO UPDATE SET {', '.join(sets)}"
    db.execute(sql)


def _new(db: sqlite3.Connection, table: str, columns: list[str]) -> str:
    """Return which rows of a table are added."""
    if table in _NEW:
        return _NEW[table]
    of_facts = "project" not in columns and table not in _SHARED and table != "sync_runs"
    return next((sql for column, sql in _OF_FACTS.items() if of_facts and column in columns), "TRUE")


def _value(table: str, column: str, numbers: dict[str, int]) -> str:
    """Return the SQL of a column's value, with numbers that are not in use yet."""
    if (table, column) in _RUNS:
        return f"(SELECT number FROM temp.runs WHERE former = o.{column})"
    numbered_by = _NUMBERS.get((table, column))
    return f"o.{column} + {numbers[numbered_by]}" if numbered_by else f"o.{column}"


def _add_runs(db: sqlite3.Connection) -> None:
    """Add the records of runs, and write each one's new id to temp.runs. A run that both databases have stays one."""
    columns = [column for column in _columns(db, "sync_runs") if column != "id"]
    names = ", ".join(columns)
    db.execute("CREATE TEMP TABLE runs (former INTEGER PRIMARY KEY, number INTEGER NOT NULL)")
    for ident, *run in db.execute(f"SELECT id, {names} FROM other.sync_runs ORDER BY id").fetchall():
        same = " AND ".join(f"{column} IS ?" for column in columns)
        known = db.execute(f"SELECT id FROM main.sync_runs WHERE {same}", run).fetchone()
        number = known[0] if known else None
        if number is None:
            marks = ", ".join("?" * len(run))
            number = db.execute(f"INSERT INTO main.sync_runs ({names}) VALUES ({marks})", run).lastrowid
        db.execute("INSERT INTO temp.runs VALUES (?, ?)", [ident, number])


def _copy_changed(db: sqlite3.Connection, noted: Iterable[tuple[int]]) -> None:
    """Mark as changed only the repositories `noted` before and those marked in `other`.

    The derived rows of all others were copied and are up to date, though the triggers noted the copying.
    """
    db.execute("DELETE FROM main.changed_repositories")
    db.executemany("INSERT INTO main.changed_repositories VALUES (?)", noted)
    db.execute(
        "INSERT OR IGNORE INTO main.changed_repositories SELECT repository FROM other.changed_repositories "
        "WHERE repository IN (SELECT id FROM main.repositories)"
    )


def _copy_settings(db: sqlite3.Connection) -> None:
    """Add the settings of `other`, except its own: its key, and which shard it is.

    The later start counts: from it on, the facts of all are there.
    """
    theirs = dict(db.execute("SELECT key, value FROM other.meta WHERE key NOT LIKE 'hash_key%'").fetchall())
    theirs.pop(SHARD, None)
    ours = dict(db.execute("SELECT key, value FROM main.meta").fetchall())
    for key in ("start", "github_time"):
        if key in ours and key in theirs:
            theirs[key] = max(ours[key], theirs[key])
    settings.set_meta(db, theirs)
