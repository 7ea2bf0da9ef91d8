"""The one builder of facts: small databases made by hand, straight into the tables, and questions put to them."""

import copy
import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Self

from collector.config import Config
from collector.method import compute, evidence
from collector.method.registry import BY_KEY
from collector.store.database import in_memory
from collector.store.state import LOOKED_AT

AS_OF = date(2026, 6, 1)  # a Monday: the window is 2025-06-02 to 2026-06-01
LONG_AGO = "2020-01-01T00:00:00Z"
SYNCED = "2026-06-01T00:00:00Z"
WEEKLY = [f"{AS_OF - timedelta(weeks=n)}T00:00:00Z" for n in range(60, -1, -1)]
NOTHING = "0" * 40
Row = dict[str, Any]

DEFAULTS: Mapping[str, Row] = {
    "projects": {"category": "compute", "homepage": "", "note": ""},
    "accounts": {"type": "User", "created_at": LONG_AGO},
    "repositories": {
        "role": "core", "status": "ok", "default_branch": "main", "created_at": LONG_AGO, "is_fork": 0,
        "is_archived": 0, "is_disabled": 0, "has_issues": 1, "has_discussions": 0, "discussions": 0, "stars": 0,
        "forks": 0,
    },
    "commits": {"additions": 20, "deletions": 0, "signed_by_github": 0},
    "pushes": {"before_oid": NOTHING, "ref": "refs/heads/main", "kind": "push"},
    "pull_requests": {
        "title": "", "body_length": 0, "author_association": "NONE", "state": "OPEN", "is_draft": 0,
        "is_cross_repository": 1, "locked": 0, "base_ref": "main", "head_oid": "", "additions": 20, "deletions": 0,
        "changed_files": 1,
    },
    "pull_request_files": {"additions": 20, "deletions": 0, "change_type": "MODIFIED"},
    "pull_request_commits": {"additions": 20, "deletions": 0},
    "issues": {"title": "", "body_length": 0, "author_association": "NONE", "state": "OPEN", "locked": 0},
    "discussions": {
        "title": "", "body_length": 0, "author_association": "NONE", "category": "Q&A", "is_answerable": 1,
    },
    "comments": {"subject_type": "Issue", "author_association": "NONE", "length": 30},
    "reviews": {"author_association": "NONE", "state": "APPROVED", "length": 0},
    "events": {"subject_type": "Issue"},
    "releases": {"is_draft": 0, "is_prerelease": 0},
    "late_arrivals": {"dated": LONG_AGO, "previous_sync": LONG_AGO},
    "signals": {
        "window_days": 364, "naive": "{}", "companions": "{}", "excluded": "{}", "method_version": "1",
        "config_hash": "0",
    },
}  # fmt: skip


@cache
def _columns(table: str) -> set[str]:
    return {row[1] for row in _empty().execute(f"PRAGMA table_info({table})")}


@cache
def _empty() -> sqlite3.Connection:
    db = in_memory()
    evidence.store_views(db, AS_OF)  # once for all books
    db.execute("DELETE FROM as_of")
    return db


class Loose(sqlite3.Connection):
    """A connection that nobody has to close: since Python 3.13 one that is left open is warned of.

    It may be deleted in any thread, where the garbage collector happens to run.
    """

    def __del__(self) -> None:
        self.close()


