"""Migrations of the schema: each file in `schema/` is one, and is applied once, in the order of the file names.

sqlite-utils applies them. It is imported only then, because its import is slow.
"""

import re
import sqlite3
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING

from collector import clock
from collector.prose_length import prose_length
from collector.store import changed, future_times
from collector.store.unserved_columns import UNSERVED

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

SCHEMA = files(__package__) / "schema"
# The table in which sqlite-utils records applied migrations. It is created before the first migration runs.
LEDGER = "_sqlite_migrations"
_SET = "collect"  # the name of this program's migrations in the ledger

# Table -> its columns with a full-text index.
SEARCHED = {"releases": ["tag_name", "name", "body"], "issues": ["title"], "pull_requests": ["title"]}


# The first SQLite with STRICT tables: https://www.sqlite.org/stricttables.html
STRICT_SINCE = (3, 37, 0)


def without_newer_syntax(statement: str) -> str:
    """Return the statement without STRICT if this SQLite cannot parse it.

    STRICT only rejects values of the wrong type, which the program never writes.
    """
    if sqlite3.sqlite_version_info >= STRICT_SINCE:
        return statement
    return re.sub(r"\) STRICT(?:, (WITHOUT ROWID))?;", lambda found: f") {found[1] or ''};", statement)


def _from_file(name: str) -> "Callable[[Database], None]":
    def migrate(db: "Database") -> None:
        db.conn.create_function("prose_length", 1, prose_length, deterministic=True)
        statement = ""
        # executescript() would commit the migration's transaction, so execute one statement at a time:
        # https://docs.python.org/3/library/sqlite3.html#sqlite3.Cursor.executescript
        for line in (SCHEMA / f"{name}.sql").read_text(encoding="utf-8").splitlines():
            statement += line + "\n"
            if sqlite3.complete_statement(statement):
                db.conn.execute(without_newer_syntax(statement))
                statement = ""

    return migrate


def _full_text_search(db: "Database") -> None:
    for table, columns in SEARCHED.items():
        db.table(table).enable_fts(columns, create_triggers=True)


def _without_not_null(db: "Database") -> None:
    """Drop NOT NULL from columns that GitHub may fail to serve.

    Follows the procedure in https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
    """
    (version,) = db.conn.execute("PRAGMA schema_version").fetchone()
    db.conn.execute("PRAGMA writable_schema = ON")
    for table, columns in (*UNSERVED.items(), ("sync_state", ("page_size",))):
        found = db.conn.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", [table]).fetchone()
        if found is None:
            continue  # a later migration creates it
        (sql,) = found
        for column in columns:
            sql = re.sub(rf"(\b{column} [A-Z]+) NOT NULL(?: DEFAULT 100)?", r"\1", sql, count=1)
        db.conn.execute("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", [sql, table])
    db.conn.execute(f"PRAGMA schema_version = {version + 1}")
    db.conn.execute("PRAGMA writable_schema = OFF")


def _without_future_times(db: "Database") -> None:
    future_times.delete(db.conn, clock.utc_now())


# Migrations written in Python; their .sql files contain only a comment.
_IN_PYTHON = {
    "004_full_text_search": _full_text_search,
    "007_unserved_facts": _without_not_null,
    "016_future_times": _without_future_times,
}


def known() -> set[str]:
    """Return the names of this program's migrations."""
    return {p.name.removesuffix(".sql") for p in SCHEMA.iterdir() if p.name.endswith(".sql")}


def applied(db: sqlite3.Connection) -> set[str]:
    """Return the names of the migrations applied to this database."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [LEDGER]).fetchone():
        return set()
    return {row[0] for row in db.execute(f"SELECT name FROM {LEDGER} WHERE migration_set = ?", [_SET])}


def migrations() -> "Migrations":
    """Return this program's migrations as sqlite-utils takes them."""
    from sqlite_utils import Migrations

    found = Migrations(_SET)
    for name in sorted(known()):
        found(name=name)(_IN_PYTHON.get(name) or _from_file(name))
    return found


def rebuild_search(db: sqlite3.Connection) -> None:
    """Rebuild the full-text indexes from the stored texts, within the caller's transaction."""
    from sqlite_utils import Database

    for table in SEARCHED:
        Database(db).table(table).rebuild_fts()


def apply(db: sqlite3.Connection) -> None:
    """Apply the migrations that this database does not have yet, within the caller's transaction."""
    from sqlite_utils import Database

    migrations().apply(Database(db))
    changed.watch(db)  # a migration may have replaced a table
