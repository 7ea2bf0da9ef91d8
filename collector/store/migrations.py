"""The schema's history: each file of `schema/` is one migration, applied once, in order."""

import sqlite3
from collections.abc import Callable
from importlib.resources import files

from sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("collect")

# Full-text search: which columns of which table people look for words in.
SEARCHED = {"releases": ["tag_name", "name", "body"], "issues": ["title"], "pull_requests": ["title"]}


def _from_file(name: str) -> Callable[[Database], None]:
    def migrate(db: Database) -> None:
        statement = ""
        # Statement by statement: executescript would end the migration's transaction.
        for line in (files(__package__) / "schema" / f"{name}.sql").read_text(encoding="utf-8").splitlines():
            statement += line + "\n"
            if sqlite3.complete_statement(statement):
                db.conn.execute(statement)
                statement = ""

    return migrate


def _full_text_search(db: Database) -> None:
    for table, columns in SEARCHED.items():
        db.table(table).enable_fts(columns, create_triggers=True)


for _name in ("001_facts", "002_sync", "003_derived"):
    MIGRATIONS(name=_name)(_from_file(_name))
MIGRATIONS(name="004_full_text_search")(_full_text_search)
for _name in ("005_forgotten", "006_own_commits"):
    MIGRATIONS(name=_name)(_from_file(_name))


def apply(db: sqlite3.Connection) -> None:
    """Apply what this database has not had yet."""
    MIGRATIONS.apply(Database(db))
