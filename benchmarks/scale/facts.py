"""Invented facts: a project with two repositories, 1,000 commits in three years and their threads; and copies of it."""

import json
import random
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from collector import clock
from collector.store import database
from collector.store.state import LOOKED_AT
from collector.store.write import transaction

COMMITS, DAYS = 1000, 1100
LAST = date(2026, 1, 8)  # a Thursday, so that the day after is in the same week
SYNCED = "2026-01-08T00:10:00Z"
BEFORE = "2015-01-01T00:00:00Z"
INSIDERS, OUTSIDERS = 8, 60
# More ids than a project has in any table. The accounts of a project are its own.
APART = 1_000_000

# The columns that hold ids, and those that hold oids.
IDS = {
    "id", "repository", "author", "issue", "pull_request", "subject", "actor", "merged_by", "closed_by", "account",
    "signer",
}  # fmt: skip
OIDS = {"oid", "parent", "tree_oid", "head_oid", "merge_commit_oid", "before_oid", "after_oid", "tag_oid", "source_oid"}
TABLES = (
    "projects", "project_categories", "accounts", "repositories", "releases", "commits", "commit_parents", "issues",
    "issue_labels", "pull_requests", "pull_request_files", "pull_request_commits", "comments", "reviews", "events",
    "pushes", "sync_state", "looks",
)  # fmt: skip


