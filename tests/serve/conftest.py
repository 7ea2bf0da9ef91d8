"""A small database with something for every question to find, and what datasette is told of it."""

import asyncio
import gc
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collector import clock
from collector.serve import metadata, server
from collector.store.database import open_database
from tests.made import Book

FIRST = datetime(2025, 9, 1, 9, tzinfo=UTC)  # a Monday


def at(days: float) -> str:
    """So many days after FIRST."""
    return clock.to_text(FIRST + timedelta(days=days))


def book() -> Book:
    """Two projects that work, one that shows nothing."""
    b = Book()
    b.project("void", category="models", note="Looked for.")
    engine, tool = b.repo("acme/engine"), b.repo("beta/tool", "beta")
    # History: a commit that only its client dates, then work of three people, week after week.
    previous = b.commit(engine, "c0", at(-20))
    for n in range(36):
        who = ("ann", "bea", "cem")[n % 3]
        previous = b.direct(engine, f"c{n + 1}", at(n * 5), who, previous)
    b.commit(engine, "old", at(-90), previous)
    b.push(engine, "old", at(181), "ann", previous)
    b.push(engine, "old", at(182), "ann", "f" * 40, kind="force_push")
    # Pull requests: one reviewed, one not.
    for number, reviewed in ((101, True), (102, False)):
        oid = b.commit(engine, f"m{number}", at(190 + number / 10), "old" if reviewed else "m101")
        pull = b.pull(
            engine, number, "bea", at(189), at(190 + number / 10), oid=oid, merger="ann", title="Tidy wallets"
        )
        b.push(engine, oid, at(190 + number / 10), "ann", "old" if reviewed else "m101", kind="pr_merge")
        b.db.execute("UPDATE commits SET pull_request = ? WHERE oid = ?", [number, oid])
        if reviewed:
            b.add("reviews", pull_request=pull, author=b.who("ann"), submitted_at=at(190))
    b.direct(tool, "t1", at(30), "dan")
    # Releases: one that counts, one whose tag moved, one that is gone.
    b.release(engine, "v1.0.0", at(100.5), "c20", name="Wallet release")
    moved = b.release(engine, "v1.1.0", at(185), "old")
    b.release(engine, "v1.2.0", at(186), "old", gone_at=at(200))
    b.changed("releases", moved, "tag_oid", "c30", "old", at(187), engine)
    b.add("tags", repository=engine, name="v1.1.0", oid="old", target_oid="old")
    b.changed("tags", f"{engine}/v1.1.0", "oid", "c30", "old", at(187), engine)
    # Issues of twelve outsiders; an insider answers three of four after a day or more. One is imported, one gone.
    for n in range(24):
        issue = b.issue(engine, n + 1, f"user{n % 12}", at(40 + n), title=f"Wallet fails {n}")
        if n % 4:
            b.comment(engine, issue, "ann", at(41.5 + n + n % 4), author_association="OWNER")
    b.issue(engine, 25, "ann", at(70), title="Plan")
    b.issue(engine, 26, "user1", at(-400), title="From elsewhere")
    gone = b.issue(engine, 27, "user2", at(75), title="Gone", gone_at=at(90))
    b.late("issues", gone, engine, at(81), dated=at(75), previous_sync=at(80))
    run = b.add("sync_runs", started_at=at(1), finished_at=at(1.1), exit_code=3)
    error = {"repository": "beta/tool", "kind": "issues", "error": "GitHub answered 502.", "at": at(1.05)}
    b.add("sync_errors", run=run, **error)
    b.compute()
    return b


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database's file, in WAL mode as a sync leaves it."""
    file = tmp_path_factory.mktemp("serve") / "signals.db"
    made, stored = book(), sqlite3.connect(file)
    made.db.backup(stored)
    stored.execute("PRAGMA journal_mode = WAL")
    stored.close()
    made.db.close()
    return file


@pytest.fixture(scope="session")
def told(path: Path) -> dict[str, Any]:
    """What datasette is told of it."""
    db = open_database(path, create=False)
    try:
        return metadata.build(db, "signals")
    finally:
        db.close()


@pytest.fixture(scope="module")
def get(path: Path, told: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """The answers of datasette to a GET, without a socket."""
    with pytest.MonkeyPatch.context() as patch:
        # Without threads, so that every connection can be closed; a busy machine may take its time.
        patient = {"num_sql_threads": 0, "sql_time_limit_ms": 60_000, "facet_time_limit_ms": 60_000}
        patch.setattr(server, "SETTINGS", {**server.SETTINGS, **patient})
        app = server.application(path, told)
    loop = asyncio.new_event_loop()
    yield lambda address, **query: loop.run_until_complete(app.client.get(address, params=query))
    loop.close()
    for database in app.databases.values():
        for connection in (database._read_connection, database._write_connection):
            if connection is not None:
                connection.close()
    gc.collect()
