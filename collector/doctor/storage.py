"""Checks of the database (intact, current schema, recent, complete) and of its disk."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from collector import clock
from collector.config import Config
from collector.doctor.check import Check, error, ok, warning
from collector.errors import STORED_FACTS, CollectError, DatabaseError
from collector.store import database, hash_key, migrations, state
from collector.store.synthetic import is_synthetic
from collector.text import plural

# More than a day and a half means that a nightly sync was missed.
A_NIGHT_MISSED = timedelta(hours=36)
A_WEEK = timedelta(days=7)
# A backup and VACUUM may each need as much space again as the database takes; this much comes on top.
LEAST_ROOM = 200 * 1024 * 1024


def checks(path: Path, config: Config | None, now: datetime) -> list[Check]:
    """Check the database at `path`, without changing it, and its disk."""
    room = disk(path)
    if not path.exists():
        return [warning("database", f"There is no database at {path} yet.", "Run `collect sync`."), *room]
    try:
        with database.plain_words(path), closing(_opened(path)) as db:
            return [*_contents(db, path, config, now), *room]
    except CollectError as problem:
        return [error("database", problem), *room]


def disk(path: Path) -> list[Check]:
    """Check that the folder is writable and has enough free space."""
    folder = path.absolute().parent
    if not folder.is_dir():
        return [error("disk", DatabaseError(f"There is no folder {folder}.", "Create it, or use another file."))]
    if not os.access(folder, os.W_OK):
        problem = DatabaseError(f"The folder {folder} is not writable.", "Check its permissions.")
        return [error("disk", problem)]
    free, size = shutil.disk_usage(folder).free, path.stat().st_size if path.exists() else 0
    text = f"{_size(free)} free in {folder}; the database takes {_size(size)}."
    if free < LEAST_ROOM / 10:
        return [error("disk", DatabaseError(text, "Free some space before the next sync."))]
    if free < size + LEAST_ROOM:
        return [warning("disk", text, "Free some space: a backup needs as much again as the database takes.")]
    return [ok("disk", text)]


def _opened(path: Path) -> sqlite3.Connection:
    if path.is_dir():
        raise DatabaseError(f"{path} is a folder, not a database.", "Name a file with --db or COLLECT_DB.")
    # Not open_database(), which would migrate an older database.
    db = database.connect(path, "rw", timeout=5)
    db.execute("PRAGMA query_only = ON")
    return db


def _contents(db: sqlite3.Connection, path: Path, config: Config | None, now: datetime) -> list[Check]:
    faults = [row[0] for row in db.execute("PRAGMA quick_check(3)")]
    if faults != ["ok"]:
        problem = DatabaseError(
            f"The database {path} is damaged: {' '.join('; '.join(faults).split())}.",
            "Restore a backup, or move it away and sync again; `sqlite3 FILE .recover` may save some of it.",
        )
        return [error("database", problem)]
    applied, known = migrations.applied(db), migrations.known()
    if not database.tables(db) - {migrations.LEDGER}:
        return [warning("database", f"{path} is empty.", "Run `collect sync`.")]
    if not applied:
        problem = DatabaseError(f"{path} belongs to another program.", "Name another file with --db.")
        return [error("database", problem)]
    if applied - known:
        problem = DatabaseError(
            f"The database {path} was written by a newer version of collect ({', '.join(sorted(applied - known))}).",
            "Upgrade collect, or name another file with --db.",
        )
        return [error("database", problem)]
    version = f"schema {max(applied)}"
    if known - applied:
        version += f", to be migrated to {max(known)} by the next command"
    out = [ok("database", f"{path} is intact ({_size(path.stat().st_size)}, {version}).")]
    if known - applied:
        return out
    if is_synthetic(db):
        out.append(
            warning(
                "database", "It was made by `collect demo`: its projects are invented.", "Name another file with --db."
            )
        )
    return out + _key(db, path) + _last_sync(db, now) + _completeness(db, config, now) + _unserved(db) + _signals(db)


def _key(db: sqlite3.Connection, path: Path) -> list[Check]:
    """Check that the hash key is there and fits, and that only the user can read it; report only trouble."""
    try:
        hash_key.read(db)
    except DatabaseError as problem:
        return [error("hash key", problem)]
    file = hash_key.file_of(path)
    # The mode says nothing on Windows, where a user's folder is the user's alone.
    if sys.platform != "win32" and file.exists() and file.stat().st_mode & 0o077:
        return [warning("hash key", f"Others may read {file}.", f"Run: chmod 600 '{file}'")]
    return []


def _last_sync(db: sqlite3.Connection, now: datetime) -> list[Check]:
    row = db.execute(
        "SELECT id, started_at, finished_at, exit_code, message FROM sync_runs ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return [warning("last sync", "There has been none yet.", "Run `collect sync`.")]
    run, started, finished, code, message = row
    age = now - clock.from_text(started)
    hours = age.total_seconds() / 3600
    when = f"{hours:.0f} hours ago" if hours < 48 else f"{age.days} days ago"
    if age > A_NIGHT_MISSED:
        text = f"The last one was {when}, at {started}."
        if age > A_WEEK:
            text += " Deletions on GitHub since then may go unnoticed."
        return [warning("last sync", text, "Run `collect sync`, ideally every night.")]
    if finished is None:
        text = f"The one started at {started} is still running, or was killed."
        return [warning("last sync", text, "Run `collect sync`: it resumes, or says that another sync is running.")]
    if code:
        failed = [r[0] for r in db.execute("SELECT DISTINCT repository FROM sync_errors WHERE run = ?", [run])]
        text = f"The one started at {started} exited with {code}: {message or ', '.join(failed)}"
        return [warning("last sync", text, "Run `collect sync` again; the table sync_errors has the details.")]
    return [ok("last sync", f"{when.capitalize()}, at {started}, without errors.")]


def _completeness(db: sqlite3.Connection, config: Config | None, now: datetime) -> list[Check]:
    """Report tracked repositories that are missing, behind or gone."""
    out = []
    stored = {r[0].lower(): r[1:] for r in db.execute("SELECT configured_as, full_name, status FROM repositories")}
    if config is not None:
        never = [t.repo for p in config.projects for t in p.repos if t.repo.lower() not in stored]
        if never:
            text = f"Never synced: {_listed(never)}."
            out.append(warning("repositories", text, "Run `collect sync`; `collect repos check` finds wrong names."))
    gone = _with_status(db, state.LOST)
    if gone:
        text = f"Now private, deleted or blocked: {_listed(gone)}."
        out.append(warning("repositories", text, "See `collect repos check`."))
    refused = _with_status(db, [status for status in state.NOT_SHOWN if status not in state.LOST])
    if refused:
        text = f"Not readable with the token of the last sync: {_listed(refused)}."
        out.append(warning("repositories", text, "`collect repos check` shows GitHub's reason and what to do."))
    late = [r[0] for r in db.execute(
        "SELECT r.full_name FROM repositories AS r LEFT JOIN sync_state AS s ON s.repository = r.id "
        f"AND s.kind IN ({', '.join('?' * len(state.COMPLETE))}) AND s.completed_at >= ? "
        f"WHERE r.tracked AND r.status NOT IN ({', '.join('?' * len(state.NOT_SHOWN))}) "
        "GROUP BY r.id HAVING count(s.kind) < ? - (NOT r.has_issues) - (NOT r.has_pull_requests) ORDER BY 1",
        [*state.COMPLETE, clock.to_text(now - A_WEEK), *state.NOT_SHOWN, len(state.COMPLETE)],
    )]  # fmt: skip
    if late:
        text = f"Not complete within the last week: {_listed(late)}."
        out.append(warning("repositories", text, "Run `collect sync`; the table sync_errors says what went wrong."))
    (count,) = db.execute("SELECT count(*) FROM repositories WHERE tracked").fetchone()
    tracked = plural(count, "tracked repository", "tracked repositories")
    return out or [ok("repositories", f"{tracked} complete within the last week.")]


def _with_status(db: sqlite3.Connection, statuses: Sequence[str]) -> list[str]:
    """Return the names of the tracked repositories with one of these statuses."""
    marks = ", ".join("?" * len(statuses))
    found = db.execute(
        f"SELECT full_name FROM repositories WHERE tracked AND status IN ({marks}) ORDER BY 1", list(statuses)
    )
    return [row[0] for row in found]


def _unserved(db: sqlite3.Connection) -> list[Check]:
    """Report objects that GitHub could not serve; they are requested again automatically."""
    count, next_at = db.execute("SELECT count(*), min(ask_again_at) FROM unreadable").fetchone()
    if not count:
        return []
    text = f"{plural(count, 'part')} that GitHub could not serve (table unreadable) will be requested again"
    return [ok("unserved", f"{text} from {next_at}.")]


def _signals(db: sqlite3.Connection) -> list[Check]:
    (latest,) = db.execute("SELECT max(as_of) FROM signals").fetchone()
    marks = ", ".join("?" * len(STORED_FACTS))
    (synced,) = db.execute(
        f"SELECT max(started_at) FROM sync_runs WHERE exit_code IN ({marks})", STORED_FACTS
    ).fetchone()
    if latest is None or (synced is not None and latest < synced[:10]):
        text = f"The latest are of {latest}, older than the last sync." if latest else "None have been computed yet."
        return [warning("signals", text, "Run `collect signals`.")]
    return [ok("signals", f"Computed as of {latest}.")]


def _listed(names: list[str], shown: int = 5) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")


def _size(count: int) -> str:
    value = float(count)
    for unit in ("bytes", "KB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"