class Facts:
    """The facts of the first project, row by row; the same in every run."""

    def __init__(self, db: sqlite3.Connection, commits: int) -> None:
        self.db, self.commits = db, commits
        self.rng = random.Random(1)
        self.number = 0
        self.heads: dict[int, str] = {}
        self.last = 0

    def add(self, table: str, **values: Any) -> int:
        """Insert a row with an id of its own and return the id."""
        self.last += 1
        columns = {row[1] for row in self.db.execute(f"PRAGMA table_info({table})")}
        made = {"id": self.last, "node_id": f"N{self.last}", "first_seen_at": values.get("created_at", BEFORE)}
        row = {**{column: value for column, value in made.items() if column in columns}, **values}
        marks = ", ".join("?" * len(row))
        self.db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        return self.last

    def write(self) -> None:
        """Insert the whole project."""
        self.add("projects", slug="p0", name="Project 0", category="c0", homepage="", note="")
        self.add("project_categories", project="p0", category="c0", position=0)
        people = range(1, INSIDERS + OUTSIDERS + 1)
        for n in people:
            self.add("accounts", id=n, login=f"account-0-{n}", type="User", created_at=BEFORE)
        for n, role in ((1, "core"), (2, "sdk")):
            self.repository(n, role)
        begin = datetime(LAST.year, LAST.month, LAST.day, 9, tzinfo=UTC) - timedelta(days=DAYS)
        for n in range(self.commits):
            at = begin + timedelta(days=DAYS * n // self.commits, minutes=n % 300)
            repository = 2 if n % 6 == 5 else 1
            if self.rng.random() < 0.6:
                self.pull_request(repository, at)
            else:
                self.push(repository, at, self.rng.randint(1, INSIDERS), self.commit(repository, at, None))
            if n % 3 == 0:
                self.issue(repository, at)
            if n % 25 == 24:
                self.release(repository, at, n)

    def repository(self, ident: int, role: str) -> None:
        """Insert a repository that was synced every week of the last half-year."""
        name = f"example-0/{role}"
        self.add(
            "repositories", id=ident, full_name=name, project="p0", role=role, configured_as=name, status="ok",
            default_branch="main", head_oid="", created_at=BEFORE, is_fork=0, is_archived=0, is_disabled=0,
            has_issues=1, has_discussions=0, discussions=0, stars=0, forks=0,
        )  # fmt: skip
        for kind in LOOKED_AT:
            self.add("sync_state", repository=ident, kind=kind, first_complete_at=BEFORE, completed_at=SYNCED)
        for kind in LOOKED_AT:
            for week in range(26):
                at = clock.to_text(clock.from_text(SYNCED) - timedelta(weeks=week))
                self.add("looks", repository=ident, kind=kind, at=at)

    def commit(self, repository: int, at: datetime, pull_request: int | None) -> str:
        """Insert a commit on top of the default branch and return its oid."""
        self.last += 1
        oid, when = f"{self.last:040x}", clock.to_text(at)
        lines = self.rng.randint(3, 90)
        self.add(
            "commits", repository=repository, oid=oid, tree_oid=oid, authored_at=when, committed_at=when,
            additions=lines, deletions=lines // 3, is_merge=0, headline=f"Change {self.last}", signed_by_github=0,
            author=self.rng.randint(1, INSIDERS), pull_request=pull_request,
        )  # fmt: skip
        if repository in self.heads:
            self.add("commit_parents", repository=repository, oid=oid, parent=self.heads[repository], position=0)
        return oid

    def push(self, repository: int, at: datetime, actor: int, oid: str, kind: str = "push") -> None:
        """Insert the push that brought a commit."""
        before = self.heads.get(repository, "0" * 40)
        self.heads[repository] = oid
        self.add(
            "pushes", repository=repository, ref="refs/heads/main", before_oid=before, after_oid=oid, kind=kind,
            actor=actor, pushed_at=clock.to_text(at),
        )  # fmt: skip

    def pull_request(self, repository: int, at: datetime) -> None:
        """Insert a pull request, of an insider or an outsider, that was reviewed and squashed."""
        self.number += 1
        inside = self.rng.random() < 0.7
        author = self.rng.randint(1, INSIDERS) if inside else self.rng.randint(INSIDERS + 1, INSIDERS + OUTSIDERS)
        opened, merger = clock.to_text(at - timedelta(days=2)), self.rng.randint(1, INSIDERS)
        merged, number = clock.to_text(at), self.number
        oid = self.commit(repository, at, number)
        ident = self.add(
            "pull_requests", repository=repository, number=number, title=f"Change {number}", body_length=50,
            author=author, author_association="NONE", state="MERGED", is_draft=0, is_cross_repository=int(not inside),
            locked=0, base_ref="main", head_oid=f"{self.last:039x}f", additions=40, deletions=4, changed_files=2,
            created_at=opened, updated_at=merged, closed_at=merged, merged_at=merged, merged_by=merger,
            merge_commit_oid=oid, closes=json.dumps([[None, number - 1]] if number % 5 == 0 else []), prose_length=40,
            diff_of="read",
        )  # fmt: skip
        self.push(repository, at, merger, oid, "pr_merge")
        for path in ("src/engine.py", "docs/guide.md" if number % 4 == 0 else "src/rules.py"):
            self.add(
                "pull_request_files", pull_request=ident, path=path, additions=20, deletions=2, change_type="MODIFIED"
            )
        self.add(
            "pull_request_commits", pull_request=ident, oid=f"{self.last:039x}e", headline=f"Part of {number}",
            authored_at=opened, committed_at=opened, additions=40, deletions=4,
        )  # fmt: skip
        reviewer = merger % INSIDERS + 1
        self.add(
            "reviews", pull_request=ident, author=reviewer, author_association="MEMBER", state="APPROVED",
            submitted_at=clock.to_text(at - timedelta(hours=3)), length=60, prose_length=60,
        )  # fmt: skip
        self.comment(repository, ident, "PullRequest", reviewer, at - timedelta(hours=5))
        self.event(repository, ident, "PullRequest", "ClosedEvent", at, merger)

    def issue(self, repository: int, at: datetime) -> None:
        """Insert an issue of an outsider, mostly answered, and mostly closed by an insider."""
        self.number += 1
        author = self.rng.randint(INSIDERS + 1, INSIDERS + OUTSIDERS)
        opened = clock.to_text(at)
        ident = self.add(
            "issues", repository=repository, number=self.number, title=f"Question {self.number}", body_length=80,
            author=author, author_association="NONE", state="OPEN", locked=0, created_at=opened, updated_at=opened,
        )  # fmt: skip
        label = "bug" if self.rng.random() < 0.5 else "incident"
        self.add("issue_labels", issue=ident, name=label)
        self.event(repository, ident, "Issue", "LabeledEvent", at + timedelta(hours=1), 1, label=label)
        answered = at + timedelta(hours=self.rng.randint(2, 300))
        end = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC)
        if self.rng.random() < 0.8 and answered < end:
            self.comment(repository, ident, "Issue", self.rng.randint(1, INSIDERS), answered)
            self.comment(repository, ident, "Issue", author, min(answered + timedelta(hours=2), end))
            if self.rng.random() < 0.7 and answered + timedelta(days=9) < end:
                closed = answered + timedelta(days=9)
                self.event(repository, ident, "Issue", "ClosedEvent", closed, 2, state_reason="COMPLETED")

    def comment(self, repository: int, subject: int, subject_type: str, author: int, at: datetime) -> None:
        """Insert a comment that says what no other does."""
        when = clock.to_text(at)
        self.add(
            "comments", repository=repository, subject=subject, subject_type=subject_type, author=author,
            author_association="NONE", created_at=when, updated_at=when, length=120, prose_length=120,
            text_hash=f"text {self.last}", is_review_command=0,
        )  # fmt: skip

    def event(
        self, repository: int, subject: int, subject_type: str, kind: str, at: datetime, actor: int, **more: str
    ) -> None:
        """Insert a timeline item."""
        self.add(
            "events", id=f"E{self.last}", repository=repository, subject=subject, subject_type=subject_type, type=kind,
            actor=actor, created_at=clock.to_text(at), **more,
        )  # fmt: skip

    def release(self, repository: int, at: datetime, n: int) -> None:
        """Insert a release of the newest commit."""
        when = clock.to_text(at + timedelta(minutes=5))
        self.add(
            "releases", repository=repository, tag_name=f"v1.{n}.0", is_draft=0, is_prerelease=0, created_at=when,
            published_at=when, author=1, tag_oid=self.heads.get(repository), prose_length=300,
        )  # fmt: skip


