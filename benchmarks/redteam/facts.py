"""The facts as syncs see them: what is new or changed since the last one is stored by the program's own store."""

import sqlite3
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from benchmarks.redteam.history import AS_OF, LOOKBACK, Person, Repo
from collector import clock
from collector.method.evidence import store_views
from collector.store.batch import Batch, Witness
from collector.store.database import in_memory
from collector.store.repositories import record_rename
from collector.store.write import transaction, write

to_text = lru_cache(maxsize=65536)(clock.to_text)
Row = dict[str, Any]


@cache
def _empty() -> sqlite3.Connection:
    memory = in_memory()
    # The full-text search is no part of any signal, and half of the time. What a repository belongs to is.
    for (name,) in memory.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        if name != "repositories_first_project":
            memory.execute(f"DROP TRIGGER {name}")
    store_views(memory, AS_OF)  # once for all histories
    memory.execute("DELETE FROM as_of")
    return memory


class Facts:
    """A database in memory, and the rows of each repository that wait for the next sync."""

    def __init__(self) -> None:
        self.last = 1000
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        _empty().backup(self.db)
        self.accounts: dict[Person, int] = {}
        self.repository_of: dict[int, int] = {}  # of each thread
        self.dirty: dict[tuple[str, Any], Row] = {}
        self.stored: set[tuple[str, Any]] = set()
        self.gone: dict[str, list[tuple[Any, ...]]] = {}
        self.rewritten: dict[int, tuple[str, str | None]] = {}
        self.parents: list[tuple[int, str, str, int]] = []
        self.ancestry: list[tuple[int, str, str]] = []

    def new_id(self) -> int:
        """The next number."""
        self.last += 1
        return self.last

    def put(self, table: str, key: Any, row: Row) -> Row:
        """A row that is new or changed. It is stored as it is at the next sync."""
        self.dirty[table, key] = row
        return row

    def forget(self, table: str, key: Any, gone: tuple[Any, ...]) -> None:
        """It is there no more: gone, if a sync saw it."""
        self.dirty.pop((table, key), None)
        if (table, key) in self.stored:
            self.gone.setdefault(table, []).append(gone)

    def account(self, who: Person | None) -> int | None:
        """The id of an account, which is stored with its first mention."""
        if who is None:
            return None
        if who not in self.accounts:
            ident = self.accounts[who] = self.new_id()
            login = f"{who.login}[bot]" if who.kind == "Bot" else who.login
            row = {"id": ident, "login": login, "type": who.kind, "created_at": to_text(who.created_at)}
            self.put("accounts", ident, row)
        return self.accounts[who]

    def owner(self, table: str, row: Row) -> int:
        """The repository that a row belongs to."""
        if table in ("reviews", "pull_request_files"):
            return self.repository_of[row["pull_request"]]
        if table == "issue_labels":
            return self.repository_of[row["issue"]]
        return int(row["repository"])

    def flush(self, repositories: list[tuple[Repo, Row]], now: datetime, previous: datetime | None) -> None:
        """Store what is new as a sync at `now` does, one repository after the other.

        `previous` is GitHub's newest time that was seen by the sync before.
        """
        text = to_text(now)
        dirty: dict[int, list[tuple[str, Row]]] = {}
        for (table, _), row in self.dirty.items():
            if table != "accounts":
                dirty.setdefault(self.owner(table, row), []).append((table, row))
        with transaction(self.db):
            everyone = Batch(rows={"accounts": [r for (t, _), r in self.dirty.items() if t == "accounts"]})
            write(self.db, everyone, text)
            for repo, row in repositories:
                ident = row["id"]
                if repo.hidden_at and repo.hidden_at < now:
                    # It is not asked any more.
                    hide = "UPDATE repositories SET status = 'private_or_gone', gone_at = ? WHERE id = ?"
                    self.db.execute(f"{hide} AND gone_at IS NULL", [text, ident])
                    continue
                record_rename(self.db, ident, row["full_name"], text)
                batch = Batch(rows={"repositories": [row]}, rewritten=self.rewritten.get(ident))
                for table, fact in dirty.get(ident, []):
                    batch.add(table, fact)
                batch.immutable["commit_parents"] = [p for p in self.parents if p[0] == ident]
                batch.immutable["tag_ancestry"] = [a for a in self.ancestry if a[0] == ident]
                for table, keys in self.gone.items():
                    own = [k for k in keys if k[0] == ident]
                    batch.gone[table] = own if table in ("commits", "tags") else [k[1:] for k in own]
                witness = None
                if previous and ("repositories", ident) in self.stored:
                    witness = Witness(to_text(previous), to_text(LOOKBACK))
                write(self.db, batch, text, ident, witness)
                self.stored.add(("repositories", ident))
        self.stored |= set(self.dirty)
        self.dirty, self.gone, self.rewritten, self.parents, self.ancestry = {}, {}, {}, [], []
