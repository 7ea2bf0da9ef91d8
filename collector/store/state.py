"""The sync's own tables: the progress of each list (sync_state), and a record of each run (sync_runs)."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from collector import clock

if TYPE_CHECKING:
    # Imported for types only, to keep commands that only read quick to start.
    from collector.store.batch import Row

# The kinds of activity of a repository. Each is a list with a fetcher and a row in sync_state.
KINDS = ("releases", "tags", "commits", "issues", "pull_requests", "pushes", "discussions")
# A repository is complete when all of these are: its lists, and the sizes of commits, which are fetched afterwards.
# Discussions are needed by a few signals only, which wait for them (method/preconditions.py).
COMPLETE = (*(kind for kind in KINDS if kind != "discussions"), "commit_sizes")
# The kinds whose completions are kept in `looks`: also security advisories, which are looked at once a week.
LOOKED_AT = (*KINDS, "commit_sizes", "advisories")
# Statuses of repositories that GitHub no longer shows. Their stored rows stay, and are no longer updated.
LOST = ("private_or_gone", "blocked")
# LOST, and the status of repositories that this token may not see, which says nothing about the repository itself.
NOT_SHOWN = (*LOST, "not_authorised")


@dataclass
class State:
    """A row of sync_state: the progress of one list of one repository. The columns are explained in docs/schema.md."""

    repository: int
    kind: str
    fingerprint: str | None = None
    watermark: str | None = None
    target: str | None = None
    cursor: str | None = None
    hidden: int | None = None
    page_size: int | None = None  # a size that GitHub answers in time for this list; None: the installation's default
    listed: int = 0  # rows read so far by the pass in progress
    sweep_cursor: str | None = None
    sweep_edge: str | None = None
    sweep_at: str | None = None
    sweep_witnessed_at: str | None = None
    sweep_done: int = 0
    first_complete_at: str | None = None
    completed_at: str | None = None
    witnessed_at: str | None = None
    backfill: str | None = None  # "due" or "running": rows of this list may lack facts that were added later

    def since_sweep(self, now: str, github_time: str | None) -> timedelta | None:
        """Return the time since the last reconcile began, None if there was none.

        It is measured by our clock and by GitHub's; the longer one counts, in case our clock was set back.
        """
        if self.sweep_at is None:
            return None
        ours = clock.from_text(now) - clock.from_text(self.sweep_at)
        if ours < timedelta(0):
            return timedelta.max  # our clock was ahead at that time, so the true duration is unknown
        if github_time is None or self.sweep_witnessed_at is None:
            return ours
        return max(ours, clock.from_text(github_time) - clock.from_text(self.sweep_witnessed_at))


_COLUMNS = [f.name for f in fields(State)]


def kinds(has_issues: bool, has_pull_requests: bool) -> list[str]:
    """Return the kinds that a complete repository needs, without those that its owner has disabled."""
    switched_off = {"issues": not has_issues, "pull_requests": not has_pull_requests}
    return [kind for kind in COMPLETE if not switched_off.get(kind)]


def load(connection: sqlite3.Connection, repository: int, kind: str) -> State:
    """Return the stored progress of a list, or a new State if it was never fetched."""
    row = connection.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM sync_state WHERE repository = ? AND kind = ?", [repository, kind]
    ).fetchone()
    return State(*row) if row else State(repository, kind)


def load_all(connection: sqlite3.Connection, repository: int) -> dict[str, State]:
    """Return kind -> the stored progress of each list of a repository that was ever fetched."""
    found = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM sync_state WHERE repository = ?", [repository])
    return {state.kind: state for state in (State(*row) for row in found)}


def save(connection: sqlite3.Connection, state: State) -> None:
    """Write a state if it differs from the stored one, and add a new time of completion to `looks`."""
    stored = load(connection, state.repository, state.kind)
    # Most lists do not change in a night: nothing is written for them.
    if stored == state:
        return
    marks = ", ".join("?" * len(_COLUMNS))
    connection.execute(
        f"INSERT OR REPLACE INTO sync_state ({', '.join(_COLUMNS)}) VALUES ({marks})",
        [getattr(state, column) for column in _COLUMNS],
    )
    if state.kind in LOOKED_AT and state.completed_at not in (None, stored.completed_at):
        look = [state.repository, state.kind, state.completed_at]
        connection.execute("INSERT OR IGNORE INTO looks VALUES (?, ?, ?)", look)


def confirm(connection: sqlite3.Connection, parts: list[tuple[str, str]], now: str, github_time: str | None) -> None:
    """Record that these lists, given as (owner/name, kind), were complete at `now`.

    Pass every list that was fetched without an error, also if nothing was new. Lists that were never complete or have
    a pass in progress are skipped.
    """
    connection.executemany(
        "UPDATE sync_state SET completed_at = ?, witnessed_at = ? WHERE completed_at IS NOT NULL "
        "AND cursor IS NULL AND target IS NULL AND kind = ? "
        "AND repository = (SELECT id FROM repositories WHERE full_name = ?)",
        [(now, github_time, kind, repository) for repository, kind in parts],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO looks SELECT s.repository, s.kind, s.completed_at FROM sync_state AS s "
        "JOIN repositories AS r ON r.id = s.repository WHERE r.full_name = ? AND s.kind = ? AND s.completed_at = ?",
        [(repository, kind, now) for repository, kind in parts if kind in COMPLETE],
    )


def reset(connection: sqlite3.Connection, repositories: Sequence[int] | None = None) -> None:
    """Make the next sync read every list of these repositories, or of all, from the start. Facts are kept."""
    progress = ("fingerprint", "watermark", "target", "cursor", "hidden", "completed_at", "sweep_at", "sweep_cursor")
    sets = ", ".join(f"{column} = NULL" for column in progress)
    # What these fetch belongs to commits by their hash: it cannot have changed.
    sql = f"UPDATE sync_state SET {sets} WHERE kind NOT IN ('commit_sizes', 'commit_paths', 'branch_commits')"
    if repositories is None:
        connection.execute(sql)
    else:
        connection.executemany(f"{sql} AND repository = ?", [[ident] for ident in repositories])


def move_start(connection: sqlite3.Connection) -> None:
    """Make the next sync read everything again, for an earlier start of the database.

    History boundaries with a date are deleted: commits beyond them were older than the previous start.
    """
    reset(connection)
    connection.execute("DELETE FROM history_boundaries WHERE committed_at IS NOT NULL")


def begin_run(connection: sqlite3.Connection, now: str) -> int:
    """Insert a row into sync_runs and return its id."""
    cursor = connection.execute("INSERT INTO sync_runs (started_at) VALUES (?)", [now])
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def date_run(connection: sqlite3.Connection, run: int, started_at: str) -> None:
    """Correct the start time of a run."""
    connection.execute("UPDATE sync_runs SET started_at = ? WHERE id = ?", [started_at, run])


def end_run(connection: sqlite3.Connection, run: int, values: "Row", parts: "list[Row]") -> None:
    """Write the results of a run: `values` to its row of sync_runs, and one row of sync_run_parts per part."""
    sets = ", ".join(f"{c} = ?" for c in values)
    connection.execute(f"UPDATE sync_runs SET {sets} WHERE id = ?", [*values.values(), run])
    for part in parts:
        row: dict[str, Any] = {"run": run, **part}
        marks = ", ".join("?" * len(row))
        connection.execute(
            f"INSERT OR REPLACE INTO sync_run_parts ({', '.join(row)}) VALUES ({marks})", list(row.values())
        )


def delete_runs(connection: sqlite3.Connection, before: str) -> int:
    """Delete the records of runs that began before a time, and return how many.

    The last run is kept, and so is the last one that changed anything or did not finish: they say how recent the facts
    are.
    """
    old = (
        "SELECT id FROM sync_runs WHERE started_at < ? AND id < (SELECT max(id) FROM sync_runs) AND id NOT IN "
        "(SELECT coalesce(max(id), 0) FROM sync_runs WHERE inserted + updated + gone > 0 OR finished_at IS NULL)"
    )
    for table in ("sync_run_parts", "sync_errors"):
        connection.execute(f"DELETE FROM {table} WHERE run IN ({old})", [before])
    return connection.execute(f"DELETE FROM sync_runs WHERE id IN ({old})", [before]).rowcount


def record_error(
    connection: sqlite3.Connection, run: int | None, repository: str, kind: str, error: str, now: str
) -> None:
    """Insert a row into sync_errors."""
    connection.execute(
        "INSERT INTO sync_errors (run, repository, kind, error, at) VALUES (?, ?, ?, ?, ?)",
        [run, repository, kind, error, now],
    )