def write(path: Path, projects: int, commits: int = COMMITS) -> None:
    """Create a database with so many projects, all alike except for their names, ids and oids."""
    db = database.open_database(path)
    database.set_meta(db, {"start": "2022-01-01T00:00:00Z", "synthetic": 1})
    with transaction(db):
        Facts(db, commits).write()
        db.execute(
            "INSERT INTO sync_runs (started_at, finished_at, exit_code, inserted) VALUES (:at, :at, 0, 1)",
            {"at": SYNCED},
        )
    statements = [_copying(db, table) for table in TABLES]
    for n in range(1, projects):
        with transaction(db):
            for sql in statements:
                db.execute(sql, {"n": n})
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.close()


def _copying(db: sqlite3.Connection, table: str) -> str:
    """Return the statement that copies the first project's rows of a table for project :n."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    first = {
        "projects": "slug = 'p0'", "project_categories": "project = 'p0'",
        "accounts": f"id < {APART}", "repositories": f"id < {APART}",
        "issue_labels": f"issue < {APART}", "pull_request_files": f"pull_request < {APART}",
        "pull_request_commits": f"pull_request < {APART}", "reviews": f"pull_request < {APART}",
    }.get(table, f"repository < {APART}")  # fmt: skip
    values = ", ".join(_copied(table, column) for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {first}"


def _copied(table: str, column: str) -> str:
    if (table, column) == ("events", "id") or column == "node_id":
        return f"{column} || '-' || :n"
    if column in IDS and (table, column) != ("commits", "pull_request"):
        return f"{column} + :n * {APART}"
    if column in OIDS:
        return f"CASE WHEN {column} GLOB '*[1-9a-f]*' THEN printf('%08x', :n) || substr({column}, 9) ELSE {column} END"
    if column in ("slug", "project"):
        return "'p' || :n"
    if column == "category":
        return "'c' || (:n % 10)"
    if column in ("full_name", "configured_as", "login", "name") and table != "issue_labels":
        return f"replace(replace({column}, '-0/', '-' || :n || '/'), '-0-', '-' || :n || '-')"
    return column