class Book:
    """A database with short ways to fill it. Names stand for oids and logins, and are made up as they come."""

    def __init__(
        self, start: str = LONG_AGO, config: Config | None = None, day: date = AS_OF, synced: str = SYNCED
    ) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None, factory=Loose, check_same_thread=False)
        _empty().backup(self.db)
        self.db.execute("PRAGMA foreign_keys = ON")
        self.meta("start", start)
        self.config = config or Config()
        self.day, self.synced_at = day, synced
        self.last = 0
        self.accounts: dict[str, int] = {}

    def copy(self) -> Self:
        """A book with the same rows, to be changed by itself."""
        book = copy.copy(self)
        book.db = sqlite3.connect(":memory:", isolation_level=None, factory=Loose, check_same_thread=False)
        self.db.backup(book.db)
        book.db.execute("PRAGMA foreign_keys = ON")
        book.accounts = dict(self.accounts)
        return book

    def add(self, table: str, /, **values: Any) -> int:
        """A row; returns its id. What is left out is as in DEFAULTS."""
        self.last += 1
        made: Row = {"id": self.last, "node_id": f"N{self.last}", "first_seen_at": LONG_AGO}
        row = {column: value for column, value in made.items() if column in _columns(table)}
        row |= {**DEFAULTS.get(table, {}), **values}
        self.insert(table, row)
        return int(row["id"]) if isinstance(row.get("id"), int) else self.last

    def insert(self, table: str, row: Row) -> None:
        """Add a row as it is."""
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        self.db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))

    def meta(self, key: str, value: str) -> None:
        """Say something of the database itself."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])

    def project(
        self, slug: str, name: str | None = None, category: str = "compute", note: str = "", also: Sequence[str] = ()
    ) -> str:
        """A project, in `category` and those of `also`; returns its slug."""
        row = {"slug": slug, "name": name or slug.title(), "category": category, "note": note}
        self.insert("projects", {**DEFAULTS["projects"], **row})
        for position, one in enumerate((category, *also)):
            self.insert("project_categories", {"project": slug, "category": one, "position": position})
        return slug

    def repo(
        self, full_name: str = "acme/engine", project: str = "acme", synced: bool | str = True, **values: Any
    ) -> int:
        """A tracked repository, synced in full unless `synced` is False, at that time if it is one.

        Its project is made with it if it is not there.
        """
        if not self.rows("SELECT 1 FROM projects WHERE slug = ?", project):
            self.project(project, project)
        ident = self.add("repositories", full_name=full_name, configured_as=full_name, project=project, **values)
        for kind in LOOKED_AT if synced else ():
            self.synced(ident, kind, synced if isinstance(synced, str) else self.synced_at)
            self.looked(ident, kind, LONG_AGO, *WEEKLY)
        return ident

    def shared(self, repo: int, project: str, role: str = "core") -> None:
        """Let a repository belong to a further project, too, which is made with it if it is not there."""
        if not self.rows("SELECT 1 FROM projects WHERE slug = ?", project):
            self.project(project, project)
        (row,) = self.rows("SELECT count(*) AS n FROM project_repositories WHERE repository = ?", repo)
        values = {"project": project, "repository": repo, "role": role, "position": row["n"], "tracked": 1}
        self.insert("project_repositories", values)

    def synced(self, repo: int, kind: str, at: str | None) -> None:
        """Let a kind of activity of a repository have been complete at that time, or never."""
        self.db.execute("DELETE FROM sync_state WHERE repository = ? AND kind = ?", [repo, kind])
        row = {"repository": repo, "kind": kind, "first_complete_at": LONG_AGO if at else None, "completed_at": at}
        row["sweep_at"] = at
        self.insert("sync_state", row)

    def run(self, *errors: tuple[str, str, str], exit_code: int = 3) -> None:
        """A sync that met these errors: (repository, kind, error)."""
        at = self.synced_at
        ident = self.add("sync_runs", started_at=at, finished_at=at, exit_code=exit_code)
        for repository, kind, error in errors:
            self.add("sync_errors", run=ident, repository=repository, kind=kind, error=error, at=at)

    def looked(self, repo: int, kind: str, *times: str) -> None:
        """Note that a list was looked at in full at these times."""
        self.db.executemany("INSERT INTO looks VALUES (?, ?, ?)", [(repo, kind, at) for at in times])

    def who(self, login: str | None, **values: Any) -> int | None:
        """The id of an account; None for a deleted one."""
        if login is None:
            return None
        if login not in self.accounts:
            self.accounts[login] = self.add("accounts", login=login, **values)
        return self.accounts[login]

    def commit(self, repo: int, oid: str, at: str, *parents: str, lines: int = 20, **values: Any) -> str:
        """A commit of the default branch with a headline, tree and dates of its own."""
        row = {"headline": f"Change {oid}", "tree_oid": f"tree of {oid}", "authored_at": at, **values}
        self.add(
            "commits", repository=repo, oid=oid, committed_at=at, additions=lines, is_merge=len(parents) > 1, **row
        )
        for n, parent in enumerate(parents):
            self.db.execute("INSERT INTO commit_parents VALUES (?, ?, ?, ?)", [repo, oid, parent, n])
        return oid

    def beside(self, repo: int, oid: str, at: str, *parents: str, lines: int | None = 20, **values: Any) -> str:
        """A commit that only the tags of releases reach, with a headline and dates of its own."""
        for parent in parents:
            self.db.execute("INSERT INTO tag_ancestry VALUES (?, ?, ?)", [repo, oid, parent])
        row = {"headline": f"Change {oid}", "authored_at": at, "deletions": None if lines is None else 0, **values}
        is_merge = len(parents) > 1
        self.add("tagged_commits", repository=repo, oid=oid, committed_at=at, additions=lines, is_merge=is_merge, **row)
        return oid

    def push(self, repo: int, after: str, at: str, by: str | None, before: str = NOTHING, **values: Any) -> int:
        """A row of the push log."""
        row = {"before_oid": before, "after_oid": after, "actor": self.who(by), "pushed_at": at}
        return self.add("pushes", repository=repo, **row, **values)

    def direct(
        self, repo: int, oid: str, at: str, by: str | None, *parents: str, lines: int = 20, **values: Any
    ) -> str:
        """A commit pushed straight to the default branch."""
        self.commit(repo, oid, at, *parents, lines=lines, **values)
        self.push(repo, oid, at, by, parents[0] if parents else NOTHING)
        return oid

    def pull(self, repo: int, number: int, by: str | None, at: str, merged_at: str | None = None, **values: Any) -> int:
        """A pull request; `oid` is its merge commit, `merger` who merged it, `closes` what its text says it closes."""
        row: Row = {"author": self.who(by), "created_at": at, "updated_at": merged_at or at, "merged_at": merged_at}
        row |= {"merge_commit_oid": values.pop("oid", None), "merged_by": self.who(values.pop("merger", None))}
        row |= {"closes": json.dumps(values.pop("closes", []))}
        row |= {"state": "MERGED" if merged_at else "OPEN", "number": number, "repository": repo, **values}
        return self.add("pull_requests", **row)

    def landed(
        self, repo: int, number: int, by: str | None, at: str, merged_at: str, lines: int = 20, **more: Any
    ) -> int:
        """A pull request that was squashed to one commit of so many lines, its oid `pr` and the number."""
        oid = self.commit(repo, f"pr{number}", merged_at, lines=lines)
        return self.pull(repo, number, by, at, merged_at, oid=oid, additions=lines, **more)

    def issue(self, repo: int, number: int, by: str | None, at: str, **values: Any) -> int:
        """An issue."""
        row = {"author": self.who(by), "created_at": at, "updated_at": at, **values}
        return self.add("issues", repository=repo, number=number, **row)

    def discussion(self, repo: int, number: int, by: str | None, at: str, **values: Any) -> int:
        """A discussion; with `chosen` (comment, time, login) its answer."""
        row: Row = {"author": self.who(by), "created_at": at, "updated_at": at}
        if chosen := values.pop("chosen", None):
            comment, chosen_at, login = chosen
            row |= {"answer_comment": comment, "answer_chosen_at": chosen_at, "answer_chosen_by": self.who(login)}
        return self.add("discussions", repository=repo, number=number, **row, **values)

    def comment(self, repo: int, subject: int, by: str | None, at: str, text: str = "", **values: Any) -> int:
        """A comment; without `text` one that says what no other does."""
        row = {"author": self.who(by), "created_at": at, "updated_at": at, "text_hash": text or f"#{self.last}"}
        return self.add("comments", repository=repo, subject=subject, **row, **values)

    def event(self, repo: int, subject: int, kind: str, at: str, by: str | None = None, **values: Any) -> int:
        """A timeline item."""
        ident = f"E{self.last}"
        row = {"type": kind, "created_at": at, "actor": self.who(by), **values}
        return self.add("events", id=ident, repository=repo, subject=subject, **row)

    def release(self, repo: int, tag: str, at: str, oid: str | None, **values: Any) -> int:
        """A release."""
        row = {"tag_name": tag, "tag_oid": oid, "created_at": at, "published_at": at, **values}
        return self.add("releases", repository=repo, **row)

    def changed(
        self, table: str, key: int | str, column: str, old: Any, new: Any, at: str, repo: int | None = None
    ) -> None:
        """Note that GitHub said something else before."""
        said = {"table": table, "key": str(key), "repository": repo, "column": column, "old": old, "new": new}
        self.insert("changes", {**said, "seen_at": at})

    def deleted(self, login: str, at: str) -> None:
        """Note that GitHub names an account, which was deleted, nowhere any more."""
        tables = ("issues", "pull_requests", "discussions", "comments", "reviews", "releases")
        named = [*((table, "author") for table in tables), ("pull_requests", "merged_by")]
        for table, column in (*named, ("events", "actor"), ("pushes", "actor")):
            of_review = "(SELECT repository FROM pull_requests AS p WHERE p.id = t.pull_request)"
            repository = of_review if table == "reviews" else "t.repository"
            found = f"SELECT id, {repository} AS repo FROM {table} AS t WHERE {column} = ?"
            for row in self.rows(found, self.who(login)):
                self.changed(table, row["id"], column, self.who(login), None, at, row["repo"])
            self.db.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} = ?", [self.who(login)])

    def late(self, table: str, key: int, repo: int, at: str, **values: Any) -> None:
        """Note that a row was first seen at a time when its list had long been complete."""
        row = {"table": table, "key": str(key), "repository": repo, "seen_at": at}
        self.insert("late_arrivals", {**DEFAULTS["late_arrivals"], **row, **values})

    def signal(self, project: str, key: str, value: float | None = None, **changed: Any) -> None:
        """A signal of the book's day that was not computed: known where there is a value."""
        known = value is not None
        row: Row = {
            "project": project,
            "signal": key,
            "as_of": self.day.isoformat(),
            "status": "ok" if known else "insufficient",
            "reason": None if known else "15 issues by 10 people are needed, there are 6 by 4",
            "value": value,
            "low": value,
            "high": value,
            "unit": BY_KEY[key].unit,
            "n": 20.0 if known else None,
            "score": 0.5 if known else None,
            "score_low": 0.4 if known else None,
            "score_high": 0.6 if known else None,
        }
        told = {k: json.dumps(v) if isinstance(v, dict) else v for k, v in changed.items()}
        self.add("signals", **{**row, **told})

    def compute(self, as_of: date = AS_OF) -> dict[str, Row]:
        """The signals of the project acme by key, or of another as project:key."""
        self.db.execute("DELETE FROM derived_projects")
        compute.compute(self.db, self.config, as_of)
        rows = self.rows("SELECT * FROM signals WHERE as_of = ?", as_of.isoformat())
        return {r["signal"] if r["project"] == "acme" else f"{r['project']}:{r['signal']}": r for r in rows}

    def evidence(self, signal: str, as_of: date = AS_OF) -> list[Row]:
        """The rows behind a signal, in the order of their URLs."""
        self.db.execute("DELETE FROM derived_projects")
        compute.prepare(self.db, self.config)
        assert self.rows("PRAGMA foreign_key_check") == [], "SQLite does not check it while tables are derived"
        evidence.materialise(self.db, as_of, signals=[signal])
        found = self.rows(f"SELECT * FROM evidence_{signal} ORDER BY project, url")
        evidence.drop_temporary(self.db)
        return found

    def reasons(self, signal: str, as_of: date = AS_OF) -> dict[str, str | None]:
        """The last part of each row's URL -> why it does not count."""
        return {r["url"].rpartition("/")[2]: r["reason"] for r in self.evidence(signal, as_of)}

    def landings(self) -> dict[str, Row]:
        """oid -> its landing."""
        self.db.execute("DELETE FROM derived_projects")
        compute.prepare(self.db, self.config)
        assert self.rows("PRAGMA foreign_key_check") == [], "SQLite does not check it while tables are derived"
        return {r["oid"]: r for r in self.rows("SELECT * FROM landings")}

    def insiders(self) -> dict[str, tuple[str, str]]:
        """login -> (since when it is an insider, by which power)."""
        self.landings()
        found = self.rows("SELECT a.login, i.since, i.reason FROM insiders AS i JOIN accounts AS a ON a.id = i.account")
        return {r["login"]: (r["since"], r["reason"]) for r in found}

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """The rows of a question, by column."""
        cursor = self.db.execute(sql, values)
        names = [c[0] for c in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def repo(book: Book) -> int:
    """The id of a book's first repository."""
    return int(book.rows("SELECT id FROM repositories")[0]["id"])
