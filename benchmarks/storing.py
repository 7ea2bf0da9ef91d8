"""Rows validated and stored per second of CPU, beside a plain executemany of the same rows into the same tables."""

import sqlite3
import tempfile
import time
from itertools import groupby
from pathlib import Path
from typing import Any

from collector.config.review_commands import REVIEW_COMMANDS
from collector.github.thread_models import PullRequestDiff
from collector.store import database, write
from collector.store.batch import ORDER, Batch
from collector.sync.fetchers import diffs, partial_threads, thread_rows
from collector.sync.fetchers.texts import Texts
from collector.sync.fetchers.thread_kinds import PULL_REQUESTS

PAGES, THREADS, COMMENTS, REVIEWS, FILES = 40, 100, 4, 2, 6
NOW = "2026-01-01T00:00:00Z"


def account(number: int) -> dict[str, Any]:
    """An account as GraphQL answers it."""
    return {
        "__typename": "User",
        "login": f"user{number}",
        "databaseId": 1000 + number,
        "createdAt": "2015-01-01T00:00:00Z",
    }


def listed(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """A list that fits one page."""
    return {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": nodes}


def pull_request(n: int) -> dict[str, Any]:
    """A pull request as GraphQL answers it, with its lists and its diff."""
    when = f"2025-{n % 12 + 1:02}-{n % 28 + 1:02}T12:00:00Z"
    said = {"author": account(n % 50), "authorAssociation": "NONE", "body": f"words about change {n} " * 8}
    return {
        "id": f"PR_{n}", "fullDatabaseId": str(10_000 + n), "number": n, "title": f"Change {n}",
        "body": "Fixes #3 " * 10,
        "author": account(n % 90), "authorAssociation": "CONTRIBUTOR", "state": "MERGED", "isDraft": False,
        "isCrossRepository": True, "locked": False, "createdAt": when, "updatedAt": when, "closedAt": when,
        "mergedAt": when, "mergedBy": account(1), "mergeCommit": {"oid": f"{n:040x}", "parents": {"totalCount": 1}},
        "baseRefName": "main", "headRefOid": f"{n + 1:040x}",
        "comments": listed([
            {**said, "fullDatabaseId": str(n * 100 + i), "createdAt": when, "updatedAt": when} for i in range(COMMENTS)
        ]),
        "reviews": listed([
            {**said, "fullDatabaseId": str(n * 100 + i), "state": "APPROVED", "submittedAt": when}
            for i in range(REVIEWS)
        ]),
        "files": listed([
            {"path": f"src/m{i}/f{n}.rs", "additions": 10, "deletions": 2, "changeType": "MODIFIED"}
            for i in range(FILES)
        ]),
        "timelineItems": listed([
            {"__typename": "ClosedEvent", "id": f"CE_{n}", "createdAt": when, "actor": account(1), "closer": None}
        ]),
    }  # fmt: skip


def prepared(folder: str, name: str) -> sqlite3.Connection:
    """A database with a project and a repository."""
    db = database.open_database(Path(folder) / name)
    db.execute("INSERT INTO projects (slug, name, category) VALUES ('p', 'P', 'c')")
    columns = [r[1] for r in db.execute("PRAGMA table_info(repositories)") if r[3] or r[5]]
    numbers = {r[1] for r in db.execute("PRAGMA table_info(repositories)") if r[2] == "INTEGER"}
    fill: dict[str, Any] = {"id": 1, "project": "p", "full_name": "a/b"}
    values = [fill.get(c, 0 if c in numbers else NOW) for c in columns]
    db.execute(f"INSERT INTO repositories ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", values)
    return db


def main() -> None:
    """Print the figures."""
    answers = [[pull_request(page * THREADS + n) for n in range(THREADS)] for page in range(PAGES)]
    with tempfile.TemporaryDirectory() as folder:
        db = prepared(folder, "ours.db")
        began = time.process_time()
        written: list[Batch] = []
        validating = 0.0
        for answer in answers:
            at = time.process_time()
            batch = Batch()
            for node in answer:
                found = partial_threads.reading(PULL_REQUESTS.model, PULL_REQUESTS.lists, node, []).thing
                PULL_REQUESTS.add(batch, found, 1, Texts("key", REVIEW_COMMANDS))
                changed = partial_threads.reading(PullRequestDiff, [diffs.FILES], node, []).thing
                thread_rows.diff(batch, changed, found.full_database_id, found.state)
            validating += time.process_time() - at
            with write.transaction(db):
                write.write(db, batch, NOW, 1)
            written.append(batch)
        ours = time.process_time() - began
        stored = sum(db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ORDER if t != "repositories")

        plain = prepared(folder, "plain.db")
        began = time.process_time()
        for batch in written:
            with write.transaction(plain):
                for table in ORDER:
                    for columns, alike in groupby(sorted(batch.rows.get(table, []), key=tuple), key=tuple):
                        marks = ", ".join("?" * (len(columns) + 1))
                        plain.executemany(
                            f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}, first_seen_at) VALUES ({marks})",
                            [(*row.values(), NOW) for row in alike],
                        )
        bare = time.process_time() - began
    print(f"{stored:,} rows of {PAGES} pages of {THREADS} pull requests")
    print(f"validated and stored: {ours:.2f} s of CPU, {stored / ours:,.0f} rows a second", end="")
    print(f" (validating alone {validating:.2f} s)")
    print(f"plain executemany:    {bare:.2f} s of CPU, {stored / bare:,.0f} rows a second")
    print(f"ours takes {ours / bare:.1f} times as long")


if __name__ == "__main__":
    main()
